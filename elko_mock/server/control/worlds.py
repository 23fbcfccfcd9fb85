"""Worlds and their clocks: made, begun anew, saved, moved in time, let go."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from elko_mock.clock import SECOND, ClockMisuse, Instant
from elko_mock.faults.plan import Rule
from elko_mock.faults.reading import read_rule
from elko_mock.scenario.loader import bundled
from elko_mock.server.control.faults import unknown_operation
from elko_mock.server.control.problems import ControlProblem
from elko_mock.server.control.state import ControlState, described, instant, iso
from elko_mock.world.snapshot import SnapshotProblem
from elko_mock.world.world import World
from elko_mock.world.worlds import WorldProblem

_BYTES = {"Content-Type": "application/octet-stream"}


class WorldVerbs:
    """Worlds."""

    def __init__(self, state: ControlState) -> None:
        self._state = state

    async def list_worlds(self) -> Any:
        """All of them."""
        return [described(self._state, world) for world in self._state.worlds]

    async def create_world(self, body: dict[str, Any] | None = None) -> Any:
        """A new world from a scenario, a seed or a snapshot."""
        wanted = body or {}
        worlds = self._state.worlds
        name = wanted.get("name")
        try:
            if "snapshot" in wanted:
                others = sorted(set(wanted) - {"name", "snapshot"})
                if others:
                    raise ControlProblem("invalid-request", f"a snapshot has its own {' and '.join(others)}")
                world = worlds.create_from_snapshot(_unpacked(wanted["snapshot"]), name)
            else:
                clock = wanted.get("clock") or {}
                world = worlds.create(
                    name,
                    scenario=self._scenario(wanted.get("scenario")),
                    seed=wanted.get("seed"),
                    products=wanted.get("products"),
                    clock_start=_start(clock.get("start")),
                    clock_frozen=clock.get("frozen"),
                    clock_scale=clock.get("scale"),
                )
        except SnapshotProblem as problem:
            raise ControlProblem("bad-snapshot", str(problem)) from None
        except WorldProblem as problem:
            raise ControlProblem(problem.code, str(problem)) from None
        except ClockMisuse as problem:
            raise ControlProblem("bad-clock", str(problem)) from None
        except ValueError as problem:  # a scenario with mistakes, or a catalogue that cannot be had
            raise ControlProblem("bad-scenario", str(problem)) from None
        return described(self._state, world)

    async def get_world(self, world: str) -> Any:
        """One world."""
        return described(self._state, self._state.world(world))

    async def delete_world(self, world: str) -> Any:
        """Let it go."""
        there = self._state.world(world)
        if there is self._state.worlds.default:
            raise ControlProblem("default-world", "the default world stays; reset it instead")
        last = described(self._state, there)
        self._state.worlds.delete(world)
        return last

    async def reset_world(self, world: str) -> Any:
        """As its scenario says, from the start."""
        self._state.world(world)
        return described(self._state, self._state.worlds.reset(world))

    async def take_snapshot(self, world: str) -> Any:
        """The whole world as bytes."""
        return self._state.worlds.snapshot(self._state.world(world).name), 200, _BYTES

    async def restore_snapshot(self, world: str, body: bytes) -> Any:
        """Put a snapshot in its place; a broken one changes nothing."""
        self._state.world(world)
        try:
            return described(self._state, self._state.worlds.restore(world, body if isinstance(body, bytes) else b""))
        except SnapshotProblem as problem:
            raise ControlProblem("bad-snapshot", str(problem)) from None

    def _scenario(self, named: Any) -> Any:
        """Data, or the name of a bundled scenario: whoever talks to a mock shall not make it read files."""
        if isinstance(named, str) and named not in bundled():
            raise ControlProblem("bad-scenario", f"there is no bundled scenario {named!r}")
        faults = named.get("faults") if isinstance(named, dict) else None
        for index, entry in enumerate(faults if isinstance(faults, list) else ()):
            rule = read_rule(entry)  # one with other mistakes is refused with the scenario
            if isinstance(rule, Rule) and (unknown := unknown_operation(rule, self._state.contract)):
                raise ControlProblem("bad-scenario", f"faults[{index}]: {unknown}")
        return named


class ClockVerbs:
    """A world's time."""

    def __init__(self, state: ControlState) -> None:
        self._state = state

    async def get_clock(self, world: str) -> Any:
        """Time, and how it goes."""
        return _clock(self._state.world(world))

    async def advance_clock(self, world: str, body: dict[str, Any]) -> Any:
        """By seconds, or to an instant."""
        there = self._state.world(world)
        if ("seconds" in body) == ("until" in body):
            raise ControlProblem("bad-clock", "say either `seconds` or `until`")
        if "until" in body:
            until = instant(body["until"], "until")
            return self._moved(there, lambda: there.clock.set(until))
        seconds = body["seconds"]
        if not 0 <= seconds <= 10**10:  # also refuses NaN
            raise ControlProblem("bad-clock", f"{seconds} seconds are no step forward that makes sense")
        return self._moved(there, lambda: there.clock.advance(round(seconds * SECOND)))

    async def freeze_clock(self, world: str) -> Any:
        """Stand still."""
        there = self._state.world(world)
        return self._moved(there, there.clock.freeze)

    async def run_clock(self, world: str, body: dict[str, Any] | None = None) -> Any:
        """Run, perhaps faster."""
        there = self._state.world(world)
        return self._moved(there, lambda: there.clock.run((body or {}).get("scale", 1.0)))

    def _moved(self, world: World, move: Callable[[], Instant]) -> Any:
        try:
            move()
        except ClockMisuse as problem:
            raise ControlProblem("bad-clock", str(problem)) from None
        return _clock(world)


def _clock(world: World) -> dict[str, Any]:
    now = world.clock.now()
    return {"now": now, "time": iso(now), "frozen": world.clock.frozen, "scale": world.clock.scale}


def _start(text: str | None) -> Instant | None:
    if text is None:
        return None
    try:
        return instant(text, "clock.start")
    except (OverflowError, ValueError) as problem:
        raise ControlProblem("bad-clock", str(problem)) from None


def _unpacked(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ControlProblem("bad-snapshot", "`snapshot` is not base64") from None
