"""A session: the guarded, paced line of one run, and what it needs to know of the place at its other end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from elko_mock.clock import DAY, SECOND
from elko_mock.contract.operations import Operation
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.stages.forward import Forward
from elko_mock.stages.guard import Guard
from elko_mock.stages.pace import Pace
from elko_mock.verify.asker import Asker
from elko_mock.verify.check import Credentials, RealTime, Timekeeper
from elko_mock.verify.checks.limits import LIMIT
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.line import Line
from elko_mock.verify.mock import MockControl, MockTime
from elko_mock.verify.plan import Plan, scope_of, warning_of
from elko_mock.verify.scope import permits
from elko_mock.verify.secrets import LEAST, Secrets
from elko_mock.verify.sparing import PaceSwitch, Sparing

_WINDOW = 10 * SECOND
_USUAL_SHARE = 20
"""Percent of the real limit."""
_WHOLE_LISTS = 1


@dataclass(slots=True)
class Place:
    """What is known of the provider before the first call."""

    token: str | None = field(default=None, repr=False)
    credentials: Credentials | None = None
    limited_token: str | None = field(default=None, repr=False)
    """Of a world under the real limit, where the run's own has none."""
    time: Timekeeper = field(default_factory=RealTime)
    is_mock: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """One run's means."""

    plan: Plan
    scope: tuple[Operation, ...]
    place: Place
    ledger: Ledger
    personal: PersonalFields
    guard: Guard
    switch: PaceSwitch
    line: Line
    asker: Asker
    pace: str
    """How fast it goes, in words."""

    def pass_days(self, days: int) -> bool:
        """Let days go by, if that can be done at once; answers whether it could."""
        quick = self.place.time.quick
        if quick:
            self.place.time.pass_time(days * DAY)
        return quick


@contextmanager
def session(plan: Plan, on_call: Callable[[int], None]) -> Iterator[Session]:
    """The line is up while this lasts. `on_call` is told how many calls have gone out."""
    control = MockControl.recognise(plan.target)
    try:
        made = _make(plan, _place(plan, control), on_call)
        with made.line:
            yield made
    finally:
        if control is not None:
            control.close()


def _make(plan: Plan, place: Place, on_call: Callable[[int], None]) -> Session:
    scope = scope_of(plan)
    ledger = Ledger(operation.id for operation in scope)
    personal = PersonalFields(plan.seed.to_bytes(16, "big", signed=True))
    guard = Guard(plan.target.authority, permits(scope, writes=plan.target.writes))
    pace, words = _pace(plan, place)
    switch = PaceSwitch(pace)
    forward = Forward(plan.target.url, timeout=plan.timeout, verify_tls=plan.verify_tls)
    line = Line(
        [Sparing(plan.contract, _WHOLE_LISTS), guard, switch],
        forward,
        close=forward.aclose,
        token=place.token,
        secrets=Secrets(place.token, place.limited_token, *_given(plan).values()),
        max_calls=plan.max_calls,
        on_call=on_call,
    )
    asker = Asker(line, plan.contract, scope, ledger, plan.target.url, personal)
    return Session(plan, scope, place, ledger, personal, guard, switch, line, asker, words)


def _pace(plan: Plan, place: Place) -> tuple[Pace | None, str]:
    if place.is_mock and plan.share is None:
        return None, "not paced, for it is a mock"
    calls = max(1, LIMIT * (_USUAL_SHARE if plan.share is None else plan.share) // 100)
    return Pace(calls, _WINDOW), f"at most {calls} calls in 10 s"


def _place(plan: Plan, control: MockControl | None) -> Place:
    """For a mock, and without a token of the user's: a world of the run's own, with no limit; and where writes are
    allowed, one with the real limit."""
    place = Place(plan.token, plan.credentials, is_mock=control is not None)
    warning = warning_of(plan)
    if warning is not None:
        place.notes.append(warning)
    for name, secret in _given(plan).items():
        if len(secret) < LEAST:
            place.notes.append(f"the {name} has fewer than {LEAST} characters: no text is searched for it")
    own = None if control is None or plan.token is not None else control.make_world(limit=0)
    if control is None or own is None:
        return place
    place.token, place.credentials = own.token, Credentials(own.username, own.password)
    place.notes.append("the mock was checked in a world of its own, without a limit")
    worlds = [own.name]
    limited = control.make_world(limit=LIMIT) if plan.target.writes else None
    if limited is not None:
        place.limited_token = limited.token
        worlds.append(limited.name)
    place.time = MockTime(control, tuple(worlds))
    return place


def _given(plan: Plan) -> dict[str, str]:
    """The secrets that the user gave, by what they are."""
    password = None if plan.credentials is None else plan.credentials.password
    return {name: secret for name, secret in (("token", plan.token), ("password", password)) if secret}
