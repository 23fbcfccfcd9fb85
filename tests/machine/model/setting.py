"""How a world of the model begins: what its scenario says, as plain figures, and as the document that makes it so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from tests.machine.model.brief import Brief
from tests.machine.model.days import DAY, HOUR, MINUTE, SECOND, instant, moment

EVERY: Literal["*"] = "*"
Code = int | Literal["*"]
ANYWHERE = ("0.0.0.0/0", "::/0")
SECOND_FACTOR = "000000"

VAT = {"LV": 21, "LT": 21, "RO": 21, "CZ": 21, "EE": 24, "SK": 23, "SI": 22, "UA": 20}
"""Per cent by country; 21 elsewhere (ledger, vat-rate)."""


@dataclass(frozen=True, repr=False)
class House(Brief):
    """Times in microseconds (ledger, order-progress, backorder, reservation-life, invoice-open-amount)."""

    confirm_after: int = 30 * MINUTE
    ship_after: int = DAY
    second_parcel_after: int = DAY
    handling: int = 12 * HOUR
    invoice_after: int = HOUR
    reservation_days: int = 7
    payment_days: int = 30


@dataclass(frozen=True, repr=False)
class Limit(Brief):
    """50 calls in 10 seconds, then blocked for a minute (manual); 0 calls for no limit."""

    calls: int = 50
    window: int = 10 * SECOND
    block: int = MINUTE
    kind: str = "sliding"
    blocked_calls_extend: bool = False
    refused_calls_count: bool = False


@dataclass(frozen=True)
class Behind:
    """What another user of the account does behind the client's back, just before the call of that number."""

    at_call: int
    what: Literal["replace_token", "use_up_limit", "withdraw_terms"]


@dataclass(frozen=True, repr=False)
class Setting(Brief):
    """All that tells one world of the model from another."""

    opened: int = field(default_factory=lambda: instant("2026-03-02T09:00:00+00:00"))
    seed: int = 1
    stock: Mapping[Code, int] = field(default_factory=dict)
    incoming: Mapping[Code, tuple[int, int]] = field(default_factory=dict)
    """Pieces, and after how many days they come."""
    delivery: str = "whole"
    price_factor: Fraction = Fraction(1)
    sold_out_at_order: tuple[Code, ...] = ()
    unfillable: tuple[Code, ...] = ()
    price_at_order: Mapping[Code, Fraction] = field(default_factory=dict)
    house: House = field(default_factory=House)
    limit: Limit = field(default_factory=Limit)
    country: str = "LV"
    terms_accepted: bool = True
    addresses: tuple[str, ...] = ANYWHERE
    token_created: bool = True
    behind: tuple[Behind, ...] = ()
    pace: int = 0
    """Microseconds that the client waits before each call."""

    @property
    def vat_percent(self) -> int:
        """By the account's country."""
        return VAT.get(self.country, 21)

    def wanted(self) -> dict[str, Any]:
        """What `POST /_elko/worlds` is asked for."""
        twists = {
            "stock": {str(code): pieces for code, pieces in self.stock.items()},
            "incoming": {str(code): {"quantity": many, "days": days} for code, (many, days) in self.incoming.items()},
            "delivery": self.delivery,
            "price_factor": float(self.price_factor),
            "sold_out_at_order": list(self.sold_out_at_order),
            "unfillable": list(self.unfillable),
            "price_at_order": {str(code): float(factor) for code, factor in self.price_at_order.items()},
        }
        house, limit = vars(self.house), vars(self.limit)
        usual = vars(Setting(opened=self.opened))
        return {
            "seed": self.seed,
            "clock": {"frozen": True, "start": moment(self.opened).isoformat()},
            "scenario": {
                "twists": {name: said for name, said in twists.items() if getattr(self, name) != usual[name]},
                "house": {name: _length(name, value, "_days") for name, value in house.items()},
                "limit": {name: f"{v}us" if name in {"window", "block"} else v for name, v in limit.items()},
                "customer": {"country": self.country},
                "account": {
                    "terms_accepted": self.terms_accepted,
                    "addresses": list(self.addresses),
                    "token_created": self.token_created,
                },
                "changes": [
                    {"at_call": one.at_call}
                    | ({"terms_accepted": False} if one.what == "withdraw_terms" else {one.what: True})
                    for one in self.behind
                ],
            },
        }


def _length(name: str, value: int, days: str) -> int | str:
    return value if name.endswith(days) else f"{value}us"
