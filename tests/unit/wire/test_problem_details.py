"""Problem details as ASP.NET Core writes them."""

import pytest
from lxml import etree

from elko_mock.wire.codec import Undecodable
from elko_mock.wire.media_type import Representation, parse_content_type
from elko_mock.wire.problem import decode_problem, encode_problem

PROBLEM = {
    "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
    "title": "One or more validation errors occurred.",
    "status": 400,
    "detail": None,
    "traceId": "00-a<b>\x08",
    "errors": {"lines[0].quantity": ["is <0>", "is odd"], "": ["is empty"], "a": []},
}
AS_JSON = Representation("application/problem+json", "json")
AS_XML = Representation("application/problem+xml", "xml")


def test_json() -> None:
    body, content_type = encode_problem(PROBLEM, AS_JSON)
    assert content_type == "application/problem+json; charset=utf-8"
    assert decode_problem(body, parse_content_type(content_type)) == PROBLEM
    assert encode_problem(PROBLEM, Representation("text/plain", "text")) == (body, content_type)


def test_xml() -> None:
    body, content_type = encode_problem(PROBLEM, AS_XML)
    assert content_type == "application/problem+xml; charset=utf-8"
    etree.fromstring(body)
    assert body.decode() == (
        '<problem xmlns="urn:ietf:rfc:7807"><status>400</status><title>One or more validation errors occurred.</title>'
        "<type>https://tools.ietf.org/html/rfc9110#section-15.5.1</type><traceId>00-a&lt;b&gt;_x0008_</traceId>"
        "<MVC-Errors><lines_x005B_0_x005D_.quantity>is &lt;0&gt; is odd</lines_x005B_0_x005D_.quantity>"
        "<MVC-Empty>is empty</MVC-Empty><a></a></MVC-Errors></problem>"
    )
    assert decode_problem(body, parse_content_type(content_type)) == {
        **{key: PROBLEM[key] for key in ("type", "title", "status", "traceId")},
        "errors": {"lines[0].quantity": ["is <0> is odd"], "": ["is empty"], "a": [""]},
    }


def test_extensions_that_are_no_text() -> None:
    body, _ = encode_problem({"balance": 12.5, "open": True, "at": {"a": 1}, "errors": {}}, AS_XML)
    assert body.decode() == (
        '<problem xmlns="urn:ietf:rfc:7807"><balance>12.5</balance><open>true</open><at>{"a":1}</at></problem>'
    )


def test_reading_what_is_no_problem() -> None:
    assert decode_problem(b"<x><status>none</status></x>", parse_content_type("text/xml")) == {"status": "none"}
    with pytest.raises(Undecodable, match="JSON or XML"):
        decode_problem(b"", parse_content_type("text/plain"))
    with pytest.raises(Undecodable):
        decode_problem(b"<x>", parse_content_type("text/xml"))
