"""What must hold of a connection, whatever bytes come and in whatever pieces."""

import asyncio
import re
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from elko_mock.server.protocol import Protocol

_FINAL = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_TURNS = 12
"""Of the loop: enough for any request to be answered."""
_LOOP = asyncio.new_event_loop()


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers what it was asked."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    names = b",".join(name for name, _ in scope["headers"])
    said = (
        b""
        if scope["method"] == "HEAD"
        else b"%b %b?%b %b [%b]" % (scope["method"].encode(), scope["raw_path"], scope["query_string"], names, body)
    )
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
    await send({"type": "http.response.body", "body": said})


class _Wire(asyncio.Transport):
    """Keeps what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = bytearray()
        self.over = False

    def write(self, data: Any) -> None:
        """Sent, unless it is over."""
        if not self.over:
            self.sent += data

    def is_closing(self) -> bool:
        """Whether it is over."""
        return self.over

    def close(self) -> None:
        """It is over."""
        self.over = True

    abort = close

    def can_write_eof(self) -> bool:
        """As a socket can."""
        return True

    def write_eof(self) -> None:
        """Half of it is over."""

    def get_write_buffer_size(self) -> int:
        """The other side reads everything at once."""
        return 0

    def pause_reading(self) -> None:
        """Nothing to pause."""

    def resume_reading(self) -> None:
        """Nothing to resume."""


_CONFIG = uvicorn.Config(_echo, ws="none", lifespan="off", access_log=False, log_level="critical", proxy_headers=False)
_CONFIG.load()


async def _talk(pieces: list[bytes]) -> bytes:
    """What comes back."""
    wire = _Wire()
    protocol = Protocol(config=_CONFIG, server_state=ServerState(), app_state={}, _loop=asyncio.get_running_loop())
    protocol.connection_made(wire)
    for piece in pieces:
        if not wire.over:
            protocol.data_received(piece)
        await _silence(wire)
    protocol.connection_lost(None)
    await _silence(wire)
    return bytes(wire.sent)


async def _silence(wire: _Wire) -> None:
    """Until nothing more is said."""
    said = -1
    while said != len(wire.sent):
        said = len(wire.sent)
        for _ in range(_TURNS):
            await asyncio.sleep(0)


def http(data: bytes) -> None:
    """First byte: where it is cut. Only 200 and 400 come back, whole and in order; the same however it is cut."""
    if not data:
        return
    at, sent = data[0] * len(data) // 256, data[1:]
    whole, cut = (_LOOP.run_until_complete(_talk(pieces)) for pieces in ([sent], [sent[:at], sent[at:]]))
    came = whole.replace(_CONTINUE, b"")
    assert cut.replace(_CONTINUE, b"") == came, "another answer when it comes in pieces"
    statuses = []
    while came:
        head = _FINAL.match(came)
        assert head, came[:80]
        length = re.search(rb"content-length: (\d+)\r\n", head[2])
        assert length
        statuses.append(int(head[1]))
        came = came[head.end() + int(length[1]) :]
    assert set(statuses[:-1]) <= {200}, statuses
    assert set(statuses) <= {200, 400}, statuses
