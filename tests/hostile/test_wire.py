"""What is no HTTP, or HTTP at its edges: one of the contract's codes or a closed connection, at once, no traceback."""

import re

import pytest

from tests.hostile.wire import BASE, CODES, HOST, Heard, Served, answered, request

VENDORS = b"GET " + BASE + b"/Catalog/Vendors HTTP/1.1\r\n"
TOKEN = b"POST " + BASE + b"/Token HTTP/1.1\r\n" + HOST
HEALTH = request("GET", b"/_elko/health", close=True)


def text(heard: Heard) -> str:
    return heard.raw.partition(b"\r\n\r\n")[2].decode()


NO_HTTP = {
    "garbage": b"\x00\x01\x02\x03\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/3.0": b"GET / HTTP/3.0\r\n" + HOST + b"\r\n",
    "lower-case method": b"get / HTTP/1.1\r\n" + HOST + b"\r\n",
    "unknown method": b"GETT / HTTP/1.1\r\n" + HOST + b"\r\n",
    "CONNECT to a host": b"CONNECT example.invalid:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "absolute target without a path": b"GET http://example.invalid HTTP/1.1\r\n" + HOST + b"\r\n",
    "target without a slash": b"GET v3.0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "blank in the target": b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the target": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "Latin-1 in the path": b"GET /\xe4 HTTP/1.1\r\n" + HOST + b"\r\n",
    "UTF-8 in the path": "GET /ä HTTP/1.1\r\n".encode() + HOST + b"\r\n",
    "Latin-1 in the query": b"GET /?a=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "no Host": VENDORS + b"\r\n",
    "two Hosts": VENDORS + HOST + HOST + b"\r\n",
    "control character": VENDORS + HOST + b"X: a\x01b\r\n\r\n",
    "DEL": VENDORS + HOST + b"X-Elko-Fault: a\x7f\r\n\r\n",
    "folded line": VENDORS + HOST + b"X: a\r\n b\r\n\r\n",
    "blank in a name": VENDORS + HOST + b"X Y: a\r\n\r\n",
    "blank before the colon": VENDORS + HOST + b"X : a\r\n\r\n",
    "no colon": VENDORS + HOST + b"X\r\n\r\n",
    "empty name": VENDORS + HOST + b": x\r\n\r\n",
    "bare LF": b"GET / HTTP/1.1\nHost: x\n\n",
    "bare CR": VENDORS + HOST + b"X: a\rb\r\n\r\n",
}
LENGTHS = {
    "two lengths": b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "the same twice": b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
    "a list of lengths": b"Content-Length: 2, 2\r\n\r\nab",
    "length and chunks": b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "negative": b"Content-Length: -1\r\n\r\n",
    "with a sign": b"Content-Length: +2\r\n\r\n{}",
    "hexadecimal": b"Content-Length: 0x2\r\n\r\n{}",
    "no figure": b"Content-Length: two\r\n\r\n{}",
    "empty": b"Content-Length: \r\n\r\n{}",
    "beyond 64 bits": b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "chunked not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "identity": b"Transfer-Encoding: identity\r\n\r\n{}",
    "a size that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a negative size": b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a size beyond 64 bits": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "a chunk too long": b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}\r\n0\r\n\r\n",
    "chunks ended by LF": b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    "a broken trailer": b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA B: c\r\n\r\n",
}


