"""Observe: real answers held against document and ledger, by GET only; what is assumed turns observed or is wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from elko_mock.clock import system_now, to_datetime
from elko_mock.contract.fidelity import Entry, Fidelity, Level
from elko_mock.verify.asker import XML, NoReply
from elko_mock.verify.generated.tuning import CHECKS
from elko_mock.verify.model import Finding, Stop
from elko_mock.verify.observing.access_looks import LOOKS as ACCESS
from elko_mock.verify.observing.answer_looks import LOOKS as ANSWERS
from elko_mock.verify.observing.look import Look, Outcome, Seen, View
from elko_mock.verify.plan import Plan
from elko_mock.verify.run import ended_early
from elko_mock.verify.scope import READ_ONLY
from elko_mock.verify.session import Session, session
from elko_mock.verify.survey import Facts, survey

LOOKS = (*ANSWERS, *ACCESS)


class Observed(NamedTuple):
    """One entry of the ledger after the looking."""

    entry: Entry
    seen: Seen | None
    """None when nothing of it can be seen by reading."""

    @property
    def level(self) -> Level:
        """How well it is known now: an assumption that real answers confirmed is observed."""
        if self.entry.level is Level.ASSUMED and self.seen is not None and self.seen.outcome is Outcome.CONFIRMED:
            return Level.OBSERVED
        return self.entry.level


class Observation(NamedTuple):
    """All that was seen."""

    target: str
    elko: bool
    """Whether it was one of ELKO's own hosts; what another server does says nothing about ELKO's."""
    started: str
    calls: int
    ledger: tuple[Observed, ...]
    findings: tuple[Finding, ...]
    """Answers that are not as the document says."""
    unknown: tuple[str, ...]
    """Properties that the document does not have, `operation: place`."""
    stop: Stop | None

    @property
    def contradicted(self) -> tuple[Observed, ...]:
        """What the ledger says and real answers do not."""
        return tuple(one for one in self.ledger if one.seen is not None and one.seen.outcome is Outcome.CONTRADICTED)

    @property
    def exit_code(self) -> int:
        """0 all as document and ledger say; 1 not so; 3 it could not be seen to the end."""
        if self.findings or self.contradicted:
            return 1
        return 0 if self.stop is None else 3


def observe(plan: Plan, progress: Callable[[str, int], None] = lambda _what, _calls: None) -> Observation:
    """Look at a provider. Ctrl-C ends it early with what there is."""
    doing = ["looking around"]
    seen: dict[str, Seen] = {}
    unknown: dict[str, None] = {}
    started = to_datetime(system_now()).isoformat(timespec="seconds")
    with session(plan, lambda calls: progress(doing[0], calls)) as means:
        with ended_early(means.line, doing):
            facts = survey(means.asker)
            for one in _read_everything(means, facts, doing):
                unknown.setdefault(one)
            for look in LOOKS:
                doing[0] = look.entry
                if all(name in means.asker.operations for name in look.needs):
                    seen[look.entry] = _look(look, View(means.asker, facts))
        findings = tuple(finding for check in CHECKS for finding in means.ledger.findings(check))
        observation = Observation(
            plan.target.url,
            plan.target.elko,
            started,
            means.line.calls,
            tuple(Observed(entry, seen.get(entry.id)) for entry in Fidelity.load().entries),
            findings,
            tuple(unknown),
            means.line.stop,
        )
        return means.line.secrets.without(observation)


def _look(look: Look, view: View) -> Seen:
    try:
        return look.run(view)
    except NoReply as none:
        return Seen(Outcome.OPEN, str(none))
    except (KeyError, TypeError, IndexError, ArithmeticError, AttributeError):
        return Seen(Outcome.OPEN, "the answers were not of the shape to tell it by")


def _read_everything(means: Session, facts: Facts, doing: list[str]) -> Iterator[str]:
    """Each reading operation in JSON and XML; what the document does not have in it."""
    for name, operation in means.asker.operations.items():
        arguments = facts.arguments(name) if name in READ_ONLY else None
        if arguments is None:
            continue
        doing[0] = name
        try:
            reply = means.asker.ask(name, arguments)
            means.asker.ask(name, arguments, accept=XML)
        except NoReply:
            continue
        if reply.status == 200 and not reply.unreadable:
            schema = operation.answers[200].schema
            for place in unknown_properties(schema, means.plan.contract.components, reply.data):
                yield f"{operation.id}: {place}"


def unknown_properties(schema: Mapping[str, Any], components: Mapping[str, Any], data: Any) -> Iterator[str]:
    """Places in the data that no schema describes; items of a list count as one place."""
    yield from _unknown(schema, components, data, "")


def _unknown(schema: Mapping[str, Any], components: Mapping[str, Any], data: Any, place: str) -> Iterator[str]:
    parts = list(_parts(schema, components))
    if isinstance(data, list):
        items: Mapping[str, Any] = next((part["items"] for part in parts if "items" in part), {})
        for item in data:
            yield from _unknown(items, components, item, f"{place}[]")
    elif isinstance(data, dict):
        known: dict[str, Any] = {}
        for part in parts:
            known.update(part.get("properties", {}))
        if not known:
            return
        for name, value in data.items():
            below = f"{place}.{name}" if place else name
            if name not in known:
                yield below
            else:
                yield from _unknown(known[name], components, value, below)


def _parts(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield from _parts(components.get(reference.rpartition("/")[2], {}), components)
        return
    yield schema
    for part in schema.get("allOf", ()):
        yield from _parts(part, components)
