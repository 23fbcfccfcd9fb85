"""A hostile world as a value: what is out of the ordinary in it, and the scenario that makes it so."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import orjson

from elko_mock.grade.tame import tame_catalog

SIZES = (1, 3, 30, 270)
"""How many products there may be; each size is a mock of its own, over that many tame products."""


class Oddity(NamedTuple):
    """One property of one product that is not tame."""

    place: int
    """Of the product in the catalogue, from 0."""
    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class HostileWorld:
    """Legal by the contract, every bit of it, and not what a client's author had in mind."""

    size: int = 1
    oddities: tuple[Oddity, ...] = ()
    nulls: float = 0.0
    """Share of all nullable properties that are null, beside the oddities."""
    unknown_fields: bool = False
    sold_out_at_order: bool = False
    price_at_order: float = 1.0
    partial_delivery: bool = False
    token_replaced_at: int | None = None
    """Number of the call before which somebody else replaces the token."""
    blocked_at: int | None = None
    """Number of the call before which somebody else uses up the limit."""
    seed: int = 1
    """What chance is drawn from, where `nulls` leaves anything to it."""

    @property
    def tame(self) -> bool:
        """Whether nothing is out of the ordinary."""
        return self == HostileWorld(size=self.size)

    def document(self) -> dict[str, Any]:
        """The scenario, as a file or the control plane holds it, over the tame catalogue of this size."""
        twists: dict[str, Any] = {}
        if self.oddities:
            rows: dict[str, dict[str, Any]] = {}
            for odd in self.oddities:
                rows.setdefault(str(code_at(odd.place)), {})[odd.field] = odd.value
            twists["rows"] = rows
        if self.nulls:
            twists["nulls"] = self.nulls
        if self.unknown_fields:
            twists["unknown_fields"] = True
        if self.sold_out_at_order:
            twists["sold_out_at_order"] = ["*"]
        if self.price_at_order != 1.0:
            twists["price_at_order"] = {"*": self.price_at_order}
        if self.partial_delivery:
            twists["delivery"] = "partial"
        changes: list[dict[str, Any]] = []
        if self.blocked_at is not None:
            changes.append({"at_call": self.blocked_at, "use_up_limit": True})
        if self.token_replaced_at is not None:
            changes.append({"at_call": self.token_replaced_at, "replace_token": True})
        document: dict[str, Any] = {"twists": twists, "changes": changes}
        if self.nulls and self.seed != 1:
            document["seed"] = self.seed
        return {key: value for key, value in document.items() if value}

    def facts(self) -> list[str]:
        """What is out of the ordinary, for people, one thing each."""
        told = [f"product {code_at(odd.place)}: {odd.field} is {_shown(odd.value)}" for odd in self.oddities]
        if self.nulls:
            told.append(
                "whatever may be null is null" if self.nulls == 1 else f"{self.nulls:.0%} of the nullable are null"
            )
        if self.unknown_fields:
            told.append("properties that the document does not know")
        if self.sold_out_at_order:
            told.append("sold out at the moment it is ordered")
        if self.price_at_order != 1.0:
            told.append(f"{self.price_at_order:g} times the price from the moment it is ordered")
        if self.partial_delivery:
            told.append("every order leaves in two parcels")
        if self.token_replaced_at is not None:
            told.append(f"the token is replaced before call {self.token_replaced_at}")
        if self.blocked_at is not None:
            told.append(f"the limit is used up before call {self.blocked_at}")
        return told

    @property
    def line(self) -> str:
        """The world in a line."""
        products = "1 product" if self.size == 1 else f"{self.size} products"
        return f"{products}; {'; '.join(self.facts()) or 'nothing out of the ordinary'}"


@cache
def tame_rows() -> tuple[Mapping[str, Any], ...]:
    """The tame catalogue, row by row."""
    return tuple(orjson.loads(tame_catalog()))


def code_at(place: int) -> int:
    """The ELKO code of the product at that place."""
    return int(tame_rows()[place]["elkoCode"])


def catalog_of(size: int) -> bytes:
    """The catalogue's file of so many tame products."""
    return orjson.dumps(tame_rows()[:size], option=orjson.OPT_INDENT_2)


def _shown(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
