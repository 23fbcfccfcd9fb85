"""The sink: takes whatever a client would write to its shop, so that a run shows what the shop would have believed."""

import orjson

from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.redaction import without_secrets
from elko_mock.server.control.problems import ControlProblem
from elko_mock.stages.record import recorded_request
from elko_mock.world.world import World
from elko_mock.world.worlds import Worlds

PREFIX = "/_elko/sink/"
SINK = "sink"
"""Stands in the journal where an operationId would."""


class Sink:
    """Any method, any path below /_elko/sink/. A first segment `@name` names the world; else it is found as for any
    other request: by token, by `X-Elko-World`, else the default one."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def answer(self, request: Request) -> Response:
        """200 with the body that came, as a shop's API answers a write; an empty object when there was none.
        Raises ControlProblem for a world that does not exist."""
        world = self._world(request)
        body = request.body if _is_json(request.body) else b"{}"
        headers = ((b"content-type", b"application/json; charset=utf-8"), (b"content-length", b"%d" % len(body)))
        response = Response(200, headers, body)
        journal = world.journal
        limit = journal.body_limit
        journal.append(
            Exchange(
                number=journal.next_number(),
                world=world.name,
                at=world.clock.now(),
                duration=0,
                request=recorded_request(request, limit),
                response=response._replace(body=without_secrets(body[:limit])),
                operation=SINK,
                credential=world.credential_of(request),
                request_length=len(request.body),
                response_length=len(body),
            )
        )
        return response

    def _world(self, request: Request) -> World:
        first = request.path.removeprefix(PREFIX).partition("/")[0]
        if not first.startswith("@"):
            return self._worlds.of(request)
        world = self._worlds.get(first[1:])
        if world is None:
            raise ControlProblem("unknown-world", f"there is no world {first[1:]!r}")
        return world


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
