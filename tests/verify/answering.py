"""A server that answers whatever a test says, without a mock behind it."""

from collections.abc import Callable

from elko_mock.exchange.asgi import ASGIApp, Receive, Scope, Send, read_request, send_response
from elko_mock.exchange.messages import Request, Response


def answering(answer: Callable[[Request], Response]) -> ASGIApp:
    """The application for a `Live`; lengths of bodies are put to the answers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = answer(await read_request(scope, receive, 1_000_000))
            length = (b"content-length", b"%d" % len(response.whole))
            await send_response(scope, receive, send, response._replace(headers=(*response.headers, length)))
        else:
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
                if message["type"] == "lifespan.shutdown":
                    return

    return app
