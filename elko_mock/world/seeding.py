"""Seeding: a scenario becomes a world."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from elko_mock.clock import Instant, WorldClock, system_now
from elko_mock.exchange.journal import Journal
from elko_mock.faults.plan import FaultPlan
from elko_mock.gate.account import AccountSettings
from elko_mock.gate.gate import Gate
from elko_mock.scenario.model import DEFAULT_NAME, Scenario
from elko_mock.trade.trade import Trade
from elko_mock.world.catalogs import Catalogs
from elko_mock.world.world import World


@dataclass(frozen=True, slots=True)
class Soil:
    """What every world of a process has in common."""

    catalogs: Catalogs = field(default_factory=Catalogs)
    journal: Callable[[], Journal] = Journal
    """Makes an empty journal of the wanted bounds."""
    wall: Callable[[], Instant] = system_now
    """The machine's time, which a running world's clock follows."""
    salt: bytes = field(default=b"elko-mock", repr=False)
    """Under which tokens are fingerprinted."""


def account_settings(scenario: Scenario, name: str) -> AccountSettings:
    """The account of the world of that name: every world has a user of its own, `<user>+<name>`; the default world's
    is the scenario's as it stands, and it alone has the scenario's first token."""
    account = scenario.account
    if name == DEFAULT_NAME:
        return account
    return replace(account, username=f"{account.username}+{name}", first_token=None)


def seeded(name: str, scenario: Scenario, soil: Soil) -> World:
    """A new world of that name. Raises ValueError for a scenario whose catalogue cannot be had."""
    catalog = soil.catalogs.of(scenario)
    start = scenario.clock
    clock = WorldClock(start.start, frozen=start.frozen, scale=start.scale, source=soil.wall)
    opened = clock.now() if start.start is None else start.start
    return World(
        name,
        scenario,
        opened=opened,
        clock=clock,
        gate=Gate(account_settings(scenario, name), scenario.limit, changes=scenario.changes, opened=opened),
        trade=Trade(
            catalog,
            opened,
            twists=scenario.twists,
            rules=scenario.house,
            account=scenario.customer,
            seed=scenario.seed,
        ),
        faults=FaultPlan(scenario.faults, seed=scenario.seed, opened=opened),
        journal=soil.journal(),
        salt=soil.salt,
    )
