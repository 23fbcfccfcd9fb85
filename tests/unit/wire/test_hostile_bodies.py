"""Whatever the bytes are: data or Undecodable, quickly, in bounded memory, with nothing outside of them looked at."""

import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.wire import xml_reader
from elko_mock.wire.codec import Codec, Undecodable
from elko_mock.wire.media_type import ContentType, Representation, parse_content_type
from tests.unit.wire.generating import JSON, TEXT, documents

ORDER = Codec(
    {
        "type": "object",
        "properties": {"id": {"type": "string"}, "lines": {"type": "array", "items": {"$ref": "#/x/Line"}}},
    },
    {"Line": {"type": "object", "properties": {"quantity": {"type": "integer", "xml": {"attribute": True}}}}},
)
IN_XML, IN_JSON = parse_content_type("text/xml"), parse_content_type("application/json")


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """At most five seconds, and of Python's memory a small multiple of the body."""
    start = time.monotonic()
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 2**20 + 16 * size
        assert time.monotonic() - start < 5
    finally:
        tracemalloc.stop()


def refused(body: bytes | str, content_type: ContentType = IN_XML) -> Undecodable:
    sent = body.encode() if isinstance(body, str) else body
    with bounded(len(sent)), pytest.raises(Undecodable) as caught:
        ORDER.decode(sent, content_type)
    assert caught.value.message
    assert caught.value.where in str(caught.value)
    return caught.value


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE Order><Order/>",
        '<?xml version="1.0"?>\n<!-- a > b --><?pi <!DOCTYPE ?>\n<!DOCTYPE Order []><Order/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a><id>&x;</id></a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><a/>',
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a><id>&l9;</id></a>',
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a id="&l9;"/>',
        f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]><a>{"&x;" * 10_000}</a>',
        '<!DOCTYPE a [<!ATTLIST a id CDATA "x">]><a/>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "utf-32-be"])
def test_document_types_are_refused(document: str, encoding: str) -> None:
    assert "DOCTYPE" in refused(document.encode(encoding)).message


def test_a_document_type_in_text_is_text() -> None:
    body = b"<!-- <!DOCTYPE a> --><Order><id><![CDATA[<!DOCTYPE html>]]></id></Order>"
    assert ORDER.decode(body, IN_XML) == {"id": "<!DOCTYPE html>"}


@pytest.mark.parametrize("document", ["<!-- ", "<?x ", "<!DOCTYP", "<", "   <a", "<!---->", "<!-->-->"])
def test_prologues_that_break_off(document: str) -> None:
    assert refused(document)


def test_unknown_entities_are_no_text() -> None:
    assert refused("<Order><id>&unknown;</id></Order>").where == "line 1, column 21"


def test_xinclude_and_stylesheets_do_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    body = (
        f'<?xml-stylesheet href="{secret.as_uri()}"?><Order xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<id><xi:include href="{secret.as_uri()}" parse="text"/></id></Order>'
    )
    assert ORDER.decode(body.encode(), IN_XML) == {"id": {"include": ""}}


def deep(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


def test_depth() -> None:
    free = Codec({}, {})
    assert free.decode(deep(65).encode(), IN_XML)
    with pytest.raises(Undecodable, match="deeper than 64"):
        free.decode(deep(66).encode(), IN_XML)
    for depth in (255, 1000, 100_000, 1_000_000):
        assert refused(deep(depth))
    node: dict[str, Any] = {"type": "object", "properties": {"a": {"$ref": "#/x/Node"}}}
    with pytest.raises(Undecodable, match="deeper than 64"):
        Codec(node, {"Node": node}).decode(deep(66).encode(), IN_XML)
    lists: dict[str, Any] = {"type": "array", "items": {"$ref": "#/x/Lists"}}
    with pytest.raises(Undecodable, match="deeper than 64"):
        Codec(lists, {"Lists": lists}).decode(deep(66).encode(), IN_XML)
    scalar = '<quantity xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ArrayOfAnyType">'
    with pytest.raises(Undecodable, match="deeper than 64"):
        free.decode((scalar * 66 + "</quantity>" * 66).encode(), IN_XML)


def test_everything_that_json_may_nest_xml_may_nest() -> None:
    body = b"[" * 64 + b"]" * 64
    data = Codec({}, {}).decode(body, IN_JSON)
    written = Codec({}, {}).encode(data, Representation("text/xml", "xml"))
    assert Codec({}, {}).decode(written, IN_XML) == data


def test_attributes() -> None:
    many = "".join(f' a{n}="x"' for n in range(100_000))
    error = refused(f"<Order{many}/>")
    assert "64 attributes" in error.message
    assert refused(f"<Order><id{many}/></Order>").where == "id"
    few = "".join(f' a{n}="x"' for n in range(64))
    assert ORDER.decode(f"<Order{few}/>".encode(), IN_XML) == {}
    assert refused(f'<Order a="1" {" " * 1000}a="2"/>').message.startswith("this is not well-formed XML")


def test_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_reader, "MAX_BYTES", 20)
    assert "read up to 20" in refused(b"<Order>             </Order>").message


