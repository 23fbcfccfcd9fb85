"""The HTTP protocol below the application: uvicorn's, made to bound what a connection may take.

Beside the limits: answers in the order of the requests whatever comes behind them, a way for a fault to close the
connection, and offers of another protocol declined instead of stumbled over.

Requests of many connections that are there at the same time are taken one step at a time for all of them: all are
read, then all answered, then all answers sent. A client that is woken by each answer alone costs a quarter of the time.
"""

import math
from enum import Enum, auto
from itertools import islice
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from elko_mock.exchange.asgi import ABORT, GONE, WHOLE
from elko_mock.exchange.messages import RawHeaders
from elko_mock.server.at_once import at_once
from elko_mock.server.limits import Limits

_OFFER = frozenset({b"upgrade", b"http2-settings"})
_TOLD_APART = frozenset({b"connection", b"transfer-encoding", b"content-length"})
_CONTROLS = bytes(code for code in range(32) if code != 9) + b"\x7f"
_PIECE = 16 * 1024
"""Bytes given to the parser at a time, so that requests sent ahead in one breath are not all opened at once."""
_LAST_MOMENT = 0.4
"""Seconds for a request under way when the server stops; a little later uvicorn would cancel it, with a traceback."""
_CANDIDATES = 200
"""Connections looked at to find one that is idle."""


class _Phase(Enum):
    """What is awaited from the client."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    NOTHING = auto()
    """The request is complete: it is the server's turn."""
    END = auto()
    """What still comes is thrown away."""


class _Refused(Exception):
    """Raised within the parser's callbacks: the request is over a limit or against RFC 9112; the message says why."""


