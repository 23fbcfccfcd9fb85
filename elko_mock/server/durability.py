"""Durability: what was acknowledged is in the state file before the answer goes out, and is there after any end."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from elko_mock.clock import LATEST, Instant, WorldClock, system_now
from elko_mock.exchange.journal import Journal
from elko_mock.exchange.messages import Delivery, Fields, Request, Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.gate.account import Account
from elko_mock.server.api import Denied, Handler
from elko_mock.stages.call import Call
from elko_mock.world.snapshot import SnapshotProblem
from elko_mock.world.state_file import KeptCall, KeptWorld, StateFile, StateProblem
from elko_mock.world.world import World
from elko_mock.world.worlds import Worlds

_log = logging.getLogger("elko_mock")
_CALLS_PER_CHECKPOINT = 500
"""So many calls at most are done again when a world is brought back."""
_NO_REQUEST = Request("", "", "", Fields(), b"", "")
_ISSUE_TOKEN = "issueToken"  # noqa: S105 - an operationId


@dataclass(slots=True)
class _Kept:
    """What the file holds of a world."""

    world: World
    """The very one: another may come under its name once it has been let go."""
    account: tuple[object, ...]
    calls: int
    """Since its snapshot."""


class Durability:
    """Keeps the worlds of a mock in a state file.

    What is kept: trade, account, faults, clock and scenario of every world. What is not: journals, how far the window
    of the limit has filled, and how far faults and scenarios have counted calls; a restart begins with those as the
    last snapshot had them.
    """

    def __init__(self, path: Path, worlds: Worlds, handlers: Mapping[str, Handler]) -> None:
        """Opens the file and brings back what it holds. Raises StateProblem."""
        self._bare = handlers
        self._worlds = worlds
        self._file = StateFile(path)
        self._kept: dict[str, _Kept] = {}
        self.handlers: Mapping[str, Handler] = {
            operation: self._issuing(handler) if operation == _ISSUE_TOKEN else self._keeping(operation, handler)
            for operation, handler in handlers.items()
        }
        """The given ones, each of which first writes down what it is going to do. They raise StateProblem when that
        cannot be written; then nothing was done."""
        try:
            for kept in self._file.worlds():
                self._bring_back(kept)
            for world in worlds:
                self.settle(world)
        except BaseException:
            self._file.close()
            raise

    def settle(self, world: World) -> None:
        """Keep the world if it is not, or if its account has changed without a call that is kept, as a scenario may
        have it. Raises StateProblem."""
        kept = self._kept.get(world.name)
        if kept is None or kept.world is not world or kept.account != _account(world):
            self.checkpoint(world)

    def checkpoint(self, world: World) -> None:
        """Keep the world as it stands now. Raises StateProblem."""
        self._file.checkpoint(world.name, self._worlds.snapshot(world.name), world.clock.now(), system_now())
        self._kept[world.name] = _Kept(world, _account(world), 0)

    def align(self, named: str | None = None) -> None:
        """After the control plane has changed something: worlds that came are kept, worlds that went are forgotten, and
        the one it named is kept as it stands. Raises StateProblem; then nothing was kept of what it changed."""
        there = {world.name: world for world in self._worlds}
        for name in sorted(self._kept.keys() - there.keys(), key=lambda gone: gone == named):
            self._file.forget(name)
            del self._kept[name]
        for name, world in there.items():
            kept = self._kept.get(name)
            if name == named or kept is None or kept.world is not world:
                self.checkpoint(world)

    def undo(self, named: str | None, journal: Journal | None) -> None:
        """When that failed: the world it named is again what the file holds, with its journal, and worlds that are not
        in the file go. Raises StateProblem when it cannot be read."""
        for world in self._worlds:
            kept = self._kept.get(world.name)
            if kept is None or kept.world is not world:
                self._worlds.delete(world.name)
        held = None if named is None else self._file.world(named)
        if held is not None:
            world = self._bring_back(held)
            world.journal = world.journal if journal is None else journal

    def close(self) -> None:
        """Keep everything as it stands, if it can be written, and let go of the file. All that was acknowledged is in
        it anyway."""
        try:
            self.align()
            for world in self._worlds:
                self.checkpoint(world)
        except StateProblem as problem:
            _log.error("%s; what was acknowledged is in it, what was counted since is not", problem)
        finally:
            self._file.close()

    # ------------------------------------------------------------------------------------------------ calls kept

    def _keeping(self, operation: str, handler: Handler) -> Handler:
        async def keeping(call: Call) -> object:
            if _reads(call):
                return await handler(call)
            # Written first: what cannot be kept is not done, so there is nothing to undo.
            arguments = {
                name: list(value) if isinstance(value, tuple) else value for name, value in call.arguments.items()
            }
            self._append(call.world, KeptCall(call.at, system_now(), operation, arguments, call.body))
            try:
                return await handler(call)
            except Denied:
                raise
            except Exception:
                self.checkpoint(call.world)  # done again, it would fail again, and the mock would not start
                raise
            finally:
                self._shorten(call.world)

        return keeping

    def _issuing(self, handler: Handler) -> Handler:
        async def issuing(call: Call) -> object:
            account = call.world.gate.account
            before = account.snapshot()
            issued = await handler(call)
            # Written afterwards and without user and password: those of a call that was denied may be real ones.
            try:
                self._append(call.world, KeptCall(call.at, system_now(), _ISSUE_TOKEN, {}, None))
            except StateProblem:
                call.world.gate.account = Account.restore(account.settings, before)
                raise
            self._kept[call.world.name].account = _account(call.world)
            return issued

        return issuing

    def _append(self, world: World, call: KeptCall) -> None:
        self._file.append(world.name, call)
        self._kept[world.name].calls += 1

    def _shorten(self, world: World) -> None:
        """A snapshot in place of many calls. The calls are kept already, so it may as well be made later."""
        kept = self._kept[world.name]
        if kept.calls >= _CALLS_PER_CHECKPOINT:
            try:
                self.checkpoint(world)
            except StateProblem as problem:
                kept.calls = 0
                _log.error("%s; its calls are kept one by one", problem)

    # ------------------------------------------------------------------------------------------- worlds brought back

    def _bring_back(self, kept: KeptWorld) -> World:
        world = self._worlds.get(kept.name)
        try:
            if world is None:
                world = self._worlds.create_from_snapshot(kept.snapshot, kept.name, trusted=True)
            else:
                self._worlds.restore(kept.name, kept.snapshot, trusted=True)
        except (SnapshotProblem, ValueError) as problem:
            raise StateProblem(f"the state file {self._file.path}, world {kept.name}: {problem}") from None
        at, wall = kept.at, kept.wall
        for call in kept.calls:
            self._again(world, call)
            at, wall = max(at, call.at), call.wall
        _resume(world.clock, at, wall)
        self._kept[kept.name] = _Kept(world, _account(world), len(kept.calls))
        return world

    def _again(self, world: World, kept: KeptCall) -> None:
        """Carry a kept call out once more: the same time, the same arguments, so the same outcome."""
        if kept.operation == _ISSUE_TOKEN:
            world.gate.account.replace_token()
            return
        handler = self._bare.get(kept.operation)
        if handler is None:
            raise StateProblem(
                f"the state file {self._file.path} has a call of {kept.operation}, which is unknown here"
            )
        work = handler(Call(_NO_REQUEST, world, kept.at, 0, arguments=kept.arguments, body=kept.body))
        try:
            work.send(None)
        except (StopIteration, Denied):
            return
        except Exception as problem:
            raise StateProblem(
                f"the state file {self._file.path}, world {world.name}: a call of {kept.operation} cannot be done "
                f"again ({type(problem).__name__}: {problem}); start the version that wrote the file, or move it away"
            ) from problem
        raise StateProblem(f"{kept.operation} waited for something and cannot be done again")


def _resume(clock: WorldClock, at: Instant, wall: Instant) -> None:
    """World time went on while nobody served, unless it stands still."""
    away = 0 if clock.frozen else int(max(0, system_now() - wall) * clock.scale)
    clock.set(min(LATEST, max(clock.now(), at + away)))


def _account(world: World) -> tuple[object, ...]:
    """What of an account can change without a call of the API that is kept."""
    account = world.gate.account
    return (account.serial, account.token is None, account.terms_accepted, account.addresses)


def _reads(call: Call) -> bool:
    return call.match is not None and call.match.operation.method == "GET"


class Persist:
    """The innermost stage: what a call changes is on the disk before anything of its answer is made."""

    __slots__ = ("_durability",)

    def __init__(self, durability: Durability) -> None:
        self._durability = durability

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        try:
            self._durability.settle(call.world)
        except StateProblem as problem:
            if not _reads(call):
                return self._unanswered(call, problem)
            _log.error("%s; what the scenario has changed in %s is kept later", problem, call.world.name)
        try:
            return await proceed(call)
        except StateProblem as problem:
            return self._unanswered(call, problem)

    @staticmethod
    def _unanswered(call: Call, problem: StateProblem) -> Response:
        # No code of the contract says "not kept": the connection ends unanswered, as when a server dies.
        _log.error("%s; the call was neither carried out nor answered", problem)
        call.reason, call.answer = "state", None
        return Response(0, (), b"", Delivery(cut_after=0))
