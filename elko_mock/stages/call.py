"""A call: one request on its way through the stages, and what each of them found out about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from elko_mock.clock import Instant
from elko_mock.contract.contract import Match
from elko_mock.exchange.exchange import NearMiss, Violation
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pieces import Pieces
from elko_mock.world.world import World


@dataclass(slots=True)
class Call:
    """Mutable while the request is under way; `record` makes a frozen exchange of it at the end."""

    request: Request
    world: World
    at: Instant
    number: int
    match: Match | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Bound parameters: canonical name -> typed value."""
    body: Any = field(default=None, repr=False)
    """The request's body as data, once decoded."""
    answer: "Answer | None" = field(default=None, repr=False)
    """What the handler gave, not yet in any representation."""
    reason: str | None = None
    fault: str | None = None
    near_miss: NearMiss | None = None
    violations: tuple[Violation, ...] = ()
    packed: tuple[bytes, bytes] | None = field(default=None, repr=False)
    """The answer's body as compressed, and as it was before."""
    shown: tuple[bytes, bytes | Pieces] | None = field(default=None, repr=False)
    """The answer's body as sent, and as the journal shows it, where that is known before it is recorded."""
    example: bool = False
    """The answer is an example made from the document, not real behaviour."""


class Answer(NamedTuple):
    """A handler's outcome: a status of the contract and data in the wire's shape."""

    status: int
    data: Any

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"


class Refuse(Protocol):
    """Turns a "no" into an answer of the contract; the one table of codes and bodies stands behind it."""

    def forbidden(self, call: Call, reason: str) -> Response:
        """403, the same body whatever the cause."""

    def no_route(self, call: Call) -> Response:
        """404 for a path no operation has."""

    def wrong_method(self, call: Call, allow: Sequence[str]) -> Response:
        """405 with `Allow`."""

    def bad_request(self, call: Call, violations: Sequence[Violation]) -> Response:
        """400 saying what was wrong and where."""

    def status(self, call: Call, status: int) -> Response | None:
        """The service's own answer with that status; None for one it does not use."""
