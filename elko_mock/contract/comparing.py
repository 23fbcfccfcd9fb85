"""Comparing two schemas: what one allows and the other does not, property by property."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from elko_mock.contract.changes import Breaks, Change, Direction
from elko_mock.contract.pointer import follow

_COMPONENT = "#/components/schemas/"
_KINDS = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_OPAQUE = ("pattern", "multipleOf", "not", "oneOf", "anyOf", "if", "then", "else", "contains", "propertyNames")
_FORMATS = {("int32", "int64"), ("float", "double"), ("date", "date-time")}
"""What counts as a wider format of the same kind of value."""


class Comparison:
    """Compares schemas of an old and a new document. Each pair of named schemas is told about once a direction."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """The two documents, for their references."""
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, Direction]] = set()

    def __call__(self, old: Any, new: Any, direction: Direction, where: str) -> Iterator[Change]:
        """What changed between two schemas, `where` being the place they stand at."""
        names = _name(old), _name(new)
        if all(names):
            pair = (names[0], names[1], direction)
            if pair in self._seen:
                return
            self._seen.add(pair)
            where = f"{direction}: {names[0]}"
        yield from self._compare(self._flat(self._old, old), self._flat(self._new, new), direction, where)

    def own(self, old: Any, new: Any, direction: Direction, where: str) -> Iterator[Change]:
        """What changed between two schemas themselves, not looking at what is in them or behind a reference."""
        return _keywords(self._flat(self._old, old), self._flat(self._new, new), direction, where)

    def _compare(
        self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str
    ) -> Iterator[Change]:
        yield from _keywords(old, new, direction, where)
        yield from self._properties(old, new, direction, where)
        if "items" in old and "items" in new:
            yield from self(old["items"], new["items"], direction, f"{where}[]")
        elif "items" in old or "items" in new:
            yield from _opaque("items", old, new, direction, where)
        yield from self._additional(old, new, direction, where)

    def _flat(self, document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
        """References followed, `allOf` worked in, `type` and null as one list."""
        schema = follow(document, schema)
        if isinstance(schema, bool):
            return {} if schema else {"not": {}}
        flat = {key: value for key, value in schema.items() if key != "allOf"}
        types = _types(schema)
        for raw in schema.get("allOf") or ():
            piece = self._flat(document, raw)
            types &= _types(piece) | ({"null"} if schema.get("nullable") is True else set())
            for key, value in piece.items():
                if key == "properties":
                    flat[key] = {**value, **flat.get(key, {})}
                elif key == "required":
                    flat[key] = [*flat.get(key, []), *value]
                elif key == "description":
                    continue
                elif key in flat and flat[key] != value and key not in ("type", "nullable"):
                    flat[key] = {"both": [flat[key], value]} if key in _OPAQUE else _tighter(key, flat[key], value)
                else:
                    flat.setdefault(key, value)
        flat["type"] = sorted(types)
        flat.pop("nullable", None)
        return flat

    def _properties(
        self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str
    ) -> Iterator[Change]:
        before, after = old.get("properties") or {}, new.get("properties") or {}
        was, is_ = set(old.get("required") or ()), set(new.get("required") or ())
        for name in [*before, *(name for name in after if name not in before)]:
            place = f"{where}.{name}"
            if name not in after:
                yield _gone(direction, place, required=name in was, closed=_is_closed(new))
            elif name not in before:
                yield _come(direction, place, required=name in is_, closed=_is_closed(old))
            else:
                if name in is_ and name not in was:
                    yield Change("property-required", place, direction.narrowed, "must be there now")
                elif name in was and name not in is_:
                    yield Change("property-optional", place, direction.widened, "may be left out now")
                yield from self(before[name], after[name], direction, place)
        for name in sorted((is_ - was) - set(before) - set(after)):
            yield Change("property-required", f"{where}.{name}", direction.narrowed, "must be there now")
        for name in sorted((was - is_) - set(before) - set(after)):
            yield Change("property-optional", f"{where}.{name}", direction.widened, "may be left out now")

    def _additional(
        self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str
    ) -> Iterator[Change]:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if before is after or before == after == {}:
            return
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self(before, after, direction, f"{where}.*")
        elif after is False or (before in (True, {}) and after not in (True, {})):
            message = (
                "other properties are not allowed any more" if after is False else "other properties are typed now"
            )
            yield Change("other-properties-narrowed", where, direction.narrowed, message)
        elif before is False or before not in (True, {}):
            yield Change("other-properties-widened", where, direction.widened, "more properties are allowed now")


def _come(direction: Direction, place: str, *, required: bool, closed: bool) -> Change:
    """`closed`: the old schema had room for no other properties than its own."""
    if direction is Direction.REQUEST:
        breaks = Breaks.BOTH if required else Breaks.SERVER
        said = "is new, and has to be sent" if required else "is new; an old server takes no notice of it"
    else:
        breaks = {
            (True, True): Breaks.BOTH,
            (True, False): Breaks.SERVER,
            (False, True): Breaks.CLIENT,
            (False, False): Breaks.NONE,
        }[required, closed]
        said = "is new; an old server does not send it" if required else "is new, and may be left out"
    return Change("property-added", place, breaks, said)


def _gone(direction: Direction, place: str, *, required: bool, closed: bool) -> Change:
    """`closed`: the new schema has room for no other properties than its own."""
    if direction is Direction.REQUEST:
        breaks = Breaks.BOTH if required else Breaks.CLIENT
        said = "is gone; an old server still demands it" if required else "is gone; sent, it has no effect any more"
    else:
        breaks = {
            (True, True): Breaks.BOTH,
            (True, False): Breaks.CLIENT,
            (False, True): Breaks.SERVER,
            (False, False): Breaks.NONE,
        }[required, closed]
        said = "is gone" if required else "is gone; it could be left out before too"
    return Change("property-removed", place, breaks, said)


def _is_closed(schema: Mapping[str, Any]) -> bool:
    return schema.get("additionalProperties", True) not in (True, {})


def _keywords(old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str) -> Iterator[Change]:
    """The schema's own keywords, not those of what is in it."""
    yield from _sets("type", set(old["type"]), set(new["type"]), direction, where)
    yield from _sets("enum", _allowed(old), _allowed(new), direction, where)
    for key, sign in (*((key, 1) for key in _LOWER), *((key, -1) for key in _UPPER)):
        yield from _bounds(key, sign, old, new, direction, where)
    yield from _format(old, new, direction, where)
    if bool(old.get("uniqueItems")) != bool(new.get("uniqueItems")):
        narrowed = bool(new.get("uniqueItems"))
        yield _moved("unique-items", direction, where, narrowed=narrowed, message="items have to differ")
    for key in _OPAQUE:
        yield from _opaque(key, old, new, direction, where)


