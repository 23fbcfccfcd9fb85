"""Amounts in the model: whole cents, exact fractions where they are scaled or taxed, decimals on paper."""

from decimal import Decimal
from fractions import Fraction
from math import floor


def half_up(amount: Fraction) -> int:
    """The nearest whole number; what lies between two goes up."""
    return floor(amount + Fraction(1, 2))


def times(cents: int, factor: Fraction) -> int:
    """An amount times a factor, to the cent."""
    return half_up(cents * factor)


def vat(cents: int, percent: int) -> int:
    """The VAT on an amount, to the cent."""
    return half_up(Fraction(cents * percent, 100))


def euros(cents: int) -> Decimal:
    """The amount as a number of two decimals."""
    return Decimal(cents).scaleb(-2)


def paper(cents: int) -> str:
    """The amount as invoices have it: text, two decimals."""
    return f"{euros(cents):.2f}"


def cents(amount: Decimal | int) -> int:
    """Whole cents of an amount as it was sent. Raises AssertionError when it is none to the cent."""
    found = Decimal(amount).scaleb(2)
    assert found == found.to_integral_value(), f"{amount} is no amount to the cent"
    return int(found)
