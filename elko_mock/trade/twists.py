"""Twists: how a scenario bends a trade away from its catalogue and its usual ways; its YAML maps onto them 1:1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EVERY: Literal["*"] = "*"
"""Stands for every product code."""

Code = int | Literal["*"]
DeliveryKind = Literal["whole", "partial", "backorder"]
DELIVERIES: tuple[DeliveryKind, ...] = ("whole", "partial", "backorder")


_MOST_PIECES = 1_000_000_000
_MOST_DAYS = 3_650
_LARGEST_FACTOR = 1_000.0


class TwistProblem(ValueError):
    """A twist that makes no sense; `where` is its path, for example `("stock", "9000004")`."""

    def __init__(self, where: tuple[str, ...], message: str) -> None:
        super().__init__(f"{'.'.join(where) or 'twists'}: {message}")
        self.where = where
        self.message = message


@dataclass(frozen=True, slots=True)
class Coming:
    """Pieces on their way: how many, and how many days after the world opened (1 or more) they come in."""

    quantity: int
    days: int


@dataclass(frozen=True, slots=True)
class Twists:
    """Each is off by default. Where codes are asked for, `"*"` is every product; a code named beside it wins."""

    stock: Mapping[Code, int] = field(default_factory=dict)
    """Pieces on the shelf when the world opens, in place of the catalogue's: `{9000004: 3, "*": 0}`. Kits follow their
    parts; a product that never runs out still does not."""
    incoming: Mapping[Code, Coming] = field(default_factory=dict)
    """Pieces on their way, in place of the catalogue's: `{"*": {quantity: 20, days: 3}}`; quantity 0 for none."""
    price_factor: float = 1.0
    """All prices times this, rounded to the cent."""
    sold_out_at_order: frozenset[Code] = frozenset()
    """Shown as in stock until first ordered or reserved; from then on there is none."""
    unfillable: frozenset[Code] = frozenset()
    """Shown as in stock for ever, yet no order and no reservation gets any."""
    price_at_order: Mapping[Code, float] = field(default_factory=dict)
    """From the first order that names the product its price is multiplied by this: `{"*": 1.1}`."""
    delivery: DeliveryKind = "whole"
    """`whole`: an order leaves in one parcel. `partial`: in two, the larger half of every line first, the rest a day
    later. `backorder`: what stock lacks is taken from what is coming and leaves once it has come in."""
    nulls: float = 0.0
    """Share of nullable properties that are null, 0 to 1; which ones follows from the world's seed. 1 is all."""
    quantity_forms: tuple[str | None, ...] = ()
    """`quantity` and `stockQuantity` are shown as one of these, product by product, whatever the stock:
    `["", null, ">50", "0", "8"]`."""
    unknown_fields: bool = False
    """Every object carries properties that the document does not know."""
    hourly_drift: bool = False
    """Prices (70 to 110 %) and stock (0 to 150 %) move at every full hour since the world opened."""
    rows: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Properties of single product rows, shown exactly so; availability follows: `{1341426: {quantity: ">50"}}`."""

    def __post_init__(self) -> None:
        """Raises TwistProblem on figures that make no sense."""
        for code, pieces in self.stock.items():
            _check(0 <= pieces <= _MOST_PIECES, ("stock", str(code)), f"0 to {_MOST_PIECES} pieces, not {pieces}")
        for code, coming in self.incoming.items():
            where = ("incoming", str(code))
            _check(
                0 <= coming.quantity <= _MOST_PIECES,
                (*where, "quantity"),
                f"0 to {_MOST_PIECES} pieces, not {coming.quantity}",
            )
            _check(1 <= coming.days <= _MOST_DAYS, (*where, "days"), f"1 to {_MOST_DAYS} days, not {coming.days}")
        _check_factor(self.price_factor, ("price_factor",))
        for code, factor in self.price_at_order.items():
            _check_factor(factor, ("price_at_order", str(code)))
        _check(self.delivery in DELIVERIES, ("delivery",), f"one of {', '.join(DELIVERIES)}, not {self.delivery!r}")
        _check(0 <= self.nulls <= 1, ("nulls",), f"a share from 0 to 1, not {self.nulls}")

    @property
    def sweeping(self) -> bool:
        """Whether any product's row may differ from the catalogue's, so that none can be taken as known."""
        return bool(
            EVERY in self.stock
            or EVERY in self.incoming
            or self.price_factor != 1.0
            or self.nulls
            or self.quantity_forms
            or self.unknown_fields
            or self.hourly_drift
        )

    @property
    def named(self) -> frozenset[int]:
        """Codes whose rows differ from the catalogue's from the start."""
        return frozenset(
            code for codes in (self.stock, self.incoming, self.rows) for code in codes if isinstance(code, int)
        )


def touches(codes: frozenset[Code], code: int) -> bool:
    """Whether a set of codes means this one."""
    return code in codes or EVERY in codes


def _check(fine: bool, where: tuple[str, ...], message: str) -> None:
    if not fine:
        raise TwistProblem(where, message)


def _check_factor(factor: float, where: tuple[str, ...]) -> None:
    _check(0 < factor <= _LARGEST_FACTOR, where, f"a factor above 0 and at most {_LARGEST_FACTOR:g}, not {factor}")


NO_TWISTS = Twists()
"""Business as usual."""
