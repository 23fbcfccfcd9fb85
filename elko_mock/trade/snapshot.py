"""Snapshots: all that a trade remembers as JSON-able data, read back only when whole, sound and of this format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from elko_mock.clock import DAY, LATEST, Instant
from elko_mock.trade.account import Account
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.deals import expiry, order_id, reservation_id
from elko_mock.trade.jde import LAST_DAY
from elko_mock.trade.plain import NotPlain, from_plain, to_plain
from elko_mock.trade.records import CartLine, Order, Reservation, ReservationStatus
from elko_mock.trade.rules import HouseRules, RuleProblem
from elko_mock.trade.twists import TwistProblem, Twists

FORMAT = 1
"""Bumps whenever an older program could not read what is written."""

_LATEST_TURN = 2 * LATEST


class SnapshotProblem(ValueError):
    """A snapshot that cannot be restored; the message says where and why. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a snapshot keeps. Stock is not in it: it follows from the orders and reservations."""

    format: int
    catalog: str
    opened: Instant
    now: Instant
    version: int
    seed: int
    account: Account
    rules: HouseRules
    twists: Twists
    orders: tuple[Order, ...]
    reservations: tuple[Reservation, ...]
    cart: tuple[CartLine, ...]
    next_line: int
    sold_out: tuple[int, ...]
    moved: tuple[int, ...]
    changes: Mapping[int, int]


def write(kept: Kept) -> dict[str, Any]:
    """As JSON-able data."""
    plain: dict[str, Any] = to_plain(kept)
    return plain


def read(data: Any, catalog: Catalog) -> Kept:
    """Read one back for that catalogue. Raises SnapshotProblem."""
    if not isinstance(data, Mapping) or "format" not in data:
        raise SnapshotProblem("this is no snapshot of a trade: it has no format")
    if data["format"] != FORMAT:
        raise SnapshotProblem(f"the snapshot is of format {data['format']!r}; this program reads format {FORMAT}")
    if data.get("catalog") != catalog.identity:
        raise SnapshotProblem(
            f"the snapshot belongs to another catalogue ({data.get('catalog')!r}), not to {catalog.identity!r}; "
            "start with the catalogue it was taken from"
        )
    try:
        kept: Kept = from_plain(Kept, data)
    except (NotPlain, TwistProblem, RuleProblem) as problem:
        raise SnapshotProblem(f"the snapshot is broken at {problem}") from None
    for fine, complaint in _findings(kept, catalog):
        if not fine:
            raise SnapshotProblem(f"the snapshot is broken: {complaint}")
    return kept


def _findings(kept: Kept, catalog: Catalog) -> Iterable[tuple[bool, str]]:
    yield 0 <= kept.opened <= kept.now <= LATEST, "its times are out of order"
    yield kept.version >= 1, "its version is below 1"
    for place, order in enumerate(kept.orders):
        yield order.id == order_id(kept.seed, place), f"order {order.id} is out of turn"
        yield _sound_order(order, kept, catalog), f"order {order.id} does not add up"
    for place, reservation in enumerate(kept.reservations):
        yield reservation.id == reservation_id(kept.seed, place), f"reservation {reservation.id} is out of turn"
        yield _sound_reservation(reservation, kept, catalog), f"reservation {reservation.id} does not add up"
    yield len({line.id for line in kept.cart}) == len(kept.cart), "two lines of the cart have one id"
    for line in kept.cart:
        yield _sound_cart_line(line, kept, catalog), f"line {line.id} of the cart does not add up"
    for name, codes in (("sold_out", kept.sold_out), ("moved", kept.moved)):
        yield all(code in catalog for code in codes), f"{name} has a code that the catalogue has not"
        yield len(set(codes)) == len(codes), f"{name} has a code twice"


def _sound_order(order: Order, kept: Kept, catalog: Catalog) -> bool:
    shipped = [0] * len(order.lines)
    for parcel in order.parcels:
        for portion in parcel.portions:
            if not 0 <= portion.line < len(order.lines) or portion.quantity < 1:
                return False
            shipped[portion.line] += portion.quantity
    times = (order.placed, order.confirmed, *order.turns)
    return (
        all(0 <= at <= _LATEST_TURN for at in times)
        and order.placed <= kept.now
        and 0 <= order.vat_percent <= 100
        and len({line.code for line in order.lines}) == len(order.lines) > 0
        and all(
            line.code in catalog
            and 0 <= line.promised <= line.quantity <= line.requested
            and line.quantity == count
            and line.price >= 0
            for line, count in zip(order.lines, shipped, strict=True)
        )
    )


def _sound_reservation(reservation: Reservation, kept: Kept, catalog: Catalog) -> bool:
    active = reservation.status is ReservationStatus.ACTIVE
    return (
        0 <= reservation.created <= kept.now
        and reservation.created // DAY <= reservation.last_day <= LAST_DAY
        and (not active or expiry(reservation) > kept.now)
        and active == any(line.held for line in reservation.lines)
        and len({line.code for line in reservation.lines}) == len(reservation.lines)
        and all(
            line.code in catalog and 0 <= line.held <= line.quantity <= line.requested for line in reservation.lines
        )
    )


def _sound_cart_line(line: CartLine, kept: Kept, catalog: Catalog) -> bool:
    product = catalog.products.get(line.code)
    return (
        product is not None
        and line.kit == (product.kit is not None)
        and 0 < line.id < kept.next_line
        and line.quantity >= 1
        and all(
            product.kit is not None and product.kit.offers(option.code) and option.quantity >= 1
            for option in line.options or ()
        )
    )
