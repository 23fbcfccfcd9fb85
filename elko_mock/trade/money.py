"""Money in whole cents: in from the wire, out to it, scaled, taxed; never a float inside."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

Cents = int
"""Hundredths of the account's currency."""

_LARGEST = 10**13


class NotMoney(ValueError):
    """A value that is no amount; the message says what it was."""


def to_cents(value: object) -> Cents:
    """Cents of an amount as the wire has it: number or string, rounded half up. Raises NotMoney."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise NotMoney(f"{value!r} is not an amount; write for example 12.50")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise NotMoney(f"{value!r} is not an amount; write for example 12.50") from None
    if not amount.is_finite() or not 0 <= amount < _LARGEST // 100:
        raise NotMoney(f"{value!r} is not an amount: from 0 up, below a hundred thousand million")
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def number(cents: Cents) -> float:
    """The amount as a JSON number with at most two decimals."""
    return cents / 100


def text(cents: Cents) -> str:
    """The amount as a string with two decimals, as invoices have it (evidence 3.6)."""
    return f"{cents // 100}.{cents % 100:02d}"


def scaled(cents: Cents, *factors: float) -> Cents:
    """An amount times factors, rounded half up once. A factor is what its digits say: the double 1.15 lies below it."""
    amount = Decimal(cents)
    for factor in factors:
        amount *= _as_written(factor)
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


@lru_cache(maxsize=1024)
def _as_written(factor: float) -> Decimal:
    return Decimal(repr(factor))


def tax(cents: Cents, percent: int) -> Cents:
    """The tax on an amount, rounded half up."""
    return (cents * percent + 50) // 100
