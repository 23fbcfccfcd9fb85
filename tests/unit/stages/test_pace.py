"""A paced line never makes more calls than its share, wherever on their way the provider counts them."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Awaitable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.clock import SECOND
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.stages.pace import Pace

CALL = Request("GET", "/", "", Fields(), b"", "")


class Simulation:
    """Time that passes only when everybody sleeps."""

    def __init__(self) -> None:
        self.now = 0
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    async def sleep(self, microseconds: int) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + microseconds, next(self._order), woken))
        await woken

    async def run(self, *work: Awaitable[object]) -> None:
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set_result(None)
        for task in tasks:
            task.result()


def arrivals(calls: int, window: int, latencies: list[tuple[int, int]], workers: int) -> list[int]:
    """When the provider saw each call: the latency is split into a way there and a way back."""
    simulation = Simulation()
    seen: list[int] = []
    queue = list(latencies)

    async def provider(there: int, back: int) -> Response:
        await simulation.sleep(there)
        seen.append(simulation.now)
        await simulation.sleep(back)
        return Response(200, (), b"")

    async def worker(pace: Pace) -> None:
        while queue:
            there, back = queue.pop()

            async def proceed(_: Request, there: int = there, back: int = back) -> Response:
                return await provider(there, back)

            await pace(CALL, proceed)

    async def main() -> None:
        pace = Pace(calls, window, now=lambda: simulation.now, sleep=simulation.sleep)
        await simulation.run(*(worker(pace) for _ in range(workers)))

    asyncio.run(main())
    return sorted(seen)


def busiest(seen: list[int], window: int) -> int:
    """The most calls in any window that includes its first moment and not its last."""
    return max((sum(start <= at < start + window for at in seen) for start in seen), default=0)


LATENCY = st.tuples(st.integers(0, 15 * SECOND), st.integers(0, 15 * SECOND))


@settings(max_examples=60, deadline=None)
@given(
    calls=st.integers(1, 12),
    latencies=st.lists(LATENCY, min_size=1, max_size=40),
    workers=st.integers(1, 6),
)
def test_never_more_than_the_share_in_any_window(calls: int, latencies: list[tuple[int, int]], workers: int) -> None:
    seen = arrivals(calls, 10 * SECOND, latencies, workers)
    assert len(seen) == len(latencies)
    assert busiest(seen, 10 * SECOND) <= calls


def test_quick_answers_come_close_to_the_share() -> None:
    source = random.Random(1)
    seen = arrivals(10, 10 * SECOND, [(source.randrange(50_000), 50_000) for _ in range(101)], 1)
    rate = 100 / ((seen[-1] - seen[0]) / SECOND)
    assert 0.9 <= rate <= 1.0


def test_calls_are_spread_evenly() -> None:
    seen = arrivals(10, 10 * SECOND, [(0, 0)] * 10, 1)
    assert [later - earlier for earlier, later in itertools.pairwise(seen)] == [SECOND] * 9


def test_a_failed_call_gives_its_place_back() -> None:
    simulation = Simulation()

    async def broken(_: Request) -> Response:
        raise OSError("gone")

    async def main() -> None:
        pace = Pace(1, SECOND, now=lambda: simulation.now, sleep=simulation.sleep)

        async def twice() -> None:
            for _ in range(2):
                with pytest.raises(OSError, match="gone"):
                    await pace(CALL, broken)

        await simulation.run(twice())

    asyncio.run(main())
    assert simulation.now >= SECOND


@pytest.mark.parametrize(("calls", "window"), [(0, 10), (1, 0), (-1, 10)])
def test_a_pace_of_nothing_is_misuse(calls: int, window: int) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        Pace(calls, window)
