"""Steadiness: whether a figure that was measured again and again stays where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

LEAST = 8
"""Measurements below which nothing is said."""


@dataclass(frozen=True)
class Verdict:
    """What was found out about one figure."""

    name: str
    unit: str
    median: float
    rise: float
    """By how much the robust line through the measurements rises from the first to the last of them."""
    allowed: float
    an_hour: float
    """The same rise by the hour."""

    @property
    def flat(self) -> bool:
        """A fall is no fault."""
        return self.rise <= self.allowed

    def __str__(self) -> str:
        return (
            f"{self.name}: {'flat' if self.flat else 'NOT FLAT'}; median {self.median:.4g} {self.unit}, from the first "
            f"measurement to the last {self.rise:+.3g} (allowed {self.allowed:+.3g}), {self.an_hour:+.3g} an hour"
        )


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Theil and Sen's: the median slope of all lines through two of the points. A few wild points do not move it."""
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 != x1]
    return median(slopes)


def judge(
    name: str, unit: str, points: Sequence[tuple[float, float]], *, share: float, at_least: float = 0.0
) -> Verdict | None:
    """Points are (seconds, figure). The rise may be that share of the median, or `at_least` so much. None when there
    are too few points."""
    if len(points) < LEAST:
        return None
    steep = slope(points)
    middle = median(y for _, y in points)
    rise = steep * (points[-1][0] - points[0][0])
    return Verdict(name, unit, middle, rise, max(share * middle, at_least), steep * 3600)
