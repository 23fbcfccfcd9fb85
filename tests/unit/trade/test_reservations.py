"""Reservations: they take stock out of availability until released, expired, or turned into an order."""

from datetime import date

import pytest

from elko_mock.clock import DAY, HOUR
from elko_mock.trade.changes import Changes
from elko_mock.trade.deals import Deals
from elko_mock.trade.jde import to_jde
from elko_mock.trade.records import Reservation, ReservationStatus
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.shelf import Shelf
from tests.unit.trade.dealing import INK, OPENED, PAD, PEN, SET, TODAY, got, lines, refused, shop, shown


def reserved(trade: object, code: int, now: int = OPENED) -> int:
    (row,) = trade.products(now, [code])  # type: ignore[attr-defined]
    return int(row["reservedQuantity"])


def test_takes_from_availability_and_shows() -> None:
    trade = shop()
    made = got(trade.reserve(OPENED, lines((PEN, 4), (SET, 1), customerReference="batch 1")))
    assert made["status"] == "Active"
    assert made["customerReference"] == "batch 1"
    assert (made["created"], made["validUntil"]) == (TODAY, TODAY + 7)
    assert made["lines"] == [
        {"lineId": 1, "elkoCode": PEN, "quantity": 4, "quantityRequested": 4},
        {"lineId": 2, "elkoCode": SET, "quantity": 1, "quantityRequested": 1},
    ]
    assert [shown(trade, code) for code in (PEN, INK, SET)] == ["5", "1", "0"]
    assert [reserved(trade, code) for code in (PEN, INK, SET)] == [4, 0, 1]
    assert trade.reservations(OPENED) == [made] == [trade.reservation(OPENED, made["id"])]


def test_all_or_nothing_unless_told_otherwise() -> None:
    trade = shop()
    for wish in ({}, {"allOrNothing": True}, {"allOrNothing": None}):
        refusal = refused(trade.reserve(OPENED, lines((PEN, 4), (INK, 9), **wish)), "above-stock")
        assert refusal.field == "lines[1].quantity"
    assert (shown(trade, PEN), trade.reservations(OPENED)) == ("10", [])
    made = got(trade.reserve(OPENED, lines((PEN, 4), (INK, 9), (PAD, 1), allOrNothing=False)))
    assert [(line["quantity"], line["quantityRequested"]) for line in made["lines"]] == [(4, 4), (3, 9), (0, 1)]
    refused(trade.reserve(OPENED, lines((PAD, 1), allOrNothing=False)), "out-of-stock")


def test_the_requests_own_sense() -> None:
    trade = shop()
    refused(trade.reserve(OPENED, {"lines": []}), "no-lines")
    refused(trade.reserve(OPENED, lines((77, 1))), "unknown-product")
    refused(trade.reserve(OPENED, lines((PEN, 0))), "bad-quantity")
    assert got(trade.reserve(OPENED, lines((PEN, 2), (PEN, 3))))["lines"][0]["quantity"] == 5


def test_released_once() -> None:
    trade = shop()
    number = got(trade.reserve(OPENED, lines((PEN, 4), (SET, 1))))["id"]
    assert got(trade.release(OPENED, number))["status"] == "Released"
    assert [shown(trade, code) for code in (PEN, INK, SET)] == ["10", "3", "1"]
    assert reserved(trade, PEN) == 0
    assert refused(trade.release(OPENED, number), "reservation-not-active").kind == "business"
    assert refused(trade.change_reservation(OPENED, number, lines((PEN, 1))), "reservation-not-active").field == "id"
    assert shown(trade, PEN) == "10"


def test_unknown_ones() -> None:
    trade = shop()
    for answer in (
        trade.reservation(OPENED, "1"),
        trade.release(OPENED, "1"),
        trade.change_reservation(OPENED, "1", lines((PEN, 1))),
    ):
        assert refused(answer, "unknown-reservation").kind == "not-found"


# ----------------------------------------------------------------------------------------------------------- dates


