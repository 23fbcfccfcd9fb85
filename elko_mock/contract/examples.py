"""Examples: one deterministic, schema-valid value for a schema, made of its own examples first."""

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from elko_mock.contract.checks import Checks
from elko_mock.contract.patterns import matching
from elko_mock.contract.pointer import follow
from elko_mock.exchange.exchange import Side

_DEPTH = 8
"""Levels beyond which only what is required is made, and recursion ends."""
_LIMIT = 32
_MOST = 10_000
"""Values in one example; beyond half of them it is made as short as can be, beyond all of them it ends."""
_MAX_LENGTH = 10_000
_TRIED = 1000
_NOTHING = object()

_FORMATS = {
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "time": "00:00:00Z",
    "duration": "P1D",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "AA==",
}


class Examples:
    """Makes examples out of the schemas of one document."""

    __slots__ = ("_document", "_known", "_request", "_response")

    def __init__(self, document: Mapping[str, Any], request: Checks, response: Checks) -> None:
        self._document = document
        self._request = request
        self._response = response
        self._known: dict[tuple[int, Side], tuple[Any, Any]] = {}

    def __call__(self, schema: Any, given: Any = None) -> Any:
        """An answer's data, the caller's own. `given`: the document's example of the whole, taken when it is valid."""
        if given is not None and self._response.is_valid(schema, given):
            return copy.deepcopy(given)
        return self._made(schema, Side.RESPONSE)

    def of_request(self, schema: Any) -> Any:
        """A request body's data."""
        return self._made(schema, Side.REQUEST)

    def _made(self, schema: Any, side: Side) -> Any:
        known = self._known.get((id(schema), side))
        if known is None:
            known = self._known[id(schema), side] = (schema, self._make(schema, side))
        return copy.deepcopy(known[1])

    def _make(self, schema: Any, side: Side) -> Any:
        checks = self._request if side is Side.REQUEST else self._response
        value = None
        for trusting in (True, False):
            value = _Maker(self._document, side, trusting).make(schema, 0)
            if checks.is_valid(schema, value):
                return value
        return value


