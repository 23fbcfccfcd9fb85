"""A mock as the provider: how it is recognised, a world of the run's own in it, and its clock."""

from dataclasses import dataclass
from typing import Any, Self

import httpx

from elko_mock.clock import SECOND
from elko_mock.verify.target import Target

_TIMEOUT = 10.0
_WORLDS = "/_elko/worlds"


@dataclass(frozen=True, slots=True)
class OwnWorld:
    """A world made for a run."""

    name: str
    token: str
    username: str
    password: str

    def __repr__(self) -> str:
        return f"<OwnWorld {self.name}>"


class MockControl:
    """The control plane of a mock on this machine."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._made: list[str] = []

    @classmethod
    def recognise(cls, target: Target) -> Self | None:
        """The mock behind a target: it is on this machine and says so at `/_elko/health`. None for anything else."""
        if not target.loopback:
            return None
        client = httpx.Client(base_url=f"{target.scheme}://{target.authority}", trust_env=False, timeout=_TIMEOUT)
        try:
            answer = client.get("/_elko/health")
            if answer.status_code == 200 and answer.json().get("product") == "elko-mock":
                return cls(client)
        except (httpx.HTTPError, ValueError, AttributeError):
            pass
        client.close()
        return None

    def make_world(self, *, limit: int) -> OwnWorld | None:
        """A fresh world with so many calls in ten seconds (0: no limit); None when the control plane wants a token."""
        made = self._ask("POST", _WORLDS, {"scenario": {"limit": {"calls": limit}}})
        if made is None or not made.get("token"):
            return None
        self._made.append(made["name"])
        return OwnWorld(made["name"], made["token"], made["username"], made["password"])

    def advance(self, world: str, microseconds: int) -> bool:
        """Move a world's clock; answers whether that could be done."""
        body = {"seconds": microseconds / SECOND}
        return self._ask("POST", f"{_WORLDS}/{world}/clock/advance", body) is not None

    def close(self) -> None:
        """Let go of the worlds that were made."""
        for world in self._made:
            self._ask("DELETE", f"{_WORLDS}/{world}")
        self._client.close()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        try:
            answer = self._client.request(method, path, json=body)
            data = answer.json() if answer.status_code == 200 else None
        except (httpx.HTTPError, ValueError):
            return None
        return data if isinstance(data, dict) else None


class MockTime:
    """A mock's time: it passes by moving the clocks of the run's worlds."""

    def __init__(self, control: MockControl, worlds: tuple[str, ...]) -> None:
        self._control = control
        self._worlds = worlds

    quick = True

    def pass_time(self, microseconds: int) -> None:
        """At once."""
        for world in self._worlds:
            self._control.advance(world, microseconds)
