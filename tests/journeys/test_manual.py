"""ELKO's own user manual, sentence by sentence: each test's docstring is what the manual says.

The sentences are those of section 1 of the evidence. What they leave open is in the fidelity ledger, not here.
"""

import http.client
import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.gate.account import DEFAULT_TOKEN
from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, ControlRefused, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, Client, over_port

CABLE = 9000001
KIT, OPTION = 9000007, 9000010
MEDIA_TYPES = {"text/plain", "application/json", "text/json", "application/xml", "text/xml"}


@pytest.fixture
def client(elko: RemoteWorld) -> Client:
    return Client(over_port(elko.url), token=elko.token)


@pytest.fixture(scope="module")
def behind_a_proxy() -> Iterator[ControlClient]:
    """A mock that believes what loopback says of where a call comes from."""
    with Live(assemble(Settings(trusted_proxies=("127.0.0.0/8",)))) as live:
        yield ControlClient(live.url)


@pytest.fixture
def fresh(behind_a_proxy: ControlClient) -> Iterator[RemoteWorld]:
    """An account nobody has activated yet."""
    world = behind_a_proxy.create_world(scenario="fresh-account")
    yield world
    world.delete()


def _ask_from(world: RemoteWorld, address: str) -> int:
    """The status of a call that comes from that address."""
    headers = {"X-Forwarded-For": address, "X-Elko-World": world.name}
    return Client(over_port(world.url), token=world.token, headers=headers).get("/Catalog/Vendors").status


def _page(world: RemoteWorld, method: str, verb: str, body: object = None, **query: str) -> object:
    """One press of a button on eCom > Services > API Integration."""
    return world.control.ask(method, f"{world.path}/account/{verb}", body, query=query)


# -- the interface


