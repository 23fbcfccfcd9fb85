"""Fault rules as scenario files and the control plane write them: plain data to rules, and back."""

from collections.abc import Mapping
from typing import Any

import orjson

from elko_mock.clock import Instant, to_datetime
from elko_mock.faults.kinds import LONGEST, Corrupt, Cut, Delay, Fault, Hang, Respond, Truncate, Vary
from elko_mock.faults.plan import Moment, Rule
from elko_mock.faults.shape import (
    MOMENT,
    SWITCH,
    Field,
    Path,
    Problem,
    Shape,
    duration,
    either,
    list_of,
    mapped,
    mapping_of,
    number,
    one_of,
    show_duration,
    table,
    text,
    unspeakable,
    whole,
)

_WAIT = duration(0, LONGEST)
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_ANY_BODY = Shape("a text, or data to be sent as JSON", {}, lambda data, _path, _problems: _body(data))


def _body(data: Any) -> bytes:
    return data.encode() if isinstance(data, str) else orjson.dumps(data)


def _is_table(data: Any) -> bool:
    return isinstance(data, Mapping)


def _is_scalar(data: Any) -> bool:
    return data is not None and not isinstance(data, Mapping | list)


def _is_whole(data: Any) -> bool:
    return isinstance(data, int) and not isinstance(data, bool)


def _header_text(wanted: str, pattern: str) -> Shape:
    return text(1, 4096, pattern=pattern, wanted=wanted)


def _headers(given: dict[str, str], path: Path, problems: list[Problem]) -> tuple[tuple[str, str], ...] | None:
    for name in given:
        if not name.isascii() or not all(char.isalnum() or char in "!#$%&'*+-.^_`|~" for char in name):
            problems.append(Problem((*path, name), f"{name!r} is no header name", at_key=True))
            return None
        if name.lower() in _FRAMING:
            problems.append(
                Problem((*path, name), f"{name} goes by the body; use truncate or cut to end it early", at_key=True)
            )
            return None
    return tuple(given.items())


_HEADER_VALUES = mapping_of(_header_text("a header value on one line", r"[\t -~\xa0-\xff]+"), keys="header names")
_HEADERS = Shape(
    _HEADER_VALUES.wanted,
    _HEADER_VALUES.schema,
    lambda data, path, problems: (
        None if (given := _HEADER_VALUES.read(data, path, problems)) is None else _headers(given, path, problems)
    ),
)

_STATUS = whole(200, 599)
_ACCEPTED = Field(SWITCH, "whether the operation takes effect all the same")
RESPOND = either(
    "a status code, or a table with status, body, headers, accepted",
    (_is_whole, mapped(_STATUS, Respond)),
    (
        _is_table,
        table(
            {
                "status": Field(_STATUS, "the status code", required=True),
                "body": Field(_ANY_BODY, "the body: a text, or data to be sent as JSON; else the service's own"),
                "headers": Field(_HEADERS, "header fields to send"),
                "accepted": _ACCEPTED,
            },
            lambda given, _path, _problems: Respond(**given),
        ),
    ),
)


def _delay(given: dict[str, Any], path: Path, problems: list[Problem]) -> Delay | None:
    shapes = [key for key in ("fixed", "uniform", "lognormal") if key in given]
    clock = given.get("clock", "real")
    if len(shapes) != 1:
        problems.append(Problem(path, "a delay is one of fixed, uniform or lognormal"))
        return None
    if shapes == ["fixed"]:
        return Delay("fixed", given["fixed"], given["fixed"], clock=clock)
    if shapes == ["uniform"]:
        low, high = given["uniform"]
        if low > high:
            problems.append(Problem((*path, "uniform"), "the first is the shortest: swap the two"))
            return None
        return Delay("uniform", low, high, clock=clock)
    spread = given["lognormal"]
    return Delay("lognormal", 0, spread.get("most", LONGEST), spread["median"], spread["sigma"], clock)


