"""Where fuzzing starts: small inputs for each target, made from the vendored document's own examples."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping

from elko_mock.contract.contract import Contract
from elko_mock.gate.account import DEFAULT_TOKEN
from elko_mock.wire.codec import Codec
from tests.fuzz.bodies import AS_JSON, AS_XML, SCHEMAS

CONTRACT = Contract.load()
WORDS = (
    *(
        "<!DOCTYPE",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?xml ",
        "?>",
        'encoding="',
        "&lt;",
        "&#x41;",
        "&#0;",
        "xsi:nil",
    ),
    *('xsi:type="xsd:', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', "_x0041_", "_x005F_", "</", "/>"),
    *(
        "\\ud800",
        "\\u0041",
        "1e400",
        "NaN",
        "null",
        "true",
        "-0",
        "Bearer ",
        "eyJ",
        "charset=",
        "utf-16",
        ";q=0.",
        "*/*",
    ),
    *(
        "application/xml",
        "text/plain",
        "+json",
        "code=",
        "status=",
        "delay=",
        "cut=after:",
        "uniform:",
        "gzip",
        "deflate",
    ),
    *(
        "Content-Length: ",
        "Transfer-Encoding: chunked",
        "Upgrade: ",
        "Connection: ",
        " HTTP/1.1",
        "\r\n\r\n",
        "Host: x",
    ),
    *("password", "contactName", "elkoCode", "lines", "::ffff:", "[::1]:80", "%2e%2e", "%2f", "%00", "v3.0", "api"),
)
"""What random bytes would take long to hit upon."""


def seeds(target: str) -> list[bytes]:
    """The inputs to start from; never none."""
    return [*_SEEDS[target]()]


def _bodies(xml: bool) -> Iterator[bytes]:
    examples = [each.body_example() for each in CONTRACT.operations if each.body is not None]
    examples += [each.example() for each in CONTRACT.operations if 200 in each.answers]
    examples += [[1, 2], {"n": 1.5}, {"a": [None, True, {"b": "x"}]}]
    for at, (schema, example) in enumerate(zip(SCHEMAS, examples, strict=True)):
        yield bytes([at]) + Codec(schema, CONTRACT.components).encode(example, AS_XML if xml else AS_JSON)


def _headed() -> Iterator[bytes]:
    for xml, name in ((True, b"text/xml; charset=utf-8"), (False, b'application/json;charset="UTF-8"'), (False, b"")):
        for one in _bodies(xml):
            yield one[:1] + name + b"\n" + one[1:]


def _charsets() -> Iterator[bytes]:
    text = '<?xml version="1.0" encoding="iso-8859-1"?><a>\xe4</a>'
    for at, name in enumerate(("utf-8", "utf-8", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-8-sig")):
        yield bytes([at]) + text.encode(name)


def _problems() -> Iterator[bytes]:
    from elko_mock.wire.problem import encode_problem

    problem = {"title": "t", "status": 400, "traceId": "00-1", "errors": {"lines[0].quantity": ["a", "b"], "": ["c"]}}
    yield b"\0" + encode_problem(problem, AS_JSON)[0]
    yield b"\1" + encode_problem(problem, AS_XML)[0]


def _packed() -> Iterator[bytes]:
    text = b'{"lines": []}' * 9
    yield b"gzip\n" + gzip.compress(text, mtime=0)
    yield b"deflate\n" + zlib.compress(text)
    yield b"gzip, deflate\n" + zlib.compress(gzip.compress(text, mtime=0))
    yield b"identity\n" + text


def _redacted() -> Iterator[bytes]:
    yield b'{"username": "somebody", "password": "some\\"thing", "lines": [{"clientNote": "x"}]}'
    yield b'{"enduser": {"contactName": "some body", "contactPhone": "some number", "city": 5, "street": null}}'
    yield b"<Order><enduser><city>some city</city><x:street><![CDATA[some street]]></x:street></enduser></Order>"
    yield b"username=somebody&password=something&token=" + DEFAULT_TOKEN.encode()
    yield '{"password": "something"}'.encode("utf-16")


def _texts(*texts: str, prefix: bytes = b"") -> Iterator[bytes]:
    return (prefix + text.encode("latin-1") for text in texts)


def _accept() -> Iterator[bytes]:
    return _texts(
        *(
            "application/json",
            "text/plain, */*;q=0.1",
            "application/xml;q=0.9,text/xml",
            'text/xml;charset="utf-8";q=1',
        ),
        *("a/b;q=0, application/*", "application/problem+xml", "gzip;q=0.5, *;q=0", "text/*;v=2"),
        prefix=b"\0",
    )


def _fault() -> Iterator[bytes]:
    return _texts(
        *("delay=2s; status=404", "cut=after:100", "truncate=50%", "corrupt=json", "hang=30s; accepted=true"),
        *('status=503; body="a \\"b\\""', "delay=uniform:100ms-2s", "delay=lognormal:1s-0.5", "cut=lost", "code=404"),
        'return=minimal; foo="a,b", code=503',
    )


def _query() -> Iterator[bytes]:
    for at, operation in enumerate(CONTRACT.operations):
        names = [each.name for each in operation.parameters if each.location == "query"]
        yield bytes([at]) + "&".join(f"{name}=1,2&{name.upper()}=3%2C4&{name}=" for name in names).encode()


def _path() -> Iterator[bytes]:
    for operation in CONTRACT.operations:
        yield operation.path.replace("{", "").replace("}", "").encode()
    yield b"/v3.0/api/catalog/products/1%2C2/description/"


def _http() -> Iterator[bytes]:
    get, post = "GET /a?b=c HTTP/1.1\r\nHost: x\r\n", "POST /a HTTP/1.1\r\nHost: x\r\n"
    return _texts(
        f"{get}\r\n{get}Connection: close\r\n\r\n",
        f"{post}Content-Length: 3\r\n\r\nabc{get}\r\n",
        f"{post}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: z\r\n\r\n{get}\r\n",
        f"{get}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n{get}\r\n",
        f"{post}Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n{{}}{get}\r\n",
        "HEAD / HTTP/1.0\r\n\r\nOPTIONS * HTTP/1.1\r\n\r\n",
        f"CONNECT a HTTP/1.1\r\nHost: x\r\n\r\n{get}",
        f"{post}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        f"{get}Content-Length: 2\r\n\r\n{{}}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        prefix=b"\x80",
    )


_SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "xml": lambda: _bodies(True),
    "json": lambda: _bodies(False),
    "body": _headed,
    "charset": _charsets,
    "lenient": lambda: _bodies(False),
    "problem": _problems,
    "packed": _packed,
    "redacted": _redacted,
    "accept": _accept,
    "content-type": lambda: _texts("text/xml", 'application/json; charset="utf-16"', "a/b+xml;x;charset=x", " "),
    "authorization": lambda: _texts(
        f"Bearer {DEFAULT_TOKEN}", f"bearer  {DEFAULT_TOKEN}", f'"Bearer {DEFAULT_TOKEN}"\\r\\n', "Basic YTpi", "Bearer"
    ),
    "forwarded": lambda: _texts(
        "192.0.2.1, 10.0.0.1", "[2001:db8::1]:80,fd00::2", '"127.0.0.1:5"', "192.0.2.0/24", "192.0.2.1-192.0.2.9",
        "::ffff:10.0.0.1", prefix=b"\0",
    ),
    "fault": _fault,
    "query": _query,
    "path": _path,
    "http": _http,
    "head": lambda: _texts("Accept: */*\nAuthorization: Bearer abc\nX-Api-Key: something", "Cookie: a=b\n\n:x"),
}  # fmt: skip
