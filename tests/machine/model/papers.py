"""What the model remembers: orders with their parcels, reservations, cart lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.machine.model.days import DAY, midnight


@dataclass(frozen=True)
class Line:
    """One line of an order. `got` of `asked` pieces, `promised` of them out of what was coming."""

    code: int
    asked: int
    got: int
    promised: int
    price: int
    note: str | None

    @property
    def sum(self) -> int:
        """Cents without VAT."""
        return self.got * self.price


@dataclass(frozen=True)
class Parcel:
    """What leaves together, when, and when it is invoiced: pieces by the place of their line."""

    ships: int
    invoiced: int
    pieces: Mapping[int, int]


@dataclass
class Order:
    """One order."""

    id: str
    placed: int
    confirmed: int
    said: Mapping[str, Any]
    """The request."""
    lines: list[Line]
    parcels: list[Parcel]
    reservation: str | None
    cancelled: bool = False

    def lines_of(self, code: int) -> Iterator[Line]:
        """Its lines of that product."""
        return (line for line in self.lines if line.code == code)

    def shipped(self, now: int) -> int:
        """How many parcels have left."""
        return 0 if self.cancelled else sum(parcel.ships <= now for parcel in self.parcels)

    def invoiced(self, now: int) -> int:
        """How many parcels have an invoice."""
        return 0 if self.cancelled else sum(parcel.invoiced <= now for parcel in self.parcels)

    def status(self, now: int) -> str:
        """Where it stands (ledger, order-progress)."""
        if self.cancelled:
            return "Cancelled"
        shipped = self.shipped(now)
        if shipped == 0:
            return "Confirmed" if now >= self.confirmed else "Placed"
        if shipped < len(self.parcels):
            return "PartiallyShipped"
        return "Invoiced" if self.invoiced(now) == len(self.parcels) else "Shipped"

    def turns(self) -> set[int]:
        """When something about it changes."""
        return {self.confirmed, *(at for one in self.parcels for at in (one.ships, one.invoiced))}


@dataclass
class Kept:
    """One line of a reservation: what was asked for, what was got, what is still kept."""

    code: int
    asked: int
    got: int
    left: int


@dataclass
class Reservation:
    """One reservation."""

    id: str
    made: int
    last_day: date
    reference: str | None
    lines: list[Kept]
    status: str = "Active"

    @property
    def held(self) -> dict[int, int]:
        """What it keeps from others now, by code."""
        return {line.code: line.left for line in self.lines} if self.status == "Active" else {}

    @property
    def ends(self) -> int:
        """The end of its last day."""
        return midnight(self.last_day) + DAY


@dataclass(frozen=True)
class InCart:
    """One line of the cart."""

    id: int
    code: int
    many: int
    options: tuple[tuple[int, int], ...] | None = None
    """Of a kit: picked options with their quantities; None when none were spoken of."""


@dataclass
class Cart:
    """The cart; its line numbers are not used again."""

    lines: list[InCart] = field(default_factory=list)
    next: int = 1
