"""The HTTP protocol below the application: uvicorn's, with a way for a fault to close the connection at any moment."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from elko_mock.exchange.asgi import ABORT


class Protocol(HttpToolsProtocol):
    """One connection."""

    def on_message_begin(self) -> None:
        """A new request on this connection: put the abort extension into its scope."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {ABORT: self._close_unanswered}

    def _close_unanswered(self) -> None:
        """Close now, whatever has been sent of the answer. What was written before is still flushed."""
        cycle = self.cycle
        if cycle is not None:
            # uvicorn would log an error about an answer that was not completed; here it is on purpose
            cycle.disconnected = True
        self.transport.close()
