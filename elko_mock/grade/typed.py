"""Typed values: where the contract wants numbers and booleans, and what a JSON body has there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from elko_mock.wire.folding import folding

_REF = "#/components/schemas/"
_MOST_DEPTH = 32
_WANTED = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
_WHOLE = re.compile(r"\s*+[+-]?[0-9]{1,18}+\s*+")
_NUMBER = re.compile(r"\s*+[+-]?(\d++(\.\d*+)?|\.\d++)([eE][+-]?\d++)?\s*+")


class TypedValue(NamedTuple):
    """One value that is to be a number or a boolean."""

    where: str
    """As violations name it: `body/lines/0/quantity`."""
    value: Any
    wanted: str

    @property
    def stringly(self) -> bool:
        """Whether it is a string that would do, were it not one."""
        if not isinstance(self.value, str):
            return False
        if self.wanted == _WANTED["boolean"]:
            return self.value.strip().lower() in {"true", "false"}
        return (_WHOLE if self.wanted == _WANTED["integer"] else _NUMBER).fullmatch(self.value) is not None


def typed_values(data: Any, schema: Mapping[str, Any], components: Mapping[str, Any]) -> Iterator[TypedValue]:
    """Every value in `data` for which the schema wants a number or a boolean; nulls left out. Names count in any case,
    as they do for the service."""
    return _typed(folding(schema, components)(data), schema, components, "body", 0)


def _typed(
    data: Any, schema: Mapping[str, Any], components: Mapping[str, Any], where: str, depth: int
) -> Iterator[TypedValue]:
    if depth > _MOST_DEPTH or data is None:
        return
    schema = _resolved(schema, components)
    for part in schema.get("allOf", ()):
        yield from _typed(data, part, components, where, depth + 1)
    kind = schema.get("type")
    if kind in _WANTED and not isinstance(data, dict | list):
        yield TypedValue(where, data, _WANTED[kind])
    elif isinstance(data, dict):
        properties = schema.get("properties", {})
        for name, value in data.items():
            if name in properties:
                yield from _typed(value, properties[name], components, f"{where}/{name}", depth + 1)
    elif isinstance(data, list) and "items" in schema:
        for number, item in enumerate(data):
            yield from _typed(item, schema["items"], components, f"{where}/{number}", depth + 1)


def _resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(_MOST_DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith(_REF):
            return schema
        schema = components.get(reference.removeprefix(_REF), {})
    return schema