class _Flow(FlowControl):
    """Reads on only when no request waits for its turn."""

    def __init__(self, protocol: "Protocol") -> None:
        super().__init__(protocol.transport)
        self._waiting = protocol.pipeline

    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, limits: Limits = Limits(), **named: Any) -> None:  # noqa: B008 - frozen
        super().__init__(*arguments, **named)
        self._limits = limits
        self._phase = _Phase.IDLE
        self._until = self.loop.time() + limits.idle_seconds
        self._running: Any = None
        self._unsent: tuple[bytes, bytes] | None = None
        self._extensions: dict[str, Any] = {}
        self._held = b""
        self._refusal = ""
        self._fed = self._size = self._hosts = 0
        self._unwritten, self._moved = 0, 0.0

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        super().connection_made(transport)
        self.flow = _Flow(self)
        self._extensions = {ABORT: self._close_unanswered, GONE: transport.is_closing, WHOLE: self._send_whole}
        if len(self.connections) > self._limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, and with it every request that it sent."""
        self._held, self._unsent = b"", None
        self.pipeline.clear()
        self._give_up()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._phase is _Phase.END:
            return
        if self._held or len(data) > _PIECE:
            self._held += data
            self._feed_held()
        else:
            self._feed(data)

    def _feed_held(self) -> None:
        while self._held and not self.pipeline:
            piece, self._held = self._held[:_PIECE], self._held[_PIECE:]
            self._feed(piece)

    def _feed(self, data: bytes) -> None:
        self._fed += len(data)
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                if self._tunnel:
                    self._phase, self._held = _Phase.END, b""
                    return
                data = self._declined(data[offer.args[0] :])
            except httptools.HttpParserError as wrong:
                self._refuse(_said(wrong))
                return
            else:
                break
        if self._phase is _Phase.HEAD and self._fed > self._limits.line + self._limits.head + _PIECE:
            self._refuse("The head of the request is too large.")  # one name or one value, not at its end yet
        elif self._phase is _Phase.BODY and self._fed > 9 * self._size + self._limits.framing:
            self._refuse("The chunks of the body are more frame than body.")

    # What the parser found

    def on_message_begin(self) -> None:
        """A new request on this connection: put our extensions into its scope."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = self._extensions.copy()
        self._phase = _Phase.HEAD
        self._until = self.loop.time() + self._limits.head_seconds
        self._fed = self._size = self._hosts = 0

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        self.url += url
        if len(self.url) > self._limits.line:
            raise _Refused(f"The target of the request is longer than {self._limits.line} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field. Trailer fields are none (RFC 9110, 6.5.1) and are passed over."""
        if self._phase is not _Phase.HEAD:
            return
        limits = self._limits
        self._size += len(name) + len(value)
        if self._size > limits.head:
            raise _Refused(f"The header fields are larger than {limits.head} bytes.")
        if len(self.headers) >= limits.fields:
            raise _Refused(f"There are more than {limits.fields} header fields.")
        name = name.lower()
        if name == b"host":
            self._hosts += 1
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is there. With an offer in it, it comes again without."""
        if self._offered:
            return
        if self._hosts > 1 or (not self._hosts and self.parser.get_http_version() == "1.1"):
            raise _Refused("A request has one Host field, no more and no less (RFC 9112, 3.2).")
        if not self.url.isascii():
            raise _Refused("The target of the request is not ASCII; percent-encode it (RFC 3986, 2.1).")
        super().on_headers_complete()
        self._phase = _Phase.BODY
        self._until = self.loop.time() + self._limits.body_seconds
        self._fed = self._size = 0
        if self._tunnel:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._size += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there, unless the parser only stopped for an offer, in front of the body."""
        if self._offered:
            return
        super().on_message_complete()
        if self.cycle.response_complete:
            self._idle()
        else:
            self._phase, self._until = _Phase.NOTHING, math.inf

    # What the application did

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """It is this request's turn. It begins once all has been read that came: its body is mostly there then."""
        self._running = cycle
        self.loop.call_soon(self._begin, cycle, app)

    def _begin(self, cycle: Any, app: Any) -> None:
        task = at_once(self.loop, cycle.run_asgi(app))
        if task is not None:
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def on_response_complete(self) -> None:
        """An answer is out: on to the next request that was sent ahead, or to what was wrong behind them."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._send_refusal()
        elif self._phase is _Phase.NOTHING:
            self._idle()
        self._feed_held()
        self.flow.resume_reading()

    def _send_whole(self, status: int, headers: RawHeaders, body: bytes) -> bool:
        """What uvicorn does in two steps and header by header, in one; it is left to uvicorn where anything is not as
        usual. An eighth of a call's time."""
        cycle = self._running
        if cycle.response_started or cycle.disconnected or self.flow.write_paused or cycle.scope["method"] == "HEAD":
            return False
        length, lines = None, 2 + len(headers)
        parts = [STATUS_LINE[status]]
        for name, value in headers:
            if name in _TOLD_APART:
                if name != b"content-length":
                    return False
                length = value
            parts += name, b": ", value, b"\r\n"
        if not cycle.keep_alive:
            parts.append(b"connection: close\r\n")
            lines += 1
        parts.append(b"\r\n")
        head = b"".join(parts)
        controls = len(head) - len(head.translate(None, _CONTROLS))
        if length != b"%d" % len(body) or controls != 2 * lines:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self._unsent = head, body
        cycle.message_event.set()
        if cycle.keep_alive:
            self.loop.call_soon(self._send_out)
        else:
            self._close()
        cycle.on_response()
        return True

    def _send_out(self) -> None:
        if self._unsent is not None:
            unsent, self._unsent = self._unsent, None
            self.transport.writelines(unsent)

    def _close(self) -> None:
        self._send_out()
        self.transport.close()

    def _close_unanswered(self) -> None:
        """Close now, whatever has been sent of the answer. What was written before is still flushed."""
        if self._running is not None:
            # uvicorn would log an error about an answer that was not completed; here it is on purpose
            self._running.disconnected = True
        self._close()

    # Time

    def expire(self, now: float) -> None:
        """Close what has taken too long. Called now and then, with the loop's time; cheaper than a timer for each."""
        unwritten = self.transport.get_write_buffer_size()
        if unwritten != self._unwritten:
            self._unwritten, self._moved = unwritten, now
        elif unwritten and now - self._moved >= self._limits.stall_seconds:
            self.transport.abort()
            return
        if now < self._until or self.transport.is_closing() or self.flow.read_paused:
            return
        if self._phase is _Phase.HEAD:
            self._refuse(f"The head of the request was not there after {self._limits.head_seconds:g} seconds.")
        elif self._phase is _Phase.BODY:
            self._refuse(f"The body of the request was not there after {self._limits.body_seconds:g} seconds.")
        else:
            self._close()

    def shutdown(self) -> None:
        """The server stops: what is under way may end, but not for long."""
        self._send_out()
        super().shutdown()
        self.loop.call_later(_LAST_MOMENT, self._end)

    def _end(self) -> None:
        self._give_up()
        self.transport.abort()

    def _give_up(self) -> None:
        running = self._running
        if running is not None and not running.response_complete:
            running.disconnected = True
            running.message_event.set()

    def _idle(self) -> None:
        self._phase = _Phase.IDLE
        self._until = self.loop.time() + self._limits.idle_seconds

    def _make_room(self) -> None:
        some = islice(self.connections, _CANDIDATES)
        # Several come in one round of the loop, and those that were told to close are still there in it.
        idle = [
            one
            for one in some
            if isinstance(one, Protocol) and one._phase is _Phase.IDLE and not one.transport.is_closing()
        ]
        if idle:
            min(idle, key=lambda one: one._until)._close()

    # Refusing

    def _refuse(self, message: str) -> None:
        """400 and the end, behind the answers that are still owed."""
        self.logger.warning(message)
        during, self._phase = self._phase, _Phase.END
        self._until, self._held, self._refusal = math.inf, b"", message
        if during is _Phase.BODY:
            self._drop_request()
        running = self._running
        if running is None or running.response_complete or running.disconnected:
            self._send_refusal()

    def _drop_request(self) -> None:
        """The request whose body went wrong is not to be answered by the application."""
        cycle = self.cycle
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
            return
        cycle.disconnected = True
        cycle.message_event.set()
        if cycle.response_started:
            self.transport.close()

    def _send_refusal(self) -> None:
        transport = self.transport
        if transport.is_closing():
            return
        self._send_out()
        body = self._refusal.encode()
        transport.write(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"connection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
        )
        self._until = self.loop.time() + self._limits.linger_seconds
        if transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()

    # Offers of another protocol

    @property
    def _tunnel(self) -> bool:
        return bool(self.parser.get_method() == b"CONNECT")

    @property
    def _offered(self) -> bool:
        return bool(self.parser.should_upgrade()) and not self._tunnel

    def _declined(self, rest: bytes) -> bytes:
        """The request as if it had offered nothing, which RFC 9110 (7.8) allows, for a new parser: the old one takes
        all that follows an offer for the other protocol, the body too. Java's HttpClient and `curl --http2` offer
        HTTP/2 on every plain connection."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        head = [method + b" " + self.url + b" HTTP/" + version]
        for name, value in self.headers:
            if name == b"connection":
                tokens = (token.strip() for token in value.split(b","))
                value = b", ".join(token for token in tokens if token.lower() not in _OFFER)  # noqa: PLW2901
            if name not in _OFFER and not (name == b"connection" and not value):
                head.append(name + b": " + value)
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join([*head, b"", rest])


def _said(wrong: httptools.HttpParserError) -> str:
    if isinstance(wrong.__context__, _Refused):
        return str(wrong.__context__)
    if isinstance(wrong, httptools.HttpParserCallbackError):
        return "Invalid HTTP request received: the target makes no sense."
    return f"Invalid HTTP request received: {wrong}."