def test_rest_over_https(tmp_path: Path) -> None:
    """REST over HTTPS; ..."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl not found")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made_by = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*made_by.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with Live(assemble(Settings()), tls=(str(certificate), str(key))) as live:
        trusting = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", live.port, context=trusting, timeout=30)
        connection.request("GET", f"{BASE}/Catalog/Vendors", headers={"Authorization": f"Bearer {DEFAULT_TOKEN}"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert json.loads(answer.read())
        connection.close()
        stranger = http.client.HTTPSConnection("localhost", live.port, timeout=30)
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.request("GET", f"{BASE}/Catalog/Vendors")


def test_json_or_xml(elko: RemoteWorld) -> None:
    """...; JSON or XML."""
    as_json = Client(over_port(elko.url), form="json", token=elko.token).get("/Catalog/Vendors")
    as_xml = Client(over_port(elko.url), form="xml", token=elko.token).get("/Catalog/Vendors")
    assert as_json.headers["content-type"].startswith("application/json")
    assert as_xml.headers["content-type"].startswith("application/xml")
    assert as_json.data == as_xml.data


def test_the_verbs(client: Client) -> None:
    """GET receives, POST adds, PUT modifies, DELETE deletes."""
    lines = [{"elkoCode": CABLE, "quantity": 2}]
    added = client.post("/Reservations", {"lines": lines}).data
    path = f"/Reservations/{added['id']}"
    assert client.get(path).data == added
    modified = client.put(path, {"lines": [{"elkoCode": CABLE, "quantity": 3}]}).data
    assert [line["quantity"] for line in modified["lines"]] == [3]
    assert client.get(path).data == modified
    assert client.delete(path).status == 200
    left = [one for one in client.get("/Reservations").data if one["status"] == "Active"]
    assert left == []


def test_orders_are_returned_and_created(client: Client) -> None:
    """Paths look like `/v3.0/api/Orders`: `GET` "returns all actual orders", `POST` "creates order"."""
    assert BASE == "/v3.0/api"
    assert client.get("/Orders").data == []
    created = client.post("/Orders", {"lines": [{"elkoCode": CABLE, "quantity": 1}]}).data
    assert [order["id"] for order in client.get("/Orders").data] == [created["id"]]


def test_the_media_types() -> None:
    """Response media types offered per operation: `text/plain`, `application/json`, `text/json`, `application/xml`,
    `text/xml`."""
    for operation in Contract.load().operations:
        assert set(operation.answers[200].media_types) == MEDIA_TYPES, operation.id


def test_the_category_node(client: Client) -> None:
    """Two models are shown: a category node `{name: string, code: string, childs: [..]}` (spelled *childs*)."""
    nodes = client.get("/Catalog/Categories/Tree").data
    while nodes:
        for node in nodes:
            assert isinstance(node["name"], str)
            assert isinstance(node["code"], str)
        nodes = [child for node in nodes for child in node["childs"]]


def test_the_kit_model(client: Client) -> None:
    """... and `AddToCartKitModel {kitId* int32 "Kit Elko code", quantity* int32 "Kit quantity to add",
    selectedOptions [...]}`; an `ActionResult` schema exists."""
    schemas = Contract.load().document["components"]["schemas"]
    model = schemas["AddToCartKitModel"]
    assert set(model["required"]) == {"kitId", "quantity"}
    assert {name: model["properties"][name]["format"] for name in ("kitId", "quantity")} == {
        "kitId": "int32",
        "quantity": "int32",
    }
    assert model["properties"]["selectedOptions"]["type"] == "array"
    assert "ActionResult" in schemas
    assert client.post("/Cart/AddKit", {"kitId": KIT, "quantity": 1}).status == 200
    assert client.post("/Cart/AddKit", {"kitId": KIT}).status == 400, "the quantity is wanted"


# -- the functions


def test_product_information(client: Client) -> None:
    """Functions: product information (description, images, availability, prices)."""
    (described,) = client.get(f"/Catalog/Products/{CABLE}/Description").data
    assert described["description"]
    (pictured,) = client.get(f"/Catalog/MediaItems/{CABLE}").data
    assert pictured["mediaFiles"]
    (row,) = client.get("/Catalog/AvailabilityAndPrice/AvailabilityPrice", {"elkoCodes": CABLE}).data
    assert row["stockQuantity"]
    assert row["prices"]["discountPrice"] > 0


def test_reservations(client: Client) -> None:
    """... reservations ("guarantees product availability, e.g. to combine customer orders accumulated during the
    day")."""
    last = 9000004
    reserved = client.post("/Reservations", {"lines": [{"elkoCode": last, "quantity": 1}]}).data
    order = {"lines": [{"elkoCode": last, "quantity": 1}], "orderIfAllAvailable": True}
    assert client.post("/Orders", order).status == 400, "nobody else gets it"
    assert client.post("/Orders", order | {"reservationId": reserved["id"]}).status == 200


def test_ordering(client: Client) -> None:
    """... ordering ..."""
    order = client.post("/Orders", {"lines": [{"elkoCode": CABLE, "quantity": 4}]}).data
    assert [(line["elkoCode"], line["quantity"]) for line in order["lines"]] == [(CABLE, 4)]


def test_carts_with_kits(client: Client) -> None:
    """... carts with kits."""
    options = [{"elkoCode": OPTION, "quantity": 1}]
    client.post("/Cart/Add", {"elkoCode": CABLE, "quantity": 2})
    client.post("/Cart/AddKit", {"kitId": KIT, "quantity": 1, "selectedOptions": options})
    cart = client.get("/Cart").data
    assert {line["elkoCode"] for line in cart["lines"]} >= {CABLE, KIT}
    assert any(line["kitId"] == KIT and line["selectedOptions"] for line in cart["lines"])


# -- the limit


def test_the_limit(elko: RemoteWorld, client: Client) -> None:
    """Limit: 50 API requests per 10 seconds; when exceeded, new requests are blocked for 1 minute."""
    elko.clock.freeze()
    assert [client.get("/Catalog/Vendors").status for _ in range(51)] == [200] * 50 + [403]
    elko.clock.advance(59.999)
    assert client.get("/Catalog/Vendors").status == 403
    elko.clock.advance(0.001)
    assert client.get("/Catalog/Vendors").status == 200


def test_the_advice(client: Client) -> None:
    """Advice: call `GET Catalog/Products` once daily, and `GET Catalog/Availability` when placing an order."""
    (listed,) = [one for one in client.get("/Catalog/Products").data if one["elkoCode"] == 9000004]
    assert listed["quantity"] == "1"
    client.post("/Orders", {"lines": [{"elkoCode": 9000004, "quantity": 1}]})
    (now,) = client.get("/Catalog/Availability", {"elkoCode": 9000004}).data
    assert now["stockQuantity"] == "0", "what the daily list said is no longer true"


# -- the access


def test_the_order_of_activation(fresh: RemoteWorld) -> None:
    """Access: activated in eCom > Services > API Integration ..., in this order: accept the API terms and conditions;
    add IP addresses; create a token."""
    with pytest.raises(ControlRefused, match="terms"):
        _page(fresh, "POST", "addresses", {"address": "203.0.113.7"})
    with pytest.raises(ControlRefused, match="terms"):
        fresh.replace_token()
    _page(fresh, "PUT", "terms")
    with pytest.raises(ControlRefused, match="address"):
        fresh.replace_token()
    assert _ask_from(fresh, "203.0.113.7") == 403
    _page(fresh, "POST", "addresses", {"address": "203.0.113.7"})
    assert _ask_from(fresh, "203.0.113.7") == 403, "no token yet"
    fresh.replace_token()
    assert _ask_from(fresh, "203.0.113.7") == 200


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("203.0.113.0/28", "203.0.113.15", "203.0.113.16"),
        ("2001:db8::7", "2001:db8:0:0::7", "2001:db8::8"),
        ("2001:db8:5::/48", "2001:db8:5:ffff::1", "2001:db8:6::1"),
    ],
)
def test_the_addresses(fresh: RemoteWorld, listed: str, inside: str, outside: str) -> None:
    """... add IP addresses (single or ranges, IPv4 and IPv6; the client adds and removes them itself; attempts from
    other addresses are blocked)."""
    _page(fresh, "PUT", "terms")
    _page(fresh, "POST", "addresses", {"address": listed})
    fresh.replace_token()
    assert _ask_from(fresh, inside) == 200
    assert _ask_from(fresh, outside) == 403
    _page(fresh, "DELETE", "addresses", address=listed)
    assert _ask_from(fresh, inside) == 403


