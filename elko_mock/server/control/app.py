"""The control plane as an ASGI application: Connexion over openapi/control.yaml, WireMock's admin paths, the sink."""

import hmac
import logging
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.exceptions import HTTPException

from elko_mock.exchange.asgi import (
    ASGIApp,
    BodyTooLarge,
    Disconnected,
    Message,
    Receive,
    Scope,
    Send,
    read_request,
    send_past,
    send_response,
)
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.redaction import without_tokens
from elko_mock.server.connexion_parts import (
    AsyncApp,
    ConnexionMiddleware,
    ConnexionRequest,
    ConnexionResponse,
    ParameterValidator,
    ProblemException,
    Resolver,
    SwaggerUIMiddleware,
)
from elko_mock.server.control.operations import Operations
from elko_mock.server.control.problems import ControlProblem, no_such
from elko_mock.server.control.sink import Sink
from elko_mock.server.control.wiremock import WireMockAdmin
from elko_mock.wire.json_codec import read_json
from elko_mock.wire.media_type import parse_content_type
from elko_mock.wire.undecodable import Undecodable
from elko_mock.world.worlds import WorldProblem

_PROBLEM = "application/problem+json"
_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding", b"transfer-encoding"})


class ControlPlane:
    """Answers below /_elko/ and /__admin/. With a token set, each request but the health checks must carry it."""

    def __init__(self, operations: Operations, sink: Sink, wiremock: WireMockAdmin, *, token: str | None) -> None:
        self._token = token
        self._sink = sink
        self._wiremock = wiremock
        self._max_body = 64 * 1024 * 1024
        self._app = _connexion(operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not self._let_in(scope, path):
            problem = ControlProblem("control-token", "this request carries no control token, or a wrong one")
            await send_response(scope, receive, send, problem_response(problem))
            return
        try:
            request = await read_request(scope, receive, self._max_body)
        except BodyTooLarge as large:
            await send_past(receive, send, problem_response(ControlProblem("invalid-request", str(large))))
        except Disconnected:
            pass
        else:
            await self._answer(scope, receive, send, request)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request: Request) -> None:
        path = scope["path"]
        try:
            if path.startswith("/__admin"):
                response = self._wiremock.answer(request)
            elif path.startswith("/_elko/sink/"):
                response = self._sink.answer(request)
            else:
                await self._app(*_tidied(scope, request), send)
                return
        except WorldProblem as problem:
            response = problem_response(ControlProblem(problem.code, str(problem)))
        except ControlProblem as problem:
            response = problem_response(problem)
        await send_response(scope, receive, send, response)

    def _let_in(self, scope: Scope, path: str) -> bool:
        if self._token is None or path in {"/_elko/health", "/_elko/ready", "/__admin/health"}:
            return True
        if path.startswith("/_elko/sink/"):  # written by the client under test, which knows no control token
            return True
        for name, value in scope["headers"]:
            if name == b"x-elko-control-token":
                return hmac.compare_digest(value, self._token.encode())
        return False


def problem_response(problem: ControlProblem) -> Response:
    """An answer in problem details."""
    body = _problem_body(problem)
    headers = ((b"content-type", _PROBLEM.encode()), (b"content-length", b"%d" % len(body)))
    return Response(problem.status, headers, body)


def _problem_body(problem: ControlProblem) -> bytes:
    """What was sent may be named in it, and may be somebody's token in the wrong place."""
    return without_tokens(orjson.dumps(problem.document()))


def _tidied(scope: Scope, request: Request) -> tuple[Scope, Receive]:
    """The request as Connexion can read it: the body whole, with its length, and JSON in UTF-8 whatever it was in and
    whatever it was said to be (`curl -d` says it is a form). Raises ControlProblem for a body that is no JSON."""
    reading = request.method in {"GET", "HEAD", "DELETE"}  # a body means nothing there (RFC 9110, 9.3.1)
    body = b"" if reading else request.body
    plain = reading or scope["path"].endswith("/snapshot")
    if body and not plain:
        try:
            body = orjson.dumps(read_json(body, parse_content_type(request.header(b"content-type")).charset))
        except (Undecodable, TypeError) as wrong:  # TypeError: a figure beyond 64 bits
            raise ControlProblem("invalid-request", f"the body is not JSON that is read here: {wrong}") from None
    headers = [field for field in scope["headers"] if field[0] not in _OF_THE_BODY]
    headers += [
        (b"content-length", b"%d" % len(body)),
        (b"content-type", b"application/octet-stream" if plain else b"application/json"),
    ]

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return {**scope, "headers": headers}, receive


def _connexion(operations: Operations) -> ASGIApp:
    """Connexion as it comes, without its document page; each operationId in camelCase is a method in snake_case."""
    middlewares = [one for one in ConnexionMiddleware.default_middlewares if one is not SwaggerUIMiddleware]
    app = AsyncApp("elko_mock", middlewares=middlewares)
    app.add_api(operations.document, resolver=Resolver(operations.handler), validator_map={"parameter": _Parameters})
    app.add_error_handler(ControlProblem, _control_problem)
    app.add_error_handler(ProblemException, _invalid_request)
    app.add_error_handler(HTTPException, _no_such_path)
    logging.getLogger("connexion.operations").setLevel(logging.ERROR)
    return app  # type: ignore[no-any-return]


class _Parameters(ParameterValidator):  # type: ignore[misc]
    """Names the parameter that is wrong. One that is not known is refused: a question about `operaton` would be
    answered for all operations."""

    def validate_request(self, request: ConnexionRequest) -> None:
        known = [one["name"] for one in self.parameters["query"]]
        for name in request.query_params:
            if name not in known:
                raise ControlProblem("invalid-request", no_such("parameter", name, known))
        super().validate_request(request)

    @staticmethod
    def validate_parameter(
        parameter_type: str, value: Any, param: dict[str, Any], param_name: str | None = None
    ) -> str | None:
        wrong = ParameterValidator.validate_parameter(parameter_type, value, param, param_name)
        return None if wrong is None else f"{param['name']}: {str(wrong).partition(chr(10))[0]}"


def _control_problem(_request: ConnexionRequest, problem: Exception) -> ConnexionResponse:
    if not isinstance(problem, ControlProblem):
        raise problem
    return _answer(problem)


def _invalid_request(_request: ConnexionRequest, problem: Exception) -> ConnexionResponse:
    return _answer(ControlProblem("invalid-request", str(getattr(problem, "detail", problem))))


def _no_such_path(request: ConnexionRequest, problem: Exception) -> ConnexionResponse:
    if getattr(problem, "status_code", 404) == 405:
        allowed = dict(getattr(problem, "headers", None) or {})
        return _answer(ControlProblem("wrong-method", f"{request.method} is not for {request.url.path}"), allowed)
    return _answer(ControlProblem("unknown-path", f"there is nothing at {unquote(request.url.path)}"))


def _answer(problem: ControlProblem, headers: dict[str, str] | None = None) -> ConnexionResponse:
    return ConnexionResponse(
        body=_problem_body(problem),
        status_code=problem.status,
        mimetype=_PROBLEM,
        content_type=_PROBLEM,
        headers=headers,
    )
