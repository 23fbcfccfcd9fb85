"""openapi-core agrees with us where it should, and takes no offence at what the service takes."""

import gzip
import json
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.contract.second_opinion import SecondOpinion, SecondOpinionMissing
from elko_mock.exchange.exchange import Side
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation
from elko_mock.wire.problem import encode_problem
from tests.unit.contract.schemas import DATA

CONTRACT = Contract.load()
OPINION = SecondOpinion(CONTRACT)
BASE = "/v3.0/api"
JSON = "application/json; charset=utf-8"
XML = Representation("application/xml", "xml")

BEYOND = [("query.format", "query/elkoCode/0"), ("query.maximum", "query/elkoCode/0")]
every_operation = pytest.mark.parametrize("operation", CONTRACT.operations, ids=lambda one: one.id)


def _request(
    method: str, path: str, query: str = "", body: bytes = b"", content_type: str | None = JSON, **headers: str
) -> Request:
    fields = {"content-type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = Fields((name.encode(), value.encode()) for name, value in fields.items() if value is not None)
    return Request(method, BASE + path, query, raw, body, "127.0.0.1", "Bearer secret")


def _response(status: int, body: bytes, content_type: str = JSON, **headers: str) -> Response:
    fields = {"content-type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Response(status, tuple((name.encode(), value.encode()) for name, value in fields.items()), body)


def _path(operation: Operation) -> str:
    path = operation.path.removeprefix(BASE)
    for parameter in operation.parameters:
        if parameter.location == "path":
            text = {"boolean": "true", "string": (parameter.schema.get("enum") or ["7"])[0]}.get(
                parameter.schema["type"], "7"
            )
            path = path.replace(f"{{{parameter.name}}}", text)
    return path


def _told(request: Request) -> list[tuple[str, str]]:
    return [(found.code, found.where) for found in OPINION.request(request)]


def _judged(response: Response, path: str = "/Catalog/Products") -> list[tuple[str, str]]:
    return [(found.code, found.where) for found in OPINION.response(_request("GET", path), response)]


@every_operation
@pytest.mark.parametrize("kind", ["json", "xml"])
def test_requests_of_our_own_are_fine(operation: Operation, kind: str) -> None:
    body = b""
    if operation.body is not None:
        example = operation.body_example()
        body = json.dumps(example).encode()
        if kind == "xml":
            body = Codec(operation.body.schema, CONTRACT.components).encode(example, XML)
    assert _told(_request(operation.method, _path(operation), body=body, content_type=f"application/{kind}")) == []


@every_operation
@pytest.mark.parametrize("kind", ["json", "xml"])
def test_answers_of_our_own_are_fine(operation: Operation, kind: str) -> None:
    request = _request(operation.method, _path(operation))
    for status, answer in operation.answers.items():
        example = operation.example(status)
        if status == 200:
            codec = Codec(answer.schema, CONTRACT.components)
            body = codec.encode(example, Representation(f"application/{kind}", "xml" if kind == "xml" else "json"))
            response = _response(200, body, f"application/{kind}; charset=utf-8")
        else:
            body, content_type = encode_problem(example, Representation(f"application/{kind}", "xml"))
            response = _response(status, body, content_type)
        assert OPINION.response(request, response) == ()


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/CATALOG/products/", "ELKOCODE=1,2&elkocode=3&vendorCode=&catalog=&CategoryCode=CPU"),
        ("GET", "/Catalog/Products", "elkoCode=1%2C2,&lang=EN&lang=RO&&=&x"),
        ("GET", "/catalog/availabilityandprice/AVAILABILITYprice", "elkocodes=1,2"),
        ("GET", "/Catalog/Products/1,2,3/Description", ""),
        ("GET", "/Catalog/Products/1%2C2/Description", ""),
        ("GET", "/Finances/Invoices/TRUE", ""),
        ("GET", f"/Orders/{quote('a b/ü'.replace('/', ''))}", ""),
        ("get", "/Orders", ""),
    ],
)
def test_what_the_service_takes_is_no_offence(method: str, path: str, query: str) -> None:
    assert _told(_request(method, path, query)) == []


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (_request("GET", "/Nothing"), [("path.unknown", "path")]),
        (_request("PATCH", "/Orders"), [("path.method", "path")]),
        (_request("GET", "/Catalog/Products", "elkoCode=1&elkoCode=x"), [("query.type", "query/elkoCode")]),
        (_request("GET", "/Catalog/Products", "elkoCode=2147483648"), BEYOND),
        (_request("GET", "/Catalog/AvailabilityAndPrice/All"), [("path.enum", "path/type")]),
        (_request("DELETE", "/Cart/first"), [("path.type", "path/lineId")]),
        (_request("POST", "/Orders"), [("body.required", "body")]),
        (_request("POST", "/Orders", body=b"{"), [("body.syntax", "body")]),
        (_request("POST", "/Orders", body=b"<Order>", content_type="text/xml"), [("body.syntax", "body")]),
        (_request("POST", "/Orders", body=b"{}", content_type="text/csv"), [("body.media-type", "body")]),
        (_request("POST", "/Orders", body=b"{}", content_type=None), [("body.media-type", "body")]),
        (_request("POST", "/Orders", body=b"{}"), [("body.required", "body/lines")]),
        (_request("POST", "/Orders", body=b'{"lines":[]}'), [("body.min-items", "body/lines")]),
        (
            _request("POST", "/Orders", body=b'{"lines":[{"elkoCode":"1","quantity":1}]}'),
            [("body.type", "body/lines/0/elkoCode")],
        ),
        (
            _request(
                "POST",
                "/Orders",
                body=b"<Order><lines><OrderLine><elkoCode>x</elkoCode><quantity>1</quantity></OrderLine></lines></Order>",
                content_type="application/xml",
            ),
            [("body.type", "body/lines/0/elkoCode")],
        ),
        (_request("GET", "/Orders")._replace(authorization=None), [("header.missing", "header/authorization")]),
    ],
)
def test_what_is_wrong_is_told(request_: Request, expected: list[tuple[str, str]]) -> None:
    found = OPINION.request(request_)
    assert [(one.code, one.where) for one in found] == expected
    assert all(one.side is Side.REQUEST and one.message for one in found)


