"""Later: an application that is made when it is first asked for something."""

from collections.abc import Callable

from elko_mock.exchange.asgi import ASGIApp, Receive, Scope, Send


class Later:
    """Stands for an application that many runs never ask, so that they do not wait for it at start."""

    __slots__ = ("_app", "_make")

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection scope."""
        if self._app is None:
            self._app = self._make()
        await self._app(scope, receive, send)
