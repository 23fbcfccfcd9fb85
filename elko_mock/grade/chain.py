"""Chains: refused calls in close succession, so that going on is told from calls that were under way."""

from typing import Protocol

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import TOKEN, Call

_TURNAROUND = 150
"""Microseconds of real time: no client reads an answer and has its next call here sooner, and the calls of parallel
workers that wait for the same server come closer."""


class Bounds(Protocol):
    """What a rule says of chains."""

    @property
    def spacing_seconds(self) -> float:
        """World time between calls of one chain, and until every worker has heard of the refusal."""

    @property
    def repeats(self) -> int:
        """Repeated calls that make a chain a tight loop."""

    @property
    def in_flight(self) -> int:
        """Different calls that may be those of workers that have not heard of it."""


class Chain:
    """Refused calls, each soon after the one before.

    Whatever began before the first refusal was answered was under way then and shows nothing, nor does what had to wait
    for the server while it answered the calls before. Of the others some may be those of workers that have not heard of
    the refusal: a few different calls, for a short while. Memory is bounded by `in_flight` and the requests repeated.
    """

    def __init__(self, first: Call, bounds: Bounds, scale: float, known_since: Instant | None = None) -> None:
        """A chain begins with a refused call. `scale`: world seconds per real second. `known_since`: when the client
        had the first refusal; None if `first` is that."""
        self.first = first
        self.latest: Instant = first.at
        self.length = 0
        """Calls after the first that were not under way."""
        self.repeated = 0
        """Those of them that ask again what was refused before."""
        self.knowing: list[Call] = []
        """Calls made in spite of the refusal: repeats, calls for a new token, and whatever came when every worker had
        heard of it. No more than `in_flight` are kept."""
        self._scale = scale
        self._spacing = int(bounds.spacing_seconds * SECOND)
        self._repeats = bounds.repeats
        self._in_flight = bounds.in_flight
        self._asked = {first.key}
        self._busy_until = first.at + first.took(scale)
        self.known_since: Instant = first.answered_at(scale) if known_since is None else known_since
        if known_since is not None:
            self._note_knowing(first)

    def continues(self, call: Call) -> bool:
        """Whether the call comes soon enough to belong to the chain."""
        return call.at - self.latest < self._spacing

    def add(self, call: Call) -> None:
        """One more refused call."""
        under_way = self._under_way(call)
        self.latest = max(self.latest, call.at)
        self._busy_until = max(self._busy_until, call.at + call.took(self._scale))
        if under_way:
            return
        self.length += 1
        if call.key in self._asked:
            self.repeated += 1
            self._note_knowing(call)
        else:
            if len(self._asked) <= self._in_flight:
                self._asked.add(call.key)
            if call.operation == TOKEN or call.at - self.known_since >= self._spacing:
                self._note_knowing(call)

    def _under_way(self, call: Call) -> bool:
        if call.at == self.latest:  # the clock stands still and tells nothing
            return False
        return call.at < max(self.known_since, self._busy_until) + _TURNAROUND * self._scale

    def _note_knowing(self, call: Call) -> None:
        if len(self.knowing) < self._in_flight:
            self.knowing.append(call)

    @property
    def hammering(self) -> bool:
        """A tight loop: the same asked again and again, or more than workers that have not heard can have called."""
        return self.repeated >= self._repeats or self.length > self._in_flight
