"""Orders: all or nothing, or as far as stock goes; priced by the house; moving on with time; cancelled while open."""

import pytest

from elko_mock.clock import DAY, HOUR, MINUTE
from elko_mock.trade.account import Account
from elko_mock.trade.rules import HouseRules
from tests.unit.trade.dealing import BULK, INK, OPENED, PAD, PEN, SET, TODAY, got, lines, product, refused, shop, shown

ORDER_AS_A_CLIENT_SENDS_IT = {
    "shipTo": "Customer",
    "enduser": {
        "company": "Example Ltd",
        "pvnNumber": "LV0",
        "contactName": "A. Example",
        "contactPhone": "+37100000000",
        "addressLine1": "Example street 2",
        "city": "Riga",
        "country": "LV",
        "postalCode": "LV-1001",
        "street": "Example street",
        "house": "2",
        "apartment": "3",
        "isNaturalPerson": False,
        "customerPo": "PO-1",
        "contactMail": "a@shop.example",
        "pickupPoint": 0,
    },
    "created": 0,
    "sum": 0,
    "currency": "EUR",
    "createdBy": "shop",
    "vat": 0,
    "delivery": "DPD",
    "lines": [
        {
            "id": "",
            "elkoCode": PEN,
            "manufacturerCode": "whatever",
            "productName": "whatever",
            "quantity": 2,
            "currency": "EUR",
            "price": 0.01,
            "sum": 0.02,
            "vat": 0,
            "quantityRequested": 0,
            "clientNote": "blue ones",
        }
    ],
    "deliveryInstructions": "ring twice",
    "transportation": True,
    "fastest": False,
    "orderIfAllAvailable": True,
    "type": "Sales",
    "id": "",
}


def test_what_the_client_said_comes_back_and_the_house_fills_the_rest() -> None:
    trade = shop()
    order = got(trade.place_order(OPENED, ORDER_AS_A_CLIENT_SENDS_IT))
    echoed = "shipTo enduser createdBy delivery deliveryInstructions transportation fastest orderIfAllAvailable type"
    for said in echoed.split():
        assert order[said] == ORDER_AS_A_CLIENT_SENDS_IT[said], said
    assert order["created"] == TODAY
    assert order["id"].isdigit()
    assert (order["status"], order["trackingNumber"], order["invoiceId"]) == ("Placed", None, None)
    assert (order["sum"], order["vat"], order["currency"]) == (20.0, 4.2, "EUR")
    assert order["lines"] == [
        {
            "id": "1",
            "elkoCode": PEN,
            "manufacturerCode": f"M{PEN}",
            "productName": f"THING {PEN}",
            "quantity": 2,
            "currency": "EUR",
            "price": 10.0,
            "sum": 20.0,
            "vat": 4.2,
            "quantityRequested": 2,
            "clientNote": "blue ones",
        }
    ]


def test_only_codes_and_quantities_are_needed_and_nulls_are_nothing() -> None:
    trade = shop()
    bare = got(trade.place_order(OPENED, lines((PEN, 1))))
    nulls = got(trade.place_order(OPENED, lines((PEN, 1), currency=None, enduser=None, orderIfAllAvailable=None)))
    assert {name: value for name, value in bare.items() if name != "id"} == {
        name: value for name, value in nulls.items() if name != "id"
    }
    assert bare["enduser"] is None


def test_an_end_user_half_filled() -> None:
    order = got(shop().place_order(OPENED, lines((PEN, 1), enduser={"city": "Riga"})))
    assert order["enduser"].pop("city") == "Riga"
    assert len(order["enduser"]) == 14
    assert set(order["enduser"].values()) == {None}


def test_read_back_alone_and_in_the_list() -> None:
    trade = shop()
    first, second = (got(trade.place_order(OPENED, lines((PEN, 1)))) for _ in range(2))
    assert trade.orders(OPENED) == [first, second]
    assert trade.order(OPENED, second["id"]) == second
    assert refused(trade.order(OPENED, "1"), "unknown-order").kind == "not-found"


# ----------------------------------------------------------------------------------------------------------- stock


def test_as_far_as_stock_goes_and_says_so() -> None:
    trade = shop()
    order = got(trade.place_order(OPENED, lines((PEN, 4), (INK, 5), (PAD, 1))))
    assert [(line["quantity"], line["quantityRequested"]) for line in order["lines"]] == [(4, 4), (3, 5), (0, 1)]
    assert order["sum"] == 4 * 10 + 3 * 2.5
    assert [shown(trade, code) for code in (PEN, INK, PAD)] == ["6", "0", "0"]


