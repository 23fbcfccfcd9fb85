"""A run: survey, our own checks, generated calls, and what they add up to. Never raises for what a provider does."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

from elko_mock.clock import SECOND, stopwatch, system_now, to_datetime
from elko_mock.contract.contract import Match
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.checks.catalogue import OWN
from elko_mock.verify.conclude import ANSWERED, check_results, operation_results
from elko_mock.verify.generated.conformance import Generated
from elko_mock.verify.generated.document import ForeignReference, Form
from elko_mock.verify.generated.tuning import CHECKS, Effort
from elko_mock.verify.line import Line, Stopped
from elko_mock.verify.model import Finding, Stop, StopCause, Verdict
from elko_mock.verify.plan import Plan, checks_of, own_checks_of
from elko_mock.verify.session import Session, session
from elko_mock.verify.survey import Facts, deal, survey

_NEVER_GENERATED = "issueToken"
"""Each call that succeeds would end the run's own token. `one-token` holds it to the contract."""
_EXAMPLES, _EXAMPLES_OF_MOCK = 5, 30
_INTERRUPTED = Stop(StopCause.INTERRUPTED, "interrupted")
_log = logging.getLogger("elko_mock")


class Report(NamedTuple):
    """A run's verdict, and every call it made; without its token and password."""

    verdict: Verdict
    exchanges: tuple[Exchange, ...]
    personal: PersonalFields


Progress = Callable[[str, int], None]
"""Told what is being done, and how many calls have gone out."""


def verify(plan: Plan, progress: Progress = lambda _what, _calls: None) -> Report:
    """Carry a plan out. Ctrl-C ends it early with what there is."""
    doing = ["starting"]
    with session(plan, lambda calls: progress(doing[0], calls)) as means:
        run = _Run(means, doing)
        with ended_early(means.line, doing):
            run.go()
        return run.report()


@contextmanager
def ended_early(line: Line, doing: list[str]) -> Iterator[None]:
    """What may end a run early becomes the line's stop. `doing` holds what is being done."""
    try:
        with _interrupted(line):
            yield
    except Stopped:
        pass
    except KeyboardInterrupt:
        line.halt(_INTERRUPTED)
    except ForeignReference as wrong:
        line.halt(Stop(StopCause.BROKEN, str(wrong)))
    except Exception as wrong:
        _log.debug("the run broke", exc_info=True)
        line.halt(Stop(StopCause.BROKEN, f"while {doing[0]}: {type(wrong).__name__}: {wrong}"))


@contextmanager
def _interrupted(line: Line) -> Iterator[None]:
    """Ctrl-C stops the line before it is raised: an exception that comes up while Python collects garbage, or within a
    library that catches whatever there is, is lost, and the calls would go on."""
    default = signal.default_int_handler
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is not default:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        line.halt(_INTERRUPTED)
        default(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, default)


class _Run:
    """One run under way."""

    def __init__(self, means: Session, doing: list[str]) -> None:
        self._means = means
        self._doing = doing
        self._facts = Facts()
        self._cases = 0
        self._done: set[str] = {ANSWERED}
        """Checks that came to their end."""
        self._started = (system_now(), stopwatch())

    def go(self) -> None:
        """The parts in order. Raises Stopped, KeyboardInterrupt or ForeignReference."""
        means = self._means
        self._doing[0] = "looking around"
        self._facts = survey(means.asker)
        if means.plan.target.writes:
            self._doing[0] = "placing an order"
            deal(means.asker, self._facts, means.pass_days)
        chosen = own_checks_of(means.plan)
        for check in chosen:
            if not check.last:
                self._try(check)
        for form in means.plan.forms:
            self._generate(form)
        self._done.update(CHECKS)
        for check in chosen:
            if check.last:
                with means.switch.off(), means.line.provoked():
                    self._try(check)

    def report(self) -> Report:
        """What it adds up to."""
        means = self._means
        plan, line, ledger = means.plan, means.line, means.ledger
        ledger.look(ANSWERED, line.calls)
        self._losses()
        for check in checks_of(plan):
            if check not in self._done:
                ledger.unjudged.setdefault(check, "the run ended before it was done")
        at, began = self._started
        info = plan.contract.document.get("info", {})
        verdict = Verdict(
            target=plan.target.url,
            document=f"{info.get('title', 'a document')} {info.get('version', '')}".strip(),
            mode="writes" if plan.target.writes else "read-only",
            pace=means.pace,
            seed=plan.seed,
            started=to_datetime(at).isoformat(timespec="seconds"),
            seconds=(stopwatch() - began) / SECOND,
            calls=line.calls,
            cases=self._cases,
            operations=operation_results(plan.contract.operations, means.scope, ledger, self._facts),
            checks=check_results(OWN, checks_of(plan), CHECKS, ledger, writes=plan.target.writes),
            stop=line.stop,
            notes=(*means.place.notes, *self._notes()),
        )
        without = line.secrets.without
        return Report(without(verdict), tuple(map(without, line.journal)), means.personal)

    def _try(self, check: Check) -> None:
        means, place = self._means, self._means.place
        self._doing[0] = check.id
        check.on(
            Trial(
                check.id,
                means.asker,
                self._facts,
                means.ledger,
                place.time,
                place.credentials,
                place.limited_token,
            )
        )
        self._done.add(check.id)

    def _generate(self, form: Form) -> None:
        means, plan = self._means, self._means.plan
        self._doing[0] = f"generated calls, {form.upper()}"
        examples = plan.examples or (_EXAMPLES_OF_MOCK if means.place.is_mock else _EXAMPLES)
        generated = Generated(means.asker, plan.contract, self._facts, means.ledger, means.guard)
        generable = [each for each in means.scope if each.known_as != _NEVER_GENERATED]
        effort = Effort(plan.seed, examples, quick=plan.quick)
        self._cases += generated.run(generable, form=form, effort=effort)
        if means.line.stop is not None:
            raise Stopped(means.line.stop)

    def _losses(self) -> None:
        line, ledger = self._means.line, self._means.ledger
        if line.stop is not None and line.stop.cause is StopCause.UNREACHABLE:
            return  # that there is no provider is no finding about it
        for loss in line.losses:
            match = self._means.plan.contract.match(loss.request.method, loss.request.path)
            operation = match.operation.id if isinstance(match, Match) else "*"
            message = f"{loss.request.method} {loss.request.path} got no answer: {loss.message}"
            ledger.find(Finding(ANSWERED, operation, message), kind=loss.kind)

    def _notes(self) -> Iterator[str]:
        line = self._means.line
        if self._means.place.is_mock and line.stop is not None and line.stop.cause is StopCause.REFUSED:
            yield "a mock has the real limit too: --share 90 keeps below it, and without --token it has none"
        if line.held_back:
            yield f"{len(line.held_back)} calls were held back by the guard, the first: {line.held_back[0]}"
