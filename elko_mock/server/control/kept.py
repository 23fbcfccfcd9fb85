"""The control plane over a state file: what a request changes is on the disk before it is answered, or else undone."""

import logging
import re

from elko_mock.exchange.asgi import ASGIApp, Message, Receive, Scope, Send, send_response
from elko_mock.exchange.messages import header
from elko_mock.server.control.app import problem_response
from elko_mock.server.control.problems import ControlProblem
from elko_mock.server.durability import Durability
from elko_mock.world.state_file import StateProblem
from elko_mock.world.worlds import WORLD_HEADER, Worlds

_log = logging.getLogger("elko_mock")
_NAMED = re.compile(r"/_elko/worlds/([^/]+)")
_JOURNAL_ALONE = re.compile(r"/_elko/worlds/[^/]+/journal|/_elko/sink/|/__admin/(?!reset)")
"""Paths that touch a journal at most, which is not kept."""


class KeptControlPlane:
    """Stands before the control plane. The control plane does not await between a change and the end of its answer, so
    nothing comes between the two and the file."""

    def __init__(self, control: ASGIApp, durability: Durability, worlds: Worlds) -> None:
        self._control = control
        self._durability = durability
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of the control plane."""
        if scope["method"] == "GET" or _JOURNAL_ALONE.match(scope["path"]):
            await self._control(scope, receive, send)
            return
        named = self._named(scope)
        world = None if named is None else self._worlds.get(named)
        journal = None if world is None else world.journal
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        # Without the server's extensions, which would let an answer out past `hold`.
        await self._control({**scope, "extensions": {}}, receive, hold)
        try:
            if not (held and 400 <= held[0]["status"] < 500):  # a refusal has changed nothing
                self._durability.align(named)
        except StateProblem as problem:
            _log.error("%s; the control plane's change was undone", problem)
            self._durability.undo(named, journal)
            await send_response(scope, receive, send, problem_response(ControlProblem("not-kept", str(problem))))
            return
        for message in held:
            await send(message)

    def _named(self, scope: Scope) -> str | None:
        """The world that a request is about, if it is about one."""
        if found := _NAMED.match(scope["path"]):
            return found[1]
        if not scope["path"].startswith("/__admin"):
            return None
        name = header(scope["headers"], WORLD_HEADER)
        return self._worlds.default.name if name is None else name
