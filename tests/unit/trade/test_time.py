"""What a keeper of ready answers needs: which rows differ, since when, and when time will next change something."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR, MINUTE
from elko_mock.trade import fixed
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.trade import Trade
from elko_mock.trade.twists import Twists
from elko_mock.trade.window import Rows
from tests.unit.trade.dealing import BULK, DEFAULT, INK, OPENED, PAD, PEN, SET, got, lines, refused, shop


def test_pristine_until_touched() -> None:
    trade = shop()
    assert trade.is_pristine
    got(trade.place_order(OPENED, lines((BULK, 1))))
    assert trade.touched == {BULK}
    assert not trade.is_pristine


def test_kits_and_parts_touch_each_other() -> None:
    trade = shop()
    got(trade.reserve(OPENED, lines((INK, 1))))
    assert trade.touched == {INK, SET}
    other = shop()
    got(other.place_order(OPENED, lines((SET, 1))))
    assert other.touched == {SET, PEN, INK}


def test_version_bumps_with_every_change_and_only_then() -> None:
    trade = shop()
    versions = [trade.version]
    number = got(trade.place_order(OPENED, lines((PEN, 1))))["id"]
    versions.append(trade.version)
    kept = got(trade.reserve(OPENED, lines((INK, 1))))["id"]
    versions.append(trade.version)
    got(trade.change_reservation(OPENED, kept, lines((INK, 2))))
    versions.append(trade.version)
    got(trade.release(OPENED, kept))
    versions.append(trade.version)
    got(trade.cancel_order(OPENED, number))
    versions.append(trade.version)
    got(trade.add_to_cart(OPENED, {"elkoCode": PEN, "quantity": 1}))
    versions.append(trade.version)
    got(trade.remove_line(OPENED, 1))
    versions.append(trade.version)
    trade.clear_cart(OPENED)
    versions.append(trade.version)
    assert all(before < after for before, after in pairwise(versions))
    for quiet in (
        lambda: trade.products(OPENED),
        lambda: trade.availability(OPENED),
        lambda: trade.orders(OPENED),
        lambda: trade.cart(OPENED),
        lambda: refused(trade.place_order(OPENED, lines((PAD, 1))), "out-of-stock"),
        lambda: refused(trade.release(OPENED, kept), "reservation-not-active"),
        trade.snapshot,
        lambda: trade.settle(OPENED + MINUTE),
    ):
        quiet()
        assert trade.version == versions[-1]


def test_changes_say_since_when() -> None:
    trade = shop()
    got(trade.place_order(OPENED, lines((PEN, 1))))
    first = trade.changes[PEN]
    got(trade.place_order(OPENED, lines((BULK, 1))))
    assert trade.changes[PEN] == first < trade.changes[BULK] == trade.version


def test_untouched_rows_are_the_same_in_every_trade_of_one_style() -> None:
    one, other = Trade(DEFAULT, OPENED), Trade(DEFAULT, OPENED + 8 * HOUR, seed=5)
    assert one.style("lv") == other.style("LV") != one.style("RU")
    got(other.place_order(OPENED, lines((fixed.PLENTY, 1), (fixed.KIT, 1))))
    for before, after in zip(one.products(OPENED), other.products(OPENED), strict=True):
        if before["id"] not in other.touched:
            assert after == before
    assert one.style() != Trade(DEFAULT, OPENED + DAY).style()
    assert one.product_row(fixed.KIT) == one.products(OPENED, [fixed.KIT])[0]


def test_lines_given_up_have_changed_too() -> None:
    trade = shop()
    kept = got(trade.reserve(OPENED, lines((PEN, 1), (INK, 1))))["id"]
    got(trade.change_reservation(OPENED, kept, lines((INK, 1))))
    assert trade.changes[PEN] == trade.version


def test_long_lists_stay_as_of_their_moment() -> None:
    touched = (fixed.CHEAPER_BY_TEN, fixed.COMING, fixed.SELLS_OUT, fixed.PRICE_MOVES)
    trade = Trade(DEFAULT, OPENED, twists=Twists(delivery="backorder", rows={code: {} for code in touched}))
    got(trade.reserve(OPENED, lines((fixed.CHEAPER_BY_TEN, 380))))
    rows, stocks = trade.products(OPENED), trade.availability(OPENED)
    before = [dict(row) for row in rows]
    got(trade.place_order(OPENED, lines((fixed.LAST_PIECE, 1), *((code, 1) for code in touched))))
    got(trade.reserve(OPENED, lines((fixed.CHEAPER_BY_TEN, 1))))
    now = {row["id"]: row for row in trade.products(OPENED)}
    assert all(now[row["id"]] != row for row in before if row["id"] in touched)
    assert list(rows) == before == [rows[place] for place in range(len(rows))]
    assert len(rows) == len(stocks) == 150
    assert list(rows[3:5]) == before[3:5]
    assert [row["stockQuantity"] for row in stocks] == [row["quantity"] for row in before]
    assert list(trade.products(OPENED)) != before


def test_rows_tell_which_are_the_worlds_own() -> None:
    trade, other = Trade(DEFAULT, OPENED), Trade(DEFAULT, OPENED, seed=8)
    got(trade.place_order(OPENED, lines((fixed.LAST_PIECE, 1))))
    for codes in ((), (fixed.LAST_PIECE, fixed.RECORDED)):
        rows, plain = trade.products(OPENED, codes), other.products(OPENED, codes)
        stocks = trade.availability(OPENED, codes)
        assert isinstance(rows, Rows)
        assert isinstance(plain, Rows)
        assert isinstance(stocks, Rows)
        assert rows.kin == plain.kin != stocks.kin
        for product, row in zip(rows.products, rows, strict=True):
            assert rows.row(product) == row
            assert (product.code in rows.own) == (product.code == fixed.LAST_PIECE)
            assert (plain.row(product) == row) == (product.code != fixed.LAST_PIECE)
    sweeping = Trade(DEFAULT, OPENED, twists=Twists(price_factor=2.0)).products(OPENED)
    assert isinstance(sweeping, Rows)
    assert sweeping.kin is None


def test_next_events_in_turn() -> None:
    trade = shop()
    days = OPENED // DAY * DAY
    arrival = days + 2 * DAY
    assert trade.next_event(OPENED) == arrival
    number = got(trade.place_order(OPENED, lines((PEN, 1))))["id"]
    got(trade.reserve(OPENED, lines((INK, 1))))
    seen = []
    now = OPENED
    while (following := trade.next_event(now)) is not None:
        assert following > now
        version = trade.version
        trade.settle(following - 1)
        assert trade.version == version
        trade.settle(following)
        assert trade.version > version
        seen.append(following)
        now = following
    assert seen == [OPENED + 30 * MINUTE, OPENED + DAY, OPENED + DAY + HOUR, arrival, days + 8 * DAY]
    assert got(trade.order(now, number))["status"] == "Invoiced"


def test_what_was_called_off_is_no_event() -> None:
    trade = Trade(Catalog.generate(1, 2), OPENED)
    assert trade.next_event(OPENED) is None
    number = got(trade.place_order(OPENED, lines((fixed.PLENTY, 1))))["id"]
    kept = got(trade.reserve(OPENED, lines((fixed.PLENTY, 1))))["id"]
    got(trade.cancel_order(OPENED, number))
    got(trade.release(OPENED, kept))
    assert trade.next_event(OPENED) is None
    version = trade.version
    trade.settle(OPENED + 30 * DAY)
    assert trade.version == version


def test_arrivals_touch_what_came_in() -> None:
    trade = shop()
    trade.settle(OPENED + DAY)
    assert trade.is_pristine
    trade.settle(OPENED + 5 * DAY)
    assert trade.touched == {PAD}
    sweeping = shop(twists=Twists(price_factor=2.0))
    sweeping.settle(OPENED + 5 * DAY)
    assert (sweeping.touched, sweeping.version) == (set(), 2)


@given(st.lists(st.integers(0, 20 * DAY), max_size=6))
def test_how_often_one_looks_changes_nothing(looks: list[int]) -> None:
    """The world at one instant is the same whether it was looked at on the way or not."""

    def at_the_end(stops: list[int]) -> object:
        trade = shop()
        got(trade.place_order(OPENED, lines((PEN, 3))))
        got(trade.reserve(OPENED, lines((INK, 1))))
        for stop in sorted(stops):
            trade.orders(OPENED + stop)
        end = OPENED + 21 * DAY
        return [list(trade.products(end)), trade.orders(end), trade.reservations(end), trade.invoices(end)]

    assert at_the_end(looks) == at_the_end([])
