"""The cage: the real mock behind a wrapper that gets one thing wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from elko_mock.contract.contract import Contract, Match
from elko_mock.contract.operations import Operation
from elko_mock.exchange.asgi import ASGIApp, Message, Receive, Scope, Send, read_request, send_response
from elko_mock.exchange.messages import Request, Response
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation, kind_of, parse_content_type
from elko_mock.wire.problem import encode_problem

Ask = Callable[[Request], Any]
"""Sends one request to the healthy mock."""


@dataclass(frozen=True)
class Seen:
    """One call on its way through the cage."""

    request: Request
    operation: str | None
    """The operationId, when the mock knows the path."""
    ask: Ask = field(repr=False)
    contract: Contract = field(repr=False)

    def parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(self.request.query, keep_blank_values=True)

    def with_query(self, pairs: Iterable[tuple[str, str]]) -> Request:
        return self.request._replace(query=urlencode(list(pairs), safe=","))

    @property
    def accept(self) -> str:
        return self.request.header(b"accept") or ""


Before = Callable[[Seen], Any]
"""May be async; answers a changed Request, a Response in place of the mock's, or None."""
After = Callable[[Seen, Response], Any]
"""May be async; answers the changed Response, or None for the mock's own."""


class Cage:
    """An ASGI application: the mock, but for what `before` and `after` change. The control plane too goes through."""

    def __init__(
        self, mock: ASGIApp, contract: Contract, before: Before | None = None, after: After | None = None
    ) -> None:
        self._mock = mock
        self._contract = contract
        self._before = before
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._mock(scope, receive, send)
            return
        request = await read_request(scope, receive, 64 * 1024 * 1024)
        match = self._contract.match(request.method, request.path)
        operation = match.operation.id if isinstance(match, Match) else None
        seen = Seen(request, operation, lambda other: self._ask(scope, other), self._contract)
        if self._before is not None:
            changed = self._before(seen)
            changed = await changed if hasattr(changed, "__await__") else changed
            if isinstance(changed, Response):
                await send_response(scope, receive, send, sized(changed))
                return
            request = changed or request
        response = await self._ask(scope, request)
        if self._after is not None:
            changed = self._after(seen, response)
            response = (await changed if hasattr(changed, "__await__") else changed) or response
        await send_response(scope, receive, send, sized(response))

    async def _ask(self, scope: Scope, request: Request) -> Response:
        headers = [
            (name, value) for name, value in request.headers if name not in (b"authorization", b"content-length")
        ]
        if request.authorization is not None:
            headers.append((b"authorization", request.authorization.encode("latin-1")))
        if request.body:
            headers.append((b"content-length", b"%d" % len(request.body)))
        inner = dict(scope) | {
            "extensions": {},  # by these the mock would write straight to the socket
            "method": request.method,
            "path": request.path,
            "raw_path": request.path.encode("latin-1"),
            "query_string": request.query.encode("latin-1"),
            "headers": headers,
        }
        start: Message = {}
        body: list[bytes] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.append(message.get("body", b""))

        await self._mock(inner, receive, send)
        return Response(start["status"], tuple(start["headers"]), b"".join(body))


def sized(response: Response) -> Response:
    body = response.body
    assert isinstance(body, bytes)
    kept = tuple(field for field in response.headers if field[0] != b"content-length")
    return response._replace(headers=(*kept, (b"content-length", b"%d" % len(body))))


def operation_of(seen: Seen) -> Operation:
    assert seen.operation is not None
    return seen.contract.by_id[seen.operation]


def codec_of(seen: Seen, status: int = 200) -> Codec:
    return Codec(operation_of(seen).answers[status].schema, seen.contract.components)


def with_data(*operations: str, status: int = 200, only: str | None = None) -> Callable[[Callable[[Any], Any]], After]:
    """Changes the data of these operations' answers, in JSON and XML alike (or `only` one of them)."""

    def decorate(change: Callable[[Any], Any]) -> After:
        def after(seen: Seen, response: Response) -> Response | None:
            if seen.operation not in operations or response.status != status:
                return None
            content_type = parse_content_type(response.header(b"content-type"))
            if only is not None and content_type.kind != only:
                return None
            assert isinstance(response.body, bytes)
            codec = codec_of(seen, status)
            data = codec.decode(response.body, content_type)
            changed = change(data)
            form = Representation(content_type.media_type, kind_of(content_type.media_type))
            return response._replace(body=codec.encode(data if changed is None else changed, form))

        return after

    return decorate


def problem(status: int, *, xml: bool = False, title: str = "Wrong") -> Response:
    """A problem that is as the document says."""
    details: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if status == 400:
        details["errors"] = {"request": ["is wrong"]}
    form = Representation("application/xml" if xml else "application/json", "xml" if xml else "json")
    body, content_type = encode_problem(details, form)
    return Response(status, ((b"content-type", content_type.encode()),), body)


def json_response(status: int, data: Any, content_type: bytes = b"application/json; charset=utf-8") -> Response:
    return Response(status, ((b"content-type", content_type),), orjson.dumps(data))
