"""What can go wrong with one answer. Each kind is a value; none says when."""

from dataclasses import dataclass
from math import exp
from statistics import NormalDist
from typing import Literal

from elko_mock.clock import HOUR

LONGEST = 24 * HOUR
"""No fault keeps a caller waiting longer, in microseconds."""
_STANDARD = NormalDist()


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer with this instead."""

    status: int
    body: bytes | None = None
    """None: the body that the service itself gives with that status."""
    headers: tuple[tuple[str, str], ...] = ()
    accepted: bool = False
    """Whether the operation takes effect all the same."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Answer later. Between `low` and `high` microseconds: `fixed` takes `low`; `uniform` any with equal chance;
    `lognormal` scatters around `median` with a long tail that ends at `high`, as real services do."""

    shape: Literal["fixed", "uniform", "lognormal"]
    low: int
    high: int
    median: int = 0
    sigma: float = 0.0
    clock: Literal["real", "world"] = "real"
    """`real`: the caller waits. `world`: the time passes on the world's clock: a running clock's scale shortens the
    wait, a frozen one is moved forward and nobody waits."""

    def drawn(self, roll: float) -> int:
        """Microseconds, for a roll of at least 0 and below 1."""
        if self.shape == "fixed":
            return self.low
        if self.shape == "uniform":
            return self.low + int(roll * (self.high - self.low + 1))
        z = _STANDARD.inv_cdf(min(max(roll, 1e-12), 1 - 1e-12))
        return max(self.low, min(self.high, round(self.median * exp(self.sigma * z))))


@dataclass(frozen=True, slots=True)
class Truncate:
    """Send only the first part of the body, as a whole and correct HTTP message. One of the two is given."""

    size: int | None = None
    """Bytes that are left."""
    share: float | None = None
    """Share that is left, from 0 to 1."""

    def kept(self, length: int) -> int:
        """Bytes that are left of so many."""
        if self.size is not None:
            return min(self.size, length)
        return int(length * (self.share or 0.0))


@dataclass(frozen=True, slots=True)
class Corrupt:
    """Spoil the body: `bytes` flips bits at drawn places of what is sent; `json` and `xml` break the syntax of answers
    in that representation and leave others alone."""

    how: Literal["bytes", "json", "xml"]
    count: int = 8
    """How many bytes are hit, for `bytes`."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Close the connection in mid-answer: so many bytes of the body go out, for 0 not even the status line."""

    after: int = 0
    accepted: bool = True
    """Whether the operation has taken effect. With `after` 0 that is the lost answer: done, and nobody told."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing for so many microseconds of real time, then close the connection."""

    duration: int
    accepted: bool = False
    """Whether the operation has taken effect."""


@dataclass(frozen=True, slots=True)
class Vary:
    """Answer in another way that is right as well, as a client must expect: no harm is done, but habits are tried."""

    types: bool = True
    """In turn in each of the media types that the request names in `Accept`; wildcards name none."""
    mark: bool = True
    """With a byte order mark, and the charset written `charset="UTF-8"`."""


Fault = Respond | Delay | Truncate | Corrupt | Cut | Hang | Vary
