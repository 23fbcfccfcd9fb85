"""JDE Julian dates: `CYYDDD`, C = century - 19, DDD = day of the year; 0 means none (evidence, section 4)."""

from datetime import date, timedelta

NO_DATE = 0
"""What the service writes for "no date"."""

_FIRST_YEAR = 1900
_LAST_YEAR = 2899


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
