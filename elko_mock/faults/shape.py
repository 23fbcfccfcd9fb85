"""Shapes: what plain data (from YAML, JSON, a control plane's body) must look like; read once, all problems by path.

The same shape says itself as JSON Schema, so that what an editor completes is what the loader takes.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from elko_mock.clock import DAY, EARLIEST, HOUR, LATEST, MINUTE, SECOND, Instant, from_datetime

Path = tuple[str | int, ...]
"""Keys and indexes from the root to a place."""


class Problem(NamedTuple):
    """One thing that is wrong with the data."""

    path: Path
    message: str
    """For people: what is wrong and what is wanted."""
    at_key: bool = False
    """Whether the key of `path` itself is wrong, not what stands under it."""

    def __str__(self) -> str:
        where = "/".join(map(str, self.path))
        return f"{where}: {self.message}" if where else self.message


class Shape(NamedTuple):
    """What a value must be."""

    wanted: str
    """Ends the sentence "wants ..."."""
    schema: Mapping[str, Any]
    """The same as JSON Schema (draft 2020-12)."""
    read: Callable[[Any, Path, list[Problem]], Any]
    """The value, or None after adding at least one problem."""


class Field(NamedTuple):
    """One key of a table."""

    shape: Shape
    help: str
    required: bool = False


def unspeakable(data: Any) -> tuple[Problem, ...]:
    """The one problem of data that no message could carry (half characters, figures beyond 64 bits); else none."""
    try:
        orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as wrong:
        return (Problem((), f"there is something in it that JSON cannot say: {wrong}"),)
    return ()


def _simple(wanted: str, schema: Mapping[str, Any], take: Callable[[Any], Any]) -> Shape:
    """A shape without parts; `take` raises ValueError when the value is not what is wanted."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        try:
            return take(data)
        except ValueError as wrong:
            problems.append(Problem(path, f"wants {wanted}, not {shown(data)}{f'; {wrong}' if str(wrong) else ''}"))
            return None

    return Shape(wanted, schema, read)


def untold(shape: Shape) -> Shape:
    """The same shape for a secret: what was given is not shown when it is wrong."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        found: list[Problem] = []
        value = shape.read(data, path, found)
        problems += [Problem(path, f"wants {shape.wanted}, not the value given (not shown)") for _ in found[:1]]
        return value

    return Shape(shape.wanted, shape.schema, read)


def shown(data: Any) -> str:
    """A value as a message shows it: short, in the spelling of YAML and JSON."""
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Mapping):
        return "a table"
    if isinstance(data, list):
        return "a list"
    text = repr(data)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _switch(data: Any) -> bool:
    if not isinstance(data, bool):
        raise ValueError
    return data


SWITCH = _simple("true or false", {"type": "boolean"}, _switch)


def text(least: int = 0, most: int = 10_000, pattern: str | None = None, wanted: str | None = None) -> Shape:
    """A text of so many characters that fits the pattern as a whole."""
    schema: dict[str, Any] = {"type": "string", "maxLength": most}
    if least:
        schema["minLength"] = least
    if pattern is not None:
        schema["pattern"] = f"^(?:{pattern})$"

    def take(data: Any) -> str:
        if not isinstance(data, str) or not least <= len(data) <= most:
            raise ValueError
        if pattern is not None and re.fullmatch(pattern, data) is None:
            raise ValueError
        return data

    return _simple(wanted or ("a text" if not least else "a text that is not empty"), schema, take)


def whole(low: int, high: int) -> Shape:
    """A whole number, both ends included."""

    def take(data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or not low <= data <= high:
            raise ValueError
        return data

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return _simple(f"a whole number from {low} to {high}", schema, take)


def number(low: float, high: float) -> Shape:
    """A number, both ends included."""

    def take(data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not low <= data <= high:
            raise ValueError
        return float(data)

    schema = {"type": "number", "minimum": low, "maximum": high}
    return _simple(f"a number from {low:.15g} to {high:.15g}", schema, take)


def one_of(*words: str) -> Shape:
    """One of some words."""

    def take(data: Any) -> str:
        if data not in words:
            raise ValueError(_did_you_mean(data, words))
        return str(data)

    return _simple("one of " + ", ".join(words), {"type": "string", "enum": list(words)}, take)


_UNITS = {"us": 1, "ms": 1000, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_DURATION = r"(?:\d{1,18}(?:\.\d{1,6})?(?:us|ms|s|m|h|d))(?: ?\d{1,18}(?:\.\d{1,6})?(?:us|ms|s|m|h|d))*|0"
_PART = re.compile(r"(\d{1,18})(?:\.(\d{1,6}))?(us|ms|s|m|h|d)")


def parse_duration(data: Any) -> int:
    """Microseconds of a duration such as `250ms`, `2s`, `1.5h`, `1d 12h`, or 0. Raises ValueError."""
    if data == 0 and not isinstance(data, bool):
        return 0
    if isinstance(data, int | float) and not isinstance(data, bool):
        raise ValueError("say in what unit")
    if not isinstance(data, str) or re.fullmatch(_DURATION, data) is None:
        raise ValueError
    total = 0
    for ones, fraction, unit in _PART.findall(data):
        scale = 10 ** len(fraction)
        total += int(ones + fraction) * _UNITS[unit] // scale
    return total


def duration(low: int, high: int) -> Shape:
    """A duration in microseconds, both ends included, written with its unit."""

    def take(data: Any) -> int:
        micros = parse_duration(data)
        if not low <= micros <= high:
            raise ValueError(f"it must be from {show_duration(low)} to {show_duration(high)}")
        return micros

    schema = {"anyOf": [{"type": "string", "pattern": f"^(?:{_DURATION})$"}, {"const": 0}]}
    return _simple("a duration such as 250ms, 2s, 10m, 1h or 2d", schema, take)


def show_duration(micros: int) -> str:
    """The duration as it is written, exactly: `parse_duration` reads it back."""
    for unit in ("d", "h", "m", "s", "ms"):
        if micros and micros % _UNITS[unit] == 0:
            return f"{micros // _UNITS[unit]}{unit}"
    return f"{micros}us" if micros else "0"


def _moment(data: Any) -> Instant:
    if not isinstance(data, str):
        raise ValueError
    try:
        moment = datetime.fromisoformat(data)
    except ValueError:
        raise ValueError from None  # its own message says no more
    at = from_datetime(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    if not EARLIEST <= at <= LATEST:
        raise ValueError("it must lie between 1970-01-01 and 2100-01-01")
    return at


MOMENT = _simple(
    "a time such as 2026-03-01T08:00:00Z (UTC unless it says otherwise)",
    {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"},
    _moment,
)


def list_of(shape: Shape, *, least: int = 0, most: int = 1000) -> Shape:
    """A list, read into a tuple; where `least` is at most 1, a single value stands for a list of itself."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        if not isinstance(data, list):
            if least <= 1 and data is not None:
                one = shape.read(data, path, problems)
                return None if one is None else (one,)
            problems.append(Problem(path, f"wants a list, not {shown(data)}"))
            return None
        if not least <= len(data) <= most:
            problems.append(Problem(path, f"wants {least} to {most} entries, not {len(data)}"))
            return None
        before = len(problems)
        values = tuple(shape.read(one, (*path, index), problems) for index, one in enumerate(data))
        return values if len(problems) == before else None

    listed = {"type": "array", "items": shape.schema, "minItems": least, "maxItems": most}
    schema = {"anyOf": [shape.schema, listed]} if least <= 1 else listed
    return Shape(f"a list; each entry {shape.wanted}", schema, read)