def test_expires_when_its_last_day_ends() -> None:
    trade = shop()
    until = to_jde(date(2026, 3, 4))
    number = got(trade.reserve(OPENED, lines((PEN, 4), validUntil=until)))["id"]
    end = (OPENED // DAY + 3) * DAY
    assert got(trade.reservation(end - 1, number))["status"] == "Active"
    assert shown(trade, PEN, end - 1) == "6"
    assert trade.next_event(end - 1) == end
    assert got(trade.reservation(end, number))["status"] == "Expired"
    assert shown(trade, PEN, end) == "10"
    assert reserved(trade, PEN, end) == 0


def test_today_is_a_last_day_and_zero_is_none() -> None:
    trade = shop(rules=HouseRules(reservation_days=2))
    assert got(trade.reserve(OPENED, lines((PEN, 1), validUntil=TODAY)))["validUntil"] == TODAY
    assert got(trade.reserve(OPENED, lines((PEN, 1), validUntil=0)))["validUntil"] == TODAY + 2
    assert got(trade.reserve(OPENED, lines((PEN, 1), validUntil=None)))["validUntil"] == TODAY + 2


@pytest.mark.parametrize("number", [TODAY - 1, 126000, 126366, -5, 10**9])
def test_last_days_that_cannot_be(number: int) -> None:
    trade = shop()
    for answer in (
        trade.reserve(OPENED, lines((PEN, 1), validUntil=number)),
        trade.change_reservation(
            OPENED, got(trade.reserve(OPENED, lines((PEN, 1))))["id"], lines((PEN, 1), validUntil=number)
        ),
    ):
        assert refused(answer, "bad-date").field == "validUntil"
    assert shown(trade, PEN) == "9"


# -------------------------------------------------------------------------------------------------------- changing


def test_changed_lines_take_the_place_of_the_old() -> None:
    trade = shop()
    made = got(trade.reserve(OPENED, lines((PEN, 4), (INK, 1), customerReference="a", validUntil=TODAY + 1)))
    changed = got(trade.change_reservation(OPENED, made["id"], lines((PEN, 10), customerReference="b")))
    assert (changed["customerReference"], changed["validUntil"], changed["id"]) == ("b", TODAY + 1, made["id"])
    assert [line["quantity"] for line in changed["lines"]] == [10]
    assert [shown(trade, code) for code in (PEN, INK)] == ["0", "3"]
    assert [reserved(trade, code) for code in (PEN, INK)] == [10, 0]


def test_a_change_that_cannot_be_had_changes_nothing() -> None:
    trade = shop()
    made = got(trade.reserve(OPENED, lines((PEN, 4), (INK, 1))))
    refused(trade.change_reservation(OPENED, made["id"], lines((PEN, 11))), "above-stock")
    refused(trade.change_reservation(OPENED, made["id"], lines((5, 11))), "unknown-product")
    assert trade.reservation(OPENED, made["id"]) == made
    assert [shown(trade, code) for code in (PEN, INK)] == ["6", "2"]
    assert [reserved(trade, code) for code in (PEN, INK)] == [4, 1]


def test_pieces_of_a_kit_given_up_are_free_for_its_parts() -> None:
    trade = shop()
    made = got(trade.reserve(OPENED, lines((SET, 1))))
    changed = got(trade.change_reservation(OPENED, made["id"], lines((INK, 3))))
    assert changed["lines"][0]["quantity"] == 3
    assert [shown(trade, code) for code in (PEN, INK, SET)] == ["10", "0", "0"]


def test_a_moved_last_day_is_the_one_that_counts() -> None:
    trade = shop()
    made = got(trade.reserve(OPENED, lines((PEN, 4), validUntil=TODAY + 1)))
    got(trade.change_reservation(OPENED, made["id"], lines((PEN, 4), validUntil=TODAY + 5)))
    assert got(trade.reservation(OPENED + 3 * DAY, made["id"]))["status"] == "Active"
    assert got(trade.reservation(OPENED + 6 * DAY, made["id"]))["status"] == "Expired"
    assert shown(trade, PEN, OPENED + 6 * DAY) == "10"


# -------------------------------------------------------------------------------------------------------- ordering


def test_an_order_takes_what_is_reserved() -> None:
    trade = shop()
    number = got(trade.reserve(OPENED, lines((PEN, 10))))["id"]
    refused(trade.place_order(OPENED, lines((PEN, 1))), "out-of-stock")
    order = got(trade.place_order(OPENED, lines((PEN, 10), reservationId=number, orderIfAllAvailable=True)))
    assert order["reservationId"] == number
    assert order["lines"][0]["quantity"] == 10
    done = got(trade.reservation(OPENED, number))
    assert (done["status"], done["lines"][0]["quantity"]) == ("Ordered", 10)
    assert (shown(trade, PEN), reserved(trade, PEN)) == ("0", 0)
    refusal = refused(trade.place_order(OPENED, lines((PEN, 1), reservationId=number)), "reservation-not-active")
    assert refusal.field == "reservationId"


def test_what_is_not_ordered_stays_reserved() -> None:
    trade = shop()
    number = got(trade.reserve(OPENED, lines((PEN, 6), (INK, 1))))["id"]
    got(trade.place_order(OPENED, lines((PEN, 4), reservationId=number)))
    assert got(trade.reservation(OPENED, number))["status"] == "Active"
    assert [reserved(trade, code) for code in (PEN, INK)] == [2, 1]
    assert shown(trade, PEN) == "4"
    got(trade.release(OPENED, number))
    assert [shown(trade, code) for code in (PEN, INK)] == ["6", "3"]


def test_more_than_reserved_comes_off_the_shelf() -> None:
    trade = shop()
    number = got(trade.reserve(OPENED, lines((PEN, 6))))["id"]
    order = got(trade.place_order(OPENED, lines((PEN, 9), (INK, 1), reservationId=number)))
    assert [line["quantity"] for line in order["lines"]] == [9, 1]
    assert [shown(trade, code) for code in (PEN, INK)] == ["1", "2"]


def test_a_refused_order_leaves_the_reservation_alone() -> None:
    trade = shop()
    made = got(trade.reserve(OPENED, lines((PEN, 6))))
    refused(
        trade.place_order(OPENED, lines((PEN, 11), reservationId=made["id"], orderIfAllAvailable=True)), "above-stock"
    )
    assert trade.reservation(OPENED, made["id"]) == made
    assert (shown(trade, PEN), reserved(trade, PEN)) == ("4", 6)
    refusal = refused(trade.place_order(OPENED, lines((PEN, 1), reservationId="7")), "unknown-reservation")
    assert (refusal.kind, refusal.field) == ("business", "reservationId")


def test_a_cancelled_order_gives_back_to_the_shelf_not_to_the_reservation() -> None:
    trade = shop()
    number = got(trade.reserve(OPENED, lines((PEN, 6))))["id"]
    order = got(trade.place_order(OPENED, lines((PEN, 6), reservationId=number)))
    got(trade.cancel_order(OPENED + HOUR, order["id"]))
    assert (shown(trade, PEN, OPENED + HOUR), reserved(trade, PEN, OPENED + HOUR)) == ("10", 0)
    assert got(trade.reservation(OPENED + HOUR, number))["status"] == "Ordered"
    assert shown(trade, PEN, OPENED + 30 * DAY) == "10"


def test_an_empty_reservation_number_is_none() -> None:
    assert got(shop().place_order(OPENED, lines((PEN, 1), reservationId="")))["reservationId"] is None


def test_a_reservation_that_is_changed_again_and_again_falls_due_once_and_costs_no_more() -> None:
    catalog = shop().catalog
    deals = Deals(
        Shelf.untouched(catalog),
        rules=HouseRules(),
        opened=OPENED,
        currency="EUR",
        vat_percent=21,
        changes=Changes(catalog),
    )
    made = deals.reserve(OPENED, lines((PEN, 1)))
    assert isinstance(made, Reservation)
    for turn in range(40):
        day = TODAY + 1 + turn % 2
        assert isinstance(deals.change(OPENED, made.id, lines((PEN, 1), validUntil=day)), Reservation)
    assert len(deals.agenda) == 3, "its first last day, and the two it was moved between"
    assert deals.due(OPENED + 3 * DAY)
    assert deals.reservations[made.id].status is ReservationStatus.EXPIRED
