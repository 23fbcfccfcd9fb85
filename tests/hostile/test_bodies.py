"""Bodies made to hurt: XML, JSON, gzip. Each is 400 within two seconds of processor time, in bounded memory."""

import gzip
import http.server
import json
import threading
import zlib
from collections.abc import Iterator

import pytest

from elko_mock.gate.account import DEFAULT_TOKEN
from tests.hostile.wire import Served, request
from tests.secrets.canaries import PASSWORD, PERSON, TOKEN, USERNAME

MB = 2**20
BEARER = b"Authorization: Bearer " + DEFAULT_TOKEN.encode()
LINE = b"<lines><OrderLine><elkoCode>1341426</elkoCode><quantity>1</quantity></OrderLine></lines>"
LAUGHS = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
NAMESPACES = b"".join(b' xmlns:n%d="u:%d"' % (n, n) for n in range(20_000))

XML = {
    "secrets in what breaks off": f"<Order><password>{PASSWORD}</password><enduser><city>{PERSON['city']}".encode(),
    "secrets in an entity": f'<!DOCTYPE a [<!ENTITY x "{PASSWORD}{TOKEN}">]><Order><id>&x;</id></Order>'.encode(),
    "secrets for names": f'<Order><{USERNAME}><{PASSWORD} a="{TOKEN}"/></{USERNAME}></Order>'.encode(),
    "an internal entity": b'<!DOCTYPE Order [<!ENTITY x "1">]><Order><id>&x;</id>' + LINE + b"</Order>",
    "an external entity": b'<!DOCTYPE Order [<!ENTITY x SYSTEM "file:///etc/passwd">]><Order><id>&x;</id></Order>',
    "billion laughs": b'<!DOCTYPE Order [<!ENTITY l0 "lol">' + LAUGHS + b"]><Order><id>&l9;</id></Order>",
    "quadratic blow-up": b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 200_000 + b'">]><a>' + b"&x;" * 100_000 + b"</a>",
    "a parameter entity": b"<!DOCTYPE a [<!ENTITY % p \"<!ENTITY q '1'>\"> %p;]><a>&q;</a>",
    "an unknown entity": b"<Order><id>&nbsp;</id></Order>",
    "depth 100,000": b"<Order>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</Order>",
    "depth without end": b"<a>" * 1_000_000,
    "one name without end": b"<Order><" + b"a" * 5 * MB,
    "one value without end": b'<Order a="' + b"a" * 5 * MB,
    "one comment without end": b"<Order><!--" + b"-" * 5 * MB,
    "one instruction without end": b"<?" + b"a" * 5 * MB,
    "one section without end": b"<Order><![CDATA[" + b"]" * 5 * MB,
    "blanks without end": b" " * 9 * MB,
    "comments": b"<!---->" * 700_000 + b"<Order/>",
    "attributes": b"<Order" + b"".join(b' a%d="1"' % n for n in range(200_000)) + b"/>",
    "the same attribute": b"<Order" + b' a="1"' * 200_000 + b"/>",
    "namespaces": b"<Order" + NAMESPACES + b"/>",
    "prefixes": b"<Order" + NAMESPACES + b">" + b"".join(b"<n%d:a/>" % n for n in range(20_000)) + b"</Order>",
    "character references": b"<Order><id>" + b"&#65;" * MB + b"</id></Order>",
    "an impossible reference": b"<Order><id>&#0;&#xFFFF;&#x110000;</id></Order>",
    "a reference without end": b"<Order><id>&#" + b"1" * 5 * MB,
    "many elements": b"<Order>" + b"<x/>" * MB + b"</Order>",
    "many lines": b"<Order><lines>" + b"<OrderLine/>" * 500_000 + b"</lines></Order>",
    "one figure": b"<Order><lines><OrderLine><elkoCode>" + b"1" * 5 * MB + b"</elkoCode></OrderLine></lines></Order>",
    "a figure that is none": b"<Order><sum>" + b"1" * 5 * MB + b"x</sum>" + LINE + b"</Order>",
    "a figure of blanks": b"<Order><sum>" + b" " * 5 * MB + b"x</sum>" + LINE + b"</Order>",
    "an exponent": b"<Order><sum>1e999999999</sum>" + LINE + b"</Order>",
    "UTF-7": b'<?xml version="1.0" encoding="utf-7"?><Order/>',
    "EBCDIC": '<?xml version="1.0" encoding="cp037"?><Order/>'.encode("cp037"),
    "an unknown encoding": b'<?xml version="1.0" encoding="x-nonsense"?><Order/>',
    "a codec of Python's": b'<?xml version="1.0" encoding="zlib_codec"?><Order/>',
    "UTF-16 cut in half": "<Order/>".encode("utf-16")[:-1],
    "XML 1.1": b'<?xml version="1.1"?><Order>\x01</Order>',
    "a figure for a root": b"<int>5</int>",
    "nothing at all": b"<",
}
SECRETS = json.dumps({"password": PASSWORD, "username": USERNAME, "lines": [], "enduser": {**PERSON, "house": TOKEN}})
JSON = {
    "secrets in what breaks off": SECRETS[:-1].encode(),
    "secrets in the wrong charset": SECRETS.encode() + b"\xff",
    "secrets behind a flaw": b'{"lines": NaN, ' + SECRETS[1:].encode(),
    "depth 100,000": b"[" * 100_000 + b"]" * 100_000,
    "objects, 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "depth without end": b"[" * 9 * MB,
    "NaN": b'{"lines": [{"elkoCode": NaN, "quantity": 1}]}',
    "Infinity": b'{"lines": [{"elkoCode": 1, "quantity": -Infinity}]}',
    "10^400": b'{"lines": [{"elkoCode": 1' + b"0" * 400 + b', "quantity": 1}]}',
    "1e400": b'{"lines": [{"elkoCode": 1341426, "quantity": 1e400}]}',
    "1e-400": b'{"lines": [{"elkoCode": 1341426, "quantity": 1e-400}]}',
    "-0": b'{"lines": [{"elkoCode": 1341426, "quantity": -0}]}',
    "a figure of 5 MB": b'{"lines": [{"elkoCode": ' + b"1" * 5 * MB + b"}]}",
    "a fraction of 5 MB": b'{"lines": [{"elkoCode": 0.' + b"1" * 5 * MB + b"}]}",
    "half a pair": b'{"lines": [], "createdBy": "\\ud800"}',
    "half a pair as a name": b'{"\\udc00": 1, "lines": []}',
    "surrogates in UTF-8": b'{"lines": [], "createdBy": "\xed\xa0\x80"}',
    "overlong UTF-8": b'{"lines": [], "createdBy": "\xc0\xaf"}',
    "NUL": b'{"lines": []}\0',
    "a second value": b"{}{}",
    "a comment": b'{"lines": [] /* all */}',
    "single quotes": b"{'lines': []}",
    "a trailing comma": b'{"lines": [],}',
    "many names": b"{" + b",".join(b'"n%d":1' % n for n in range(500_000)) + b"}",
    "the same name": b"{" + b",".join([b'"lines":[]'] * 500_000) + b"}",
    "many wrong lines": b'{"lines": [' + b",".join([b"{}"] * 500_000) + b"]}",
    "wrong in many ways": b'{"lines": [' + b",".join([b'{"elkoCode":"x","quantity":null}'] * 100_000) + b"]}",
    "a text of 9 MB": b'"' + b"x" * 9 * MB + b'"',
    "escapes": b'{"createdBy": "' + b"\\u0041" * MB + b'", "lines": []}',
}


def answer(served: Served, body: bytes, *headers: bytes) -> bytes:
    """The body of the 400, which came soon and cost little."""
    before, cpu = served.memory, served.cpu
    heard = served.ask(request("POST", b"Orders", body, BEARER, *headers, close=True), wait=30)
    assert (heard.statuses, heard.closed) == ([400], True)
    assert served.cpu - cpu < 2
    assert served.memory - before < 150 * MB + 12 * len(body)
    problem = heard.raw.partition(b"\r\n\r\n")[2]
    assert len(problem) < 100_000
    return problem


@pytest.mark.parametrize("body", XML.values(), ids=XML)
def test_xml(served: Served, body: bytes) -> None:
    problem = answer(served, body, b"Content-Type: application/xml", b"Accept: application/json")
    assert b"root:" not in problem


@pytest.mark.parametrize("body", JSON.values(), ids=JSON)
def test_json(served: Served, body: bytes) -> None:
    answer(served, body, b"Content-Type: application/json")


def test_of_equal_names_the_last_counts_as_in_dotnet(served: Served) -> None:
    body = b'{"lines": "all", "lines": [{"elkoCode": 1341426, "quantity": 9, "quantity": 1}]}'
    heard = served.ask(request("POST", b"Orders", body, BEARER, b"Content-Type: application/json", close=True))
    assert heard.statuses == [200]
    assert b'"quantityRequested":1,' in heard.raw


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody is to ask for anything."""
    asked: list[str] = []

    class Never(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Never)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_nothing_outside_of_a_document_is_looked_at(served: Served, listener: tuple[str, list[str]]) -> None:
    url, asked = listener
    for document in (
        f'<!DOCTYPE Order SYSTEM "{url}/x.dtd"><Order/>',
        f'<!DOCTYPE Order PUBLIC "x" "{url}/x.dtd"><Order/>',
        f'<!DOCTYPE Order [<!ENTITY % p SYSTEM "{url}/x"> %p;]><Order/>',
        f'<!DOCTYPE Order [<!ENTITY x SYSTEM "{url}/x">]><Order><id>&x;</id></Order>',
        f'<?xml-stylesheet href="{url}/x.xsl"?><Order/>',
        f'<Order xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}/x"/></Order>',
        f'<Order xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u {url}/x.xsd"/>',
        f'{{"$ref": "{url}/x.json"}}',
    ):
        answer(served, document.encode(), b"Content-Type: application/xml")
    assert asked == []


PACKED = {
    "a bomb": gzip.compress(b" " * 200 * MB),
    "a bomb in a bomb": gzip.compress(gzip.compress(b" " * 200 * MB)),
    "many members": gzip.compress(b"") * 200_000,
    "cut off": gzip.compress(b'{"lines": []}')[:-9],
    "wrong checksum": gzip.compress(b'{"lines": []}')[:-8] + b"\0" * 8,
    "noise behind": gzip.compress(b'{"lines": []}') + b"noise",
    "no gzip": b'{"lines": []}',
    "a name without end": b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + b"n" * 5 * MB,
}


@pytest.mark.parametrize("body", PACKED.values(), ids=PACKED)
def test_gzip(served: Served, body: bytes) -> None:
    answer(served, body, b"Content-Type: application/json", b"Content-Encoding: gzip")


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (zlib.compress(b" " * 200 * MB), b"deflate"),
        (b"{}", b"br"),
        (b"{}", b"zstd"),
        (b"{}", b"\xff"),
        (gzip.compress(b"{}"), b"gzip, gzip"),
        (gzip.compress(b"{}"), b"gzip" + b", gzip" * 1000),
    ],
    ids=["deflate bomb", "br", "zstd", "Latin-1", "twice", "a thousand times"],
)
def test_other_codings(served: Served, body: bytes, coding: bytes) -> None:
    answer(served, body, b"Content-Type: application/json", b"Content-Encoding: " + coding)


@pytest.mark.parametrize(
    "body",
    [
        b"<username>" + b" " * 2 * MB,
        b"<username>a" + b" " * 2 * MB,
        b"<username>" * 500_000,
        b"<username " * 500_000,
        b"<username>" + b"a" * 2 * MB + b"</username" + b" " * 2 * MB,
        b'"username"' * 500_000,
        b'"username" : ' * 500_000,
        b'"username"' + b" " * 2 * MB + b":" + b" " * 2 * MB,
        b"<password" * 500_000,
        b"<password>" * 500_000,
        b'"password":"' + b"\\" * 2 * MB,
        b'"password":' * 500_000,
        b"&password=" * 500_000,
        b"eyJ" * MB,
        b"eyJhbGciOi." * 500_000,
        b"<city " * 500_000,
    ],
    ids=lambda body: body[:14].decode() + body[-3:].decode(),
)
@pytest.mark.parametrize("kind", [b"application/xml", b"application/json"])
def test_no_search_in_a_body_takes_long(served: Served, body: bytes, kind: bytes) -> None:
    """The user name is looked for to find the world, secrets to hide them: before the body is read as what it is."""
    for method, target in (("POST", b"Token"), ("POST", b"/_elko/sink/x"), ("PATCH", b"Token")):
        cpu = served.cpu
        heard = served.ask(request(method, target, body, b"Content-Type: " + kind, close=True), wait=30)
        assert heard.closed
        assert served.cpu - cpu < 1
    for journal in (b"/_elko/worlds/default/journal/export?format=har", b"/__admin/requests"):
        cpu = served.cpu
        assert served.ask(request("GET", journal, close=True), wait=30).statuses == [200]
        assert served.cpu - cpu < 2
    served.ask(request("DELETE", b"/__admin/requests", close=True))
