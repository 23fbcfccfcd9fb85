"""The model's shelf: what is there, what is coming, what it costs; counted anew each time from the papers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.machine.model.amounts import times
from tests.machine.model.days import day_of
from tests.machine.model.goods import NEVER_RUNS_OUT, PARTS, PLENTY, PRICE_MOVES, SELLS_OUT, Good, Goods
from tests.machine.model.papers import Order, Reservation
from tests.machine.model.setting import EVERY, Setting

MOVES_BY = Fraction(11, 10)
"""What `PRICE_MOVES` costs once an order has named it, times what it cost before (README)."""


@dataclass(frozen=True)
class Share:
    """What a line gets: out of a reservation, off the shelf, and of what is coming."""

    code: int
    asked: int
    kept: int
    fresh: int
    promised: int

    @property
    def there(self) -> int:
        """Pieces that are there now."""
        return self.kept + self.fresh

    @property
    def got(self) -> int:
        """All together."""
        return self.there + self.promised


class Shelf:
    """Stock and prices of one world."""

    def __init__(self, goods: Goods, setting: Setting) -> None:
        self.goods = goods.goods
        self.setting = setting
        self.orders: list[Order] = []
        self.reservations: list[Reservation] = []
        self.sold_out: set[int] = set()
        """Codes that somebody has asked for and that sell out when asked for."""
        self.moved: set[int] = set()
        """Codes that an order has named and whose price moves then."""

    # ------------------------------------------------------------------------------------------------- stock

    def pieces(self, code: int) -> int:
        """On the shelf when the world opened; a code named wins over "*"."""
        stock = self.setting.stock
        return stock.get(code, stock.get(EVERY, self.goods[code].pieces))

    def expected(self, code: int) -> tuple[int, int] | None:
        """Pieces on their way when the world opened, and the day they come. Kits are put together, not awaited."""
        if code in PARTS:
            return None
        incoming = self.setting.incoming
        found = incoming.get(code, incoming.get(EVERY, self.goods[code].coming))
        return found if found and found[0] else None

    def has_come(self, code: int, now: int) -> bool:
        """Pieces come in as their day begins (ledger, incoming-date)."""
        expected = self.expected(code)
        return expected is not None and (day_of(now) - day_of(self.setting.opened)).days >= expected[1]

    def promised(self, code: int) -> int:
        """Pieces of what is, or was, coming that orders were promised."""
        return sum(line.promised for order in self.orders if not order.cancelled for line in order.lines_of(code))

    def coming(self, code: int, now: int) -> tuple[int, int] | None:
        """Pieces on their way that nobody was promised, and their day; None for none."""
        expected = self.expected(code)
        if expected is None or self.has_come(code, now):
            return None
        left = expected[0] - self.promised(code)
        return (left, expected[1]) if left > 0 else None

    def taken(self, code: int) -> int:
        """Pieces of it that orders and reservations have, alone and in kits, promised ones included."""
        many = 0
        for product, good in self.goods.items():
            if code not in good.contents:
                continue
            ordered = sum(x.got for order in self.orders if not order.cancelled for x in order.lines_of(product))
            many += (ordered + self.held(product)) * good.contents[code]
        return many

    def held(self, code: int) -> int:
        """Pieces, or kits, that stand in reservations of that very code (ledger, reserved-quantity)."""
        return sum(reservation.held.get(code, 0) for reservation in self.reservations)

    def ever(self, code: int, now: int) -> int:
        """Pieces that there ever were to hand out."""
        expected = self.expected(code)
        return self.pieces(code) + (expected[0] if expected is not None and self.has_come(code, now) else 0)

    def on_shelf(self, code: int, now: int, draft: Mapping[int, int]) -> int:
        """Pieces of one product itself; `draft` are already meant for somebody."""
        if code in self.sold_out:
            return 0
        if code == PLENTY:
            return NEVER_RUNS_OUT
        promised = 0 if self.has_come(code, now) else self.promised(code)
        return max(0, self.ever(code, now) - (self.taken(code) - promised) - draft.get(code, 0))

    def free(self, code: int, now: int, draft: Mapping[int, int] | None = None) -> int:
        """What is shown as there: of a kit as many as its scarcest part allows (ledger, kit-stock)."""
        if code in self.sold_out:
            return 0
        parts = self.goods[code].contents.items()
        return min(self.on_shelf(part, now, draft or {}) // many for part, many in parts)

    def sells_out(self, code: int) -> bool:
        """Whether it is gone once somebody asks for it."""
        return code == SELLS_OUT or bool({code, EVERY} & set(self.setting.sold_out_at_order))

    def gives(self, code: int, now: int, draft: Mapping[int, int]) -> int:
        """What somebody who asks really finds."""
        if {*self.asked_with(code), EVERY} & set(self.setting.unfillable):
            return 0
        return self.free(code, now, draft)

    def asked_with(self, code: int) -> set[int]:
        """Who asks for a kit asks for its parts (ledger, kit-stock)."""
        return {code, *self.goods[code].contents}

    def fill(
        self,
        wanted: Mapping[int, int],
        now: int,
        own: Mapping[int, int],
        draft: Counter[int] | None = None,
        *,
        backorder: bool,
    ) -> list[Share]:
        """Line after line: first what the reservation has of it, then off the shelf, then of what is coming."""
        draft = Counter(draft)
        shares = []
        for code, many in wanted.items():
            kept = min(many, own.get(code, 0))
            fresh = min(many - kept, self.gives(code, now, draft))
            for part, each in self.goods[code].contents.items():
                draft[part] += each * fresh
            coming = self.coming(code, now) if backorder else None
            shares.append(Share(code, many, kept, fresh, min(many - kept - fresh, coming[0] if coming else 0)))
        return shares

    def ask(self, codes: Iterable[int], *, ordering: bool) -> None:
        """Asking alone makes some sell out, and ordering makes some dearer, whatever comes of it (README)."""
        for code in codes:
            self.sold_out |= {one for one in self.asked_with(code) if self.sells_out(one)}
            if ordering and self.moves_by(code) is not None:
                self.moved.add(code)

    # ------------------------------------------------------------------------------------------------ prices

    def moves_by(self, code: int) -> Fraction | None:
        """By what its price is multiplied from the first order that names it."""
        moves = self.setting.price_at_order
        return MOVES_BY if code == PRICE_MOVES else moves.get(code, moves.get(EVERY))

    def factor(self, code: int) -> Fraction:
        """By what its prices are multiplied now."""
        return self.setting.price_factor * ((self.moves_by(code) or 1) if code in self.moved else 1)

    def prices(self, code: int) -> tuple[int, int, int]:
        """List price, price to pay, price for many; each to the cent."""
        good, factor = self.goods[code], self.factor(code)
        return times(good.price, factor), times(good.pay, factor), times(good.price2, factor)

    def price_for(self, code: int, many: int) -> int:
        """Of each, when so many are taken (ledger, second-price)."""
        good: Good = self.goods[code]
        _, pay, price2 = self.prices(code)
        return price2 if good.from2 is not None and many >= good.from2 else pay
