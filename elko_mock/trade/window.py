"""The shop window: rows of products and their availability as of one moment, made one by one as they are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import overload

from elko_mock.trade.dressing import Dressing
from elko_mock.trade.product import Product
from elko_mock.trade.shelf import Shelf
from elko_mock.trade.views import Row, Style, availability_row, product_row

_AT_ONCE = 64
"""Up to so many rows are made at once; longer lists as they are read."""


class Rows(Sequence[Row]):
    """A list that holds no rows: a catalogue of 100,000 is never in memory at once. May be read again and again."""

    __slots__ = ("_make", "_products")

    def __init__(self, products: Sequence[Product], make: Callable[[Product], Row]) -> None:
        """`make` has to answer the same for ever: it looks at a copy of the shelf."""
        self._products = products
        self._make = make

    def __len__(self) -> int:
        return len(self._products)

    def __iter__(self) -> Iterator[Row]:
        return map(self._make, self._products)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> "Row | Rows":
        if isinstance(index, slice):
            return Rows(self._products[index], self._make)
        return self._make(self._products[index])


class Window:
    """What is shown of a shelf: the catalogue's own rows, and those of touched products anew."""

    __slots__ = ("_changes", "_dressing", "_shelf", "_sweeping")

    def __init__(self, shelf: Shelf, dressing: Dressing, changes: Mapping[int, int]) -> None:
        """`changes` has the codes whose rows are not the catalogue's own."""
        self._shelf = shelf
        self._dressing = dressing
        self._changes = changes
        self._sweeping = shelf.twists.sweeping

    def row(self, product: Product, style: Style) -> Row:
        """One product's row."""
        if self._sweeping or product.code in self._changes:
            return self._dressing.product(product_row(product, self._shelf.catalog, style, self._shelf))
        return product_row(product, self._shelf.catalog, style, None)

    def rows(self, products: Sequence[Product], style: Style) -> Sequence[Row]:
        """Many products' rows, all as of this moment whenever they are read."""
        window = self._for(products)
        return self._read(products, lambda product: window.row(product, style))

    def availability(self, products: Sequence[Product], style: Style, *, incoming: bool, prices: bool) -> Sequence[Row]:
        """Their availability, likewise; agrees with their rows."""
        window = self._for(products)

        def make(product: Product) -> Row:
            row = window.row(product, style)
            coming = window._shelf.coming(product) if incoming and row["incomingQuantity"] else None
            day = None if coming is None else style.opened_day + coming.days
            found = availability_row(row, day, incoming=incoming, prices=prices)
            return self._dressing.shape("AvailabilityAndPrice", product.code, found)

        return self._read(products, make)

    def _for(self, products: Sequence[Product]) -> "Window":
        if len(products) <= _AT_ONCE:
            return self
        return Window(self._shelf.copy(), self._dressing, dict(self._changes))

    @staticmethod
    def _read(products: Sequence[Product], make: Callable[[Product], Row]) -> Sequence[Row]:
        return [make(product) for product in products] if len(products) <= _AT_ONCE else Rows(products, make)
