"""A trial: the client's command run once in one hostile world, and whether it failed there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from elko_mock.contract.contract import Contract
from elko_mock.exchange.export import read_ndjson
from elko_mock.grade.config import Grading
from elko_mock.grade.fuzz.world import HostileWorld, catalog_of
from elko_mock.grade.house import House, lines_of
from elko_mock.grade.judge import Judge
from elko_mock.grade.process import Outcome, run
from elko_mock.grade.rule import Result, Severity
from elko_mock.grade.scrub import scrubbed
from elko_mock.grade.session import Ending, Facts
from elko_mock.grade.variables import variables_for
from elko_mock.settings import Settings

_CLASS = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Fault))\b")


class Failure(NamedTuple):
    """How the client failed."""

    kind: str
    """Equal for what is probably one fault: an exception's class, a rule's id, `timeout`, an exit status."""
    story: str
    """For people."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is no failure: it happens in the tame world too, or the user says so."""

    statuses: frozenset[int] = frozenset({0})
    rules: frozenset[str] = frozenset()


class Trials:
    """Runs the command in one world after another, each size of catalogue on a mock of its own."""

    def __init__(self, command: Sequence[str], grading: Grading, settings: Settings, contract: Contract) -> None:
        self._command = list(command)
        self._grading = grading
        self._settings = settings
        rules = [rule for rule in grading.rules if rule.severity is Severity.ERROR]
        self.rules = frozenset(rule.id for rule in rules)
        """The error rules that are judged."""
        self._judge = Judge(rules, contract)
        self._houses: dict[int, House] = {}

    def close(self) -> None:
        """Stop the mocks."""
        for house in self._houses.values():
            house.__exit__(None, None, None)
        self._houses.clear()

    def run(self, world: HostileWorld, tolerance: Tolerance) -> Failure | None:
        """Run the command in that world. Raises HouseProblem, CannotRun."""
        house = self._house(world.size)
        described = house.prepare(world.document(), self._grading.scale)
        variables = variables_for(self._grading, house, described, "fuzz")
        (outcome,) = run(self._command, variables, self._grading.timeout)
        secrets = frozenset(filter(None, (described.get("token"),)))
        return _bad_end(outcome, tolerance, secrets) or self._broken(house, outcome, tolerance, secrets)

    def _house(self, size: int) -> House:
        if size not in self._houses:
            self._houses[size] = House(self._settings, catalog_of(size)).__enter__()
        return self._houses[size]

    def _broken(self, house: House, outcome: Outcome, tolerance: Tolerance, secrets: frozenset[str]) -> Failure | None:
        hearing = self._judge.open(Facts("fuzz", scale=self._grading.scale, secrets=secrets))
        for exchange in read_ndjson(lines_of(house.journal())):
            hearing.see(exchange)
        findings = hearing.close(Ending(at=house.now(), exit_status=outcome.exit_status)).findings
        for rule, finding in findings.items():
            if finding.result is Result.FAIL and rule not in tolerance.rules:
                return Failure(rule, f"{rule} broken: {finding.evidence[0].excerpt}")
        return None


def _bad_end(outcome: Outcome, tolerance: Tolerance, secrets: frozenset[str]) -> Failure | None:
    words = scrubbed(outcome.last_words, secrets)
    if outcome.timed_out:
        return Failure("timeout", "still running when its time was up")
    if outcome.exit_status in tolerance.statuses:
        return None
    named = _CLASS.search(words)
    kind = named[1] if named else f"exit-{outcome.exit_status}"
    return Failure(
        kind, f"exit status {outcome.exit_status}: {words}" if words else f"exit status {outcome.exit_status}"
    )
