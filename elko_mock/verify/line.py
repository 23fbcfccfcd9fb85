"""Line: the one way from a run to its provider; counts, records and watches every call, and can stop them all."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, Self

from elko_mock.clock import stopwatch, system_now
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.journal import Journal
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pipeline import Proceed, Stage, pipeline
from elko_mock.exchange.redaction import harmless_headers, without_secrets, without_secrets_text
from elko_mock.stages.forward import NoAnswer
from elko_mock.stages.guard import HeldBack
from elko_mock.stages.record import unpacked
from elko_mock.verify.model import Stop, StopCause
from elko_mock.verify.secrets import Secrets

_LOSSES_IN_A_ROW = 3
"""So many calls in a row without an answer, and the provider counts as unreachable."""


_PATIENCE = 5
"""Seconds at the end for calls that are under way."""
_LONGEST_SECRET = 16 * 1024
"""Bytes beyond what is recorded of a body that are searched too, for a secret may begin before the end."""


class Stopped(Exception):
    """The run has ended; no call goes out any more."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop.message)
        self.stop = stop


class Loss(NamedTuple):
    """A call that got no answer."""

    request: Request
    kind: str
    message: str


class Answered(NamedTuple):
    """An answer, whole, and its exchange as it stands in the journal: cut, and without secrets."""

    response: Response
    exchange: Exchange


class Line:
    """All calls of a run go through one of these, whoever makes them: our own checks, or schemathesis.

    `send` is for any thread; the stages run on the line's own event loop. A context manager.
    """

    def __init__(
        self,
        stages: Sequence[Stage[Request]],
        last: Proceed[Request],
        *,
        close: Callable[[], object] | None = None,
        token: str | None = None,
        secrets: Secrets | None = None,
        max_calls: int | None = None,
        journal: Journal | None = None,
        on_call: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`stages` and `last` as of a pipeline; `close` is awaited at the end. `token` goes with every call that does
        not say otherwise. `secrets` are masked in all that is recorded. `on_call` is told how many calls have gone
        out, from the line's thread."""
        self._answer = pipeline(stages, last)
        self._close = close
        self.token = token
        self.secrets = Secrets(token) if secrets is None else secrets
        self._max_calls = max_calls
        self._on_call = on_call
        self.journal = journal if journal is not None else Journal()
        self.calls = 0
        self.held_back: list[HeldBack] = []
        self.losses: list[Loss] = []
        self.stop: Stop | None = None
        self._losses_in_a_row = 0
        self._provoked = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="elko-mock-line", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.halt(Stop(StopCause.INTERRUPTED, "the run is over"))
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def halt(self, stop: Stop) -> None:
        """Let nothing out any more; the first reason stays."""
        if self.stop is None:
            self.stop = stop

    @contextmanager
    def provoked(self) -> Iterator[None]:
        """While it lasts, a check goes over the limit on purpose: that it is throttled ends nothing."""
        self._provoked = True
        try:
            yield
        finally:
            self._provoked = False

    def send(self, request: Request, *, may_be_refused: bool = False) -> Answered:
        """One call, from any thread but the line's. A 403 to a call with the token ends the run unless it
        `may_be_refused`; so does, with or without, being throttled by something that stands before the service.

        Raises Stopped, HeldBack or NoAnswer.
        """
        return self.submit(request, may_be_refused=may_be_refused).result()

    def submit(self, request: Request, *, may_be_refused: bool = False) -> "Future[Answered]":
        """The same, as a future."""
        return asyncio.run_coroutine_threadsafe(self._call(request, may_be_refused), self._loop)

    async def _call(self, request: Request, may_be_refused: bool) -> Answered:
        if self.stop is None and self._max_calls is not None and self.calls >= self._max_calls:
            self.halt(Stop(StopCause.BUDGET, f"--max-calls {self._max_calls} is used up"))
        if self.stop is not None:
            raise Stopped(self.stop)
        self.calls += 1
        self._on_call(self.calls)
        at, started = system_now(), stopwatch()
        try:
            response = await self._answer(request)
        except HeldBack as held:
            self.calls -= 1  # it has not gone out
            self.held_back.append(held)
            raise
        except NoAnswer as none:
            self._write(request, None, at, stopwatch() - started)
            self._lost(request, none)
            raise
        self._losses_in_a_row = 0
        exchange = self._write(request, response, at, stopwatch() - started)
        if _throttles(response) and not self._provoked:
            self._throttled(request, response)
        if response.status == 403 and request.authorization is not None and not may_be_refused:
            self._refused(request)
        return Answered(response, exchange)

    def _refused(self, request: Request) -> None:
        self._end(
            f"call {self.calls}, {request.method} {request.path}, was refused with 403 though the token went with it: "
            "throttled or blocked, or the token or this address is not accepted"
        )

    def _throttled(self, request: Request, response: Response) -> None:
        wait = response.header(b"retry-after") or ""
        self._end(
            f"call {self.calls}, {request.method} {request.path}, was answered {response.status}: something before the "
            "service throttles" + (f", and wants {wait} s of silence" if wait.isdecimal() else "")
        )

    def _end(self, why: str) -> None:
        stop = Stop(StopCause.REFUSED, why)
        self.halt(stop)
        raise Stopped(stop)

    def _lost(self, request: Request, none: NoAnswer) -> None:
        self._losses_in_a_row += 1
        self.losses.append(Loss(request, none.kind, str(none)))
        never = self.calls == len(self.losses)
        if (never and none.kind in {"connect", "tls"}) or self._losses_in_a_row >= _LOSSES_IN_A_ROW:
            self.halt(Stop(StopCause.UNREACHABLE, f"the provider does not answer: {none}"))

    def _write(self, request: Request, response: Response | None, at: int, duration: int) -> Exchange:
        """Into the journal, without secrets."""
        limit = self.journal.body_limit
        whole = b"" if response is None else response.whole
        exchange = Exchange(
            number=self.journal.next_number(),
            world="verify",
            at=at,
            duration=duration,
            request=_recorded(request, limit, self.secrets),
            response=None if response is None else _recorded_answer(response, whole, limit, self.secrets),
            request_length=len(request.body),
            response_length=len(whole),
        )
        self.journal.append(exchange)
        return exchange

    async def _shut(self) -> None:
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        if under_way:  # what they read from cannot be closed before they have let go of it
            await asyncio.wait(under_way, timeout=_PATIENCE)
        if self._close is not None:
            result = self._close()
            if asyncio.iscoroutine(result):
                await result
        await self._loop.shutdown_asyncgens()


def _throttles(response: Response) -> bool:
    """ELKO's own limit answers 403; a gateway before it may answer otherwise."""
    return response.status == 429 or (response.status == 503 and response.header(b"retry-after") is not None)


def _recorded(request: Request, limit: int, secrets: Secrets) -> Request:
    return secrets.without(
        request._replace(
            path=without_secrets_text(request.path),
            query=without_secrets_text(request.query),
            headers=request.headers.harmless,
            body=without_secrets(request.body[:limit]),
            authorization=None,
        )
    )


def _recorded_answer(response: Response, body: bytes, limit: int, secrets: Secrets) -> Response:
    """As it was before compression: secrets can be found then, and people can read it. The answer is searched before it
    is cut, so that no half of a secret is left."""
    searched = limit + _LONGEST_SECRET
    if response.header(b"content-encoding") is not None:
        body = unpacked(body, searched)
    kept = without_secrets(secrets.hidden(body[:searched]))[:limit]
    return response._replace(headers=secrets.without(harmless_headers(response.headers)), body=kept)
