"""The shop window: rows of products and their availability as of one moment, made one by one as they are read."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import NamedTuple, overload

from elko_mock.trade.catalog import Catalog, Chosen
from elko_mock.trade.dressing import Dressing
from elko_mock.trade.product import Product
from elko_mock.trade.shelf import Shelf
from elko_mock.trade.twists import NO_TWISTS
from elko_mock.trade.views import Row, Style, availability_row, product_row

_AT_ONCE = 64
"""In shorter lists the rows that may change are made at once; of longer ones the shelf is copied."""


class Kin(NamedTuple):
    """All that rows of untouched products depend on beside the product: equal for equal rows, in whatever world."""

    catalog: Catalog
    style: Style
    sort: str
    """Which shape, and what is in it."""


class Rows(Sequence[Row]):
    """A list that holds no rows: a catalogue of 100,000 is never in memory at once. May be read again and again."""

    __slots__ = ("_make", "kin", "own", "products")

    def __init__(
        self, products: Sequence[Product], make: Callable[[Product], Row], kin: Kin | None, own: Container[int]
    ) -> None:
        """`make` has to answer the same for ever: it looks at nothing that changes."""
        self._make = make
        self.products = products
        """Whose rows these are, in order."""
        self.kin = kin
        """What the untouched ones of them are made of; None when any row may be the world's own."""
        self.own = own
        """Codes of the products whose rows are the world's own."""

    @property
    def codes(self) -> Sequence[int]:
        """Codes of the products, in order; where they were asked for by code, unknown ones too."""
        products = self.products
        return products.codes if isinstance(products, Chosen) else [product.code for product in products]

    @property
    def most(self) -> int:
        """No more rows than so many."""
        return _most(self.products)

    def __len__(self) -> int:
        return len(self.products)

    def __iter__(self) -> Iterator[Row]:
        return map(self._make, self.products)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> "Row | Rows":
        if isinstance(index, slice):
            return Rows(self.products[index], self._make, self.kin, self.own)
        return self._make(self.products[index])

    def row(self, product: Product) -> Row:
        """The row of one of the products."""
        return self._make(product)


class Window:
    """What is shown of a shelf: the catalogue's own rows, and those of touched products anew."""

    __slots__ = ("_changes", "_dressing", "_empty", "_shelf", "_sweeping")

    def __init__(self, shelf: Shelf, dressing: Dressing, changes: Mapping[int, int]) -> None:
        """`changes` has the codes whose rows are not the catalogue's own."""
        self._shelf = shelf
        self._dressing = dressing
        self._changes = changes
        self._sweeping = shelf.twists.sweeping
        self._empty: Window | None = None

    def row(self, product: Product, style: Style) -> Row:
        """One product's row."""
        if self._is_own(product):
            return self._dressing.product(product_row(product, self._shelf.catalog, style, self._shelf))
        return product_row(product, self._shelf.catalog, style, None)

    def rows(self, products: Sequence[Product], style: Style) -> Rows:
        """Many products' rows, all as of this moment whenever they are read."""
        return self._read(products, Kin(self._shelf.catalog, style, "product"), Window.row)

    def availability(self, products: Sequence[Product], style: Style, *, incoming: bool, prices: bool) -> Rows:
        """Their availability, likewise; agrees with their rows."""

        def make(window: Window, product: Product, style: Style) -> Row:
            row = window.row(product, style)
            coming = window._shelf.coming(product) if incoming and row["incomingQuantity"] else None
            day = None if coming is None else style.opened_day + coming.days
            found = availability_row(row, day, incoming=incoming, prices=prices)
            return window._dressing.shape("AvailabilityAndPrice", product.code, found)

        sort = f"availability{' incoming' if incoming else ''}{' prices' if prices else ''}"
        return self._read(products, Kin(self._shelf.catalog, style, sort), make)

    def _touches(self, products: Sequence[Product]) -> bool:
        """Whether any of the products may have a row that is not the catalogue's own."""
        if self._changes and isinstance(products, Chosen):
            return not self._changes.keys().isdisjoint(products.codes)
        return bool(self._changes)

    def _is_own(self, product: Product) -> bool:
        return self._sweeping or product.code in self._changes

    def _read(self, products: Sequence[Product], kin: Kin, make: Callable[["Window", Product, Style], Row]) -> Rows:
        style = kin.style
        if _most(products) > _AT_ONCE:
            then = Window(self._shelf.copy(), self._dressing, dict(self._changes))
            return Rows(
                products, lambda product: make(then, product, style), None if self._sweeping else kin, then._changes
            )
        own: dict[int, Row] = {}
        if self._sweeping or self._touches(products):
            own = {product.code: make(self, product, style) for product in products if self._is_own(product)}
        untouched = self._untouched()
        return Rows(products, lambda product: own.get(product.code) or make(untouched, product, style), kin, own)

    def _untouched(self) -> "Window":
        """The same window before anybody touched anything: rows made there are the same for ever."""
        if self._empty is None:
            self._empty = Window(Shelf.untouched(self._shelf.catalog), Dressing(NO_TWISTS, 0), {})
        return self._empty


def _most(products: Sequence[Product]) -> int:
    return len(products.codes) if isinstance(products, Chosen) else len(products)
