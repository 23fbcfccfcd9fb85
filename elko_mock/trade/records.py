"""What a trade remembers: orders and their parcels, reservations, cart lines. Frozen; a change makes a new one."""

from dataclasses import dataclass
from enum import StrEnum

from elko_mock.clock import Instant
from elko_mock.trade.money import Cents, tax


class OrderStatus(StrEnum):
    """Where an order stands."""

    PLACED = "Placed"
    CONFIRMED = "Confirmed"
    PARTIALLY_SHIPPED = "PartiallyShipped"
    SHIPPED = "Shipped"
    INVOICED = "Invoiced"
    CANCELLED = "Cancelled"


class ReservationStatus(StrEnum):
    """Where a reservation stands."""

    ACTIVE = "Active"
    RELEASED = "Released"
    EXPIRED = "Expired"
    ORDERED = "Ordered"


OPEN = (OrderStatus.PLACED, OrderStatus.CONFIRMED)
"""While an order stands so, it can be cancelled."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of an order, priced by the house."""

    code: int
    requested: int
    quantity: int
    """Filled: from stock, and `promised` of them from what is coming."""
    promised: int
    price: Cents
    name: str
    manufacturer_code: str | None
    note: str | None

    @property
    def sum(self) -> Cents:
        """Without VAT."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Portion:
    """So many pieces of one line (by its place, from 0)."""

    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves together, when, and when it is invoiced. Planned when the order is placed."""

    ships: Instant
    invoiced: Instant
    portions: tuple[Portion, ...]


@dataclass(frozen=True, slots=True)
class EndUser:
    """Whom the goods go to, as the client said."""

    company: str | None = None
    vat_number: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    address_line: str | None = None
    city: str | None = None
    country: str | None = None
    postal_code: str | None = None
    street: str | None = None
    house: str | None = None
    apartment: str | None = None
    natural_person: bool | None = None
    customer_po: str | None = None
    contact_mail: str | None = None
    pickup_point: int | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the client said about an order beside its lines; kept and sent back as it came."""

    ship_to: str | None = None
    end_user: EndUser | None = None
    created_by: str | None = None
    delivery: str | None = None
    instructions: str | None = None
    transportation: bool | None = None
    fastest: bool | None = None
    all_or_nothing: bool | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Its status follows from the time."""

    id: str
    placed: Instant
    confirmed: Instant
    wishes: Wishes
    currency: str
    vat_percent: int
    lines: tuple[OrderLine, ...]
    parcels: tuple[Parcel, ...]
    reservation: str | None
    cancelled: bool = False

    @property
    def sum(self) -> Cents:
        """Without VAT: the lines' sums."""
        return sum(line.sum for line in self.lines)

    @property
    def vat(self) -> Cents:
        """The lines' taxes, each rounded by itself."""
        return sum(tax(line.sum, self.vat_percent) for line in self.lines)

    def status(self, now: Instant) -> OrderStatus:
        """Where it stands."""
        if self.cancelled:
            return OrderStatus.CANCELLED
        shipped = sum(parcel.ships <= now for parcel in self.parcels)
        if not shipped:
            return OrderStatus.PLACED if now < self.confirmed else OrderStatus.CONFIRMED
        if shipped < len(self.parcels):
            return OrderStatus.PARTIALLY_SHIPPED
        if all(parcel.invoiced <= now for parcel in self.parcels):
            return OrderStatus.INVOICED
        return OrderStatus.SHIPPED

    @property
    def turns(self) -> tuple[Instant, ...]:
        """The instants at which its status or its papers change."""
        times = {self.confirmed}
        for parcel in self.parcels:
            times |= {parcel.ships, parcel.invoiced}
        return tuple(sorted(times))


@dataclass(frozen=True, slots=True)
class ReservationLine:
    """One product of a reservation."""

    code: int
    requested: int
    quantity: int
    """As many as stock allowed."""
    held: int
    """As many as are still kept: orders that name the reservation take from it."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """One reservation."""

    id: str
    created: Instant
    last_day: int
    """Last day it is valid, in days since 1970; it expires when that day ends (UTC)."""
    reference: str | None
    lines: tuple[ReservationLine, ...]
    status: ReservationStatus = ReservationStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Option:
    """An option picked for each kit of a cart line."""

    code: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line of the cart."""

    id: int
    code: int
    quantity: int
    kit: bool = False
    options: tuple[Option, ...] | None = None
