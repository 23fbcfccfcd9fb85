"""Binding: what path and query say, as typed values under the names the handlers know."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

import orjson

from elko_mock.contract.templates import fold
from elko_mock.exchange.exchange import Side, Violation

_SHOWN = 40
_LISTED = 12
_FIGURES = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_PLAIN_LIST = re.compile(r"[1-9][0-9]{0,8}+(?:,[1-9][0-9]{0,8}+)*+")
"""A list of codes as all clients write it: JSON but for the brackets, and read as such in half the time."""
_TOO_LONG = 20
"""Digits beyond which a figure lies out of any range that a document can name."""


class Bound(NamedTuple):
    """What the parameters of one request came to."""

    values: dict[str, Any]
    """Typed values by the names the handlers know; what was not given is not there."""
    violations: tuple[Violation, ...] = ()
    """What was wrong with them."""


class Wrong(NamedTuple):
    """Why a text is no value of its parameter."""

    code: str
    message: str


Reader = Callable[[str], Any]
"""From a parameter's text to its value, or Wrong."""
Check = Callable[[Any, str], tuple[Violation, ...]]
"""From a value and its place to what the schema has against it."""


class Slot(NamedTuple):
    """One parameter, ready to be bound."""

    name: str
    """As the document spells it: it is what violations speak of."""
    target: str
    """As the handlers know it."""
    location: str
    """`path` or `query`."""
    required: bool
    many: bool
    separator: str
    read: Reader
    plain: bool
    """Whether an element is an integer, so that a list of figures can be read in one go."""
    default: Any
    check: Check | None
    """What readers do not look at: patterns, lengths, bounds of lists."""


class Binder:
    """Binds one operation's parameters; made once."""

    __slots__ = ("_by_name", "_defaults", "_path", "_query", "_required")

    def __init__(self, slots: Sequence[Slot]) -> None:
        """`slots`: path parameters in the order of the path, and query parameters."""
        self._path = tuple(slot for slot in slots if slot.location == "path")
        self._query = tuple(slot for slot in slots if slot.location == "query")
        self._by_name: Mapping[str, Slot] = {fold(slot.name): slot for slot in reversed(self._query)}
        self._defaults = tuple(slot for slot in self._query if slot.default is not None)
        self._required = tuple(slot for slot in self._query if slot.required)

    def __call__(self, path_values: Sequence[str], query: str) -> Bound:
        """`path_values` decoded, `query` as sent."""
        values: dict[str, Any] = {}
        violations: list[Violation] = []
        for slot, text in zip(self._path, path_values, strict=True):
            self._take(slot, [text], values, violations)
        if query and self._query:
            for name, texts in self._given(query).items():
                self._take(self._by_name[name], texts, values, violations)
        for slot in self._defaults:
            values.setdefault(slot.target, slot.default)
        for slot in self._required:
            place = f"query/{slot.name}"
            if slot.target not in values and not any(f"{found.where}/".startswith(f"{place}/") for found in violations):
                violations.append(Violation(Side.REQUEST, "query.required", place, f"{slot.name} is required"))
        return Bound(values, tuple(violations))

    def _given(self, query: str) -> dict[str, list[str]]:
        """Texts by folded name, decoded, in the order sent; names that no parameter has are dropped."""
        given: dict[str, list[str]] = {}
        by_name = self._by_name
        for piece in query.split("&"):
            name, _, text = piece.partition("=")
            if "%" in name or "+" in name:
                name = unquote_plus(name)
            name = fold(name)
            if name not in by_name:
                continue
            if "%" in text or "+" in text:
                text = unquote_plus(text)
            given.setdefault(name, []).append(text)
        return given

    @staticmethod
    def _take(slot: Slot, texts: list[str], values: dict[str, Any], violations: list[Violation]) -> None:
        if slot.many:
            value = _read_list(slot, texts, violations)
            if value is None:
                return
        else:
            text = texts[0]
            if not text or (text.isspace() and slot.location == "query"):
                return
            value = slot.read(text)
            if isinstance(value, Wrong):
                violations.append(_violation(slot, "", value))
                return
        if slot.check is not None:
            found = slot.check(value, f"{slot.location}/{slot.name}")
            if found:
                violations.extend(found)
                return
        values[slot.target] = value


def _read_list(slot: Slot, texts: list[str], violations: list[Violation]) -> list[Any] | None:
    """The elements of all texts; None when nothing was given or something was wrong."""
    if slot.plain and len(texts) == 1 and _PLAIN_LIST.fullmatch(texts[0]):
        elements: list[Any] = orjson.loads(f"[{texts[0]}]")
        return elements
    read, elements, wrong, place = slot.read, [], False, 0
    for text in texts:
        for raw in text.split(slot.separator):
            element = raw.strip()
            if not element:
                continue
            value = read(element)
            if isinstance(value, Wrong):
                violations.append(_violation(slot, f"/{place}", value))
                wrong = True
            else:
                elements.append(value)
            place += 1
    if not elements and not wrong and slot.location == "path":
        violations.append(_violation(slot, "", Wrong("required", f"{slot.name} holds no value")))
        return None
    return elements if elements and not wrong else None


def _violation(slot: Slot, below: str, wrong: Wrong) -> Violation:
    return Violation(
        Side.REQUEST, f"{slot.location}.{wrong.code}", f"{slot.location}/{slot.name}{below}", wrong.message
    )


def shown(text: str) -> str:
    """A value as a message may show it."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


def integer_reader(low: float, high: float) -> Reader:
    """Whole numbers within bounds, as .NET parses them: a sign and white space around are fine."""

    def read(text: str) -> Any:
        text = text.strip()
        if not (_FIGURES.fullmatch(text) and text.isascii()):
            return Wrong("type", f"{shown(text)} is not a whole number")
        figures = text.lstrip("+-").lstrip("0") or "0"
        if len(figures) <= _TOO_LONG:
            value = -int(figures) if text[0] == "-" else int(figures)
            if low <= value <= high:
                return value
        return Wrong("range", f"{shown(text)} is not between {low} and {high}")

    return read


def read_number(text: str) -> Any:
    """A decimal number."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return Wrong("type", f"{shown(text)} is not a number")
    value = float(text)
    return value if math.isfinite(value) else Wrong("range", f"{shown(text)} is too large")


def read_boolean(text: str) -> Any:
    """`true` or `false` in any case."""
    word = text.strip().lower()
    if word in ("true", "false"):
        return word == "true"
    return Wrong("type", f"{shown(text)} is neither true nor false")


def read_text(text: str) -> Any:
    """Any text."""
    return text


def spelled(allowed: Sequence[Any], text: str) -> str:
    """The one of the allowed words that this is, in any case; else the text as it came."""
    word = fold(text.strip())
    return next((value for value in allowed if isinstance(value, str) and fold(value) == word), text)


def enum_reader(allowed: Sequence[Any], read: Reader) -> Reader:
    """One of some values; words in any case, as ASP.NET Core binds them, and handed on as the document spells them."""
    words = {fold(value): value for value in reversed(allowed) if isinstance(value, str)}
    others = [value for value in allowed if not isinstance(value, str)]

    def choose(text: str) -> Any:
        word = words.get(fold(text.strip()))
        if word is not None:
            return word
        value = read(text)
        if not isinstance(value, (Wrong, str)) and value in others:
            return value
        listed = ", ".join([*map(str, allowed[:_LISTED]), *(["..."] if len(allowed) > _LISTED else [])])
        return Wrong("enum", f"{shown(text)} is not one of {listed}")

    return choose
