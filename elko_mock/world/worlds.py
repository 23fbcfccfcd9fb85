"""Worlds: which request lives where, and their making, resetting, restoring and going."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from elko_mock.clock import HOUR, MINUTE, Instant, stopwatch
from elko_mock.exchange.messages import Request
from elko_mock.gate.bearer import parse_bearer
from elko_mock.gate.token import user_of
from elko_mock.scenario.loader import load
from elko_mock.scenario.loader import read as read_scenario
from elko_mock.scenario.model import DEFAULT_NAME, ClockStart, Scenario
from elko_mock.world.seeding import Soil, seeded
from elko_mock.world.snapshot import restored, snapshot
from elko_mock.world.world import World

WORLD_HEADER = b"x-elko-world"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOKEN_PATH = re.compile(r"/token/?$", re.IGNORECASE)
_USERNAME = re.compile(
    rb'"username"\s*:\s*"([^"\\]{1,200})"|<username(?:\s[^<>]*)?>([^<&]{1,300})</username\s*>', re.IGNORECASE
)
"""No two of its repetitions can take the same bytes, so that a hostile body costs no more than another."""
_REMEMBERED = 10_000
_LONGEST = 1000
"""Characters of an `Authorization` value that is remembered; a token has 300."""
_SWEEP_EVERY = MINUTE


class WorldProblem(ValueError):
    """A world cannot be had, made or let go; the message says why. Nothing was changed."""

    code = "bad-world-name"
    """Stable, one per class."""


class UnknownWorld(WorldProblem):
    """There is no world of that name."""

    code = "unknown-world"


class WorldExists(WorldProblem):
    """There is one of that name already."""

    code = "world-exists"


class NoRoom(WorldProblem):
    """There are as many worlds as there may be."""

    code = "too-many-worlds"


class DefaultStays(WorldProblem):
    """The default world cannot be let go."""

    code = "default-world"


class Worlds:
    """All worlds of a process. For one thread, as the loop is."""

    def __init__(
        self,
        scenario: Scenario | None = None,
        soil: Soil | None = None,
        *,
        base: Scenario | None = None,
        most: int = 10_000,
        idle: int = HOUR,
        tick: Callable[[], int] = stopwatch,
    ) -> None:
        """`scenario`: the default world's, and every new world's that names none. `base`: what a scenario named later
        leaves unsaid. At most `most` worlds; one that nobody asked for in `idle` microseconds of real time, as `tick`
        counts them, is let go. Raises ValueError for a scenario whose catalogue cannot be had."""
        self._scenario = scenario or Scenario()
        self._base = base or Scenario()
        self._soil = soil or Soil()
        self._most = most
        self._idle = idle
        self._tick = tick
        self._serial = 0
        self._swept = tick()
        self._worlds: dict[str, World] = {}
        self._touched: dict[str, int] = {}
        self._users: dict[str, str] = {}
        self._bearers: dict[str, str] = {}
        self.default = self._enter(seeded(DEFAULT_NAME, self._scenario, self._soil))
        """The world of the well-known token. It is always there."""

    def __len__(self) -> int:
        return len(self._worlds)

    def __iter__(self) -> Iterator[World]:
        """All worlds, in the order of their making; a copy, so that they may come and go meanwhile."""
        return iter(tuple(self._worlds.values()))

    @property
    def scenario(self) -> Scenario:
        """What a new world starts from unless told otherwise."""
        return self._scenario

    def get(self, name: str) -> World | None:
        """The world of that name; asking for it keeps it from being let go."""
        if name in self._worlds:
            self._touched[name] = self._tick()
        return self._worlds.get(name)

    def of(self, request: Request) -> World:
        """The world a request lives in: by its token, in force or dead; else by `X-Elko-World`; else by the user name
        in the body of `POST Token`; else the default one. Raises UnknownWorld for a header that names none."""
        now = self._tick()
        if now - self._swept > _SWEEP_EVERY:
            self.sweep()
        name = self._name_of(request)
        self._touched[name] = now
        return self._worlds[name]

    def create(
        self,
        name: str | None = None,
        *,
        scenario: Scenario | str | Mapping[str, Any] | None = None,
        seed: int | None = None,
        products: int | None = None,
        clock_start: Instant | None = None,
        clock_frozen: bool | None = None,
        clock_scale: float | None = None,
    ) -> World:
        """A new world of a scenario (itself, a bundled one's name, a file, or plain data) and what is changed in it.

        Without a name it is called w1, w2, ...; without a scenario it starts as the default world did. Raises
        WorldProblem, ScenarioProblem, ClockMisuse, or another ValueError for a catalogue that cannot be had; then
        there is no new world.
        """
        chosen = self._room_for(name)
        wanted = self._scenario_of(scenario)
        given = {key: value for key, value in (("seed", seed), ("products", products)) if value is not None}
        if given:
            wanted = read_scenario(given, wanted, wanted.name)
        start = wanted.clock
        clock = ClockStart(
            start.start if clock_start is None else clock_start,
            start.frozen if clock_frozen is None else clock_frozen,
            start.scale if clock_scale is None else clock_scale,
        )
        return self._enter(seeded(chosen, replace(wanted, clock=clock), self._soil))

    def create_from_snapshot(self, data: bytes, name: str | None = None, *, trusted: bool = False) -> World:
        """A new world in the state of a snapshot, under a name, a user and tokens of its own. `trusted`: the bytes are
        the mock's own, and may name a catalogue's file. Raises WorldProblem, SnapshotProblem; then there is no new
        world."""
        return self._enter(restored(data, self._soil, self._room_for(name), trusted=trusted))

    def reset(self, name: str) -> World:
        """Begin a world anew from its scenario: the same name, user and first token. Raises WorldProblem."""
        world = self._known(name)
        world.become(seeded(name, world.scenario, self._soil))
        return world

    def snapshot(self, name: str) -> bytes:
        """The world's whole state. Raises WorldProblem."""
        return snapshot(self._known(name))

    def restore(self, name: str, data: bytes, *, trusted: bool = False) -> World:
        """Put a world back into the state of a snapshot, its own or another's; `trusted` as above. Raises WorldProblem
        and SnapshotProblem; then nothing has changed."""
        world = self._known(name)
        fresh = restored(data, self._soil, name, trusted=trusted)
        self._check_user(fresh)
        del self._users[world.gate.account.settings.username]
        world.become(fresh)
        return self._enter(world)

    def delete(self, name: str) -> None:
        """Let a world go. Raises WorldProblem for one that is not there, and for the default one."""
        world = self._known(name)
        if world is self.default:
            raise DefaultStays("the default world stays; reset it instead")
        self._leave(world)

    def sweep(self) -> tuple[str, ...]:
        """Let go the worlds that had no call for too long, and answer their names. Done by itself once a minute."""
        now = self._swept = self._tick()
        gone = [
            world
            for name, world in self._worlds.items()
            if now - self._touched[name] > self._idle and world is not self.default
        ]
        for world in gone:
            self._leave(world)
        return tuple(world.name for world in gone)

    def _name_of(self, request: Request) -> str:
        authorization = request.authorization
        if authorization is not None:
            known = self._bearers.get(authorization) or self._bearer_world(authorization)
            if known in self._worlds:
                return known
        named = request.header(WORLD_HEADER)
        if named is not None:
            return self._known(named.strip()).name
        if request.method == "POST" and request.body and _TOKEN_PATH.search(request.path):
            return self._user_world(request.body) or DEFAULT_NAME
        return DEFAULT_NAME

    def issued(self, authorization: str) -> bool:
        """Whether an `Authorization` value carries a token of one of these worlds, in force or dead."""
        return (self._bearers.get(authorization) or self._bearer_world(authorization)) is not None

    def _bearer_world(self, authorization: str) -> str | None:
        """A token says whose it is, so that dead ones need not be remembered. Foreign ones are not kept at all."""
        token = parse_bearer(authorization).token
        if token == self.default.gate.account.settings.first_token:
            return DEFAULT_NAME
        name = self._users.get(user_of(token) or "")
        if name is not None and len(authorization) <= _LONGEST:
            if len(self._bearers) >= _REMEMBERED:
                self._bearers.clear()
            self._bearers[authorization] = name
        return name

    def _user_world(self, body: bytes) -> str | None:
        found = _USERNAME.search(body)
        if found is None:
            return None
        return self._users.get((found[1] or found[2].strip()).decode("utf-8", "replace"))

    def _check_user(self, world: World) -> None:
        user = world.gate.account.settings.username
        owner = self._users.get(user, world.name)
        if owner != world.name:
            raise WorldExists(f"the user name {user!r} is that of the world {owner!r}; give this world another name")

    def _enter(self, world: World) -> World:
        self._check_user(world)
        self._worlds[world.name] = world
        self._touched[world.name] = self._tick()
        self._users[world.gate.account.settings.username] = world.name
        return world

    def _leave(self, world: World) -> None:
        del self._worlds[world.name], self._touched[world.name], self._users[world.gate.account.settings.username]

    def _known(self, name: str) -> World:
        world = self._worlds.get(name)
        if world is None:
            raise UnknownWorld(f"there is no world {name!r}; it may have been let go, being idle")
        return world

    def _scenario_of(self, wanted: Scenario | str | Mapping[str, Any] | None) -> Scenario:
        if wanted is None:
            return self._scenario
        if isinstance(wanted, Scenario):
            return wanted
        return load(wanted, self._base) if isinstance(wanted, str) else read_scenario(wanted, self._base)

    def _room_for(self, name: str | None) -> str:
        """The name of a world to come, once it is sure that it may."""
        if name is not None and _NAME.fullmatch(name) is None:
            message = f"{name!r} is no name for a world: 1 to 64 letters, digits, dots, dashes and underscores"
            raise WorldProblem(message)
        if name in self._worlds:
            raise WorldExists(f"there is a world {name!r} already")
        self.sweep()
        if len(self._worlds) >= self._most:
            raise NoRoom(f"there are {len(self._worlds)} worlds, and that is the most")
        return name or self._free_name()

    def _free_name(self) -> str:
        while True:
            self._serial += 1
            if f"w{self._serial}" not in self._worlds:
                return f"w{self._serial}"
