"""Each kind of client that is known to talk to ELKO gets answers that its own parsing can use.

The kinds come from sections 2 to 4 of the evidence; each test sends what such a client sends, to the byte where it
matters, and reads the answer the way such a client reads it.
"""

import base64
import gzip
import json
import re
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, over_port

RECORDED = 1341426
CABLE = 9000001
ACCEPTS = (None, "*/*", "text/plain", "application/json", "text/plain, application/json, text/json")


class Caller:
    """Sends a request line and headers as given, nothing added."""

    def __init__(self, world: RemoteWorld) -> None:
        self.world = world
        self._send = over_port(world.url)

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        accept: str | None = None,
        authorization: str | None = "",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """`authorization`: empty for the well-formed one, None for none."""
        sent = dict(headers or {})
        if authorization is not None:
            sent["Authorization"] = authorization or f"Bearer {self.world.token}"
        if accept is not None:
            sent["Accept"] = accept
        raw = b""
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            raw = json.dumps(body).encode()
        return self._send(method, target, sent, raw)

    def json(self, path: str, **more: Any) -> Any:
        """The data of a good answer below the base path."""
        status, _, raw = self.ask(BASE + path, **more)
        assert status == 200, raw
        return json.loads(raw)


@pytest.fixture
def caller(elko: RemoteWorld) -> Caller:
    return Caller(elko)


@pytest.fixture
def codes(caller: Caller) -> list[int]:
    return [product["elkoCode"] for product in caller.json("/Catalog/Products")]


# -- tokens


@pytest.mark.parametrize("accept", [None, "*/*", "text/plain"])
def test_the_client_that_takes_the_whole_body_for_the_token(caller: Caller, accept: str | None) -> None:
    world = caller.world
    credentials = {"username": world.username, "password": world.password}
    status, headers, raw = caller.ask(
        f"{BASE}/Token", method="POST", body=credentials, accept=accept, authorization=None
    )
    assert status == 200
    assert headers["content-type"] == "text/plain; charset=utf-8"
    token = raw.decode()
    caller.json("/Catalog/Vendors", authorization="Bearer " + token)


def test_the_client_that_asks_for_json_and_unquotes_the_token(caller: Caller) -> None:
    world = caller.world
    credentials = {"username": world.username, "password": world.password}
    status, headers, raw = caller.ask(
        f"{BASE}/Token", method="POST", body=credentials, accept="application/json", authorization=None
    )
    assert status == 200
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert raw.startswith(b'"')
    assert raw.endswith(b'"')
    assert caller.ask(f"{BASE}/Orders", authorization=f"Bearer {raw.decode()}")[0] == 403, (
        "the quotes are not part of it"
    )
    caller.json("/Orders", authorization=f"Bearer {json.loads(raw)}")


def test_the_clients_that_send_two_spaces_after_the_scheme(caller: Caller) -> None:
    caller.json("/Catalog/Vendors", authorization=f"Bearer  {caller.world.token}")


def test_the_client_that_stores_the_whole_header_value_and_sends_it_as_it_is(caller: Caller) -> None:
    stored = f"Bearer {caller.world.token}"
    caller.json("/Catalog/Vendors", authorization=stored)
    assert caller.ask(f"{BASE}/Catalog/Vendors", authorization=caller.world.token)[0] == 403, (
        "stored without its scheme"
    )


def test_the_clients_that_decode_the_token(caller: Caller) -> None:
    header, claims, _ = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in caller.world.token.split(".")
    )
    assert json.loads(header)["alg"] == "HS256"
    said = json.loads(claims)
    name = said["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"]
    assert re.fullmatch(r".+@\d+", name)
    assert said["http://schemas.microsoft.com/ws/2008/06/identity/claims/role"] == "Api"
    assert {"exp", "iss", "aud"} <= said.keys()
    assert 200 <= len(caller.world.token) <= 500


