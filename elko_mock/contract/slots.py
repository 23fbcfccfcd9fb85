"""From a parameter's schema to the slot that binds it."""

from collections.abc import Mapping
from typing import Any

from elko_mock.contract.binding import (
    Check,
    Reader,
    Slot,
    enum_reader,
    integer_reader,
    read_boolean,
    read_number,
    read_text,
)
from elko_mock.contract.checks import Checks
from elko_mock.contract.pointer import follow

_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_UNREAD = {
    *("pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "multipleOf", "not", "oneOf"),
    *("exclusiveMinimum", "exclusiveMaximum", "const", "anyOf", "minimum", "maximum"),
}
"""Keywords that no reader looks at: with one of them the bound value is put before the schema itself."""
_SEPARATORS = {"pipeDelimited": "|", "spaceDelimited": " "}


def slot(document: Any, node: Mapping[str, Any], target: str, checks: Checks) -> Slot:
    """The slot of a path or query parameter, whose value the handlers know as `target`."""
    schema = schema_of(document, node)
    flat = flatten(document, schema)
    many = kind_of(flat) == "array"
    element = flatten(document, flat.get("items") or {}) if many else flat
    read = _reader(element)
    return Slot(
        name=node["name"],
        target=target,
        location=node["in"],
        required=node.get("required") is True,
        many=many,
        separator=_SEPARATORS.get(node.get("style", ""), ","),
        read=read,
        plain=kind_of(element) == "integer" and "enum" not in element,
        default=flat.get("default"),
        check=_check(checks, schema, flat, element),
    )


def schema_of(document: Any, node: Mapping[str, Any]) -> Any:
    """A parameter's schema, also where it stands under `content`."""
    if "schema" in node:
        return node["schema"]
    for media in (node.get("content") or {}).values():
        return follow(document, media).get("schema", {})
    return {}


def flatten(document: Any, schema: Any) -> Mapping[str, Any]:
    """The schema without references, and with an `allOf` of one taken in, as Swashbuckle writes enums."""
    schema = follow(document, schema)
    if not isinstance(schema, Mapping):
        return {}
    inner = schema.get("allOf") or []
    if len(inner) == 1 and "type" not in schema:
        return {**flatten(document, inner[0]), **{key: value for key, value in schema.items() if key != "allOf"}}
    return schema


def kind_of(schema: Mapping[str, Any]) -> str:
    """The one type of a flat schema, null aside; empty when there is none or several."""
    types = schema.get("type", [])
    named = [types] if isinstance(types, str) else [name for name in types if name != "null"]
    return named[0] if len(named) == 1 else ""


def _reader(schema: Mapping[str, Any]) -> Reader:
    match kind_of(schema):
        case "integer":
            read: Reader = integer_reader(*_bounds(schema))
        case "number":
            read = read_number
        case "boolean":
            read = read_boolean
        case _:
            read = read_text
    return enum_reader(schema["enum"], read) if schema.get("enum") else read


def _bounds(schema: Mapping[str, Any]) -> tuple[int, int]:
    return _BOUNDS.get(schema.get("format", ""), _BOUNDS["int64"])


def _check(checks: Checks, schema: Any, flat: Mapping[str, Any], element: Mapping[str, Any]) -> Check | None:
    told = _told(flat) | _told(element)
    if not told:
        return None
    return lambda value, where: checks.violations(schema, value, where)


def _told(schema: Mapping[str, Any]) -> set[str]:
    """The unread keywords of a schema; bounds that its format has anyway are read."""
    low, high = _bounds(schema) if schema.get("format") in _BOUNDS else (None, None)
    return {
        key
        for key in _UNREAD.intersection(schema)
        if not (key == "minimum" and schema[key] == low)
        and not (key == "maximum" and schema[key] == high)
        and not (key == "minItems" and schema[key] == 1)
    }