def test_what_breaks_off_says_where() -> None:
    assert refused("<Order>\n <id>x</idd></Order>").where == "line 2, column 13"
    assert refused("").message.startswith("the body is empty")
    assert refused(" \n").message.startswith("the body is empty")
    assert "well-formed" in refused("<Order><id>\x00</id></Order>").message
    assert "well-formed" in refused("<Order/><Order/>").message
    assert "well-formed" in refused("{}").message
    assert "well-formed" in refused("<a:b/>").message


@pytest.mark.parametrize(
    ("body", "where", "message"),
    [
        (b"", "", "the body is empty; a JSON value was expected"),
        (b" \r\n", "", "the body is empty"),
        (b"\xef\xbb\xbf", "", "the body is empty"),
        (b'{"a": NaN}', "line 1, column 7", "NaN is not a JSON number"),
        (b"[1,\n  -Infinity]", "line 2, column 4", "Infinity is not a JSON number"),
        (b"[Infinity]", "line 1, column 2", "Infinity is not a JSON number"),
        (b"[1,\n 1e400]", "line 2, column 2", "larger than a double can hold"),
        (b"[1" + b"0" * 400 + b"]", "line 1, column 2", "larger than a double can hold"),
        (b'["\\ud800"]', "line 1, column 3", "surrogate"),
        (b'["\\ud83dx"]', "line 1, column 3", "surrogate"),
        (b'{"\\udc00": 1}', "line 1, column 3", "surrogate"),
        (b'{"a": "x\ny"}', "line 1, column 9", "this is not JSON"),
        (b'{"a":\n  1,\n}', "line 2, column 4", "trailing comma"),
        (b"{'a': 1}", "line 1, column 2", "this is not JSON"),
        (b"[1] [2]", "line 1, column 5", "this is not JSON"),
        (b"[01]", "line 1, column 2", "this is not JSON"),
        (b'{"a":1', "line 1, column 7", "this is not JSON"),
        (b'{"a":\n "\xff"}', "line 2, column 3", "byte 9 of the body is not UTF-8"),
        (b"\xef\xbb\xbf\n\xc3(", "line 2, column 1", "byte 5 of the body is not UTF-8"),
        (b'"\xed\xa0\x80"', "line 1, column 2", "byte 2 of the body is not UTF-8"),
        (b"\xff\xfe[\x00\x00\xd8]\x00", "line 1, column 2", "byte 5 of the body is not UTF-16-LE"),
        (b"\x00\x00\x00\x00", "line 1, column 1", "this is not JSON"),
        (b"[" * 65 + b"]" * 65, "", "deeper than 64"),
        (b'{"a":' * 65 + b"{}" + b"}" * 65, "", "deeper than 64"),
        (b"[" * 65 + b"1" + b"]" * 65, "", "deeper than 64"),
        (b"[" * 100_000 + b"]" * 100_000, "line 1, column 1026", "deeper than 64"),
        (b"[" * 1_000_000, "line 1, column 1026", "deeper than 64"),
    ],
)
def test_json_says_what_is_wrong_and_where(body: bytes, where: str, message: str) -> None:
    error = refused(body, IN_JSON)
    assert (error.where, message in error.message) == (where, True), str(error)