def test_the_client_that_signs_in_on_every_refusal_gets_the_one_token_of_the_account(caller: Caller) -> None:
    world = caller.world
    credentials = {"username": world.username, "password": world.password}
    tokens = [
        caller.ask(f"{BASE}/Token", method="POST", body=credentials, authorization=None)[2].decode() for _ in range(2)
    ]
    assert caller.ask(f"{BASE}/Orders", authorization=f"Bearer {tokens[0]}")[0] == 403
    assert caller.ask(f"{BASE}/Orders", authorization=f"Bearer {tokens[1]}")[0] == 200


# -- how they ask


@pytest.mark.parametrize("accept", ACCEPTS)
def test_the_clients_that_parse_json_whatever_they_ask_for(caller: Caller, accept: str | None) -> None:
    status, headers, raw = caller.ask(f"{BASE}/Catalog/Vendors", accept=accept)
    assert status == 200
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert {"name", "code"} <= json.loads(raw)[0].keys()


def test_the_client_that_asks_for_a_type_nobody_serves_gets_the_default(caller: Caller) -> None:
    assert caller.json("/Catalog/Vendors", accept="text/csv")


def test_the_clients_that_send_a_content_type_on_a_get_without_a_body(caller: Caller) -> None:
    assert caller.json("/Catalog/Vendors", headers={"Content-Type": "application/json"})


def test_the_clients_that_ask_for_gzip(caller: Caller) -> None:
    status, headers, raw = caller.ask(f"{BASE}/Catalog/Products", headers={"Accept-Encoding": "gzip, deflate"})
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw)) == caller.json("/Catalog/Products")


@pytest.mark.parametrize(
    "path",
    ["/v3.0/api/catalog/vendors", "/V3.0/API/CATALOG/VENDORS", "/v3.0/api/Catalog/Vendors/"],
)
def test_the_clients_that_write_routes_in_their_own_way(caller: Caller, path: str) -> None:
    assert caller.ask(path)[0] == 200


