"""What changed between two documents, and whom it breaks."""

import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elko_mock.contract.changes import Breaks, Change, Direction
from elko_mock.contract.checks import Checks
from elko_mock.contract.comparing import Comparison
from elko_mock.contract.contract import Contract
from elko_mock.contract.diff import breaks_anyone, diff
from elko_mock.contract.document import DocumentProblem
from elko_mock.contract.examples import Examples
from elko_mock.contract.walking import METHODS
from elko_mock.exchange.exchange import Side
from tests.unit.contract.schemas import DATA, SCHEMAS, document

VENDORED = Contract.load()
BASE = "/v3.0/api"
CLIENT, SERVER, BOTH, NONE = Breaks.CLIENT, Breaks.SERVER, Breaks.BOTH, Breaks.NONE
KEY = {"type": "apiKey", "in": "query", "name": "key"}
REF = {"$ref": "#/components/schemas/S"}

_PAIRS = [("added", "removed"), ("required", "optional"), ("narrowed", "widened"), ("undescribed", "described")]
OPPOSITE = {
    **dict(_PAIRS),
    **{other: one for one, other in _PAIRS},
    **{how: how for how in ("changed", "renamed", "moved")},
}


def _copy() -> dict[str, Any]:
    return copy.deepcopy(VENDORED.document)


def _op(data: dict[str, Any], path: str, method: str = "get") -> dict[str, Any]:
    operation: dict[str, Any] = data["paths"][BASE + path][method]
    return operation


def _schema(data: dict[str, Any], name: str) -> dict[str, Any]:
    schema: dict[str, Any] = data["components"]["schemas"][name]
    return schema


def _mirrored(change: Change) -> tuple[str, Breaks]:
    stem, _, how = change.kind.rpartition("-")
    if change.kind == "token-not-required":
        return "token-required", CLIENT
    if change.kind == "token-required":
        return "token-not-required", SERVER
    breaks = {CLIENT: SERVER, SERVER: CLIENT}.get(change.breaks, change.breaks)
    return f"{stem}-{OPPOSITE[how]}", breaks


def test_a_document_does_not_differ_from_itself() -> None:
    assert diff(VENDORED, VENDORED) == ()
    assert diff(VENDORED, Contract.from_document(_copy())) == ()
    assert not breaks_anyone(())


def test_dress_is_no_difference() -> None:
    """Case and base path's place, names of schemas, order, descriptions, examples, evidence."""
    data = _copy()
    data["servers"] = [{"url": f"https://example.com{BASE}"}]
    data["paths"] = {
        path.removeprefix(BASE).upper().replace("{ELKOCODE}", "{elkoCode}"): item
        for path, item in reversed(data["paths"].items())
        if path != f"{BASE}/Accounts/My"
    } | {"/accounts/my/": data["paths"][f"{BASE}/Accounts/My"]}
    data["paths"] = {
        path.replace("{TYPE}", "{type}")
        .replace("{ID}", "{id}")
        .replace("{LINEID}", "{lineId}")
        .replace("{WITHADDITIONALINFO}", "{withAdditionalInfo}")
        .replace("{DATEFROM}", "{dateFrom}")
        .replace("{DATETO}", "{dateTo}"): item
        for path, item in data["paths"].items()
    }

    def redress(node: Any) -> Any:
        if isinstance(node, list):
            return [redress(item) for item in node]
        if not isinstance(node, dict):
            return (
                node.replace("#/components/schemas/", "#/components/schemas/Elko.") if isinstance(node, str) else node
            )
        return {
            key: redress(value)
            for key, value in reversed(node.items())
            if key not in ("x-elko-evidence", "example", "summary") and not (key == "description" and value == "x")
        }

    data = redress(data)
    data["components"]["schemas"] = {f"Elko.{name}": one for name, one in data["components"]["schemas"].items()}
    assert diff(VENDORED, Contract.from_document(data)) == ()


