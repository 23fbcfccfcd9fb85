"""The two edges: ASGI messages in to a `Request`, a `Response` out to ASGI messages."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from elko_mock.clock import SECOND
from elko_mock.exchange.heads import Heads, read_head
from elko_mock.exchange.messages import Delivery, Request, Response

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ABORT = "elko_mock.abort"
"""The scope extension by which our server lets a fault close the connection: a callable without arguments."""
GONE = "elko_mock.gone"
"""The scope extension by which our server tells whether the client is still there: a callable without arguments."""
WHOLE = "elko_mock.whole"
"""The scope extension by which our server sends a whole answer in one go: a callable that takes status, headers and
body, and tells whether it did."""


_BODY_FIELDS = frozenset({b"content-length", b"transfer-encoding"})


class Disconnected(Exception):
    """The peer went away while its request was being read."""


class BodyTooLarge(Exception):
    """The request's body is over the limit; `request` is what was read of it, without a body."""

    def __init__(self, request: Request, limit: int) -> None:
        super().__init__(f"the body is larger than {limit} bytes")
        self.request = request
        self.limit = limit


class ConnectionCut(Exception):
    """Raised to make an ASGI server without the abort extension close the connection."""


async def read_request(scope: Scope, receive: Receive, max_body: int, heads: Heads | None = None) -> Request:
    """The whole request. `heads` remembers header fields that come again. Raises BodyTooLarge (nothing more is read
    then) or Disconnected."""
    headers, authorization = read_head(scope["headers"]) if heads is None else heads.of(scope["headers"])
    raw_path = scope.get("raw_path")
    client = scope.get("client")
    method = scope["method"]
    request = Request(
        method,
        raw_path.decode("latin-1") if raw_path else scope["path"],
        scope["query_string"].decode("latin-1"),
        headers,
        b"",
        client[0] if client else "",
        authorization,
    )
    if method == "GET" and _BODY_FIELDS.isdisjoint(headers.first):
        return request  # it has no body (RFC 9112, 6.3), so there is nothing to wait for
    body = await _read_body(request, receive, max_body)
    return request._replace(body=body) if body else request


async def _read_body(request: Request, receive: Receive, max_body: int) -> bytes:
    announced = request.header(b"content-length")
    if announced is not None and announced.isdecimal() and int(announced) > max_body:
        raise BodyTooLarge(request, max_body)
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        if part:
            length += len(part)
            if length > max_body:
                raise BodyTooLarge(request, max_body)
            parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def send_response(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """The whole answer; a fault's delivery is obeyed. A body in chunks is closed, sent or not."""
    try:
        await _send_response(scope, receive, send, response)
    finally:
        close = getattr(response.body, "close", None)
        if close is not None:
            close()


async def _send_response(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    if response.delivery is not None:
        await _deliver(scope, receive, send, response, response.delivery)
        return
    body, extensions = response.body, scope.get("extensions", {})
    whole = extensions.get(WHOLE)
    if whole is not None and isinstance(body, bytes) and whole(response.status, response.headers, body):
        return
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    if isinstance(body, bytes):
        await send({"type": "http.response.body", "body": body})
        return
    gone = extensions.get(GONE, _never)
    for chunk in body:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await asyncio.sleep(0)  # a client that reads as fast as this is written would hold up all others
        if gone():
            raise Disconnected
    await send({"type": "http.response.body", "body": b""})


async def send_past(receive: Receive, send: Send, response: Response) -> None:
    """A whole answer to a request whose body is still coming and is not wanted, and the end of the connection. What
    comes is thrown away: a client that sends everything before it listens could not read the answer if the connection
    closed at once. The server's time limit for a body ends it."""
    headers = (*response.headers, (b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
        pass
    await send({"type": "http.response.body", "body": b""})


def _never() -> bool:
    return False


async def _deliver(scope: Scope, receive: Receive, send: Send, response: Response, delivery: Delivery) -> None:
    if delivery.delay:
        await _wait(receive, delivery.delay)
    if delivery.hang is not None:
        await _wait(receive, delivery.hang)
        _abort(scope)
        return
    if delivery.cut_after is None:
        await _send_response(scope, receive, send, response._replace(delivery=None))
        return
    if delivery.cut_after > 0:
        whole = response.whole
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await send({"type": "http.response.body", "body": whole[: delivery.cut_after], "more_body": True})
        await asyncio.sleep(0)  # let the part reach the socket before it closes
    _abort(scope)


async def _wait(receive: Receive, microseconds: int) -> None:
    """Wait that long, or until the peer has gone."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    watch = asyncio.ensure_future(gone())
    try:
        await asyncio.wait({watch}, timeout=microseconds / SECOND)
        if watch.done():
            raise Disconnected
    finally:
        watch.cancel()


def _abort(scope: Scope) -> None:
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionCut
    abort()
