"""The nouns of a catalogue, frozen and thin: product, kit, vendor, category."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from elko_mock.trade.money import Cents


class Habit(StrEnum):
    """What a product always does, so that a test can force it."""

    PLENTY = "plenty"
    """Never runs out."""
    SELLS_OUT_AT_ORDER = "sells-out-at-order"
    """Shows its stock until it is first ordered or reserved; then there is none."""
    PRICE_MOVES_AT_ORDER = "price-moves-at-order"
    """Costs a tenth more from the first order that names it."""
    SHIPS_IN_PARTS = "ships-in-parts"
    """Two pieces or more leave in two parcels, a day apart."""


@dataclass(frozen=True, slots=True)
class KitPart:
    """One part of a kit: so many pieces of a product in each kit."""

    code: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Kit:
    """What a kit is made of: the parts that are always in it, and the options to pick from."""

    parts: tuple[KitPart, ...]
    options: tuple[int, ...] = ()

    def offers(self, code: int) -> bool:
        """Whether a product can be picked for it: an option, or one of its parts."""
        return code in self.options or any(part.code == code for part in self.parts)


@dataclass(frozen=True, slots=True)
class Product:
    """One product as the house knows it. Days count from the UTC day the trade opened (that day is 0)."""

    code: int
    name: str
    manufacturer_code: str | None
    vendor: str
    """Vendor code."""
    category: str
    """Category code of the leaf."""
    stock: int
    price: Cents | None
    """List price; None is not for sale."""
    pay: Cents | None
    """The price to pay (`discountPrice`)."""
    ean: str | None = None
    warranty: int | None = None
    """Months."""
    packaging: int | None = 1
    incoming: int = 0
    """Pieces on their way."""
    incoming_day: int = 0
    promotion: int | None = None
    """Pieces in the promotion (`promQuant`)."""
    promotion_day: int = 0
    """Its last day."""
    price2: Cents | None = None
    """Price per piece from `quantity2` pieces on."""
    quantity2: int | None = None
    lot: str | None = None
    copyright_tax: Cents | None = 0
    """Part of the price, told apart."""
    media: int = 0
    """Number of pictures."""
    cap: int = 50
    """More pieces than this are shown as `>cap`."""
    kit: Kit | None = None
    habit: Habit | None = None
    given: Mapping[str, Any] | None = None
    """Row properties that are shown exactly so, whatever the trade says."""

    @property
    def pieces(self) -> tuple[KitPart, ...]:
        """What one of it takes out of stock: itself, or a kit's parts."""
        return self.kit.parts if self.kit is not None else (KitPart(self.code, 1),)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A brand and its two-character code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree. Inner nodes have no code; a leaf has one and no children."""

    id: int
    code: str
    names: tuple[str, ...]
    """By language, in the order of `languages.LANGUAGES`."""
    childs: "tuple[Category, ...]" = ()
