"""Validation of data against a document's schemas, compiled on first use; every error becomes a Violation."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import jsonschema_rs

from elko_mock.contract.json_schema import Translator, is_old
from elko_mock.exchange.exchange import Side, Violation

MAX_VIOLATIONS = 1000
"""More violations than that in one message are counted, not listed."""
MAX_NODES = 20_000
"""Of a request with more values than that only the first violation is told: finding all would cost more than sending
them did."""
_SHOWN = 12
"""Members of an enumeration that a message lists."""
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

Violations = tuple[Violation, ...]


class Checks:
    """All the validators of one document, for one side."""

    __slots__ = ("_compiled", "_old", "_side", "_translator")

    def __init__(self, document: Mapping[str, Any], side: Side) -> None:
        self._side = side
        self._old = is_old(document)
        self._translator = Translator(document, side)
        self._compiled: dict[int, tuple[Any, jsonschema_rs.Validator]] = {}

    def violations(self, schema: Any, data: Any, where: str) -> Violations:
        """What the schema has against the data; `where` is what the places begin with: `body`, `response`, ...

        The data is as JSON or XML was read: nested no deeper than a reader goes.
        """
        validator = self._validator(schema)
        if isinstance(data, Sequence) and not isinstance(data, list | tuple | str):
            data = list(data)  # rows that are made as they are read
        try:
            if validator.is_valid(data):
                return ()
            if self._side is Side.REQUEST and _has_more_nodes(data, MAX_NODES):
                return self._first(validator, data, where)
            found = (violation for error in validator.iter_errors(data) for violation in self._tell(error, where))
            listed = tuple(islice(found, MAX_VIOLATIONS))
            left = sum(1 for _ in found)
        except (ValueError, OverflowError):
            return (Violation(self._side, _code(where, "value"), where, "holds what JSON cannot carry"),)
        if left:
            listed += (Violation(self._side, _code(where, "more"), where, f"{left} more violations are not listed"),)
        return listed

    def _first(self, validator: jsonschema_rs.Validator, data: Any, where: str) -> Violations:
        try:
            validator.validate(data)
        except jsonschema_rs.ValidationError as error:
            first = tuple(islice(self._tell(error, where), MAX_VIOLATIONS))
        more = "this is too large for more violations to be looked for"
        return (*first, Violation(self._side, _code(where, "more"), where, more))

    def is_valid(self, schema: Any, data: Any) -> bool:
        """Whether the schema has nothing against the data."""
        try:
            return self._validator(schema).is_valid(data)
        except (ValueError, OverflowError):
            return False

    def _validator(self, schema: Any) -> jsonschema_rs.Validator:
        known = self._compiled.get(id(schema))
        if known is None:
            # the schema is kept beside its validator, so that its id is not given to another one
            known = self._compiled[id(schema)] = (schema, compile_schema(self._translator(schema), old=self._old))
        return known[1]

    def _tell(self, error: jsonschema_rs.ValidationError, where: str) -> Iterator[Violation]:
        inner = _past_null(error)
        if inner is not None:
            for one in inner:
                yield from self._tell(one, where)
            return
        place = "/".join([where, *(_step(part) for part in error.instance_path)])
        kind = error.kind
        code = _code(where, kebab(kind.name))
        facts = kind.as_dict()
        if kind.name == "required":
            yield Violation(self._side, code, f"{place}/{_step(facts['property'])}", "is missing, and required")
        elif kind.name in ("additionalProperties", "unevaluatedProperties"):
            for name in facts["unexpected"]:
                yield Violation(self._side, code, f"{place}/{_step(name)}", "is not known here")
        else:
            yield Violation(self._side, code, place, _words(error))


def _has_more_nodes(data: Any, most: int) -> bool:
    waiting = [data]
    seen = 0
    while waiting and seen <= most:
        node = waiting.pop()
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) else ()
        waiting.extend(islice(inner, most + 1))
        seen += 1
    return seen > most


def compile_schema(schema: Any, *, old: bool = False) -> jsonschema_rs.Validator:
    """A validator that reaches for no network and whose patterns take linear time where they can.

    `old`: draft 4, else 2020-12. Raises jsonschema_rs.ValidationError on a schema that is none.
    """
    draft = jsonschema_rs.Draft4Validator if old else jsonschema_rs.Draft202012Validator
    formats = {"date-time": _is_date_time, "uuid": _is_uuid}
    try:
        return draft(
            schema,
            formats=formats,
            validate_formats=True,
            offline=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            mask=_MASK,
        )
    except jsonschema_rs.ValidationError:  # a pattern that looks ahead or back
        return draft(schema, formats=formats, validate_formats=True, offline=True, mask=_MASK)


def is_pattern(pattern: str) -> bool:
    """Whether it is a regular expression that can be checked."""
    try:
        compile_schema({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


def _is_date_time(text: str) -> bool:
    """RFC 3339, and the same without a zone: .NET writes that for a DateTime of unspecified kind."""
    return _DATE_TIME.fullmatch(text) is not None


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def _code(where: str, what: str) -> str:
    return f"{where.partition('/')[0]}.{what}"


def _past_null(error: jsonschema_rs.ValidationError) -> Sequence[jsonschema_rs.ValidationError] | None:
    """The errors of the other branch, where "null or this" is neither; None for any other error."""
    if error.kind.name != "anyOf":
        return None
    branches = error.kind.as_dict()["context"]
    if len(branches) != 2 or len(branches[0]) != 1 or branches[0][0].kind.name != "type":
        return None
    (first,) = branches[0]
    is_null = first.kind.as_dict()["types"] == ["null"] and first.instance_path == error.instance_path
    return branches[1] if is_null and error.instance is not None else None


def kebab(name: str) -> str:
    """A keyword as violations' codes spell it: `minItems` is `min-items`."""
    return re.sub(r"[A-Z]", lambda found: "-" + found[0].lower(), name)