def test_a_recorded_token_is_enough() -> None:
    recorded = _request("GET", "/Orders", authorization="Bearer [redacted]")._replace(authorization=None)
    assert _told(recorded) == []


def test_single_values_under_a_name_in_another_case() -> None:
    parameters = [
        {"name": "size", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "kind", "in": "query", "schema": {"type": "string", "enum": ["One", "Two"]}},
    ]
    operation = {"parameters": parameters, "responses": {"200": {"description": "ok"}}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {BASE + "/a": {"get": operation}}}
    opinion = SecondOpinion(Contract.from_document(document))
    assert opinion.request(_request("GET", "/a", "SIZE=1&Kind=two&kind=")) == ()
    found = opinion.request(_request("GET", "/a", "SIZE=x&KIND=three"))
    assert [(one.code, one.where) for one in found] == [("query.type", "query/size"), ("query.enum", "query/kind")]
    assert [one.code for one in opinion.request(_request("GET", "/a", "size="))] == ["query.required"]


def test_packed_bodies() -> None:
    body = gzip.compress(b'{"elkoCode":1,"quantity":1}')
    assert _told(_request("POST", "/Cart/Add", body=body, content_encoding="gzip")) == []
    assert _told(_request("POST", "/Cart/Add", body=b"x" + body, content_encoding="gzip")) == [("body.syntax", "body")]
    answer = gzip.compress(json.dumps(CONTRACT.by_id["getProducts"].example()).encode())
    assert _judged(_response(200, answer, content_encoding="gzip")) == []


def test_any_json_suffix_is_json() -> None:
    body = b'{"elkoCode":1,"quantity":1}'
    assert _told(_request("POST", "/Cart/Add", body=body, content_type="application/vnd.shop+json")) == []


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (_response(401, b"{}"), [("response.status", "response")]),
        (_response(200, b"[]", "text/html"), [("response.media-type", "response")]),
        (_response(200, b""), [("response.required", "response")]),
        (_response(200, b"["), [("response.syntax", "response")]),
        (_response(200, b"{}"), [("response.type", "response")]),
        (_response(200, b"[]"), []),
        (_response(200, b"[]", "text/json"), []),
        (_response(200, b"<ArrayOfProduct/>", "text/xml"), []),
        (
            _response(403, b'{"title":"x","type":""}', "application/problem+json"),
            [("response.required", "response/status")],
        ),
    ],
)
def test_what_is_wrong_with_an_answer(response: Response, expected: list[tuple[str, str]]) -> None:
    assert _judged(response) == expected


def test_an_answer_with_a_planted_fault_in_xml() -> None:
    example = CONTRACT.by_id["getProducts"].example()
    codec = Codec(CONTRACT.by_id["getProducts"].answers[200].schema, CONTRACT.components)
    body = codec.encode(example, XML).replace(b"<quantity>&gt;50<", b"<quantity>50+<")
    assert b"50+" in body
    assert _judged(_response(200, body, "application/xml")) == [("response.pattern", "response/0/quantity")]


def test_an_answer_in_pieces() -> None:
    response = Response(200, ((b"content-type", JSON.encode()),), iter([b"[", b"]"]))
    assert OPINION.response(_request("GET", "/Catalog/Products"), response) == ()


def test_an_answer_to_no_operation_is_not_judged() -> None:
    assert OPINION.response(_request("GET", "/Nothing"), _response(200, b"")) == ()


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(CONTRACT.by_id["createOrder"].body_example(), DATA)) | DATA)
def test_both_judges_are_of_one_mind_on_orders(order: Any) -> None:
    operation = CONTRACT.by_id["createOrder"]
    theirs = _told(_request("POST", "/Orders", body=json.dumps(order).encode()))
    ours = operation.body_violations(order)
    assert bool(theirs) == bool(ours)
    assert {where for _, where in theirs} == {found.where for found in ours}


def test_no_text_of_a_body_is_in_any_message() -> None:
    order = {
        "lines": [{"elkoCode": "hunter2", "quantity": "hunter2"}],
        "enduser": "hunter2",
        "transportation": "hunter2",
        "created": "hunter2",
    }
    found = OPINION.request(_request("POST", "/Orders", body=json.dumps(order).encode()))
    assert len(found) == 5
    assert not any("hunter2" in one.message for one in found)


def test_it_is_optional() -> None:
    """Without openapi-core the module can be imported, and says what to install when used."""
    program = """
import sys
sys.modules["openapi_core"] = None
from elko_mock.contract.contract import Contract
from elko_mock.contract.second_opinion import SecondOpinion, SecondOpinionMissing
try:
    SecondOpinion(Contract.load())
except SecondOpinionMissing as missing:
    print(missing)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "pip install 'elko-mock[verify]'" in said
    assert issubclass(SecondOpinionMissing, RuntimeError)
