"""Deals: orders and reservations, each taken whole or refused, and what becomes of them as time passes."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from elko_mock.clock import DAY, Instant
from elko_mock.trade import refusals
from elko_mock.trade.allotting import Share, Wanted, allot, put_back, shortfall, wanted_lines
from elko_mock.trade.changes import Changes
from elko_mock.trade.jde import NotAJdeDate, day_number, from_jde
from elko_mock.trade.mixer import mix
from elko_mock.trade.ordering import order_lines, parcels, wishes_of
from elko_mock.trade.product import Product
from elko_mock.trade.records import OPEN, Order, Reservation, ReservationLine, ReservationStatus
from elko_mock.trade.refusals import Refusal
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.shelf import Shelf

_FIRST_ORDER, _FIRST_RESERVATION, _SPREAD = 40_000_000, 7_000_000, 1_000_000

Turn = tuple[Instant, str, str]
"""When, `order` or `reservation`, and which."""


class Deals:
    """The book of orders and reservations over one shelf."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        rules: HouseRules,
        opened: Instant,
        currency: str,
        vat_percent: int,
        changes: Changes,
    ) -> None:
        """`changes` is told the codes whose rows a deal has changed."""
        self._shelf = shelf
        self._rules = rules
        self._currency = currency
        self._vat_percent = vat_percent
        self._changes = changes
        self.opened = opened
        self.orders: dict[str, Order] = {}
        self.reservations: dict[str, Reservation] = {}
        self.agenda: list[Turn] = []
        self._noted: set[Turn] = set()

    # ----------------------------------------------------------------------------------------------------- orders

    def place(self, now: Instant, request: Mapping[str, Any]) -> Order | Refusal:
        """Take an order: at the house's prices, as far as stock goes, or all of it or none when it says so."""
        refusal = self._wrong_currency(request)
        if refusal is not None:
            return refusal
        wanted = self._wanted(request)
        if isinstance(wanted, Refusal):
            return wanted
        source = self._source(request.get("reservationId") or None)
        if isinstance(source, Refusal):
            return source
        self._asked(wanted, ordering=True)
        held = {} if source is None else {line.code: line.held for line in source.lines}
        delivery = self._shelf.twists.delivery
        shares = allot(self._shelf, wanted, held, backorder=delivery == "backorder")
        refusal = shortfall(shares, all_or_nothing=bool(request.get("orderIfAllAvailable")))
        if refusal is not None:
            put_back(self._shelf, shares)
            return refusal
        if source is not None:
            self._draw(source, shares)
        prices = [self._shelf.price_for(share.wanted.product, max(1, share.quantity)) or 0 for share in shares]
        order = Order(
            id=order_id(self._shelf.seed, len(self.orders)),
            placed=now,
            confirmed=now + self._rules.confirm_after,
            wishes=wishes_of(request),
            currency=self._currency,
            vat_percent=self._vat_percent,
            lines=order_lines(shares, prices),
            parcels=parcels(shares, [self._arrival(share) for share in shares], now, self._rules, delivery),
            reservation=None if source is None else source.id,
        )
        self.add_order(order, now)
        self._changes.touch(share.wanted.product.code for share in shares)
        return order

    def cancel(self, now: Instant, order_id: str) -> Order | Refusal:
        """Cancel what has not begun to leave; its pieces lie on the shelf again."""
        order = self.orders.get(order_id)
        if order is None:
            return refusals.unknown_order(order_id)
        status = order.status(now)
        if status not in OPEN:
            return refusals.order_not_open(order_id, status)
        for line in order.lines:
            product = self._shelf.catalog.products[line.code]
            self._shelf.take(product, line.promised - line.quantity)
            if line.promised:
                self._shelf.promise(product, -line.promised)
        cancelled = self.orders[order_id] = replace(order, cancelled=True)
        self._changes.touch(line.code for line in order.lines)
        return cancelled

    def add_order(self, order: Order, now: Instant) -> None:
        """Enter an order and the turns it will still take."""
        self.orders[order.id] = order
        for at in order.turns:
            if at > now:
                self._note((at, "order", order.id))

    def resume(self, orders: Iterable[Order], reservations: Iterable[Reservation], now: Instant) -> None:
        """Enter what a snapshot kept, and take off the shelf what is its due."""
        for order in orders:
            self.add_order(order, now)
            for line in () if order.cancelled else order.lines:
                self._shelf.take(self._product(line.code), line.quantity - line.promised)
                if line.promised:
                    self._shelf.promise(self._product(line.code), line.promised)
        for reservation in reservations:
            self.add_reservation(reservation)
            for kept in reservation.lines:
                self._shelf.take(self._product(kept.code), kept.held)

    # ----------------------------------------------------------------------------------------------- reservations

    def reserve(self, now: Instant, request: Mapping[str, Any]) -> Reservation | Refusal:
        """Keep pieces for the account until the last day."""
        last_day = self._last_day(now, request, now // DAY + self._rules.reservation_days)
        if isinstance(last_day, Refusal):
            return last_day
        lines = self._reserved_lines(request, {})
        if isinstance(lines, Refusal):
            return lines
        number = reservation_id(self._shelf.seed, len(self.reservations))
        reservation = Reservation(number, now, last_day, request.get("customerReference"), lines)
        self.add_reservation(reservation)
        self._changes.touch(line.code for line in lines)
        return reservation

    def change(self, now: Instant, reservation_id: str, request: Mapping[str, Any]) -> Reservation | Refusal:
        """Put the request in the place of what was reserved; refused, all stays as it was."""
        before = self.reservations.get(reservation_id)
        if before is None:
            return refusals.unknown_reservation(reservation_id)
        if before.status is not ReservationStatus.ACTIVE:
            return refusals.reservation_not_active(reservation_id, before.status)
        last_day = self._last_day(now, request, before.last_day)
        if isinstance(last_day, Refusal):
            return last_day
        lines = self._reserved_lines(request, {line.code: line.held for line in before.lines})
        if isinstance(lines, Refusal):
            return lines
        for line in before.lines:
            self._shelf.hold(line.code, -line.held)
        reservation = replace(before, last_day=last_day, reference=request.get("customerReference"), lines=lines)
        self.add_reservation(reservation)
        self._changes.touch(line.code for line in (*before.lines, *lines))
        return reservation

    def end(self, reservation_id: str, status: ReservationStatus) -> Reservation | Refusal:
        """Release it or let it expire: what it still keeps lies on the shelf again."""
        reservation = self.reservations.get(reservation_id)
        if reservation is None:
            return refusals.unknown_reservation(reservation_id)
        if reservation.status is not ReservationStatus.ACTIVE:
            return refusals.reservation_not_active(reservation_id, reservation.status)
        for line in reservation.lines:
            self._shelf.take(self._shelf.catalog.products[line.code], -line.held)
            self._shelf.hold(line.code, -line.held)
        ended = replace(reservation, status=status, lines=tuple(replace(line, held=0) for line in reservation.lines))
        self.reservations[reservation_id] = ended
        self._changes.touch(line.code for line in ended.lines)
        return ended

    def add_reservation(self, reservation: Reservation) -> None:
        """Enter a reservation, count what it holds, and note when it expires."""
        self.reservations[reservation.id] = reservation
        for line in reservation.lines:
            self._shelf.hold(line.code, line.held)
        if reservation.status is ReservationStatus.ACTIVE:
            self._note((expiry(reservation), "reservation", reservation.id))

    # ------------------------------------------------------------------------------------------------------- time

    def due(self, now: Instant) -> bool:
        """Let everything happen that fell due; whether anything did."""
        happened = False
        while (turn := self.next_turn()) is not None and turn <= now:
            _, kind, name = self._next()
            happened = True
            if kind == "reservation":
                self.end(name, ReservationStatus.EXPIRED)
        return happened

    def next_turn(self) -> Instant | None:
        """When the next order moves on or reservation expires."""
        while self.agenda and not self._stands(self.agenda[0]):
            self._next()
        return self.agenda[0][0] if self.agenda else None

    def _note(self, turn: Turn) -> None:
        """Once each: a reservation that is changed again and again falls due as before."""
        if turn not in self._noted:
            self._noted.add(turn)
            heapq.heappush(self.agenda, turn)

    def _next(self) -> Turn:
        turn = heapq.heappop(self.agenda)
        self._noted.discard(turn)
        return turn

    def _stands(self, turn: Turn) -> bool:
        at, kind, name = turn
        if kind == "order":
            return not self.orders[name].cancelled
        reservation = self.reservations[name]
        return reservation.status is ReservationStatus.ACTIVE and expiry(reservation) == at

    # ---------------------------------------------------------------------------------------------------- helpers

    def _wanted(self, request: Mapping[str, Any]) -> tuple[Wanted, ...] | Refusal:
        wanted = wanted_lines(self._shelf.catalog, request.get("lines"))
        if isinstance(wanted, Refusal):
            return wanted
        reasons = [
            refusals.no_price(want.product.code, f"lines[{want.place}].elkoCode")
            for want in wanted
            if self._shelf.price_for(want.product, 1) is None
        ]
        return refusals.all_of(reasons) if reasons else wanted

    def _wrong_currency(self, request: Mapping[str, Any]) -> Refusal | None:
        fields = [("currency", request.get("currency"))]
        fields += [
            (f"lines[{place}].currency", line.get("currency")) for place, line in enumerate(request.get("lines") or ())
        ]
        reasons = [
            refusals.currency_mismatch(given, self._currency, field)
            for field, given in fields
            if given and given.upper() != self._currency
        ]
        return refusals.all_of(reasons) if reasons else None

    def _source(self, reservation_id: str | None) -> Reservation | Refusal | None:
        if reservation_id is None:
            return None
        reservation = self.reservations.get(reservation_id)
        if reservation is None:
            return refusals.unknown_reservation(reservation_id, "reservationId")
        if reservation.status is not ReservationStatus.ACTIVE:
            return refusals.reservation_not_active(reservation_id, reservation.status, "reservationId")
        return reservation

    def _draw(self, source: Reservation, shares: Iterable[Share]) -> None:
        kept = {share.wanted.product.code: share.kept for share in shares}
        lines = tuple(replace(line, held=line.held - kept.get(line.code, 0)) for line in source.lines)
        for code, pieces in kept.items():
            self._shelf.hold(code, -pieces)
        status = ReservationStatus.ACTIVE if any(line.held for line in lines) else ReservationStatus.ORDERED
        self.reservations[source.id] = replace(source, lines=lines, status=status)

    def _reserved_lines(
        self, request: Mapping[str, Any], held: Mapping[int, int]
    ) -> tuple[ReservationLine, ...] | Refusal:
        wanted = self._wanted(request)
        if isinstance(wanted, Refusal):
            return wanted
        self._asked(wanted, ordering=False)
        asked = {want.product.code: want.quantity for want in wanted}
        surplus = [(self._product(code), max(0, pieces - asked.get(code, 0))) for code, pieces in held.items()]
        for product, pieces in surplus:
            self._shelf.take(product, -pieces)
        shares = allot(self._shelf, wanted, held, backorder=False)
        refusal = shortfall(shares, all_or_nothing=request.get("allOrNothing") is not False)
        if refusal is not None:
            put_back(self._shelf, shares)
            for product, pieces in surplus:
                self._shelf.take(product, pieces)
            return refusal
        return tuple(
            ReservationLine(share.wanted.product.code, share.wanted.quantity, share.quantity, share.quantity)
            for share in shares
        )

    def _asked(self, wanted: Iterable[Wanted], *, ordering: bool) -> None:
        # Asking alone makes some products sell out, and ordering makes some dearer, whatever comes of it.
        shelf = self._shelf
        for want in wanted:
            product = want.product
            for one in shelf.asked_with(product):
                if shelf.sells_out(one) and one.code not in shelf.sold_out:
                    shelf.sold_out.add(one.code)
                    self._changes.touch((one.code,))
            if ordering and product.code not in shelf.moved and shelf.move_factor(product) is not None:
                shelf.moved.add(product.code)
                self._changes.touch((product.code,))

    def _last_day(self, now: Instant, request: Mapping[str, Any], otherwise: int) -> int | Refusal:
        try:
            given = from_jde(request.get("validUntil") or 0)
        except NotAJdeDate as problem:
            return refusals.bad_date("validUntil", str(problem))
        if given is None:
            return otherwise
        day = day_number(given)
        if day < now // DAY:
            return refusals.bad_date(
                "validUntil", f"{given.isoformat()} is over; a reservation lasts till today or later."
            )
        return day

    def _arrival(self, share: Share) -> Instant | None:
        coming = self._shelf.expected(share.wanted.product) if share.promised else None
        return None if coming is None else (self.opened // DAY + coming.days) * DAY

    def _product(self, code: int) -> Product:
        return self._shelf.catalog.products[code]


def order_id(seed: int, place: int) -> str:
    """The number of a world's order, by its place: digits, another start in every world."""
    return str(_FIRST_ORDER + mix(seed, 11) % _SPREAD + place)


def reservation_id(seed: int, place: int) -> str:
    """The number of a world's reservation, likewise."""
    return str(_FIRST_RESERVATION + mix(seed, 13) % _SPREAD + place)


def expiry(reservation: Reservation) -> Instant:
    """The end of its last day."""
    return (reservation.last_day + 1) * DAY