_LOGNORMAL = table(
    {
        "median": Field(_WAIT, "half of the delays are shorter", required=True),
        "sigma": Field(number(0, 5), "how far they scatter: 0.1 little, 1 very much", required=True),
        "most": Field(_WAIT, "none is longer"),
    }
)
DELAY = either(
    "a duration, or a table with fixed, uniform or lognormal",
    (
        _is_table,
        table(
            {
                "fixed": Field(_WAIT, "always that long"),
                "uniform": Field(list_of(_WAIT, least=2, most=2), "from the first to the second, all as likely"),
                "lognormal": Field(_LOGNORMAL, "scattered with a long tail, as real services answer"),
                "clock": Field(one_of("real", "world"), "whose time passes: the caller's (real) or the world's"),
            },
            _delay,
        ),
    ),
    (_is_scalar, mapped(_WAIT, lambda micros: Delay("fixed", micros, micros))),
)

_PERCENT = text(pattern=r"(?:100|\d{1,2}(?:\.\d{1,3})?)%", wanted="a number of bytes, or a share such as 50%")
TRUNCATE = either(
    "a number of bytes that are left, or a share such as 50%",
    (_is_whole, mapped(whole(0, 2**31), lambda size: Truncate(size=size))),
    (_is_scalar, mapped(_PERCENT, lambda share: Truncate(share=float(share.rstrip("%")) / 100))),
)
_HOW = one_of("bytes", "json", "xml")
CORRUPT = either(
    "bytes, json or xml, or a table with how and count",
    (
        _is_table,
        table(
            {
                "how": Field(_HOW, "flip bits of bytes, or break the syntax of JSON or XML answers", required=True),
                "count": Field(whole(1, 100_000), "how many bytes are hit, for bytes"),
            },
            lambda given, _path, _problems: Corrupt(**given),
        ),
    ),
    (_is_scalar, mapped(_HOW, Corrupt)),
)
CUT = either(
    "a number of bytes, or a table with after and accepted",
    (
        _is_table,
        table(
            {
                "after": Field(whole(0, 2**31), "bytes of the body that go out; for 0 not even the status line"),
                "accepted": _ACCEPTED,
            },
            lambda given, _path, _problems: Cut(**given),
        ),
    ),
    (_is_whole, mapped(whole(0, 2**31), Cut)),
)
HANG = either(
    "a duration, or a table with for and accepted",
    (
        _is_table,
        table(
            {"for": Field(_WAIT, "until the connection is closed", required=True), "accepted": _ACCEPTED},
            lambda given, _path, _problems: Hang(given["for"], given.get("accepted", False)),
        ),
    ),
    (_is_scalar, mapped(_WAIT, Hang)),
)
VARY = table(
    {
        "types": Field(SWITCH, "in turn in each of the media types that the request names in Accept"),
        "mark": Field(SWITCH, "with a byte order mark, and the charset in another spelling"),
    },
    lambda given, _path, _problems: Vary(**given),
)
_MOMENT = either(
    "a duration after the world opened, or a time",
    (
        lambda data: isinstance(data, str) and data[4:5] != "-",
        mapped(duration(0, 366 * 100 * LONGEST), lambda micros: Moment(after=micros)),
    ),
    (lambda data: data == 0, mapped(duration(0, 0), lambda micros: Moment(after=micros))),
    (_is_scalar, mapped(MOMENT, lambda at: Moment(at=at))),
)
_VALUE = either(
    "a single value",
    (
        _is_scalar,
        Shape(
            "a value",
            {"type": ["string", "number", "boolean"]},
            lambda data, _path, _problems: str(data).lower() if isinstance(data, bool) else str(data),
        ),
    ),
)

