"""Situations: the worlds that a client is run in, and which of them the chosen rules need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from elko_mock.grade.rule import Rule


@dataclass(frozen=True, slots=True)
class Situation:
    """One world to run the client in."""

    name: str
    line: str
    scenario: str = "default"
    """A bundled scenario's name."""
    whole_catalog: bool = False
    """Over the catalogue that the scenario brings, with all that is odd in it; else over the tame one."""
    workers: int = 1
    """How many of the command run at the same time."""
    wrong_certificate: bool = False
    """The client is given an https address whose certificate names another host."""


def _bundled(name: str, line: str) -> Situation:
    return Situation(name, line, name)


SITUATIONS: Mapping[str, Situation] = MappingProxyType(
    {
        one.name: one
        for one in (
            Situation("calm", "nothing out of the ordinary; what other runs are held against"),
            Situation("default", "business as usual, over the full catalogue", whole_catalog=True),
            _bundled("rate-limited", "somebody else uses up the limit: a block begins at the fifth call"),
            _bundled("address-not-allowed", "the caller's address is not on the list"),
            _bundled("token-rotated-midway", "another user replaces the token before the tenth call"),
            _bundled("three-403s", "a block, a dead token, a refused address, one after another"),
            _bundled("odd-quantities", "quantities empty, null, 0, with > before them"),
            _bundled("nulls-everywhere", "whatever may be null is null"),
            _bundled("unknown-fields", "properties that the document does not know"),
            _bundled("media-types", "answers in any of the types accepted, with charset and byte order mark"),
            _bundled("lost-answer", "an order is accepted and its answer never comes"),
            _bundled("sold-out-at-checkout", "in stock until it is ordered"),
            _bundled("partial-delivery", "every order leaves in two parcels"),
            _bundled("backorder", "nothing is in stock, and more is on its way"),
            _bundled("price-changed-at-order", "dearer from the moment it is ordered"),
            _bundled("black-friday", "prices and stock move by the hour"),
            _bundled("hang", "some calls are never answered"),
            _bundled("slow", "every answer takes its time"),
            _bundled("flaky", "one read in six fails"),
            _bundled("maintenance", "a service that is down for half an hour"),
            _bundled("broken-json", "JSON that cannot be parsed"),
            _bundled("broken-xml", "XML that cannot be parsed"),
            Situation("empty-catalog", "no product at all", "empty-catalog", whole_catalog=True),
            Situation("huge-catalog", "100,000 products", "huge-catalog", whole_catalog=True),
            Situation("two-workers", "the command runs twice at the same time on one account", workers=2),
            Situation("wrong-certificate", "a server with somebody else's certificate", wrong_certificate=True),
        )
    }
)
CALM = "calm"
USUAL = frozenset({CALM, "default"})
"""Worlds in which a client has no reason to come to a bad end."""


def needed(rules: Iterable[Rule]) -> tuple[Situation, ...]:
    """The situations that exercise these rules, in the order of the list; the calm one first, to compare with."""
    wanted = {CALM, *(rule.scenarios[0] for rule in rules)}
    return tuple(one for one in SITUATIONS.values() if one.name in wanted)


def named(names: Sequence[str]) -> tuple[Situation, ...]:
    """The situations of those names, in the order given. Raises KeyError with the first unknown one."""
    return tuple(SITUATIONS[name] for name in dict.fromkeys(names))
