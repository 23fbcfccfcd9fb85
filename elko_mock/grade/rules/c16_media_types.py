"""C16: each media type asked for is read, with charset and byte order mark."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source
from elko_mock.grade.session import Facts
from elko_mock.grade.survival import Survival


@dataclass(frozen=True)
class MediaTypes(Rule):
    """Negotiation variants and the client's exit status."""

    id = "C16"
    name = "media-types"
    wording = "reads each media type it asks for, with charset and byte order mark"
    seen = (
        "A world that answers in another of the types the client accepts, with a charset and a byte order mark: the "
        "client's exit status. Shows the last call before the end."
    )
    severity = Severity.WARNING
    sources = (Source.MANUAL,)
    scenarios = ("media-types",)
    fix = (
        "Accept only what you can read, look at Content-Type before you parse, and skip a byte order mark. A client "
        "that sends text/plain or */* is answered JSON, and must read it as such."
    )

    def watch(self, facts: Facts) -> Survival:
        """Begin to watch a session."""
        return MediaTypesWatch(self, facts)


class MediaTypesWatch(Survival):
    """Judged by how the session ends."""

    nothing = "the client was not run in a world that varies its media types"
    kept = "read what it was sent"
    hostile = "a world that varies its media types"

    def meets(self, call: Call) -> bool:
        """A varied answer must have been given."""
        return call.status == 200 and call.operation is not None and call.exchange.fault is not None