_FAULTS: dict[str, Field] = {
    "respond": Field(RESPOND, "answer with this status instead"),
    "delay": Field(DELAY, "answer later"),
    "truncate": Field(TRUNCATE, "send only the first part of the body, as a correct message"),
    "corrupt": Field(CORRUPT, "spoil the body"),
    "cut": Field(CUT, "close the connection after so many bytes of the body"),
    "hang": Field(HANG, "say nothing for that long, then close the connection"),
    "vary": Field(VARY, "answer in another way that is right as well"),
}
_CONDITIONS: dict[str, Field] = {
    "name": Field(text(1, 100, r"[^\x00-\x1f\x7f]+", "a text on one line"), "what the journal and the headers call it"),
    "operation": Field(list_of(text(1, 200), least=1), "operationIds or patterns such as get*; else every operation"),
    "method": Field(one_of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"), "only calls of this method"),
    "parameters": Field(mapping_of(_VALUE, keys="parameter names"), "only calls with these parameter values"),
    "call": Field(list_of(whole(1, 10**9), least=1), "only the calls of these numbers (1, 2, 3 ...)"),
    "every": Field(whole(1, 10**9), "only every so manieth call"),
    "first": Field(whole(1, 10**9), "only the first so many calls"),
    "probability": Field(number(0, 1), "the chance that it strikes, drawn from the world's seed"),
    "from": Field(_MOMENT, "from when on: a duration after the world opened, or a time"),
    "until": Field(_MOMENT, "until when: a duration after the world opened, or a time"),
    "times": Field(whole(1, 10**9), "how often it strikes at most"),
}


def _rule(given: dict[str, Any], path: Path, problems: list[Problem]) -> Rule | None:
    faults: tuple[Fault, ...] = tuple(given[kind] for kind in _FAULTS if kind in given)
    if not faults:
        problems.append(Problem(path, f"nothing goes wrong here: give one of {', '.join(_FAULTS)}"))
        return None
    return Rule(
        faults,
        name=given.get("name", ""),
        operations=given.get("operation", ("*",)),
        method=given.get("method"),
        parameters=given.get("parameters", {}),
        calls=given.get("call", ()),
        every=given.get("every"),
        first=given.get("first"),
        probability=given.get("probability", 1.0),
        since=given.get("from"),
        until=given.get("until"),
        times=given.get("times"),
    )


RULE = table({**_CONDITIONS, **_FAULTS}, _rule)


def read_rule(data: Any) -> Rule | tuple[Problem, ...]:
    """The rule that plain data describes, or all that is wrong with it."""
    problems = list(unspeakable(data))
    rule: Rule | None = None if problems else RULE.read(data, (), problems)
    return rule if rule is not None else tuple(problems)


def write_rule(rule: Rule) -> dict[str, Any]:
    """The rule as plain data; `read_rule` reads it back."""
    written: dict[str, Any] = {
        "name": rule.name,
        "operation": list(rule.operations),
        "method": rule.method,
        "parameters": dict(rule.parameters),
        "call": list(rule.calls),
        "every": rule.every,
        "first": rule.first,
        "probability": float(rule.probability),
        "from": _write_moment(rule.since),
        "until": _write_moment(rule.until),
        "times": rule.times,
    }
    absent: tuple[Any, ...] = (None, "", [], {})
    kept = {key: value for key, value in written.items() if value not in absent}
    for fault in rule.faults:
        kept[type(fault).__name__.lower()] = _write_fault(fault)
    return kept


def _write_moment(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    return _write_instant(moment.at) if moment.at is not None else show_duration(moment.after or 0)


def _write_instant(at: Instant) -> str:
    return to_datetime(at).isoformat().replace("+00:00", "Z")


def _write_fault(fault: Fault) -> Any:
    match fault:
        case Respond(status, body, headers, accepted):
            said = {} if body is None else {"body": body.decode("utf-8", "replace")}
            return {"status": status, **said, "headers": dict(headers), "accepted": accepted}
        case Delay("fixed", low, clock=clock):
            return {"fixed": show_duration(low), "clock": clock}
        case Delay("uniform", low, high, clock=clock):
            return {"uniform": [show_duration(low), show_duration(high)], "clock": clock}
        case Delay(high=most, median=median, sigma=sigma, clock=clock):
            spread = {"median": show_duration(median), "sigma": float(sigma), "most": show_duration(most)}
            return {"lognormal": spread, "clock": clock}
        case Truncate(size, share):
            return size if size is not None else f"{(share or 0) * 100:.3f}".rstrip("0").rstrip(".") + "%"
        case Corrupt(how, count):
            return {"how": how, "count": count}
        case Cut(after, accepted):
            return {"after": after, "accepted": accepted}
        case Vary(types, mark):
            return {"types": types, "mark": mark}
        case _:
            return {"for": show_duration(fault.duration), "accepted": fault.accepted}
