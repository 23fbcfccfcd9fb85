"""Twists: each has an effect that can be seen, and only that one."""

import pytest

from elko_mock.clock import DAY, HOUR
from elko_mock.trade import fixed
from elko_mock.trade.nullable import NULLABLE, PRODUCT
from elko_mock.trade.product import Habit, Kit, KitPart
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.trade import Trade
from elko_mock.trade.twists import Coming, TwistProblem, Twists
from tests.unit.trade.dealing import (
    BULK,
    DEFAULT,
    INK,
    OPENED,
    PAD,
    PEN,
    SET,
    TODAY,
    got,
    lines,
    product,
    refused,
    shop,
    shown,
)


def test_none_at_all_is_business_as_usual() -> None:
    trade = shop()
    assert trade.is_pristine
    assert not trade.touched


def test_stock() -> None:
    trade = shop(twists=Twists(stock={PEN: 2}))
    assert [shown(trade, code) for code in (PEN, INK, SET)] == ["2", "3", "1"]
    assert PEN in trade.touched
    assert SET in trade.touched, "kits follow their parts"
    every = shop(twists=Twists(stock={"*": 0, PEN: 7}))
    assert [shown(every, code) for code in (PEN, INK, SET, BULK)] == ["7", "0", "0", "0"]
    refused(every.place_order(OPENED, lines((BULK, 1))), "out-of-stock")
    plenty = shop(product(PEN, 1, habit=Habit.PLENTY), twists=Twists(stock={"*": 0}))
    assert shown(plenty, PEN) == ">50"


def test_a_code_that_the_catalogue_has_not_does_no_harm() -> None:
    trade = shop(twists=Twists(stock={fixed.UNKNOWN: 2}, rows={fixed.UNKNOWN: {"name": "X"}}))
    assert len(trade.products(OPENED)) == 5


def test_incoming() -> None:
    trade = shop(twists=Twists(incoming={PEN: Coming(5, 3), PAD: Coming(0, 1)}))
    pen, pad = trade.availability(OPENED, [PEN, PAD], "AvailabilityIncoming")
    assert pen["incoming"] == {"quantity": "5", "expectedDate": str(TODAY + 3)}
    assert pad["incoming"] is None
    assert shown(trade, PEN, OPENED + 3 * DAY) == "15"
    assert shown(trade, PAD, OPENED + 3 * DAY) == "0"
    other = shop(twists=Twists(incoming={PEN: Coming(5, 3)}))
    assert shown(other, PAD, OPENED + 3 * DAY) == "6", "as the catalogue has it"