def _step(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_ORDER = list(_TYPES)
_MASK = "the value"


def _is(value: Any) -> str:
    """What kind of value it is. Never the value itself: it may be a password or somebody's name."""
    if value is None or isinstance(value, bool):
        return str(value).lower() if value is not None else "null"
    named = {dict: "object", list: "array", tuple: "array", str: "string", int: "integer", float: "number"}
    return _TYPES[named[type(value)]]


def _figure(value: float) -> str:
    return str(value) if -(10**18) < value < 10**18 else "a figure beyond all measure"


def _wanted(types: list[str]) -> str:
    return " or ".join(_TYPES[name] for name in sorted(types, key=_ORDER.index))


def _listed(options: Sequence[Any]) -> str:
    shown = [str(option) if isinstance(option, str) else json.dumps(option) for option in options[:_SHOWN]]
    return ", ".join([*shown, *(["..."] if len(options) > _SHOWN else [])])


def _words(error: jsonschema_rs.ValidationError) -> str:
    word = _WORDING.get(error.kind.name)
    return word(error.instance, error.kind.as_dict()) if word else error.message


def _nearest(value: Any, facts: Mapping[str, Any]) -> str:
    branches = [branch for branch in facts["context"] if branch]
    if not branches:
        return f"{_is(value)} that fits more than one of the shapes allowed here; exactly one is wanted"
    best = min(branches, key=lambda errors: (-max(len(error.instance_path) for error in errors), len(errors)))
    return f"fits none of the shapes allowed here; the nearest wants: {_words(best[0])}"


_WORDING: Mapping[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "type": lambda value, facts: f"must be {_wanted(facts['types'])}, not {_is(value)}",
    "enum": lambda _, facts: f"is not one of {_listed(facts['options'])}",
    "const": lambda _, facts: f"must be {_listed([facts['expected_value']])}",
    "minimum": lambda value, facts: f"must be at least {facts['limit']}, not {_figure(value)}",
    "maximum": lambda value, facts: f"must be at most {facts['limit']}, not {_figure(value)}",
    "exclusiveMinimum": lambda value, facts: f"must be more than {facts['limit']}, not {_figure(value)}",
    "exclusiveMaximum": lambda value, facts: f"must be less than {facts['limit']}, not {_figure(value)}",
    "multipleOf": lambda value, facts: f"must be a multiple of {facts['multiple_of']}, not {_figure(value)}",
    "minLength": lambda value, facts: f"must have at least {facts['limit']} characters, not {len(value)}",
    "maxLength": lambda value, facts: f"must have at most {facts['limit']} characters, not {len(value)}",
    "minItems": lambda value, facts: f"must hold at least {facts['limit']}, not {len(value)}",
    "maxItems": lambda value, facts: f"must hold at most {facts['limit']}, not {len(value)}",
    "uniqueItems": lambda *_: "holds the same value twice",
    "minProperties": lambda value, facts: f"must have at least {facts['limit']} properties, not {len(value)}",
    "maxProperties": lambda value, facts: f"must have at most {facts['limit']} properties, not {len(value)}",
    "required": lambda _, facts: f"{facts['property']} is missing, and required",
    "pattern": lambda _, facts: f"does not match {facts['pattern']}",
    "format": lambda _, facts: f"is no {facts['format']}",
    "propertyNames": lambda *_: "has a property whose name is not allowed here",
    "not": lambda *_: "is just what is not allowed here",
    "falseSchema": lambda *_: "nothing is allowed here",
    "anyOf": _nearest,
    "oneOf": _nearest,
}
