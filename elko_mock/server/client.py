"""A client of the control plane: worlds of a running mock from Python, over HTTP, with the standard library alone."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from elko_mock.clock import to_datetime
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.export import from_record

_TIMEOUT = 60.0


class ControlRefused(RuntimeError):
    """The control plane said no; `code` is stable, the message says what to do."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{detail} [{code}, {status}]")
        self.status = status
        self.code = code


class ControlClient:
    """The control plane of the mock at `url`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """`token`: the mock's --control-token, where it listens beyond loopback."""
        self.url = url.rstrip("/")
        self._token = token
        # No proxy of the environment: the mock is on this machine or beside it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method: str, path: str, body: object = None, *, query: Mapping[str, object] | None = None) -> Any:
        """One request; JSON comes as data, the rest as bytes. Raises ControlRefused, or OSError without an answer."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{self.url}{path}" + (f"?{urlencode(given)}" if given else "")
        request = urllib.request.Request(target, method=method)  # noqa: S310 - the caller's own mock
        if self._token is not None:
            request.add_header("X-Elko-Control-Token", self._token)
        if isinstance(body, bytes):
            request.data = body
            request.add_header("Content-Type", "application/octet-stream")
        elif body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                raw = answer.read()
                kind = answer.headers.get_content_type()
                return json.loads(raw) if kind == "application/json" else raw
        except urllib.error.HTTPError as refused:
            raise _refusal(refused) from None

    def create_world(self, **wanted: Any) -> "RemoteWorld":
        """A new world; `name`, `scenario`, `seed`, `products`, `clock`, `snapshot` as POST /_elko/worlds takes them."""
        return RemoteWorld(self, self.ask("POST", "/_elko/worlds", {k: v for k, v in wanted.items() if v is not None}))

    def world(self, name: str = "default") -> "RemoteWorld":
        """A world that is there. Raises ControlRefused when it is not."""
        return RemoteWorld(self, self.ask("GET", f"/_elko/worlds/{quote(name, safe='')}"))


def _refusal(refused: urllib.error.HTTPError) -> ControlRefused:
    try:
        problem = json.loads(refused.read())
        return ControlRefused(refused.code, problem["code"], problem["detail"])
    except (ValueError, KeyError, TypeError):
        return ControlRefused(refused.code, "unknown", f"the control plane answered {refused.code}")


class RemoteWorld:
    """One world of a running mock, as a test uses it."""

    def __init__(self, control: ControlClient, described: Mapping[str, Any]) -> None:
        self.control = control
        self.name: str = described["name"]
        self.scenario: str = described["scenario"]
        self.url = control.url
        """The mock's own address, without a path."""
        self.base_url = f"{control.url}{described['baseUrl']}"
        """What a client is configured with: the address with the API's base path."""
        self.token: str = described["token"] or ""
        """The account's token at the time the world was made; empty when it has none yet."""
        self.username: str = described["username"]
        self.password: str = described["password"]
        self.path = f"/_elko/worlds/{quote(self.name, safe='')}"
        self.clock = RemoteClock(self)
        self.journal = RemoteJournal(self)
        self.faults = RemoteFaults(self)

    @property
    def headers(self) -> dict[str, str]:
        """The `Authorization` header of this world's account."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def environment(self) -> dict[str, str]:
        """What a client program under test is given."""
        return {
            "ELKO_BASE_URL": self.base_url,
            "ELKO_TOKEN": self.token,
            "ELKO_USERNAME": self.username,
            "ELKO_PASSWORD": self.password,
        }

    def replace_token(self, second_factor: str = "000000") -> str:
        """What another user of the account may do any time: a new token, and the one in use is dead."""
        created = self.control.ask("POST", f"{self.path}/account/token", {"secondFactor": second_factor})
        self.token = created["token"]
        return self.token

    def account(self) -> dict[str, Any]:
        """Terms, addresses, token and limit as they stand."""
        return dict(self.control.ask("GET", f"{self.path}/account"))

    def reset(self) -> None:
        """Begin anew, as the scenario says."""
        self.token = self.control.ask("POST", f"{self.path}/reset")["token"] or ""

    def snapshot(self) -> bytes:
        """The whole world as bytes."""
        taken: bytes = self.control.ask("GET", f"{self.path}/snapshot")
        return taken

    def restore(self, snapshot: bytes) -> None:
        """Put a snapshot in the place of this world."""
        self.token = self.control.ask("PUT", f"{self.path}/snapshot", snapshot)["token"] or ""

    def delete(self) -> None:
        """Let the world go."""
        self.control.ask("DELETE", self.path)


class RemoteClock:
    """A world's time."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def now(self) -> datetime:
        """World time, UTC."""
        return to_datetime(self._ask("GET", "")["now"])

    def advance(self, seconds: float | timedelta | None = None, *, until: datetime | None = None) -> datetime:
        """Move forward by seconds (or a timedelta), or to an instant. Answers the new time."""
        if until is not None:
            return to_datetime(self._ask("POST", "/advance", {"until": until.isoformat()})["now"])
        step = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        return to_datetime(self._ask("POST", "/advance", {"seconds": step})["now"])

    def freeze(self) -> None:
        """Stand still."""
        self._ask("POST", "/freeze")

    def run(self, scale: float = 1.0) -> None:
        """Run, `scale` world seconds per real second."""
        self._ask("POST", "/run", {"scale": scale})

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return dict(self._world.control.ask(method, f"{self._world.path}/clock{path}", body))


