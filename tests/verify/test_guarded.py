"""Safe by default: whatever a document, a link or schemathesis asks for, a provider sees allowed GETs and no more."""

import copy
from typing import Any

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.exchange.messages import Response
from elko_mock.server.live import Live
from elko_mock.verify.model import Outcome, StopCause
from elko_mock.verify.plan import Plan
from elko_mock.verify.run import verify
from elko_mock.verify.target import parse_target
from tests.verify.answering import answering
from tests.verify.wiretap import assert_only_allowed_gets, tapped, tripwire


def plan(port: int, **how: Any) -> Plan:
    target = parse_target(f"http://127.0.0.1:{port}", base_path="/v3.0/api")
    return Plan(target, how.pop("contract", None) or Contract.load(), **{"examples": 3, **how})


def test_a_whole_run_sends_nothing_but_allowed_gets() -> None:
    with tapped() as tap:
        verdict = verify(plan(tap.port)).verdict
        assert verdict.outcome is Outcome.CONFORMS
        assert verdict.mode == "read-only"
        seen = assert_only_allowed_gets(tap, f"127.0.0.1:{tap.port}")
    assert seen == verdict.calls
    assert seen > 300


def hostile_document(port: int) -> Contract:
    """The vendored document with everything in it that could lead a run astray."""
    elsewhere = f"http://127.0.0.1:{port}"
    document = copy.deepcopy(Contract.load().document)
    document["servers"] = [{"url": elsewhere}]
    document["components"]["securitySchemes"] = {
        "Bearer": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": f"{elsewhere}/token", "scopes": {}}},
        }
    }
    paths = document["paths"]
    orders = paths["/v3.0/api/Orders"]
    orders["servers"] = [{"url": elsewhere}]
    orders["get"]["servers"] = [{"url": elsewhere}]
    orders["get"]["responses"]["200"]["links"] = {
        "Again": {"operationId": "createOrder", "requestBody": "$response.body#/0"},
        "Gone": {
            "operationId": "cancelOrder",
            "parameters": {"id": "$response.body#/0/id"},
            "server": {"url": elsewhere},
        },
    }
    paths["/v3.0/api/Catalog/Vendors"]["get"]["responses"]["200"]["links"] = {
        "Token": {"operationId": "issueToken"},
        "Elsewhere": {"operationRef": f"{elsewhere}/openapi.json#/paths/~1x/get"},
    }
    products = paths["/v3.0/api/Catalog/Products"]["get"]
    products["parameters"].append(
        {
            "name": "extra",
            "in": "query",
            "schema": {"type": "string"},
            "examples": {"far": {"externalValue": f"{elsewhere}/example"}},
        }
    )
    products["parameters"].append(
        {"name": "X-HTTP-Method-Override", "in": "header", "schema": {"type": "string", "enum": ["DELETE"]}}
    )
    products["parameters"].append({"name": "_method", "in": "query", "schema": {"type": "string", "enum": ["DELETE"]}})
    paths["/v3.0/api/Cart"]["get"]["operationId"] = "clearCart"
    paths["/v3.0/api/Cart"]["delete"]["operationId"] = "getCart"
    paths["/v3.0/api/Everything"] = {"get": {"operationId": "getOrders", "responses": {"200": {"description": "."}}}}
    return Contract.from_document(document)


def test_a_document_cannot_lead_a_run_astray() -> None:
    with tapped() as tap, tripwire() as (port, visitors):
        verdict = verify(plan(tap.port, contract=hostile_document(port))).verdict
        seen = assert_only_allowed_gets(tap, f"127.0.0.1:{tap.port}")
        assert seen == verdict.calls
        assert seen > 300
        assert visitors == []


def test_a_reference_to_elsewhere_is_not_followed() -> None:
    with tapped() as tap, tripwire() as (port, visitors):
        document = copy.deepcopy(Contract.load().document)
        contract = Contract.from_document(document)
        contract.document["components"]["schemas"]["Vendor"]["properties"]["name"] = {
            "$ref": f"http://127.0.0.1:{port}/schema.json"
        }
        verdict = verify(plan(tap.port, contract=contract)).verdict
        assert visitors == []
        assert verdict.outcome is Outcome.COULD_NOT_RUN
        assert verdict.stop is not None
        assert verdict.stop.cause is StopCause.BROKEN


@pytest.mark.parametrize("scheme", ["http://", "//"])
def test_redirects_are_not_followed(scheme: str) -> None:
    with tripwire() as (port, visitors):
        location = f"{scheme}127.0.0.1:{port}/v3.0/api/Orders"
        there = Response(307, ((b"location", location.encode()),), b"")
        with Live(answering(lambda _: there)) as live:
            target = parse_target(live.url)
            checks = frozenset({"none"})
            verdict = verify(
                Plan(target, Contract.load(), token="t", checks=checks, quick=True, max_calls=12, share=90)
            ).verdict
        assert verdict.outcome is Outcome.DOES_NOT
        assert {finding.check for finding in verdict.findings} == {"status_code_conformance"}
        assert verdict.cases > 0
        assert visitors == []


def test_writes_are_sent_only_where_they_are_allowed() -> None:
    with tapped() as tap:
        target = parse_target(f"http://127.0.0.1:{tap.port}", base_path="/v3.0/api", writes="127.0.0.1")
        verify(Plan(target, Contract.load(), examples=1, quick=True, forms=("json",)))
        methods = {request.method for request, _ in tap.requests() if not request.target.startswith(b"/_elko/")}
    assert methods == {b"GET", b"POST", b"PUT", b"DELETE", b"PATCH"}
