"""More than anyone needs: connections, fields, requests sent ahead, bodies. Memory stays bounded, others are served."""

import asyncio
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from elko_mock.exchange.asgi import Receive, Scope, Send
from elko_mock.gate.account import DEFAULT_TOKEN
from elko_mock.server.live import Live
from tests.hostile.wire import BASE, HOST, Served, answered, heard, request, serving

MB = 1024 * 1024
IDLE = 10_000
BEARER = b"Authorization: Bearer " + DEFAULT_TOKEN.encode()
ORDERS = b"POST " + BASE + b"/Orders HTTP/1.1\r\n" + HOST + BEARER + b"\r\nContent-Type: application/json\r\n"


@contextmanager
def files(wanted: int) -> Iterator[None]:
    """So many files may be open in this process, if that is allowed at all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"only {hard} open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_10_000_idle_connections_leave_it_answering(tmp_path: Path) -> None:
    with files(IDLE + 500), serving(tmp_path, "--products", "50", "--limit", "0") as served, ExitStack() as open_ones:
        before = served.memory
        for _ in range(IDLE):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=20))
        answer = served.ask(request("GET", b"Catalog/Vendors", b"", BEARER, close=True))
        assert answer.statuses == [200]
        assert answer.seconds < 2
        assert served.memory - before < 200 * MB
        assert served.complaints() == []


def test_more_connections_than_files_leave_it_answering(tmp_path: Path) -> None:
    with serving(tmp_path, "--products", "50", "--limit", "0", files=256) as served, ExitStack() as open_ones:
        idle = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=20))
            for _ in range(600)
        ]
        for _ in range(10):
            assert served.ask(request("GET", b"Catalog/Vendors", b"", BEARER, close=True)).statuses == [200]
        assert served.complaints() == []
        assert heard(idle[-1], request("GET", b"/_elko/health", close=True)).statuses == [200]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", b"longer than 8192 bytes"),
        (b"GET /" + b"a" * 20 * MB, b"longer than 8192 bytes"),
        (b"GET /?" + b"a=1&" * 5 * MB, b"longer than 8192 bytes"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 101 + b"\r\n", b"more than 100 header fields"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 3 * MB, b"more than 100 header fields"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 33_000 + b"\r\n\r\n", b"larger than 32768 bytes"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 20 * MB, b"too large"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"x" * 20 * MB, b"too large"),
        (b"GET / HTTP/1.1\r\n" + HOST + (b"X: " + b"y" * 5000 + b"\r\n") * 4000, b"larger than 32768 bytes"),
        (ORDERS + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"x" * 20 * MB, b"more frame than body"),
        (ORDERS + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 20 * MB, b"more frame than body"),
        (ORDERS + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 3 * MB, b"more frame than body"),
        (ORDERS + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"y" * 20 * MB, b"more frame than body"),
        (
            ORDERS + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;xxxxxxxxxxxxxxxxxx\r\na\r\n" * MB,
            b"more frame than body",
        ),
    ],
    ids=[
        *("target", "target without end", "query without end", "fields", "fields without end", "one value"),
        *("value without end", "name without end", "values", "extension without end", "size without end"),
        *("trailers", "trailer without end", "extensions"),
    ],
)
def test_heads_and_frames_over_the_limit_are_400_and_ended(served: Served, head: bytes, said: bytes) -> None:
    before = served.memory
    answer = served.ask(head)
    assert answer.closed
    assert answer.seconds < 5
    assert answer.statuses == [400]
    assert said in answer.raw
    assert served.memory - before < 20 * MB


def test_what_is_just_within_the_limits_passes(served: Served) -> None:
    long = b"GET /" + b"a" * 8186 + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert served.ask(long).statuses == [404]
    many = [b"X-%d: %b" % (number, b"y" * 300) for number in range(97)]
    assert served.ask(request("GET", b"/", b"", *many, close=True)).statuses == [404]


def test_requests_sent_ahead_wait_outside(served: Served) -> None:
    before = served.memory
    one = request("GET", b"/_elko/nothing")
    with served.connected(0.2) as sock:
        sent = 0
        began = time.monotonic()
        try:
            while sent < 64 * MB and time.monotonic() - began < 5:
                sent += sock.send(one * 4000)
        except TimeoutError:
            pass  # the mock reads no further, as nobody reads its answers
        assert served.memory - before < 40 * MB
    assert served.well()


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_body_over_the_limit_is_read_past_and_answered(served: Served, framing: str) -> None:
    before = served.memory
    piece = b" " * MB
    if framing == "length":
        head, pieces = b"Content-Length: %d\r\n\r\n" % (30 * MB), [piece] * 30
    else:
        head, pieces = b"Transfer-Encoding: chunked\r\n\r\n", [b"%x\r\n%b\r\n" % (MB, piece)] * 30 + [b"0\r\n\r\n"]
    answer = served.ask(ORDERS + head, *pieces)
    assert (answer.statuses, answer.closed) == ([400], True)
    assert b"The body is larger than 10485760 bytes." in answer.raw
    assert served.memory - before < 60 * MB


def test_a_body_over_the_limit_does_not_come_before_the_gate(served: Served) -> None:
    huge = b"Content-Length: 99999999\r\n\r\n"
    for line, status in (
        (b"POST " + BASE + b"/Orders", 403),
        (b"POST /nothing", 404),
        (b"PATCH " + BASE + b"/Orders", 405),
    ):
        answer = served.ask(line + b" HTTP/1.1\r\n" + HOST + huge, until=answered())
        assert answer.statuses == [status]
        assert b"\r\nconnection: close\r\n" in answer.raw
    answer = served.ask(ORDERS + b"X-Elko-World: nobody\r\n" + huge, until=answered())
    assert answer.statuses == [400]


def test_bodies_of_chunks_of_one_byte(served: Served) -> None:
    body = b'{"lines": []}' + b" " * 100_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    answer = served.ask(ORDERS + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert answer.statuses == [400]
    assert answer.seconds < 5


def _accepts(number: int) -> bytes:
    return BEARER + b"\r\nAccept: text/xml;v=%d" % number + b"x" * 30_000


def _bearers(number: int) -> bytes:
    """The token in force, written in a way of its own."""
    return b"Authorization: Bearer " + b" " * 30_000 + b"'" * number + DEFAULT_TOKEN.encode()


@pytest.mark.parametrize("field", [_accepts, _bearers])
def test_what_is_remembered_of_requests_is_bounded(tmp_path: Path, field: Callable[[int], bytes]) -> None:
    with serving(tmp_path, "--products", "50", "--limit", "0", "--journal-bytes", "1MiB") as served:
        assert _grown(served, field) < 25 * MB


def _grown(served: Served, field: Callable[[int], bytes]) -> int:
    """Bytes that thousands of requests leave behind, each asked twice."""

    def ask(numbers: range) -> None:
        for _ in range(2):
            for first in range(numbers.start, numbers.stop, 50):
                some = range(first, first + 50)
                sent = b"".join(request("GET", b"Catalog/Vendors", b"", field(number)) for number in some)
                served.ask(sent, until=answered(50), wait=30)

    ask(range(300))
    before = served.memory
    ask(range(300, 2300))
    return served.memory - before


def test_a_thousand_connections_that_come_and_go(served: Served) -> None:
    before = served.memory
    for _ in range(1000):
        with served.connected() as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nX: ")
    for _ in range(200):
        with served.connected() as sock:
            sock.sendall(request("GET", b"Catalog/Products", b"", BEARER))
    assert served.well()
    assert served.memory - before < 60 * MB


def test_new_connections_are_not_taken_one_a_round() -> None:
    """A round over a thousand busy connections takes a twentieth of a second: the last of many waited for seconds."""
    crowd, rounds = 64, 0
    taken: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        if not taken:
            counting()
            time.sleep(0.5)  # the loop is busy while the crowd comes
        taken.append(rounds)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    def counting() -> None:
        nonlocal rounds
        rounds += 1
        if len(taken) < crowd + 1:
            asyncio.get_running_loop().call_soon(counting)

    with Live(app) as live, ExitStack() as open_ones:
        clients = []
        for _ in range(crowd + 1):
            one = open_ones.enter_context(socket.create_connection(("127.0.0.1", live.port), timeout=30))
            one.sendall(request("GET", b"/"))
            clients.append(one)
        assert all(heard(one, until=answered()).raw.startswith(b"HTTP/1.1 200") for one in clients)
    assert max(taken) - min(taken) <= crowd // 2
