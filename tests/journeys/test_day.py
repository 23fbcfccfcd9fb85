"""A real client's whole days, from the first activation to the invoice, over a port and in process, in JSON and XML."""

from datetime import timedelta

import pytest

from elko_mock.clock import DAY, SECOND, to_date
from elko_mock.server.app import Mock
from elko_mock.trade.jde import to_jde
from elko_mock.world.world import World
from tests.journeys.driving import Client, Form, in_process, over_port
from tests.secrets.canaries import PERSON

FRESH = {"account": {"terms_accepted": False, "addresses": [], "token_created": False}}


@pytest.fixture(params=["port", "process"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_days_of_a_client(mock: Mock, port: str, way: str, form: Form) -> None:
    world = mock.worlds.create(scenario=FRESH, clock_frozen=True)
    send = over_port(port) if way == "port" else in_process(mock)
    client = Client(send, form, headers={"X-Elko-World": world.name})

    _activate(client, world)
    _read_the_catalogue(client, world)
    _reserve_and_order(client, world)
    _replace_the_token(client, world)
    _be_blocked(client, world)


def _activate(client: Client, world: World) -> None:
    """eCom > Services > API Integration: terms, then addresses, then the token; before that every call is 403."""
    account = world.gate.account
    assert client.get("/Catalog/Vendors").reason == "terms"
    account.accept_terms()
    assert client.get("/Catalog/Vendors").reason == "address"
    assert account.add_address("127.0.0.0/8") is None
    assert client.get("/Catalog/Vendors").reason == "token"
    issued = client.post("/Token", {"username": account.settings.username, "password": account.settings.password})
    assert issued.status == 200
    client.token = issued.data
    assert client.get("/Catalog/Vendors").status == 200


def _read_the_catalogue(client: Client, world: World) -> None:
    categories = client.get("/Catalog/Categories").data
    leaves = {one["code"] for one in categories if one["code"]}
    tree = client.get("/Catalog/Categories/Tree").data
    assert {root["parentId"] for root in tree} == {0}
    assert {leaf["code"] for root in tree for middle in root["childs"] for leaf in middle["childs"]} <= leaves
    vendors = {one["code"] for one in client.get("/Catalog/Vendors").data}

    products = client.get("/Catalog/Products").data
    assert len(products) == len(world.trade.catalog) >= 2300
    assert {one["vendorCode"] for one in products if one["vendorCode"]} <= vendors
    assert all(one["id"] == one["elkoCode"] for one in products)

    fifty = [str(one["elkoCode"]) for one in products[:50]]
    described = client.get(f"/Catalog/Products/{','.join(fifty)}/Description").data
    assert [str(one["productId"]) for one in described] == fifty
    assert all(isinstance(row["value"], str) for one in described for row in one["description"])
    pictured = client.get(f"/Catalog/MediaItems/{','.join(fifty)}").data
    assert [str(one["id"]) for one in pictured] == fifty
    pictures = {one["elkoCode"]: one["imagePath"] for one in products}
    for one in pictured:
        first = [file["link"] for file in one["mediaFiles"] if file["sequence"] == 1]
        assert first == ([pictures[one["id"]]] if pictures[one["id"]] else [])


def _reserve_and_order(client: Client, world: World) -> None:
    def free() -> int:
        (row,) = client.get("/Catalog/Availability", {"elkoCode": code}).data
        return int(row["stockQuantity"])

    code = _some_product(client)
    before = free()
    assert before >= 3
    reservation = client.post("/Reservations", {"lines": [{"elkoCode": code, "quantity": 2}]}).data
    assert free() == before - 2
    assert [one["id"] for one in client.get("/Reservations").data] == [reservation["id"]]
    order = client.post(
        "/Orders",
        {
            "lines": [{"elkoCode": code, "quantity": 2}],
            "reservationId": reservation["id"],
            "orderIfAllAvailable": True,
            "enduser": {**PERSON, "customerPo": "PO-1"},
        },
    ).data
    assert order["status"] == "Placed"
    assert order["created"] == to_jde(to_date(world.clock.now()))
    assert free() == before - 2, "ordered from the reservation, not twice"
    assert client.get(f"/Reservations/{reservation['id']}").data["status"] == "Ordered"

    seen = {order["status"]}
    for _ in range(16):
        world.clock.advance(int(timedelta(hours=3) / timedelta(microseconds=1)))
        seen.add(client.get(f"/Orders/{order['id']}").data["status"])
    assert {"Placed", "Confirmed", "Shipped", "Invoiced"} <= seen or {"Confirmed", "Invoiced"} <= seen
    done = client.get(f"/Orders/{order['id']}").data
    assert done["status"] == "Invoiced"
    assert done["trackingNumber"]

    today = to_jde(to_date(world.clock.now()))
    (invoice,) = client.get(f"/Finances/Invoices/{to_jde(to_date(world.clock.now() - 3 * DAY))}/{today}").data
    assert invoice["invoiceId"] == done["invoiceId"]
    assert invoice["trackingDPD"] == done["trackingNumber"]
    assert sum(len(line["serials"]) for line in invoice["details"]) == 2
    (whole,) = client.get("/Finances/Invoices/true").data
    extra = whole["additionalInfo"]
    net, vat, gross = (round(float(extra[key]) * 100) for key in ("amountWithoutVAT", "vatAmount", "amountWithVAT"))
    assert net + vat == gross
    assert client.get("/Finances/Invoices/false").data[0]["additionalInfo"] is None


def _some_product(client: Client) -> int:
    for one in client.get("/Catalog/Products").data:
        plain = one["quantity"].isdigit() if one["quantity"] else False
        if plain and int(one["quantity"]) >= 3 and not one["obligatoryKit"] and one["elkoCode"] < 9_000_000:
            return int(one["elkoCode"])
    raise AssertionError("the catalogue has nothing to order")


def _replace_the_token(client: Client, world: World) -> None:
    """One token per account: whoever makes a new one, the former is dead at once."""
    former = client.token
    assert client.get("/Orders").status == 200
    created = world.gate.account.create_token("000000")
    assert isinstance(created, str)
    assert client.get("/Orders").reason == "token"
    client.token = created
    assert client.get("/Orders").status == 200
    client.token = former
    assert client.get("/Orders").status == 403
    client.token = created


def _be_blocked(client: Client, world: World) -> None:
    """50 calls in any 10 seconds; the 51st begins a block of a minute."""
    world.clock.advance(60 * SECOND)
    assert [client.get("/Catalog/Vendors").status for _ in range(50)] == [200] * 50
    first = client.get("/Catalog/Vendors")
    assert (first.status, first.reason) == (403, "rate")
    world.clock.advance(60 * SECOND - 1)
    assert client.get("/Catalog/Vendors").reason == "blocked"
    world.clock.advance(1)
    assert client.get("/Catalog/Vendors").status == 200
