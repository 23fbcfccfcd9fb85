"""The limit: so many calls in any so many seconds; one more starts a block. Whole microseconds, exact at the edges."""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from elko_mock.clock import MINUTE, SECOND, Instant

WindowKind = Literal["sliding", "fixed"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The rule of the manual ("50 API requests per 10 seconds ... blocked for 1 minute") and what it leaves open."""

    calls: int | None = 50
    """How many calls pass in one window. None or 0: no limit."""
    window: int = 10 * SECOND
    """Microseconds. Half open: a call exactly one window after another is not in its window any more."""
    block: int = MINUTE
    """Microseconds. Half open: a call exactly at its end passes."""
    kind: WindowKind = "sliding"
    """`sliding`: any stretch of that length. `fixed`: stretches that begin at whole multiples of it on the clock."""
    blocked_calls_extend: bool = False
    """Whether a call made during the block starts the block anew."""
    refused_calls_count: bool = False
    """Whether calls that the limit refuses fill the window too."""

    def __post_init__(self) -> None:
        """Raises ValueError on a rule that makes no sense."""
        if self.calls is not None and self.calls < 0:
            raise ValueError(f"a limit of {self.calls} calls makes no sense; 0 switches it off")
        if self.window <= 0:
            raise ValueError("a limit's window is longer than nothing")
        if self.block < 0:
            raise ValueError("a block is not shorter than nothing")


class Ruling(Enum):
    """What the limit says to one call."""

    PASSED = "passed"
    BLOCK_BEGINS = "rate"
    BLOCKED = "blocked"


class Throttle:
    """A count. Constant time per call on average, memory bounded by the limit. For one thread, as the loop is."""

    __slots__ = (
        "_calls",
        "_in_window",
        "_latest",
        "_spent_until",
        "_window_at",
        "blocked_for",
        "blocked_until",
        "blocks",
        "limit",
    )

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._latest: Instant = 0
        self._calls: deque[Instant] = deque(maxlen=limit.calls or 1)
        self._window_at = 0
        self._in_window = 0
        self._spent_until: Instant = 0
        self.blocked_until: Instant = 0
        """End of the last block, over or not."""
        self.blocks = 0
        """How many blocks have begun."""
        self.blocked_for = 0
        """Microseconds of all blocks together, up to their ends."""

    def count(self, now: Instant) -> Ruling:
        """Count one call. A clock that stepped back stands still for the limit."""
        limit = self.limit
        if not limit.calls:
            return Ruling.PASSED
        if now < self._latest:
            now = self._latest
        else:
            self._latest = now
        if now < self.blocked_until:
            if limit.blocked_calls_extend:
                self._block(now, self.blocked_until)
            if limit.refused_calls_count:
                self._note(now)
            return Ruling.BLOCKED
        if now < self._spent_until:
            pass
        elif limit.kind == "sliding":
            calls, since = self._calls, now - limit.window
            while calls and calls[0] <= since:
                calls.popleft()
            if len(calls) < limit.calls:
                calls.append(now)
                return Ruling.PASSED
        elif now // limit.window != self._window_at or self._in_window < limit.calls:
            self._note(now)
            return Ruling.PASSED
        if limit.refused_calls_count:
            self._note(now)
        self.blocks += 1
        self._block(now, now)
        return Ruling.BLOCK_BEGINS

    def use_up(self, now: Instant) -> None:
        """As if so many calls had just been made, by somebody else, that every further one in this window is over."""
        now = self._latest = max(now, self._latest)
        window = self.limit.window
        self._spent_until = now + window if self.limit.kind == "sliding" else now - now % window + window

    def left(self, now: Instant) -> int | None:
        """How many calls would pass at that instant; None without a limit."""
        limit = self.limit
        if not limit.calls:
            return None
        now = max(now, self._latest)
        if now < max(self.blocked_until, self._spent_until):
            return 0
        if limit.kind == "sliding":
            return limit.calls - sum(1 for call in self._calls if call > now - limit.window)
        return limit.calls if now // limit.window != self._window_at else max(0, limit.calls - self._in_window)

    def snapshot(self) -> dict[str, Any]:
        """The count as plain data."""
        return {
            "latest": self._latest,
            "calls": list(self._calls),
            "windowAt": self._window_at,
            "inWindow": self._in_window,
            "spentUntil": self._spent_until,
            "blockedUntil": self.blocked_until,
            "blocks": self.blocks,
            "blockedFor": self.blocked_for,
        }

    @classmethod
    def restore(cls, limit: Limit, state: dict[str, Any]) -> "Throttle":
        """The throttle a snapshot was taken of. Raises KeyError, TypeError or ValueError on other data."""
        throttle = cls(limit)
        throttle._latest = int(state["latest"])
        throttle._calls.extend(int(call) for call in state["calls"])
        throttle._window_at = int(state["windowAt"])
        throttle._in_window = int(state["inWindow"])
        throttle._spent_until = int(state["spentUntil"])
        throttle.blocked_until = int(state["blockedUntil"])
        throttle.blocks = int(state["blocks"])
        throttle.blocked_for = int(state["blockedFor"])
        return throttle

    def _note(self, now: Instant) -> None:
        if self.limit.kind == "sliding":
            self._calls.append(now)
            return
        at = now // self.limit.window
        if at != self._window_at:
            self._window_at, self._in_window = at, 0
        self._in_window += 1

    def _block(self, now: Instant, since: Instant) -> None:
        self.blocked_until = now + self.limit.block
        self.blocked_for += self.blocked_until - since
