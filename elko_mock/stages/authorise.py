"""Authorise: the account's one living token, for every operation that wants it."""

from elko_mock.exchange.messages import Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.stages.call import Call, Refuse


class Authorise:
    """403 for a missing, malformed, unknown or replaced token."""

    __slots__ = ("_refuse",)

    def __init__(self, refuse: Refuse) -> None:
        self._refuse = refuse

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        match = call.match
        if match is None or match.operation.needs_token:
            denial = call.world.gate.authorise(call.request.authorization)
            if denial is not None:
                return self._refuse.forbidden(call, denial.reason)
        return await proceed(call)
