"""Clients that are slow, or silent, or do not read: they wait no longer than is stated, and nobody waits for them."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.limits import Limits
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.hostile.wire import BASE, HOST, answered, heard, request

SHORT = Limits(head_seconds=0.5, body_seconds=0.5, idle_seconds=0.5, stall_seconds=1.0, linger_seconds=0.5)
SWEEP = 1.2
"""Seconds between two looks at the connections, and a little for a busy machine."""
TOKEN = b"POST " + BASE + b"/Token HTTP/1.1\r\n" + HOST
BIG = b"GET " + BASE + b"/Catalog/Products HTTP/1.1\r\n" + HOST


@pytest.fixture(scope="module")
def mock() -> Mock:
    return assemble(Settings(products=20_000, limit=0))


@pytest.fixture(scope="module")
def impatient(mock: Mock) -> Iterator[Live]:
    with Live(mock, limits=SHORT) as live:
        yield live


@contextmanager
def connected(live: Live) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as sock:
        yield sock


def drip(sock: socket.socket, data: bytes, pause: float) -> threading.Thread:
    """One byte at a time, until it is over or nobody listens."""

    def drop() -> None:
        for at in range(len(data)):
            try:
                sock.send(data[at : at + 1])
            except OSError:
                return
            time.sleep(pause)

    thread = threading.Thread(target=drop, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        (b"GET / HTT", "head"),
        (BIG + b"X: y\r\n", "head"),
        (BIG.rstrip(b"\r\n"), "head"),
        (TOKEN + b"Content-Length: 10\r\n\r\n{", "body"),
        (TOKEN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{", "body"),
        (TOKEN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ", "body"),
    ],
)
def test_a_request_that_breaks_off_is_400_in_time(impatient: Live, sent: bytes, what: str) -> None:
    with connected(impatient) as sock:
        answer = heard(sock, sent)
    assert (answer.statuses, answer.closed) == ([400], True)
    assert f"The {what} of the request was not there after 0.5 seconds.".encode() in answer.raw
    assert answer.seconds < 0.5 + 3 * SWEEP


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nX: " + b"y" * 1000, TOKEN + b"Content-Length: 1000\r\n\r\n" + b" " * 1000],
    ids=["head", "body"],
)
def test_dripping_does_not_help(impatient: Live, sent: bytes) -> None:
    with connected(impatient) as sock:
        thread = drip(sock, sent, 0.02)
        answer = heard(sock)
    thread.join(10)
    assert (answer.statuses, answer.closed) == ([400], True)
    assert answer.seconds < 0.5 + 3 * SWEEP


def test_silence_is_ended_before_and_after_a_request(impatient: Live) -> None:
    with connected(impatient) as sock:
        assert (heard(sock).raw, heard(sock).closed) == (b"", True)
    with connected(impatient) as sock:
        answer = heard(sock, request("GET", b"/_elko/health"))
    assert (answer.statuses, answer.closed) == ([200], True)
    assert answer.seconds < 0.5 + 3 * SWEEP


def test_a_client_that_works_in_time_keeps_its_connection(impatient: Live) -> None:
    with connected(impatient) as sock:
        for _ in range(10):
            assert heard(sock, request("GET", b"/_elko/health"), until=answered()).statuses == [200]
            time.sleep(0.2)


def test_an_answer_that_the_mock_delays_is_no_fault_of_the_client(impatient: Live, mock: Mock) -> None:
    token = mock.worlds.default.gate.account.token or ""
    headers = (b"Authorization: Bearer " + token.encode(), b"X-Elko-Fault: delay=2500ms")
    with connected(impatient) as sock:
        answer = heard(sock, request("GET", b"Catalog/Vendors", b"", *headers), until=answered())
    assert answer.statuses == [200]
    assert answer.seconds > 2.4


def test_a_client_that_does_not_read_is_given_up(impatient: Live, mock: Mock) -> None:
    token = (mock.worlds.default.gate.account.token or "").encode()
    with connected(impatient) as sock:
        sock.sendall(request("GET", b"Catalog/Products", b"", b"Authorization: Bearer " + token))
        time.sleep(SHORT.stall_seconds + 3 * SWEEP)
        answer = heard(sock)
    assert answer.closed
    assert answer.statuses == [200]
    assert not answer.raw.endswith(b"\r\n0\r\n\r\n")  # what was on its way came, the rest was never sent


def test_a_client_that_reads_slowly_gets_everything(impatient: Live, mock: Mock) -> None:
    token = (mock.worlds.default.gate.account.token or "").encode()
    with connected(impatient) as sock:
        asked = request("GET", b"Catalog/Products", b"", b"Authorization: Bearer " + token, close=True)
        sock.sendall(asked)
        came = 0
        while data := sock.recv(512 * 1024):
            came += len(data)
            if came < 8_000_000:
                time.sleep(0.1)
        assert came > 10_000_000


def test_slow_ones_hold_up_nobody_else(impatient: Live) -> None:
    slow = [socket.create_connection(("127.0.0.1", impatient.port)) for _ in range(200)]
    try:
        for sock in slow:
            sock.sendall(BIG)
        with connected(impatient) as sock:
            answer = heard(sock, request("GET", b"/_elko/health", close=True))
        assert answer.statuses == [200]
        assert answer.seconds < 2
    finally:
        for sock in slow:
            sock.close()


def test_a_slow_body_does_not_keep_the_server_from_ending(mock: Mock, capfd: pytest.CaptureFixture[str]) -> None:
    with Live(mock) as live:
        socks = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(3)]
        socks[0].sendall(TOKEN + b"Content-Length: 10\r\n\r\n{")
        socks[1].sendall(BIG)
        time.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    for sock in socks:
        sock.close()
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "Cancel" not in said.out + said.err


def test_the_stated_limits() -> None:
    """docs/reliability.md names them; KestrelServerLimits has the sizes and the idle time as its defaults."""
    limits = Limits()
    assert (limits.line, limits.head, limits.fields) == (8192, 32768, 100)
    assert (limits.head_seconds, limits.body_seconds, limits.idle_seconds) == (10, 30, 130)
