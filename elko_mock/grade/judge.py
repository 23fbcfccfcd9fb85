"""Judge: takes sessions exchange by exchange past all rules, in one pass and bounded memory."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from elko_mock.clock import Instant
from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Exchange
from elko_mock.grade.bill import Bill, Tally
from elko_mock.grade.call import Call
from elko_mock.grade.reading import Reading
from elko_mock.grade.rule import Finding, Result, Rule, Watch, together
from elko_mock.grade.scrub import scrubbed
from elko_mock.grade.session import Ending, Facts, Session
from elko_mock.grade.timeline import Plotter, Timeline

_WAITING = 5000
_WAITING_BYTES = 32 * 1024 * 1024
"""So many exchanges are held back until those opened before them have ended. One that never does is missing."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one session has shown."""

    facts: Facts
    ending: Ending
    findings: dict[str, Finding]
    """By rule; a rule that such a session does not concern is not there."""
    bill: Bill
    timeline: Timeline
    calls: int
    first: Instant | None
    last: Instant | None
    missing: int = 0
    """Exchanges that the journal does not hold, as their numbers show."""

    @property
    def gap(self) -> str:
        """What is missing, for people; empty if nothing is."""
        if not self.missing:
            return ""
        are = "1 exchange is" if self.missing == 1 else f"{self.missing} exchanges are"
        return (
            f"{are} missing in the journal. What was there counts neither for the client nor against it; "
            "serve --journal-exchanges keeps more."
        )


class Hearing:
    """One session under way."""

    def __init__(self, rules: Iterable[Rule], facts: Facts, reading: Reading) -> None:
        self.facts = facts
        self._reading = reading
        self._watches: list[tuple[str, Watch[Any]]] = [
            (rule.id, rule.watch(facts)) for rule in rules if rule.concerns(facts)
        ]
        self._see = [watch.see for _, watch in self._watches]
        self._tally = Tally()
        self._plotter = Plotter()
        self._held: list[tuple[int, int, Exchange]] = []
        self._held_bytes = 0
        self._next = 1
        self._arrived = 0
        self._missing = 0
        self._calls = 0
        self._first: Instant | None = None
        self._last: Instant | None = None

    def see(self, exchange: Exchange) -> None:
        """One exchange, in the order of the journal, which is that of their ends; rules see them as they began."""
        self._arrived += 1
        heapq.heappush(self._held, (exchange.number, self._arrived, exchange))
        self._held_bytes += _weight(exchange)
        while self._held and (
            self._held[0][0] <= self._next or len(self._held) > _WAITING or self._held_bytes > _WAITING_BYTES
        ):
            self._release()

    def _release(self) -> None:
        number, _, exchange = heapq.heappop(self._held)
        self._held_bytes -= _weight(exchange)
        call = Call(exchange, self._reading)
        if number > self._next:
            self._missing += number - self._next
            for _, watch in self._watches:
                watch.miss()
        self._next = max(self._next, number + 1)
        if call.is_api:
            self._calls += 1
            if self._first is None:
                self._first = call.at
            self._last = call.at
        for see in self._see:
            see(call)
        if not self.facts.wrong_certificate:
            self._tally.see(call)
            self._plotter.see(call)

    def close(self, ending: Ending) -> Sitting:
        """The session is over."""
        while self._held:
            self._release()
        ending = replace(ending, last_words=scrubbed(ending.last_words, self.facts.secrets))
        return Sitting(
            self.facts,
            ending,
            {id_: watch.close(ending) for id_, watch in self._watches},
            self._tally.bill(),
            self._plotter.timeline(),
            self._calls,
            self._first,
            self._last,
            self._missing,
        )


def _weight(exchange: Exchange) -> int:
    """Bytes of its bodies."""
    answer = b"" if exchange.response is None else exchange.response.body
    return len(exchange.request.body) + (len(answer) if isinstance(answer, bytes) else 0)


class Judge:
    """The chosen rules and the contract, ready to hear sessions."""

    def __init__(self, rules: Sequence[Rule], contract: Contract) -> None:
        self.rules = tuple(rules)
        self._reading = Reading(contract)

    def open(self, facts: Facts) -> Hearing:
        """Begin to hear a session."""
        return Hearing(self.rules, facts, self._reading)

    def hear(self, session: Session) -> Sitting:
        """Hear a whole session."""
        hearing = self.open(session.facts)
        for exchange in session.exchanges:
            hearing.see(exchange)
        return hearing.close(session.ending)

    def hear_journal(self, exchanges: Iterable[Exchange], scenario: str | None = None) -> list[Sitting]:
        """Hear a recorded journal, which may hold several worlds."""
        hearings: dict[str, Hearing] = {}
        for exchange in exchanges:
            hearing = hearings.get(exchange.world)
            if hearing is None:
                hearing = hearings[exchange.world] = self.open(Facts(exchange.world, scenario))
            hearing.see(exchange)
        return [hearing.close(Ending()) for hearing in hearings.values()]


def findings_of(rules: Iterable[Rule], sittings: Sequence[Sitting]) -> list[tuple[Rule, Finding]]:
    """One finding per rule over all sessions."""
    return [(rule, _finding_of(rule, sittings)) for rule in rules]


def _finding_of(rule: Rule, sittings: Sequence[Sitting]) -> Finding:
    findings = [
        (sitting.facts.scenario, sitting.findings[rule.id]) for sitting in sittings if rule.id in sitting.findings
    ]
    # Of several reasons why there was no occasion, that of the scenario meant for the rule says most.
    findings.sort(key=lambda one: rule.scenarios.index(one[0]) if one[0] in rule.scenarios else len(rule.scenarios))
    if not findings:
        return Finding(Result.NOT_EXERCISED, f"needs the scenario {rule.scenarios[0]}")
    return together([finding for _, finding in findings])