def test_many_short_json_lists_are_not_deep() -> None:
    assert Codec({}, {}).decode(b"[" + b"[[]]," * 1000 + b"{}]", IN_JSON)[-1] == {}
    assert Codec({}, {}).decode(b"[" * 64 + b"]" * 64, IN_JSON)


@pytest.mark.parametrize("charset", ["nonsense", "zip", "utf-7", "idna", "unicode_escape", "\x00", "x" * 99, "rot13"])
@pytest.mark.parametrize("kind", ["json", "xml"])
def test_an_unknown_charset_is_said_to_be_unknown(charset: str, kind: Any) -> None:
    error = refused(b"<Order/>", ContentType(f"application/{kind}", kind, charset))
    assert "is not known; send UTF-8" in error.message
    assert len(error.message) < 200


HEADERS = st.one_of(
    st.sampled_from(
        [None, "", "application/json", "text/xml", "text/plain", "text/json;charset=utf-16", "text/xml;charset=latin1"]
    ),
    st.builds("application/{}; charset={}".format, st.sampled_from(["json", "xml"]), st.text(max_size=12)),
    st.text(max_size=20),
)
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            ["<", ">", "</", "/>", "<a>", "</a>", "<id>", "</id>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml ", "?>",
             "&", ";", "&#x", "&lt;", "&#0;", "<!DOCTYPE a [", "]>", "<!ENTITY x 'y'>", "&x;", ' xsi:nil="true"',
             ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', '"', "utf-16", "[", "]", "{", "}", ":", ",",
             "encoding=", "1e999", "NaN", "\\ud800", '"a"', "_x0008_", "_x_", "<_x_>", "</_x_>"]
        ),
        TEXT,
    ),
    max_size=25,
).map("".join)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda text, encoding: text.encode(encoding, "replace"),
        MARKUP,
        st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig", "latin-1", "utf-32"]),
    ),
)


@given(documents(), BODIES, HEADERS)
def test_no_body_is_ever_an_exception(
    document: tuple[dict[str, Any], dict[str, Any]], body: bytes, header: str | None
) -> None:
    codec = Codec(*document)
    with suppress(Undecodable):
        data = codec.decode(body, parse_content_type(header))
        for kind in ("json", "xml", "text"):
            codec.encode(data, Representation("a/b", kind))


@given(documents(), JSON, st.data())
def test_documents_with_a_flaw(
    document: tuple[dict[str, Any], dict[str, Any]], value: Any, data: st.DataObject
) -> None:
    codec = Codec(*document)
    for representation in (Representation("text/json", "json"), Representation("text/xml", "xml")):
        body = bytearray(codec.encode(value, representation))
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(body)))
            body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=2))
        with suppress(Undecodable):
            codec.decode(bytes(body), parse_content_type(representation.content_type))


SOUND = '<o:Order xmlns:o="urn:o"><id>a &amp; b</id><lines><Line quantity="2"/></lines></o:Order>'.encode("utf-16")
"""In another encoding than what comes before it."""
READ = {"id": "a & b", "lines": [{"quantity": 2}]}
BROKEN = st.one_of(
    st.binary(max_size=60),
    st.integers(0, len(SOUND) - 1).map(lambda length: SOUND[:length]),
    st.integers(0, 300).map(lambda depth: b"<a>" * depth),
    st.integers(0, 300).map(lambda count: b"<a " + b" ".join(b"x%d='1'" % one for one in range(count)) + b"/"),
)


@given(st.lists(BROKEN, max_size=4))
def test_what_was_wrong_with_one_body_is_not_felt_by_the_next(bodies: list[bytes]) -> None:
    for body in bodies:
        with suppress(Undecodable):
            ORDER.decode(body, IN_XML)
    assert ORDER.decode(SOUND, IN_XML) == READ


def test_several_threads_may_read_at_once() -> None:
    def read(number: int) -> bool:
        with suppress(Undecodable):
            ORDER.decode(SOUND[: number % len(SOUND)], IN_XML)
        return bool(ORDER.decode(SOUND, IN_XML) == READ)

    with ThreadPoolExecutor(8) as several:
        assert all(several.map(read, range(2_000)))
