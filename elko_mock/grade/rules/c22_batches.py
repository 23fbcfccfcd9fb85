"""C22: the list forms are used instead of one call per product."""

from collections import deque
from dataclasses import dataclass

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import PRODUCT_READS, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class Batches(Rule):
    """Runs of calls to one operation that name one code each."""

    id = "C22"
    name = "batches"
    wording = "uses the list forms instead of one call per product"
    seen = (
        "Calls to one operation that name a single code each, for different codes in a short time. Shows the last one"
        " of the row."
    )
    severity = Severity.INFO
    sources = (Source.OBSERVED,)
    scenarios = ("default", "calm")
    fix = (
        "Descriptions, media, products and availability take many codes in one call, comma-joined; 50 at a time do "
        "well. One call per product spends the limit of 50 calls in ten seconds on 50 products."
    )

    singles: int = threshold(10, "single-code calls to one operation that are let pass")
    seconds: float = threshold(60.0, "time in which they count, in seconds")

    def watch(self, facts: Facts) -> "BatchesWatch":
        """Begin to watch a session."""
        return BatchesWatch(self, facts)


class BatchesWatch(Watch[Batches]):
    """Holds the recent single-code calls of each operation."""

    nothing = "too few products were asked for to make a list worth while"
    kept = "products were asked for in lists"

    def __init__(self, rule: Batches, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._recent: dict[str, deque[tuple[Instant, int]]] = {}

    def see(self, call: Call) -> None:
        """Count single-code calls for different codes."""
        if call.operation not in PRODUCT_READS or not call.asked:
            return
        if len(call.asked) > 1:
            self.occasions += 1
            return
        recent = self._recent.setdefault(call.operation or "", deque(maxlen=self.rule.singles + 1))
        recent.append((call.at, min(call.asked)))
        while call.at - recent[0][0] > self.rule.seconds * SECOND:
            recent.popleft()
        if len({code for _, code in recent}) > self.rule.singles:
            spent = (call.at - recent[0][0]) / SECOND
            self.fault(call, f"{call.line}: single code number {len(recent)} in {spent:.1f} s")
            recent.clear()
