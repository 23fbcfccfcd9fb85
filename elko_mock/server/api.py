"""The Connexion application: built from the document, each operation bound to its handler."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Side, Violation
from elko_mock.server.connexion_parts import (
    AbstractOperation,
    AsyncApi,
    AsyncASGIApp,
    ConnexionMiddleware,
    Resolution,
    Resolver,
    ResolverError,
)
from elko_mock.stages.call import Answer, Call
from elko_mock.trade.refusals import Refusal

Handler = Callable[[Call], Coroutine[Any, Any, Any]]
"""Arguments in, one trade verb, the answer's data out; or a Refusal."""
Operate = Callable[[Call], Awaitable[None]]
"""Validates a call's request and has the handler answer it. Raises Invalid, Refused or Denied."""


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


class _Operation:
    """One operation as Connexion serves it: parameters and body validated by validators compiled once, then the
    handler. Its answer stays data until the negotiate stage renders it."""

    __slots__ = ("_handler", "_operation")

    def __init__(self, operation: Operation, handler: Handler) -> None:
        self._operation = operation
        self._handler = handler

    async def __call__(self, call: Call) -> None:
        operation = self._operation
        if call.match is None:
            raise LookupError("an operation needs the path values that the route stage finds")
        bound = operation.bind(call.match.path_values, call.request.query)
        violations = bound.violations
        call.arguments = bound.values
        if operation.body is not None:
            if call.request.body:
                violations += operation.body_violations(call.body) or operation.unfit(call.body)
            elif operation.needs_body:
                violations += (
                    Violation(Side.REQUEST, "body.required", "body", "A non-empty request body is required."),
                )
        if violations:
            raise Invalid(violations)
        data = await self._handler(call)
        if isinstance(data, Refusal):
            raise Refused(data)
        call.answer = Answer(200, data)


class _Api(AsyncApi):  # type: ignore[misc]
    def make_operation(self, operation: AbstractOperation) -> _Operation:
        return _Operation(self.resolver.contract.by_id[operation.operation_id], operation.function)


class _Apis(AsyncASGIApp):  # type: ignore[misc]
    api_cls = _Api


def operations_of(contract: Contract, handlers: Mapping[str, Handler]) -> Mapping[str, Operate]:
    """A contract's operations by operationId, resolved and made by Connexion. The stages have read the request and
    found its operation, so nothing is left for Connexion's middleware to do, and each is called directly: that is a
    tenth of a call's time. Raises ResolverError when a known operation has no handler."""
    app = _Apis()
    connexion: Any = ConnexionMiddleware(app, import_name="elko_mock", middlewares=[])
    # The skeleton: Connexion knows OpenAPI 3.0 only, and takes 50 ms to validate what the contract has checked already.
    connexion.add_api(contract.skeleton(), resolver=_ByRecognition(contract, handlers))
    # Connexion makes its operations at the first request; a document it cannot serve must fail at start instead.
    connexion._build_middleware_stack()
    return {name: made for apis in app.apis.values() for api in apis for name, made in api.operations.items()}
