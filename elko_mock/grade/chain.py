"""Chains: refused calls in close succession, so that a tight loop is told from calls in flight."""

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import Call


class Chain:
    """Refused calls, each soon after the one before. Memory is bounded by `in_flight` and the requests repeated."""

    def __init__(self, first: Call, spacing: float, repeats: int, in_flight: int) -> None:
        """A chain begins with a refused call; `spacing` in seconds of world time."""
        self.first = first
        self.latest: Instant = first.at
        self.length = 0
        """Calls after the first."""
        self.repeated = 0
        """Calls that ask again what was refused before."""
        self.first_repeat: Call | None = None
        self._spacing = int(spacing * SECOND)
        self._repeats = repeats
        self._in_flight = in_flight
        self._asked = {first.key}

    def continues(self, call: Call) -> bool:
        """Whether the call comes soon enough to belong to the chain."""
        return call.at - self.latest < self._spacing

    def add(self, call: Call) -> None:
        """One more refused call."""
        self.latest = max(self.latest, call.at)
        self.length += 1
        if call.key in self._asked:
            self.repeated += 1
            self.first_repeat = self.first_repeat or call
        elif len(self._asked) <= self._in_flight:
            self._asked.add(call.key)

    @property
    def hammering(self) -> bool:
        """A tight loop: the same asked again and again, or more calls than can have been in flight."""
        return self.repeated >= self._repeats or self.length > self._in_flight
