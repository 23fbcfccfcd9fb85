"""The pipeline: small stages in a row, each with the one verb `await stage(call, proceed)`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from elko_mock.exchange.messages import Response

C = TypeVar("C")

Proceed = Callable[[C], Awaitable[Response]]
"""All the stages that come after, as one callable."""


class Stage(Protocol[C]):
    """One step: answer by itself, or ask `proceed` and do something before or after."""

    async def __call__(self, call: C, proceed: Proceed[C]) -> Response:
        """Answer the call."""


def pipeline(stages: Sequence[Stage[C]], last: Proceed[C]) -> Proceed[C]:
    """One callable out of stages in order, ending in `last`."""
    proceed = last
    for stage in reversed(stages):
        proceed = _bind(stage, proceed)
    return proceed


def _bind(stage: Stage[C], proceed: Proceed[C]) -> Proceed[C]:
    take = stage.__call__  # bound once; Python calls a method faster than an object

    def step(call: C) -> Awaitable[Response]:
        return take(call, proceed)

    return step