def _sets(
    key: str, before: set[str] | None, after: set[str] | None, direction: Direction, where: str
) -> Iterator[Change]:
    """Two sets of what is allowed; None for everything."""
    if before == after:
        return
    message = f"was {_listed(before)}, is {_listed(after)}"
    if after is None or (before is not None and before <= after):
        yield Change(f"{key}-widened", where, direction.widened, message)
    elif before is None or after <= before:
        yield Change(f"{key}-narrowed", where, direction.narrowed, message)
    else:
        yield Change(f"{key}-changed", where, Breaks.BOTH, message)


def _bounds(
    key: str, sign: int, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str
) -> Iterator[Change]:
    before, after = old.get(key), new.get(key)
    if before == after or {before, after} <= {None, False}:
        return
    if isinstance(before, bool) or isinstance(after, bool):  # the flag beside a bound, in 3.0
        narrowed = after is True
        if not (before in (None, False, True) and after in (None, False, True)):
            yield Change(f"{_kebab(key)}-changed", where, Breaks.BOTH, f"was {before}, is {after}")
            return
    elif before is None or after is None:
        narrowed = before is None
    else:
        narrowed = (after - before) * sign > 0
    yield _moved(_kebab(key), direction, where, narrowed=narrowed, message=f"was {before}, is {after}")


def _format(old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str) -> Iterator[Change]:
    before, after = old.get("format"), new.get("format")
    if before == after:
        return
    message = f"was {before or 'any'}, is {after or 'any'}"
    if before is None or after is None or (before, after) in _FORMATS or (after, before) in _FORMATS:
        narrowed = before is None or (after, before) in _FORMATS
        yield _moved("format", direction, where, narrowed=narrowed, message=message)
    else:
        yield Change("format-changed", where, Breaks.BOTH, message)


def _opaque(
    key: str, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, where: str
) -> Iterator[Change]:
    """Keywords whose values cannot be weighed against each other."""
    before, after = old.get(key), new.get(key)
    if before == after:
        return
    if before is None or after is None:
        message = f"{key} is gone" if after is None else f"{key} is new"
        yield _moved(_kebab(key), direction, where, narrowed=before is None, message=message)
    else:
        yield Change(f"{_kebab(key)}-changed", where, Breaks.BOTH, f"{key} is another one")


def _moved(what: str, direction: Direction, where: str, *, narrowed: bool, message: str) -> Change:
    if narrowed:
        return Change(f"{what}-narrowed", where, direction.narrowed, message)
    return Change(f"{what}-widened", where, direction.widened, message)


def _types(schema: Mapping[str, Any]) -> set[str]:
    """All the types allowed; a number may be an integer."""
    named = schema.get("type")
    if named is None:
        return set(_KINDS)
    types = {named} if isinstance(named, str) else set(named)
    if "number" in types:
        types.add("integer")
    if schema.get("nullable") is True:
        types.add("null")
    return types


def _allowed(schema: Mapping[str, Any]) -> set[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    # null has its own place among the types
    return None if values is None else {json.dumps(value, sort_keys=True) for value in values if value is not None}


def _tighter(key: str, one: Any, other: Any) -> Any:
    if key in _LOWER:
        return max(one, other)
    return min(one, other) if key in _UPPER else one


def _name(schema: Any) -> str:
    """The component a schema refers to, directly or as the only member of an `allOf`."""
    if not isinstance(schema, Mapping):
        return ""
    inner = schema.get("allOf") or []
    if len(inner) == 1 and not {"properties", "type", "nullable"} & schema.keys():
        return _name(inner[0])
    reference = schema.get("$ref")
    return reference.removeprefix(_COMPONENT) if isinstance(reference, str) else ""


def _listed(values: set[str] | None) -> str:
    if values is None or values >= _KINDS:
        return "anything"
    shown = values - {"integer"} if "number" in values else values
    return ", ".join(sorted(shown)) or "nothing"


def _kebab(key: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in key)
