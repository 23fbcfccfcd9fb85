"""The shelf: how many pieces are free and what they cost now, after all that was taken and all that is twisted."""

from typing import NamedTuple

from elko_mock.trade.catalog import Catalog
from elko_mock.trade.mixer import mix
from elko_mock.trade.money import Cents, scaled
from elko_mock.trade.product import Habit, Product
from elko_mock.trade.twists import EVERY, NO_TWISTS, Coming, Twists, touches

PLENTY_PIECES = 9_999
"""What can be had at once of a product that never runs out."""
_MOVED_FACTOR = 1.1


class Prices(NamedTuple):
    """What one piece costs; None where there is no such price."""

    price: Cents | None
    pay: Cents | None
    price2: Cents | None


class Shelf:
    """One trade's stock and prices: the shared catalogue under a thin layer of its own."""

    __slots__ = ("catalog", "day", "held", "hour", "moved", "promised", "seed", "sold_out", "taken", "twists")

    def __init__(self, catalog: Catalog, twists: Twists, seed: int) -> None:
        self.catalog = catalog
        self.twists = twists
        self.seed = seed
        self.day = 0
        """Days since the trade opened."""
        self.hour = 0
        """Full hours since the trade opened."""
        self.taken: dict[int, int] = {}
        """Pieces that reservations and orders have taken, by code."""
        self.promised: dict[int, int] = {}
        """Pieces taken of what is coming."""
        self.held: dict[int, int] = {}
        """Pieces (or kits) that stand in active reservations."""
        self.sold_out: set[int] = set()
        """Codes that sold out the moment someone asked."""
        self.moved: set[int] = set()
        """Codes whose price moved the moment someone ordered."""

    def copy(self) -> "Shelf":
        """The same at this moment, for rows that are read later."""
        twin = Shelf(self.catalog, self.twists, self.seed)
        twin.day, twin.hour = self.day, self.hour
        twin.taken, twin.promised, twin.held = dict(self.taken), dict(self.promised), dict(self.held)
        twin.sold_out, twin.moved = set(self.sold_out), set(self.moved)
        return twin

    @classmethod
    def untouched(cls, catalog: Catalog) -> "Shelf":
        """A shelf as the catalogue fills it."""
        return cls(catalog, NO_TWISTS, 0)

    def free(self, product: Product) -> int:
        """Pieces that can be had; of a kit, as many as its scarcest part allows. Never below zero."""
        if product.code in self.sold_out:
            return 0
        if product.kit is None:
            return self.loose(product)
        products = self.catalog.products
        return min(self.loose(products[part.code]) // part.quantity for part in product.kit.parts)

    def loose(self, product: Product) -> int:
        """Pieces of the product itself, kit or not."""
        code = product.code
        if code in self.sold_out:
            return 0
        if product.habit is Habit.PLENTY:
            return PLENTY_PIECES
        return max(0, self._on_hand(product) - self.taken.get(code, 0))

    def obtainable(self, product: Product) -> int:
        """What an order or reservation finds, which a twist may make less than what is shown: of a kit nothing when one
        of its parts cannot be had."""
        unfillable = self.twists.unfillable
        if any(touches(unfillable, one.code) for one in self.asked_with(product)):
            return 0
        return self.free(product)

    def asked_with(self, product: Product) -> tuple[Product, ...]:
        """What somebody asks for who asks for it: the product, and a kit's parts."""
        if product.kit is None:
            return (product,)
        return (product, *(self.catalog.products[part.code] for part in product.kit.parts))

    def sells_out(self, product: Product) -> bool:
        """Whether it is gone the moment someone asks for it."""
        return product.habit is Habit.SELLS_OUT_AT_ORDER or touches(self.twists.sold_out_at_order, product.code)

    def coming(self, product: Product) -> Coming | None:
        """Pieces still on their way that nobody has been promised, and the day they come."""
        expected = self.expected(product)
        if expected is None or expected.days <= self.day:
            return None
        left = expected.quantity - self.promised.get(product.code, 0)
        return Coming(left, expected.days) if left > 0 else None

    def prices(self, product: Product) -> Prices:
        """What it costs now."""
        factors = self._price_factors(product)
        if not factors:
            return Prices(product.price, product.pay, product.price2)
        price, pay, price2 = product.price, product.pay, product.price2
        return Prices(
            None if price is None else scaled(price, *factors),
            None if pay is None else scaled(pay, *factors),
            None if price2 is None else scaled(price2, *factors),
        )

    def price_for(self, product: Product, quantity: int) -> Cents | None:
        """Per piece when so many are taken; None when it is not for sale."""
        prices = self.prices(product)
        if prices.price2 is not None and product.quantity2 is not None and quantity >= product.quantity2:
            return prices.price2
        return prices.price if prices.pay is None else prices.pay

    def move_factor(self, product: Product) -> float | None:
        """By what the price is multiplied once someone orders; None when it stays."""
        if product.habit is Habit.PRICE_MOVES_AT_ORDER:
            return _MOVED_FACTOR
        moves = self.twists.price_at_order
        return moves.get(product.code, moves.get(EVERY)) if moves else None

    def take(self, product: Product, quantity: int) -> None:
        """Pieces leave the shelf (negative: come back); of a kit, its parts."""
        for part in product.pieces:
            self.taken[part.code] = self.taken.get(part.code, 0) + quantity * part.quantity

    def promise(self, product: Product, quantity: int) -> None:
        """Pieces on their way are somebody's now (negative: nobody's again)."""
        self.promised[product.code] = self.promised.get(product.code, 0) + quantity

    def hold(self, code: int, quantity: int) -> None:
        """So many more stand in reservations (negative: fewer)."""
        self.held[code] = self.held.get(code, 0) + quantity

    def overdrawn(self) -> int | None:
        """A code of which more was taken or promised than there ever was; None when there is none. Stock that moves by
        the hour may fall below what was sold before, so then there is none to find."""
        if self.twists.hourly_drift:
            return None
        for code in self.taken.keys() | self.promised.keys():
            product = self.catalog.products[code]
            if product.habit is Habit.PLENTY:
                continue
            expected = self.expected(product)
            ever = self.promised.get(code, 0)
            if ever > (0 if expected is None else expected.quantity) or self._on_hand(product) < self.taken.get(
                code, 0
            ):
                return code
        return None

    def _on_hand(self, product: Product) -> int:
        twists, code = self.twists, product.code
        pieces = product.stock
        if twists.stock:
            pieces = twists.stock.get(code, twists.stock.get(EVERY, pieces))
        if twists.hourly_drift:
            pieces = pieces * (mix(self.seed + code, self.hour) % 151) // 100
        if self.day and (expected := self.expected(product)) is not None and expected.days <= self.day:
            pieces += expected.quantity - self.promised.get(code, 0)
        return pieces

    def expected(self, product: Product) -> Coming | None:
        """What was on its way when the trade opened, come in or not, promised or not. Kits are made, not awaited."""
        if product.kit is not None and product.kit.parts[0].code != product.code:
            return None
        twisted = self.twists.incoming
        if twisted:
            coming = twisted.get(product.code, twisted.get(EVERY))
            if coming is not None:
                return coming if coming.quantity else None
        return Coming(product.incoming, product.incoming_day) if product.incoming else None

    def _price_factors(self, product: Product) -> list[float]:
        twists = self.twists
        factors = [] if twists.price_factor == 1.0 else [twists.price_factor]
        if twists.hourly_drift:
            factors.append((mix(self.seed - product.code, self.hour) % 41 + 70) / 100)
        if product.code in self.moved and (moved := self.move_factor(product)) is not None:
            factors.append(moved)
        return factors
