"""A run: survey, our own checks, generated calls, and what they add up to. Never raises for what a provider does."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from elko_mock.clock import DAY, SECOND, stopwatch, system_now, to_datetime
from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.exchange.journal import Journal
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.stages.forward import Forward
from elko_mock.stages.guard import Guard
from elko_mock.stages.pace import Pace
from elko_mock.verify.asker import Asker
from elko_mock.verify.check import Check, Credentials, RealTime, Timekeeper, Trial
from elko_mock.verify.checks.catalogue import OWN
from elko_mock.verify.checks.limits import LIMIT
from elko_mock.verify.conclude import ANSWERED, check_results, operation_results
from elko_mock.verify.generated.conformance import Generated
from elko_mock.verify.generated.document import ForeignReference, Form
from elko_mock.verify.generated.tuning import CHECKS, Effort
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.line import Line, Stopped
from elko_mock.verify.mock import MockControl, MockTime, OwnWorld
from elko_mock.verify.model import Finding, Stop, StopCause, Verdict
from elko_mock.verify.scope import in_scope, permits
from elko_mock.verify.sparing import PaceSwitch, Sparing
from elko_mock.verify.survey import Facts, deal, survey
from elko_mock.verify.target import Target

_WINDOW = 10 * SECOND
_NEVER_GENERATED = "issueToken"
"""Each call that succeeds would end the run's own token. `one-token` holds it to the contract."""
_log = logging.getLogger("elko_mock")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do."""

    target: Target
    contract: Contract
    token: str | None = field(default=None, repr=False)
    credentials: Credentials | None = None
    share: int | None = None
    """Percent of the real limit that may be used; None: 20, and no pace at all against a mock."""
    max_calls: int | None = None
    examples: int | None = None
    """Generated calls per operation and phase; None: few against a real provider, many against a mock."""
    quick: bool = False
    """Without the generated calls that go through every boundary of every schema."""
    seed: int = 1
    only: frozenset[str] | None = None
    """Operation ids; None for all that may be exercised."""
    checks: frozenset[str] | None = None
    """Ids of our own checks; None for all."""
    forms: tuple[Form, ...] = ("json", "xml")
    timeout: float = 60.0
    verify_tls: bool = True


class Report(NamedTuple):
    """A run's verdict, and every call it made."""

    verdict: Verdict
    journal: Journal
    personal: PersonalFields


Progress = Callable[[str, int], None]
"""Told what is being done, and how many calls have gone out."""


def verify(plan: Plan, progress: Progress = lambda _what, _calls: None) -> Report:
    """Carry a plan out. Ctrl-C ends it early with what there is."""
    run = _Run(plan, progress)
    with ExitStack() as stack:
        control = MockControl.recognise(plan.target)
        if control is not None:
            stack.callback(control.close)
        run.settle(control)
        stack.enter_context(run.line)
        with run.watched():
            run.go()
        return run.report()


def scope_of(plan: Plan) -> tuple[Operation, ...]:
    """The operations that a plan exercises."""
    every = in_scope(plan.contract.operations, writes=plan.target.writes)
    return tuple(each for each in every if plan.only is None or each.id in plan.only)


def checks_of(plan: Plan) -> tuple[str, ...]:
    """The ids of all checks that a plan makes."""
    return (ANSWERED, *CHECKS, *(check.id for check in _chosen(plan)))


def _chosen(plan: Plan) -> tuple[Check, ...]:
    """Our own checks that a plan can make."""
    inside = {operation.known_as for operation in scope_of(plan)}
    return tuple(
        check
        for check in OWN
        if (plan.checks is None or check.id in plan.checks)
        and (plan.target.writes or not check.writes)
        and inside.issuperset(check.needs)
    )


