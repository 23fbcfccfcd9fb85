"""The mock as one ASGI application: the stages in the order a request meets them. Read this first."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from elko_mock.contract.contract import Contract
from elko_mock.exchange.asgi import (
    ASGIApp,
    BodyTooLarge,
    Disconnected,
    Receive,
    Scope,
    Send,
    read_request,
    send_past,
    send_response,
)
from elko_mock.exchange.exchange import Side, Violation
from elko_mock.exchange.heads import Heads
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pipeline import Proceed, pipeline
from elko_mock.gate.addresses import AddressSet
from elko_mock.gate.forwarded import client_address
from elko_mock.server.api import Denied, Handler, Invalid, Refused, operations_of
from elko_mock.server.durability import Durability, Persist
from elko_mock.server.errors import Errors
from elko_mock.settings import Settings
from elko_mock.stages.authorise import Authorise
from elko_mock.stages.call import Call
from elko_mock.stages.gatekeep import Gatekeep
from elko_mock.stages.inject import Inject
from elko_mock.stages.negotiate import Negotiate
from elko_mock.stages.recall import Recall
from elko_mock.stages.record import Record
from elko_mock.stages.route import Route
from elko_mock.world.worlds import WorldProblem, Worlds

_log = logging.getLogger("elko_mock")
_PENDING = Response(200, (), b"")
"""What Connexion's step answers when the data is still to be rendered."""
CONTROL_PATHS = ("/_elko", "/__admin")


class Mock:
    """The mock server. One process, one event loop: each trade verb runs without interruption, so it is atomic."""

    def __init__(
        self,
        contract: Contract,
        worlds: Worlds,
        settings: Settings,
        handlers: Mapping[str, Handler],
        control: ASGIApp | None = None,
        durability: Durability | None = None,
    ) -> None:
        """`control` answers below /_elko/ and /__admin/; `durability` keeps the worlds in a file."""
        self.contract = contract
        self.worlds = worlds
        self.settings = settings
        self._control = control
        self._heads = Heads(worlds.issued)
        self._max_body = settings.max_body
        self._durability = durability
        self._errors = errors = Errors()
        self._operations = operations_of(contract, handlers)
        before = (
            Record(contract, faithful=settings.faithful),
            Gatekeep(errors, _address_of(settings.trusted_proxies)),
            Route(contract, errors),
            Authorise(errors),
        )
        self._answer_unread = pipeline(before, self._too_large)
        self._answer = pipeline(
            (
                *before,
                Inject(errors, faithful=settings.faithful),
                Recall(),
                Negotiate(contract, errors, lenient=settings.lenient, max_body=settings.max_body),
                *(() if durability is None else (Persist(durability),)),
            ),
            self._operate,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection scope: HTTP, or the server's lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        path = scope["path"]
        if self._control is not None and path.startswith(CONTROL_PATHS):
            await asyncio.sleep(0)  # Connexion as it comes may want to be in a task, see server/at_once.py
            await self._control(scope, receive, send)
            return
        try:
            try:
                request = await read_request(scope, receive, self._max_body, self._heads)
            except BodyTooLarge as large:
                await send_past(receive, send, await self._respond(large.request, self._answer_unread))
            else:
                await send_response(scope, receive, send, await self._respond(request, self._answer))
        except Disconnected:
            return

    async def _respond(self, request: Request, answer: Proceed[Call]) -> Response:
        try:
            return await answer(self._open(request))
        except WorldProblem as problem:
            return self._errors.no_world(request, str(problem))

    def close(self) -> None:
        """Bring the state file, if there is one, up to date and let go of it."""
        if self._durability is not None:
            self._durability.close()

    def _open(self, request: Request) -> Call:
        """Whose world is it? By token, else header, else user name, else the default one."""
        world = self.worlds.of(request)
        at = world.clock.now()
        return Call(request, world, at, world.journal.next_number())

    async def _operate(self, call: Call) -> Response:
        """The last step: Connexion's operation validates, binds and calls the handler."""
        if call.match is None:
            raise LookupError("the route stage lets no call through without its operation")
        try:
            await self._operations[call.match.operation.id](call)
        except Invalid as invalid:
            return self._errors.bad_request(call, invalid.violations)
        except Refused as no:
            return self._errors.refused(call, no.refusal)
        except Denied as denied:
            return self._errors.forbidden(call, denied.reason)
        return _PENDING

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server's lifespan: at its end the state file is brought up to date."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _too_large(self, call: Call) -> Response:
        message = f"The body is larger than {self._max_body} bytes."
        return self._errors.bad_request(call, (Violation(Side.REQUEST, "body.size", "body", message),))


def _address_of(trusted_proxies: Sequence[str]) -> Callable[[Request], str]:
    """How a caller's address is told: the socket's, or what a listed proxy says in front of it."""
    if not trusted_proxies:
        return lambda request: request.client
    proxies = AddressSet.of(trusted_proxies)

    def address(request: Request) -> str:
        named = [value.decode("latin-1") for name, value in request.headers if name == b"x-forwarded-for"]
        return client_address(request.client, ",".join(named), proxies)

    return address
