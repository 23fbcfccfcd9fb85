"""Route: which operation is meant, without regard to case or a trailing slash."""

from elko_mock.contract.contract import Contract, Match, WrongMethod
from elko_mock.exchange.messages import Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.stages.call import Call, Refuse


class Route:
    """404 for a path of no operation, 405 with `Allow` for a method it has not."""

    __slots__ = ("_contract", "_refuse")

    def __init__(self, contract: Contract, refuse: Refuse) -> None:
        self._contract = contract
        self._refuse = refuse

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        found = self._contract.match(call.request.method, call.request.path)
        if isinstance(found, Match):
            call.match = found
            return await proceed(call)
        if isinstance(found, WrongMethod):
            return self._refuse.wrong_method(call, found.allow)
        return self._refuse.no_route(call)