class _Run:
    """One run under way."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self.plan = plan
        self.scope = scope_of(plan)
        self.ledger = Ledger(operation.id for operation in self.scope)
        self.personal = PersonalFields(plan.seed.to_bytes(16, "big", signed=True))
        self.facts = Facts()
        self.time: Timekeeper = RealTime()
        self.token = plan.token
        self.credentials = plan.credentials
        self.limited: OwnWorld | None = None
        self.is_mock = False
        self.cases = 0
        self.ran: list[str] = []
        self.notes: list[str] = []
        self._progress = progress
        self._doing = "starting"
        self._started = (system_now(), stopwatch())

    def settle(self, control: MockControl | None) -> None:
        """Find out how fast it may go, and make the line."""
        plan = self.plan
        self.is_mock = control is not None
        if control is not None:
            self._own_world(control)
        if not self.is_mock or plan.share is not None:
            share = 20 if plan.share is None else plan.share
            calls = max(1, LIMIT * share // 100)
            pace, self.pace = Pace(calls, _WINDOW), f"at most {calls} calls in 10 s"
        else:
            pace, self.pace = None, "not paced, for it is a mock"
        self.switch = PaceSwitch(pace)
        forward = Forward(plan.target.url, timeout=plan.timeout, verify_tls=plan.verify_tls)
        self.guard = Guard(plan.target.authority, permits(self.scope, writes=plan.target.writes))
        self.line = Line(
            [Sparing(plan.contract, whole_lists=1), self.guard, self.switch],
            forward,
            close=forward.aclose,
            token=self.token,
            max_calls=plan.max_calls,
            on_call=lambda calls: self._progress(self._doing, calls),
        )
        self.asker = Asker(self.line, plan.contract, self.scope, self.ledger, plan.target.url, self.personal)

    def go(self) -> None:
        """The parts in order. Raises Stopped, KeyboardInterrupt or ForeignReference."""
        plan = self.plan
        self._doing = "looking around"
        self.facts = survey(self.asker)
        if plan.target.writes:
            self._doing = "placing an order"
            deal(self.asker, self.facts, self._pass_days)
        chosen = _chosen(plan)
        for check in chosen:
            if not check.last:
                self._try(check)
        for form in plan.forms:
            self._doing = f"generated calls, {form.upper()}"
            generated = Generated(self.asker, plan.contract, self.facts, self.ledger, self.guard)
            generable = [each for each in self.scope if each.known_as != _NEVER_GENERATED]
            self.cases += generated.run(generable, form=form, effort=self._effort())
            if self.line.stop is not None:
                raise Stopped(self.line.stop)
        for check in chosen:
            if check.last:
                with self.switch.off():
                    self._try(check)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """What may end a run early becomes its stop."""
        try:
            yield
        except Stopped:
            pass
        except KeyboardInterrupt:
            self.line.halt(Stop(StopCause.INTERRUPTED, "interrupted"))
        except ForeignReference as wrong:
            self.line.halt(Stop(StopCause.BROKEN, str(wrong)))
        except Exception as wrong:
            _log.debug("the run broke", exc_info=True)
            self.line.halt(Stop(StopCause.BROKEN, f"while {self._doing}: {type(wrong).__name__}: {wrong}"))

    def report(self) -> Report:
        """What it adds up to."""
        plan, line = self.plan, self.line
        self.ledger.look(ANSWERED, line.calls)
        for loss in line.losses:
            match = plan.contract.match(loss.request.method, loss.request.path)
            operation = getattr(getattr(match, "operation", None), "id", "*")
            message = f"{loss.request.method} {loss.request.path} got no answer: {loss.message}"
            if line.stop is None or line.stop.cause is not StopCause.UNREACHABLE:
                self.ledger.find(Finding(ANSWERED, operation, message), kind=loss.kind)
        if self.is_mock and line.stop is not None and line.stop.cause is StopCause.REFUSED:
            self.notes.append(
                "a mock has the real limit too: --share 90 keeps below it, and without --token it has none"
            )
        if line.held_back:
            self.notes.append(
                f"{len(line.held_back)} calls were held back by the guard, the first: {line.held_back[0]}"
            )
        at, began = self._started
        info = plan.contract.document.get("info", {})
        verdict = Verdict(
            target=plan.target.url,
            document=f"{info.get('title', 'a document')} {info.get('version', '')}".strip(),
            mode="writes" if plan.target.writes else "read-only",
            pace=self.pace,
            seed=plan.seed,
            started=to_datetime(at).isoformat(timespec="seconds"),
            seconds=(stopwatch() - began) / SECOND,
            calls=line.calls,
            cases=self.cases,
            operations=operation_results(plan.contract.operations, self.scope, self.ledger, self.facts),
            checks=check_results(OWN, self.ran, CHECKS, self.ledger, writes=plan.target.writes),
            stop=line.stop,
            notes=tuple(self.notes),
        )
        return Report(verdict, line.journal, self.personal)

    def _try(self, check: Check) -> None:
        self._doing = check.id
        self.ran.append(check.id)
        check.on(
            Trial(
                check.id,
                self.asker,
                self.facts,
                self.ledger,
                self.time,
                self.credentials,
                None if self.limited is None else self.limited.token,
            )
        )

    def _pass_days(self, days: int) -> bool:
        if self.time.quick:
            self.time.pass_time(days * DAY)
        return self.time.quick

    def _own_world(self, control: MockControl) -> None:
        """Without a token of the user's: a world of the run's own, with no limit; and one with the real limit."""
        if self.token is not None:
            return
        own = control.make_world(limit=0)
        if own is None:
            return
        self.token, self.credentials = own.token, Credentials(own.username, own.password)
        self.notes.append("the mock was checked in a world of its own, without a limit")
        worlds = [own.name]
        if self.plan.target.writes:
            self.limited = control.make_world(limit=LIMIT)
            worlds += [] if self.limited is None else [self.limited.name]
        self.time = MockTime(control, tuple(worlds))

    def _effort(self) -> Effort:
        return Effort(self.plan.seed, self.plan.examples or (30 if self.is_mock else 5), quick=self.plan.quick)