def test_incoming_for_all() -> None:
    trade = shop(twists=Twists(incoming={"*": Coming(5, 3)}))
    assert trade.sweeping
    (row,) = trade.availability(OPENED, [INK], "AvailabilityIncoming")
    assert row["incoming"]["quantity"] == "5"
    arrival = (OPENED // DAY + 3) * DAY
    trade.settle(OPENED + 2 * DAY)
    before = trade.version
    assert trade.next_event(OPENED + 2 * DAY) == arrival
    assert shown(trade, INK, arrival) == "8"
    assert trade.version > before


def test_a_kit_is_never_on_its_way_itself() -> None:
    trade = shop(twists=Twists(incoming={"*": Coming(5, 3)}, delivery="backorder"))
    (row,) = trade.availability(OPENED, [SET], "AvailabilityIncoming")
    assert row["incoming"] is None
    assert got(trade.place_order(OPENED, lines((SET, 9))))["lines"][0]["quantity"] == 1
    assert shown(trade, SET, OPENED + 3 * DAY) == "3", "its parts have come in"


def test_price_factor() -> None:
    trade = shop(twists=Twists(price_factor=0.5))
    (row,) = trade.products(OPENED, [BULK])
    assert (row["price"], row["discountPrice"], row["price2"]) == (5.0, 5.0, 4.5)
    assert got(trade.place_order(OPENED, lines((INK, 1))))["sum"] == 1.25


@pytest.mark.parametrize("codes", [frozenset({PEN}), frozenset({"*"})])
def test_sold_out_at_order(codes: frozenset[int]) -> None:
    trade = shop(twists=Twists(sold_out_at_order=codes))
    assert shown(trade, PEN) == "10"
    refused(trade.reserve(OPENED, lines((PEN, 1))), "out-of-stock")
    assert shown(trade, PEN) == "0"
    assert shown(trade, INK) == "3", "nobody has asked for it yet"


def test_a_kit_sold_out_at_order() -> None:
    trade = shop(twists=Twists(sold_out_at_order=frozenset({SET})))
    assert shown(trade, SET) == "1"
    refused(trade.place_order(OPENED, lines((SET, 1))), "out-of-stock")
    assert [shown(trade, code) for code in (SET, PEN, INK)] == ["0", "10", "3"]
    part = shop(twists=Twists(sold_out_at_order=frozenset({INK})))
    refused(part.place_order(OPENED, lines((INK, 1))), "out-of-stock")
    assert shown(part, SET) == "0"


def test_unfillable() -> None:
    trade = shop(twists=Twists(unfillable=frozenset({PEN})))
    for _ in range(2):
        refused(trade.place_order(OPENED, lines((PEN, 1))), "out-of-stock")
        assert shown(trade, PEN) == "10"
    order = got(trade.place_order(OPENED, lines((PEN, 1), (INK, 1))))
    assert [line["quantity"] for line in order["lines"]] == [0, 1]


@pytest.mark.parametrize("codes", [frozenset({INK}), frozenset({SET}), frozenset({"*"})])
def test_a_kit_is_not_filled_from_a_part_that_cannot_be_had(codes: frozenset[int]) -> None:
    trade = shop(twists=Twists(unfillable=codes))
    refused(trade.place_order(OPENED, lines((SET, 1))), "out-of-stock")
    refused(trade.reserve(OPENED, lines((SET, 1))), "out-of-stock")
    assert [shown(trade, code) for code in (SET, PEN, INK)] == ["1", "10", "3"]


@pytest.mark.parametrize("part_habit", [None, Habit.SELLS_OUT_AT_ORDER, Habit.PLENTY])
def test_whoever_asks_for_a_kit_asks_for_its_parts(part_habit: Habit | None) -> None:
    trade = shop(
        product(PEN, 10),
        product(INK, 3, habit=part_habit),
        product(SET, 0, kit=Kit((KitPart(PEN, 1), KitPart(INK, 2)))),
        twists=Twists() if part_habit is Habit.SELLS_OUT_AT_ORDER else Twists(sold_out_at_order=frozenset({INK})),
    )
    assert shown(trade, SET) != "0"
    version = trade.version
    refused(trade.place_order(OPENED, lines((SET, 1))), "out-of-stock")
    assert [shown(trade, code) for code in (SET, PEN, INK)] == ["0", "10", "0"]
    assert trade.version > version
    assert trade.touched >= {SET, INK}


def test_price_at_order() -> None:
    trade = shop(twists=Twists(price_at_order={"*": 1.5, INK: 2.0}))
    assert trade.products(OPENED, [PEN])[0]["price"] == 10.0
    order = got(trade.place_order(OPENED, lines((PEN, 1), (INK, 1))))
    assert [line["price"] for line in order["lines"]] == [15.0, 5.0]
    assert [row["price"] for row in trade.products(OPENED, [PEN, INK, BULK])] == [15.0, 5.0, 10.0]
    assert got(trade.place_order(OPENED, lines((PEN, 1))))["sum"] == 15.0, "it moves once"
    assert trade.touched >= {PEN, INK}


def test_a_price_moves_even_when_the_order_is_refused() -> None:
    trade = shop(twists=Twists(price_at_order={PEN: 1.5}))
    refused(trade.place_order(OPENED, lines((PEN, 99), orderIfAllAvailable=True)), "above-stock")
    assert trade.products(OPENED, [PEN])[0]["price"] == 15.0
    reserving = shop(twists=Twists(price_at_order={PEN: 1.5}))
    got(reserving.reserve(OPENED, lines((PEN, 1))))
    assert reserving.products(OPENED, [PEN])[0]["price"] == 10.0, "reserving moves no price"


def test_partial_delivery() -> None:
    trade = shop(twists=Twists(delivery="partial"))
    number = got(trade.place_order(OPENED, lines((PEN, 3))))["id"]
    orders = [got(trade.order(OPENED + at, number)) for at in (DAY, DAY + 2 * HOUR, 2 * DAY, 2 * DAY + HOUR)]
    assert [order["status"] for order in orders] == ["PartiallyShipped", "PartiallyShipped", "Shipped", "Invoiced"]
    assert orders[0]["trackingNumber"] != orders[2]["trackingNumber"]
    assert (orders[0]["invoiceId"] is None, orders[1]["invoiceId"] is None) == (True, False)
    refused(trade.cancel_order(OPENED + 2 * DAY + HOUR, number), "order-not-open")
    single = shop(twists=Twists(delivery="partial"))
    number = got(single.place_order(OPENED, lines((PEN, 1))))["id"]
    assert got(single.order(OPENED + DAY, number))["status"] == "Shipped", "one piece cannot be split"


def test_part_shipped_can_no_longer_be_cancelled() -> None:
    trade = shop(twists=Twists(delivery="partial"))
    number = got(trade.place_order(OPENED, lines((PEN, 3))))["id"]
    assert "PartiallyShipped" in refused(trade.cancel_order(OPENED + DAY, number), "order-not-open").message


# ------------------------------------------------------------------------------------------------------- backorder


def backorders(**more: object) -> Trade:
    return shop(
        product(PEN, 4, incoming=6, incoming_day=3),
        product(INK, 9),
        twists=Twists(delivery="backorder", **more),  # type: ignore[arg-type]
    )


def coming(trade: Trade, now: int = OPENED) -> str | None:
    (row,) = trade.availability(now, [PEN], "AvailabilityIncoming")
    assert trade.products(now, [PEN])[0]["incomingQuantity"] == int((row["incoming"] or {"quantity": "0"})["quantity"])
    return None if row["incoming"] is None else str(row["incoming"]["quantity"])


def test_backorder_takes_of_what_is_coming_and_ships_it_later() -> None:
    trade = backorders()
    order = got(trade.place_order(OPENED, lines((PEN, 7), (INK, 1))))
    assert [line["quantity"] for line in order["lines"]] == [7, 1]
    assert (shown(trade, PEN), coming(trade)) == ("0", "3")
    statuses = {day: got(trade.order(OPENED + day * DAY, order["id"]))["status"] for day in (1, 2, 3)}
    assert statuses == {1: "PartiallyShipped", 2: "PartiallyShipped", 3: "PartiallyShipped"}
    arrival = (OPENED // DAY + 3) * DAY
    assert shown(trade, PEN, OPENED + 3 * DAY) == "3", "what nobody was promised"
    assert got(trade.order(arrival + 12 * HOUR, order["id"]))["status"] == "Shipped"
    first, second = got(trade.invoices(arrival + DAY))
    assert [detail["quantityShipped"] for detail in first["details"]] == [4, 1]
    assert [detail["quantityShipped"] for detail in second["details"]] == [3]


def test_backorder_never_promises_more_than_comes() -> None:
    trade = backorders()
    assert got(trade.place_order(OPENED, lines((PEN, 99))))["lines"][0]["quantity"] == 10
    refused(trade.place_order(OPENED, lines((PEN, 1))), "out-of-stock")
    assert shown(trade, PEN, OPENED + 9 * DAY) == "0"
    refused(trade.place_order(OPENED + 9 * DAY, lines((PEN, 1))), "out-of-stock")


def test_backorder_cancelled_gives_both_back() -> None:
    trade = backorders()
    number = got(trade.place_order(OPENED, lines((PEN, 7))))["id"]
    got(trade.cancel_order(OPENED, number))
    assert (shown(trade, PEN), coming(trade)) == ("4", "6")
    assert shown(trade, PEN, OPENED + 3 * DAY) == "10"


def test_backorder_of_what_is_all_to_come() -> None:
    trade = backorders(stock={PEN: 0})
    number = got(trade.place_order(OPENED, lines((PEN, 2))))["id"]
    assert got(trade.order(OPENED + 2 * DAY, number))["status"] == "Confirmed"
    got(trade.cancel_order(OPENED + 3 * DAY, number))
    assert shown(trade, PEN, OPENED + 3 * DAY) == "6"


def test_what_came_in_before_the_parcel_leaves_goes_with_it() -> None:
    trade = shop(
        product(PEN, 4, incoming=6, incoming_day=1),
        twists=Twists(delivery="backorder"),
        rules=HouseRules(ship_after=5 * DAY),
    )
    number = got(trade.place_order(OPENED, lines((PEN, 7))))["id"]
    assert got(trade.order(OPENED + 5 * DAY, number))["status"] == "Shipped"
    (invoice,) = got(trade.invoices(OPENED + 6 * DAY))
    assert [detail["quantityShipped"] for detail in invoice["details"]] == [7]


def test_all_or_nothing_means_there_now() -> None:
    trade = backorders()
    refused(trade.place_order(OPENED, lines((PEN, 7), orderIfAllAvailable=True)), "above-stock")
    assert (shown(trade, PEN), coming(trade)) == ("4", "6")
    assert got(trade.place_order(OPENED, lines((PEN, 99))))["lines"][0]["quantity"] == 10, (
        "all of it is still to be had"
    )


def test_reservations_wait_for_nothing() -> None:
    trade = backorders()
    assert got(trade.reserve(OPENED, lines((PEN, 7), allOrNothing=False)))["lines"][0]["quantity"] == 4
    assert coming(trade) == "6"


# -------------------------------------------------------------------------------------------------- what rows show


def test_all_nulls() -> None:
    trade = Trade(DEFAULT, OPENED, twists=Twists(nulls=1.0))
    for row in trade.products(OPENED):
        assert {name for name, value in row.items() if value is None} == set(PRODUCT)
    (available,) = trade.availability(OPENED, [fixed.RECORDED], "AvailabilityIncomingPrice")
    assert (available["stockQuantity"], available["incoming"], available["prices"]) == (None, None, None)
    (description,) = trade.descriptions(OPENED, [fixed.RECORDED])
    assert {item["measurement"] for item in description["description"]} == {None}
    (media,) = trade.media(OPENED, [fixed.RECORDED])
    assert {file["type"] for file in media["mediaFiles"]} == {None}
    order = got(trade.place_order(OPENED, lines((fixed.PLENTY, 1), shipTo="Customer", fastest=True)))
    assert {name for name, value in order.items() if value is None} == set(NULLABLE["Order"])
    assert {name for name, value in order["lines"][0].items() if value is None} == set(NULLABLE["OrderLine"])
    account = trade.account(OPENED)
    assert account["company"] is None
    assert account["addresses"][0]["city"] is None
    (invoice,) = got(trade.invoices(OPENED + 2 * DAY, additional=True))
    assert (invoice["additionalInfo"], invoice["details"][0]["description"]) == (None, None)


def test_some_nulls_follow_the_seed() -> None:
    def nulls(seed: int) -> list[tuple[int, str]]:
        rows = Trade(DEFAULT, OPENED, seed=seed, twists=Twists(nulls=0.3)).products(OPENED)
        return [(row["id"], name) for row in rows for name in PRODUCT if row[name] is None]

    assert nulls(1) == nulls(1) != nulls(2)
    without = [name for row in Trade(DEFAULT, OPENED).products(OPENED) for name in PRODUCT if row[name] is None]
    share = (len(nulls(1)) - len(without)) / (len(DEFAULT) * len(PRODUCT) - len(without))
    assert 0.25 < share < 0.35


def test_stock_quantity_is_null_where_quantity_is() -> None:
    trade = Trade(DEFAULT, OPENED, twists=Twists(nulls=0.5))
    rows = {row["id"]: row["quantity"] for row in trade.products(OPENED)}
    assert {row["productId"]: row["stockQuantity"] for row in trade.availability(OPENED)} == rows
    assert None in rows.values()


def test_quantity_forms() -> None:
    forms = ("", None, ">50", "0", "8")
    trade = Trade(DEFAULT, OPENED, twists=Twists(quantity_forms=forms))
    rows = trade.products(OPENED)
    assert {row["quantity"] for row in rows} == set(forms)
    assert [row["quantity"] for row in rows] == [row["stockQuantity"] for row in trade.availability(OPENED)]
    assert got(trade.place_order(OPENED, lines((fixed.LAST_PIECE, 2))))["lines"][0]["quantity"] == 1, (
        "stock is the same"
    )


def test_unknown_fields() -> None:
    usual, strange = Trade(DEFAULT, OPENED), Trade(DEFAULT, OPENED, twists=Twists(unknown_fields=True))
    for ask in (
        lambda trade: trade.products(OPENED),
        lambda trade: trade.categories(OPENED),
        lambda trade: trade.vendors(OPENED),
        lambda trade: trade.tree(OPENED),
        lambda trade: trade.descriptions(OPENED, [fixed.RECORDED]),
        lambda trade: trade.availability(OPENED, [fixed.RECORDED]),
        lambda trade: [trade.account(OPENED), trade.cart(OPENED)],
        lambda trade: [got(trade.reserve(OPENED, lines((fixed.PLENTY, 1))))],
    ):
        for plain, more in zip(ask(usual), ask(strange), strict=True):
            assert set(more) > set(plain)
            assert "newInThisVersion" in more
    (row,) = strange.products(OPENED, [fixed.RECORDED])
    assert {"altDsc", "rrp", "discount", "newObject"} <= set(row)
    (described,) = strange.descriptions(OPENED, [fixed.RECORDED])
    assert "newList" in described["description"][0]


def test_prices_and_stock_move_by_the_hour() -> None:
    trade = Trade(DEFAULT, OPENED, twists=Twists(hourly_drift=True))

    def state(now: int) -> list[tuple[str, float]]:
        return [(row["quantity"], row["price"]) for row in trade.products(now)]

    first = state(OPENED)
    assert state(OPENED + HOUR - 1) == first
    assert trade.next_event(OPENED + HOUR - 1) == OPENED + HOUR
    before = trade.version
    second = state(OPENED + HOUR)
    assert trade.version == before + 1
    prices = sum(one[1] != other[1] for one, other in zip(first, second, strict=True))
    pieces = sum(one[0] != other[0] for one, other in zip(first, second, strict=True))
    assert prices > 120
    assert pieces > 40
    again = Trade(DEFAULT, OPENED, twists=Twists(hourly_drift=True))
    assert [(row["quantity"], row["price"]) for row in again.products(OPENED + HOUR)] == second


def test_sold_pieces_stay_sold_when_stock_moves_by_the_hour() -> None:
    trade = shop(product(PEN, 40), twists=Twists(hourly_drift=True))
    got(trade.place_order(OPENED, lines((PEN, 2**20))))
    for hour in range(48):
        now = OPENED + hour * HOUR
        free = int(shown(trade, PEN, now))
        assert free >= 0
        if free:
            assert got(trade.place_order(now, lines((PEN, 2**20))))["lines"][0]["quantity"] == free
        assert shown(trade, PEN, now) == "0"


def test_rows_of_single_products() -> None:
    given = {"quantity": ">50", "name": "", "price": 0.01, "incomingQuantity": 3, "surprise": [1]}
    trade = shop(twists=Twists(rows={PEN: given}, nulls=1.0))
    (row,) = trade.products(OPENED, [PEN])
    assert {name: row[name] for name in given} == given
    plain = shop(twists=Twists(rows={PEN: given}))
    assert plain.touched == {PEN, SET}
    (available,) = plain.availability(OPENED, [PEN], "AvailabilityIncomingPrice")
    assert (available["stockQuantity"], available["prices"]["price"]) == (">50", 0.01)
    assert available["incoming"] is None, "a date is known for what really comes only"
    assert got(plain.place_order(OPENED, lines((PEN, 99))))["sum"] == 100.0, "it is the row that lies, not the house"


# ---------------------------------------------------------------------------------------------------------- checks


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"stock": {PEN: -1}}, "stock.1000001"),
        ({"stock": {"*": 10**10}}, "stock.*"),
        ({"incoming": {PEN: Coming(-1, 1)}}, "incoming.1000001.quantity"),
        ({"incoming": {PEN: Coming(1, 0)}}, "incoming.1000001.days"),
        ({"price_factor": 0.0}, "price_factor"),
        ({"price_factor": float("nan")}, "price_factor"),
        ({"price_at_order": {"*": 1e9}}, "price_at_order.*"),
        ({"delivery": "sometimes"}, "delivery"),
        ({"nulls": 1.5}, "nulls"),
    ],
)
def test_figures_that_make_no_sense(given: dict[str, object], where: str) -> None:
    with pytest.raises(TwistProblem) as problem:
        Twists(**given)  # type: ignore[arg-type]
    assert ".".join(problem.value.where) == where
    assert str(problem.value).startswith(f"{where}: ")
