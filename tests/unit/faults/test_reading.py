"""Fault rules as files and the control plane write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR, LATEST, MINUTE, SECOND
from elko_mock.faults.kinds import LONGEST, Corrupt, Cut, Delay, Hang, Respond, Truncate, Vary
from elko_mock.faults.plan import Moment, Rule
from elko_mock.faults.reading import RULE, read_rule, write_rule
from elko_mock.faults.shape import parse_duration, show_duration


def rule(**data: Any) -> Rule:
    read = read_rule(data)
    assert isinstance(read, Rule), read
    return read


def said(data: Any) -> str:
    read = read_rule(data)
    assert not isinstance(read, Rule)
    return "\n".join(map(str, read))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"respond": 503}, Respond(503)),
        ({"respond": {"status": 200, "body": "x", "headers": {"A": "b"}, "accepted": True}},
            Respond(200, b"x", (("A", "b"),), True)),
        ({"respond": {"status": 400, "body": {"a": [1]}}}, Respond(400, b'{"a":[1]}')),
        ({"delay": "2s"}, Delay("fixed", 2 * SECOND, 2 * SECOND)),
        ({"delay": {"fixed": "2s", "clock": "world"}}, Delay("fixed", 2 * SECOND, 2 * SECOND, clock="world")),
        ({"delay": {"uniform": ["100ms", "1s"]}}, Delay("uniform", 100_000, SECOND)),
        ({"delay": {"lognormal": {"median": "1s", "sigma": 1}}}, Delay("lognormal", 0, LONGEST, SECOND, 1.0)),
        ({"truncate": 10}, Truncate(size=10)),
        ({"truncate": "12.5%"}, Truncate(share=0.125)),
        ({"corrupt": "json"}, Corrupt("json")),
        ({"corrupt": {"how": "bytes", "count": 3}}, Corrupt("bytes", 3)),
        ({"cut": 10}, Cut(10)),
        ({"cut": {"after": 0, "accepted": False}}, Cut(0, False)),
        ({"cut": {}}, Cut(0, True)),
        ({"hang": "30s"}, Hang(30 * SECOND)),
        ({"hang": {"for": "1m", "accepted": True}}, Hang(MINUTE, True)),
        ({"hang": {"for": "1m"}}, Hang(MINUTE, False)),
        ({"vary": {}}, Vary(True, True)),
        ({"vary": {"types": False}}, Vary(False, True)),
    ],
)  # fmt: skip
def test_kinds(data: dict[str, Any], fault: Any) -> None:
    assert rule(**data).faults == (fault,)


def test_conditions() -> None:
    read = rule(
        name="n",
        operation="getProducts",
        method="GET",
        parameters={"lang": "EE", "page": 2, "all": True},
        call=3,
        every=2,
        first=9,
        probability=0.5,
        until="2026-03-02T08:00:00Z",
        times=4,
        cut=0,
        **{"from": "1h 30m"},
    )
    assert read == Rule(
        (Cut(0),),
        "n",
        ("getProducts",),
        "GET",
        {"lang": "EE", "page": "2", "all": "true"},
        (3,),
        2,
        9,
        0.5,
        Moment(after=90 * MINUTE),
        Moment(at=1_772_438_400 * SECOND),
        4,
    )
    assert rule(cut=0, **{"from": 0}).since == Moment(after=0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "nothing goes wrong here: give one of respond, delay, truncate, corrupt, cut, hang"),
        ([], "wants a table with the keys name, operation"),
        (None, "not nothing"),
        ({"respnd": 503}, "there is no key 'respnd' here; did you mean 'respond'?"),
        ({"xyzzy": 503}, "known are name, operation"),
        ({"respond": 99}, "respond: wants a whole number from 200 to 599, not 99"),
        ({"respond": "oops"}, "respond: wants a status code, or a table"),
        ({"respond": {"body": "x"}}, "respond: status is missing: the status code"),
        ({"respond": {"status": 200, "headers": {"A B": "x"}}}, "respond/headers/A B: 'A B' is no header name"),
        (
            {"respond": {"status": 200, "headers": {"A": "x\r\ny"}}},
            "respond/headers/A: wants a header value on one line",
        ),
        ({"respond": {"status": 200, "headers": []}}, "wants a table of header names, not a list"),
        ({"delay": 2}, "delay: wants a duration such as 250ms, 2s, 10m, 1h or 2d, not 2; say in what unit"),
        ({"delay": "soon"}, "delay: wants a duration"),
        ({"delay": "25h"}, "it must be from 0 to 1d"),
        ({"delay": []}, "delay: wants a duration, or a table"),
        ({"delay": {"fixed": "1s", "uniform": ["1s", "2s"]}}, "a delay is one of fixed, uniform or lognormal"),
        ({"delay": {"clock": "world"}}, "a delay is one of"),
        ({"delay": {"fixed": "1s", "clock": "wall"}}, "delay/clock: wants one of real, world, not 'wall'"),
        ({"delay": {"uniform": ["2s", "1s"]}}, "delay/uniform: the first is the shortest"),
        ({"delay": {"uniform": ["2s"]}}, "delay/uniform: wants 2 to 2 entries, not 1"),
        ({"delay": {"uniform": "2s"}}, "delay/uniform: wants a list, not '2s'"),
        ({"delay": {"uniform": ["2s", "x"]}}, "delay/uniform/1: wants a duration"),
        ({"delay": {"lognormal": {"median": "1s", "sigma": -1}}}, "sigma: wants a number from 0 to 5"),
        ({"truncate": "101%"}, "truncate: wants a number of bytes, or a share such as 50%"),
        ({"truncate": -1}, "truncate: wants a whole number from 0"),
        ({"truncate": True}, "truncate: wants a number of bytes, or a share such as 50%, not true"),
        ({"corrupt": "jsn"}, "corrupt: wants one of bytes, json, xml, not 'jsn'; did you mean 'json'?"),
        ({"cut": "x"}, "cut: wants a number of bytes"),
        ({"hang": {"accepted": True}}, "hang: for is missing"),
        ({"cut": 0, "probability": 2}, "probability: wants a number from 0 to 1, not 2"),
        ({"cut": 0, "probability": float("nan")}, "probability: wants a number"),
        ({"cut": 0, "probability": True}, "probability: wants a number"),
        ({"cut": 0, "call": 0}, "call: wants a whole number from 1"),
        ({"cut": 0, "call": []}, "call: wants 1 to 1000 entries, not 0"),
        ({"cut": 0, "call": None}, "call: wants a list, not nothing"),
        ({"cut": 0, "every": False}, "every: wants a whole number"),
        ({"cut": 0, "method": "get"}, "method: wants one of GET"),
        ({"cut": 0, "operation": [""]}, "operation/0: wants a text that is not empty"),
        ({"cut": 0, "parameters": {"a": []}}, "parameters/a: wants a single value, not a list"),
        ({"cut": 0, "parameters": "a=b"}, "parameters: wants a table of parameter names"),
        ({"cut": 0, "from": "yesterday"}, "from: wants a duration"),
        ({"cut": 0, "from": []}, "from: wants a duration after the world opened, or a time, not a list"),
        ({"cut": 0, "until": "1969-12-31T23:59:59Z"}, "until: wants a time such as"),
        ({"cut": 0, "until": "2026-13-01"}, "until: wants a time such as"),
        ({"cut": 0, "until": "1969-12-31 23:00"}, "it must lie between 1970"),
        ({"cut": 0, "until": 5}, "until: wants a time such as"),
        ({"cut": {"accepted": "yes"}}, "cut/accepted: wants true or false, not 'yes'"),
        ({"name": "\ud800", "cut": 0}, "there is something in it that JSON cannot say"),
        ({"respond": {"status": 200, "body": [1 << 70]}}, "there is something in it that JSON cannot say"),
        ({"name": "x" * 101, "cut": 0}, "name: wants a text"),
        ({"name": "x\r\ny: z", "cut": 0}, "name: wants a text"),
        ({"respond": {"status": 200, "headers": {"Content-Length": "3"}}}, "Content-Length goes by the body"),
    ],
)
def test_mistakes_are_said_with_their_place(data: Any, message: str) -> None:
    assert message in said(data)


def test_all_mistakes_are_said_at_once() -> None:
    assert said({"respond": 1, "delay": 1, "whn": 1}).count("\n") == 2


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from([*RULE.schema["properties"], "status", "accepted", "for", "fixed", "x"])


@given(st.dictionaries(keys, plain | st.dictionaries(keys, plain, max_size=3), max_size=4))
def test_any_data_is_a_rule_or_a_list_of_problems(data: Any) -> None:
    read = read_rule(data)
    assert isinstance(read, Rule) or (len(read) > 0 and all(problem.message for problem in read))


waits = st.integers(0, LONGEST)
moments = (
    st.none()
    | st.integers(0, 90 * DAY).map(lambda after: Moment(after=after))
    | st.integers(0, LATEST).map(lambda at: Moment(at=at))
)
faults = st.tuples(
    st.none()
    | st.builds(
        Respond,
        st.integers(200, 599),
        st.none() | st.text(max_size=20).map(str.encode),
        st.dictionaries(st.sampled_from(["Retry-After", "X-A"]), st.text("abc", min_size=1), max_size=2).map(
            lambda headers: tuple(headers.items())
        ),
        st.booleans(),
    ),
    st.none()
    | waits.map(lambda micros: Delay("fixed", micros, micros))
    | st.tuples(waits, waits).map(lambda two: Delay("uniform", min(two), max(two), clock="world"))
    | st.builds(Delay, st.just("lognormal"), st.just(0), waits, waits, st.floats(0, 5), st.just("real")),
    st.none()
    | st.builds(Truncate, size=st.integers(0, 10**6))
    | st.integers(0, 100_000).map(lambda part: Truncate(share=part / 1000 / 100)),
    st.none() | st.builds(Corrupt, st.sampled_from(["bytes", "json", "xml"]), st.integers(1, 100)),
    st.none() | st.builds(Cut, st.integers(0, 10**6), st.booleans()),
    st.none() | st.builds(Hang, waits, st.booleans()),
    st.none() | st.builds(Vary, st.booleans(), st.booleans()),
).map(lambda kinds: tuple(kind for kind in kinds if kind is not None))
rules = st.builds(
    Rule,
    faults=faults.filter(bool),
    name=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20),
    operations=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=3).map(tuple),
    method=st.sampled_from([None, "GET", "POST"]),
    parameters=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    calls=st.lists(st.integers(1, 99), max_size=3).map(tuple),
    every=st.none() | st.integers(1, 9),
    first=st.none() | st.integers(1, 9),
    probability=st.floats(0, 1),
    since=moments,
    until=moments,
    times=st.none() | st.integers(1, 9),
)


@given(rules)
def test_what_is_written_reads_back_the_same(written: Rule) -> None:
    assert read_rule(write_rule(written)) == written


@given(st.integers(0, 10**17))
def test_durations_read_back_the_same(micros: int) -> None:
    assert parse_duration(show_duration(micros)) == micros


@pytest.mark.parametrize(
    ("text", "micros"),
    [("0", 0), (0, 0), ("1us", 1), ("250ms", 250_000), ("1.5s", 1_500_000), ("2m", 2 * MINUTE), ("1d12h", 36 * HOUR),
     ("1h 30m", 90 * MINUTE), ("0.5ms", 500)],
)  # fmt: skip
def test_durations(text: Any, micros: int) -> None:
    assert parse_duration(text) == micros


@pytest.mark.parametrize("text", ["", "s", "1", 1, 1.5, True, None, "1 s", "-1s", "1s2", "1y", "1e3s", [], "1s  1s"])
def test_no_durations(text: Any) -> None:
    with pytest.raises(ValueError, match=r"^$|unit"):
        parse_duration(text)