def test_the_token_does_not_expire(elko: RemoteWorld, client: Client) -> None:
    """... create a token (non-expiring Bearer token; ..."""
    elko.clock.advance(3650 * 86_400)
    assert client.get("/Catalog/Vendors").status == 200


def test_the_second_factor(elko: RemoteWorld, client: Client) -> None:
    """... creation and update are protected by 2FA; ..."""
    with pytest.raises(ControlRefused, match="second factor"):
        elko.replace_token("123456")
    assert client.get("/Catalog/Vendors").status == 200, "nothing has happened to the token"
    elko.replace_token("000000")
    assert client.get("/Catalog/Vendors").status == 403


def test_the_one_token(elko: RemoteWorld, client: Client) -> None:
    """... exactly one valid token per client: a new one makes the former inactive, whichever of the client's users
    asked for it; ..."""
    credentials = {"username": elko.username, "password": elko.password}
    of_the_user = Client(over_port(elko.url)).post("/Token", credentials).data
    assert client.get("/Orders").status == 403, "the page's token, ended by POST Token"
    assert Client(over_port(elko.url), token=of_the_user).get("/Orders").status == 200
    of_the_page = elko.replace_token()
    assert Client(over_port(elko.url), token=of_the_user).get("/Orders").status == 403
    assert Client(over_port(elko.url), token=of_the_page).get("/Orders").status == 200


def test_the_token_is_valid_until_revoked(elko: RemoteWorld, client: Client) -> None:
    """... valid until revoked)."""
    assert client.get("/Orders").status == 200
    _page(elko, "DELETE", "token")
    assert client.get("/Orders").status == 403


