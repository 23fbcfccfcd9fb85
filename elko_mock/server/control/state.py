"""What the control plane works on, and what its verbs have in common."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elko_mock.clock import Instant, from_datetime, to_datetime
from elko_mock.contract.contract import Contract
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.server.control.problems import ControlProblem
from elko_mock.world.world import World
from elko_mock.world.worlds import Worlds


@dataclass(frozen=True, slots=True)
class ControlState:
    """The running mock as the control plane sees it."""

    contract: Contract
    worlds: Worlds
    personal: PersonalFields
    base_path: str
    """Path of the API below the mock's address, for example `/v3.0/api`."""

    def world(self, name: str) -> World:
        """The world of that name. Raises ControlProblem when there is none."""
        world = self.worlds.get(name)
        if world is None:
            raise ControlProblem("unknown-world", f"there is no world {name!r}")
        return world


def iso(at: Instant) -> str:
    """An instant for people: ISO 8601, UTC, microseconds."""
    return to_datetime(at).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(text: str, what: str) -> Instant:
    """An instant out of ISO 8601 or microseconds. Raises ControlProblem."""
    if text.isascii() and text.isdigit() and len(text) <= 16:
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
        return from_datetime(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise ControlProblem("bad-time", f"{what}: {text!r} is not a time such as 2026-03-02T09:00:00Z") from None


def described(state: ControlState, world: World) -> dict[str, Any]:
    """A world as the control plane shows it."""
    account = world.gate.account
    return {
        "name": world.name,
        "scenario": world.scenario.name,
        "seed": world.seed,
        "products": len(world.trade.catalog),
        "token": account.token,
        "username": account.settings.username,
        "password": account.settings.password,
        "baseUrl": state.base_path,
        "base_url": state.base_path,
        "time": iso(world.clock.now()),
        "exchanges": world.journal.count,
    }
