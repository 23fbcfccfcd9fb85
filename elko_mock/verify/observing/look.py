"""A look: one assumption of the ledger held against real answers, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from elko_mock.verify.asker import NOTHING, Arguments, Asker
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import Facts


class Outcome(StrEnum):
    """What real answers say to an assumption."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    OPEN = "open"
    """What was seen does not settle it."""


class Seen(NamedTuple):
    """What was seen, in words that hold no data of the account."""

    outcome: Outcome
    words: str


@dataclass(frozen=True, slots=True)
class View:
    """What a look may use."""

    asker: Asker
    facts: Facts

    def ask(self, name: str, arguments: Arguments = NOTHING, **how: Any) -> Reply:
        """`Asker.ask`; the status is for the look to judge."""
        return self.asker.ask(name, arguments, **({"own_status": True} | how))

    def products(self, count: int) -> list[int]:
        """So many codes of real products; fewer when fewer were seen."""
        return self.facts.codes[:count]


@dataclass(frozen=True, slots=True)
class Look:
    """One entry of the ledger, and how it is looked at."""

    entry: str
    """Id in openapi/fidelity.yaml."""
    run: Callable[[View], Seen]
    needs: tuple[str, ...] = ()
    """Operations without which it cannot be looked at."""


def settled(good: bool, confirmed: str, contradicted: str) -> Seen:
    """Confirmed or contradicted."""
    return Seen(Outcome.CONFIRMED, confirmed) if good else Seen(Outcome.CONTRADICTED, contradicted)


def undecided(why: str) -> Seen:
    """Open."""
    return Seen(Outcome.OPEN, why)


def same_data(first: Reply, second: Reply) -> bool:
    """Whether two answers can be relied on and hold the same."""
    return first.sound and second.sound and first.data == second.data
