"""Every answer of every verb is what the vendored document says, whatever the twist."""

from typing import Any

import pytest

from elko_mock.clock import DAY
from elko_mock.contract.contract import Contract
from elko_mock.trade import fixed
from elko_mock.trade.nullable import NULLABLE
from elko_mock.trade.trade import Trade
from elko_mock.trade.twists import Coming, Twists
from tests.unit.trade.dealing import DEFAULT, OPENED, got, lines

CONTRACT = Contract.load()
EVERY_TWIST = {
    "none": Twists(),
    "stock": Twists(stock={"*": 3}, incoming={"*": Coming(9, 2)}),
    "prices": Twists(price_factor=1.37, price_at_order={"*": 1.1}),
    "unfillable": Twists(unfillable=frozenset({fixed.RECORDED}), sold_out_at_order=frozenset({fixed.CHEAPER_BY_TEN})),
    "partial": Twists(delivery="partial"),
    "backorder": Twists(delivery="backorder"),
    "nulls": Twists(nulls=1.0),
    "some nulls": Twists(nulls=0.4),
    "forms": Twists(quantity_forms=("", None, ">50", "0", "8")),
    "unknown": Twists(unknown_fields=True),
    "drift": Twists(hourly_drift=True),
    "rows": Twists(rows={fixed.RECORDED: {"quantity": "", "warranty": None}}),
}


def conforms(operation: str, answer: Any) -> None:
    data = list(answer) if not isinstance(answer, dict) else answer
    assert CONTRACT.by_id[operation].answer_violations(200, data) == (), operation


@pytest.mark.parametrize("twists", EVERY_TWIST.values(), ids=EVERY_TWIST)
@pytest.mark.parametrize("language", ["EN", "LV"])
def test_answers_conform(twists: Twists, language: str) -> None:
    trade, now, codes = Trade(DEFAULT, OPENED, twists=twists), OPENED + DAY, list(DEFAULT.products)
    conforms("getCategories", trade.categories(now, language))
    conforms("getCategoryTree", trade.tree(now, language))
    conforms("getVendors", trade.vendors(now))
    order = got(trade.place_order(now, lines((fixed.PLENTY, 2), (fixed.RECORDED, 3), (fixed.KIT, 1), enduser={})))
    conforms("createOrder", order)
    conforms("getOrder", got(trade.order(now, order["id"])))
    kept = got(trade.reserve(now, lines((fixed.PLENTY, 2))))
    conforms("createReservation", kept)
    conforms("updateReservation", got(trade.change_reservation(now, kept["id"], lines((fixed.PLENTY, 3)))))
    conforms("getReservation", got(trade.reservation(now, kept["id"])))
    conforms("listReservations", trade.reservations(now))
    conforms("addToCart", got(trade.add_to_cart(now, {"elkoCode": fixed.PLENTY, "quantity": 1})))
    option = {"elkoCode": fixed.KIT_OPTION_A, "quantity": 1}
    conforms("addKitToCart", got(trade.add_kit(now, {"kitId": fixed.KIT, "quantity": 1, "selectedOptions": [option]})))
    conforms("removeFromCart", got(trade.remove_line(now, 1)))
    conforms("getCart", trade.cart(now))
    conforms("clearCart", trade.clear_cart(now))
    conforms("getProducts", trade.products(now, language=language))
    conforms("getProductDescription", trade.descriptions(now, codes, language))
    conforms("getMediaItems", trade.media(now, codes))
    for kind in ("Availability", "AvailabilityIncoming", "AvailabilityIncomingPrice", "AvailabilityPrice"):
        conforms("getAvailabilityAndPrice", trade.availability(now, codes, kind))
    conforms("getAvailability", trade.availability(now, codes))
    conforms("releaseReservation", got(trade.release(now, kept["id"])))
    conforms("listOrders", trade.orders(now + 3 * DAY))
    conforms("listInvoices", got(trade.invoices(now + 3 * DAY, additional=True)))
    conforms("listInvoicesByDate", got(trade.invoices(now + 3 * DAY)))
    conforms("getMyAccount", trade.account(now))
    cancelled = got(trade.place_order(now + 3 * DAY, lines((fixed.PLENTY, 1))))
    conforms("cancelOrder", got(trade.cancel_order(now + 3 * DAY, cancelled["id"])))


