"""An exchange: one request, its answer, and all that was found out about the two."""

from enum import StrEnum
from typing import NamedTuple

from elko_mock.clock import Instant
from elko_mock.exchange.messages import Request, Response


class Side(StrEnum):
    """Whom a violation speaks of: request-side grades the client, response-side the provider."""

    REQUEST = "request"
    RESPONSE = "response"


class Violation(NamedTuple):
    """One departure from the contract: a finding, a value, never an exception."""

    side: Side
    code: str
    """Stable and short, for example `body.type`, `query.enum`, `response.schema`."""
    where: str
    """`body/lines/0/quantity`, `query/lang`, `header/authorization`, `response/0/price` ..."""
    message: str
    """For people: what is wrong and what was wanted."""


class CredentialForm(StrEnum):
    """How the `Authorization` value was written."""

    NONE = "none"
    BEARER = "bearer"
    TWO_SPACES = "two-spaces"
    BARE = "bare"
    QUOTED = "quoted"
    LINE_END = "line-end"
    OTHER_SCHEME = "other-scheme"


class Credential(NamedTuple):
    """What may be known of a token without the token."""

    form: CredentialForm
    fingerprint: str
    """Twelve hex digits: equal for equal tokens under one salt; found back only by trying tokens. Empty if none."""


class NearMiss(NamedTuple):
    """The operation a stray request probably meant."""

    operation: str
    """For example `GET /v3.0/api/Catalog/Products`."""
    differs: tuple[str, ...]
    """What to change, one sentence each."""


NO_CREDENTIAL = Credential(CredentialForm.NONE, "")


class Exchange(NamedTuple):
    """What happened, once it is over. Frozen; its bodies may be cut at the journal's limit."""

    number: int
    """1, 2, 3 ... within its world."""
    world: str
    at: Instant
    """World time at which the request was there."""
    duration: int
    """Microseconds of real time until the answer was ready."""
    request: Request
    response: Response | None
    """None when the connection was closed without an answer."""
    operation: str | None = None
    """The operationId, when the request matched one."""
    reason: str | None = None
    """Why it was refused: `terms`, `address`, `rate`, `blocked`, `token`, `route`, `method`, `validation`, or a trade
    refusal's code."""
    fault: str | None = None
    """Name of the fault that struck, if one did."""
    violations: tuple[Violation, ...] = ()
    credential: Credential = NO_CREDENTIAL
    near_miss: NearMiss | None = None
    request_length: int = 0
    """Bytes of the whole request body, however much of it was kept."""
    response_length: int = 0
    """Bytes of the whole answer's body as produced; what a fault kept back is not subtracted."""

    @property
    def status(self) -> int | None:
        """The answer's status code."""
        return None if self.response is None else self.response.status

    def __repr__(self) -> str:
        return f"<Exchange {self.number} {self.request.method} {self.request.path} {self.status}>"
