"""What the model expects to be answered: data, or a refusal; and values that only the house can know."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Yes:
    """200 and this data. Its texts, whole numbers, amounts (Decimal) and flags are of the types promised."""

    data: Any
    kind: str
    """Name of the shape: `Order`, `ArrayOfOrder`, `string`."""


@dataclass(frozen=True)
class No:
    """A refusal: the status, the debug header's reason, and the fields that problem details have to name."""

    status: int
    reason: str
    fields: frozenset[str] | None = None
    """None: this answer names none."""
    allow: str | None = None
    """What `Allow` says, for 405."""


Expected = Yes | No


def bad(reason: str, *fields: str) -> No:
    """400 for something that stands in these fields."""
    return No(400, reason, frozenset(fields))


def missing(reason: str) -> No:
    """404 for something that is not there."""
    return No(404, reason)


@dataclass
class Told:
    """What only the house can know: numbers it gives, serials. Once told it stays, and is told of one thing only."""

    known: dict[Hashable, Any]
    key: Hashable
    fits: Callable[[Any], bool]
    wanted: str
    """For people: what it looks like."""
    like: Any = ""
    """An example, for readers of XML."""

    def complaint(self, got: Any) -> str | None:
        """What is wrong with it; remembers it when nothing is."""
        if self.key in self.known:
            before = self.known[self.key]
            return None if got == before else f"{before!r}, as told before"
        if not self.fits(got):
            return self.wanted
        kin = self.key[0] if isinstance(self.key, tuple) else self.key
        for other, told in self.known.items():
            if isinstance(other, tuple) and other[0] == kin and _overlap(told, got):
                return f"{self.wanted}, not what {other} has already"
        self.known[self.key] = got
        return None


def _overlap(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return bool(set(one) & set(other))
    return bool(one == other)


def digits(known: dict[Hashable, Any], key: Hashable, many: int) -> Told:
    """A text of so many digits."""
    return Told(known, key, lambda got: re.fullmatch(rf"\d{{{many}}}", str(got)) is not None, f"{many} digits")


def numbers(known: dict[Hashable, Any], key: Hashable, many: int) -> Told:
    """A list of so many different texts."""
    return Told(
        known,
        key,
        lambda got: isinstance(got, list) and all(isinstance(one, str) for one in got) and len(set(got)) == many,
        f"{many} different texts",
        like=[""],
    )