def test_what_may_be_null_is_what_the_document_lets_be_null() -> None:
    schemas = CONTRACT.document["components"]["schemas"]

    def nullable(schema: dict[str, Any]) -> bool:
        if "$ref" in schema:
            return nullable(schemas[schema["$ref"].rsplit("/", 1)[1]])
        return bool(schema.get("nullable")) or any(map(nullable, schema.get("allOf", ())))

    for name, properties in NULLABLE.items():
        said = {key for key, schema in schemas[name]["properties"].items() if nullable(schema)}
        assert set(properties) == said, name


@pytest.mark.parametrize(
    ("kind", "incoming", "prices"),
    [
        ("Availability", False, False),
        ("AvailabilityIncoming", True, False),
        ("AvailabilityIncomingPrice", True, True),
        ("AvailabilityPrice", False, True),
    ],
)
def test_what_is_filled_follows_the_kind(kind: Any, incoming: bool, prices: bool) -> None:
    trade = Trade(DEFAULT, OPENED)
    (row,) = trade.availability(OPENED, [fixed.COMING], kind)
    (product,) = trade.products(OPENED, [fixed.COMING])
    assert (row["incoming"] is not None, row["prices"] is not None) == (incoming, prices)
    if prices:
        assert row["prices"] == {name: product[name] for name in ("currency", "price", "discountPrice", "copyrightTax")}


def test_availability_agrees_with_the_list_of_products() -> None:
    trade = Trade(DEFAULT, OPENED)
    got(trade.place_order(OPENED, lines((fixed.KIT, 2), (fixed.LAST_PIECE, 1))))
    products = {row["id"]: row for row in trade.products(OPENED)}
    stocks = trade.availability(OPENED, (), "AvailabilityIncomingPrice")
    assert len(stocks) == len(products)
    for row in stocks:
        product = products[row["productId"]]
        assert row["stockQuantity"] == product["quantity"]
        assert row["prices"]["discountPrice"] == product["discountPrice"]
        assert (row["incoming"] or {"quantity": "0"})["quantity"] == str(product["incomingQuantity"])


def test_descriptions_have_html_and_the_criteria_seen() -> None:
    trade = Trade(DEFAULT, OPENED)
    (found,) = trade.descriptions(OPENED, [fixed.RECORDED])
    criteria = {item["criteria"]: item for item in found["description"]}
    said = (
        "Description|Full Description Line|Vendor Homepage|Model name|Product model code|Dimensions|Category Code|"
        "Image|Shipping box quantity|Shipping Box Depth|Shipping Box Height|Shipping Box Width|Shipping Box Weight|"
        "Unit Brutto Volume|Unit Net Weight|Unit Gross Weight|Unit Box Width|Unit Box Length|Unit Box Height"
    )
    assert list(criteria) == said.split("|")
    assert "<br/>" in criteria["Description"]["value"]
    assert "&#39;" in criteria["Description"]["value"]
    assert all(isinstance(item["value"], str) for item in found["description"])
    assert criteria["Shipping Box Depth"]["measurement"] == "cm"
    assert criteria["Unit Box Width"]["measurement"] is None
    (row,) = trade.products(OPENED, [fixed.RECORDED])
    assert criteria["Image"]["value"] == row["imagePath"]
    assert trade.descriptions(OPENED, [fixed.RECORDED], "RU") != [found]
    bare = trade.descriptions(OPENED, [fixed.NO_MEDIA])[0]["description"]
    assert "Image" not in {item["criteria"] for item in bare}


def test_pictures_in_order_the_first_is_the_products() -> None:
    trade = Trade(DEFAULT, OPENED)
    codes = list(DEFAULT.products)
    rows = {row["id"]: row for row in trade.products(OPENED)}
    for media in trade.media(OPENED, codes):
        files = media["mediaFiles"]
        assert [file["sequence"] for file in files] == list(range(1, len(files) + 1))
        assert (files[0]["link"] if files else None) == rows[media["id"]]["imagePath"]
        assert len({file["link"] for file in files}) == len(files)


def test_many_codes_as_asked_and_unknown_ones_left_out() -> None:
    trade = Trade(DEFAULT, OPENED)
    wanted = [fixed.KIT, fixed.UNKNOWN, fixed.RECORDED]
    assert [row["id"] for row in trade.media(OPENED, wanted)] == [fixed.KIT, fixed.RECORDED]
    assert [row["productId"] for row in trade.descriptions(OPENED, wanted)] == [fixed.KIT, fixed.RECORDED]
    assert [row["productId"] for row in trade.availability(OPENED, wanted)] == [fixed.KIT, fixed.RECORDED]
    assert trade.media(OPENED, []) == trade.descriptions(OPENED, []) == []
