"""A user's own copy of the live document: its operations are known for what they are, whatever their dress."""

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract, Match
from elko_mock.contract.pointer import follow
from elko_mock.contract.walking import METHODS
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

VENDORED = Contract.load()
BASE = "/v3.0/api"
XML = Representation("application/xml", "xml")


def _copy() -> dict[str, Any]:
    return copy.deepcopy(VENDORED.document)


def _dressed(base: str = "", prefix: str = BASE, rename: bool = False, upper: bool = False) -> dict[str, Any]:
    """The vendored document as another house might serve it: other base path, case, parameter names, no ids."""
    document = _copy()
    document["servers"] = [{"url": base or "/"}]
    paths: dict[str, Any] = {}
    for path, item in copy.deepcopy(document["paths"]).items():
        short = prefix + path.removeprefix(BASE)
        for node in [item, *(item[method] for method in METHODS if method in item)]:
            node.pop("operationId", None)
            node["parameters"] = [copy.deepcopy(follow(document, raw)) for raw in node.get("parameters", [])]
            for parameter in node["parameters"]:
                if parameter["in"] == "path" and rename:
                    parameter["name"] += "Value"
                if upper:
                    parameter["name"] = parameter["name"].upper()
        if rename:
            short = re.sub(r"\{(\w+)\}", r"{\1Value}", short)
        if upper:
            short = short.upper()
        paths[short] = item
    document["paths"] = paths
    return document


@pytest.mark.parametrize("rename", [False, True])
@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize(
    ("base", "prefix"),
    [
        ("", BASE),
        ("/", BASE),
        (BASE, ""),
        (f"{BASE}/", ""),
        ("https://roapi.example.com/v3.0/api", ""),
        ("https://roapi.example.com", BASE),
        ("//roapi.example.com/v3.0", "/api"),
        ("/api", "/v3.0"),
        ("", "/api/v3"),
        ("", "/api"),
        ("", "/v3.1/api"),
        ("", ""),
    ],
)
def test_every_operation_is_recognised(base: str, prefix: str, upper: bool, rename: bool) -> None:
    contract = Contract.from_document(_dressed(base, prefix, rename=rename, upper=upper))
    assert [one.known_as for one in contract.operations] == [one.id for one in VENDORED.operations]
    path = re.sub(r"^(https:)?//[^/]+", "", base).rstrip("/") + prefix
    found = contract.match("get", f"{path}/catalog/products/7,8/description")
    assert isinstance(found, Match)
    bound = found.operation.bind(found.path_values, "LANG=EN")
    assert bound.values == {"elkoCode": [7, 8], "lang": "EN"}


def test_the_vendored_documents_operations_are_what_they_are() -> None:
    assert all(one.known_as == one.id for one in VENDORED.operations)
    assert all(one.name == one.known_as for operation in VENDORED.operations for one in operation.parameters)


def test_a_version_in_the_base_path_is_no_argument() -> None:
    document = _dressed("", "/v{version}/api")
    for path in document["paths"]:
        document["paths"][path].setdefault("parameters", []).append(
            {"name": "version", "in": "path", "required": True, "schema": {"type": "string"}}
        )
    contract = Contract.from_document(document)
    assert [one.known_as for one in contract.operations] == [one.id for one in VENDORED.operations]
    found = contract.match("GET", "/v3.0/api/Orders/70000001")
    assert isinstance(found, Match)
    assert found.operation.bind(found.path_values, "").values == {"version": "3.0", "id": "70000001"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/v3.0/Catalogs/Products"),
        ("get", "/v3.0/api/Catalog/CategoryList"),
        ("patch", "/v3.0/api/Orders"),
        ("get", "/v3.0/api/Orders/{id}/Lines"),
        ("get", "/shop/v3.0/api/Orders"),
        ("get", "/v3.0/api/Orders/{id}.json"),
        ("get", "/"),
    ],
)
def test_strangers_stay_strangers(method: str, path: str) -> None:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {}}] if "{id}" in path else []
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "integer"}}}}}
    contract = Contract.from_document(
        {"openapi": "3.0.1", "info": {}, "paths": {path: {method: {"parameters": parameters, "responses": answer}}}}
    )
    (operation,) = contract.operations
    assert operation.known_as is None
    assert operation.example() == 0


