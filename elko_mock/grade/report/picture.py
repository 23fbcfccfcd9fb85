"""The timeline as a picture: calls within ten seconds against the line of 50, blocks, and where rules were broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import NamedTuple

from elko_mock.clock import DAY, HOUR, MINUTE, SECOND, Instant
from elko_mock.grade.timeline import WINDOW, Timeline

LIMIT = 50
WIDTH, HEIGHT = 960, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 14, 22, 26
_QUIET = 90 * SECOND
"""A longer pause is folded: what happens around it would be too small to see."""
_FOLD = 34.0
_STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 43_200, 86_400)


class Flag(NamedTuple):
    """A rule broken at some moment."""

    at: Instant
    rule: str
    tone: str
    """`bad` or `unsure`."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the session without a long pause, and where it lies in the picture."""

    start: Instant
    end: Instant
    left: float
    right: float

    def x(self, at: Instant) -> float:
        share = (at - self.start) / max(1, self.end - self.start)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))


def draw(timeline: Timeline, flags: Sequence[Flag] = (), label: str = "") -> str:
    """The picture as an inline SVG, in the colours of the page (`--ink`, `--dim`, `--line`, `--bad`, `--accent`)."""
    stretches = _laid_out(timeline)
    top = max(60, timeline.peak * 1.12)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" class="picture" role="img" aria-label="{escape(label)}">',
        f"<title>{escape(label)}</title>",
        *_blocks(timeline, stretches),
        *_scale(top),
        *_area(timeline, stretches, top),
        *_limit(top),
        *_axis(stretches),
        *_flags(flags, stretches, timeline),
        "</svg>",
    ]
    return "".join(parts)


def _laid_out(timeline: Timeline) -> list[_Stretch]:
    """The stretches that something happens in, side by side, with folds between."""
    busy = sorted(
        [(span.start, span.start + max(timeline.width, WINDOW)) for span in timeline.spans]
        + [(block.start, block.end) for block in timeline.blocks]
    )
    merged: list[list[int]] = []
    for start, end in busy:
        if merged and start - merged[-1][1] <= max(_QUIET, timeline.width):
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    if len(merged) > 12:  # folds everywhere help nobody
        merged = [[merged[0][0], merged[-1][1]]]
    total = sum(end - start for start, end in merged) or 1
    room = WIDTH - _LEFT - _RIGHT - _FOLD * (len(merged) - 1)
    stretches, left = [], float(_LEFT)
    for start, end in merged:
        right = left + room * (end - start) / total
        stretches.append(_Stretch(start, end, left, right))
        left = right + _FOLD
    return stretches


def _place(at: Instant, stretches: Sequence[_Stretch]) -> float:
    for stretch in stretches:
        if at <= stretch.end:
            return stretch.x(at)
    return stretches[-1].right if stretches else _LEFT


