"""The ledger of a run: what was looked at, what was found, what became of each operation's calls."""

from collections import Counter
from collections.abc import Iterable

from elko_mock.verify.model import Finding, Tally


class Ledger:
    """Collects while a run is under way; the verdict is made from it at the end. Of each check and operation, the
    smallest example is kept."""

    def __init__(self, operations: Iterable[str]) -> None:
        self._tallies = {operation: Tally(operation) for operation in operations}
        self._findings: dict[tuple[str, str, str], Finding] = {}
        self.looked: Counter[str] = Counter()
        """Check -> how often it looked at something."""
        self.nothing_there: dict[str, str] = {}
        """Operation or check -> why there was nothing to judge it by."""
        self.unjudged: dict[str, str] = {}
        """Check -> why it could not be judged."""

    def count(self, operation: str, *, sent: int = 0, judged: int = 0, succeeded: int = 0, held_back: int = 0) -> None:
        """Add to an operation's tally."""
        tally = self._tallies.get(operation, Tally(operation))
        self._tallies[operation] = Tally(
            operation,
            tally.sent + sent,
            tally.judged + judged,
            tally.succeeded + succeeded,
            tally.held_back + held_back,
        )

    def look(self, check: str, times: int = 1) -> None:
        """The check looked at something."""
        self.looked[check] += times

    def find(self, finding: Finding, *, kind: str = "") -> None:
        """Keep a finding; one of each check, operation and `kind`, that with the smallest example."""
        key = (finding.check, finding.operation, kind)
        known = self._findings.get(key)
        if known is None or _size(finding) < _size(known):
            self._findings[key] = finding

    def findings(self, check: str) -> tuple[Finding, ...]:
        """What a check found, in the order of the operations."""
        order = {operation: place for place, operation in enumerate(self._tallies)}
        found = [finding for (name, _, _), finding in self._findings.items() if name == check]
        return tuple(sorted(found, key=lambda one: order.get(one.operation, -1)))

    def failed_operations(self) -> set[str]:
        """The operations that something was found on."""
        return {operation for _, operation, _ in self._findings}

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """Per operation, in the document's order."""
        return tuple(self._tallies.values())


def _size(finding: Finding) -> int:
    return sum(one.size for one in finding.samples)
