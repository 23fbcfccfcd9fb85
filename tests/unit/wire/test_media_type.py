"""Accept and Content-Type, as ASP.NET Core MVC takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.wire.media_type import ContentType, Representation, negotiate, parse_content_type

FIVE = ("text/plain", "application/json", "text/json", "application/xml", "text/xml")
PROBLEM = ("application/problem+json", "application/problem+xml")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        # nothing asked for
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        # the five
        ("application/json", "application/json"),
        ("text/json", "text/json"),
        ("application/xml", "application/xml"),
        ("text/xml", "text/xml"),
        # an object asked for as text/plain comes back as JSON
        ("text/plain", "application/json"),
        ("text/plain, text/xml", "text/xml"),
        # what cannot be served is not refused
        ("image/png", "application/json"),
        ("text/html", "application/json"),
        ("application/vnd.elko+json", "application/json"),
        ("application/problem+json", "application/json"),
        # wildcards
        ("text/*", "text/json"),
        ("application/*", "application/json"),
        ("text/*;q=0.5, application/xml", "application/xml"),
        # falling quality, then order
        ("application/json;q=0.5, application/xml", "application/xml"),
        ("application/json;q=0.5, application/xml;q=0.6, text/xml;q=.55", "application/xml"),
        ("text/xml, application/json", "text/xml"),
        ("application/*, text/xml", "application/json"),
        ("application/xml ; Q=1 , text/json;q=1.0", "application/xml"),
        ("APPLICATION/XML", "application/xml"),
        # quality 0 excludes, by the most specific range
        ("application/xml;q=0", "application/json"),
        ("application/json;q=0, application/xml", "application/xml"),
        ("application/json;q=0, application/*;q=0.5", "application/xml"),
        ("application/*, application/json;q=0.0", "application/xml"),
        ("text/*;q=0, application/xml;q=0", "application/json"),
        ("application/json;q=0", "application/json"),
        # as a browser asks: a range over everything and the whole value is ignored
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("application/xml, */*;q=0.1", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        # parameters: the charset that is sent matches, no other does
        ("application/xml;charset=utf-8", "application/xml"),
        ('application/xml;charset="UTF-8"', "application/xml"),
        ("application/xml;charset=utf-16", "application/json"),
        ("application/xml;v=2", "application/json"),
        ("application/xml;q=1;v=2", "application/xml"),
        # what cannot be read is skipped, a quality that cannot be read is 1
        ("nonsense, application/xml", "application/xml"),
        (",,application/xml;,", "application/xml"),
        ("application/xml;q=abc, application/json;q=0.9", "application/xml"),
        ("application/xml;q=-1, application/json;q=0.9", "application/xml"),
        ("text/xml;q=1, application/xml;q=7", "text/xml"),
        ("*/json, application/xml", "application/xml"),
        ('a/b;c="x, text/xml", application/xml', "application/xml"),
        ('a/b;c="x\\", text/xml", application/xml', "application/xml"),
        ('a/b;c="unclosed, text/xml', "application/json"),
        ("application/xml;=5;;q", "application/xml"),
        ("a/b, " * 100 + "application/xml", "application/json"),
    ],
)
def test_an_object_is_sent_as(accept: str | None, media_type: str) -> None:
    found = negotiate(accept, FIVE)
    assert found.media_type == media_type
    assert found.kind == media_type.rpartition("/")[2]
    assert found.content_type == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/plain; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("image/png", "text/plain; charset=utf-8"),
        ("text/*", "text/plain; charset=utf-8"),
        ("text/plain, application/json", "text/plain; charset=utf-8"),
        ("application/json, text/plain", "application/json; charset=utf-8"),
        ("application/json;q=0.2, text/plain", "text/plain; charset=utf-8"),
        ("application/json, text/plain, */*", "text/plain; charset=utf-8"),
        ("text/xml", "text/xml; charset=utf-8"),
        ("text/plain;q=0, application/xml", "application/xml; charset=utf-8"),
    ],
)
def test_a_bare_string_is_raw_text_unless_json_or_xml_is_asked_for_first(accept: str | None, content_type: str) -> None:
    assert negotiate(accept, FIVE, bare_string=True).content_type == content_type


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/problem+json"),
        ("text/plain", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("application/xml", "application/problem+xml"),
        ("application/problem+xml", "application/problem+xml"),
        ("application/problem+xml;q=0.5, application/problem+json;q=0.4", "application/problem+xml"),
        ("text/xml", "application/problem+json"),
    ],
)
def test_a_range_without_suffix_takes_types_that_end_in_it(accept: str | None, media_type: str) -> None:
    assert negotiate(accept, PROBLEM).media_type == media_type


def test_the_default_of_a_document_without_json_is_what_it_offers() -> None:
    assert negotiate(None, ("application/xml",)) == Representation("application/xml", "xml")
    assert negotiate("text/plain", ("text/plain",)).media_type == "application/json"
    assert negotiate(None, ()).media_type == "application/json"
    assert negotiate(None, ("image/png",)).kind == "text"
    assert negotiate("text/xml", ("application/xml", "text/json"), bare_string=True).media_type == "text/json"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ContentType("", "none", None)),
        ("  ", ContentType("", "none", None)),
        ("application/json", ContentType("application/json", "json", None)),
        ("APPLICATION/JSON; Charset=UTF-8", ContentType("application/json", "json", "utf-8")),
        ('text/json;charset="utf-16"', ContentType("text/json", "json", "utf-16")),
        ('text/xml; a="b;charset=x"; charset=latin1', ContentType("text/xml", "xml", "latin1")),
        ("application/problem+json", ContentType("application/problem+json", "json", None)),
        ("application/soap+xml;charset=", ContentType("application/soap+xml", "xml", None)),
        ("text/plain; charset=utf-8", ContentType("text/plain", "other", "utf-8")),
        ("multipart/form-data; boundary=x", ContentType("multipart/form-data", "other", None)),
        ("json", ContentType("", "other", None)),
        ("application/json, text/xml", ContentType("", "other", None)),
        (";;;", ContentType("", "other", None)),
    ],
)
def test_content_type(value: str | None, expected: ContentType) -> None:
    assert parse_content_type(value) == expected


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["*/*", "text/*", "application/json", "application/xml", ";", ",", "q", "=", "0", '"', "\\", " "]
        ),
        st.text(max_size=5),
    ),
    max_size=30,
).map("".join)


@given(st.one_of(PIECES, st.text()), st.booleans())
def test_no_header_value_is_ever_an_exception_or_an_unoffered_type(value: str, bare: bool) -> None:
    found = negotiate(value, FIVE, bare_string=bare)
    assert found.media_type in FIVE
    assert bare or found.media_type != "text/plain"
    parse_content_type(value)


@pytest.mark.parametrize("piece", ['"', '"\\', "a/b;q=", ",;", "*/*;"])
def test_long_header_values_take_linear_time(piece: str) -> None:
    value = piece * 30_000
    assert negotiate(value, FIVE).media_type == "application/json"
    assert parse_content_type(value).kind == "other"
