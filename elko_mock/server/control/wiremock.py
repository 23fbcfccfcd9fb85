"""WireMock's admin paths below /__admin/, over a world's journal, so that WireMock's own clients can ask it."""

import base64
import re
import uuid
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

import orjson

from elko_mock.clock import Instant, to_datetime
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import RawHeaders, Request, Response
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.server.control.patterns import matcher
from elko_mock.server.control.problems import ControlProblem, no_such
from elko_mock.server.control.state import instant
from elko_mock.world.world import World
from elko_mock.world.worlds import Worlds

_NAMESPACE = uuid.UUID("6f1f7a2e-6f2b-4a57-9a53-0c0d7f1f3f10")


class WireMockAdmin:
    """The world is named by `X-Elko-World`, else it is the default one."""

    def __init__(self, worlds: Worlds, personal: PersonalFields) -> None:
        self._worlds = worlds
        self._personal = personal

    def answer(self, request: Request) -> Response:
        """One admin request. Raises ControlProblem."""
        world = self._world(request)
        path = request.path.removeprefix("/__admin").rstrip("/")
        match request.method, path:
            case "GET", "/health":
                return _json({"status": "healthy", "message": "elko-mock is ok", "version": version("elko-mock")})
            case "GET", "/requests":
                return _json(self._listing(world.journal, **_bounds(request.query)))
            case "GET", "/requests/unmatched":
                return _json(self._listing(world.journal.select(unmatched=True)))
            case "POST", "/requests/count":
                test = matcher(_body(request))
                return _json({"count": sum(test(one) for one in world.journal), "requestJournalDisabled": False})
            case "POST", "/requests/find":
                test = matcher(_body(request))
                found = [self._logged(one)["request"] for one in world.journal if test(one)]
                return _json({"requests": found, "requestJournalDisabled": False})
            case ("DELETE", "/requests") | ("POST", "/requests/reset"):
                world.journal.clear()
                return _json({})
            case "POST", "/reset":
                self._worlds.reset(world.name)
                return _json({})
        raise ControlProblem(
            "unknown-path", f"{request.method} {request.path} is not among WireMock's paths served here"
        )

    def _world(self, request: Request) -> World:
        name = request.header(b"x-elko-world") or self._worlds.default.name
        world = self._worlds.get(name)
        if world is None:
            raise ControlProblem("unknown-world", f"there is no world {name!r}")
        return world

    def _listing(self, exchanges: Iterable[Exchange], since: Instant = 0, limit: int | None = None) -> dict[str, Any]:
        chosen = [one for one in exchanges if one.at >= since]
        chosen.reverse()  # WireMock tells the latest first
        logged = [self._logged(one) for one in chosen[:limit]]
        return {"requests": logged, "meta": {"total": len(logged)}, "requestJournalDisabled": False}

    def _logged(self, exchange: Exchange) -> dict[str, Any]:
        request, response = exchange.request, exchange.response
        request = request._replace(query=self._personal.hide_in_query(request.query))
        body = self._personal.hide(request.body)
        answered = b"" if response is None or not isinstance(response.body, bytes) else response.body
        at = to_datetime(exchange.at)
        host = request.header(b"host") or "localhost"
        return {
            "id": str(uuid.uuid5(_NAMESPACE, f"{exchange.world}/{exchange.number}")),
            "request": {
                "url": request.target,
                "absoluteUrl": f"http://{host}{request.target}",
                "method": request.method,
                "clientIp": request.client,
                "headers": _headers(request.headers),
                "cookies": {},
                "browserProxyRequest": False,
                "loggedDate": exchange.at // 1000,
                "loggedDateString": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "body": body.decode("utf-8", "replace"),
                "bodyAsBase64": base64.b64encode(body).decode(),
            },
            "response": {
                "status": exchange.status or 0,
                "headers": {} if response is None else _headers(response.headers),
                "body": self._personal.hide(answered).decode("utf-8", "replace"),
            },
            "wasMatched": exchange.operation is not None,
        }


def _headers(headers: RawHeaders) -> dict[str, str]:
    return {name.decode("latin-1").title(): value.decode("latin-1") for name, value in headers}


def _bounds(query: str) -> dict[str, int]:
    """`since` (ISO 8601) and `limit` of a listing. Raises ControlProblem."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    for name in given.keys() - {"since", "limit"}:
        raise ControlProblem("invalid-request", no_such("parameter", name, ("since", "limit")))
    bounds = {"since": instant(given["since"], "since")} if "since" in given else {}
    if "limit" in given:
        if re.fullmatch(r"[0-9]{1,9}", given["limit"]) is None:
            raise ControlProblem("invalid-request", f"limit: {given['limit']!r} is not a whole number")
        bounds["limit"] = int(given["limit"])
    return bounds


def _body(request: Request) -> Any:
    try:
        return orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError as wrong:
        raise ControlProblem("invalid-request", f"the body is not JSON: {wrong}") from None


def _json(data: Any) -> Response:
    body = orjson.dumps(data)
    headers = ((b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)))
    return Response(200, headers, body)
