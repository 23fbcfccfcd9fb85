"""C14: every nullable property being null are survived."""

from dataclasses import dataclass

from elko_mock.grade.rule import Rule, Severity, Source
from elko_mock.grade.session import Facts
from elko_mock.grade.survival import Survival


@dataclass(frozen=True)
class NullTolerant(Rule):
    """A data variant and the client's exit status."""

    id = "C14"
    name = "null-tolerant"
    wording = "survives every nullable property being null"
    seen = (
        "A world made so: the client's exit status, against its good end in the calm world. Shows the last call "
        "before the end."
    )
    severity = Severity.ERROR
    sources = (Source.OBSERVED,)
    scenarios = ("nulls-everywhere",)
    fix = (
        "Every property the document calls nullable may be null, and null is sent rather than left out. Read each "
        "with a default, and skip a product you cannot use instead of stopping."
    )

    def watch(self, facts: Facts) -> Survival:
        """Begin to watch a session."""
        return NullTolerantWatch(self, facts)


class NullTolerantWatch(Survival):
    """Judged by how the session ends."""

    nothing = "the client was not run in a world of nulls"
    kept = "came to a good end in a world of nulls"
    hostile = "a world of nulls"
