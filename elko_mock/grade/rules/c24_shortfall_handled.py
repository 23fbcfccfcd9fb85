"""C24: an order accepted in part, or refused for stock, is handled."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts
from elko_mock.grade.shortfall import is_stock_refusal, missing_by_code


@dataclass(frozen=True)
class ShortfallHandled(Rule):
    """Less is delivered than was ordered, and the client goes on or fails."""

    id = "C24"
    name = "shortfall-handled"
    wording = "handles an order accepted in part, or refused for stock"
    seen = (
        "After an order that was cut down or refused for stock: a crash, or the same order posted again and again. An"
        " orderly end with a message is fine. Shows the order and what followed."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL,)
    scenarios = ("sold-out-at-checkout", "partial-delivery", "backorder")
    fix = (
        "Compare quantity with quantityRequested on every line of the answer, and read a 400 to an order as a "
        "business answer: put the rest on hold and tell the shop. Never post the same order again for want of stock."
    )

    repeats: int = threshold(1, "times the same order may be posted again after a refusal for stock")

    def watch(self, facts: Facts) -> "ShortfallHandledWatch":
        """Begin to watch a session."""
        return ShortfallHandledWatch(self, facts)


class ShortfallHandledWatch(Watch[ShortfallHandled]):
    """Holds the last order that fell short, and how often each was posted again since it was refused."""

    nothing = "no order fell short"
    kept = "orders that fell short were dealt with"

    def __init__(self, rule: ShortfallHandled, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._short: Call | None = None
        self._again: dict[tuple[object, object], int] = {}
        """By lines and address, for these make an order."""
        self._after = 0

    def see(self, call: Call) -> None:
        """A shortfall, and what comes after it."""
        self._after += 1
        purchase = call.purchase
        if purchase is None:
            return
        order = (purchase.contents, purchase.address)
        refused = is_stock_refusal(call)
        if not refused:
            self._again.pop(order, None)
            if not missing_by_code(call):
                return
        self.occasions += 1
        self._short, self._after = call, 0
        if refused:
            self._again[order] = again = self._again.get(order, -1) + 1
            if again == self.rule.repeats + 1:
                self.fault(call, f"{call.line}: the same order again, {again} times after it was refused for stock")

    def end(self) -> None:
        """A crash after a shortfall is one that was not handled."""
        if self._short is None or self.faults or self.facts.calm is False or not self.ending.known:
            return
        crashed = self.ending.crashed or self.ending.timed_out or (self.ending.exit_status or 0) < 0
        if crashed and self._after <= 3:
            self.fault(self._short, f"{self._short.line}; {self._after} more calls, then {self.ending.story}")

    def summary(self) -> str:
        """One sentence."""
        return "an order that fell short was not dealt with" if self.faults else super().summary()
