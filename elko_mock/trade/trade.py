"""Trade: all that one account can ask of the house, each verb whole or refused, on the world's own time."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, Literal

from elko_mock.clock import DAY, HOUR, Instant
from elko_mock.trade import refusals, views
from elko_mock.trade.account import Account
from elko_mock.trade.carts import Cart, line_price
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.changes import Changes
from elko_mock.trade.deals import Deals
from elko_mock.trade.dressing import Dressing
from elko_mock.trade.invoicing import invoice_rows
from elko_mock.trade.jde import NotAJdeDate, day_number, from_jde
from elko_mock.trade.languages import language_index
from elko_mock.trade.records import Order, Reservation, ReservationStatus
from elko_mock.trade.refusals import Refusal
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.shelf import Shelf
from elko_mock.trade.snapshot import FORMAT, Kept, SnapshotProblem, read, write
from elko_mock.trade.texts import description_row, media_row
from elko_mock.trade.twists import NO_TWISTS, Twists
from elko_mock.trade.views import Row, Style
from elko_mock.trade.window import Window

AvailabilityKind = Literal["Availability", "AvailabilityIncoming", "AvailabilityIncomingPrice", "AvailabilityPrice"]


class Trade:
    """One account's dealings with the house.

    Every verb takes the world's time first, settles what fell due, and answers rows in the wire's shapes or a Refusal
    that changed nothing but what asking itself changes (a product that sells out, a price that moves at order).
    Requests are plain dicts in the wire's shapes, already valid by the contract. Not for several threads at once.
    """

    def __init__(
        self,
        catalog: Catalog,
        opened: Instant,
        *,
        seed: int = 0,
        account: Account | None = None,
        rules: HouseRules | None = None,
        twists: Twists = NO_TWISTS,
    ) -> None:
        """Opens in microseconds whatever the catalogue's size: the catalogue is shared, never copied."""
        self.catalog = catalog
        self.opened = opened
        self.seed = seed
        self._account = account or Account()
        self.rules = rules or HouseRules()
        self.twists = twists
        self.currency = catalog.currency or self._account.currency
        self.now = opened
        self._opened_day = opened // DAY
        self._changes = Changes(catalog)
        self._shelf = Shelf(catalog, twists, seed)
        self._dressing = Dressing(twists, seed)
        self._deals = Deals(
            self._shelf,
            rules=self.rules,
            opened=opened,
            currency=self.currency,
            vat_percent=self._account.vat_percent,
            changes=self._changes,
        )
        self._cart = Cart()
        self._window = Window(self._shelf, self._dressing, self._changes.codes)
        for code in twists.named:
            self._changes.mark(code)

    @classmethod
    def restore(cls, catalog: Catalog, snapshot: Any) -> "Trade":
        """A trade as it was when the snapshot was taken, over the same catalogue. Raises SnapshotProblem."""
        kept = read(snapshot, catalog)
        trade = cls(catalog, kept.opened, seed=kept.seed, account=kept.account, rules=kept.rules, twists=kept.twists)
        shelf = trade._shelf
        shelf.day, shelf.hour = kept.now // DAY - kept.opened // DAY, (kept.now - kept.opened) // HOUR
        shelf.sold_out.update(kept.sold_out)
        shelf.moved.update(kept.moved)
        trade._deals.resume(kept.orders, kept.reservations, kept.now)
        if (code := shelf.overdrawn()) is not None:
            raise SnapshotProblem(f"the snapshot is broken: more was sold of product {code} than there ever was")
        trade._cart = Cart(kept.cart, kept.next_line)
        trade._changes.codes.clear()
        trade._changes.codes.update(kept.changes)
        trade.now, trade._changes.version = kept.now, kept.version
        return trade

    def snapshot(self) -> dict[str, Any]:
        """Everything as JSON-able data; `Trade.restore` makes the same trade of it, and that one the same snapshot."""
        return write(
            Kept(
                format=FORMAT,
                catalog=self.catalog.identity,
                opened=self.opened,
                now=self.now,
                version=self.version,
                seed=self.seed,
                account=self._account,
                rules=self.rules,
                twists=self.twists,
                orders=tuple(self._deals.orders.values()),
                reservations=tuple(self._deals.reservations.values()),
                cart=tuple(self._cart.lines.values()),
                next_line=self._cart.next_line,
                sold_out=tuple(sorted(self._shelf.sold_out)),
                moved=tuple(sorted(self._shelf.moved)),
                changes=self._changes.codes,
            )
        )

    # ---------------------------------------------------------------------------------------------- what changed

    @property
    def version(self) -> int:
        """Bumps with every change that an answer could show, those that time brings included."""
        return self._changes.version

    @property
    def sweeping(self) -> bool:
        """Whether twists may change any row, so that `touched` says nothing."""
        return self.twists.sweeping

    @property
    def touched(self) -> Set[int]:
        """Codes whose product row may differ from the untouched one. A live view."""
        return self._changes.codes.keys()

    @property
    def changes(self) -> Mapping[int, int]:
        """By touched code: the version at which its row last changed. A live view."""
        return self._changes.codes

    @property
    def is_pristine(self) -> bool:
        """Whether every product row is still the catalogue's own."""
        return not self._changes.codes and not self.sweeping

    def style(self, language: str | None = None) -> Style:
        """What untouched rows depend on beside the catalogue: a key for whoever keeps them ready."""
        return Style(language_index(language or self._account.language), self.currency, self._opened_day)

    # ------------------------------------------------------------------------------------------------------- time

    def settle(self, now: Instant) -> None:
        """Bring everything due up to `now`; time that goes backwards is ignored."""
        if now <= self.now:
            return
        self.now = now
        if self._deals.due(now):
            self._changes.version += 1
        hour = (now - self.opened) // HOUR
        if hour != self._shelf.hour:
            self._shelf.hour = hour
            if self.twists.hourly_drift:
                self._changes.version += 1
        day = now // DAY - self._opened_day
        if day != self._shelf.day:
            self._new_day(day)

    def next_event(self, now: Instant) -> Instant | None:
        """When time alone will next change something; None when it never will."""
        self.settle(now)
        turn = self._deals.next_turn()
        times = [] if turn is None else [turn]
        if self.twists.hourly_drift:
            times.append(self.opened + (self._shelf.hour + 1) * HOUR)
        times += [(self._opened_day + day) * DAY for day in self._arrival_days() if day > self._shelf.day]
        return min(times, default=None)

    def _new_day(self, day: int) -> None:
        before, self._shelf.day = self._shelf.day, day
        arrived = [then for then in self._arrival_days() if before < then <= day]
        if not arrived:
            return
        self._changes.version += 1
        if not self.sweeping:
            for then in arrived:
                for code in self.catalog.arrivals.get(then, ()):
                    self._changes.mark(code)
        for named, coming in self.twists.incoming.items():
            if coming.days in arrived and isinstance(named, int):
                self._changes.mark(named)

    def _arrival_days(self) -> Set[int]:
        return self.catalog.arrivals.keys() | {
            coming.days for coming in self.twists.incoming.values() if coming.quantity
        }

    # -------------------------------------------------------------------------------------------------- catalogue

    def products(
        self,
        now: Instant,
        codes: Sequence[int] = (),
        vendor_codes: Sequence[str] = (),
        category: str | Sequence[str] | None = None,
        language: str | None = None,
    ) -> Sequence[Row]:
        """Product rows (evidence 3.1); all of them without filters. The rows are made as they are read and stay as of
        now, whatever happens meanwhile. `category` is a code, or `CODE_id`."""
        self.settle(now)
        categories = (category,) if isinstance(category, str) else category or ()
        return self._window.rows(self.catalog.select(codes, vendor_codes, categories), self.style(language))

    def product_row(self, code: int, language: str | None = None) -> Row:
        """One product's row as of the last verb; KeyError for an unknown code."""
        return self._window.row(self.catalog.products[code], self.style(language))

    def categories(self, now: Instant, language: str | None = None) -> list[Row]:
        """The flat list of categories."""
        self.settle(now)
        return self._dress("Category", views.category_rows(self.catalog.tree, self.style(language).language))

    def tree(self, now: Instant, language: str | None = None) -> list[Row]:
        """The category tree."""
        self.settle(now)
        return self._dress("CategoryNode", views.tree_rows(self.catalog.tree, self.style(language).language))

    def vendors(self, now: Instant) -> list[Row]:
        """All vendors."""
        self.settle(now)
        return self._dress("Vendor", views.vendor_rows(self.catalog.vendors))

    def descriptions(self, now: Instant, codes: Sequence[int], language: str | None = None) -> list[Row]:
        """Descriptions of the known ones of the given codes (evidence 3.2)."""
        self.settle(now)
        style = self.style(language)
        rows = (
            [description_row(product, self.catalog, style) for product in self.catalog.select(codes)] if codes else []
        )
        return [self._dressing.shape("ProductDescription", row["productId"], row) for row in rows]

    def media(self, now: Instant, codes: Sequence[int]) -> list[Row]:
        """Pictures of the known ones of the given codes (evidence 3.3)."""
        self.settle(now)
        rows = [media_row(product) for product in self.catalog.select(codes)] if codes else []
        return [self._dressing.shape("MediaItem", row["id"], row) for row in rows]

    def availability(
        self, now: Instant, codes: Sequence[int] = (), kind: AvailabilityKind = "Availability"
    ) -> Sequence[Row]:
        """Stock, and as `kind` says what is coming and prices (evidence 3.4); of all products without codes."""
        self.settle(now)
        products = self.catalog.select(codes)
        return self._window.availability(products, self.style(), incoming="Incoming" in kind, prices="Price" in kind)

    # ----------------------------------------------------------------------------------------------------- orders

    def place_order(self, now: Instant, request: Mapping[str, Any]) -> Row | Refusal:
        """Order: all or nothing with `orderIfAllAvailable`, else as far as stock goes, line by line."""
        self.settle(now)
        order = self._deals.place(now, request)
        return order if isinstance(order, Refusal) else self._order_row(order, now)

    def orders(self, now: Instant) -> list[Row]:
        """All orders, in the order they were placed."""
        self.settle(now)
        return [self._order_row(order, now) for order in self._deals.orders.values()]

    def order(self, now: Instant, order_id: str) -> Row | Refusal:
        """One order."""
        self.settle(now)
        found = self._deals.orders.get(order_id)
        return refusals.unknown_order(order_id) if found is None else self._order_row(found, now)

    def cancel_order(self, now: Instant, order_id: str) -> Row | Refusal:
        """Cancel it while it is Placed or Confirmed."""
        self.settle(now)
        order = self._deals.cancel(now, order_id)
        return order if isinstance(order, Refusal) else self._order_row(order, now)

    # ----------------------------------------------------------------------------------------------- reservations

    def reserve(self, now: Instant, request: Mapping[str, Any]) -> Row | Refusal:
        """Reserve: all or nothing unless `allOrNothing` is false."""
        self.settle(now)
        found = self._deals.reserve(now, request)
        return found if isinstance(found, Refusal) else self._reservation_row(found)

    def reservations(self, now: Instant) -> list[Row]:
        """All reservations, in the order they were made."""
        self.settle(now)
        return [self._reservation_row(found) for found in self._deals.reservations.values()]

    def reservation(self, now: Instant, reservation_id: str) -> Row | Refusal:
        """One reservation."""
        self.settle(now)
        found = self._deals.reservations.get(reservation_id)
        return refusals.unknown_reservation(reservation_id) if found is None else self._reservation_row(found)

    def change_reservation(self, now: Instant, reservation_id: str, request: Mapping[str, Any]) -> Row | Refusal:
        """Put new lines (and reference, and last day if given) in the place of the old ones."""
        self.settle(now)
        found = self._deals.change(now, reservation_id, request)
        return found if isinstance(found, Refusal) else self._reservation_row(found)

    def release(self, now: Instant, reservation_id: str) -> Row | Refusal:
        """Give back all it still holds."""
        self.settle(now)
        found = self._deals.end(reservation_id, ReservationStatus.RELEASED)
        return found if isinstance(found, Refusal) else self._reservation_row(found)

    # ------------------------------------------------------------------------------------------- cart and finances

    def cart(self, now: Instant) -> Row:
        """The cart at the prices of now."""
        self.settle(now)
        row = views.cart_row(
            self._cart.lines.values(), lambda line: line_price(self.catalog, self._shelf, line), self.currency
        )
        return self._dressing.shape("Cart", 1, row)

    def add_to_cart(self, now: Instant, request: Mapping[str, Any]) -> Row | Refusal:
        """`{elkoCode, quantity}`."""
        self.settle(now)
        return self._carted(now, self._cart.add(self.catalog, self._shelf, request))

    def add_kit(self, now: Instant, request: Mapping[str, Any]) -> Row | Refusal:
        """`{kitId, quantity, selectedOptions}`."""
        self.settle(now)
        return self._carted(now, self._cart.add_kit(self.catalog, self._shelf, request))

    def remove_line(self, now: Instant, line_id: int) -> Row | Refusal:
        """Take one line out of the cart."""
        return self._carted(now, self._cart.remove(line_id))

    def clear_cart(self, now: Instant) -> Row:
        """Empty the cart."""
        self._cart.clear()
        self._changes.version += 1
        return self.cart(now)

    def invoices(
        self, now: Instant, date_from: int | None = None, date_to: int | None = None, *, additional: bool = False
    ) -> list[Row] | Refusal:
        """Invoices so far, oldest first; between two JDE dates, both inclusive, 0 or None for open."""
        self.settle(now)
        first, last = _day("dateFrom", date_from), _day("dateTo", date_to)
        if isinstance(first, Refusal):
            return first
        if isinstance(last, Refusal):
            return last
        rows = invoice_rows(
            self._deals.orders.values(),
            now,
            first,
            last,
            catalog=self.catalog,
            account=self._account,
            rules=self.rules,
            additional=additional,
        )
        return [self._dressing.shape("Invoice", int(row["invoiceId"]), row) for row in rows]

    def account(self, now: Instant) -> Row:
        """The account's own data."""
        self.settle(now)
        return self._dressing.shape("Account", 1, views.account_row(self._account, self.currency))

    def _order_row(self, order: Order, now: Instant) -> Row:
        return self._dressing.shape("Order", int(order.id), views.order_row(order, now))

    def _reservation_row(self, reservation: Reservation) -> Row:
        return self._dressing.shape("Reservation", int(reservation.id), views.reservation_row(reservation))

    def _carted(self, now: Instant, refusal: Refusal | None) -> Row | Refusal:
        if refusal is not None:
            return refusal
        self._changes.version += 1
        return self.cart(now)

    def _dress(self, name: str, rows: list[Row]) -> list[Row]:
        return (
            rows if self._dressing.off else [self._dressing.shape(name, place, row) for place, row in enumerate(rows)]
        )


def _day(field: str, number: int | None) -> int | Refusal | None:
    try:
        found = from_jde(number or 0)
    except NotAJdeDate as problem:
        return refusals.bad_date(field, str(problem))
    return None if found is None else day_number(found)
