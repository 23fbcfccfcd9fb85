"""C15: unknown properties and new enum values are survived."""

from dataclasses import dataclass

from elko_mock.grade.rule import Rule, Severity, Source
from elko_mock.grade.session import Facts
from elko_mock.grade.survival import Survival


@dataclass(frozen=True)
class UnknownTolerant(Rule):
    """A data variant and the client's exit status."""

    id = "C15"
    name = "unknown-tolerant"
    wording = "survives unknown properties and new enum values"
    seen = (
        "A world made so: the client's exit status, against its good end in the calm world. Shows the last call "
        "before the end."
    )
    severity = Severity.WARNING
    sources = (Source.INFERRED,)
    scenarios = ("unknown-fields",)
    fix = (
        "Ignore properties you do not know, and treat an enum value you do not know as other. The service adds both "
        "without notice."
    )

    def watch(self, facts: Facts) -> Survival:
        """Begin to watch a session."""
        return UnknownTolerantWatch(self, facts)


class UnknownTolerantWatch(Survival):
    """Judged by how the session ends."""

    nothing = "the client was not run in a world with unknown properties"
    kept = "came to a good end in a world with unknown properties"
    hostile = "a world with unknown properties"
