"""A refusal: a correct business "no", with its stable code, the field it is about, and words for people."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["not-found", "invalid", "business"]
"""`not-found`: no such order, reservation, line. `invalid`: it makes no sense. `business`: it does, and yet no."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a verb did nothing. `reasons` has one refusal per line when several lines were at fault."""

    kind: Kind
    code: str
    """Stable: see the functions below."""
    field: str
    """Path in the request body or the path's parameter: `lines[0].quantity`, `id`."""
    message: str
    reasons: "tuple[Refusal, ...]" = ()

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field, as problem details list them."""
        found: dict[str, list[str]] = {}
        for reason in self.reasons or (self,):
            found.setdefault(reason.field, []).append(reason.message)
        return found


def all_of(reasons: list[Refusal]) -> Refusal:
    """One refusal of several: it bears the first one's code, field and message, and carries them all."""
    first = reasons[0]
    if len(reasons) == 1:
        return first
    return Refusal(first.kind, first.code, first.field, first.message, tuple(reasons))


def unknown_order(order_id: str) -> Refusal:
    """404."""
    return Refusal("not-found", "unknown-order", "id", f"There is no order {order_id!r} on this account.")


def unknown_reservation(reservation_id: str, field: str = "id") -> Refusal:
    """404 when it is what the path names, a business "no" when an order names it."""
    kind: Kind = "not-found" if field == "id" else "business"
    message = f"There is no reservation {reservation_id!r} on this account."
    return Refusal(kind, "unknown-reservation", field, message)


def unknown_line(line_id: int) -> Refusal:
    """404."""
    return Refusal("not-found", "unknown-line", "lineId", f"The cart has no line {line_id}.")


def unknown_product(code: int, field: str) -> Refusal:
    """The catalogue has no such code."""
    return Refusal("invalid", "unknown-product", field, f"The catalogue has no product {code}.")


def bad_quantity(field: str) -> Refusal:
    """Below one piece."""
    return Refusal("invalid", "bad-quantity", field, "At least one piece must be asked for.")


def quantity_too_large(quantity: int, field: str) -> Refusal:
    """More than an int32, once lines of the same product are added up."""
    return Refusal("invalid", "quantity-too-large", field, f"{quantity} pieces are more than one line can hold.")


def no_lines() -> Refusal:
    """Nothing asked for."""
    return Refusal("invalid", "no-lines", "lines", "At least one line is needed.")


def bad_date(field: str, message: str) -> Refusal:
    """No JDE date, or one that cannot be meant."""
    return Refusal("invalid", "bad-date", field, message)


def currency_mismatch(given: str, wanted: str, field: str) -> Refusal:
    """Another currency than the account's."""
    return Refusal("invalid", "currency-mismatch", field, f"The account trades in {wanted}, not in {given}.")


def no_price(code: int, field: str) -> Refusal:
    """A product without a price is not for sale."""
    return Refusal("business", "no-price", field, f"Product {code} has no price and cannot be ordered.")


def not_a_kit(code: int) -> Refusal:
    """AddKit of something else."""
    return Refusal("invalid", "not-a-kit", "kitId", f"Product {code} is not a kit; use Cart/Add.")


def kit_needs_add_kit(code: int) -> Refusal:
    """Add of a kit."""
    return Refusal("invalid", "is-a-kit", "elkoCode", f"Product {code} is a kit; use Cart/AddKit.")


def unknown_option(code: int, kit: int, field: str) -> Refusal:
    """A selected option that is no part of the kit."""
    return Refusal("invalid", "unknown-option", field, f"Product {code} is not an option of kit {kit}.")


def short_of_stock(code: int, wanted: int, free: int, field: str) -> Refusal:
    """`out-of-stock` when there is nothing, `above-stock` when there is less than asked for."""
    if free == 0:
        return Refusal("business", "out-of-stock", field, f"Product {code} is out of stock.")
    message = f"Of product {code} there are {free} pieces, {wanted} were asked for."
    return Refusal("business", "above-stock", field, message)


def order_not_open(order_id: str, status: str) -> Refusal:
    """Cancelled already, or shipped."""
    message = f"Order {order_id} is {status}; only a Placed or Confirmed order can be cancelled."
    return Refusal("business", "order-not-open", "id", message)


def reservation_not_active(reservation_id: str, status: str, field: str = "id") -> Refusal:
    """Released, expired or ordered already."""
    message = f"Reservation {reservation_id} is {status} and no longer holds anything."
    return Refusal("business", "reservation-not-active", field, message)
