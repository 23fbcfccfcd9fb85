"""C17: the same order is not placed twice."""

from collections import OrderedDict
from dataclasses import dataclass

from elko_mock.clock import HOUR, Instant
from elko_mock.grade.call import Call
from elko_mock.grade.doubt import named_order, order_id, tells_of
from elko_mock.grade.purchase import Purchase
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts
from elko_mock.grade.shortfall import missing_by_code


@dataclass(frozen=True)
class NoDoubleOrder(Rule):
    """Joins accepted orders with each other."""

    id = "C17"
    name = "no-double-order"
    wording = "does not place the same order twice"
    seen = (
        "A join of accepted orders: the same customer reference, or the same lines to the same address within a day, "
        "and the first one not cancelled. A blind repetition after a lost answer is C18's. Shows both orders."
    )
    severity = Severity.ERROR
    sources = (Source.OBSERVED,)
    scenarios = ("default", "calm", "lost-answer", "sold-out-at-checkout")
    fix = (
        "Give every order of your shop one customerPo, and look for it among GET Orders before posting. Mark the "
        "order as sent in your database before the call, not after it."
    )

    hours: float = threshold(24.0, "within this time the same lines to the same address are the same order, in hours")
    trust_references: bool = threshold(
        False, "two orders with different references are different, whatever their lines"
    )

    def watch(self, facts: Facts) -> "NoDoubleOrderWatch":
        """Begin to watch a session."""
        return NoDoubleOrderWatch(self, facts)


class _Placed:
    """An accepted order that still stands."""

    def __init__(self, call: Call, purchase: Purchase) -> None:
        self.number = call.number
        self.at: Instant = call.at
        self.purchase = purchase
        self.id = order_id(call)
        self.missing = missing_by_code(call)
        self.unseen = call.lost
        """Its answer got lost, and the client has not looked since."""


class NoDoubleOrderWatch(Watch[NoDoubleOrder]):
    """Holds the accepted orders, by reference and by contents."""

    nothing = "nothing was ordered"
    kept = "no order was placed twice"

    def __init__(self, rule: NoDoubleOrder, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._by_reference: dict[str, _Placed] = {}
        self._by_contents: OrderedDict[tuple[object, object], _Placed] = OrderedDict()
        self._unseen: list[_Placed] = []

    def see(self, call: Call) -> None:
        """Note accepted orders and compare each with those before."""
        for placed in self._unseen:
            placed.unseen = not tells_of(call, placed.id)
        self._unseen = [placed for placed in self._unseen if placed.unseen]
        if call.operation == "cancelOrder" and call.status == 200:
            self._forget(named_order(call))
        elif call.operation == "createOrder" and call.carried_out:
            self._placed(call)

    def _placed(self, call: Call) -> None:
        purchase = call.purchase
        if purchase is None or not purchase.lines:
            return
        self.occasions += 1
        before = self._twin(purchase, call.at)
        if before is not None and not before.unseen:
            why = (
                "the same reference"
                if purchase.reference == before.purchase.reference != ""
                else "the same lines to the same address"
            )
            self.fault(call, f"{call.line}: {why} as exchange {before.number}")
        placed = _Placed(call, purchase)
        if placed.unseen:
            self._unseen.append(placed)
        if purchase.reference:
            self._by_reference[purchase.reference] = placed
        if purchase.contents:
            self._by_contents[purchase.contents, purchase.address] = placed
            self._by_contents.move_to_end((purchase.contents, purchase.address))
        self._let_go(call.at)

    def _twin(self, purchase: Purchase, now: Instant) -> _Placed | None:
        """The order that this one repeats. Other lines under one reference are another parcel of the same customer's,
        and what was missing may be ordered again."""
        before = self._by_reference.get(purchase.reference)
        if before is not None and _repeats(purchase, before):
            return before
        before = self._by_contents.get((purchase.contents, purchase.address))
        if before is None or now - before.at >= self.rule.hours * HOUR or not _repeats(purchase, before):
            return None
        different = purchase.reference and before.purchase.reference
        return None if different and self.rule.trust_references else before

    def _let_go(self, now: Instant) -> None:
        """Contents are compared within a day only, so older ones need not be kept."""
        while self._by_contents:
            key, oldest = next(iter(self._by_contents.items()))
            if now - oldest.at < self.rule.hours * HOUR:
                return
            del self._by_contents[key]

    def _forget(self, order: str) -> None:
        self._by_reference = {key: one for key, one in self._by_reference.items() if one.id != order}
        for key in [key for key, one in self._by_contents.items() if one.id == order]:
            del self._by_contents[key]


def _repeats(purchase: Purchase, before: _Placed) -> bool:
    """Whether anything is ordered again that was not missing before."""
    pieces = purchase.pieces
    if not pieces or not before.purchase.pieces:
        return True
    common = pieces.keys() & before.purchase.pieces.keys()
    return any(pieces[code] > before.missing.get(code, 0) for code in common)