@pytest.mark.parametrize("apart", [False, True], ids=["at once", "byte by byte"])
def test_the_client_whose_library_offers_http2_on_a_plain_connection(caller: Caller, apart: bool) -> None:
    """Java's HttpClient and `curl --http2` do; the offer is declined, and what comes with it and after it is heard."""
    body = json.dumps({"elkoCode": CABLE, "quantity": 2}).encode()
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
    head = f"Host: mock\r\nAuthorization: Bearer {caller.world.token}\r\n"
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    first = f"POST {BASE}/Cart/Add HTTP/1.1\r\n{head}{offer}{kind}\r\n".encode() + body
    second = f"GET {BASE}/Cart HTTP/1.1\r\n{head}{offer}\r\n".encode()
    third = f"DELETE {BASE}/Cart HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode()
    parts = urlsplit(caller.world.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        for request in (first, second, third):
            for piece in [request[at : at + 1] for at in range(len(request))] if apart else [request]:
                connection.sendall(piece)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    calls = caller.world.journal.select()
    assert [(call.operation, call.status) for call in calls] == [
        ("addToCart", 200),
        ("getCart", 200),
        ("clearCart", 200),
    ]
    assert calls[0].request.body == body


# -- the catalogue


def test_the_client_that_sends_its_codes_repeated(caller: Caller, codes: list[int]) -> None:
    first, second = codes[30:32]
    found = caller.json(f"/Catalog/Products?elkoCode={first}&elkoCode={second}")
    assert [product["elkoCode"] for product in found] == [first, second]


def test_the_client_that_sends_its_codes_with_commas(caller: Caller, codes: list[int]) -> None:
    first, second = codes[30:32]
    for comma in (",", "%2C", "%2c"):
        found = caller.json(f"/Catalog/Products?elkoCode={first}{comma}{second}")
        assert [product["elkoCode"] for product in found] == [first, second]


def test_the_client_that_spells_the_parameter_in_its_own_way(caller: Caller, codes: list[int]) -> None:
    (product,) = caller.json(f"/Catalog/Products?ELKOcode={codes[30]}")
    assert product["elkoCode"] == codes[30]


def test_the_client_that_sends_every_filter_and_leaves_them_empty(caller: Caller, codes: list[int]) -> None:
    found = caller.json("/Catalog/Products?elkoCode=&vendorCode=&catalog=&lang=")
    assert [product["elkoCode"] for product in found] == codes


def test_the_client_that_sends_a_name_nobody_knows(caller: Caller, codes: list[int]) -> None:
    found = caller.json("/Catalog/Products?CategoryCode=CPU&page=2")
    assert [product["elkoCode"] for product in found] == codes, "unknown names are ignored"


def test_the_clients_that_ask_for_one_category(caller: Caller) -> None:
    processors = caller.json("/Catalog/Products?catalog=CPU")
    assert {product["catalog"] for product in processors} == {"CPU"}
    (leaf,) = [node for node in _leaves(caller.json("/Catalog/Categories/Tree")) if node["code"] == "CPU"]
    by_both = caller.json(f"/Catalog/Products?catalog=CPU_{leaf['id']}")
    assert by_both == processors


def test_the_client_that_asks_for_its_vendors(caller: Caller) -> None:
    samsung = caller.json("/Catalog/Products?vendorCode=SA,DJ")
    assert {product["vendorCode"] for product in samsung} == {"SA", "DJ"}


@pytest.mark.parametrize("language", ["EE", "LV", "LT", "RO", "UA", "RU", "EN", "en"])
def test_the_clients_of_each_country(caller: Caller, language: str) -> None:
    (product,) = caller.json(f"/Catalog/Products?elkoCode={CABLE}&lang={language}")
    assert product["elkoCode"] == CABLE
    (described,) = caller.json(f"/Catalog/Products/{CABLE}/Description?lang={language}")
    assert described["productId"] == CABLE


def test_the_client_that_maps_the_tree_to_its_shop_categories(caller: Caller) -> None:
    roots = caller.json("/Catalog/Categories/Tree")
    assert {root["parentId"] for root in roots} == {0}
    for root in roots:
        _check_node(root, depth=1)
    names = [leaf["code"] for leaf in _leaves(roots)]
    assert len(names) > len(set(names)), "a leaf may stand under two parents"
    flat = caller.json("/Catalog/Categories")
    assert all(entry.keys() == {"name", "code"} for entry in flat)
    assert set(names) <= {entry["code"] for entry in flat}


def test_the_clients_that_read_the_whole_product(caller: Caller) -> None:
    products = caller.json("/Catalog/Products")
    for product in products:
        assert product["id"] == product["elkoCode"]
        assert isinstance(product["price"], int | float)
        assert isinstance(product["discountPrice"], int | float)
        assert product["quantity"] is None or re.fullmatch(r"(>?\d+)?", product["quantity"])
    assert len({frozenset(product) for product in products}) == 1, "null is sent, not left out"
    assert {"0", ">50"} <= {product["quantity"] for product in products}
    assert any(product["imagePath"] is None for product in products)


def test_the_client_that_asks_for_fifty_descriptions_at_a_time(caller: Caller, codes: list[int]) -> None:
    fifty = codes[:50]
    described = caller.json(f"/Catalog/Products/{','.join(map(str, fifty))}/Description?lang=EN")
    assert [item["productId"] for item in described] == fifty
    for item in described:
        for line in item["description"]:
            assert line.keys() == {"criteria", "value", "measurement", "complexName"}
            assert isinstance(line["value"], str)
    criteria = {line["criteria"] for item in described for line in item["description"]}
    assert {"Description", "Shipping Box Weight", "Image"} <= criteria


def test_the_client_that_takes_the_first_picture(caller: Caller, codes: list[int]) -> None:
    fifty = codes[:50]
    media = caller.json(f"/Catalog/MediaItems/{','.join(map(str, fifty))}")
    main = {
        item["id"]: next((file["link"] for file in item["mediaFiles"] if file["sequence"] == 1), None) for item in media
    }
    for product in caller.json(f"/Catalog/Products?elkoCode={','.join(map(str, fifty))}"):
        assert main[product["elkoCode"]] == product["imagePath"]


@pytest.mark.parametrize(
    ("kind", "incoming", "prices"),
    [
        ("Availability", False, False),
        ("AvailabilityIncoming", True, False),
        ("AvailabilityIncomingPrice", True, True),
        ("AvailabilityPrice", False, True),
    ],
)
def test_the_client_that_asks_for_stock_and_price(caller: Caller, kind: str, incoming: bool, prices: bool) -> None:
    coming = 9000003
    rows = caller.json(f"/Catalog/AvailabilityAndPrice/{kind}?elkoCodes={RECORDED},{coming}")
    assert [row["productId"] for row in rows] == [RECORDED, coming]
    assert all(isinstance(row["stockQuantity"], str) for row in rows)
    assert (rows[1]["incoming"] is not None) is incoming
    for row in rows:
        assert (row["prices"] is not None) is prices
        if prices:
            assert row["prices"].keys() == {"currency", "price", "discountPrice", "copyrightTax"}


# -- orders and invoices


def _stringly_order() -> dict[str, Any]:
    """An order as the client sends it that has numbers and booleans in its shop's settings as text."""
    return {
        "shipTo": "Customer",
        "enduser": {"company": "Ratas OÜ", "isNaturalPerson": "false", "customerPo": "W-1000123", "pickupPoint": "0"},
        "created": "0",
        "sum": "12.50",
        "currency": "EUR",
        "vat": "2.63",
        "lines": [{"elkoCode": str(CABLE), "quantity": "2", "price": "4.90", "sum": "9.80", "vat": "0"}],
        "transportation": "true",
        "fastest": "false",
        "orderIfAllAvailable": "true",
        "type": "",
        "id": "",
    }


def test_the_client_that_sends_numbers_as_text_is_told_so(caller: Caller) -> None:
    status, headers, raw = caller.ask(f"{BASE}/Orders", method="POST", body=_stringly_order())
    assert status == 400
    assert headers["content-type"].startswith("application/problem+json")
    assert json.loads(raw)["errors"]
    assert caller.json("/Orders") == []


def test_the_client_that_sends_numbers_as_text_is_understood_where_the_service_is_lenient() -> None:
    """Newtonsoft.Json takes them. Which serialiser ELKO uses is not known, so that is a setting."""
    with Live(assemble(Settings(lenient=True))) as live:
        caller = Caller(ControlClient(live.url).world())
        placed = caller.json("/Orders", method="POST", body=_stringly_order())
        (line,) = placed["lines"]
        assert (line["elkoCode"], line["quantity"]) == (CABLE, 2)
        assert (placed["orderIfAllAvailable"], placed["enduser"]["isNaturalPerson"]) == (True, False)
        assert [call.status for call in caller.world.journal] == [200]


def test_the_client_that_sends_the_order_of_swaggers_example(caller: Caller) -> None:
    order = {
        "shipTo": "Customer",
        "enduser": {"company": "Ratas OÜ", "pvnNumber": "EE100000000", "customerPo": "W-1000124", "pickupPoint": 0},
        "created": 0,
        "sum": 12.50,
        "currency": "EUR",
        "createdBy": "shop",
        "vat": 2.63,
        "delivery": None,
        "lines": [
            {"id": None, "elkoCode": CABLE, "quantity": 2, "quantityRequested": 2, "price": 4.9, "clientNote": None}
        ],
        "deliveryInstructions": "",
        "transportation": True,
        "fastest": False,
        "orderIfAllAvailable": True,
        "type": None,
        "id": None,
    }
    placed = caller.json("/Orders", method="POST", body=order)
    (line,) = placed["lines"]
    assert (line["quantity"], line["quantityRequested"]) == (2, 2)
    (listed,) = caller.json("/Orders")
    assert (listed["id"], listed["enduser"]["customerPo"]) == (placed["id"], "W-1000124")


def test_the_client_that_reads_invoices(caller: Caller) -> None:
    world = caller.world
    caller.json("/Orders", method="POST", body={"lines": [{"elkoCode": CABLE, "quantity": 2}]})
    for _ in range(8):
        world.clock.advance(12 * 3600)
        caller.json("/Orders")
    (bare,) = caller.json("/Finances/Invoices/false")
    assert bare["additionalInfo"] is None
    (invoice,) = caller.json("/Finances/Invoices/true")
    extra = invoice["additionalInfo"]
    assert float(extra["amountWithVAT"]) == pytest.approx(float(extra["amountWithoutVAT"]) + float(extra["vatAmount"]))
    assert "addressNummber" in extra
    for line in invoice["details"]:
        assert isinstance(line["elkoCode"], str)
        assert isinstance(line["price"], str)
        assert len(line["serials"]) == line["quantityShipped"]
    day = invoice["dateCreate"]
    assert [one["invoiceId"] for one in caller.json(f"/Finances/Invoices/{day}/{day}")] == [invoice["invoiceId"]]
    assert caller.json(f"/Finances/Invoices/{day + 1}/{day + 1}") == []


def test_the_client_that_asks_who_it_is(caller: Caller) -> None:
    account = caller.json("/Accounts/My")
    assert account["company"]
    assert account["currency"] in {"EUR", "USD", "RON"}
    assert account["addresses"]


# -- traffic


def test_the_client_that_asks_fifty_codes_at_a_time_with_short_pauses_sits_on_the_edge(elko: RemoteWorld) -> None:
    """200 ms between calls make 50 in ten seconds: not one too many, and no room for anybody else."""
    caller = Caller(elko)
    elko.clock.freeze()
    for _ in range(110):
        assert caller.ask(f"{BASE}/Catalog/MediaItems/{CABLE}")[0] == 200
        elko.clock.advance(0.2)
    caller.ask(f"{BASE}/Orders")
    assert caller.ask(f"{BASE}/Catalog/MediaItems/{CABLE}")[0] == 403


def test_the_client_that_asks_for_five_products_every_half_second_is_caught(elko: RemoteWorld) -> None:
    """One call a product, five at once, a pause of 500 ms: the 51st call comes long before ten seconds are over."""
    caller = Caller(elko)
    elko.clock.freeze()
    statuses = []
    for _ in range(11):
        statuses += [caller.ask(f"{BASE}/Catalog/Products/{CABLE}/Description")[0] for _ in range(5)]
        elko.clock.advance(0.5)
    assert statuses == [200] * 50 + [403] * 5


def test_the_client_that_retries_at_once_on_any_failure_gains_nothing(elko: RemoteWorld) -> None:
    caller = Caller(elko)
    elko.clock.freeze()
    for _ in range(51):
        caller.ask(f"{BASE}/Catalog/Vendors")
    assert {caller.ask(f"{BASE}/Catalog/Vendors")[0] for _ in range(20)} == {403}
    assert (elko.journal.count(reason="rate"), elko.journal.count(reason="blocked")) == (1, 20)
    elko.clock.advance(60)
    assert caller.ask(f"{BASE}/Catalog/Vendors")[0] == 200


def test_the_client_that_takes_a_403_for_a_dead_token_gets_no_other_during_the_block(elko: RemoteWorld) -> None:
    caller = Caller(elko)
    elko.clock.freeze()
    for _ in range(51):
        caller.ask(f"{BASE}/Catalog/Vendors")
    credentials = {"username": elko.username, "password": elko.password}
    assert caller.ask(f"{BASE}/Token", method="POST", body=credentials, authorization=None)[0] == 403
    elko.clock.advance(60)
    assert caller.ask(f"{BASE}/Catalog/Vendors")[0] == 200, "the token was good all the time"


def _leaves(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [leaf for node in nodes for leaf in (_leaves(node["childs"]) if node["childs"] else [node])]


def _check_node(node: dict[str, Any], depth: int) -> None:
    assert node.keys() == {"parentId", "id", "name", "code", "childs"}
    if node["childs"]:
        assert node["code"] == ""
        assert depth < 3
        for child in node["childs"]:
            assert child["parentId"] == node["id"]
            _check_node(child, depth + 1)
    else:
        assert 2 <= len(node["code"]) <= 3
