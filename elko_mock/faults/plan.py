"""When faults strike: rules over operations, parameters, call numbers, chance and world time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import translate
from functools import cached_property
from re import IGNORECASE, Pattern
from re import compile as pattern
from typing import Any, NamedTuple

from elko_mock.clock import Instant
from elko_mock.faults.kinds import Fault
from elko_mock.faults.strike import Strike, roll, strike_of


class Moment(NamedTuple):
    """A point of world time: so long after the world opened, or an instant."""

    after: int | None = None
    at: Instant | None = None

    def resolved(self, opened: Instant) -> Instant:
        """As an instant, in a world that opened then."""
        return self.at if self.at is not None else opened + (self.after or 0)


@dataclass(frozen=True)
class Rule:
    """Faults and the calls they strike. Every condition given must hold; one that is not given always holds."""

    faults: tuple[Fault, ...]
    name: str = ""
    operations: tuple[str, ...] = ("*",)
    """operationIds or patterns (`*`, `?`), without regard to case."""
    method: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameter name (any case) to the value it must have, or must hold if it is a list."""
    calls: tuple[int, ...] = ()
    """The 1st, 2nd, 3rd ... of the calls that the conditions above and the time window let through."""
    every: int | None = None
    first: int | None = None
    probability: float = 1.0
    since: Moment | None = None
    """World time from which it holds."""
    until: Moment | None = None
    """World time from which it holds no more."""
    times: int | None = None
    """How often it may strike."""

    @cached_property
    def _patterns(self) -> tuple[Pattern[str], ...]:
        return tuple(pattern(translate(glob), IGNORECASE) for glob in self.operations)

    def idle(self, operations: Collection[str]) -> tuple[str, ...]:
        """Which of its operations and patterns none of these operationIds is meant by: they never strike."""
        globs = zip(self.operations, self._patterns, strict=True)
        return tuple(written for written, glob in globs if not any(map(glob.match, operations)))

    def concerns(self, operation: str, method: str, parameters: Mapping[str, Any]) -> bool:
        """Whether operation, method and parameters fit."""
        if self.method is not None and self.method.upper() != method.upper():
            return False
        if self.operations != ("*",) and not any(glob.match(operation) for glob in self._patterns):
            return False
        if not self.parameters:
            return True
        given = {name.lower(): value for name, value in parameters.items()}
        return all(_has(given.get(name.lower()), wanted) for name, wanted in self.parameters.items())

    def chosen(self, number: int) -> bool:
        """Whether the call of that number (1, 2, 3 ...) among those it concerns is one to strike."""
        if self.calls and number not in self.calls:
            return False
        if self.every is not None and number % self.every:
            return False
        return self.first is None or number <= self.first


class _Tally:
    """One rule at work: how many calls it has seen and struck."""

    __slots__ = ("rule", "seen", "since", "struck", "until")

    def __init__(self, rule: Rule, opened: Instant, seen: int = 0, struck: int = 0) -> None:
        self.rule = rule
        self.since = None if rule.since is None else rule.since.resolved(opened)
        self.until = None if rule.until is None else rule.until.resolved(opened)
        self.seen = seen
        self.struck = struck

    def strikes(self, now: Instant, operation: str, method: str, parameters: Mapping[str, Any], seed: int) -> bool:
        rule = self.rule
        if (self.since is not None and now < self.since) or (self.until is not None and now >= self.until):
            return False
        if not rule.concerns(operation, method, parameters):
            return False
        self.seen += 1
        if rule.times is not None and self.struck >= rule.times:
            return False
        if not rule.chosen(self.seen):
            return False
        if rule.probability < 1.0 and roll(seed, rule.name, self.seen) >= rule.probability:
            return False
        self.struck += 1
        return True


class FaultPlan:
    """The rules of one world in order, and how far each has got. The same seed and calls give the same strikes."""

    __slots__ = ("_opened", "_seed", "_tallies")

    def __init__(self, rules: Iterable[Rule] = (), *, seed: int = 0, opened: Instant = 0) -> None:
        self._seed = seed
        self._opened = opened
        self._tallies: list[_Tally] = []
        for rule in rules:
            self.add(rule)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in order."""
        return tuple(tally.rule for tally in self._tallies)

    @property
    def active(self) -> bool:
        """Whether there is any rule: where there is none, nothing need be asked."""
        return bool(self._tallies)

    @property
    def wants_parameters(self) -> bool:
        """Whether any rule looks at parameters: where none does, they need not be bound."""
        return any(tally.rule.parameters for tally in self._tallies)

    @property
    def struck(self) -> dict[str, int]:
        """How often each rule has struck, by name."""
        return {tally.rule.name: tally.struck for tally in self._tallies}

    def add(self, rule: Rule) -> Rule:
        """Put a rule last and answer it, with the name it goes by: its own, or a free one made of it."""
        taken = {tally.rule.name for tally in self._tallies}
        stem = rule.name or type(rule.faults[0]).__name__.lower()
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        named = rule if name == rule.name else replace(rule, name=name)
        self._tallies.append(_Tally(named, self._opened))
        return named

    def remove(self, name: str) -> bool:
        """Take a rule out; whether there was one of that name."""
        kept = [tally for tally in self._tallies if tally.rule.name != name]
        found = len(kept) < len(self._tallies)
        self._tallies = kept
        return found

    def clear(self) -> None:
        """Take all rules out."""
        self._tallies = []

    def decide(
        self, now: Instant, operation: str, method: str = "GET", parameters: Mapping[str, Any] | None = None
    ) -> Strike | None:
        """What strikes this call, if anything. Every rule that holds strikes; of one kind, the first rule's counts."""
        if not self._tallies:
            return None
        given = parameters or {}
        hits = [tally for tally in self._tallies if tally.strikes(now, operation, method, given, self._seed)]
        if not hits:
            return None
        faults = tuple(fault for tally in hits for fault in tally.rule.faults)
        seed = f"{self._seed}/{hits[0].rule.name}/{hits[0].seen}"
        return strike_of("+".join(tally.rule.name for tally in hits), faults, seed)

    def progress(self) -> list[list[int]]:
        """How far each rule has got: calls seen, strikes. For a snapshot, beside the rules."""
        return [[tally.seen, tally.struck] for tally in self._tallies]

    @classmethod
    def resumed(
        cls, rules: Iterable[Rule], progress: Iterable[Iterable[int]], *, seed: int, opened: Instant
    ) -> "FaultPlan":
        """The plan a snapshot was taken of. Raises ValueError or TypeError when the two do not fit together."""
        plan = cls(seed=seed, opened=opened)
        plan._tallies = [
            _Tally(rule, opened, int(seen), int(struck)) for rule, (seen, struck) in zip(rules, progress, strict=True)
        ]
        return plan


def _has(given: Any, wanted: str) -> bool:
    if isinstance(given, list | tuple):
        return any(_text(one) == wanted for one in given)
    return given is not None and _text(given) == wanted


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
