"""Time and dates in the model: whole microseconds, days of UTC, and JDE numbers (evidence, section 4)."""

from datetime import UTC, date, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str) -> int:
    """Microseconds since 1970 of a moment as ISO 8601 writes it."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The moment of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at)


def day_of(at: int) -> date:
    """On which day of UTC it is."""
    return moment(at).date()


def midnight(day: date) -> int:
    """When that day begins."""
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


def jde(day: date) -> int:
    """`CYYDDD`, C = century - 19: 2018-09-26 is 118269."""
    century, year = divmod(day.year, 100)
    return int(f"{century - 19}{year:02d}{day:%j}")


def day_named(number: int) -> date | None:
    """The day of a JDE number; None for one that names no day."""
    digits = f"{number:06d}"
    if number < 0 or len(digits) > 6:
        return None
    first = date((19 + int(digits[0])) * 100 + int(digits[1:3]), 1, 1)
    found = first + timedelta(int(digits[3:]) - 1)
    return found if found.year == first.year else None
