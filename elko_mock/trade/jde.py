"""JDE Julian dates: `CYYDDD`, C = century - 19, DDD = day of the year; 0 means none (evidence, section 4)."""

from datetime import date, timedelta
from functools import lru_cache

from elko_mock.clock import DAY, Instant

NO_DATE = 0
"""What the service writes for "no date"."""

_FIRST_YEAR = 1900
_LAST_YEAR = 2899
_EPOCH = date(1970, 1, 1)

LAST_DAY = (date(_LAST_YEAR, 12, 31) - _EPOCH).days
"""The last day that has a JDE number, in days since 1970."""


class NotAJdeDate(ValueError):
    """A number that names no day; the message says why."""


def to_jde(day: date) -> int:
    """The JDE number of a calendar day: 2018-09-26 is 118269. Raises NotAJdeDate before 1900 and after 2899."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise NotAJdeDate(f"{day.isoformat()} has no JDE number: years {_FIRST_YEAR} to {_LAST_YEAR} have")
    return (day.year - _FIRST_YEAR) * 1000 + day.timetuple().tm_yday


def from_jde(number: int) -> date | None:
    """The calendar day of a JDE number, None for 0. Raises NotAJdeDate when it names no day."""
    if number == NO_DATE:
        return None
    year, day_of_year = divmod(number, 1000)
    year += _FIRST_YEAR
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NotAJdeDate(f"{number} is not a JDE date: CYYDDD, for example 118269 for 2018-09-26")
    if day_of_year < 1 or (day := date(year, 1, 1) + timedelta(days=day_of_year - 1)).year != year:
        raise NotAJdeDate(f"{number} is not a JDE date: the year {year} has no day {day_of_year}")
    return day


def day_number(day: date) -> int:
    """A calendar day, in days since 1970."""
    return (day - _EPOCH).days


@lru_cache(maxsize=4096)
def jde_of_day(day: int) -> int:
    """The JDE number of a day in days since 1970."""
    return to_jde(_EPOCH + timedelta(days=day))


def jde_of(at: Instant) -> int:
    """The JDE number of an instant's UTC day."""
    return jde_of_day(at // DAY)
