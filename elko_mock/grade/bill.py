"""The run bill: what the same run would have done in production."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from elko_mock.clock import MINUTE
from elko_mock.grade.call import TOKEN, Call

BLOCK = MINUTE
"""Microseconds that each block lasts (manual)."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bill:
    """Figures of one run, or of several together."""

    calls: int = 0
    orders: int = 0
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    """Currency -> sum of the orders placed, without VAT."""
    unknown_sums: int = 0
    """Orders whose sum the journal does not tell."""
    pieces_reserved: int = 0
    orders_cancelled: int = 0
    blocked: int = 0
    """Microseconds during which nobody on the account could call."""
    tokens_replaced: int = 0
    full_lists: int = 0

    def __add__(self, other: "Bill") -> "Bill":
        """The bill of both."""
        sums = {
            currency: self.sums.get(currency, Decimal(0)) + other.sums.get(currency, Decimal(0))
            for currency in sorted({*self.sums, *other.sums})
        }
        return Bill(
            self.calls + other.calls,
            self.orders + other.orders,
            sums,
            self.unknown_sums + other.unknown_sums,
            self.pieces_reserved + other.pieces_reserved,
            self.orders_cancelled + other.orders_cancelled,
            self.blocked + other.blocked,
            self.tokens_replaced + other.tokens_replaced,
            self.full_lists + other.full_lists,
        )

    @property
    def minutes_blocked(self) -> float:
        """For the reports."""
        return self.blocked / MINUTE

    def lines(self) -> list[str]:
        """What would have happened; each completes "In production this run would have ..."."""
        said = [f"made {_count(self.calls, 'call')}"]
        if self.orders:
            said.append(f"placed {_count(self.orders, 'order')} for {self._money()}")
        if self.orders_cancelled:
            said.append(f"cancelled {_count(self.orders_cancelled, 'order')}")
        if self.pieces_reserved:
            said.append(f"reserved {_count(self.pieces_reserved, 'piece')}")
        if self.blocked:
            said.append(
                f"blocked the account for {self.minutes_blocked:g} minute{'' if self.blocked == MINUTE else 's'}"
            )
        if self.tokens_replaced:
            said.append(f"replaced the account's token {_times(self.tokens_replaced)}")
        if self.full_lists:
            said.append(f"pulled the full product list {_times(self.full_lists)}")
        return said

    def _money(self) -> str:
        known = " and ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(self.sums.items()))
        if not self.unknown_sums:
            return known
        rest = f"a sum not known of {self.unknown_sums}" if known else "a sum not known"
        return f"{known} and {rest}" if known else rest


class Tally:
    """Adds up one session's bill, call by call."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._sums: dict[str, Decimal] = {}

    def see(self, call: Call) -> None:
        """One exchange has ended."""
        if not call.is_api:
            return
        counts = self._counts
        counts["calls"] += 1
        if call.reason == "rate":
            counts["blocked"] += BLOCK
        if not call.carried_out:
            return
        if call.operation == "createOrder":
            counts["orders"] += 1
            self._add_sum(call)
        elif call.operation == "createReservation":
            counts["pieces_reserved"] += _pieces(call.answered("lines"))
        elif call.operation == "cancelOrder":
            counts["orders_cancelled"] += 1
        elif call.operation == TOKEN:
            counts["tokens_replaced"] += 1
        elif call.operation == "getProducts" and call.asks_all and call.method == "GET":
            counts["full_lists"] += 1

    def _add_sum(self, call: Call) -> None:
        amount, currency = _decimal(call.answered("sum")), call.answered("currency")
        if amount is None or not isinstance(currency, str):
            self._counts["unknown_sums"] += 1
        else:
            self._sums[currency] = self._sums.get(currency, Decimal(0)) + amount

    def bill(self) -> Bill:
        """The figures so far."""
        return Bill(sums=dict(self._sums), **self._counts)


def _pieces(rows: Any) -> int:
    quantities = [row.get("quantity") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return sum(one for one in quantities if isinstance(one, int) and not isinstance(one, bool))


def _decimal(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)
    except InvalidOperation:  # no number, or more digits than any sum has
        return None
    return amount if amount.is_finite() else None


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
