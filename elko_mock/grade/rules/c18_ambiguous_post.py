"""C18: after a POST whose answer got lost, look before posting again."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.doubt import order_id, tells_of
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class AmbiguousPost(Rule):
    """An order whose answer was cut, and what the client does next."""

    id = "C18"
    name = "ambiguous-post"
    wording = "after a POST whose answer got lost, looks before it posts again"
    seen = (
        "An order is accepted and its answer cut: before the same order is posted again, GET Orders must have been "
        "answered, or GET Orders/{id} for that very order. Shows both posts."
    )
    severity = Severity.ERROR
    sources = (Source.INFERRED,)
    scenarios = ("lost-answer",)
    fix = (
        "A POST without an answer may have been carried out: ask GET Orders for your customerPo first, and post again"
        " only if it is not there. Take POST out of your HTTP library's automatic retries."
    )

    def watch(self, facts: Facts) -> "AmbiguousPostWatch":
        """Begin to watch a session."""
        return AmbiguousPostWatch(self, facts)


class AmbiguousPostWatch(Watch[AmbiguousPost]):
    """Holds the orders whose answers got lost and have not been looked for."""

    nothing = "no answer to an order got lost"
    kept = "looked, or did not post again"

    def __init__(self, rule: AmbiguousPost, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._lost: list[Call] = []

    def see(self, call: Call) -> None:
        """A lost answer begins the doubt, a look ends it."""
        if self._lost:
            self._lost = [before for before in self._lost if not tells_of(call, order_id(before))]
        purchase = call.purchase
        if purchase is None:
            return
        for before in self._lost:
            if before.purchase is not None and before.purchase.same_order(purchase):
                self.fault(call, f"{call.line}: posted again, and nobody knew what became of exchange {before.number}")
                break
        if call.lost and call.method == "POST":
            self.occasions += 1
            self._lost.append(call)
