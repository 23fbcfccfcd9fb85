"""Charts as SVG: bars for who is how fast, lines for how cost grows."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

_INK, _FAINT, _PAPER = "#1f2933", "#d9dee4", "#ffffff"
_OURS, _OTHERS = "#0b6e4f", "#8d99a6"
_LINES = ("#0b6e4f", "#c8553d", "#3d5a80", "#8d6a9f")
_FONT = "font-family='system-ui, sans-serif' font-size='13'"


def bars(title: str, rows: Sequence[tuple[str, float]], ours: str, unit: str) -> str:
    """Horizontal bars, the longest first; those whose name begins with `ours` stand out."""
    rows = sorted(rows, key=lambda row: -row[1])
    left, width, step = 210, 760, 30
    height = 56 + step * len(rows)
    longest = max(value for _, value in rows)
    out = [_text(16, 28, title, size=16, weight="bold")]
    for place, (name, value) in enumerate(rows):
        y = 48 + place * step
        length = max(1.0, value / longest * (width - left - 150))
        fill = _OURS if name.startswith(ours) else _OTHERS
        out.append(_text(left - 10, y + 15, name, anchor="end"))
        out.append(f"<rect x='{left}' y='{y}' width='{length:.1f}' height='20' rx='2' fill='{fill}'/>")
        out.append(_text(left + length + 8, y + 15, f"{value:,.0f} {unit}"))
    return _svg(width, height, out)


def lines(
    title: str, curves: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, *, from_zero: bool = True
) -> str:
    """Lines over a logarithmic axis."""
    points = [point for curve in curves.values() for point in curve]
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    least, most = (0.0 if from_zero else min(y for _, y in points)), max(y for _, y in points) * 1.1
    frame = _Frame(width=560, height=320, right=36, least=least, most=most)

    def at(x: float) -> float:
        return frame.x(math.log(x / low) / math.log(high / low) if high > low else 0.5)

    out = [_text(16, 28, title, size=16, weight="bold")]
    out += frame.axes([(at(x), f"{x:,.0f}") for x in sorted({x for x, _ in points})], across, up)
    for number, (name, curve) in enumerate(curves.items()):
        colour = _LINES[number % len(_LINES)]
        placed = [(at(x), frame.y(y)) for x, y in curve]
        out.append(_line(placed, colour, 2))
        out += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in placed]
        if len(curves) > 1:
            place = frame.width - frame.right, frame.top - 10 + 15 * number
            out.append(_text(*place, name, anchor="end", size=11, fill=colour))
    return _svg(frame.width, frame.height, out)


def course(title: str, curve: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """A line over time, from zero; what lies left of zero is a warm-up and is shaded."""
    low, high = min(0.0, *(x for x, _ in curve)), max(1e-9, *(x for x, _ in curve))
    frame = _Frame(width=760, height=240, right=20, least=0.0, most=max(1e-9, *(y for _, y in curve)) * 1.1)

    def at(x: float) -> float:
        return frame.x((x - low) / (high - low))

    out = [_text(16, 28, title, size=16, weight="bold")]
    warm, high_up = at(0.0) - frame.left, frame.y(0.0) - frame.top
    out.append(f"<rect x='{frame.left}' y='{frame.top}' width='{warm:.1f}' height='{high_up:.1f}' fill='#f3f5f7'/>")
    out += frame.axes([(at(tick), f"{tick:,g}") for tick in _ticks(low, high)], across, up)
    out.append(_line([(at(x), frame.y(y)) for x, y in curve], _OURS, 1.5))
    return _svg(frame.width, frame.height, out)


class _Frame(NamedTuple):
    """Where curves are drawn, and which values its lower and upper edge stand for. All else in pixels."""

    width: float
    height: float
    right: float
    least: float
    most: float
    left: float = 70
    top: float = 52
    bottom: float = 52

    def x(self, share: float) -> float:
        return self.left + share * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return self.height - self.bottom - share * (self.height - self.top - self.bottom)

    def axes(self, marks: Sequence[tuple[float, str]], across: str, up: str) -> list[str]:
        """The grid with its figures, the `marks` under it (pixels from the left, and what is said), both names."""
        end = self.width - self.right
        out = []
        for tick in _ticks(self.least, self.most):
            y = self.y(tick)
            out.append(f"<line x1='{self.left}' x2='{end}' y1='{y:.1f}' y2='{y:.1f}' stroke='{_FAINT}'/>")
            out.append(_text(self.left - 8, y + 4, f"{tick:,g}", anchor="end", size=11))
        out += [_text(x, self.height - self.bottom + 18, mark, anchor="middle", size=11) for x, mark in marks]
        out.append(_text((self.left + end) / 2, self.height - 12, across, anchor="middle", size=12))
        out.append(_text(self.left - 54, self.top - 8, up, size=11))
        return out


def _line(points: Sequence[tuple[float, float]], colour: str, width: float) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='{width}'/>"


def _ticks(least: float, most: float) -> list[float]:
    step = 10 ** math.floor(math.log10((most - least) / 2))
    step = next(step * times for times in (1, 2, 5, 10) if (most - least) / (step * times) <= 5)
    first = math.ceil(least / step) * step
    return [first + step * place for place in range(int((most - first) / step) + 1)]


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    weight: str = "normal",
    fill: str = _INK,
) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' font-size='{size}' font-weight='{weight}' "
        f"fill='{fill}'>{escape(text)}</text>"
    )


def _svg(width: float, height: float, inner: Sequence[str]) -> str:
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' "
            f"viewBox='0 0 {width} {height}' {_FONT}>",
            f"<rect width='{width}' height='{height}' fill='{_PAPER}'/>",
            *inner,
            "</svg>",
            "",
        ]
    )
