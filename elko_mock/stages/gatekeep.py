"""Gatekeep: the address and the limit, before anything else is looked at."""

from collections.abc import Callable

from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.stages.call import Call, Refuse


class Gatekeep:
    """403 for terms not accepted, an address not on the list, or too many calls."""

    __slots__ = ("_address_of", "_refuse")

    def __init__(self, refuse: Refuse, address_of: Callable[[Request], str]) -> None:
        """`address_of` tells the caller's address, proxies considered."""
        self._refuse = refuse
        self._address_of = address_of

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        denial = call.world.gate.admit(call.at, self._address_of(call.request))
        if denial is not None:
            return self._refuse.forbidden(call, denial.reason)
        return await proceed(call)