class _Maker:
    """One attempt: with the document's examples (which may be wrong), or with its constraints alone."""

    def __init__(self, document: Mapping[str, Any], side: Side, trusting: bool) -> None:
        self._document = document
        self._mute = "readOnly" if side is Side.REQUEST else "writeOnly"
        self._trusting = trusting
        self._left = _MOST

    def make(self, schema: Any, depth: int, number: int = 0) -> Any:
        """`number` makes the items of a list differ where they must."""
        schema = follow(self._document, schema)
        self._left -= 1
        if isinstance(schema, bool) or self._left < 0:
            return None
        said = self._said(schema, number)
        if said is not _NOTHING:
            return said
        if self._left < _MOST // 2:
            depth = max(depth, _DEPTH + 1)
        if depth > _LIMIT or (depth > _DEPTH and _allows_null(schema)):
            return None
        merged = self._merged(schema, depth)
        said = self._said(merged, number)
        return self._of_type(merged, _type_of(merged), depth, number) if said is _NOTHING else said

    def _said(self, schema: Mapping[str, Any], number: int) -> Any:
        """What the schema itself offers."""
        if self._trusting and number == 0:
            if "example" in schema:
                return schema["example"]
            if isinstance(schema.get("examples"), list) and schema["examples"]:
                return schema["examples"][0]
            if "default" in schema:
                return schema["default"]
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return schema["enum"][number % len(schema["enum"])]
        return _NOTHING

    def _merged(self, schema: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """`allOf` as one schema; of `oneOf` and `anyOf` the first branch, or beyond the depth one that ends."""
        merged = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
        pieces = list(schema.get("allOf") or ())
        for key in ("oneOf", "anyOf"):
            branches = schema.get(key) or ()
            if branches:
                pieces.append(branches[0] if depth <= _DEPTH else min(branches, key=self._weight))
        for raw in pieces:
            piece = follow(self._document, raw)
            if isinstance(piece, Mapping):
                _merge(merged, self._merged(piece, depth))
        return merged

    def _weight(self, branch: Any) -> int:
        schema = follow(self._document, branch)
        return 0 if isinstance(schema, Mapping) and _type_of(schema) not in ("object", "array") else 1

    def _of_type(self, schema: Mapping[str, Any], type_: str, depth: int, number: int) -> Any:
        match type_:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return _text(schema, number)
            case "integer" | "number":
                return _number(schema, whole=type_ == "integer", number=number)
            case "boolean":
                return number % 2 == 0
            case _:
                return None

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required") or ())
        made: dict[str, Any] = {}
        for name, raw in (schema.get("properties") or {}).items():
            if depth > _DEPTH and name not in required:
                continue
            if raw is False or (isinstance(raw, Mapping) and raw.get(self._mute) is True):
                continue
            made[name] = self.make(raw, depth + 1)
        others = schema.get("additionalProperties", True)
        for name in sorted(required.difference(made)):
            raw = (schema.get("properties") or {}).get(name)
            if not (isinstance(raw, Mapping) and raw.get(self._mute) is True):
                made[name] = self.make({"type": "string"} if isinstance(others, bool) else others, depth + 1)
        while len(made) < (schema.get("minProperties") or 0) and others is not False:
            made[f"property{len(made) + 1}"] = self.make(
                {"type": "string"} if others is True else others, depth + 1, len(made)
            )
        return made

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems") or 0
        most = schema.get("maxItems")
        count = max(least, 0 if depth > _DEPTH else 1)
        if most is not None:
            count = min(count, most)
        first = [self.make(item, depth + 1) for item in (schema.get("prefixItems") or ())[:count]]
        items = schema.get("items", {})
        if items is False:
            return first
        unique = schema.get("uniqueItems") is True
        return first + [
            self.make(items, depth + 1, number if unique else 0) for number in range(max(count - len(first), 0))
        ]


def _allows_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("nullable") is True or "null" in _types(schema)


def _types(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return types if isinstance(types, list) else [types]


def _type_of(schema: Mapping[str, Any]) -> str:
    """The type to make: the one named, or the one its keywords speak of."""
    named = [name for name in _types(schema) if name != "null"]
    if named:
        return named[0]
    if "type" in schema:
        return "null"
    for type_, keys in (
        ("object", ("properties", "required", "minProperties", "additionalProperties")),
        ("array", ("items", "prefixItems", "minItems", "maxItems")),
        ("number", ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum")),
        ("string", ("pattern", "minLength", "maxLength", "format")),
    ):
        if any(key in schema for key in keys):
            return type_
    return "object"


def _merge(into: dict[str, Any], piece: Mapping[str, Any]) -> None:
    for key, value in piece.items():
        if key == "properties" and isinstance(into.get(key), Mapping):
            into[key] = {**into[key], **value}
        elif key == "required" and isinstance(into.get(key), list):
            into[key] = [*into[key], *value]
        elif key in ("minimum", "minLength", "minItems", "minProperties") and key in into:
            into[key] = max(into[key], value)
        elif key in ("maximum", "maxLength", "maxItems", "maxProperties") and key in into:
            into[key] = min(into[key], value)
        else:
            into.setdefault(key, value)


def _text(schema: Mapping[str, Any], number: int) -> str:
    least = min(schema.get("minLength") or 0, _MAX_LENGTH)
    most = schema.get("maxLength")
    if "pattern" in schema:
        return matching(schema["pattern"], least, number)
    text = _FORMATS.get(schema.get("format", ""), "text")
    if number:
        text = f"{text}{number}" if schema.get("format") not in _FORMATS else text.replace("0", str(number), 1)
    text = text.ljust(least, "x")
    return text if most is None else text[:most] if not number else text[-most:]


def _number(schema: Mapping[str, Any], *, whole: bool, number: int) -> int | float:
    """The `number`-th that fits, the plainest first; 0 where none does."""
    low, low_open = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, high_open = _bound(schema, "maximum", "exclusiveMaximum", min)
    step = schema.get("multipleOf")

    def fits(value: float) -> bool:
        return (
            (low is None or value > low or (value == low and not low_open))
            and (high is None or value < high or (value == high and not high_open))
            and (not whole or value == int(value))
        )

    found: list[int | float] = []
    for value in _candidates(low, high, step):
        if fits(value) and value not in found:
            found.append(int(value) if value == int(value) else value)
            if len(found) > number:
                break
    return found[-1] if found else 0


def _bound(
    schema: Mapping[str, Any], bound: str, exclusive: str, tighter: Callable[[float, float], float]
) -> tuple[float | None, bool]:
    """The bound and whether it is outside itself: 3.0 has a flag beside the bound, 3.1 a bound of its own."""
    within, without = schema.get(bound), schema.get(exclusive)
    if without is None or isinstance(without, bool):
        return within, without is True
    if within is None or tighter(within, without) == without:
        return without, True
    return within, False


def _candidates(low: float | None, high: float | None, step: float | None) -> Iterator[float]:
    yield 0
    unit, begin = step or 1, low if low is not None else high or 0
    down = low is None and high is not None
    first = (math.floor if down else math.ceil)(begin / unit)
    for count in range(_TRIED):
        value = (first - count if down else first + count) * unit
        yield value if isinstance(value, int) else round(value, 10)  # 3 * 0.1 is not quite 0.3
    if low is not None and high is not None:
        for count in range(2, _TRIED):
            yield low + (high - low) / count
