"""Time: the one room that reads the wall clock, and the clock each world lives by.

World time is an `Instant`: whole microseconds since the Unix epoch, UTC. Integers, so that "exactly ten seconds
later" is exact at the edge of the limit's window.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

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


class _Going(NamedTuple):
    """How a clock goes since it was last set: at real time `anchor` it showed `base`."""

    anchor: Instant
    base: Instant
    scale: float
    frozen: bool


class WorldClock:
    """One world's time: it runs (optionally faster), stands frozen, or is moved forward on request.

    Never goes backwards, whatever the machine's clock does: what has happened has happened. Safe to use from several
    threads.
    """

    __slots__ = ("_going", "_latest", "_lock", "_source")

    def __init__(
        self,
        start: Instant | None = None,
        *,
        frozen: bool = False,
        scale: float = 1.0,
        source: Callable[[], Instant] = system_now,
    ) -> None:
        """`start` is the machine's time unless given. Raises ClockMisuse on an absurd start or scale."""
        anchor = source()
        base = _bounded(anchor if start is None else start)
        self._source = source
        self._lock = threading.Lock()
        self._latest = base
        self._going = _Going(anchor, base, _sane_scale(scale), frozen)

    def now(self) -> Instant:
        """World time."""
        with self._lock:
            return self._now()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._going.frozen

    @property
    def scale(self) -> float:
        """World seconds per real second while the clock runs."""
        return self._going.scale

    def advance(self, microseconds: int) -> Instant:
        """Move forward by that much and answer the new time. Raises ClockMisuse on a negative or absurd step."""
        if microseconds < 0:
            raise ClockMisuse(_FORWARD_ONLY)
        with self._lock:
            return self._set(_bounded(self._now() + microseconds))

    def set(self, at: Instant) -> Instant:
        """Move forward to an instant. Raises ClockMisuse when it lies before now or beyond the bounds."""
        with self._lock:
            if at < self._now():
                raise ClockMisuse(_FORWARD_ONLY)
            return self._set(_bounded(at))

    def freeze(self) -> Instant:
        """Stand still from now on."""
        with self._lock:
            return self._set(self._now(), frozen=True)

    def run(self, scale: float = 1.0) -> Instant:
        """Run from now on, `scale` world seconds per real second. Raises ClockMisuse on an absurd scale."""
        sane = _sane_scale(scale)
        with self._lock:
            return self._set(self._now(), scale=sane, frozen=False)

    def _now(self) -> Instant:
        anchor, base, scale, frozen = self._going
        if frozen:
            return base
        elapsed = self._source() - anchor
        at = base + (elapsed if scale == 1.0 else int(elapsed * scale))
        if at > self._latest:
            self._latest = min(at, LATEST)
        return self._latest

    def _set(self, at: Instant, *, scale: float | None = None, frozen: bool | None = None) -> Instant:
        going = self._going
        self._latest = at
        self._going = _Going(
            self._source(),
            at,
            going.scale if scale is None else scale,
            going.frozen if frozen is None else frozen,
        )
        return at


def _bounded(at: Instant) -> Instant:
    if not EARLIEST <= at <= LATEST:
        raise ClockMisuse("a world's clock stays between 1970-01-01 and 2100-01-01")
    return at


def _sane_scale(scale: float) -> float:
    if not 0 < scale <= 1_000_000:  # also refuses NaN
        raise ClockMisuse(f"a clock's scale is above 0 and at most 1000000, not {scale}")
    return float(scale)
