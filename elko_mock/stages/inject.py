"""Inject: the fault that this call meets, if its world's plan or the call itself asks for one."""

from elko_mock.clock import WorldClock
from elko_mock.exchange.exchange import Side, Violation
from elko_mock.exchange.messages import Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.faults.header import FAULT_HEADER, PREFER_HEADER, HeaderProblem, requested_faults
from elko_mock.faults.kinds import Respond
from elko_mock.faults.strike import Strike, deformed, dictated_headers, narrowed, responded
from elko_mock.stages.call import Call, Refuse

_ALLOWED_EMPTY = 400
_ACCEPT = b"accept"
_LOST = Response(200, (), b"")
"""Stands for the answer of a call that was never carried out; only its delivery is obeyed."""


class Inject:
    """Carries out strikes: those instead of the operation, and those that deform its answer on the way out."""

    __slots__ = ("_faithful", "_refuse")

    def __init__(self, refuse: Refuse, *, faithful: bool) -> None:
        """`faithful`: requests may not ask for faults, as production would not understand them either."""
        self._refuse = refuse
        self._faithful = faithful

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        strike = self._strike(call)
        if strike is None:
            return await proceed(call)
        if isinstance(strike, HeaderProblem):
            return self._refuse.bad_request(
                call, (Violation(Side.REQUEST, "header.fault", f"header/{strike.header}", strike.message),)
            )
        call.fault = strike.name
        response = _LOST if strike.before else await _proceeded(call, proceed, strike)
        if response.delivery is not None:
            return response  # it was not kept, so it is not answered, and no fault makes it look as if it were
        if strike.respond is not None:
            response = self._instead(call, strike.respond)
        return deformed(response, strike, delay=_real_delay(call.world.clock, strike))

    def _strike(self, call: Call) -> Strike | HeaderProblem | None:
        request, match, plan = call.request, call.match, call.world.faults
        if not self._faithful:
            asked = requested_faults(request.header(FAULT_HEADER), request.header(PREFER_HEADER), call.number)
            if asked is not None:
                return asked
        if match is None or not plan.active:
            return None
        operation = match.operation
        bound = operation.bind(match.path_values, request.query).values if plan.wants_parameters else {}
        return plan.decide(call.at, operation.name, request.method, bound)

    def _instead(self, call: Call, respond: Respond) -> Response:
        """The answer the fault dictates; without a body of its own it gets what the service gives with that status."""
        if respond.body is None and respond.status >= _ALLOWED_EMPTY:
            own = self._refuse.status(call, respond.status)
            if own is not None:
                told = dictated_headers(respond)
                names = {name for name, _ in told}
                return own._replace(headers=(*(field for field in own.headers if field[0] not in names), *told))
        return responded(respond)


async def _proceeded(call: Call, proceed: Proceed[Call], strike: Strike) -> Response:
    """What the operation answers; asked for one of the media types alone where those are to vary."""
    asked = call.request
    accept = asked.header(_ACCEPT)
    if strike.vary is None or not strike.vary.types or (wanted := narrowed(accept, call.number)) == accept:
        return await proceed(call)
    call.request = asked._replace(headers=asked.headers.replacing(_ACCEPT, (wanted or "").encode("latin-1")))
    try:
        return await proceed(call)
    finally:
        call.request = asked  # the journal has what was sent


def _real_delay(clock: WorldClock, strike: Strike) -> int:
    """Microseconds of real time to wait: a delay on the world's clock is shortened by its scale, or moves it."""
    if not strike.delay or strike.delay_clock == "real":
        return strike.delay
    if clock.frozen:
        clock.advance(strike.delay)
        return 0
    return int(strike.delay / clock.scale)