def _y(count: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * count / top


def _area(timeline: Timeline, stretches: Sequence[_Stretch], top: float) -> list[str]:
    """A step for every span; a count stands until its calls have left the window."""
    drawn = []
    for stretch in stretches:
        spans = [span for span in timeline.spans if stretch.start <= span.start <= stretch.end]
        if not spans:
            continue
        points = [(stretch.x(spans[0].start), _y(0, top))]
        for span, following in pairwise([*spans, None]):
            if span is None:
                continue
            y = _y(span.peak, top)
            end = span.start + max(timeline.width, WINDOW)
            if following is not None and following.start < end:
                points += [(stretch.x(span.start), y), (stretch.x(following.start), y)]
            else:
                points += [(stretch.x(span.start), y), (stretch.x(end), y), (stretch.x(end), _y(0, top))]
                if following is not None:
                    points.append((stretch.x(following.start), _y(0, top)))
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polygon points="{line}" class="area"/><polyline points="{line}" class="curve"/>')
    return drawn


def _blocks(timeline: Timeline, stretches: Sequence[_Stretch]) -> list[str]:
    drawn = []
    for block in timeline.blocks:
        left, right = _place(block.start, stretches), _place(block.end, stretches)
        width = max(1.5, right - left)
        drawn.append(
            f'<rect x="{left:.1f}" y="{_TOP}" width="{width:.1f}" height="{HEIGHT - _TOP - _BOTTOM}" class="block"/>'
        )
        if width > 50:
            drawn.append(f'<text x="{left + width / 2:.1f}" y="{_TOP + 13}" class="blocked">blocked</text>')
    return drawn


def _limit(top: float) -> list[str]:
    y = _y(LIMIT, top)
    return [
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="limit"/>',
        f'<text x="{WIDTH - _RIGHT}" y="{y - 5:.1f}" class="limit-name">50 calls in 10 s</text>',
    ]


def _scale(top: float) -> list[str]:
    step = next(size for size in (10, 25, 50, 100, 250, 500, 1000, 5000, 10**5, 10**9) if top / size <= 6)
    drawn = []
    for count in range(0, int(top) + 1, step):
        y = _y(count, top)
        drawn.append(f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        drawn.append(f'<text x="{_LEFT - 7}" y="{y + 3.5:.1f}" class="number">{count}</text>')
    return drawn


def _axis(stretches: Sequence[_Stretch]) -> list[str]:
    drawn: list[str] = []
    floor = HEIGHT - _BOTTOM
    origin = stretches[0].start if stretches else 0
    for stretch in stretches:
        drawn.append(
            f'<line x1="{stretch.left:.1f}" x2="{stretch.right:.1f}" y1="{floor}" y2="{floor}" class="floor"/>'
        )
        length = (stretch.end - stretch.start) / SECOND
        fit = max(1, int((stretch.right - stretch.left) / 85))
        step = next(
            (size for size in _STEPS if length / size <= fit), _STEPS[-1] * (1 + int(length / _STEPS[-1] / fit))
        )
        first = -(-(stretch.start - origin) // (step * SECOND)) * step
        for second in range(first, int((stretch.end - origin) / SECOND) + 1, step):
            x = stretch.x(origin + second * SECOND)
            drawn.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{floor}" y2="{floor + 4}" class="floor"/>')
            if x < WIDTH - 30:
                drawn.append(f'<text x="{x:.1f}" y="{floor + 17}" class="time">{_since(second)}</text>')
    for before, after in pairwise(stretches):
        x = (before.right + after.left) / 2
        title = f"nothing for {_long(after.start - before.end)}"
        strokes = f"M{x - 5:.1f} {floor + 5}l4 -10M{x + 1:.1f} {floor + 5}l4 -10"
        drawn.append(
            f'<g class="fold"><title>{title}</title><path d="{strokes}"/>'
            f'<text x="{x:.1f}" y="{floor - 12}">{_long(after.start - before.end)}</text></g>'
        )
    return drawn


def _flags(flags: Sequence[Flag], stretches: Sequence[_Stretch], timeline: Timeline) -> list[str]:
    """Each broken rule once per place, so that they can be read."""
    drawn, taken = [], list[tuple[float, float]]()
    for flag in sorted(flags, key=lambda one: (one.tone != "bad", one.at)):  # errors get the room for their names
        if not timeline.start <= flag.at <= max(timeline.end, timeline.start) + MINUTE or not stretches:
            continue
        x = _place(flag.at, stretches)
        if any(abs(x - other) < 26 and row == 0 for other, row in taken):
            drawn.append(f'<path d="M{x:.1f} {_TOP - 4}l-3 -6h6z" class="flag {flag.tone}"/>')
            continue
        taken.append((x, 0))
        anchor = "end" if x > WIDTH - 40 else "start" if x < _LEFT + 20 else "middle"
        drawn.append(
            f'<g class="flag {flag.tone}"><line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{HEIGHT - _BOTTOM}"/>'
            f'<path d="M{x:.1f} {_TOP - 2}l-4 -7h8z"/>'
            f'<text x="{x:.1f}" y="{_TOP - 12}" text-anchor="{anchor}">{escape(flag.rule)}</text></g>'
        )
    return drawn


def _since(second: int) -> str:
    if second < 120:
        return f"{second} s"
    if second < 7200:
        return f"{second // 60} min" if second % 60 == 0 else f"{second // 60}:{second % 60:02}"
    if second < 172_800:
        return f"{second / 3600:g} h" if second % 360 == 0 else f"{second // 3600}:{second % 3600 // 60:02} h"
    return f"{second / 86_400:.3g} d"


def _long(duration: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if duration >= unit:
            return f"{duration / unit:.3g} {name}"
    return f"{duration // SECOND} s"
