"""The verdict: findings, grade and exit code of one grading."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from elko_mock.clock import Instant
from elko_mock.grade.bill import Bill
from elko_mock.grade.judge import Sitting, findings_of
from elko_mock.grade.profile import Profile
from elko_mock.grade.rule import Finding, Result, Rule, Severity
from elko_mock.grade.situations import USUAL


class Exit(IntEnum):
    """Exit codes."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    TOO_LITTLE = 3
    """Nothing that counts was broken, but too few rules were put to the test for that to mean anything."""


class Grade(StrEnum):
    """The overall grade."""

    A = "A"
    """Nothing broken."""
    B = "B"
    """One warning, or nothing but hints."""
    C = "C"
    """Two warnings or more."""
    D = "D"
    """One error."""
    F = "F"
    """Two errors or more."""
    UNGRADED = "-"
    """Nothing that counts was broken, and too little was exercised to say more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule and what was found."""

    rule: Rule
    finding: Finding
    counts: bool
    """Whether breaking it fails the run under the profile."""

    @property
    def failed(self) -> bool:
        """Whether it was broken."""
        return self.finding.result is Result.FAIL

    @property
    def exercised(self) -> bool:
        """Whether it was kept or broken."""
        return self.finding.result is not Result.NOT_EXERCISED


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that a report says."""

    profile: Profile
    judged: tuple[Judged, ...]
    sittings: tuple[Sitting, ...]
    bill: Bill
    command: str = ""
    """What was graded, for people; without secrets."""
    written: Instant | None = None
    """When the run ended, real time."""

    def failed(self, severity: Severity | None = None) -> list[Judged]:
        """The broken rules, of one severity or of all."""
        return [one for one in self.judged if one.failed and severity in (None, one.rule.severity)]

    @property
    def share_exercised(self) -> float:
        """Of the error rules chosen, the share that was put to the test."""
        errors = [one for one in self.judged if one.rule.severity is Severity.ERROR]
        return sum(one.exercised for one in errors) / len(errors) if errors else 1.0

    @property
    def stumbled(self) -> list[Sitting]:
        """Runs that came to a bad end in a world that gave no reason to."""
        return [one for one in self.sittings if one.facts.world in USUAL and one.ending.known and not one.ending.good]

    @property
    def enough(self) -> bool:
        """Whether a pass would mean something: enough was exercised, and the client is no wreck on a usual day."""
        exercised = any(one.exercised for one in self.judged) and self.share_exercised >= self.profile.least_exercised
        return exercised and not self.stumbled

    @property
    def exit(self) -> Exit:
        """The exit code: a broken rule that counts weighs more than too little exercise."""
        if any(one.failed and one.counts for one in self.judged):
            return Exit.FAILED
        return Exit.PASSED if self.enough else Exit.TOO_LITTLE

    @property
    def grade(self) -> Grade:
        """The overall grade."""
        errors, warnings = len(self.failed(Severity.ERROR)), len(self.failed(Severity.WARNING))
        if errors:
            return Grade.D if errors == 1 else Grade.F
        if not self.enough:
            return Grade.UNGRADED
        if warnings > 1:
            return Grade.C
        return Grade.B if self.failed() else Grade.A

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        total = len(self.judged)
        exercised = sum(one.exercised for one in self.judged)
        broken = len(self.failed())
        figures = f"{exercised - broken} of {total} rules kept, {broken} broken, {total - exercised} not exercised"
        return {
            Exit.PASSED: f"Passed: {figures}.",
            Exit.FAILED: f"Failed: {figures}.",
            Exit.TOO_LITTLE: f"Too little exercised to say: {figures}.",
        }[self.exit]


def verdict(
    profile: Profile,
    rules: Sequence[Rule],
    sittings: Sequence[Sitting],
    command: str = "",
    written: Instant | None = None,
) -> Verdict:
    """The verdict over some sessions under a profile."""
    judged = tuple(
        Judged(rule, finding, counts=profile.counts(rule.severity)) for rule, finding in findings_of(rules, sittings)
    )
    bill = Bill()
    for sitting in sittings:
        bill += sitting.bill
    return Verdict(profile, judged, tuple(sittings), bill, command, written)