def mapping_of(shape: Shape, *, keys: str = "names") -> Shape:
    """A table with free keys, read into a dict."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        if not isinstance(data, Mapping):
            problems.append(Problem(path, f"wants a table of {keys}, not {shown(data)}"))
            return None
        before = len(problems)
        values = {str(key): shape.read(value, (*path, str(key)), problems) for key, value in data.items()}
        return values if len(problems) == before else None

    return Shape(f"a table of {keys}", {"type": "object", "additionalProperties": shape.schema}, read)


def table(
    fields: Mapping[str, Field], make: Callable[[dict[str, Any], Path, list[Problem]], Any] | None = None
) -> Shape:
    """A table of known keys. `make` turns what was given (wrong and absent keys left out) into the value; it may add
    problems and answer None. It is called only when all keys were right; without it the dict is the value."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        if not isinstance(data, Mapping):
            problems.append(Problem(path, f"wants a table with the keys {', '.join(fields)}, not {shown(data)}"))
            return None
        before = len(problems)
        given: dict[str, Any] = {}
        for key, value in data.items():
            field = fields.get(key)
            if field is None:
                message = f"there is no key {key!r} here; {_did_you_mean(key, tuple(fields))}"
                problems.append(Problem((*path, str(key)), message, at_key=True))
            else:
                given[key] = field.shape.read(value, (*path, key), problems)
        for key, field in fields.items():
            if field.required and key not in data:
                problems.append(Problem(path, f"{key} is missing: {field.help}"))
        if len(problems) > before:
            return None
        return given if make is None else make(given, path, problems)

    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {**field.shape.schema, "description": field.help} for key, field in fields.items()},
    }
    required = [key for key, field in fields.items() if field.required]
    if required:
        schema["required"] = required
    return Shape("a table with the keys " + ", ".join(fields), schema, read)


def either(wanted: str, *cases: tuple[Callable[[Any], bool], Shape]) -> Shape:
    """The first shape whose test takes the value decides; `wanted` is said when none does."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        for takes, shape in cases:
            if takes(data):
                return shape.read(data, path, problems)
        problems.append(Problem(path, f"wants {wanted}, not {shown(data)}"))
        return None

    return Shape(wanted, {"anyOf": [shape.schema for _, shape in cases]}, read)


def mapped(shape: Shape, make: Callable[[Any], Any]) -> Shape:
    """The same shape, its value turned into something else."""

    def read(data: Any, path: Path, problems: list[Problem]) -> Any:
        before = len(problems)
        value = shape.read(data, path, problems)
        return make(value) if len(problems) == before else None

    return Shape(shape.wanted, shape.schema, read)


def _did_you_mean(word: Any, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(str(word), known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
