"""What is sold: what the README says of the fixed codes, and what a fresh world was seen to have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RECORDED, PLENTY, OUT_OF_STOCK, COMING, LAST_PIECE = 1341426, 9000001, 9000002, 9000003, 9000004
SELLS_OUT, PRICE_MOVES, KIT, BOARD, FAN = 9000005, 9000006, 9000007, 9000008, 9000009
OPTION_A, OPTION_B, ALL_NULL, EMPTY_QUANTITY, NULL_QUANTITY = 9000010, 9000011, 9000012, 9000013, 9000014
DEAR, HOSTILE_TEXT, NO_MEDIA, CHEAPER_BY_TEN, IN_PARTS = 9000015, 9000016, 9000017, 9000018, 9000019
NO_PRICE, UNKNOWN = 9000020, 9000099

NEVER_RUNS_OUT = 9999
"""Pieces of `PLENTY` that an order can have at once."""
PARTS: Mapping[int, Mapping[int, int]] = {KIT: {BOARD: 1, FAN: 2}}
"""What a kit is made of."""
OPTIONS = frozenset({OPTION_A, OPTION_B, BOARD, FAN})
"""What can be picked with the kit: its options, and its parts."""
SHOWN_AS: Mapping[int, str | None] = {ALL_NULL: None, EMPTY_QUANTITY: "", NULL_QUANTITY: None}
"""Codes whose quantity is shown so whatever the stock."""
PIECES = {
    OUT_OF_STOCK: 0, COMING: 0, LAST_PIECE: 1, SELLS_OUT: 5, BOARD: 12, FAN: 9, OPTION_A: 30, OPTION_B: 0, ALL_NULL: 8,
    EMPTY_QUANTITY: 7, NULL_QUANTITY: 7, DEAR: 3,
}  # fmt: skip
"""Stock as the README says it. Of `SELLS_OUT` it is what is shown, no one ever gets one."""
PRICES = {PRICE_MOVES: 100_00, ALL_NULL: 10_00, DEAR: 99_999_99, CHEAPER_BY_TEN: 10_00, NO_PRICE: 0}
"""Prices in cents as the README says them."""


@dataclass(frozen=True)
class Good:
    """One product. `row` is its row as a fresh world shows it; what trade changes in it is told by the rest."""

    code: int
    pieces: int
    coming: tuple[int, int] | None
    """Pieces, and how many days after the world opened they come."""
    price: int
    pay: int
    price2: int
    from2: int | None
    """From so many pieces on `price2` is the price of each."""
    promotion_days: int | None
    """How many days after the world opened the promotion ends."""
    copyright_tax: int

    @property
    def contents(self) -> Mapping[int, int]:
        """What leaves the shelf with one of it: itself, or a kit's parts."""
        return PARTS.get(self.code, {self.code: 1})

    @property
    def for_sale(self) -> bool:
        """Nothing is given away (ledger, order-without-price)."""
        return self.pay > 0


@dataclass(frozen=True)
class Goods:
    """All of them, and how their rows read in each language."""

    goods: Mapping[int, Good]
    """In the catalogue's order."""
    rows: Mapping[str, Mapping[int, Mapping[str, Any]]]
    """By language and code."""
    papers: Mapping[str, Any]
    """What never changes, by path: categories, vendors, the tree, descriptions, pictures, the account."""
    first_order: int
    """The number of a world's first order; the next ones follow (ledger, ids)."""
    first_reservation: int

    def row(self, language: str | None, code: int) -> dict[str, Any]:
        """Its untouched row; a language nobody knows reads as English (ledger, unknown-language)."""
        return dict(self.rows.get((language or "EN").strip().upper(), self.rows["EN"])[code])
