"""The timeline: how many calls lay in the last ten seconds, over a session, in bounded memory."""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from elko_mock.clock import MINUTE, SECOND, Instant
from elko_mock.grade.call import LIMIT_REASONS, Call

WINDOW = 10 * SECOND
MOST_SPANS = 600
MOST_BLOCKS = 200
_FINEST = SECOND // 4


class Span(NamedTuple):
    """A stretch of world time in which calls were made."""

    start: Instant
    calls: int
    refused: int
    peak: int
    """The most calls that lay in any window ending in this stretch."""


class Block(NamedTuple):
    """A rate block, as the service would keep it."""

    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the picture is drawn of."""

    start: Instant = 0
    end: Instant = 0
    width: int = _FINEST
    """Microseconds that one span covers."""
    spans: tuple[Span, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def peak(self) -> int:
        """The most calls in any window."""
        return max((span.peak for span in self.spans), default=0)


class Plotter:
    """Gathers a session's timeline; spans grow wider as it grows longer."""

    def __init__(self) -> None:
        self._window: deque[Instant] = deque()
        self._spans: dict[int, Span] = {}
        self._width = _FINEST
        self._start: Instant | None = None
        self._latest: Instant = 0
        self._blocks: list[Block] = []

    def see(self, call: Call) -> None:
        """One exchange has ended."""
        if not call.is_api:
            return
        at = call.at
        if self._start is None:
            self._start = self._latest = at
        at = max(at, self._start)
        self._latest = max(self._latest, at)
        window = self._window
        while window and window[0] <= at - WINDOW:
            window.popleft()
        window.append(at)
        self._note(at, len(window), call.refused)
        if call.reason in LIMIT_REASONS and len(self._blocks) < MOST_BLOCKS:
            self._note_block(call)

    def _note_block(self, call: Call) -> None:
        if call.reason == "rate" or not self._blocks or call.at >= self._blocks[-1].end:
            self._blocks.append(Block(call.at, call.at + MINUTE))

    def _note(self, at: Instant, count: int, refused: bool) -> None:
        place = (at - (self._start or 0)) // self._width
        span = self._spans.get(place)
        if span is None:
            if len(self._spans) >= MOST_SPANS:
                self._widen()
                place = (at - (self._start or 0)) // self._width
            span = self._spans.get(place, Span(0, 0, 0, 0))
        self._spans[place] = Span(0, span.calls + 1, span.refused + refused, max(span.peak, count))

    def _widen(self) -> None:
        """Two spans become one until there is room."""
        while len(self._spans) >= MOST_SPANS:
            self._width *= 2
            wider: dict[int, Span] = {}
            for place, span in self._spans.items():
                other = wider.get(place // 2, Span(0, 0, 0, 0))
                wider[place // 2] = Span(
                    0, span.calls + other.calls, span.refused + other.refused, max(span.peak, other.peak)
                )
            self._spans = wider

    def timeline(self) -> Timeline:
        """What there is so far."""
        start = self._start or 0
        spans = tuple(self._spans[place]._replace(start=start + place * self._width) for place in sorted(self._spans))
        end = max([self._latest, *(block.end for block in self._blocks)])
        return Timeline(start, end, self._width, spans, tuple(self._blocks))
