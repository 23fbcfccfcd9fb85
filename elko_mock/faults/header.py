"""Faults that one request asks for: `X-Elko-Fault`, and `Prefer: code=404` as Prism's users know it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from elko_mock.faults.kinds import Respond
from elko_mock.faults.reading import CORRUPT, CUT, DELAY, HANG, RESPOND, TRUNCATE
from elko_mock.faults.shape import Problem, Shape
from elko_mock.faults.strike import Strike, strike_of

FAULT_HEADER = b"x-elko-fault"
PREFER_HEADER = b"prefer"

_LONGEST = 4096
_SHOWN = 40
"""Characters of a value that a message repeats."""
_WRITE = "write for example `delay=2s; status=404`, `cut=after:100`, `truncate=50%`, `corrupt=json`, `hang=30s`"
# no repetition gives anything back, so that no value takes longer than another
_NAME_AND_QUOTED = r'([A-Za-z][A-Za-z0-9_-]*+)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|'
_FAULT_ITEM = re.compile(_NAME_AND_QUOTED + r'[^;"]*+))?\s*+(?:;|$)')
_PREFERENCE = re.compile(_NAME_AND_QUOTED + r'[^;,"\s]*+))?\s*+(?:[;,]|$)')


class HeaderProblem(NamedTuple):
    """A header that asks for a fault and cannot be understood; a value, for people."""

    header: str
    """Its name in lower case."""
    message: str


def requested_faults(fault: str | None, prefer: str | None, seed: object = 0) -> Strike | HeaderProblem | None:
    """The strike that a request's own headers ask for; None when they ask for none. `X-Elko-Fault` goes first.

    `seed`: what chance is drawn from, for delays that scatter and bytes that flip: the number of the exchange.
    """
    if fault is not None:
        return _requested(fault, str(seed))
    return None if prefer is None else _preferred(prefer, str(seed))


def _requested(value: str, seed: str) -> Strike | HeaderProblem:
    items = _items(value, _FAULT_ITEM)
    if items is None or not items:
        return HeaderProblem("x-elko-fault", f"this is no list of faults; {_WRITE}")
    data: dict[str, Any] = {}
    for name, text in items:
        key = name.lower()
        if key not in _KEYS:
            return HeaderProblem("x-elko-fault", f"there is no fault {name[:_SHOWN]!r}; {_WRITE}")
        if key in data:
            return HeaderProblem("x-elko-fault", f"{key} is given twice")
        data[key] = text
    accepted = data.pop("accepted", None)
    if accepted not in {None, "true", "false"}:
        return HeaderProblem("x-elko-fault", f"accepted is true or false, not {accepted[:_SHOWN]!r}")
    if "body" in data and "status" not in data:
        return HeaderProblem("x-elko-fault", "body goes with a status: status=503; body=...")
    problems: list[Problem] = []
    body = data.pop("body", None)
    faults = []
    for key, text in data.items():
        kind, shape, plain = _KINDS[key]
        written = plain(text)
        if key == "status" and body is not None:
            written = {"status": written, "body": body}
        if accepted is not None and key in _ENDS:
            written = _ENDS[key](written) | {"accepted": accepted == "true"}
        faults.append(shape.read(written, (kind,), problems))
    if problems:
        return HeaderProblem("x-elko-fault", f"{problems[0]}; {_WRITE}")
    if not faults:
        return HeaderProblem("x-elko-fault", f"nothing goes wrong here; {_WRITE}")
    return strike_of("header", tuple(faults), seed)


def _preferred(value: str, seed: str) -> Strike | HeaderProblem | None:
    """RFC 7240: a list of preferences; what is not understood is ignored, the first of a name counts."""
    for name, text in _items(value, _PREFERENCE) or ():
        if name.lower() != "code":
            continue
        if not re.fullmatch(r"[2-5]\d\d", text):
            return HeaderProblem("prefer", f"code is a status from 200 to 599, not {text[:_SHOWN]!r}")
        return None if text.startswith("2") else strike_of("prefer", (Respond(int(text)),), seed)
    return None


def _items(value: str, item: re.Pattern[str]) -> list[tuple[str, str]] | None:
    """`name=value` items; a value may be a quoted string. None when the text is none of that."""
    if len(value) > _LONGEST:
        return None
    items: list[tuple[str, str]] = []
    at = 0
    while at < len(value):
        if value[at] in " \t;,":
            at += 1
            continue
        found = item.match(value, at)
        if found is None:
            return None
        text = (found[2] or "").strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        items.append((found[1], text))
        at = found.end()
    return items


def _whole_or_text(text: str) -> Any:
    return int(text) if re.fullmatch(r"\d{1,12}", text) else text


def _delay(text: str) -> Any:
    """`2s`, `uniform:100ms-2s`, `lognormal:200ms-0.5`."""
    shape, colon, rest = text.partition(":")
    first, dash, last = rest.partition("-")
    if not colon or not dash:
        return text
    if shape == "uniform":
        return {"uniform": [first, last]}
    if shape == "lognormal" and re.fullmatch(r"\d(\.\d{1,6})?", last):
        return {"lognormal": {"median": first, "sigma": float(last)}}
    return text


def _cut(text: str) -> Any:
    """`100`, `after:100`, or `lost`: done, and no answer."""
    return 0 if text == "lost" else _whole_or_text(text.removeprefix("after:"))


def _respond_table(written: Any) -> dict[str, Any]:
    return written if isinstance(written, dict) else {"status": written}


class _Kind(NamedTuple):
    name: str
    shape: Shape
    plain: Callable[[str], Any]


_KINDS: Mapping[str, _Kind] = {
    "status": _Kind("status", RESPOND, _whole_or_text),
    "delay": _Kind("delay", DELAY, _delay),
    "truncate": _Kind("truncate", TRUNCATE, _whole_or_text),
    "corrupt": _Kind("corrupt", CORRUPT, str),
    "cut": _Kind("cut", CUT, _cut),
    "hang": _Kind("hang", HANG, str),
}
_ENDS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "status": _respond_table,
    "cut": lambda written: {"after": written},
    "hang": lambda written: {"for": written},
}
_KEYS = frozenset({*_KINDS, "accepted", "body"})
