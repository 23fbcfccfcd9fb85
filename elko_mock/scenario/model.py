"""A scenario: what one world is to pretend, as a frozen value."""

from dataclasses import dataclass, field
from pathlib import Path

from elko_mock.clock import Instant
from elko_mock.faults.plan import Rule
from elko_mock.gate.account import AccountSettings
from elko_mock.gate.gate import Change
from elko_mock.gate.throttle import Limit
from elko_mock.trade.account import Account as Customer
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.twists import NO_TWISTS, Twists

DEFAULT_NAME = "default"
DEFAULT_PRODUCTS = 2_300


@dataclass(frozen=True, slots=True)
class ClockStart:
    """How a world's clock begins."""

    start: Instant | None = None
    """None: the machine's time at the moment the world opens."""
    frozen: bool = False
    scale: float = 1.0
    """World seconds per real second."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that makes one world differ from another at its start. The default is business as usual."""

    name: str = DEFAULT_NAME
    line: str = "Business as usual."
    """One line of documentation."""
    seed: int = 1
    products: int = DEFAULT_PRODUCTS
    """How many products the generated catalogue has."""
    catalog: Path | None = None
    """The catalogue's file, in place of a generated one."""
    twists: Twists = NO_TWISTS
    house: HouseRules = field(default_factory=HouseRules)
    customer: Customer = field(default_factory=Customer)
    account: AccountSettings = field(default_factory=AccountSettings)
    limit: Limit = field(default_factory=Limit)
    changes: tuple[Change, ...] = ()
    """What happens to the account behind the client's back."""
    clock: ClockStart = field(default_factory=ClockStart)
    faults: tuple[Rule, ...] = ()

    def __str__(self) -> str:
        return self.name
