"""Changes between two documents, and whom each of them breaks."""

from enum import StrEnum
from typing import NamedTuple


class Breaks(StrEnum):
    """Whom a change breaks."""

    CLIENT = "client"
    """A client written to the old document, against a server of the new one."""
    SERVER = "server"
    """A server written to the old document, asked by a client of the new one."""
    BOTH = "both"
    NONE = "none"


class Change(NamedTuple):
    """One difference between two documents."""

    kind: str
    """Stable: what and how, for example `property-removed`, `type-narrowed`, `operation-added`."""
    where: str
    """`POST /v3.0/api/Orders`, `POST /v3.0/api/Orders: body`, `answers: Order.lines[].price`, ..."""
    breaks: Breaks
    message: str
    """For people."""


class Direction(StrEnum):
    """Which way data of a schema travels; what makes a sender's life easier makes the receiver's harder."""

    REQUEST = "requests"
    ANSWER = "answers"

    @property
    def narrowed(self) -> Breaks:
        """Whom it breaks when less is allowed than before."""
        return Breaks.CLIENT if self is Direction.REQUEST else Breaks.SERVER

    @property
    def widened(self) -> Breaks:
        """Whom it breaks when more is allowed than before."""
        return Breaks.SERVER if self is Direction.REQUEST else Breaks.CLIENT
