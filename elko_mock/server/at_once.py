"""At once: a coroutine that never waits is run to its end on the spot; only one that waits becomes a task."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from contextvars import copy_context
from typing import Any


def at_once(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None] | None":
    """Begin the work now, within a callback of the running loop; the task that goes on with it, if it has to wait.

    Until it first waits it is in no task: `asyncio.current_task()` is None, `asyncio.timeout` cannot be used. Python
    3.12 calls the same an eager task; 3.11 has none. What the work raises is raised here, or by the task.
    """
    context = copy_context()
    try:
        awaited = context.run(work.send, None)
    except StopIteration:
        return None
    return loop.create_task(_go_on(work, awaited), context=context)


async def _go_on(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _rest(work, awaited)  # in a coroutine of its own: since Python 3.12 a task takes nothing else


@types.coroutine
def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """What is left of a coroutine that has begun and waits for `awaited`."""
    try:
        while True:
            try:
                value = yield awaited
            except BaseException as problem:  # cancelled, or what it waited for failed: the work's to handle
                awaited = work.throw(problem)
            else:
                awaited = work.send(value)
    except StopIteration:
        return
