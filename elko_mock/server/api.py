"""The Connexion application: built from the document, each operation bound to its handler.

The stages in front of it have already read the body and found the operation, so the middleware is trimmed to what is
left to do: hand the operation over, validate, call.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.exchange.asgi import ASGIApp, Receive, Scope, Send
from elko_mock.exchange.exchange import Side, Violation
from elko_mock.server.connexion_parts import (
    ROUTING_CONTEXT,
    AbstractOperation,
    AsyncApi,
    AsyncASGIApp,
    ConnexionMiddleware,
    RequestValidationAPI,
    RequestValidationMiddleware,
    Resolution,
    Resolver,
    ResolverError,
    RoutingMiddleware,
)
from elko_mock.stages.call import Answer, Call
from elko_mock.trade.refusals import Refusal

CALL = "elko_mock.call"
"""Where the call travels in the ASGI scope."""

Handler = Callable[[Call], Coroutine[Any, Any, Any]]
"""Arguments in, one trade verb, the answer's data out; or a Refusal."""


class Invalid(Exception):
    """The request departs from the contract; carries every departure."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(f"{len(violations)} violations")
        self.violations = violations


class Denied(Exception):
    """The gate said no after all: the reason goes to the journal, the answer is 403."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """The trade said no."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class _ByRecognition(Resolver):  # type: ignore[misc]
    """Resolves an operation by what the contract recognised it as, not by a function's dotted name."""

    def __init__(self, contract: Contract, handlers: Mapping[str, Handler]) -> None:
        super().__init__()
        self.contract = contract
        self._handlers = handlers

    def resolve(self, operation: AbstractOperation) -> Resolution:
        ours = self.contract.by_id[operation.operation_id]
        if ours.known_as is None:
            return Resolution(_example_of(ours), operation.operation_id)
        handler = self._handlers.get(ours.known_as)
        if handler is None:
            raise ResolverError(f"no handler for {ours.known_as}")
        return Resolution(handler, operation.operation_id)


def _example_of(operation: Operation) -> Handler:
    async def example(call: Call) -> Any:
        call.example = True
        return operation.example()

    return example


class _Routed(RoutingMiddleware):  # type: ignore[misc]
    """Takes the operation the route stage found; what came without one goes to Connexion's own router."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self._base_path = ""

    def add_api(self, specification: Any, base_path: str | None = None, **kwargs: Any) -> None:
        super().add_api(specification, base_path=base_path, **kwargs)
        self._base_path = specification.base_path if base_path is None else base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = scope[CALL].match
        if match is None:
            await super().__call__(scope, receive, send)
            return
        scope["extensions"] = {ROUTING_CONTEXT: {"api_base_path": self._base_path, "operation_id": match.operation.id}}
        await self.app(scope, receive, send)


class _Validation:
    """Validates one operation's parameters and body, with validators compiled once."""

    __slots__ = ("_next", "_operation")

    def __init__(self, next_app: Any, operation: Operation) -> None:
        self._next = next_app
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope[CALL]
        operation = self._operation
        if call.match is None:
            raise LookupError("validation needs the operation that the route stage finds")
        bound = operation.bind(call.match.path_values, call.request.query)
        violations = bound.violations
        call.arguments = bound.values
        body = operation.body
        if body is not None:
            if call.request.body:
                violations += operation.body_violations(call.body)
            elif body.required:
                violations += (
                    Violation(Side.REQUEST, "body.required", "body", "A non-empty request body is required."),
                )
        if violations:
            raise Invalid(violations)
        await self._next(scope, receive, send)


class _ValidationAPI(RequestValidationAPI):  # type: ignore[misc]
    def make_operation(self, operation: AbstractOperation) -> Any:
        return _Validation(self.next_app, self.resolver.contract.by_id[operation.operation_id])


class _ValidationMiddleware(RequestValidationMiddleware):  # type: ignore[misc]
    api_cls = _ValidationAPI


class _Endpoint:
    """Calls the handler; the answer stays data until the negotiate stage renders it."""

    __slots__ = ("_handler",)

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        call: Call = scope[CALL]
        call.carried_out = True
        data = await self._handler(call)
        if isinstance(data, Refusal):
            raise Refused(data)
        call.answer = Answer(200, data)


class _Api(AsyncApi):  # type: ignore[misc]
    def make_operation(self, operation: AbstractOperation) -> Any:
        return _Endpoint(operation.function)


class _Apis(AsyncASGIApp):  # type: ignore[misc]
    api_cls = _Api


def connexion_app(contract: Contract, handlers: Mapping[str, Handler]) -> ASGIApp:
    """The ASGI application for one contract. Raises ResolverError when a known operation has no handler."""
    connexion: Any = ConnexionMiddleware(_Apis(), import_name="elko_mock", middlewares=[_Routed, _ValidationMiddleware])
    # The skeleton: Connexion knows OpenAPI 3.0 only, and takes 50 ms to validate what the contract has checked already.
    connexion.add_api(contract.skeleton(), resolver=_ByRecognition(contract, handlers))
    # Connexion builds its stack at the first request; a document it cannot serve must fail at start instead.
    connexion.app, connexion.middleware_stack = connexion._build_middleware_stack()
    app: ASGIApp = connexion
    return app
