"""A relay that keeps every byte a provider gets to see, a port nobody may touch, and a judge apart from the guard."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote

import h11

from elko_mock.contract.contract import Contract, Match
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify.scope import READ_ONLY

_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "authorization", "content-type"}


class Wiretap:
    """A TCP relay in front of a server that keeps every byte that went to it."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.streams: list[bytearray] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            kept = bytearray()
            self.streams.append(kept)
            for source, sink, record in ((client, server, kept), (server, client, None)):
                thread = threading.Thread(target=_pump, args=(source, sink, record), daemon=True)
                thread.start()
                self._threads.append(thread)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def requests(self) -> list[tuple[h11.Request, bytes]]:
        """Every request as an HTTP parser that is not ours reads it."""
        return [request for stream in self.streams for request in _parse(bytes(stream))]


def _pump(source: socket.socket, sink: socket.socket, record: bytearray | None) -> None:
    try:
        while data := source.recv(65536):
            if record is not None:
                record += data
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            if end is sink:
                end.close()


def _parse(stream: bytes) -> Iterator[tuple[h11.Request, bytes]]:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(stream)
    connection.receive_data(b"")
    request: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            request, body = event, b""
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            assert request is not None
            yield request, body
            connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
            connection.send(h11.EndOfMessage())
            connection.start_next_cycle()
        else:
            return


@contextmanager
def tapped(settings: Settings | None = None) -> Iterator[Wiretap]:
    with Live(assemble(settings or Settings(limit=0, journal_exchanges=0))) as live:
        tap = Wiretap(live.port)
        try:
            yield tap
        finally:
            tap.close()


@contextmanager
def tripwire() -> Iterator[tuple[int, list[object]]]:
    """A port that nobody may connect to, and who did."""
    listener = socket.create_server(("127.0.0.1", 0))
    visitors: list[object] = []

    def watch() -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            visitors.append(address)
            connection.close()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], visitors
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def assert_only_allowed_gets(tap: Wiretap, authority: str) -> int:
    """Judged apart from the guard's own code: by the bytes, an HTTP parser and the contract's routes."""
    contract = Contract.load()
    count = 0
    for request, body in tap.requests():
        target = request.target.decode("ascii")
        if target.startswith("/_elko/"):  # the mock's control plane; no provider has it, and none is asked
            continue
        count += 1
        assert request.method == b"GET", request
        assert body == b""
        assert re.fullmatch(r"/v3\.0/api/[!-~]*", target, re.IGNORECASE), target
        path = target.partition("?")[0]
        match = contract.match("GET", path)
        assert isinstance(match, Match), target
        assert match.operation.known_as in READ_ONLY, target
        assert ".." not in unquote(unquote(path)), target
        headers = [name.decode("ascii") for name, _ in request.headers]
        assert set(headers) <= _HEADERS, headers
        assert len(headers) == len(set(headers)), headers
        assert dict(request.headers)[b"host"].decode("ascii") == authority
    return count