@pytest.mark.parametrize(
    "scheme",
    [
        {"type": "http", "scheme": "Bearer", "description": "x"},
        {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Bearer {Token}"},
    ],
)
def test_another_name_or_spelling_of_the_same_authentication_is_no_difference(scheme: dict[str, Any]) -> None:
    data = _copy()
    data["components"]["securitySchemes"] = {"JWT": scheme}
    data["security"] = [{"JWT": []}]
    assert diff(VENDORED, Contract.from_document(data)) == ()


def test_an_authentication_told_in_odd_ways_is_compared_all_the_same() -> None:
    odd: list[dict[str, Any]] = [{}, {"Bearer": {}}, {"Bearer": {"type": "oauth2", "flows": {"implicit": {}}}}]
    for schemes in odd:
        data = _copy()
        data["components"]["securitySchemes"] = schemes
        found = diff(VENDORED, Contract.from_document(data))
        assert [(one.kind, one.where) for one in found] == [
            ("authentication-removed", "security"),
            ("authentication-added", "security"),
        ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda d: d["paths"].pop(f"{BASE}/Accounts/My"),
            [("operation-removed", f"GET {BASE}/Accounts/My", CLIENT)],
        ),
        (
            lambda d: (
                d["paths"].update({"/new": copy.deepcopy(d["paths"][f"{BASE}/Cart"])})
                or [d["paths"]["/new"][method].pop("operationId") for method in ("get", "delete")]
            ),
            [("operation-added", "GET /new", SERVER), ("operation-added", "DELETE /new", SERVER)],
        ),
        (
            lambda d: d["components"]["securitySchemes"].update(Bearer=KEY),
            [("authentication-removed", "security", CLIENT), ("authentication-added", "security", SERVER)],
        ),
        (
            lambda d: d["components"]["securitySchemes"].update(Key=KEY) or d["security"].append({"Key": []}),
            [("authentication-added", "security", SERVER)],
        ),
        (
            lambda d: (
                d["components"]["securitySchemes"].update(Key=KEY)
                or _op(d, "/Cart").update(security=[{"Bearer": [], "Key": []}])
            ),
            [
                ("authentication-removed", f"GET {BASE}/Cart", CLIENT),
                ("authentication-added", f"GET {BASE}/Cart", SERVER),
            ],
        ),
        (
            lambda d: d["security"][0].update(Bearer=["orders"]),
            [("authentication-removed", "security", CLIENT), ("authentication-added", "security", SERVER)],
        ),
        (
            lambda d: _op(d, "/Cart").update(operationId="cart"),
            [("operation-renamed", f"GET {BASE}/Cart", NONE)],
        ),
        (
            lambda d: d["paths"].update({"/api/v4/Accounts/My": d["paths"].pop(f"{BASE}/Accounts/My")}),
            [("operation-moved", f"GET {BASE}/Accounts/My", BOTH)],
        ),
        (
            lambda d: _op(d, "/Token", "post").pop("security"),
            [("token-required", f"POST {BASE}/Token", CLIENT)],
        ),
        (
            lambda d: _op(d, "/Cart").update(security=[]),
            [("token-not-required", f"GET {BASE}/Cart", SERVER)],
        ),
        (
            lambda d: _op(d, "/Catalog/Products")["parameters"].pop(1),
            [("parameter-removed", f"GET {BASE}/Catalog/Products: query vendorCode", CLIENT)],
        ),
        (
            lambda d: _op(d, "/Catalog/Products")["parameters"].append({"name": "page", "in": "query", "schema": {}}),
            [("parameter-added", f"GET {BASE}/Catalog/Products: query page", SERVER)],
        ),
        (
            lambda d: _op(d, "/Catalog/Products")["parameters"].append(
                {"name": "page", "in": "query", "required": True, "schema": {}}
            ),
            [("parameter-added", f"GET {BASE}/Catalog/Products: query page", BOTH)],
        ),
        (
            lambda d: _op(d, "/Catalog/Products")["parameters"][2].update(required=True),
            [("parameter-required", f"GET {BASE}/Catalog/Products: query catalog", CLIENT)],
        ),
        (
            lambda d: _op(d, "/Catalog/AvailabilityAndPrice/{type}")["parameters"][0]["schema"]["enum"].pop(),
            [("enum-narrowed", f"GET {BASE}/Catalog/AvailabilityAndPrice/{{type}}: path type", CLIENT)],
        ),
        (
            lambda d: _op(d, "/Catalog/AvailabilityAndPrice/{type}")["parameters"][0]["schema"]["enum"].append("All"),
            [("enum-widened", f"GET {BASE}/Catalog/AvailabilityAndPrice/{{type}}: path type", SERVER)],
        ),
        (
            lambda d: _op(d, "/Cart/Add", "post")["requestBody"]["content"].pop("text/xml"),
            [("media-type-removed", f"POST {BASE}/Cart/Add: body", CLIENT)],
        ),
        (
            lambda d: _op(d, "/Cart/Add", "post")["requestBody"].update(required=False),
            [("body-optional", f"POST {BASE}/Cart/Add: body", SERVER)],
        ),
        (
            lambda d: _op(d, "/Cart").update(requestBody={"content": {"text/json": {"schema": {"type": "string"}}}}),
            [("body-added", f"GET {BASE}/Cart: body", SERVER)],
        ),
        (
            lambda d: _op(d, "/Cart")["responses"].pop("405"),
            [("answer-removed", f"GET {BASE}/Cart: answer 405", SERVER)],
        ),
        (
            lambda d: _op(d, "/Cart")["responses"].update({"429": {"description": "slow down"}}),
            [("answer-added", f"GET {BASE}/Cart: answer 429", CLIENT)],
        ),
        (
            lambda d: _op(d, "/Cart")["responses"].update({"200": {"description": "Success"}}),
            [("answer-undescribed", f"GET {BASE}/Cart: answer 200", NONE)],
        ),
        (
            lambda d: _op(d, "/Cart")["responses"]["200"]["content"].update({"text/csv": {"schema": {}}}),
            [("media-type-added", f"GET {BASE}/Cart: answer 200", SERVER)],
        ),
        (
            lambda d: (
                _schema(d, "Product")["properties"].pop("warranty")
                and _schema(d, "Product")["required"].remove("warranty")
            ),
            [("property-removed", "answers: Product.warranty", CLIENT)],
        ),
        (
            lambda d: _schema(d, "Product")["required"].remove("warranty"),
            [("property-optional", "answers: Product.warranty", CLIENT)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"].update(rrp={"type": "number"}),
            [("property-added", "answers: Product.rrp", NONE)],
        ),
        (
            lambda d: (
                _schema(d, "Product")["properties"].update(rrp={"type": "number"})
                or _schema(d, "Product")["required"].append("rrp")
            ),
            [("property-added", "answers: Product.rrp", SERVER)],
        ),
        (
            # nobody may send what the new one has no room for
            lambda d: (
                _schema(d, "ProblemDetails")["properties"].pop("instance")
                and _schema(d, "ProblemDetails").update(additionalProperties=False)
            ),
            [
                ("property-removed", "answers: ProblemDetails.instance", SERVER),
                ("other-properties-narrowed", "answers: ProblemDetails", SERVER),
            ],
        ),
        (
            lambda d: (
                (
                    _schema(d, "Product")["properties"].pop("warranty")
                    and _schema(d, "Product")["required"].remove("warranty")
                )
                or _schema(d, "Product").update(additionalProperties=False)
            ),
            [
                ("property-removed", "answers: Product.warranty", BOTH),
                ("other-properties-narrowed", "answers: Product", SERVER),
            ],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["quantity"].update(type="integer"),
            [("type-changed", "answers: Product.quantity", BOTH)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["quantity"].pop("nullable"),
            [("type-narrowed", "answers: Product.quantity", SERVER)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["currency"].update(nullable=True),
            [("type-widened", "answers: Product.currency", CLIENT)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["quantity"].pop("pattern"),
            [("pattern-widened", "answers: Product.quantity", CLIENT)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["quantity"].update(pattern="^[0-9]+$"),
            [("pattern-changed", "answers: Product.quantity", BOTH)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["thumbnailImagePath"].update(format="uri"),
            [("format-narrowed", "answers: Product.thumbnailImagePath", SERVER)],
        ),
        (
            lambda d: _schema(d, "Product")["properties"]["imagePath"].update(format="email"),
            [("format-changed", "answers: Product.imagePath", BOTH)],
        ),
        (
            lambda d: _schema(d, "Order")["properties"]["status"]["enum"].append("Delivered"),
            [("enum-widened", "answers: Order.status", CLIENT)],
        ),
        (
            lambda d: _schema(d, "Incoming").pop("nullable"),
            [("type-narrowed", "answers: Incoming", SERVER)],
        ),
        (
            lambda d: _schema(d, "OrderModel")["properties"]["lines"].update(maxItems=5),
            [("max-items-narrowed", "requests: OrderModel.lines", CLIENT)],
        ),
        (
            lambda d: _schema(d, "OrderModel")["properties"]["lines"].pop("minItems"),
            [("min-items-widened", "requests: OrderModel.lines", SERVER)],
        ),
        (
            lambda d: _schema(d, "OrderLineModel")["properties"]["quantity"].update(minimum=0),
            [("minimum-widened", "requests: OrderLineModel.quantity", SERVER)],
        ),
        (
            lambda d: _schema(d, "OrderLineModel")["properties"].update(colour={"type": "string"}),
            [("property-added", "requests: OrderLineModel.colour", SERVER)],
        ),
        (
            lambda d: _schema(d, "OrderLineModel")["required"].append("clientNote"),
            [("property-required", "requests: OrderLineModel.clientNote", CLIENT)],
        ),
        (
            lambda d: _schema(d, "OrderLineModel")["required"].append("batch"),
            [("property-required", "requests: OrderLineModel.batch", CLIENT)],
        ),
        (
            lambda d: _schema(d, "OrderLineModel")["properties"].pop("clientNote"),
            [("property-removed", "requests: OrderLineModel.clientNote", CLIENT)],
        ),
        (
            lambda d: _schema(d, "OrderModel").update(additionalProperties=False),
            [("other-properties-narrowed", "requests: OrderModel", CLIENT)],
        ),
        (
            lambda d: _schema(d, "ValidationProblemDetails")["properties"]["errors"].update(additionalProperties={}),
            [
                ("type-widened", "answers: ValidationProblemDetails.errors.*", CLIENT),
                ("items-widened", "answers: ValidationProblemDetails.errors.*", CLIENT),
            ],
        ),
        (
            lambda d: _schema(d, "AddToCartModel")["properties"]["elkoCode"].update(
                format="int64", minimum=-(2**63), maximum=2**63 - 1
            ),
            [
                ("minimum-widened", "requests: AddToCartModel.elkoCode", SERVER),
                ("maximum-widened", "requests: AddToCartModel.elkoCode", SERVER),
                ("format-widened", "requests: AddToCartModel.elkoCode", SERVER),
            ],
        ),
        (
            # both ways of the same shape are told about
            lambda d: _schema(d, "SelectedOption")["properties"]["quantity"].update(type="number"),
            [
                ("type-widened", "requests: SelectedOption.quantity", SERVER),
                ("type-widened", "answers: SelectedOption.quantity", CLIENT),
            ],
        ),
    ],
)
def test_each_change_and_whom_it_breaks(
    change: Callable[[dict[str, Any]], object], expected: list[tuple[str, str, Breaks]]
) -> None:
    data = _copy()
    change(data)
    changed = Contract.from_document(data)
    found = diff(VENDORED, changed)
    assert sorted(one[:3] for one in found) == sorted(expected)
    assert breaks_anyone(found) == any(breaks is not NONE for *_, breaks in expected)
    back = Counter((one.kind, one.breaks) for one in diff(changed, VENDORED))
    assert back == Counter(map(_mirrored, found))


def test_a_base_path_that_moved_moves_everything() -> None:
    data = _copy()
    data["servers"] = [{"url": "/shop"}]
    assert {found.kind for found in diff(VENDORED, Contract.from_document(data))} == {
        "operation-removed",
        "operation-added",
    }
    data = _copy()
    data["paths"] = {path.replace("/v3.0", "/v4.0"): item for path, item in data["paths"].items()}
    found = diff(VENDORED, Contract.from_document(data))
    assert {(one.kind, one.breaks) for one in found} == {("operation-moved", BOTH)}
    assert len(found) == len(VENDORED.operations)


def test_messages_are_for_people() -> None:
    data = _copy()
    _schema(data, "Product")["properties"]["quantity"].update(type="integer", nullable=False)
    (found,) = diff(VENDORED, Contract.from_document(data))
    assert found.message == "was null, string, is integer"


def _mutate(draw: st.DrawFn, data: dict[str, Any]) -> None:
    what = draw(st.sampled_from(["property", "required", "operation", "parameter", "answer", "media", "type", "limit"]))
    schema = data["components"]["schemas"][draw(st.sampled_from(sorted(data["components"]["schemas"])))]
    paths = [(path, method) for path, item in data["paths"].items() for method in METHODS if method in item]
    path, method = draw(st.sampled_from(paths))
    operation = data["paths"][path][method]
    names = sorted(schema.get("properties", {}))
    if what == "property" and names:
        del schema["properties"][draw(st.sampled_from(names))]
    elif what == "required" and schema.get("required"):
        schema["required"].remove(draw(st.sampled_from(schema["required"])))
    elif what == "operation":
        del data["paths"][path][method]
    elif what == "parameter":
        required, name = draw(st.booleans()), draw(st.sampled_from(["one", "two"]))
        extra = {"name": name, "in": "query", "required": required, "schema": draw(SCHEMAS)}
        operation["parameters"] = [one for one in operation.get("parameters", []) if one.get("name") != name] + [extra]
    elif what == "answer":
        operation["responses"].pop(draw(st.sampled_from(sorted(operation["responses"]))))
    elif what == "media" and "requestBody" in operation:
        content = operation["requestBody"]["content"]
        content.pop(draw(st.sampled_from(sorted(content))))
    elif names:
        one = schema["properties"][draw(st.sampled_from(names))]
        if what == "type":
            one["type"] = draw(st.sampled_from(["string", "integer", "number", "array", "object"]))
            one["nullable"] = draw(st.booleans())
        else:
            one.update(draw(st.sampled_from([{"maximum": 7}, {"minLength": 3}, {"enum": ["a"]}, {"format": "odd"}])))


@st.composite
def _documents(draw: st.DrawFn) -> Contract:
    data = _copy()
    for _ in range(draw(st.integers(0, 4))):
        _mutate(draw, data)
    try:
        return Contract.from_document(data)
    except DocumentProblem:
        assume(False)
        raise


@settings(max_examples=50)
@given(_documents(), _documents())
def test_the_way_back_is_the_mirror_image(one: Contract, other: Contract) -> None:
    forth = Counter(_mirrored(change) for change in diff(one, other))
    back = Counter((change.kind, change.breaks) for change in diff(other, one))
    assert forth == back


@settings(max_examples=50)
@given(_documents(), _documents())
def test_no_difference_is_told_only_where_there_is_none(one: Contract, other: Contract) -> None:
    if diff(one, other):
        return
    for before, after in zip(one.operations, other.operations, strict=True):
        assert (before.id, before.path) == (after.id, after.path)
        answer, body = before.example(), before.body_example()
        assert after.answer_violations(200, answer) == before.answer_violations(200, answer)
        assert after.body_violations(body) == before.body_violations(body)


def _known_only(schema: Any, data: Any) -> bool:
    """Whether the data has only properties that the schema names: others are nobody's promise."""
    if isinstance(data, dict):
        properties = schema.get("properties", {})
        return set(data) <= set(properties) and all(_known_only(properties[name], data[name]) for name in data)
    if isinstance(data, list):
        return all(_known_only(schema.get("items", {}), item) for item in data)
    return True


def _closely(schema: Any) -> st.SearchStrategy[Any]:
    """Another schema that is much like this one."""
    less = st.sampled_from(sorted(schema)).map(lambda key: {k: v for k, v in schema.items() if k != key})
    more = SCHEMAS.map(lambda other: {**schema, **other})
    return less | more | SCHEMAS


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_whatever_a_new_schema_refuses_is_told_to_break_the_client(data: st.DataObject) -> None:
    old = data.draw(SCHEMAS)
    new = data.draw(_closely(old))
    if "type" in new and "items" in new and new["type"] != "array":
        new = {key: value for key, value in new.items() if key != "items"}
    before, after = document(old), document(new)
    example = Examples(before, Checks(before, Side.REQUEST), Checks(before, Side.RESPONSE)).of_request(REF)
    value = data.draw(st.just(example) | DATA)
    assume(_known_only(old, value))
    assume(Checks(before, Side.REQUEST).is_valid(REF, value))
    if Checks(after, Side.REQUEST).is_valid(REF, value):
        return
    found = list(Comparison(before, after)(REF, REF, Direction.REQUEST, ""))
    assert any(change.breaks in (CLIENT, BOTH) for change in found)
    found = list(Comparison(before, after)(REF, REF, Direction.ANSWER, ""))
    assert any(change.breaks in (SERVER, BOTH) for change in found)
