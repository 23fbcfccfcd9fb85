"""The line: counts, records without secrets, and stops the run for good at the first refusal that was not due."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import pytest

from elko_mock.exchange.messages import Fields, RawHeaders, Request, Response
from elko_mock.stages.forward import NoAnswer
from elko_mock.stages.guard import Guard, HeldBack, Permit
from elko_mock.verify.line import Line, Stopped
from elko_mock.verify.model import Stop, StopCause
from elko_mock.verify.run import ended_early

TOKEN = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl"


class Provider:
    """Answers what it is told to, in order; then 200 for ever."""

    def __init__(self, *answers: int | NoAnswer) -> None:
        self._answers = list(answers)
        self.received: list[Request] = []

    async def __call__(self, call: Request) -> Response:
        self.received.append(call)
        await asyncio.sleep(0)
        answer = self._answers.pop(0) if self._answers else 200
        if isinstance(answer, NoAnswer):
            raise answer
        return Response(answer, ((b"content-type", b"text/plain"),), b"body")


def request(path: str = "/a", authorization: str | None = TOKEN, body: bytes = b"") -> Request:
    headers = Fields(((b"authorization", b"Bearer [redacted]"),) if authorization else ())
    return Request("GET", path, "", headers, body, "", authorization)


@contextmanager
def line(provider: Provider, max_calls: int | None = None) -> Iterator[Line]:
    guard = Guard("host", [Permit("GET", "/a")])
    with Line([guard], provider, token="t", max_calls=max_calls) as made:
        yield made


def test_answers_come_back_and_are_recorded_in_order() -> None:
    provider = Provider(200, 404)
    with line(provider) as made:
        assert [made.send(request()).response.status for _ in range(2)] == [200, 404]
        assert made.calls == 2
        assert [(one.number, one.status) for one in made.journal] == [(1, 200), (2, 404)]


def test_no_token_is_recorded() -> None:
    with line(Provider()) as made:
        exchange = made.send(request(authorization=TOKEN)).exchange
        assert exchange.request.authorization is None
        assert "eyJ" not in repr([*made.journal])
        assert b"eyJ" not in b"".join(value for _, value in exchange.request.headers)


def test_an_unexpected_403_ends_the_run_for_good() -> None:
    provider = Provider(200, 403)
    with line(provider) as made:
        made.send(request())
        with pytest.raises(Stopped, match="call 2, GET /a, was refused"):
            made.send(request())
        for _ in range(3):
            with pytest.raises(Stopped):
                made.send(request())
        assert made.stop is not None
        assert made.stop.cause is StopCause.REFUSED
    assert len(provider.received) == 2


@pytest.mark.parametrize("may_be_refused", [True, False])
def test_a_403_that_is_due_does_not(may_be_refused: bool) -> None:
    with line(Provider(403)) as made:
        call = request(authorization=TOKEN if may_be_refused else None)
        assert made.send(call, may_be_refused=may_be_refused).response.status == 403
        assert made.stop is None
        made.send(request())


@pytest.mark.parametrize("authorization", [TOKEN, None])
@pytest.mark.parametrize("may_be_refused", [True, False])
def test_being_throttled_ends_the_run(authorization: str | None, may_be_refused: bool) -> None:
    for status, headers in ((429, ((b"retry-after", b"60"),)), (429, ()), (503, ((b"retry-after", b"60"),))):
        received = []

        async def gateway(call: Request, status: int = status, headers: RawHeaders = headers) -> Response:
            received.append(call)  # noqa: B023 - it is called within the loop
            return Response(status, headers, b"")

        with Line([], gateway) as made:
            for _ in range(3):
                with pytest.raises(Stopped, match=f"call 1, GET /a, was answered {status}"):
                    made.send(request(authorization=authorization), may_be_refused=may_be_refused)
            assert made.stop is not None
            assert made.stop.cause is StopCause.REFUSED
            assert ("60 s" in made.stop.message) is bool(headers)
        assert len(received) == 1


def test_a_limit_that_is_tried_on_purpose_and_a_mere_503_do_not() -> None:
    with line(Provider(429, 503)) as made:
        with made.provoked():
            assert made.send(request()).response.status == 429
        assert made.send(request()).response.status == 503
        assert made.stop is None


def test_the_budget_is_never_exceeded() -> None:
    provider = Provider()
    with line(provider, max_calls=3) as made:
        for _ in range(3):
            made.send(request())
        with pytest.raises(Stopped, match="--max-calls 3 is used up"):
            made.send(request())
        assert made.stop is not None
        assert made.stop.cause is StopCause.BUDGET
    assert len(provider.received) == 3


def test_what_the_guard_holds_back_is_no_call() -> None:
    provider = Provider()
    with line(provider) as made:
        with pytest.raises(HeldBack):
            made.send(request("/b"))
        assert made.calls == 0
        assert len(made.held_back) == 1
        assert len(made.journal) == 0
    assert provider.received == []


def test_a_provider_that_is_not_there_ends_the_run_at_once() -> None:
    provider = Provider(NoAnswer("connect", "refused"))
    with line(provider) as made:
        with pytest.raises(NoAnswer):
            made.send(request())
        with pytest.raises(Stopped, match="does not answer"):
            made.send(request())


def test_one_lost_answer_is_noted_and_three_in_a_row_end_the_run() -> None:
    lost = [NoAnswer("broken", "cut") for _ in range(5)]
    provider = Provider(200, lost[0], 200, lost[1], lost[2], 200, *lost[2:])
    with line(provider) as made:
        made.send(request())
        with pytest.raises(NoAnswer):
            made.send(request())
        made.send(request())
        for _ in range(2):
            with pytest.raises(NoAnswer):
                made.send(request())
        made.send(request())
        for _ in range(3):
            with pytest.raises(NoAnswer):
                made.send(request())
        with pytest.raises(Stopped, match="does not answer"):
            made.send(request())
        assert len(made.losses) == 6
        assert [one.status for one in made.journal][:3] == [200, None, 200]


def test_the_first_reason_to_stop_stays() -> None:
    with line(Provider()) as made:
        made.halt(Stop(StopCause.INTERRUPTED, "one"))
        made.halt(Stop(StopCause.BROKEN, "two"))
        assert made.stop == Stop(StopCause.INTERRUPTED, "one")


def test_ctrl_c_stops_the_calls_even_when_its_exception_is_lost() -> None:
    provider = Provider(200)
    with line(provider) as made, ended_early(made, ["looking around"]):
        with suppress(BaseException):  # as Python does while it collects garbage, and some libraries
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(Stopped):
            made.send(request())
    assert made.stop == Stop(StopCause.INTERRUPTED, "interrupted")
    assert made.calls == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_line_that_ends_while_an_answer_drips_ends_quietly(caplog: pytest.LogCaptureFixture) -> None:
    async def drips() -> AsyncIterator[bytes]:
        try:
            while True:
                await asyncio.sleep(0.01)
                yield b"["
        finally:
            await asyncio.sleep(0.05)  # as it takes to close a connection

    async def provider(_: Request) -> Response:
        return Response(200, (), b"".join([piece async for piece in drips()]))

    with Line([], provider) as made:
        under_way = made.submit(request())
        while not made.calls:
            time.sleep(0.001)
        time.sleep(0.03)
    assert under_way.cancelled()
    assert caplog.text == ""


def test_calls_from_other_threads_are_told_as_they_go_out() -> None:
    told: list[int] = []
    with Line([], Provider(), on_call=told.append) as made:
        futures = [made.submit(request()) for _ in range(5)]
        assert [future.result(5).response.status for future in futures] == [200] * 5
    assert told == [1, 2, 3, 4, 5]
