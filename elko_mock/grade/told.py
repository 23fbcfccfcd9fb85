"""Told: what an answer told the client about each product, whichever operation gave it."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_FIGURE = re.compile(r"\s*(>?)\s*(\d{1,9})\s*")


class Told(NamedTuple):
    """What one answer said about one product."""

    code: int
    quantity: Any
    """As sent: a string of section 3.1 of the evidence, null; `UNTOLD` when the answer has no such property."""
    price: Any
    """The price to pay, as sent; `UNTOLD` when the answer has no such property."""

    @property
    def stock(self) -> "Stock | None":
        """The quantity read; None when it is no figure."""
        return read_quantity(self.quantity)


class Stock(NamedTuple):
    """A quantity, read."""

    pieces: int
    more: bool
    """The figure is a lower bound: `">50"`."""

    @property
    def none(self) -> bool:
        """Whether nothing is there."""
        return self.pieces == 0 and not self.more


class _Untold:
    def __repr__(self) -> str:
        return "untold"


UNTOLD: Any = _Untold()


def read_quantity(value: Any) -> Stock | None:
    """`"0"`, `"8"`, `">50"` and plain integers; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Stock(value, False) if value >= 0 else None
    if not isinstance(value, str):
        return None
    found = _FIGURE.fullmatch(value)
    return Stock(int(found[2]), bool(found[1])) if found else None


def read_code(value: Any) -> int | None:
    """An ELKO code, given as a number or as its digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value > 0 else None
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and 0 < len(digits) < 19 and int(digits) else None
    return None


def tellings(operation: str | None, data: Any) -> Iterator[Told]:
    """What the answer of an operation told, product by product."""
    if operation == "getProducts":
        yield from _products(data)
    elif operation in {"getAvailability", "getAvailabilityAndPrice"}:
        yield from _availability(data)


def _products(data: Any) -> Iterator[Told]:
    for row in data if isinstance(data, list) else ():
        if isinstance(row, dict):
            code = read_code(row.get("elkoCode")) or read_code(row.get("id"))
            if code is not None:
                yield Told(code, row.get("quantity", UNTOLD), row.get("discountPrice", UNTOLD))


def _availability(data: Any) -> Iterator[Told]:
    for row in data if isinstance(data, list) else ():
        if isinstance(row, dict):
            code = read_code(row.get("productId"))
            if code is not None:
                prices = row.get("prices")
                price = prices.get("discountPrice", UNTOLD) if isinstance(prices, dict) else UNTOLD
                yield Told(code, row.get("stockQuantity", UNTOLD), price)
