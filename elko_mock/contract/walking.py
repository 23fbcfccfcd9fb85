"""All parts of a document by what they are, so that a schema's `nullable` is not taken for a property of that name."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from elko_mock.contract.pointer import join

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The keys of a path item that are operations."""


class Kind(StrEnum):
    """What a part of a document is."""

    PATH = "path"
    OPERATION = "operation"
    PARAMETER = "parameter"
    HEADER = "header"
    BODY = "body"
    RESPONSE = "response"
    MEDIA_TYPE = "media type"
    SCHEMA = "schema"
    LINK = "link"


class Part(NamedTuple):
    """One part of a document."""

    kind: Kind
    pointer: str
    """JSON pointer, with `#`."""
    node: Any
    """As it stands there: a mapping in a sound document, anything in a broken one; `$ref` is not followed."""


# kind -> (key, kind of the value, whether the value is a list or a mapping of such)
_ONE, _LIST, _MAP = "one", "list", "map"
_BELOW: Mapping[Kind, tuple[tuple[str, Kind, str], ...]] = {
    Kind.PATH: (("parameters", Kind.PARAMETER, _LIST), *((method, Kind.OPERATION, _ONE) for method in METHODS)),
    Kind.OPERATION: (
        ("parameters", Kind.PARAMETER, _LIST),
        ("requestBody", Kind.BODY, _ONE),
        ("responses", Kind.RESPONSE, _MAP),
    ),
    Kind.PARAMETER: (("schema", Kind.SCHEMA, _ONE), ("content", Kind.MEDIA_TYPE, _MAP)),
    Kind.HEADER: (("schema", Kind.SCHEMA, _ONE), ("content", Kind.MEDIA_TYPE, _MAP)),
    Kind.BODY: (("content", Kind.MEDIA_TYPE, _MAP),),
    Kind.RESPONSE: (
        ("headers", Kind.HEADER, _MAP),
        ("content", Kind.MEDIA_TYPE, _MAP),
        ("links", Kind.LINK, _MAP),
    ),
    Kind.MEDIA_TYPE: (("schema", Kind.SCHEMA, _ONE),),
    Kind.SCHEMA: (
        *((key, Kind.SCHEMA, _MAP) for key in ("properties", "patternProperties", "$defs", "dependentSchemas")),
        *((key, Kind.SCHEMA, _LIST) for key in ("allOf", "oneOf", "anyOf", "prefixItems")),
        *(
            (key, Kind.SCHEMA, _ONE)
            for key in ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
        ),
    ),
    Kind.LINK: (),
}
_COMPONENTS: tuple[tuple[str, Kind], ...] = (
    ("schemas", Kind.SCHEMA),
    ("parameters", Kind.PARAMETER),
    ("headers", Kind.HEADER),
    ("requestBodies", Kind.BODY),
    ("responses", Kind.RESPONSE),
    ("links", Kind.LINK),
)


def operations_by_id(document: Mapping[str, Any]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Path item and operation by operationId, of a document in which each has one."""
    return {
        item[method]["operationId"]: (item, item[method])
        for item in document["paths"].values()
        if isinstance(item, dict)
        for method in METHODS
        if method in item
    }


def below(part: Part) -> Iterator[Part]:
    """The parts right under this one."""
    node = part.node
    if not isinstance(node, Mapping) or "$ref" in node:
        return
    for key, kind, how in _BELOW[part.kind]:
        if key not in node:
            continue
        value = node[key]
        if how == _ONE:
            if not (kind is Kind.SCHEMA and isinstance(value, bool)):
                yield Part(kind, join(part.pointer, key), value)
        elif how == _LIST and isinstance(value, list):
            for index, item in enumerate(value):
                yield Part(kind, join(part.pointer, key, index), item)
        elif how == _MAP and isinstance(value, Mapping):
            for name, item in value.items():
                yield Part(kind, join(part.pointer, key, name), item)


def walk(part: Part) -> Iterator[Part]:
    """This part and all under it, in the order of the document."""
    yield part
    for lower in below(part):
        yield from walk(lower)


def parts(document: Mapping[str, Any]) -> Iterator[Part]:
    """Every part of an OpenAPI 3 document: paths first, then components."""
    paths = document.get("paths")
    if isinstance(paths, Mapping):
        for path, item in paths.items():
            if not str(path).startswith("x-"):
                yield from walk(Part(Kind.PATH, join("#/paths", path), item))
    components = document.get("components")
    if isinstance(components, Mapping):
        for key, kind in _COMPONENTS:
            group = components.get(key)
            if isinstance(group, Mapping):
                for name, node in group.items():
                    yield from walk(Part(kind, join("#/components", key, name), node))
