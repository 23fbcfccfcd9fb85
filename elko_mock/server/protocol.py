"""The HTTP protocol below the application: uvicorn's, with a way for a fault to close the connection at any moment, and
with offers of another protocol declined instead of stumbled over."""

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from elko_mock.exchange.asgi import ABORT

_NO_HTTP = "Invalid HTTP request received."
_OFFER = frozenset({b"upgrade", b"http2-settings"})


class Protocol(HttpToolsProtocol):
    """One connection."""

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            if not self._tunnel:
                self._decline(data[offer.args[0] :])
        except httptools.HttpParserError:
            self.logger.warning(_NO_HTTP)
            self.send_400_response(_NO_HTTP)

    def on_message_begin(self) -> None:
        """A new request on this connection: put the abort extension into its scope."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {ABORT: self._close_unanswered}

    def on_headers_complete(self) -> None:
        """The head is there. With an offer in it, it comes again without."""
        if not self._offered:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there, unless the parser only stopped for an offer, in front of the body."""
        if not self._offered:
            super().on_message_complete()

    @property
    def _tunnel(self) -> bool:
        return bool(self.parser.get_method() == b"CONNECT")

    @property
    def _offered(self) -> bool:
        return bool(self.parser.should_upgrade()) and not self._tunnel

    def _decline(self, rest: bytes) -> None:
        """Read the request again as if it had offered nothing, which RFC 9110 (7.8) allows: the parser takes all that
        follows an offer for the other protocol, the body too. Java's HttpClient and `curl --http2` offer HTTP/2 on
        every plain connection."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        head = [method + b" " + self.url + b" HTTP/" + version]
        for name, value in self.headers:
            if name == b"connection":
                tokens = (token.strip() for token in value.split(b","))
                value = b", ".join(token for token in tokens if token.lower() not in _OFFER)  # noqa: PLW2901
            if name not in _OFFER and not (name == b"connection" and not value):
                head.append(name + b": " + value)
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"\r\n".join([*head, b"", rest]))

    def _close_unanswered(self) -> None:
        """Close now, whatever has been sent of the answer. What was written before is still flushed."""
        cycle = self.cycle
        if cycle is not None:
            # uvicorn would log an error about an answer that was not completed; here it is on purpose
            cycle.disconnected = True
        self.transport.close()
