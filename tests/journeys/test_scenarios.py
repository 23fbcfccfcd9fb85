"""Every bundled scenario is served over a real port and does what its line says."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.scenario.loader import bundled
from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, Client, Reply, over_port

Story = Callable[[RemoteWorld, Client], None]
STORIES: dict[str, Story] = {}
ONE = {"lines": [{"elkoCode": 9000001, "quantity": 4}]}


def story(name: str) -> Callable[[Story], Story]:
    def enter(told: Story) -> Story:
        STORIES[name] = told
        return told

    return enter


@pytest.fixture(scope="module")
def control() -> Iterator[ControlClient]:
    with Live(assemble(Settings())) as live:
        yield ControlClient(live.url)


@pytest.mark.parametrize("name", bundled())
def test_the_scenario_does_what_its_line_says(control: ControlClient, name: str) -> None:
    world = control.create_world(scenario=name, clock={"frozen": True})
    try:
        STORIES[name](world, Client(over_port(world.url), token=world.token, headers={"X-Elko-World": world.name}))
    finally:
        world.delete()


def test_no_scenario_is_without_its_story() -> None:
    assert set(STORIES) == set(bundled())


def test_each_scenario_is_listed_with_its_line(control: ControlClient) -> None:
    listed = control.ask("GET", "/_elko/scenarios")
    assert [one["name"] for one in listed] == list(bundled())
    assert all(one["line"].endswith(".") for one in listed)
    assert control.ask("GET", "/_elko/scenarios/hang")["faults"][0]["hang"]["for"] == "3m"


def _try(client: Client, path: str = "/Catalog/Vendors") -> Reply | None:
    """The answer, or None when there was none, or no whole one."""
    try:
        return client.get(path)
    except (OSError, http.client.HTTPException, ValueError):
        return None


@story("default")
def _(world: RemoteWorld, client: Client) -> None:
    assert len(client.get("/Catalog/Products").data) >= 2300
    assert client.post("/Orders", ONE).data["lines"][0]["quantity"] == 4


@story("fresh-account")
def _(world: RemoteWorld, client: Client) -> None:
    assert world.token == ""
    assert client.get("/Orders").reason == "terms"
    ask, path = world.control.ask, f"{world.path}/account"
    ask("PUT", f"{path}/terms")
    assert client.get("/Orders").reason == "address"
    ask("POST", f"{path}/addresses", {"address": "127.0.0.1"})
    assert client.get("/Orders").reason == "token"
    client.token = world.replace_token()
    assert client.get("/Orders").status == 200


@story("address-not-allowed")
def _(world: RemoteWorld, client: Client) -> None:
    assert client.get("/Orders").reason == "address"
    assert world.account()["addresses"] == ["192.0.2.0/24"]


@story("token-rotated-midway")
def _(world: RemoteWorld, client: Client) -> None:
    answers = [client.get("/Catalog/Vendors") for _ in range(12)]
    assert [one.status for one in answers] == [200] * 9 + [403] * 3
    assert {one.reason for one in answers[9:]} == {"token"}
    client.token = client.post("/Token", {"username": world.username, "password": world.password}).data
    assert client.get("/Catalog/Vendors").status == 200


@story("rate-limited")
def _(world: RemoteWorld, client: Client) -> None:
    answers = [client.get("/Catalog/Vendors") for _ in range(6)]
    assert [one.status for one in answers] == [200] * 4 + [403] * 2
    world.clock.advance(60)
    assert client.get("/Catalog/Vendors").status == 200


@story("three-403s")
def _(world: RemoteWorld, client: Client) -> None:
    causes = set()
    for _ in range(40):
        reply = client.get("/Catalog/Vendors")
        causes.add(reply.reason)
        if reply.reason in {"rate", "blocked"}:
            world.clock.advance(60)
        if reply.reason == "token":
            client.token = client.post("/Token", {"username": world.username, "password": world.password}).data
    assert {"token", "address"} <= causes
    assert causes & {"rate", "blocked"}


@story("sold-out-at-checkout")
def _(world: RemoteWorld, client: Client) -> None:
    (row,) = client.get("/Catalog/Availability", {"elkoCode": 9000001}).data
    assert row["stockQuantity"] == ">50"
    refused = client.post("/Orders", {**ONE, "orderIfAllAvailable": True})
    assert (refused.status, refused.reason) == (400, "out-of-stock")
    (row,) = client.get("/Catalog/Availability", {"elkoCode": 9000001}).data
    assert row["stockQuantity"] == "0"


@story("price-changed-at-order")
def _(world: RemoteWorld, client: Client) -> None:
    def price() -> Any:
        (row,) = client.get("/Catalog/AvailabilityAndPrice/AvailabilityPrice", {"elkoCodes": 9000001}).data
        return row["prices"]["discountPrice"]

    before = price()
    order = client.post("/Orders", {"lines": [{"elkoCode": 9000001, "quantity": 1, "price": before}]}).data
    assert order["lines"][0]["price"] == pytest.approx(before * 1.1, abs=0.01)
    assert price() == order["lines"][0]["price"]


@story("partial-delivery")
def _(world: RemoteWorld, client: Client) -> None:
    order = client.post("/Orders", ONE).data
    seen = set()
    for _ in range(20):
        world.clock.advance(4 * 3600)
        seen.add(client.get(f"/Orders/{order['id']}").data["status"])
    assert "PartiallyShipped" in seen
    assert len(client.get("/Finances/Invoices/true").data) == 2


@story("backorder")
def _(world: RemoteWorld, client: Client) -> None:
    (row,) = client.get("/Catalog/AvailabilityAndPrice/AvailabilityIncoming", {"elkoCodes": 1341426}).data
    assert (row["stockQuantity"], row["incoming"]["quantity"]) == ("0", "20")
    order = client.post("/Orders", {"lines": [{"elkoCode": 1341426, "quantity": 4}]}).data
    world.clock.advance(2 * 86400)
    assert client.get(f"/Orders/{order['id']}").data["status"] in {"Placed", "Confirmed"}
    world.clock.advance(4 * 86400)
    assert client.get(f"/Orders/{order['id']}").data["status"] in {"Shipped", "Invoiced"}


@story("empty-catalog")
def _(world: RemoteWorld, client: Client) -> None:
    assert client.get("/Catalog/Products").data == []
    assert client.get("/Catalog/Products", "elkoCode=1341426").data == []
    assert client.post("/Orders", ONE).status == 400


@story("huge-catalog")
def _(world: RemoteWorld, client: Client) -> None:
    connection = http.client.HTTPConnection(world.url.removeprefix("http://"), timeout=120)
    connection.request("GET", f"{BASE}/Catalog/Products", headers=world.headers)
    answer = connection.getresponse()
    assert answer.getheader("transfer-encoding") == "chunked"
    products = json.loads(answer.read())
    connection.close()
    assert len({one["elkoCode"] for one in products}) == len(products) >= 100_000


@story("nulls-everywhere")
def _(world: RemoteWorld, client: Client) -> None:
    (product,) = client.get("/Catalog/Products", "elkoCode=1341426").data
    properties = Contract.load().components["Product"]["properties"]
    nullable = {name for name, schema in properties.items() if schema.get("nullable")}
    assert nullable
    assert {name for name, value in product.items() if value is None} >= nullable - {"id", "elkoCode"}


@story("odd-quantities")
def _(world: RemoteWorld, client: Client) -> None:
    seen = {one["quantity"] for one in client.get("/Catalog/Products").data}
    assert seen == {"", None, "0", "1", "8", ">50"}


@story("unknown-fields")
def _(world: RemoteWorld, client: Client) -> None:
    known = set(Contract.load().components["Product"]["properties"])
    (product,) = client.get("/Catalog/Products", "elkoCode=1341426").data
    assert set(product) > known
    client.form = "xml"
    raw = client.get("/Catalog/Products", "elkoCode=1341426").raw
    assert {child.tag for child in ElementTree.fromstring(raw)[0]} > known


@story("slow")
def _(world: RemoteWorld, client: Client) -> None:
    began = time.monotonic()
    assert client.get("/Catalog/Vendors").status == 200
    assert time.monotonic() - began > 0.1
    world.faults.clear()
    assert world.journal.count() == 1


@story("flaky")
def _(world: RemoteWorld, client: Client) -> None:
    world.clock.run(1000)  # so that the limit does not strike
    kinds: Counter[object] = Counter()
    for _ in range(200):
        reply = _try(client)
        kinds[reply.status if reply else "none"] += 1
    assert kinds[200] > 140
    assert kinds[503] >= 1
    assert kinds["none"] >= 1
    struck = {name for one in world.journal if one.fault for name in one.fault.split("+")}
    assert struck == {"gateway-503", "connection-closed", "cut-short"}
    assert client.post("/Orders", ONE).status == 200


@story("maintenance")
def _(world: RemoteWorld, client: Client) -> None:
    reply = client.get("/Catalog/Vendors")
    assert (reply.status, reply.headers["content-type"]) == (503, "text/html")
    assert "Maintenance" in reply.raw.decode()
    world.clock.advance(1800)
    assert client.get("/Catalog/Vendors").status == 200


@story("lost-answer")
def _(world: RemoteWorld, client: Client) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        client.post("/Orders", ONE)
    assert len(client.get("/Orders").data) == 1
    assert client.post("/Orders", ONE).status == 200


@story("hang")
def _(world: RemoteWorld, client: Client) -> None:
    assert client.get("/Catalog/Vendors").status == 200
    connection = http.client.HTTPConnection(world.url.removeprefix("http://"), timeout=0.5)
    connection.request("GET", f"{BASE}/Catalog/Vendors", headers=world.headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert client.get("/Catalog/Vendors").status == 200


@story("broken-json")
def _(world: RemoteWorld, client: Client) -> None:
    status, headers, raw = client.send("GET", f"{BASE}/Catalog/Vendors", world.headers, b"")
    assert (status, int(headers["content-length"])) == (200, len(raw))
    with pytest.raises(json.JSONDecodeError):
        json.loads(raw)
    assert raw.endswith(b",]")
    client.form = "xml"
    assert client.get("/Catalog/Vendors").data


@story("broken-xml")
def _(world: RemoteWorld, client: Client) -> None:
    headers = {**world.headers, "Accept": "text/xml"}
    _, _, raw = client.send("GET", f"{BASE}/Catalog/Vendors", headers, b"")
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(raw)
    assert client.get("/Catalog/Vendors").data


@story("media-types")
def _(world: RemoteWorld, client: Client) -> None:
    headers = {**world.headers, "Accept": "application/json, text/xml;q=0.5"}
    answers = [client.send("GET", f"{BASE}/Catalog/Vendors", headers, b"") for _ in range(4)]
    assert {one["content-type"] for _, one, _ in answers} == {
        'application/json; charset="UTF-8"',
        'text/xml; charset="UTF-8"',
    }
    assert all(raw.startswith(b"\xef\xbb\xbf") for _, _, raw in answers)
    assert next(iter(world.journal)).request.header(b"accept") == headers["Accept"]


@story("black-friday")
def _(world: RemoteWorld, client: Client) -> None:
    assert world.clock.now().isoformat() == "2026-11-27T00:00:00+00:00"

    def figures() -> dict[int, tuple[Any, Any]]:
        return {
            one["elkoCode"]: (one["discountPrice"], one["quantity"]) for one in client.get("/Catalog/Products").data
        }

    midnight = figures()
    world.clock.advance(1800)
    assert figures() == midnight
    world.clock.advance(1800)
    moved = figures()
    assert sum(moved[code] != figure for code, figure in midnight.items()) > len(midnight) / 2
