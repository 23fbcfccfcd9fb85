"""The vendored document: sound, with evidence on every part, and no code or media type beyond the manual's."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from elko_mock.contract import document as documents
from elko_mock.contract.checks import Checks
from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.contract.pointer import follow
from elko_mock.contract.syntax import parse
from elko_mock.contract.walking import Kind, Part, parts
from elko_mock.exchange.exchange import Side

CONTRACT = Contract.load()
LEVELS = {"manual", "recorded", "observed", "single-client", "inferred"}
BASE = "/v3.0/api"

OPERATIONS = {
    "issueToken": ("POST", "/Token", "observed"),
    "getCategories": ("GET", "/Catalog/Categories", "observed"),
    "getCategoryTree": ("GET", "/Catalog/Categories/Tree", "recorded"),
    "getVendors": ("GET", "/Catalog/Vendors", "observed"),
    "getProducts": ("GET", "/Catalog/Products", "observed"),
    "getProductDescription": ("GET", "/Catalog/Products/{elkoCode}/Description", "observed"),
    "getMediaItems": ("GET", "/Catalog/MediaItems/{elkoCode}", "observed"),
    "getAvailabilityAndPrice": ("GET", "/Catalog/AvailabilityAndPrice/{type}", "single-client"),
    "getAvailability": ("GET", "/Catalog/Availability", "manual"),
    "listOrders": ("GET", "/Orders", "manual"),
    "createOrder": ("POST", "/Orders", "manual"),
    "getOrder": ("GET", "/Orders/{id}", "inferred"),
    "cancelOrder": ("DELETE", "/Orders/{id}", "inferred"),
    "listReservations": ("GET", "/Reservations", "manual"),
    "createReservation": ("POST", "/Reservations", "manual"),
    "getReservation": ("GET", "/Reservations/{id}", "manual"),
    "updateReservation": ("PUT", "/Reservations/{id}", "manual"),
    "releaseReservation": ("DELETE", "/Reservations/{id}", "manual"),
    "getCart": ("GET", "/Cart", "inferred"),
    "clearCart": ("DELETE", "/Cart", "inferred"),
    "addToCart": ("POST", "/Cart/Add", "inferred"),
    "addKitToCart": ("POST", "/Cart/AddKit", "manual"),
    "removeFromCart": ("DELETE", "/Cart/{lineId}", "inferred"),
    "listInvoices": ("GET", "/Finances/Invoices/{withAdditionalInfo}", "single-client"),
    "listInvoicesByDate": ("GET", "/Finances/Invoices/{dateFrom}/{dateTo}", "single-client"),
    "getMyAccount": ("GET", "/Accounts/My", "single-client"),
}

every_operation = pytest.mark.parametrize("operation", CONTRACT.operations, ids=lambda one: one.id)


def _as_written() -> dict[str, Any]:
    raw, name = documents.read(None)
    written: dict[str, Any] = parse(raw, name)
    return written


def _schemas() -> Iterator[Part]:
    return (part for part in parts(_as_written()) if part.kind is Kind.SCHEMA)


def test_it_is_valid_openapi_3_0() -> None:
    OpenAPIV30SpecValidator(_as_written()).validate()


def test_what_is_served_is_valid_openapi_3_0() -> None:
    OpenAPIV30SpecValidator(CONTRACT.document).validate()


def test_it_has_each_operation_of_the_evidence_and_no_other() -> None:
    found = {one.id: (one.method, one.path.removeprefix(BASE), one.evidence) for one in CONTRACT.operations}
    assert found == OPERATIONS


def test_paths_are_written_in_full() -> None:
    assert all(path.startswith(f"{BASE}/") for path in _as_written()["paths"])
    assert _as_written()["servers"] == [{"url": "/"}]


def test_every_operation_parameter_and_property_says_its_evidence() -> None:
    silent = []
    for part in parts(_as_written()):
        is_property = part.kind is Kind.SCHEMA and "/properties/" in part.pointer.rpartition("/schemas/")[2]
        is_property = is_property and part.pointer.rpartition("/")[0].endswith("/properties")
        is_component = part.kind is Kind.SCHEMA and part.pointer.count("/") == 3 and "/schemas/" in part.pointer
        if part.kind in (Kind.OPERATION, Kind.PARAMETER, Kind.BODY) or is_property or is_component:
            node = part.node if "$ref" not in part.node else follow(_as_written(), part.node)
            if node.get("x-elko-evidence") not in LEVELS:
                silent.append(part.pointer)
    assert silent == []


def test_there_are_as_many_properties_with_evidence_as_properties() -> None:
    """The walk above really meets the properties."""
    properties = [part for part in _schemas() if part.pointer.rpartition("/")[0].endswith("/properties")]
    assert len(properties) == sum(len(part.node.get("properties", {})) for part in _schemas())
    assert len(properties) > 150


def test_examples_are_valid_for_their_schemas() -> None:
    document = CONTRACT.document
    told, asked = Checks(document, Side.RESPONSE), Checks(document, Side.REQUEST)
    wrong = []
    for part in parts(document):
        if part.kind is Kind.SCHEMA and "example" in part.node:
            found = told.violations(part.node, part.node["example"], "response")
        elif part.kind is Kind.PARAMETER and "example" in part.node:
            found = asked.violations(part.node["schema"], part.node["example"], "query")
        else:
            continue
        wrong += [(part.pointer, each.message) for each in found]
    assert wrong == []


def test_each_scalar_property_has_an_example() -> None:
    bare = [
        part.pointer
        for part in _schemas()
        if part.pointer.rpartition("/")[0].endswith("/properties")
        and part.node.get("type") in ("string", "integer", "number", "boolean")
        and "example" not in part.node
        and "Problem" not in part.pointer
    ]
    assert bare == []


@every_operation
def test_codes_are_those_of_the_manual(operation: Operation) -> None:
    codes = set(operation.answers)
    assert {200, 403, 405} <= codes <= {200, 400, 403, 404, 405}
    has_path_parameters = any(parameter.location == "path" for parameter in operation.parameters)
    assert (404 in codes) == has_path_parameters
    assert (400 in codes) == (bool(operation.parameters) or operation.body is not None)


@every_operation
def test_media_types_are_those_of_the_manual(operation: Operation) -> None:
    five = {"text/plain", "application/json", "text/json", "application/xml", "text/xml"}
    assert set(operation.answers[200].media_types) == five
    for status in set(operation.answers) - {200}:
        assert operation.answers[status].media_types == ("application/problem+json", "application/problem+xml")
    if operation.body is not None:
        assert operation.body.media_types == ("application/json", "text/json", "application/xml", "text/xml")
        assert operation.body.required


@every_operation
def test_only_the_token_is_had_without_a_token(operation: Operation) -> None:
    assert operation.needs_token == (operation.id != "issueToken")


@every_operation
def test_each_has_words_and_a_tag(operation: Operation) -> None:
    assert operation.summary
    assert operation.tag in {tag["name"] for tag in CONTRACT.document["tags"]}


def test_integers_have_their_bounds_when_served() -> None:
    unbounded = [
        part.pointer
        for part in parts(CONTRACT.document)
        if part.kind is Kind.SCHEMA and part.node.get("type") == "integer"
        if part.node.get("minimum", -(2**32)) < -(2**31) or part.node.get("maximum", 2**32) != 2**31 - 1
    ]
    assert unbounded == []


@pytest.mark.parametrize("quantity", ["0", "1", "8", ">50", ">999", "", None])
def test_quantities_that_the_service_sends(quantity: str | None) -> None:
    operation = CONTRACT.by_id["getProducts"]
    product = {**operation.example()[0], "quantity": quantity}
    assert operation.answer_violations(200, [product]) == ()


@pytest.mark.parametrize("quantity", [0, 8, "50+", "-1", ">", "1.5", " 8", "8 ", "٣", ">>5", "many", "8\n"])
def test_quantities_that_it_does_not(quantity: object) -> None:
    operation = CONTRACT.by_id["getProducts"]
    product = {**operation.example()[0], "quantity": quantity}
    assert [found.where for found in operation.answer_violations(200, [product])] == ["response/0/quantity"]


def test_null_is_sent_not_left_out() -> None:
    operation = CONTRACT.by_id["getProducts"]
    product = operation.example()[0]
    for name in product:
        less = {key: value for key, value in product.items() if key != name}
        assert [found.where for found in operation.answer_violations(200, [less])] == [f"response/0/{name}"]


def test_an_order_needs_its_lines_alone() -> None:
    operation = CONTRACT.by_id["createOrder"]
    assert operation.body_violations({"lines": [{"elkoCode": 1341426, "quantity": 1}]}) == ()


def test_an_order_may_leave_anything_else_null() -> None:
    operation = CONTRACT.by_id["createOrder"]
    order = dict.fromkeys(operation.body_example())
    order["lines"] = [{**dict.fromkeys(operation.body_example()["lines"][0]), "elkoCode": 1341426, "quantity": 1}]
    assert operation.body_violations(order) == ()
    order["enduser"] = dict.fromkeys(operation.body_example()["enduser"])
    assert operation.body_violations(order) == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"lines": []}, "body/lines"),
        ({"lines": None}, "body/lines"),
        ({"lines": [{"quantity": 1}]}, "body/lines/0/elkoCode"),
        ({"lines": [{"elkoCode": 1, "quantity": 0}]}, "body/lines/0/quantity"),
        ({"lines": [{"elkoCode": 1, "quantity": "1"}]}, "body/lines/0/quantity"),
        ({"lines": [{"elkoCode": 2**31, "quantity": 1}]}, "body/lines/0/elkoCode"),
        ({"transportation": "true"}, "body/transportation"),
        ({"sum": "12.50"}, "body/sum"),
        ({"enduser": "me"}, "body/enduser"),
        ({"enduser": {"pickupPoint": 1.5}}, "body/enduser/pickupPoint"),
    ],
)
def test_what_is_wrong_with_an_order_is_found(change: Mapping[str, Any], where: str) -> None:
    order = {"lines": [{"elkoCode": 1, "quantity": 1}], **change}
    assert [found.where for found in CONTRACT.by_id["createOrder"].body_violations(order)] == [where]


def test_links_lead_somewhere() -> None:
    for operation in CONTRACT.operations:
        for link in operation.links:
            target = CONTRACT.by_id[link.operation]
            known = {parameter.name for parameter in target.parameters}
            assert set(link.parameters) <= known, (operation.id, link.name)
            required = {parameter.name for parameter in target.parameters if parameter.location == "path"}
            assert required <= set(link.parameters), (operation.id, link.name)


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        ("createOrder", "getOrder"),
        ("createOrder", "cancelOrder"),
        ("listOrders", "getOrder"),
        ("createReservation", "getReservation"),
        ("createReservation", "updateReservation"),
        ("createReservation", "releaseReservation"),
        ("getProducts", "getProductDescription"),
        ("getProducts", "getMediaItems"),
        ("getProducts", "getAvailability"),
        ("issueToken", "getMyAccount"),
        ("getCart", "removeFromCart"),
    ],
)
def test_links_that_a_user_follows(origin: str, target: str) -> None:
    assert target in {link.operation for link in CONTRACT.by_id[origin].links}


def test_link_expressions_find_their_value_in_the_example() -> None:
    for operation in CONTRACT.operations:
        for link in operation.links:
            for expression in link.parameters.values():
                if not str(expression).startswith("$response.body#"):
                    continue
                value: Any = operation.example()
                for step in expression.removeprefix("$response.body#/").split("/"):
                    value = value[int(step)] if isinstance(value, list) else value[step]
                assert value is not None, (operation.id, link.name)


@pytest.mark.parametrize("name", ["Order", "OrderLine", "EndUser"])
def test_no_answer_to_an_order_is_recorded(name: str) -> None:
    schema = _as_written()["components"]["schemas"][name]
    levels = {schema["x-elko-evidence"], *(one["x-elko-evidence"] for one in schema["properties"].values())}
    assert levels == {"inferred"}, "evidence 3.5 has a request only"
