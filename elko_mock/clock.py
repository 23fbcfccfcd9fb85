"""Time: the one room that reads the wall clock, and the clock each world lives by.

World time is an `Instant`: whole microseconds since the Unix epoch, UTC. Integers, so that "exactly ten seconds
later" is exact at the edge of the limit's window.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = 0
"""1970-01-01: JDE dates of the service have no meaning before it."""
LATEST = int((datetime(2100, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * SECOND
"""A world's clock refuses to go beyond 2100-01-01."""


_FORWARD_ONLY = "a world's clock does not go backwards; make a new world with an earlier start instead"


class ClockMisuse(ValueError):
    """A clock was asked for something it cannot do; the message says what and why."""


def system_now() -> Instant:
    """The machine's time."""
    return time.time_ns() // 1000


def stopwatch() -> int:
    """Microseconds of a monotonic clock, for durations only."""
    return time.perf_counter_ns() // 1000


def to_datetime(at: Instant) -> datetime:
    """The instant as an aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=at)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime. Raises ClockMisuse on a naive one."""
    if moment.tzinfo is None:
        raise ClockMisuse(f"{moment.isoformat()} has no time zone; write for example {moment.isoformat()}Z")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_date(at: Instant) -> date:
    """The UTC calendar day of an instant."""
    return to_datetime(at).date()


class WorldClock:
    """One world's time: it runs (optionally faster), stands frozen, or is moved forward on request.

    Never goes backwards: what has happened has happened. Safe to use from several threads.
    """

    __slots__ = ("_anchor", "_base", "_frozen", "_lock", "_scale", "_source")

    def __init__(
        self,
        start: Instant | None = None,
        *,
        frozen: bool = False,
        scale: float = 1.0,
        source: Callable[[], Instant] = system_now,
    ) -> None:
        """`start` is the machine's time unless given. Raises ClockMisuse on an absurd start or scale."""
        self._source = source
        self._lock = threading.Lock()
        self._anchor = source()
        self._base = _bounded(self._anchor if start is None else start)
        self._frozen = frozen
        self._scale = _sane_scale(scale)

    def now(self) -> Instant:
        """World time."""
        if self._frozen:
            return self._base
        elapsed = self._source() - self._anchor
        if elapsed <= 0:
            return self._base
        if self._scale == 1.0:
            return min(self._base + elapsed, LATEST)
        return min(self._base + int(elapsed * self._scale), LATEST)

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen

    @property
    def scale(self) -> float:
        """World seconds per real second while the clock runs."""
        return self._scale

    def advance(self, microseconds: int) -> Instant:
        """Move forward by that much and answer the new time. Raises ClockMisuse on a negative or absurd step."""
        if microseconds < 0:
            raise ClockMisuse("a world's clock does not go backwards; make a new world with an earlier start instead")
        with self._lock:
            target = _bounded(self.now() + microseconds)
            self._rebase(target)
            return target

    def set(self, at: Instant) -> Instant:
        """Move forward to an instant. Raises ClockMisuse when it lies before now or beyond the bounds."""
        with self._lock:
            if at < self.now():
                raise ClockMisuse(
                    "a world's clock does not go backwards; make a new world with an earlier start instead"
                )
            self._rebase(_bounded(at))
            return at

    def freeze(self) -> Instant:
        """Stand still from now on."""
        with self._lock:
            self._rebase(self.now())
            self._frozen = True
            return self._base

    def run(self, scale: float = 1.0) -> Instant:
        """Run from now on, `scale` world seconds per real second. Raises ClockMisuse on an absurd scale."""
        with self._lock:
            new_scale = _sane_scale(scale)
            self._rebase(self.now())
            self._scale = new_scale
            self._frozen = False
            return self._base

    def _rebase(self, at: Instant) -> None:
        self._anchor = self._source()
        self._base = at


def _bounded(at: Instant) -> Instant:
    if not EARLIEST <= at <= LATEST:
        raise ClockMisuse("a world's clock stays between 1970-01-01 and 2100-01-01")
    return at


def _sane_scale(scale: float) -> float:
    if not 0 < scale <= 1_000_000:  # also refuses NaN
        raise ClockMisuse(f"a clock's scale is above 0 and at most 1000000, not {scale}")
    return float(scale)
