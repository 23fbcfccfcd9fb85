"""JSON pointers (RFC 6901) and local references in a document."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

MAX_HOPS = 64
"""References that lead to references; more than that are a circle."""


class Unresolvable(LookupError):
    """A reference that leads nowhere; the message says why."""


def escape(part: object) -> str:
    """One step of a pointer, escaped."""
    return str(part).replace("~", "~0").replace("/", "~1")


def join(pointer: str, *parts: object) -> str:
    """The pointer, some steps further."""
    return "/".join([pointer, *map(escape, parts)])


def look_up(document: Any, reference: str) -> Any:
    """What a local reference (`#/components/schemas/Order`) points to. Raises Unresolvable."""
    if not reference.startswith("#"):
        raise Unresolvable(f"{reference} leads out of the document; bundle the document into one file first")
    if reference == "#":
        return document
    if not reference.startswith("#/"):
        raise Unresolvable(f"{reference} is no reference; it is written as #/components/schemas/Name")
    node = document
    for raw in reference[2:].split("/"):
        part = unquote(raw).replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
            node = node[int(part)]
        else:
            raise Unresolvable(f"{reference} leads nowhere: there is no {part!r}")
    return node


def follow(document: Any, node: Any) -> Any:
    """The node itself, or what its `$ref` (and that one's, and so on) points to. Raises Unresolvable."""
    for _ in range(MAX_HOPS):
        if not (isinstance(node, Mapping) and isinstance(node.get("$ref"), str)):
            return node
        node = look_up(document, node["$ref"])
    raise Unresolvable(f"{node['$ref']} leads in a circle")