def test_the_authorize_button(elko: RemoteWorld) -> None:
    """Swagger "Authorize" takes the whole value `Bearer {Token}`."""
    send = over_port(elko.url)
    statuses = [
        send("GET", f"{BASE}/Orders", {"Authorization": value}, b"")[0]
        for value in (f"Bearer {elko.token}", elko.token, f"Token {elko.token}")
    ]
    assert statuses == [200, 403, 403]


# -- the codes


def test_200(client: Client) -> None:
    """**200** success."""
    assert client.get("/Catalog/Vendors").status == 200
    assert client.post("/Orders", {"lines": [{"elkoCode": CABLE, "quantity": 1}]}).status == 200, "and not 201"


def test_400_parameters(client: Client) -> None:
    """**400** wrong syntax, parameters or body: parameters."""
    assert client.get("/Catalog/Products", {"elkoCode": "cable"}).status == 400


def test_400_body(client: Client) -> None:
    """**400** wrong syntax, parameters or body: body."""
    answer = client.post("/Orders", {"lines": [{"elkoCode": CABLE, "quantity": "several"}]})
    assert answer.status == 400
    assert any("quantity" in name for name in answer.data["errors"])


def test_400_syntax(elko: RemoteWorld) -> None:
    """**400** wrong syntax, parameters or body: syntax."""
    headers = elko.headers | {"Content-Type": "application/json"}
    assert over_port(elko.url)("POST", f"{BASE}/Orders", headers, b'{"lines": [')[0] == 400


def test_403(elko: RemoteWorld, client: Client) -> None:
    """**403** wrong token, or unauthorized IP address, or request limit exceeded."""
    bodies = {}
    wrong_token = Client(over_port(elko.url), token=f"{elko.token}x", headers={"X-Elko-World": elko.name})
    bodies["token"] = wrong_token.get("/Orders")
    for listed in elko.account()["addresses"]:
        _page(elko, "DELETE", "addresses", address=listed)
    bodies["address"] = client.get("/Orders")
    _page(elko, "POST", "addresses", {"address": "127.0.0.1"})
    elko.clock.freeze()
    elko.clock.advance(60)
    bodies["rate"] = [client.get("/Orders") for _ in range(51)][-1]
    assert {name: answer.reason for name, answer in bodies.items()} == {name: name for name in bodies}
    assert {answer.status for answer in bodies.values()} == {403}
    assert len({answer.raw for answer in bodies.values()}) == 1, "and nothing in the answer says which"


def test_404(client: Client) -> None:
    """**404** the host could not find the resource."""
    assert client.get("/Catalog/Prices").status == 404
    assert client.get("/Orders/1").status == 404


def test_405(client: Client) -> None:
    """**405** the resource exists but not for this method."""
    answer = client.delete("/Orders")
    assert answer.status == 405
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["allow"].split(",")}


def test_no_other_code(elko: RemoteWorld) -> None:
    """There is no other code in the contract: the real service answers 403 where others would say 401 or 429."""
    documented = {status for operation in Contract.load().operations for status in operation.answers}
    assert documented == {200, 400, 403, 404, 405}
    assert Client(over_port(elko.url)).get("/Orders").status == 403, "without a token"


# -- the consequences


def test_there_is_no_sandbox(client: Client) -> None:
    """There is no sandbox: every POST, PUT or DELETE has real effects on the account."""
    (before,) = client.get("/Catalog/Availability", {"elkoCode": 9000019}).data
    order = client.post("/Orders", {"lines": [{"elkoCode": 9000019, "quantity": 1}]}).data
    (after,) = client.get("/Catalog/Availability", {"elkoCode": 9000019}).data
    assert int(after["stockQuantity"]) == int(before["stockQuantity"]) - 1
    client.delete(f"/Orders/{order['id']}")
    (again,) = client.get("/Catalog/Availability", {"elkoCode": 9000019}).data
    assert again == before


def test_every_sentence_is_named_once() -> None:
    """(This file's own promise: no two tests name the same sentence.)"""
    tests = [one for name, one in globals().items() if name.startswith("test_")]
    said = [json.dumps(one.__doc__) for one in tests]
    assert all(one != "null" for one in said)
    assert len(set(said)) == len(said)
