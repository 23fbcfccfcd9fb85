"""Bodies in every representation, charset and size."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from elko_mock.wire.codec import Codec, Undecodable
from elko_mock.wire.media_type import Representation, parse_content_type

AS_JSON, AS_XML = Representation("application/json", "json"), Representation("application/xml", "xml")
AS_TEXT = Representation("text/plain", "text")
PRODUCT = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "price": {"type": "number"}},
}
ROWS = Codec({"type": "array", "items": {"$ref": "#/components/schemas/Product"}}, {"Product": PRODUCT})
TOKEN = Codec({"type": "string"}, {})


def test_a_bare_string_in_each_representation() -> None:
    assert TOKEN.encode("a.é", AS_TEXT) == "a.é".encode()
    assert TOKEN.encode("a.b", AS_JSON) == b'"a.b"'
    assert TOKEN.encode("a.b", AS_XML).endswith(b">a.b</string>")
    assert TOKEN.encode("\ud800", AS_TEXT) == "\ufffd".encode()


def test_an_object_as_text_is_json() -> None:
    assert ROWS.encode([{"id": 1}], AS_TEXT) == b'[{"id":1}]'


def test_figures_keep_their_decimals() -> None:
    assert ROWS.encode([{"price": 12.34}, {"price": 0.1}, {"price": 5}, {"price": 5.0}], AS_JSON) == (
        b'[{"price":12.34},{"price":0.1},{"price":5},{"price":5.0}]'
    )


def test_what_json_cannot_say() -> None:
    free = Codec({}, {})
    assert free.encode([float("nan")], AS_JSON) == b"[null]"
    data = {"a\ud800": ["\ud83d\ude00\udc00", 2**70, float("inf"), 1.5, True, None, (1,)]}
    assert (
        free.encode(data, AS_JSON) == '{"a\ufffd":["😀\ufffd",1180591620717411303424,null,1.5,true,null,[1]]}'.encode()
    )


def test_of_equal_names_the_last_wins_as_in_dotnet() -> None:
    assert ROWS.decode(b'[{"id": 1, "id": 2}]', parse_content_type("text/json")) == [{"id": 2}]


@pytest.mark.parametrize(
    ("encoding", "header"),
    [
        ("utf-8", "application/json"),
        ("utf-8", "application/json; charset=utf-8"),
        ("utf-8", "application/json; charset=UTF8"),
        ("utf-8-sig", "application/json"),
        ("utf-8-sig", "application/json; charset=utf-8"),
        ("utf-8-sig", "application/json; charset=iso-8859-1"),
        ("utf-16", "application/json"),
        ("utf-16-le", "application/json"),
        ("utf-16-be", "application/json"),
        ("utf-16-le", "application/json; charset=utf-16"),
        ("utf-16-be", "application/json; charset=utf-16be"),
        ("utf-32", "application/json"),
        ("utf-32-le", "application/json; charset=utf-32"),
        ("latin-1", "application/json; charset=iso-8859-1"),
        ("cp1257", "text/json; charset=windows-1257"),
        ("ascii", "text/json; charset=us-ascii"),
    ],
)
def test_charsets(encoding: str, header: str) -> None:
    name = "Tee" if encoding == "ascii" else "Tallinn é" if encoding != "cp1257" else "Rīga šė"
    json_body = f'[{{"name": "{name}"}}]'.encode(encoding)
    xml_body = f"<a><b><name>{name}</name></b></a>".encode(encoding)
    assert ROWS.decode(json_body, parse_content_type(header)) == [{"name": name}]
    assert ROWS.decode(xml_body, parse_content_type(header.replace("json", "xml"))) == [{"name": name}]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("iso-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
        ("utf-8", "utf-8"),
        ("utf-16", "utf-8"),  # it was read byte by byte, so it cannot be
        ("utf-16", "utf-16"),
        ("iso-8859-1", "utf-8-sig"),
    ],
)
def test_the_xml_declaration_counts_where_nothing_else_speaks(declared: str, encoding: str) -> None:
    body = f"<?xml version='1.0' encoding='{declared}'?><a><b><name>é</name></b></a>".encode(encoding)
    assert ROWS.decode(body, parse_content_type("text/xml")) == [{"name": "é"}]
    with pytest.raises(Undecodable, match="charset 'x-none' is not known"):
        ROWS.decode(b'<?xml version="1.0" encoding="x-none"?><a/>', parse_content_type("text/xml"))


def test_without_a_content_type_the_first_character_tells() -> None:
    nothing = parse_content_type(None)
    assert ROWS.decode(b'[{"id": 1}]', nothing) == [{"id": 1}]
    assert ROWS.decode(b"\xef\xbb\xbf\n <a><b><id>1</id></b></a>", nothing) == [{"id": 1}]


def test_plain_text_is_read_where_a_bare_string_is_due() -> None:
    assert TOKEN.decode(b"\xef\xbb\xbfabc", parse_content_type("text/plain")) == "abc"
    with pytest.raises(Undecodable, match="text/plain is not read; send application/json"):
        ROWS.decode(b"[]", parse_content_type("text/plain"))
    with pytest.raises(Undecodable, match="this content type is not read"):
        ROWS.decode(b"[]", parse_content_type("nonsense"))


def test_a_large_list_goes_out_in_pieces_as_it_is_made() -> None:
    made = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal made
        for made in range(1, 100_001):
            yield {"id": made, "name": "NET SWITCH", "price": 12.5}

    for representation in (AS_JSON, AS_XML):
        pieces = ROWS.encode_chunks(rows(), representation, 1000)
        first = next(pieces)
        assert made <= 1001
        assert len(first) < 100_000
        assert max(len(piece) for piece in pieces) < 100_000
        assert made == 100_000


def test_pieces_of_nothing() -> None:
    assert b"".join(ROWS.encode_chunks([], AS_JSON)) == b"[]"
    assert b"".join(ROWS.encode_chunks([], AS_XML)) == ROWS.encode([], AS_XML)
    for size, representation in itertools.product((1, 2, 3), (AS_JSON, AS_XML)):
        rows = [{"id": 1}, {"id": 2}, {"id": 3}]
        pieces = list(ROWS.encode_chunks(rows, representation, size))
        assert b"".join(pieces) == ROWS.encode(rows, representation)
        assert len(pieces) == -(-3 // size) + 1


def test_only_lists_come_in_pieces() -> None:
    with pytest.raises(TypeError, match="only a schema of an array"):
        next(TOKEN.encode_chunks([], AS_XML))
    with pytest.raises(TypeError, match="only a schema of an array"):
        TOKEN.pieces([], AS_XML)
    with pytest.raises(TypeError, match="only a schema of an array"):
        TOKEN.encode_item("x", AS_XML)
