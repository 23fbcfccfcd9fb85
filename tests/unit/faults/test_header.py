"""Faults that one request asks for by header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import SECOND
from elko_mock.faults.header import HeaderProblem, requested_faults
from elko_mock.faults.kinds import Corrupt, Cut, Hang, Respond, Truncate
from elko_mock.faults.strike import Strike


@pytest.mark.parametrize(
    ("value", "strike"),
    [
        (
            "delay=2s; status=404; cut=after:100",
            Strike("header", Respond(404), 2 * SECOND, cut=Cut(100), seed="7"),
        ),
        ("status=503", Strike("header", Respond(503), seed="7")),
        ("STATUS = 503 ;", Strike("header", Respond(503), seed="7")),
        (
            'status=503; body="busy; try, later \\"soon\\""',
            Strike("header", Respond(503, b'busy; try, later "soon"'), seed="7"),
        ),
        ("status=200; body=a,b; accepted=true", Strike("header", Respond(200, b"a,b", accepted=True), seed="7")),
        ("truncate=50%", Strike("header", truncate=Truncate(share=0.5), seed="7")),
        ("truncate=9", Strike("header", truncate=Truncate(size=9), seed="7")),
        ("corrupt=xml", Strike("header", corrupt=Corrupt("xml"), seed="7")),
        ("cut=100", Strike("header", cut=Cut(100), seed="7")),
        ("cut=lost", Strike("header", cut=Cut(0), seed="7")),
        ("cut=0; accepted=false", Strike("header", cut=Cut(0, False), seed="7")),
        ("hang=30s; accepted=true", Strike("header", hang=Hang(30 * SECOND, True), seed="7")),
    ],
)
def test_x_elko_fault(value: str, strike: Strike) -> None:
    assert requested_faults(value, None, 7) == strike


def test_scattered_delays_are_the_same_for_the_same_exchange() -> None:
    for value in ("delay=uniform:100ms-2s", "delay=lognormal:200ms-0.5"):
        one, again, other = (requested_faults(value, None, number) for number in (1, 1, 2))
        assert isinstance(one, Strike)
        assert isinstance(other, Strike)
        assert one == again
        assert one.delay > 0
        assert one.delay != other.delay


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "this is no list of faults"),
        (" ;; ", "this is no list of faults"),
        ("=", "this is no list of faults"),
        ('status="404', "this is no list of faults"),
        ("status=1" * 2000, "this is no list of faults"),
        ("dleay=2s", "there is no fault 'dleay'"),
        ("status=404; status=500", "status is given twice"),
        ("status", "status: wants a status code"),
        ("status=999", "status: wants a whole number from 200 to 599"),
        ("delay=2", "delay: wants a duration"),
        ("delay=uniform:2s-1s", "the first is the shortest"),
        ("delay=uniform:2s", "delay: wants a duration"),
        ("delay=gauss:1s-2s", "delay: wants a duration"),
        ("delay=lognormal:1s-x", "delay: wants a duration"),
        ("cut=soon", "cut: wants a number of bytes"),
        ("accepted=maybe; cut=0", "accepted is true or false, not 'maybe'"),
        ("accepted=true", "nothing goes wrong here"),
        ("body=x", "body goes with a status"),
    ],
)
def test_x_elko_fault_that_is_not_understood_says_so(value: str, message: str) -> None:
    problem = requested_faults(value, None)
    assert isinstance(problem, HeaderProblem)
    assert problem.header == "x-elko-fault"
    assert message in problem.message


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("code=404", 404),
        ('code="404"', 404),
        ("code=403, dynamic=true", 403),
        ("example=none; code=500", 500),
        ("respond-async, wait=10, code=400", 400),
        ("Code = 405", 405),
        ("code=404, code=500", 404),
        ("code=200", None),
        ("dynamic=true", None),
        ("example=order", None),
        ("respond-async", None),
        ("", None),
        ("handling=lenient, ?", None),
        (";;;,", None),
    ],
)
def test_prefer_as_prism_s_users_know_it(value: str, status: int | None) -> None:
    wanted = None if status is None else Strike("prefer", Respond(status), seed="0")
    assert requested_faults(None, value) == wanted


@pytest.mark.parametrize("value", ["code=abc", "code=999", "code=", "code", "code=40"])
def test_prefer_with_a_code_that_is_none(value: str) -> None:
    problem = requested_faults(None, value)
    assert isinstance(problem, HeaderProblem)
    assert problem.header == "prefer"


def test_the_own_header_goes_first_and_none_is_none() -> None:
    assert requested_faults("status=500", "code=404") == Strike("header", Respond(500), seed="0")
    assert requested_faults(None, None) is None


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["status", "delay", "cut", "=", ";", ",", '"', "1s", "404", " "])).map("".join)
)
def test_any_value_is_answered(value: str) -> None:
    assert isinstance(requested_faults(value, None), Strike | HeaderProblem)
    assert isinstance(requested_faults(None, value), Strike | HeaderProblem | None)