def test_all_or_nothing_takes_nothing_and_tells_every_short_line() -> None:
    trade = shop()
    refusal = refused(
        trade.place_order(OPENED, lines((PEN, 4), (INK, 5), (PAD, 1), orderIfAllAvailable=True)), "above-stock"
    )
    assert refusal.kind == "business"
    assert [reason.code for reason in refusal.reasons] == ["above-stock", "out-of-stock"]
    assert list(refusal.errors) == ["lines[1].quantity", "lines[2].quantity"]
    assert f"Of product {INK} there are 3 pieces, 5 were asked for." in refusal.errors["lines[1].quantity"]
    assert trade.orders(OPENED) == []
    assert [shown(trade, code) for code in (PEN, INK, SET)] == ["10", "3", "1"]


def test_nothing_at_all_is_no_order() -> None:
    trade = shop()
    refusal = refused(trade.place_order(OPENED, lines((PAD, 1))), "out-of-stock")
    assert refusal.errors == {"lines[0].quantity": [f"Product {PAD} is out of stock."]}
    assert trade.orders(OPENED) == []


def test_lines_of_one_product_are_added_up() -> None:
    trade = shop()
    order = got(trade.place_order(OPENED, lines((PEN, 4), (INK, 1), (PEN, 8))))
    assert [(line["elkoCode"], line["quantity"], line["quantityRequested"]) for line in order["lines"]] == [
        (PEN, 10, 12),
        (INK, 1, 1),
    ]


def test_the_first_note_of_added_lines_is_kept() -> None:
    request = lines((PEN, 1), (PEN, 1), (INK, 1))
    request["lines"][1]["clientNote"] = "second"
    order = got(shop().place_order(OPENED, request))
    assert [line["clientNote"] for line in order["lines"]] == ["second", None]


def test_a_kit_and_its_part_in_one_order_share_the_pieces() -> None:
    trade = shop()
    refused(trade.place_order(OPENED, lines((SET, 1), (INK, 2), orderIfAllAvailable=True)), "above-stock")
    order = got(trade.place_order(OPENED, lines((SET, 1), (INK, 2))))
    assert [line["quantity"] for line in order["lines"]] == [1, 1]
    assert [shown(trade, code) for code in (PEN, INK, SET)] == ["9", "0", "0"]


# ---------------------------------------------------------------------------------------------------- sense of it


@pytest.mark.parametrize("request_", [{"lines": []}, {"lines": None}, {}])
def test_no_lines(request_: dict[str, object]) -> None:
    assert refused(shop().place_order(OPENED, request_), "no-lines").field == "lines"


def test_every_bad_line_is_told() -> None:
    refusal = refused(shop().place_order(OPENED, lines((9, 1), (PEN, 0), (INK, -3), (PEN, 1))), "unknown-product")
    assert refusal.kind == "invalid"
    assert list(refusal.errors) == ["lines[0].elkoCode", "lines[1].quantity", "lines[2].quantity"]


def test_more_than_a_line_can_hold() -> None:
    refusal = refused(shop().place_order(OPENED, lines((PEN, 2**31 - 1), (PEN, 1))), "quantity-too-large")
    assert refusal.field == "lines[1].quantity"
    assert got(shop().place_order(OPENED, lines((PEN, 2**31 - 1))))["lines"][0]["quantity"] == 10


def test_currency_of_the_account_in_any_case_or_none() -> None:
    trade = shop()
    got(trade.place_order(OPENED, lines((PEN, 1), currency="eur")))
    got(trade.place_order(OPENED, lines((PEN, 1), currency="")))
    assert refused(trade.place_order(OPENED, lines((PEN, 1), currency="USD")), "currency-mismatch").field == "currency"
    wrong = lines((PEN, 1), (INK, 1))
    wrong["lines"][1]["currency"] = "RON"
    assert refused(trade.place_order(OPENED, wrong), "currency-mismatch").field == "lines[1].currency"


def test_another_accounts_currency_and_rate() -> None:
    trade = shop(account=Account(currency="RON", country="sk"))
    order = got(trade.place_order(OPENED, lines((PEN, 1))))
    assert (order["currency"], order["sum"], order["vat"]) == ("RON", 10.0, 2.3)
    assert trade.products(OPENED, [PEN])[0]["currency"] == "RON"


