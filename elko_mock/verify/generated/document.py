"""The document as schemathesis is to see it: this run's operations, one representation, no servers, no security."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson

from elko_mock.verify.reply import BY_GRAMMAR
from elko_mock.wire.media_type import kind_of

Form = Literal["json", "xml"]

_VERBS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})


class ForeignReference(ValueError):
    """The document points outside of itself; what it points to would be fetched behind the guard's back."""


def narrowed(document: Mapping[str, Any], operations: Iterable[str], form: Form) -> dict[str, Any]:
    """A copy with only these operationIds, and bodies in one form. Raises ForeignReference."""
    wanted = set(operations)
    narrow: dict[str, Any] = orjson.loads(orjson.dumps(document))  # also parts what YAML's anchors had joined
    narrow["servers"] = [{"url": "/"}]
    narrow.pop("security", None)
    narrow.get("components", {}).pop("securitySchemes", None)
    kept = {}
    for path, item in narrow.get("paths", {}).items():
        for verb in [verb for verb in item if verb in _VERBS]:
            if item[verb].get("operationId") in wanted:
                _narrow_operation(item[verb], wanted, form)
            else:
                del item[verb]
        if any(verb in item for verb in _VERBS):
            kept[path] = item
    narrow["paths"] = kept
    _walk(narrow)
    return narrow


def _narrow_operation(operation: dict[str, Any], wanted: set[str], form: Form) -> None:
    operation.pop("security", None)
    operation.pop("servers", None)
    operation.pop("callbacks", None)
    content = operation.get("requestBody", {}).get("content")
    if content:
        for media_type in [each for each in content if kind_of(each) != form or "*" in each]:
            del content[media_type]
    for answer in operation.get("responses", {}).values():
        links = answer.get("links", {})
        for name in [name for name, link in links.items() if link.get("operationId") not in wanted]:
            del links[name]


def _walk(node: Any) -> None:
    """Leave nothing in it that would be fetched from elsewhere, and no pattern that our own check judges."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            raise ForeignReference(f"{reference} points outside of the document; bundle it into one file first")
        node.pop("externalValue", None)
        properties = node.get("properties")
        if isinstance(properties, dict):
            for name in BY_GRAMMAR & properties.keys():
                if isinstance(properties[name], dict):
                    properties[name].pop("pattern", None)
        for value in node.values():
            _walk(value)
    elif isinstance(node, list):
        for value in node:
            _walk(value)
