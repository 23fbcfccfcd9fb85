"""Durability: what was acknowledged is in the state file before the answer goes out, and is there after any end."""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elko_mock.clock import ClockMisuse, Instant, WorldClock, system_now
from elko_mock.exchange.asgi import ASGIApp, Message, Receive, Scope, Send
from elko_mock.exchange.messages import Delivery, Request, Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.server.api import Denied, Handler
from elko_mock.stages.call import Call
from elko_mock.world.snapshot import SnapshotProblem
from elko_mock.world.state_file import KeptCall, KeptWorld, StateFile, StateProblem
from elko_mock.world.world import World
from elko_mock.world.worlds import WORLD_HEADER, Worlds

_log = logging.getLogger("elko_mock")
_WORLD_PATH = re.compile(r"/_elko/worlds/([^/]+)")
_DEFAULT = "default"
_CALLS_PER_CHECKPOINT = 500
"""So many calls at most are done again when a world is brought back."""
_NO_REQUEST = Request("", "", "", (), b"", "")
_ISSUE_TOKEN = "issueToken"  # noqa: S105 - an operationId


class Durability:
    """Keeps the worlds of a mock in a state file.

    What is kept: trade, account, faults, clock and scenario of every world. What is not: journals, and how far the
    window of the limit has filled; a restart begins those anew.
    """

    def __init__(self, path: Path, worlds: Worlds, handlers: Mapping[str, Handler]) -> None:
        """Opens the file and brings back what it holds. Raises StateProblem."""
        self._handlers = handlers
        self._worlds = worlds
        self._file = StateFile(path)
        self._pending: dict[str, int] = {}
        self._accounts: dict[str, tuple[object, ...]] = {}
        try:
            for kept in self._file.worlds():
                self._bring_back(kept)
            for world in worlds:
                if world.name not in self._accounts:
                    self.checkpoint(world)
        except BaseException:
            self._file.close()
            raise

    def keep(self, call: Call, operation: str) -> None:
        """Keep a call that has been carried out. Raises StateProblem; the world is then as it was before the call."""
        world = call.world
        expected = self._accounts.get(world.name)
        found = _account(world)
        issued = operation == _ISSUE_TOKEN and expected is not None and found[0] == _after(expected[0])
        try:
            if expected is None or (found != expected and not issued):
                self.checkpoint(world)
                return
            arguments = {
                name: list(value) if isinstance(value, tuple) else value for name, value in call.arguments.items()
            }
            self._file.append(world.name, KeptCall(call.at, system_now(), operation, arguments, call.body))
        except StateProblem:
            self._undo(world)
            raise
        self._accounts[world.name] = found
        self._pending[world.name] = self._pending.get(world.name, 0) + 1
        if self._pending[world.name] >= _CALLS_PER_CHECKPOINT:
            self.checkpoint(world)

    def settle(self, world: World) -> None:
        """After a call that changed nothing itself: a scenario may have changed the account. Raises StateProblem."""
        if _account(world) != self._accounts.get(world.name):
            self.checkpoint(world)

    def checkpoint(self, world: World) -> None:
        """Keep the world as it stands now. Raises StateProblem."""
        self._file.checkpoint(world.name, self._worlds.snapshot(world.name), world.clock.now(), system_now())
        self._pending[world.name] = 0
        self._accounts[world.name] = _account(world)

    def align(self, changed: str | None = None) -> None:
        """After the control plane has changed something: worlds that came are kept, worlds that went forgotten, and
        the one it named is kept as it stands. Raises StateProblem."""
        self._forget_gone()
        for world in self._worlds:
            if world.name == changed or world.name not in self._accounts:
                self.checkpoint(world)

    def close(self) -> None:
        """Keep everything as it stands and let go of the file. Raises StateProblem when it cannot be kept."""
        try:
            self._forget_gone()
            for world in self._worlds:
                self.checkpoint(world)
        finally:
            self._file.close()

    def _forget_gone(self) -> None:
        there = {world.name for world in self._worlds}
        for name in [name for name in self._accounts if name not in there]:
            self._file.forget(name)
            del self._accounts[name]

    def _undo(self, world: World) -> None:
        kept = self._file.world(world.name)
        if kept is not None:
            self._restore(world, kept)

    def _bring_back(self, kept: KeptWorld) -> None:
        world = self._worlds.get(kept.name)
        try:
            if world is None:
                world = self._worlds.create_from_snapshot(kept.snapshot, kept.name)
            self._restore(world, kept)
        except (SnapshotProblem, ValueError) as problem:
            raise StateProblem(f"the state file {self._file.path}, world {kept.name}: {problem}") from None
        self._pending[kept.name] = len(kept.calls)
        self._accounts[kept.name] = _account(world)

    def _restore(self, world: World, kept: KeptWorld) -> None:
        self._worlds.restore(world.name, kept.snapshot)
        at, wall = kept.at, kept.wall
        for call in kept.calls:
            self._again(world, call)
            at, wall = max(at, call.at), call.wall
        _resume(world.clock, at, wall)

    def _again(self, world: World, kept: KeptCall) -> None:
        """Carry a kept call out once more: the same time, the same arguments, so the same outcome."""
        work = self._handlers[kept.operation](
            Call(_NO_REQUEST, world, kept.at, 0, arguments=kept.arguments, body=kept.body)
        )
        try:
            work.send(None)
        except (StopIteration, Denied):
            return
        raise StateProblem(f"{kept.operation} waited for something and cannot be done again")


def _resume(clock: WorldClock, at: Instant, wall: Instant) -> None:
    """World time went on while nobody served, unless it stands still."""
    away = 0 if clock.frozen else int(max(0, system_now() - wall) * clock.scale)
    try:
        clock.set(max(clock.now(), at + away))
    except ClockMisuse:
        return  # beyond the last instant there is: it stays at what the snapshot says


def _account(world: World) -> tuple[object, ...]:
    """What of an account can change without a call of the API that is kept."""
    account = world.gate.account
    return (account.serial, account.token is None, account.terms_accepted, account.addresses)


def _after(serial: Any) -> int:
    return int(serial) + 1


class Persist:
    """The innermost stage: what a call has changed is on the disk before anything of its answer is made."""

    __slots__ = ("_durability",)

    def __init__(self, durability: Durability) -> None:
        self._durability = durability

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        response = await proceed(call)
        match = call.match
        try:
            if call.carried_out and match is not None and match.operation.method != "GET":
                self._durability.keep(call, match.operation.known_as or "")
            else:
                self._durability.settle(call.world)
        except StateProblem as problem:
            # No code of the contract says "not kept": the connection ends unanswered, as when a server dies.
            _log.error("%s; the call was not answered, and what it did was undone", problem)
            call.reason, call.answer = "state", None
            return Response(0, (), b"", Delivery(cut_after=0))
        return response


async def aligned(durability: Durability, control: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """One request of the control plane; what it changed is on the disk before it is answered."""
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    await control(scope, receive, hold)
    if named := _WORLD_PATH.match(scope["path"]):
        durability.align(named[1])
    elif scope["path"].startswith("/__admin"):
        durability.align(_header(scope) or _DEFAULT)
    else:
        durability.align()
    for message in held:
        await send(message)


def _header(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == WORLD_HEADER), None)
