"""Money: in from the wire, out to it, taxed and scaled, never off by a cent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.trade.money import NotMoney, number, scaled, tax, text, to_cents

CENTS = st.integers(0, 10**11)


@given(CENTS)
def test_there_and_back(cents: int) -> None:
    assert to_cents(number(cents)) == to_cents(text(cents)) == cents


@pytest.mark.parametrize(
    ("value", "cents"),
    [(12.5, 1250), ("12.50", 1250), (" 3 ", 300), (0.125, 13), ("0.005", 1), (Decimal("1.10"), 110), (7, 700)],
)
def test_amounts(value: object, cents: int) -> None:
    assert to_cents(value) == cents


@pytest.mark.parametrize("value", ["", "12,50", "NaN", "Infinity", -1, "-0.01", True, None, [], "1e40", float("nan")])
def test_no_amounts(value: object) -> None:
    with pytest.raises(NotMoney, match="amount"):
        to_cents(value)


@given(CENTS, st.integers(0, 100))
def test_tax_is_rounded_half_up(cents: int, percent: int) -> None:
    assert tax(cents, percent) == int((Decimal(cents) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_scaled_to_the_cent() -> None:
    assert scaled(10_000, 1.1) == 11_000
    assert scaled(5, 0.5) == 3
    assert scaled(999, 1.0) == 999


@given(CENTS, st.integers(1, 10_000), st.integers(1, 10_000))
def test_factors_mean_what_was_written_not_the_double_next_to_it(cents: int, one: int, other: int) -> None:
    exact = Decimal(cents) * one * other / 10_000
    assert scaled(cents, one / 100, other / 100) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert scaled(1290, 1.15) == 1484, "14.835 goes up, though 1.15 as a double lies below 1.15"


def test_text_has_two_decimals() -> None:
    assert [text(cents) for cents in (0, 5, 1250, 100_000)] == ["0.00", "0.05", "12.50", "1000.00"]