@pytest.mark.parametrize("raw", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_is_400_and_ends_the_connection(served: Served, raw: bytes) -> None:
    heard = served.ask(raw + HEALTH)
    assert (heard.statuses, heard.closed) == ([400], True)
    assert heard.seconds < 4
    assert text(heard).endswith(".")


@pytest.mark.parametrize("raw", LENGTHS.values(), ids=LENGTHS)
def test_a_body_of_doubtful_length_is_400_and_what_follows_is_not_taken_for_a_request(
    served: Served, raw: bytes
) -> None:
    heard = served.ask(TOKEN + raw + HEALTH)
    assert (heard.statuses, heard.closed) == ([400], True)


def test_a_body_that_never_gets_as_long_as_was_said_is_not_answered(served: Served) -> None:
    with served.connected() as sock:
        sock.sendall(TOKEN + b"Content-Length: 10\r\n\r\n{}")
        sock.shutdown(1)
        assert sock.recv(10) == b""


def test_a_body_longer_than_was_said_is_the_next_request(served: Served) -> None:
    heard = served.ask(TOKEN + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}more\r\n\r\n")
    assert (heard.statuses, heard.closed) == ([400, 400], True)
    assert b"is missing, and required" in heard.raw


@pytest.mark.parametrize(
    ("raw", "statuses"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", [404]),
        (b"GET /\r\n\r\n", [404]),
        (b"\r\n\r\n" + VENDORS + HOST + b"Connection: close\r\n\r\n", [403]),
        (b"GET http://example.invalid/_elko/health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", [200]),
        (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", [404]),
        (request("CONNECT", b"Orders") + HEALTH, [405]),
        (request("TRACE", b"Orders", close=True), [405]),
        (request("PROPFIND", b"Orders", close=True), [405]),
        (request("GET", b"Orders#fragment", close=True), [403]),
        (request("GET", b"Orders??", close=True), [403]),
        (TOKEN + b"Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n2\r\n\x1f\x8b\r\n0\r\n\r\n", [400]),
        (TOKEN + b"Content-Length: 0\r\nConnection: close\r\n\r\n", [400]),
        (TOKEN + b"Connection: close\r\n\r\n", [400]),
        (request("GET", b"/_elko/health", b"a body", close=True), [200]),
        (VENDORS + HOST + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n", [403]),
    ],
)
def test_the_edges_of_http_are_answered(served: Served, raw: bytes, statuses: list[int]) -> None:
    heard = served.ask(raw)
    assert (heard.statuses, heard.closed) == (statuses, True)


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"//",
        b"/..",
        b"/../../etc/passwd",
        BASE + b"/../api/Orders",
        BASE + b"/%2e%2e/api/Orders",
        BASE + b"//Orders",
        BASE + b"/Orders%2f1",
        BASE + b"/Orders%2F..%2F..%2fetc",
        BASE + b"/Orders%00",
        BASE + b"/%00",
        BASE + b"/Orders;a=1",
        BASE + b"/Orders\\1",
        BASE + b"/%ff%fe",
        BASE + b"/%",
        BASE + b"/%zz",
        BASE + b"/%u0041",
        BASE + b"/%C0%AE%C0%AE/",
        BASE + b"/" + b"a/" * 3000,
        b"/_elko",
        b"/_elko/../v3.0/api/Orders",
        b"/_elko/worlds/%2e%2e/%2e%2e",
        b"/_elko/worlds/%00",
        b"/_elko/worlds/%ff",
        b"/_elko/sink/@%00/x",
        b"/__admin/../_elko/worlds",
        b"/__admin/%ff",
    ],
)
def test_no_path_leads_anywhere_else(served: Served, target: bytes) -> None:
    heard = served.ask(request("GET", target, close=True))
    assert heard.closed
    assert heard.statuses in ([404], [400])
    assert b"root:" not in heard.raw


@pytest.mark.parametrize(
    "target", [b"Orders/%00", b"Orders/..", b"Orders/%2e%2e%2f", b"Orders/%ff", b"Orders/%F0%9F%92%A9"]
)
def test_path_values_are_only_values(served: Served, target: bytes, bearer: bytes) -> None:
    assert served.ask(request("GET", target, b"", bearer, close=True)).statuses == [404]


@pytest.mark.parametrize(
    "header",
    [
        b"X-Elko-World: \xff",
        b"X-Elko-World: " + b"w" * 8000,
        b"X-Elko-World: default\xe4",
        b"X-Elko-Fault: \xe4\xff",
        b"X-Elko-Fault: status=99999",
        b"X-Elko-Fault: status=1e400",
        b"X-Elko-Fault: status=-1",
        b"X-Elko-Fault: nonsense",
        b"X-Elko-Fault: " + b"delay=1ms," * 800,
        b"X-Elko-Fault: a=" + b" " * 4000 + b'"',
        b"X-Elko-Fault: a" + b" " * 4000 + b'"',
        b'X-Elko-Fault: a="' + b"\\" * 4001,
        b"Prefer: a" + b" " * 8000 + b'"',
        b"Prefer: a=" + b" " * 8000 + b'"',
        b"Prefer: code=999999999999999999999",
        b"Prefer: code=\xb2",
        b"Prefer: code=100",
        b"Prefer: code=204",
        b"Prefer: " + b";" * 8000,
        b"Accept: " + b"," * 8000,
        b"Accept: " + b"a/b;q=" * 1000,
        b'Accept: "' + b"\\" * 8000,
        b"Accept: \xff/\xff",
        b"Accept-Encoding: " + b"gzip;q=" * 1000,
        b"Accept-Encoding: gzip;q=nan",
        b"Content-Type: \xff",
        b"Content-Encoding: " + b"gzip," * 1000,
        b"Authorization: \xff",
        b"Authorization: Bearer \xe4\xf6",
        b"Authorization: Bearer " + b"eyJ." * 2000,
        b"Authorization: Bearer eyJhbGciOiJub25lIn0." + b"W1tb" * 1900 + b".",
        b"Authorization: Bearer eyJ9.eyJ9.",
        b"Authorization: " + b"Bearer " * 1000,
        b"X-Forwarded-For: " + b"::1," * 2000,
        b"Cookie: " + b"a=b;" * 2000,
        b"Expect: tea",
        b"Range: bytes=0-" + b",0-" * 2000,
        b"Content-Length-: 5",
    ],
    ids=lambda header: header[:40].decode("latin-1"),
)
@pytest.mark.parametrize("operation", [b"Catalog/Vendors", b"Nothing"])
def test_header_values_of_any_kind(served: Served, header: bytes, operation: bytes) -> None:
    heard = served.ask(request("GET", operation, b"", header, close=True))
    assert heard.closed
    assert len(heard.statuses) == 1
    assert set(heard.statuses) <= CODES | ASKED_FOR
    assert heard.seconds < 4


ASKED_FOR = {100, 204}
"""Codes that a request asks for by `Prefer: code=`, with which a fault is ordered."""


@pytest.mark.parametrize("asked", [b"Prefer: code=%d", b"X-Elko-Fault: status=%d"])
@pytest.mark.parametrize("code", [*range(100, 104), 199, 204, 205, 206, 226, 299, 304, 418, 429, 500, 503, 599])
def test_every_status_that_may_be_asked_for_can_be_sent(served: Served, bearer: bytes, code: int, asked: bytes) -> None:
    heard = served.ask(request("GET", b"Catalog/Vendors", b"", bearer, asked % code, close=True))
    assert heard.closed
    assert re.match(rb"HTTP/1\.1 (%d|200|400) " % code, heard.raw)


def test_requests_sent_ahead_are_answered_in_their_order(served: Served) -> None:
    many = b"".join(request("GET", b"/_elko/nothing/%d" % number) for number in range(300))
    heard = served.ask(many + HEALTH, wait=10)
    assert heard.statuses == [404] * 300 + [200]
    named = [int(found) for found in re.findall(rb"nothing at /_elko/nothing/(\d+)", heard.raw)]
    assert named == list(range(300))


def test_api_calls_sent_ahead_are_answered_whole_and_in_their_order(served: Served, bearer: bytes) -> None:
    """Larger than half of what is read in one go, so that the second is found while the first has not been begun."""
    padding = b"X-Padding: " + b"x" * 9000
    calls = b"".join(
        2 * request("GET", b"Catalog/Vendors", b"", bearer, padding) + request("GET", b"/_elko/nothing/%d" % number)
        for number in range(30)
    )
    heard = served.ask(calls + HEALTH, wait=10)
    assert heard.statuses == [200, 200, 404] * 30 + [200]
    exchanges = [int(found) for found in re.findall(rb"x-elko-exchange: (\d+)", heard.raw)]
    assert exchanges == list(range(exchanges[0], exchanges[0] + 60))
    assert [int(found) for found in re.findall(rb"nothing at /_elko/nothing/(\d+)", heard.raw)] == list(range(30))


@pytest.mark.parametrize("behind", [b"GARBAGE\r\n\r\n", TOKEN + b"Content-Length: -1\r\n\r\n", VENDORS + b"\r\n"])
def test_garbage_behind_a_request_does_not_cost_its_answer(served: Served, behind: bytes) -> None:
    heard = served.ask(request("GET", b"/_elko/health") * 3 + behind)
    assert (heard.statuses, heard.closed) == ([200, 200, 200, 400], True)


def test_a_broken_body_behind_a_request_does_not_cost_its_answer(served: Served) -> None:
    broken = TOKEN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"
    heard = served.ask(request("GET", b"/_elko/health") + broken)
    assert (heard.statuses, heard.closed) == ([200, 400], True)


def test_trailer_fields_are_no_header_fields(served: Served) -> None:
    chunked = VENDORS + HOST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n"
    assert served.ask(chunked + b"X-Elko-World: nobody\r\n\r\n").statuses == [403]


def test_offers_of_another_protocol_are_declined_however_many_come(served: Served) -> None:
    offer = VENDORS + HOST + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    assert served.ask(offer * 1500, wait=20, until=answered(1500)).statuses == [403] * 1500


def test_expect_100_continue(served: Served) -> None:
    with served.connected() as sock:
        sock.sendall(TOKEN + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"{}")
        assert sock.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_a_body_too_large_is_refused_before_it_is_asked_for(served: Served) -> None:
    heard = served.ask(TOKEN + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n", until=answered())
    assert heard.raw.startswith(b"HTTP/1.1 400 ")


@pytest.fixture(scope="module")
def bearer() -> bytes:
    """The well-known token's header."""
    from elko_mock.gate.account import DEFAULT_TOKEN

    return b"Authorization: Bearer " + DEFAULT_TOKEN.encode()
