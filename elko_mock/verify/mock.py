"""A mock as the provider: how it is recognised, a world of the run's own in it, and its clock."""

from dataclasses import dataclass
from typing import Any, Self

import httpx

from elko_mock.clock import SECOND, stopwatch
from elko_mock.verify.target import Target
from elko_mock.wire.json_codec import read_json
from elko_mock.wire.undecodable import Undecodable

_TIMEOUT = 10.0
"""Seconds, for a byte and for a whole answer."""
_LARGEST = 1024 * 1024
"""Bytes of an answer; those of a mock have a few hundred."""
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
        """The mock behind a target: it is on this machine and says so at `/_elko/health`. None for anything else,
        whatever it answers there."""
        if not target.loopback:
            return None
        client = httpx.Client(
            base_url=f"{target.scheme}://{target.authority}",
            headers={"Accept-Encoding": "identity"},
            trust_env=False,
            timeout=_TIMEOUT,
        )
        control = cls(client)
        if (control._ask("GET", "/_elko/health") or {}).get("product") == "elko-mock":
            return control
        client.close()
        return None

    def make_world(self, *, limit: int) -> OwnWorld | None:
        """A fresh world with so many calls in ten seconds (0: no limit); None when the control plane wants a token."""
        made = self._ask("POST", _WORLDS, {"scenario": {"limit": {"calls": limit}}})
        said = [(made or {}).get(name) for name in ("name", "token", "username", "password")]
        if not all(isinstance(one, str) and one for one in said):
            return None
        own = OwnWorld(*map(str, said))
        self._made.append(own.name)
        return own

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
        """What the control plane answers with 200; None for anything that no mock answers."""
        try:
            with self._client.stream(method, path, json=body) as answer:
                data = read_json(_whole(answer), None) if answer.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, Undecodable):
            return None
        return data if isinstance(data, dict) else None


def _whole(answer: httpx.Response) -> bytes:
    """The body as sent. Raises Undecodable when it is too large, or takes too long."""
    started, raw = stopwatch(), b""
    for piece in answer.iter_raw():
        raw += piece
        if len(raw) > _LARGEST or stopwatch() - started > _TIMEOUT * SECOND:
            raise Undecodable("", "no mock answers that much, or so slowly")
    return raw


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
