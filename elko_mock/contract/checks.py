"""Validation of data against a document's schemas, compiled on first use; every error becomes a Violation."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import jsonschema_rs

from elko_mock.contract.json_schema import Translator, is_old
from elko_mock.exchange.exchange import Side, Violation

MAX_VIOLATIONS = 1000
"""More violations than that in one message are counted, not listed."""
_SHOWN = 40
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
            found = (violation for error in validator.iter_errors(data) for violation in self._tell(error, where))
            listed = tuple(islice(found, MAX_VIOLATIONS))
            left = sum(1 for _ in found)
        except (ValueError, OverflowError) as wrong:
            return (Violation(self._side, _code(where, "value"), where, f"holds what JSON cannot carry: {wrong}"),)
        if left:
            listed += (Violation(self._side, _code(where, "more"), where, f"{left} more violations are not listed"),)
        return listed

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
            word = _WORDING.get(kind.name)
            yield Violation(self._side, code, place, word(error.instance, facts) if word else error.message)


def compile_schema(schema: Any, *, old: bool = False) -> jsonschema_rs.Validator:
    """A validator that reaches for no network and whose patterns take linear time where they can.

    `old`: draft 4, else 2020-12. Raises jsonschema_rs.ValidationError on a schema that is none.
    """
    draft = jsonschema_rs.Draft4Validator if old else jsonschema_rs.Draft202012Validator
    formats = {"date-time": _is_date_time, "uuid": _is_uuid}
    try:
        return draft(
            schema, formats=formats, validate_formats=True, offline=True, pattern_options=jsonschema_rs.RegexOptions()
        )
    except jsonschema_rs.ValidationError:  # a pattern that looks ahead or back
        return draft(schema, formats=formats, validate_formats=True, offline=True)


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


_NAMES = {dict: "an object", list: "a list", tuple: "a list", str: "text", bool: "true or false", type(None): "null"}
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


def _value(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return _NAMES[type(value)]
    text = repr(value) if isinstance(value, str) else "null" if value is None else str(value).lower()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _wanted(types: list[str]) -> str:
    return " or ".join(_TYPES[name] for name in sorted(types, key=_ORDER.index))


def _nearest(value: Any, facts: Mapping[str, Any]) -> str:
    branches = [branch for branch in facts["context"] if branch]
    if not branches:
        return f"{_value(value)} fits more than one of the shapes allowed here; exactly one is wanted"
    best = min(branches, key=lambda errors: (-max(len(error.instance_path) for error in errors), len(errors)))
    return f"{_value(value)} fits none of the shapes allowed here; of the nearest: {best[0].message}"


_WORDING: Mapping[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "type": lambda value, facts: f"must be {_wanted(facts['types'])}, not {_value(value)}",
    "enum": lambda value, facts: f"{_value(value)} is not one of {', '.join(map(_value, facts['options']))}",
    "const": lambda value, facts: f"must be {_value(facts['expected_value'])}, not {_value(value)}",
    "minimum": lambda value, facts: f"must be at least {facts['limit']}, not {_value(value)}",
    "maximum": lambda value, facts: f"must be at most {facts['limit']}, not {_value(value)}",
    "exclusiveMinimum": lambda value, facts: f"must be more than {facts['limit']}, not {_value(value)}",
    "exclusiveMaximum": lambda value, facts: f"must be less than {facts['limit']}, not {_value(value)}",
    "multipleOf": lambda value, facts: f"must be a multiple of {facts['multiple_of']}, not {_value(value)}",
    "minLength": lambda value, facts: f"must have at least {facts['limit']} characters, not {len(value)}",
    "maxLength": lambda value, facts: f"must have at most {facts['limit']} characters, not {len(value)}",
    "minItems": lambda value, facts: f"must hold at least {facts['limit']}, not {len(value)}",
    "maxItems": lambda value, facts: f"must hold at most {facts['limit']}, not {len(value)}",
    "uniqueItems": lambda *_: "holds the same value twice",
    "minProperties": lambda value, facts: f"must have at least {facts['limit']} properties, not {len(value)}",
    "maxProperties": lambda value, facts: f"must have at most {facts['limit']} properties, not {len(value)}",
    "pattern": lambda value, facts: f"{_value(value)} does not match {facts['pattern']}",
    "format": lambda value, facts: f"{_value(value)} is no {facts['format']}",
    "not": lambda value, _: f"{_value(value)} is just what is not allowed here",
    "falseSchema": lambda *_: "nothing is allowed here",
    "anyOf": _nearest,
    "oneOf": _nearest,
}