def test_a_list_of_codes_declared_as_one_text_is_bound_as_the_handlers_need_it() -> None:
    document = _copy()
    for parameter in document["components"]["parameters"].values():
        parameter["schema"] = {"type": "string"}
    operation = Contract.from_document(document).by_id["getProducts"]
    assert operation.bind((), "elkoCode=1,2&elkocode=3").values == {"elkoCode": [1, 2, 3]}
    assert [found.where for found in operation.bind((), "elkoCode=x").violations] == ["query/elkoCode/0"]


def test_where_types_agree_the_documents_own_rules_count() -> None:
    document = _copy()
    document["components"]["parameters"]["Language"]["schema"] = {"type": "string", "enum": ["EN", "RO"]}
    operation = Contract.from_document(document).by_id["getProducts"]
    assert operation.bind((), "lang=ro").values == {"lang": "RO"}
    assert [found.code for found in operation.bind((), "lang=FR").violations] == ["query.enum"]


def test_a_parameter_of_ones_own_is_bound_under_its_own_name() -> None:
    document = _copy()
    extra = {"name": "onlyNew", "in": "query", "schema": {"type": "boolean"}}
    document["paths"][f"{BASE}/Catalog/Products"]["get"]["parameters"].append(extra)
    operation = Contract.from_document(document).by_id["getProducts"]
    assert operation.bind((), "onlynew=true&elkoCode=1").values == {"onlyNew": True, "elkoCode": [1]}


def _silent() -> dict[str, Any]:
    """As Swashbuckle writes it where controllers do not say what they answer."""
    document = _copy()
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                item[method]["responses"] = {"200": {"description": "Success"}}
                item[method].pop("requestBody", None)
    del document["components"]["responses"]
    document["components"]["schemas"] = {"Product": {"type": "string"}}
    return document


def test_what_needs_the_token_does_so_whatever_the_document_says() -> None:
    """Swashbuckle's documents ask for it everywhere, or nowhere."""
    choices: list[list[dict[str, list[str]]]] = [[], [{"Bearer": []}]]
    for security in choices:
        document = _copy()
        document["security"] = security
        document["paths"]["/new"] = {"get": {"responses": {"200": {"description": "ok"}}}}
        for item in document["paths"].values():
            for method in METHODS:
                item.get(method, {}).pop("security", None)
        contract = Contract.from_document(document)
        assert [one.id for one in contract.operations if not one.needs_token] == ["issueToken"] + (
            [] if security else ["get_new"]
        )
        assert {one.secured for one in contract.operations} == {bool(security)}


def test_what_a_document_does_not_say_is_borrowed() -> None:
    contract = Contract.from_document(_silent())
    for ours, theirs in zip(VENDORED.operations, contract.operations, strict=True):
        assert theirs.example() == ours.example()
        assert theirs.answers[200].media_types == ours.answers[200].media_types
        assert theirs.body_example() == ours.body_example()
        ours_in_xml = Codec(ours.answers[200].schema, VENDORED.components).encode(ours.example(), XML)
        assert Codec(theirs.answers[200].schema, contract.components).encode(ours.example(), XML) == ours_in_xml
    broken = [{**VENDORED.by_id["getProducts"].example()[0], "price": "1"}]
    assert [one.where for one in contract.by_id["getProducts"].answer_violations(200, broken)] == ["response/0/price"]


def test_borrowing_leaves_the_document_as_it_is() -> None:
    contract = Contract.from_document(_silent())
    assert contract.document["components"]["schemas"] == {"Product": {"type": "string"}}
    assert contract.components["Product"] == {"type": "string"}
    assert contract.components["ElkoProduct"]["xml"] == {"name": "Product"}


@pytest.mark.parametrize("code", ["201", "2XX", "default"])
def test_another_success_stands_in_for_200(code: str) -> None:
    document = _copy()
    responses = document["paths"][f"{BASE}/Orders"]["post"]["responses"]
    responses[code] = responses.pop("200")
    operation = Contract.from_document(document).by_id["createOrder"]
    assert operation.example() == VENDORED.by_id["createOrder"].example()


@given(st.sampled_from(VENDORED.operations), st.data())
def test_case_of_the_document_does_not_matter(operation: Any, data: st.DataObject) -> None:
    path = "/".join(
        part if part.startswith("{") else "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in part)
        for part in operation.path.split("/")
    )
    document = _copy()
    document["paths"] = {path: document["paths"][operation.path]}
    for item in document["paths"].values():
        for method in METHODS:
            if method in item and method != operation.method.lower():
                del item[method]
    assert [one.known_as for one in Contract.from_document(document).operations] == [operation.id]
