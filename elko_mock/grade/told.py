"""Told: what an answer told the client about each product, whichever operation gave it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

_FIGURE = re.compile(r"\s*+(>?)\s*+(\d{1,9})\s*+")


class _Untold:
    def __repr__(self) -> str:
        return "untold"


UNTOLD: Any = _Untold()


class Told(NamedTuple):
    """What one answer said about one product."""

    code: int
    quantity: Any
    """As sent: a string of section 3.1 of the evidence, null; `UNTOLD` when the answer has no such property."""
    price: Any
    """The price to pay, as sent; `UNTOLD` when the answer has no such property."""
    stock: "Stock | None"
    """The quantity read; None when it is no figure."""
    list_price: Any = UNTOLD
    """The price before discount, as sent; `UNTOLD` when the answer has no such property."""
    volume: Any = UNTOLD
    """The `Volume` price; None when there is none, `UNTOLD` when the answer has no such properties."""


class Stock(NamedTuple):
    """A quantity, read."""

    pieces: int
    more: bool
    """The figure is a lower bound: `">50"`."""

    @property
    def none(self) -> bool:
        """Whether nothing is there."""
        return self.pieces == 0 and not self.more


class Volume(NamedTuple):
    """Another price for many pieces."""

    pieces: int
    """From so many on."""
    price: float
    """Of each of them."""


def read_quantity(value: Any) -> Stock | None:
    """`"0"`, `"8"`, `">50"` and plain integers; None for anything else."""
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Stock(value, False) if value >= 0 else None
    return None


@lru_cache(maxsize=4096)
def _read_text(text: str) -> Stock | None:
    found = _FIGURE.fullmatch(text)
    return Stock(int(found[2]), bool(found[1])) if found else None


def read_code(value: Any) -> int | None:
    """An ELKO code, given as a number or as its digits."""
    if type(value) is int:  # no bool
        return value if value > 0 else None
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and 0 < len(digits) < 19 and int(digits) else None
    return None


def read_amount(value: Any) -> float | None:
    """A price or sum, given as a number or as its digits."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
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
                quantity = row.get("quantity", UNTOLD)
                price, list_price = row.get("discountPrice", UNTOLD), row.get("price", UNTOLD)
                yield Told(code, quantity, price, read_quantity(quantity), list_price, _volume(row))


def _availability(data: Any) -> Iterator[Told]:
    for row in data if isinstance(data, list) else ():
        if isinstance(row, dict):
            code = read_code(row.get("productId"))
            if code is not None:
                prices = row.get("prices")
                prices = prices if isinstance(prices, dict) else {}
                price, list_price = prices.get("discountPrice", UNTOLD), prices.get("price", UNTOLD)
                quantity = row.get("stockQuantity", UNTOLD)
                yield Told(code, quantity, price, read_quantity(quantity), list_price)


def _volume(row: dict[str, Any]) -> Any:
    if "price2" not in row:
        return UNTOLD
    pieces, price = read_quantity(row.get("quantityForPrice2")), read_amount(row["price2"])
    return Volume(pieces.pieces, price) if pieces is not None and pieces.pieces and price else None