def test_the_second_price_counts_by_what_is_filled() -> None:
    trade = shop()
    assert got(trade.place_order(OPENED, lines((BULK, 10))))["lines"][0]["price"] == 9.0
    assert got(trade.place_order(OPENED, lines((BULK, 9))))["lines"][0]["price"] == 10.0
    short = shop(product(BULK, 4, 1_000, price2=900, quantity2=10))
    assert got(short.place_order(OPENED, lines((BULK, 10))))["lines"][0]["price"] == 10.0


def test_sums_and_taxes_to_the_cent() -> None:
    trade = shop(product(PEN, 99, 333), product(INK, 99, 1))
    order = got(trade.place_order(OPENED, lines((PEN, 7), (INK, 3))))
    assert [(line["sum"], line["vat"]) for line in order["lines"]] == [(23.31, 4.9), (0.03, 0.01)]
    assert (order["sum"], order["vat"]) == (23.34, 4.91)


# ------------------------------------------------------------------------------------------------------------ time


def test_moves_on_with_time() -> None:
    trade = shop()
    number = got(trade.place_order(OPENED, lines((PEN, 1))))["id"]
    seen = []
    for at in (0, 30 * MINUTE - 1, 30 * MINUTE, DAY - 1, DAY, DAY + HOUR - 1, DAY + HOUR, 99 * DAY):
        order = got(trade.order(OPENED + at, number))
        seen.append((order["status"], order["trackingNumber"] is not None, order["invoiceId"] is not None))
    assert seen == [
        ("Placed", False, False),
        ("Placed", False, False),
        ("Confirmed", False, False),
        ("Confirmed", False, False),
        ("Shipped", True, False),
        ("Shipped", True, False),
        ("Invoiced", True, True),
        ("Invoiced", True, True),
    ]


def test_times_are_rules_of_the_house() -> None:
    trade = shop(rules=HouseRules(confirm_after=0, ship_after=0, invoice_after=0))
    assert got(trade.place_order(OPENED, lines((PEN, 1))))["status"] == "Invoiced"
    shipped_first = shop(rules=HouseRules(ship_after=MINUTE))
    number = got(shipped_first.place_order(OPENED, lines((PEN, 1))))["id"]
    assert got(shipped_first.order(OPENED + MINUTE, number))["status"] == "Shipped"


def test_tracking_numbers_of_different_orders_differ() -> None:
    trade = shop()
    for _ in range(3):
        got(trade.place_order(OPENED, lines((PEN, 1))))
    orders = trade.orders(OPENED + 2 * DAY)
    assert len({order["trackingNumber"] for order in orders}) == len({order["invoiceId"] for order in orders}) == 3


# ------------------------------------------------------------------------------------------------------ cancelling


@pytest.mark.parametrize("after", [0, HOUR])
def test_cancelled_while_open_the_pieces_come_back(after: int) -> None:
    trade = shop()
    order = got(trade.place_order(OPENED, lines((PEN, 4), (SET, 1))))
    cancelled = got(trade.cancel_order(OPENED + after, order["id"]))
    assert cancelled["status"] == "Cancelled"
    assert {name: cancelled[name] for name in ("lines", "sum", "vat")} == {
        name: order[name] for name in ("lines", "sum", "vat")
    }
    assert [shown(trade, code, OPENED + after) for code in (PEN, INK, SET)] == ["10", "3", "1"]
    assert got(trade.order(OPENED + 9 * DAY, order["id"])) == cancelled
    assert trade.invoices(OPENED + 9 * DAY) == []


def test_cancelled_once_only() -> None:
    trade = shop()
    number = got(trade.place_order(OPENED, lines((PEN, 4))))["id"]
    got(trade.cancel_order(OPENED, number))
    refusal = refused(trade.cancel_order(OPENED, number), "order-not-open")
    assert (refusal.kind, refusal.field) == ("business", "id")
    assert "Cancelled" in refusal.message
    assert shown(trade, PEN) == "10"


def test_not_cancelled_once_shipped_nor_when_unknown() -> None:
    trade = shop()
    number = got(trade.place_order(OPENED, lines((PEN, 4))))["id"]
    assert "Shipped" in refused(trade.cancel_order(OPENED + DAY, number), "order-not-open").message
    assert shown(trade, PEN, OPENED + DAY) == "6"
    assert refused(trade.cancel_order(OPENED + DAY, "nonsense"), "unknown-order").kind == "not-found"


def test_time_that_goes_back_is_ignored() -> None:
    trade = shop()
    number = got(trade.place_order(OPENED, lines((PEN, 4))))["id"]
    trade.settle(OPENED + DAY)
    trade.settle(OPENED)
    assert trade.now == OPENED + DAY
    assert got(trade.order(trade.now, number))["status"] == "Shipped"
