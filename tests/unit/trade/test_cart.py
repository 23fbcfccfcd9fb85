"""The cart: products and kits with options, at today's prices, taking nothing off the shelf."""

from elko_mock.trade import fixed
from elko_mock.trade.trade import Trade
from tests.unit.trade.dealing import BULK, DEFAULT, INK, OPENED, PAD, PEN, SET, got, lines, refused, shop, shown

EMPTY = {"lines": [], "sum": 0.0, "currency": "EUR"}


def test_empty_at_first() -> None:
    assert shop().cart(OPENED) == EMPTY


def test_products_add_up_in_one_line() -> None:
    trade = shop()
    got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 2}))
    got(trade.add_to_cart(OPENED, {"elkoCode": INK, "quantity": 1}))
    cart = got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 3}))
    assert cart == {
        "lines": [
            {
                "lineId": 1,
                "elkoCode": PEN,
                "kitId": None,
                "quantity": 5,
                "price": 10.0,
                "sum": 50.0,
                "currency": "EUR",
                "selectedOptions": None,
            },
            {
                "lineId": 2,
                "elkoCode": INK,
                "kitId": None,
                "quantity": 1,
                "price": 2.5,
                "sum": 2.5,
                "currency": "EUR",
                "selectedOptions": None,
            },
        ],
        "sum": 52.5,
        "currency": "EUR",
    }
    assert trade.cart(OPENED) == cart


def test_takes_no_stock_and_may_hold_more_than_there_is() -> None:
    trade = shop()
    got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 500}))
    assert shown(trade, PEN) == "10"


def test_lines_removed_and_cleared() -> None:
    trade = shop()
    for code in (PEN, INK, BULK):
        got(trade.add_to_cart(OPENED, {"elkoCode": code, "quantity": 1}))
    assert [line["lineId"] for line in got(trade.remove_line(OPENED, 2))["lines"]] == [1, 3]
    refusal = refused(trade.remove_line(OPENED, 2), "unknown-line")
    assert (refusal.kind, refusal.field) == ("not-found", "lineId")
    assert trade.clear_cart(OPENED) == EMPTY
    assert got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 1}))["lines"][0]["lineId"] == 4


def test_nonsense_is_refused() -> None:
    trade = shop()
    assert refused(trade.add_to_cart(OPENED, {"elkoCode": 5, "quantity": 1}), "unknown-product").field == "elkoCode"
    assert refused(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 0}), "bad-quantity").field == "quantity"
    assert refused(trade.add_to_cart(OPENED, {"elkoCode": SET, "quantity": 1}), "is-a-kit").field == "elkoCode"
    assert refused(trade.add_kit(OPENED, {"kitId": PEN, "quantity": 1}), "not-a-kit").field == "kitId"
    assert refused(trade.add_kit(OPENED, {"kitId": 5, "quantity": 1}), "unknown-product").field == "kitId"
    got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 2**31 - 1}))
    refused(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 1}), "quantity-too-large")
    assert len(trade.cart(OPENED)["lines"]) == 1


def test_kits_with_and_without_options() -> None:
    trade = Trade(DEFAULT, OPENED)
    plain = {"kitId": fixed.KIT, "quantity": 1, "selectedOptions": None}
    picked = {"kitId": fixed.KIT, "quantity": 2, "selectedOptions": [{"elkoCode": fixed.KIT_OPTION_A, "quantity": 2}]}
    got(trade.add_kit(OPENED, plain))
    got(trade.add_kit(OPENED, picked))
    cart = got(trade.add_kit(OPENED, picked))
    assert [(line["kitId"], line["quantity"], line["price"], line["sum"]) for line in cart["lines"]] == [
        (fixed.KIT, 1, 199.0, 199.0),
        (fixed.KIT, 4, 199.0 + 2 * 119.0, 4 * (199.0 + 2 * 119.0)),
    ]
    assert cart["lines"][0]["selectedOptions"] is None
    assert cart["lines"][1]["selectedOptions"] == picked["selectedOptions"]
    assert cart["sum"] == 199.0 + 4 * 437.0


def test_a_part_that_is_in_the_kit_anyway_costs_nothing_more() -> None:
    cart = got(
        shop().add_kit(OPENED, {"kitId": SET, "quantity": 1, "selectedOptions": [{"elkoCode": PEN, "quantity": 1}]})
    )
    assert cart["sum"] == 14.0


def test_options_have_to_be_the_kits() -> None:
    trade = shop()
    wrong = {
        "kitId": SET,
        "quantity": 1,
        "selectedOptions": [
            {"elkoCode": PAD, "quantity": 1},
            {"elkoCode": BULK, "quantity": 1},
            {"elkoCode": PEN, "quantity": 0},
        ],
    }
    refusal = refused(trade.add_kit(OPENED, wrong), "unknown-option")
    assert list(refusal.errors) == ["selectedOptions[1].elkoCode", "selectedOptions[2].quantity"]
    assert trade.cart(OPENED) == EMPTY


def test_prices_are_todays_and_those_of_the_quantity() -> None:
    trade = Trade(DEFAULT, OPENED)
    got(trade.add_to_cart(OPENED, {"elkoCode": fixed.PRICE_MOVES, "quantity": 1}))
    got(trade.place_order(OPENED, lines((fixed.PRICE_MOVES, 1))))
    assert trade.cart(OPENED)["sum"] == 110.0
    cart = got(trade.add_to_cart(OPENED, {"elkoCode": fixed.CHEAPER_BY_TEN, "quantity": 10}))
    assert cart["lines"][1]["price"] == 9.0


def test_an_order_leaves_the_cart_alone() -> None:
    trade = shop()
    cart = got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 1}))
    got(trade.place_order(OPENED, lines((PEN, 1))))
    assert trade.cart(OPENED) == cart
