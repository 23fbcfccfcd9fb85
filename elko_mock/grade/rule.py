"""Rules: what a rule says of itself, how it watches one session, and the finding it comes to."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from elko_mock.clock import Instant
from elko_mock.grade.call import Call
from elko_mock.grade.scrub import scrubbed
from elko_mock.grade.session import Ending, Facts

MOST_EVIDENCE = 5
"""Pieces of evidence kept per rule and session; the rest is counted."""
LONGEST_EXCERPT = 200


class Severity(StrEnum):
    """What a broken rule costs."""

    ERROR = "error"
    """The customer's address is blocked, an order placed twice, the client down."""
    WARNING = "warning"
    """It works today, and will not on some day."""
    INFO = "info"
    """There is a better way."""


class Source(StrEnum):
    """Where a rule comes from."""

    MANUAL = "M"
    """ELKO's user manual states it."""
    OBSERVED = "O"
    """Seen broken in public clients."""
    INFERRED = "I"
    """Follows from the service having no sandbox."""


class Result(StrEnum):
    """What a rule says of a run."""

    PASS = "pass"  # noqa: S105 - a result, no password
    FAIL = "fail"
    NOT_EXERCISED = "not-exercised"
    """The run gave no occasion to keep or break the rule. Never counted as a pass."""


class Evidence(NamedTuple):
    """Where to look: one exchange, or the end of a session."""

    exchange: int | None
    """The exchange's number within its world; None when the session as a whole is meant."""
    world: str
    at: Instant | None
    """World time."""
    excerpt: str
    """The smallest piece that shows it."""


class Finding(NamedTuple):
    """What one rule found in one session, or in all of them."""

    result: Result
    summary: str = ""
    """One sentence: what was seen, or why there was no occasion."""
    evidence: tuple[Evidence, ...] = ()
    faults: int = 0
    """How often the rule was broken; `evidence` shows the first few."""


def threshold(default: Any, meaning: str) -> Any:
    """A rule's threshold: a field with its default and what it means, its unit included."""
    return dataclasses.field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Rule(ABC):
    """One rule. Its dataclass fields are its thresholds; its class variables say what it is."""

    id: ClassVar[str]
    """Stable: `C01`, `C02` ..."""
    name: ClassVar[str]
    wording: ClassVar[str]
    """What a good client does; completes "The client ..."."""
    seen: ClassVar[str]
    """How it is judged, and what the evidence shows."""
    severity: ClassVar[Severity]
    sources: ClassVar[tuple[Source, ...]]
    scenarios: ClassVar[tuple[str, ...]]
    """The scenarios that give occasion, the best first; the first is run when the rule is to be exercised."""
    fix: ClassVar[str]
    """What to change, in two sentences."""

    def concerns(self, facts: Facts) -> bool:
        """Whether such a session is for this rule to judge. Two of the command at once say nothing about one."""
        return not facts.wrong_certificate and facts.workers == 1

    @abstractmethod
    def watch(self, facts: Facts) -> "Watch[Any]":
        """Begin to watch a session."""

    @classmethod
    def thresholds(cls) -> Mapping[str, tuple[Any, str]]:
        """Name -> default and meaning."""
        return {one.name: (one.default, one.metadata["meaning"]) for one in dataclasses.fields(cls)}


R = TypeVar("R", bound=Rule)


class Watch(ABC, Generic[R]):
    """One rule's state while one session passes by. Bounded in memory by what the rule must remember."""

    nothing: str = "the run gave no occasion"
    """The summary when the rule was not exercised."""
    kept: str = "kept"
    """The summary when the rule was kept."""

    def __init__(self, rule: R, facts: Facts) -> None:
        self.rule = rule
        self.facts = facts
        self.occasions = 0
        """How often the rule could have been broken; 0 means not exercised."""
        self.faults = 0
        self.ending = Ending()
        """How the session ended; set before `end`."""
        self._evidence: list[Evidence] = []

    @abstractmethod
    def see(self, call: Call) -> None:
        """One exchange has ended."""

    def miss(self) -> None:
        """The journal does not hold what came right before the call that is seen next. A rule that looks for something
        earlier must take it that it may have been there."""

    def end(self) -> None:
        """The session is over, and `ending` says how. Called once, after the last call."""

    def summary(self) -> str:
        """One sentence on what was found; the evidence has the details."""
        if self.faults:
            return f"broken {self.faults} times" if self.faults > 1 else "broken once"
        return self.kept if self.occasions else self.nothing

    def fault(self, call: Call | None, excerpt: str) -> None:
        """The rule was broken, by this call or by the session as a whole."""
        self.occasions += 1
        self.faults += 1
        if len(self._evidence) < MOST_EVIDENCE:
            self._evidence.append(self._at(call, excerpt))

    def _at(self, call: Call | None, excerpt: str) -> Evidence:
        shown = scrubbed(excerpt, self.facts.secrets)
        if len(shown) > LONGEST_EXCERPT:
            shown = shown[: LONGEST_EXCERPT - 1] + "…"
        if call is None:
            return Evidence(None, self.facts.world, None, shown)
        return Evidence(call.number, self.facts.world, call.at, shown)

    def close(self, ending: Ending) -> Finding:
        """The session is over: what has it shown?"""
        self.ending = ending
        self.end()
        if self.faults:
            return Finding(Result.FAIL, self.summary(), tuple(self._evidence), self.faults)
        return Finding(Result.PASS if self.occasions else Result.NOT_EXERCISED, self.summary())


def together(findings: list[Finding]) -> Finding:
    """One finding out of those of several sessions: broken in one is broken; else kept in one is kept."""
    failed = [one for one in findings if one.result is Result.FAIL]
    if failed:
        # The first of each session, then the second of each, so that few pieces show much.
        turns = zip_longest(*(one.evidence for one in failed))
        evidence = [piece for turn in turns for piece in turn if piece is not None]
        return Finding(
            Result.FAIL, failed[0].summary, tuple(evidence[: 2 * MOST_EVIDENCE]), sum(one.faults for one in failed)
        )
    for one in findings:
        if one.result is Result.PASS:
            return one
    return findings[0] if findings else Finding(Result.NOT_EXERCISED, "there was nothing to judge")
