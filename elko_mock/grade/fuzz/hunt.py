"""The hunt: hypothesis draws worlds, trials tell which the client fails in, and each failure's world is made small."""

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import HypothesisException
from hypothesis.reporting import with_reporter

from elko_mock.clock import SECOND, stopwatch
from elko_mock.grade.fuzz.drawing import hostile_worlds
from elko_mock.grade.fuzz.trial import Failure
from elko_mock.grade.fuzz.world import SIZES, HostileWorld

Try = Callable[[HostileWorld], Failure | None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """When to stop."""

    runs: int = 200
    """Of the command, those for shrinking included."""
    seconds: float = 600.0
    seed: int | None = None
    """None: another one each time."""
    database: Path | None = None
    """Where failing worlds are remembered, to be tried first the next time."""
    all_kinds: bool = False
    """Go on after the first failures were made small, and look for others."""


@dataclass(slots=True)
class Progress:
    """How far the hunt has got."""

    runs: int = 0
    """Of the command, each in another world."""
    smallest: dict[str, tuple[HostileWorld, Failure]] = field(default_factory=dict)
    """By the failure's kind, the smallest world so far."""
    out_of_bounds: bool = False
    """The bounds were reached before hypothesis had nothing more to try."""
    interrupted: bool = False
    """Somebody stopped it; what had been found until then is here."""


class _Failed(Exception):
    """A trial failed. hypothesis takes failures of one class for one fault, so each kind has a subclass."""


class _Enough(KeyboardInterrupt):
    """The bounds are reached. An interruption is the one thing that hypothesis does not take for a failure."""


def hunt(attempt: Try, bounds: Bounds, told: Callable[[Progress], None]) -> Progress:
    """Look for worlds that the client fails in. Whatever `attempt` raises is passed on; an interruption ends the hunt,
    and what was found is kept."""
    progress = Progress()
    known: dict[HostileWorld, Failure | None] = {}
    ends = stopwatch() + int(bounds.seconds * SECOND)

    def judged(world: HostileWorld) -> Failure | None:
        if world not in known:
            if progress.runs >= bounds.runs or stopwatch() >= ends:
                raise _Enough
            progress.runs += 1
            known[world] = failure = attempt(world)
            _note(progress, world, failure)
            told(progress)
        return known[world]

    try:
        settled: set[str] = set()
        while _round(judged, bounds, bounds.runs - progress.runs, settled, len(settled)):
            for kind in progress.smallest.keys() - settled:
                _make_smaller(progress, kind, judged)
            settled |= progress.smallest.keys()
            if not bounds.all_kinds:
                break
    except _Enough:
        progress.out_of_bounds = True
    except KeyboardInterrupt:
        progress.interrupted = True
    return progress


def _round(judged: Try, bounds: Bounds, runs: int, settled: set[str], number: int) -> bool:
    """Let hypothesis look for failures of kinds that are not settled yet; answers whether it found one."""
    kinds: dict[str, type[_Failed]] = {}
    trouble: list[Exception] = []

    def body(world: HostileWorld) -> None:
        try:
            failure = None if trouble else judged(world)
        except Exception as problem:
            trouble.append(problem)  # hypothesis would take it for a failure of the client
            raise _Enough from problem
        if failure is not None and failure.kind not in settled:
            raise kinds.setdefault(failure.kind, type(f"Failed_{failure.kind}", (_Failed,), {}))(failure.story)

    test = hypothesis.given(hostile_worlds())(body)
    if bounds.seed is not None:
        test = hypothesis.seed(bounds.seed + number)(test)
    # The settings last: a seed would take the database away.
    test = hypothesis.settings(
        max_examples=max(1, runs),
        deadline=None,
        database=None if bounds.database is None else DirectoryBasedExampleDatabase(bounds.database),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=True,
    )(test)
    try:
        # What was found has been noted; hypothesis raises it as well.
        with with_reporter(_silent), contextlib.suppress(_Failed, BaseExceptionGroup, HypothesisException):
            test()
    except _Enough:
        if trouble:
            raise trouble[0] from None
        raise
    return bool(kinds)


def _silent(_: object) -> None:
    """hypothesis has a voice of its own; the report is ours."""


def _note(progress: Progress, world: HostileWorld, failure: Failure | None) -> None:
    if failure is None:
        return
    best = progress.smallest.get(failure.kind)
    if best is None or _weight(world) < _weight(best[0]):
        progress.smallest[failure.kind] = (world, failure)


def _weight(world: HostileWorld) -> tuple[int, ...]:
    """How much is out of the ordinary; the smaller, the easier to understand."""
    oddities = len(world.oddities)
    others = len(world.facts()) - oddities
    text = sum(len(str(odd.value)) for odd in world.oddities)
    places = sum(odd.place for odd in world.oddities)
    calls = (world.token_replaced_at or 0) + (world.blocked_at or 0)
    return len(world.facts()), others, SIZES.index(world.size), text, places, calls, world.seed


def _make_smaller(progress: Progress, kind: str, judged: Try) -> None:
    """Take one thing away at a time, as far as the bounds allow: hypothesis may have had to stop in the middle."""
    shrunk = True
    while shrunk:
        shrunk = False
        world = progress.smallest[kind][0]
        for smaller in _smaller(world):
            failure = judged(smaller)
            if failure is not None and failure.kind == kind:
                progress.smallest[kind] = (smaller, failure)
                shrunk = True
                break


def _smaller(world: HostileWorld) -> list[HostileWorld]:
    """The same world with one thing less, the largest step first."""
    usual = HostileWorld(size=world.size)
    found = []
    for name in ("nulls", "unknown_fields", "sold_out_at_order", "price_at_order", "partial_delivery",
                 "token_replaced_at", "blocked_at", "seed"):  # fmt: skip
        if getattr(world, name) != getattr(usual, name):
            found.append(dataclasses.replace(world, **{name: getattr(usual, name)}))
    for odd in world.oddities:
        found.append(dataclasses.replace(world, oddities=tuple(one for one in world.oddities if one is not odd)))
    for size in SIZES[: SIZES.index(world.size)]:
        fitting = tuple(odd._replace(place=min(odd.place, size - 1)) for odd in world.oddities)
        if len({(odd.place, odd.field) for odd in fitting}) == len(fitting):
            found.append(dataclasses.replace(world, size=size, oddities=fitting))
    return found
