"""What schemathesis is given, and how its findings are judged by the service's conventions."""

import copy
from typing import Any

import orjson
import pytest
import requests
import schemathesis

from elko_mock.contract.contract import Contract
from elko_mock.verify.generated.document import ForeignReference, narrowed
from elko_mock.verify.generated.planting import plant
from elko_mock.verify.generated.tuning import CHECKS, SWITCHED_OFF, Conventions, Effort, config
from elko_mock.verify.reply import Reader
from elko_mock.verify.survey import Facts

CONTRACT = Contract.load()
FACTS = Facts(
    codes=[11, 12, 99],
    products={11: {"obligatoryKit": 0}, 12: {"obligatoryKit": 0}, 99: {"obligatoryKit": 1}},
    kits=[99],
    vendors=["SA"],
    categories=["CPU"],
    orders=["7"],
)


def document(*operations: str, form: Any = "json") -> dict[str, Any]:
    return narrowed(CONTRACT.document, operations, form)


def test_only_the_operations_asked_for_are_left() -> None:
    made = document("getProducts", "listOrders")
    left = {operation["operationId"] for item in made["paths"].values() for operation in item.values()}
    assert left == {"getProducts", "listOrders"}
    assert made["servers"] == [{"url": "/"}]
    text = orjson.dumps(made)
    for word in (b"securitySchemes", b'"security"', b"externalValue", b"getOrder", b"createOrder"):
        assert word not in text


def test_the_contract_s_own_document_is_left_alone() -> None:
    before = orjson.dumps(CONTRACT.document)
    made = document("createOrder", form="xml")
    plant(made, FACTS, sure=True)
    assert orjson.dumps(CONTRACT.document) == before


@pytest.mark.parametrize(
    ("form", "types"), [("json", {"application/json", "text/json"}), ("xml", {"application/xml", "text/xml"})]
)
def test_bodies_come_in_one_form(form: str, types: set[str]) -> None:
    made = document("createOrder", form=form)
    assert set(made["paths"]["/v3.0/api/Orders"]["post"]["requestBody"]["content"]) == types


def test_a_reference_to_elsewhere_is_refused() -> None:
    made = copy.deepcopy(CONTRACT.document)
    made["components"]["schemas"]["Vendor"] = {"$ref": "other.yaml#/Vendor"}
    with pytest.raises(ForeignReference, match=r"other\.yaml"):
        narrowed(made, ["getVendors"], "json")


def test_what_is_sent_gets_real_values_and_what_is_answered_stays() -> None:
    made = document("createOrder", "getProducts")
    answered = orjson.dumps(made["components"]["schemas"]["Order"])
    plant(made, FACTS, sure=False)
    schemas = made["components"]["schemas"]
    assert orjson.dumps(schemas["Order"]) == answered
    assert schemas["OrderLineModel-sent"]["properties"]["elkoCode"]["anyOf"][0] == {"enum": [11, 12]}
    assert "shipTo" in schemas["OrderModel-sent"]["properties"]
    body = made["paths"]["/v3.0/api/Orders"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/OrderModel-sent"}
    sure = document("createOrder")
    plant(sure, FACTS, sure=True)
    assert sure["components"]["schemas"]["OrderLineModel-sent"]["properties"] == {
        "elkoCode": {"enum": [11, 12]},
        "quantity": {"enum": [1, 2]},
    }
    assert set(sure["components"]["schemas"]["OrderModel-sent"]["properties"]) == {"lines"}


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_configuration_is_one_that_schemathesis_takes(linked: bool, form: Any) -> None:
    made = config(Effort(seed=3, examples=4), form, linked=linked)
    taken = schemathesis.Config.from_dict(made)
    assert taken.seed == 3
    project = taken.projects.default
    assert project.phases.coverage.unexpected_methods == set()
    assert project.phases.stateful.enabled is linked
    assert not project.generation.with_security_parameters
    for name in SWITCHED_OFF:
        assert not project.checks.get_by_name(name=name).enabled, name
    for name in CHECKS:
        assert project.checks.get_by_name(name=name).enabled, name


def judged(method: str, target: str, body: bytes = b"", content_type: str = "application/json") -> bool:
    """Whether the conventions find anything wrong with a request."""
    request = requests.Request(
        method, f"http://provider.invalid{target}", data=body, headers={"Content-Type": content_type}
    ).prepare()
    response = schemathesis.Response(status_code=200, headers={}, content=b"", request=request, elapsed=0, verify=False)
    return Conventions(CONTRACT, Reader(CONTRACT))._is_wrong(response)


@pytest.mark.parametrize(
    "target",
    [
        "/v3.0/api/Catalog/Products?elkoCode=1,2&ELKOCODE=3&unknown=x&vendorCode=&catalog=",
        "/V3.0/api/catalog/products/?elkoCode=%201%20",
        "/v3.0/api/Catalog/AvailabilityAndPrice/availability?elkoCodes=1",
        "/v3.0/api/Finances/Invoices/TRUE",
        "/v3.0/api/Finances/Invoices/118269/118276",
        "/v3.0/api/Finances/Invoices/0/118276",
        "/v3.0/api/No/Such/Path?elkoCode=x",
    ],
)
def test_what_the_service_takes_is_not_wrong(target: str) -> None:
    assert not judged("GET", target)


@pytest.mark.parametrize(
    "target",
    [
        "/v3.0/api/Catalog/Products?elkoCode=x",
        "/v3.0/api/Catalog/Products?elkoCode=1,2147483648",
        "/v3.0/api/Catalog/AvailabilityAndPrice/Nothing",
        "/v3.0/api/Finances/Invoices/perhaps",
        "/v3.0/api/Finances/Invoices/118269/118400",
    ],
)
def test_what_breaks_the_contract_is(target: str) -> None:
    assert judged("GET", target)


@pytest.mark.parametrize(
    ("body", "content_type", "wrong"),
    [
        (b'{"elkoCode": 1, "quantity": 1, "unknown": []}', "application/json", False),
        (b"<a><elkoCode>1</elkoCode><quantity>1</quantity></a>", "text/xml", False),
        (b'{"elkoCode": "1", "quantity": 1}', "application/json", True),
        (b'{"elkoCode": 1, "quantity": 0}', "application/json", True),
        (b"<a><elkoCode>1</elkoCode></a>", "application/xml", True),
        (b"nonsense", "application/json", True),
        (b"", "application/json", True),
    ],
)
def test_bodies_are_judged_as_they_were_sent(body: bytes, content_type: str, wrong: bool) -> None:
    assert judged("POST", "/v3.0/api/Cart/Add", body, content_type) is wrong
