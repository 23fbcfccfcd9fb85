"""JDE dates against the published values and against the calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import DAY
from elko_mock.trade.jde import LAST_DAY, NotAJdeDate, day_number, from_jde, jde_of, jde_of_day, to_jde


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2018, 9, 26), 118269),
        (date(2018, 10, 3), 118276),
        (date(1999, 12, 31), 99365),
        (date(2000, 1, 1), 100001),
        (date(2024, 12, 31), 124366),
        (date(1900, 1, 1), 1),
    ],
)
def test_published_and_turning_days(day: date, number: int) -> None:
    assert to_jde(day) == number
    assert from_jde(number) == day


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2899, 12, 31)))
def test_there_and_back(day: date) -> None:
    assert from_jde(to_jde(day)) == day


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2100, 1, 1)))
def test_days_and_instants_agree(day: date) -> None:
    assert jde_of_day(day_number(day)) == jde_of(day_number(day) * DAY + DAY - 1) == to_jde(day)


def test_zero_means_none() -> None:
    assert from_jde(0) is None


@pytest.mark.parametrize("number", [118000, 118366, 124367, 118999, -1, 1_000_001, 10**12])
def test_numbers_that_are_no_day(number: int) -> None:
    with pytest.raises(NotAJdeDate, match=str(number)):
        from_jde(number)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2900, 1, 1)])
def test_days_beyond_the_numbers(day: date) -> None:
    with pytest.raises(NotAJdeDate, match=r"1900 to 2899"):
        to_jde(day)


def test_the_last_day() -> None:
    assert jde_of_day(LAST_DAY) == 999365
