"""Charts as SVG: bars for who is how fast, lines for how cost grows."""

import math
from collections.abc import Mapping, Sequence
from html import escape

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
    left, right, top, bottom, width, height = 70, 36, 52, 52, 560, 320
    points = [point for curve in curves.values() for point in curve]
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    least, most = (0.0 if from_zero else min(y for _, y in points)), max(y for _, y in points) * 1.1

    def place(x: float, y: float) -> tuple[float, float]:
        share = math.log(x / low) / math.log(high / low) if high > low else 0.5
        return (
            left + share * (width - left - right),
            height - bottom - (y - least) / (most - least) * (height - top - bottom),
        )

    out = [_text(16, 28, title, size=16, weight="bold")]
    for tick in _ticks(least, most):
        _, y = place(low, tick)
        out.append(f"<line x1='{left}' x2='{width - right}' y1='{y:.1f}' y2='{y:.1f}' stroke='{_FAINT}'/>")
        out.append(_text(left - 8, y + 4, f"{tick:,g}", anchor="end", size=11))
    for x in sorted({x for x, _ in points}):
        at, _ = place(x, least)
        out.append(_text(at, height - bottom + 18, f"{x:,.0f}", anchor="middle", size=11))
    out.append(_text((left + width - right) / 2, height - 12, across, anchor="middle", size=12))
    out.append(_text(left - 54, top - 10, up, size=11))
    for number, (name, curve) in enumerate(curves.items()):
        colour = _LINES[number % len(_LINES)]
        placed = [place(x, y) for x, y in curve]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        out.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>")
        out += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in placed]
        if len(curves) > 1:
            out.append(_text(width - right, top - 10 + 15 * number, name, anchor="end", size=11, fill=colour))
    return _svg(width, height, out)


def course(title: str, curve: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """A line over time, from zero; what lies left of zero is a warm-up and is shaded."""
    left, right, top, bottom, width, height = 70, 20, 52, 52, 760, 240
    low, high = min(0.0, *(x for x, _ in curve)), max(1e-9, *(x for x, _ in curve))
    most = max(1e-9, *(y for _, y in curve)) * 1.1

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            left + (x - low) / (high - low) * (width - left - right),
            height - bottom - y / most * (height - top - bottom),
        )

    start, ground = place(0.0, 0.0)
    out = [_text(16, 28, title, size=16, weight="bold")]
    out.append(f"<rect x='{left}' y='{top}' width='{start - left:.1f}' height='{ground - top:.1f}' fill='#f3f5f7'/>")
    for tick in _ticks(0.0, most):
        _, y = place(low, tick)
        out.append(f"<line x1='{left}' x2='{width - right}' y1='{y:.1f}' y2='{y:.1f}' stroke='{_FAINT}'/>")
        out.append(_text(left - 8, y + 4, f"{tick:,g}", anchor="end", size=11))
    for tick in _ticks(low, high):
        at, _ = place(tick, 0.0)
        out.append(_text(at, ground + 18, f"{tick:,g}", anchor="middle", size=11))
    out.append(_text((left + width - right) / 2, height - 12, across, anchor="middle", size=12))
    out.append(_text(left - 54, top - 6, up, size=11))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve))
    out.append(f"<polyline points='{path}' fill='none' stroke='{_OURS}' stroke-width='1.5'/>")
    return _svg(width, height, out)


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
