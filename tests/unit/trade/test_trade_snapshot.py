"""Snapshots: exact, of one format and catalogue; broken ones are refused with words and change nothing."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR
from elko_mock.trade import fixed
from elko_mock.trade.account import Account
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.plain import NotPlain, from_plain, to_plain
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.snapshot import SnapshotProblem
from elko_mock.trade.trade import Trade
from elko_mock.trade.twists import Coming, Twists
from tests.unit.trade.dealing import DEFAULT, OPENED, got, lines, refused

NOW = OPENED + 2 * DAY


def busy(twists: Twists | None = None) -> Trade:
    """A trade in which everything has happened."""
    trade = Trade(
        DEFAULT,
        OPENED,
        seed=9,
        account=Account(company="Čši 🙂", currency="USD"),
        rules=HouseRules(payment_days=3),
        twists=twists or Twists(delivery="backorder", rows={fixed.RECORDED: {"quantity": None}}),
    )
    user = {"company": "X", "isNaturalPerson": True, "pickupPoint": 3}
    got(trade.place_order(OPENED, lines((fixed.KIT, 1), (fixed.COMING, 5), (fixed.PLENTY, 20_000), enduser=user)))
    got(trade.cancel_order(OPENED, got(trade.place_order(OPENED, lines((fixed.KIT_FAN, 2), (fixed.COMING, 2))))["id"]))
    kept = [
        got(trade.reserve(OPENED, lines((fixed.CHEAPER_BY_TEN, 5), customerReference=None)))["id"] for _ in range(4)
    ]
    got(trade.release(OPENED, kept[0]))
    got(trade.place_order(OPENED, lines((fixed.CHEAPER_BY_TEN, 5), reservationId=kept[1])))
    got(trade.place_order(OPENED, lines((fixed.CHEAPER_BY_TEN, 2), reservationId=kept[2])))
    refused(trade.reserve(OPENED, lines((fixed.SELLS_OUT, 1))), "out-of-stock")
    got(trade.place_order(OPENED + HOUR, lines((fixed.PRICE_MOVES, 1))))
    got(trade.add_to_cart(OPENED, {"elkoCode": fixed.PLENTY, "quantity": 2}))
    options = [{"elkoCode": fixed.KIT_OPTION_A, "quantity": 1}]
    got(trade.add_kit(OPENED, {"kitId": fixed.KIT, "quantity": 1, "selectedOptions": options}))
    got(trade.add_to_cart(OPENED, {"elkoCode": fixed.NO_MEDIA, "quantity": 2}))
    got(trade.remove_line(OPENED, 1))
    trade.settle(NOW)
    return trade


def everything(trade: Trade, now: int) -> list[Any]:
    return [
        list(trade.products(now)),
        list(trade.availability(now, (), "AvailabilityIncomingPrice")),
        trade.orders(now),
        trade.reservations(now),
        trade.cart(now),
        trade.invoices(now, additional=True),
        trade.account(now),
        trade.next_event(now),
        dict(trade.changes),
        trade.version,
    ]


@pytest.mark.parametrize(
    "twists",
    [
        None,
        Twists(hourly_drift=True, sold_out_at_order=frozenset({fixed.NO_MEDIA}), nulls=0.25),
        Twists(stock={"*": 50, fixed.RECORDED: 3}, incoming={"*": Coming(9, 4)}, price_at_order={fixed.KIT: 2.0}),
        Twists(quantity_forms=("", None, ">50"), unknown_fields=True, unfillable=frozenset({fixed.RECORDED})),
    ],
)
def test_the_same_trade_and_the_same_bytes(twists: Twists | None) -> None:
    trade = busy(twists)
    written = json.dumps(trade.snapshot())
    restored = Trade.restore(DEFAULT, json.loads(written))
    assert json.dumps(restored.snapshot()) == written
    for later in (NOW, NOW + HOUR, NOW + 2 * DAY, NOW + 30 * DAY):
        assert everything(restored, later) == everything(trade, later)
    for one in (trade, restored):
        got(one.place_order(NOW + 30 * DAY, lines((fixed.CHEAPER_BY_TEN, 3))))
    assert everything(restored, NOW + 31 * DAY) == everything(trade, NOW + 31 * DAY)


def test_a_snapshot_is_a_copy() -> None:
    trade = busy()
    taken = trade.snapshot()
    before = json.dumps(taken)
    got(trade.place_order(NOW, lines((fixed.PLENTY, 1))))
    assert json.dumps(taken) == before


@pytest.mark.parametrize("data", [None, [], "x", {}, {"catalog": "x"}])
def test_no_snapshot_at_all(data: Any) -> None:
    with pytest.raises(SnapshotProblem, match="no snapshot"):
        Trade.restore(DEFAULT, data)


def test_another_format_and_another_catalogue() -> None:
    taken = busy().snapshot()
    with pytest.raises(SnapshotProblem, match="format 2; this program reads format 1"):
        Trade.restore(DEFAULT, taken | {"format": 2})
    with pytest.raises(SnapshotProblem, match="another catalogue"):
        Trade.restore(Catalog.generate(2, 150), taken)


def edit(*path: str | int, to: Any) -> Any:
    def apply(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return apply


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            edit("orders", 0, "lines", 0, "quantity", to="1"),
            r"orders\.0\.lines\.0\.quantity: '1' is not a whole number",
        ),
        (edit("orders", 0, "wishes", "end_user", "pickup_point", to=1.5), "pickup_point"),
        (edit("orders", 0, "wishes", "fastest", to=1), "fastest: 1 is not true or false"),
        (edit("orders", 0, "lines", 0, "price", to=True), "price: True is not a whole number"),
        (edit("orders", 0, "surprise", to=1), r"orders\.0\.surprise: unknown"),
        (edit("orders", to={}), "is not a list"),
        (edit("orders", 0, to=None), "is not an object"),
        (edit("twists", "delivery", to="never"), "none of 'whole', 'partial', 'backorder'"),
        (edit("twists", "nulls", to=7), "share from 0 to 1"),
        (edit("rules", "payment_days", to=-1), "payment_days: 0 to 3660, not -1"),
        (edit("rules", "ship_after", to=10**17), "ship_after: 0 to"),
        (edit("reservations", 0, "status", to="Lost"), "none of 'Active'"),
        (edit("account", "addresses", 0, "city", to=None), r"addresses\.0\.city"),
        (edit("changes", "x", to=1), r"changes\.x"),
        (edit("now", to=OPENED - 1), "times are out of order"),
        (edit("version", to=0), "version"),
        (edit("orders", 1, "id", to="5"), "order 5 is out of turn"),
        (edit("orders", 0, "lines", to=[]), "does not add up"),
        (edit("orders", 0, "lines", 0, "quantity", to=2), "does not add up"),
        (edit("orders", 0, "lines", 0, "code", to=5), "does not add up"),
        (edit("orders", 0, "lines", 0, "price", to=-5), "does not add up"),
        (edit("orders", 0, "parcels", 0, "portions", 0, "line", to=7), "does not add up"),
        (edit("orders", 0, "parcels", 0, "portions", 0, "quantity", to=0), "does not add up"),
        (edit("orders", 0, "parcels", 0, "portions", 1, "quantity", to=5), "does not add up"),
        (edit("orders", 0, "placed", to=NOW + 1), "does not add up"),
        (edit("orders", 0, "confirmed", to=10**30), "does not add up"),
        (edit("orders", 0, "vat_percent", to=101), "does not add up"),
        (edit("reservations", 2, "id", to="5"), "reservation 5 is out of turn"),
        (edit("reservations", 2, "lines", 0, "held", to=6), "does not add up"),
        (edit("reservations", 2, "lines", 0, "held", to=0), "does not add up"),
        (edit("reservations", 0, "lines", 0, "held", to=1), "does not add up"),
        (edit("reservations", 2, "last_day", to=10**6), "does not add up"),
        (edit("reservations", 2, "last_day", to=OPENED // DAY), "does not add up"),
        (edit("reservations", 2, "created", to=NOW + 1), "does not add up"),
        (edit("reservations", 2, "lines", 0, "code", to=5), "does not add up"),
        (edit("cart", 0, "id", to=3), "two lines of the cart"),
        (edit("cart", 0, "id", to=4), "line 4 of the cart"),
        (edit("cart", 0, "code", to=5), "of the cart does not"),
        (edit("cart", 0, "kit", to=False), "of the cart does not"),
        (edit("cart", 0, "quantity", to=0), "of the cart does not"),
        (edit("cart", 0, "options", 0, "code", to=5), "of the cart does not"),
        (edit("cart", 1, "options", to=[{"code": 5, "quantity": 1}]), "of the cart does not"),
        (edit("sold_out", to=[5]), "sold_out has a code"),
        (edit("moved", to=[fixed.KIT, fixed.KIT]), "moved has a code twice"),
        (edit("twists", "stock", to={"*": 0}), "more was sold of product"),
        (edit("twists", "incoming", to={"*": {"quantity": 1, "days": 30}}), "more was sold of product"),
    ],
)
def test_broken_ones_are_told_apart(change: Any, says: str) -> None:
    taken = json.loads(json.dumps(busy().snapshot()))
    change(taken)
    with pytest.raises(SnapshotProblem, match=says):
        Trade.restore(DEFAULT, taken)


TAKEN = json.loads(json.dumps(busy().snapshot()))


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to every value in the data."""
    found = [path] if path else []
    if isinstance(data, dict):
        for key, item in data.items():
            found += places(item, (*path, key))
    elif isinstance(data, list):
        for place, item in enumerate(data):
            found += places(item, (*path, place))
    return found


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=3), st.just([]), st.just({})
)


@given(st.sampled_from(places(TAKEN)), JUNK, st.booleans())
def test_whatever_is_changed_it_is_restored_or_refused_never_half(path: tuple[Any, ...], junk: Any, drop: bool) -> None:
    data = copy.deepcopy(TAKEN)
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    if drop and isinstance(holder, dict):
        del holder[path[-1]]
    else:
        holder[path[-1]] = junk
    try:
        trade = Trade.restore(DEFAULT, data)
    except SnapshotProblem:
        return
    everything(trade, trade.now)
    everything(trade, trade.now + 10 * DAY)
    assert json.dumps(Trade.restore(DEFAULT, trade.snapshot()).snapshot()) == json.dumps(trade.snapshot())


def test_plain_values_the_snapshot_has_no_use_for() -> None:
    assert to_plain(frozenset({"b", "a"})) == ["a", "b"]
    assert from_plain(frozenset[str], "one") == frozenset({"one"})
    with pytest.raises(NotPlain, match="the whole: 1 is not text"):
        from_plain(str, 1)
