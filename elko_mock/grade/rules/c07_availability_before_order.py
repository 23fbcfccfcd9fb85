"""C07: availability of every ordered code is asked shortly before the order."""

from dataclasses import dataclass

from elko_mock.clock import MINUTE, Instant
from elko_mock.grade.call import AVAILABILITY_READS, Call
from elko_mock.grade.reserved import Reserved
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class AvailabilityBeforeOrder(Rule):
    """Joins order lines with the availability calls before them."""

    id = "C07"
    name = "availability-before-order"
    wording = "asks availability of every ordered code shortly before ordering it"
    seen = (
        "A join of order lines with successful Availability and AvailabilityAndPrice calls by code; what is "
        "taken from a reservation needs none. Shows the order and the code that was not asked for."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("default", "calm")
    fix = (
        "Ask Catalog/Availability for all codes of an order in one call right before POST Orders, and order only what"
        " it says. The daily product list is hours old by then."
    )

    minutes: float = threshold(15.0, "how old the answer may be when the order is sent, in minutes")

    def watch(self, facts: Facts) -> "AvailabilityBeforeOrderWatch":
        """Begin to watch a session."""
        return AvailabilityBeforeOrderWatch(self, facts)


class AvailabilityBeforeOrderWatch(Watch[AvailabilityBeforeOrder]):
    """Holds when each code was last asked for."""

    nothing = "nothing was ordered"
    kept = "every ordered code had been asked for shortly before"

    def __init__(self, rule: AvailabilityBeforeOrder, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._asked: dict[int, Instant] = {}
        self._asked_all: Instant | None = None
        self._missed = False
        self._missing_until: Instant | None = None
        self._reserved = Reserved()

    def miss(self) -> None:
        """It may have been asked for there."""
        self._missed = True

    def see(self, call: Call) -> None:
        """Note what is asked, check what is ordered."""
        if self._missed:
            self._missed, self._missing_until = False, call.at
        if call.operation in AVAILABILITY_READS and call.succeeded:
            for code in call.asked:
                self._asked[code] = call.at
            if call.asks_all:
                self._asked_all = call.at
        self._reserved.see(call)
        purchase = call.purchase
        held = None if purchase is None else self._reserved.held_for(purchase)
        if purchase is None or held is None:
            return
        pieces = purchase.pieces
        wanted = {code for code in purchase.codes if code not in held or pieces.get(code, 0) > held[code]}
        for code in sorted(wanted):
            complaint = self._complaint(code, call.at)
            if complaint is None:
                self.occasions += 1
            elif self._missing_until is None or not self._lately(self._missing_until, call.at):
                self.fault(call, f"{call.line}: ordered {code}, {complaint}")

    def _complaint(self, code: int, now: Instant) -> str | None:
        times = [at for at in (self._asked.get(code), self._asked_all) if at is not None]
        if not times:
            return "never asked for its availability"
        latest = max(times)
        if self._lately(latest, now):
            return None
        return f"availability asked {(now - latest) / MINUTE:.1f} min before"

    def _lately(self, then: Instant, now: Instant) -> bool:
        return now - then <= self.rule.minutes * MINUTE
