"""Stages of a run's own: whole lists asked for once at most, and a pace that can be lifted for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from elko_mock.contract.contract import Contract, Match
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.stages.guard import HeldBack
from elko_mock.stages.pace import Pace

_WHOLE_LISTS = frozenset({"getProducts", "getAvailability", "getAvailabilityAndPrice"})
_FILTERS = frozenset({"elkoCode", "elkoCodes", "vendorCode", "catalog"})


def wants_everything(contract: Contract, request: Request) -> bool:
    """Whether a request asks for a whole list of products or of their stock."""
    match = contract.match(request.method, request.path)
    if not isinstance(match, Match) or match.operation.known_as not in _WHOLE_LISTS:
        return False
    bound = match.operation.bind(match.path_values, request.query)
    return not bound.violations and not _FILTERS & bound.values.keys()


class Sparing:
    """A stage that holds back calls for whole lists beyond a number: ELKO asks for one a day."""

    def __init__(self, contract: Contract, whole_lists: int) -> None:
        self._contract = contract
        self._left = whole_lists

    async def __call__(self, call: Request, proceed: Proceed[Request]) -> Response:
        """Raises HeldBack."""
        if wants_everything(self._contract, call):
            if self._left == 0:
                raise HeldBack(call, "the whole list was asked for already; ELKO asks for once a day")
            self._left -= 1
        return await proceed(call)


class PaceSwitch:
    """A stage that paces calls, but for the moments in which a check must go over the limit on purpose."""

    def __init__(self, pace: Pace | None) -> None:
        self._pace = pace
        self._on = True

    async def __call__(self, call: Request, proceed: Proceed[Request]) -> Response:
        if self._pace is None or not self._on:
            return await proceed(call)
        return await self._pace(call, proceed)

    @contextmanager
    def off(self) -> Iterator[None]:
        """Unpaced while it lasts. Only for providers that may be written to."""
        self._on = False
        try:
            yield
        finally:
            self._on = True
