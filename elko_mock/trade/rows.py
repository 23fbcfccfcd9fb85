"""Rows of many products, made one by one as they are read, all as of the moment they were asked for."""

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from elko_mock.trade.product import Product
from elko_mock.trade.views import Row


class Rows(Sequence[Row]):
    """A list that holds no rows: a catalogue of 100,000 is never in memory at once. May be read again and again."""

    __slots__ = ("_make", "products")

    def __init__(self, products: Sequence[Product], make: Callable[[Product], Row]) -> None:
        """`make` has to answer the same for ever: it looks at a copy of the shelf."""
        self.products = products
        self._make = make

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
            return Rows(self.products[index], self._make)
        return self._make(self.products[index])
