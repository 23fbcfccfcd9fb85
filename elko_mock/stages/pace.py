"""Pace: keeps a run's calls under a set number in any window of time, whatever the network does to them."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from elko_mock.clock import SECOND, stopwatch
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pipeline import Proceed

_DRIFT = 100
"""Windows are taken a hundredth longer, for the provider's clock may run slower than ours."""


async def _sleep(microseconds: int) -> None:
    await asyncio.sleep(microseconds / SECOND)


class Pace:
    """A stage shared by all of a run's calls: they go out evenly spaced, never more than `calls` in any `window`.

    A call takes its place until a whole window after its answer, not after its sending: wherever between the two the
    provider counts it, the promise holds.
    """

    __slots__ = ("_calls", "_ended", "_next_start", "_now", "_place", "_running", "_sleep", "_spacing", "_window")

    def __init__(
        self,
        calls: int,
        window: int,
        *,
        now: Callable[[], int] = stopwatch,
        sleep: Callable[[int], Awaitable[None]] = _sleep,
    ) -> None:
        """At most `calls` (at least 1) in any `window` (microseconds). Raises ValueError on less."""
        if calls < 1 or window < 1:
            raise ValueError("a pace is at least one call in a window longer than nothing")
        self._calls = calls
        self._window = window + window // _DRIFT
        self._spacing = window // calls
        self._ended: deque[int] = deque()
        self._running = 0
        self._next_start = 0
        self._place = asyncio.Lock()
        self._now = now
        self._sleep = sleep

    async def __call__(self, call: Request, proceed: Proceed[Request]) -> Response:
        async with self._place:
            while (wait := self._wait()) > 0:
                await self._sleep(wait)
            self._running += 1
            self._next_start = self._now() + self._spacing
        try:
            return await proceed(call)
        finally:
            self._running -= 1
            self._ended.append(self._now())

    def _wait(self) -> int:
        """Microseconds until the next call may start; 0 when it may now."""
        now = self._now()
        while self._ended and self._ended[0] + self._window <= now:
            self._ended.popleft()
        wait = self._next_start - now
        if len(self._ended) + self._running >= self._calls:
            # With every place taken by a call still under way, ask again after one spacing.
            wait = max(wait, self._ended[0] + self._window - now if self._ended else self._spacing)
        return max(wait, 0)
