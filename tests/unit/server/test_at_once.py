"""A coroutine that begins at once: whether and how it goes on as a task."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from elko_mock.server.at_once import at_once

_WHO: ContextVar[str] = ContextVar("_WHO", default="nobody")


async def _began(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None] | None":
    """Begun in a callback of the loop, as the server does it when bytes come in."""
    loop = asyncio.get_running_loop()
    begun: asyncio.Future[asyncio.Task[None] | None] = loop.create_future()

    def callback() -> None:
        try:
            begun.set_result(at_once(loop, work))
        except Exception as problem:
            begun.set_exception(problem)

    loop.call_soon(callback)
    return await begun


def test_what_never_waits_is_over_before_anything_else_happens() -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("begun")
        done.append("ended")

    async def main() -> None:
        assert await _began(work()) is None
        assert done == ["begun", "ended"]

    asyncio.run(main())


def test_what_waits_goes_on_as_a_task() -> None:
    done: list[object] = []

    async def work(answer: "asyncio.Future[str]") -> None:
        done.append(asyncio.current_task())
        done.append(await answer)
        await asyncio.sleep(0)
        done.append(asyncio.current_task())

    async def main() -> None:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = await _began(work(answer))
        assert task is not None
        assert done == [None]
        answer.set_result("come")
        await task
        assert done == [None, "come", task]

    asyncio.run(main())


def test_what_has_come_before_the_task_begins_is_not_lost() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        async with asyncio.timeout(10):  # from its first wait on it is in a task, and may do what tasks may
            await asyncio.sleep(0)

    async def main() -> None:
        task = await _began(work())
        assert task is not None
        await task

    asyncio.run(main())


@pytest.mark.parametrize("wait", [False, True])
def test_what_it_raises_is_raised_where_it_happens(wait: bool) -> None:
    async def work() -> None:
        if wait:
            await asyncio.sleep(0)
        raise KeyError("lost")

    async def main() -> None:
        task = await _began(work())
        assert task is not None
        await task

    with pytest.raises(KeyError, match="lost"):
        asyncio.run(main())


def test_a_failure_it_waits_for_and_a_cancellation_reach_it_where_it_waits() -> None:
    met: list[str] = []

    async def work(answer: "asyncio.Future[None]") -> None:
        try:
            await answer
        except ValueError as problem:
            met.append(str(problem))
        try:
            await asyncio.sleep(60)
        finally:
            met.append("tidied up")

    async def main() -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = await _began(work(answer))
        assert task is not None
        answer.set_exception(ValueError("broken"))
        await asyncio.sleep(0.01)
        assert met == ["broken"]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert met == ["broken", "tidied up"]

    asyncio.run(main())


def test_its_context_is_its_own_from_beginning_to_end() -> None:
    seen: list[str] = []

    async def work(name: str) -> None:
        _WHO.set(name)
        await asyncio.sleep(0)
        seen.append(_WHO.get())

    async def main() -> None:
        tasks = [await _began(work(name)) for name in ("first", "second")]
        assert _WHO.get() == "nobody"
        await asyncio.gather(*(task for task in tasks if task is not None))
        assert seen == ["first", "second"]

    asyncio.run(main())
