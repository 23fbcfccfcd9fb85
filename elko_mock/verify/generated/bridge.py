"""Bridge: the ASGI application that schemathesis takes for the provider; whatever it sends goes over the line.

Schemathesis never learns the provider's address nor the token: it cannot send anything past the guard.
"""

import asyncio
from collections.abc import Callable

from elko_mock.contract.contract import Contract, Match
from elko_mock.exchange.asgi import Receive, Scope, Send, read_request
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Fields, Request
from elko_mock.verify.asker import USER_AGENT
from elko_mock.verify.line import Line

EXCHANGE_HEADER = "x-elko-mock-exchange"
"""In what schemathesis gets: the number of the exchange in the journal."""
_LARGEST = 64 * 1024 * 1024
_OWN = frozenset(
    {b"host", b"user-agent", b"connection", b"accept-encoding", b"authorization", b"x-schemathesis-testcaseid"}
)
"""What schemathesis or its HTTP library puts in on its own account."""


class Bridge:
    """Puts the token in, sends over the line, keeps which exchange it was, and gives the answer back."""

    def __init__(
        self, line: Line, contract: Contract, accept: str, on_answer: Callable[[Match | None, int], None]
    ) -> None:
        """`accept`: the media type asked for where the case does not say. `on_answer` is told of each answer: which
        operation was met, and the status."""
        self._line = line
        self._contract = contract
        self._accept = accept.encode()
        self._on_answer = on_answer
        self.exchanges: dict[int, Exchange] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call. Raises Stopped, HeldBack or NoAnswer, so that no check takes our own words for the provider's."""
        if scope["type"] != "http":
            raise RuntimeError("the bridge has no lifespan")
        request = self.outgoing(await read_request(scope, receive, _LARGEST))
        met = self._contract.match(request.method, request.path)
        match = met if isinstance(met, Match) else None
        answered = await asyncio.wrap_future(self._line.submit(request))
        number = answered.exchange.number
        self.exchanges[number] = answered.exchange
        self._on_answer(match, answered.response.status)
        headers = [*answered.response.headers, (EXCHANGE_HEADER.encode(), b"%d" % number)]
        await send({"type": "http.response.start", "status": answered.response.status, "headers": headers})
        body = answered.response.body
        await send({"type": "http.response.body", "body": body if isinstance(body, bytes) else b"".join(body)})

    def outgoing(self, request: Request) -> Request:
        """The request as it is to go over the line."""
        fields = [(name, value) for name, value in request.headers if name not in _OWN and name != b"accept"]
        fields += [(b"user-agent", USER_AGENT), (b"accept", self._accept)]
        authorization = None
        if self._line.token is not None:
            authorization = f"Bearer {self._line.token}"
            fields.append((b"authorization", b"Bearer [redacted]"))
        if request.body == b"":
            fields = [(name, value) for name, value in fields if name != b"content-length"]
        return request._replace(headers=Fields(fields), authorization=authorization)
