"""A user's own copy of the live document: known operations behave, strangers answer examples."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validate

from elko_mock.contract.contract import Contract
from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, Client, in_process

NEWS = {
    "type": "object",
    "required": ["title", "count", "tags"],
    "properties": {
        "title": {"type": "string"},
        "count": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string", "format": "date"}, "minItems": 1},
    },
}


def _renamed(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("in") == "path" and node.get("name") in {"elkoCode", "id"}:
            node["name"] = f"the_{node['name']}"
        for value in node.values():
            _renamed(value)
    elif isinstance(node, list):
        for value in node:
            _renamed(value)


def _foreign(*, described: bool) -> dict[str, Any]:
    """As Swashbuckle might write it: the base path in `servers`, other parameter names, another case, no
    operationIds, and often no word about what a success answers."""
    document = deepcopy(Contract.load().document)
    _renamed(document)
    paths = {}
    for path, item in document["paths"].items():
        short = path.removeprefix(BASE).replace("{elkoCode}", "{the_elkoCode}").replace("{id}", "{the_id}")
        paths[short.replace("Catalog", "catalog")] = item
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("operationId", None)
                if not described:
                    operation["responses"] = {"200": {"description": "Success"}}
                for answer in operation["responses"].values():
                    answer.pop("links", None)
    paths["/News/{number}"] = {
        "get": {
            "parameters": [{"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "responses": {"200": {"description": "News", "content": {"application/json": {"schema": NEWS}}}},
        }
    }
    document["paths"] = paths
    document["servers"] = [{"url": f"https://roapi.example{BASE}"}]
    return document


@pytest.fixture(params=[True, False], ids=["described", "undescribed"])
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Mock:
    path = tmp_path / "swagger.json"
    path.write_text(json.dumps(_foreign(described=request.param)))
    return assemble(Settings(spec=str(path), products=60))


@pytest.mark.parametrize("accept", ["application/json", "application/xml"])
def test_known_operations_get_the_real_behaviour(foreign: Mock, accept: str) -> None:
    send, token = in_process(foreign), foreign.worlds.default.gate.account.token
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}

    def ask(method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], bytes]:
        raw = b"" if body is None else json.dumps(body).encode()
        status, answered, data = send(method, BASE + path, {**headers, "Content-Type": "application/json"}, raw)
        assert "x-elko-example" not in answered
        assert answered["content-type"].startswith(accept)
        return status, dict(answered), data

    assert b"1341426" in ask("GET", "/Catalog/Products/1341426/Description")[2]
    status, _, order = ask("POST", "/Orders", {"lines": [{"elkoCode": 9000004, "quantity": 1}]})
    assert status == 200
    if accept == "application/json":
        number = json.loads(order)["id"]
        assert json.loads(ask("GET", f"/orders/{number}")[2])["id"] == number
    refused = send("GET", f"{BASE}/Orders", {}, b"")
    assert refused[0] == 403


def test_strangers_answer_the_same_schema_valid_example_each_time_and_say_so(foreign: Mock) -> None:
    client = Client(in_process(foreign), token=foreign.worlds.default.gate.account.token or "")
    first, second = client.get("/News/7"), client.get("/News/8")
    assert first.headers["x-elko-example"] == "true"
    assert first.raw == second.raw
    validate(NEWS, first.data)
    assert client.get("/News/seven").status == 400
    assert client.ask("DELETE", "/News/7").status == 405


def test_the_served_document_can_be_had(foreign: Mock) -> None:
    _, _, raw = in_process(foreign)("GET", "/_elko/spec.json", {}, b"")
    assert any("News" in path for path in json.loads(raw)["paths"])


def _lax(node: Any) -> None:
    """As many generators write it: nothing is required, and a figure may be anything."""
    if isinstance(node, dict):
        if not node.get("in"):
            node.pop("required", None)
        if node.get("type") == "integer":
            node.clear()
        for value in node.values():
            _lax(value)
    elif isinstance(node, list):
        for value in node:
            _lax(value)


NO_QUANTITY = b'{"lines": [{"elkoCode": 9000004}], "kitId": 9000004}'
NO_FIGURE = b'{"lines": [{"elkoCode": 9000004, "quantity": "two"}], "quantity": "two"}'


@pytest.mark.parametrize("body", [b"", b"{}", NO_QUANTITY, NO_FIGURE])
@pytest.mark.parametrize("state", [False, True], ids=["in memory", "kept"])
def test_a_document_that_requires_nothing_does_not_let_through_what_cannot_be_served(
    tmp_path: Path, body: bytes, state: bool
) -> None:
    document = _foreign(described=True)
    _lax(document["components"])
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.get("requestBody", {}).pop("required", None)
    path = tmp_path / "swagger.json"
    path.write_text(json.dumps(document))
    settings = Settings(spec=str(path), products=60, state=tmp_path / "state.db" if state else None)
    mock = assemble(settings)
    send = in_process(mock)
    headers = {
        "Authorization": f"Bearer {mock.worlds.default.gate.account.token}",
        "Content-Type": "application/json",
    }
    writes = [("POST", "/Token"), ("POST", "/Orders"), ("POST", "/Reservations"), ("PUT", "/Reservations/1"),
              ("POST", "/Cart/Add"), ("POST", "/Cart/AddKit")]  # fmt: skip
    answers = {write: send(write[0], BASE + write[1], headers, body)[0] for write in writes}
    assert answers == dict.fromkeys(writes, 400)
    mock.close()
    if state:
        assemble(settings).close()
