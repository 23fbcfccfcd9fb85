"""A world: one isolated account with its trade, gate, faults, journal and clock. The owner of all mutable state."""

from collections import Counter

from elko_mock.clock import Instant, WorldClock
from elko_mock.exchange.exchange import NO_CREDENTIAL, Credential
from elko_mock.exchange.journal import Journal
from elko_mock.exchange.messages import Request
from elko_mock.faults.plan import FaultPlan
from elko_mock.gate.bearer import credential
from elko_mock.gate.gate import Gate
from elko_mock.scenario.model import Scenario
from elko_mock.trade.trade import Trade


class World:
    """Everything that one token stands for. Its parts are replaced as a whole when it is reset or restored."""

    __slots__ = (
        "_known_bearer",
        "clock",
        "faults",
        "gate",
        "journal",
        "name",
        "opened",
        "refusals",
        "salt",
        "scenario",
        "trade",
    )

    def __init__(
        self,
        name: str,
        scenario: Scenario,
        *,
        opened: Instant,
        clock: WorldClock,
        gate: Gate,
        trade: Trade,
        faults: FaultPlan,
        journal: Journal,
        salt: bytes = b"",
    ) -> None:
        self.name = name
        self.scenario = scenario
        """What it started from; its accounts and names are the world's own."""
        self.opened = opened
        """World time at its start."""
        self.clock = clock
        self.gate = gate
        self.trade = trade
        self.faults = faults
        self.journal = journal
        self.refusals: Counter[str] = Counter()
        """How often each reason (a denial's, or a trade refusal's code) has been given."""
        self.salt = salt
        """Under which tokens are fingerprinted."""
        self._known_bearer: tuple[str, Credential] = ("", NO_CREDENTIAL)

    @property
    def seed(self) -> int:
        """What its catalogue and its chances are drawn from."""
        return self.scenario.seed

    def credential_of(self, request: Request) -> Credential:
        """What may be recorded of the token that a request carries. Only the world's own is remembered, never one that
        may be live elsewhere."""
        authorization = request.authorization
        if authorization is None:
            return NO_CREDENTIAL
        value, known = self._known_bearer
        if value == authorization:
            return known
        made = credential(authorization, self.salt)
        if self.gate.authorise(authorization) is None:
            self._known_bearer = (authorization, made)
        return made

    def become(self, other: "World") -> None:
        """Take over another world's whole state and keep the name: for everyone who holds this world it is reset."""
        for part in World.__slots__:
            if part != "name":
                setattr(self, part, getattr(other, part))

    def __repr__(self) -> str:
        return f"<World {self.name}>"