class RemoteJournal:
    """What happened in a world."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def __iter__(self) -> Iterator[Exchange]:
        """All kept exchanges, oldest first."""
        return iter(self.select())

    def __len__(self) -> int:
        return self.count()

    def select(self, **conditions: object) -> list[Exchange]:
        """The exchanges that fit: operation, status, reason, method, path, since, until, unmatched, limit."""
        page = self._ask("GET", "", query={"limit": 100_000, **_lowered(conditions)})
        return [from_record(record) for record in page["exchanges"]]

    def count(self, **conditions: object) -> int:
        """How many fit."""
        return int(self._ask("GET", "/count", query=_lowered(conditions))["count"])

    def not_called(self) -> list[str]:
        """The operations no exchange has met."""
        return list(self._ask("GET", "/not-called"))

    def clear(self) -> None:
        """Forget what has been."""
        self._ask("DELETE", "")

    def export(self, form: str = "ndjson") -> bytes:
        """NDJSON, or HAR 1.2 as JSON."""
        exported = self._ask("GET", "/export", query={"format": form})
        return exported if isinstance(exported, bytes) else json.dumps(exported).encode()

    def _ask(self, method: str, path: str, *, query: Mapping[str, object] | None = None) -> Any:
        return self._world.control.ask(method, f"{self._world.path}/journal{path}", query=query)


class RemoteFaults:
    """What goes wrong in a world, and when."""

    def __init__(self, world: RemoteWorld) -> None:
        self._world = world

    def add(self, **fault: Any) -> None:
        """One entry as a scenario's `faults` holds it, for example `add(operation="createOrder", cut={"after": 0})`."""
        self._ask("POST", fault)

    def set(self, faults: Iterable[Mapping[str, Any]]) -> None:
        """Another plan in place of the present one."""
        self._ask("PUT", [dict(fault) for fault in faults])

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("DELETE")

    def list(self) -> list[dict[str, Any]]:
        """The plan as it stands."""
        return list(self._ask("GET"))

    def _ask(self, method: str, body: object = None) -> Any:
        return self._world.control.ask(method, f"{self._world.path}/faults", body)


def _lowered(conditions: Mapping[str, object]) -> dict[str, object]:
    """Booleans as a query writes them."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in conditions.items()}
