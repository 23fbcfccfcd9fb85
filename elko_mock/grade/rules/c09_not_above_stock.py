"""C09: no more is ordered than there was last told to be."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.reserved import Reserved
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts
from elko_mock.grade.told import UNTOLD, Stock


@dataclass(frozen=True)
class NotAboveStock(Rule):
    """Joins order lines with the last figure told for each code."""

    id = "C09"
    name = "not-above-stock"
    wording = "does not order more than it was last told there is"
    seen = (
        "A join of order lines with the last figure told by any answer; what is taken from a reservation is left out. "
        "Shows the order, the figure and what was asked."
    )
    severity = Severity.WARNING
    sources = (Source.INFERRED,)
    scenarios = ("default", "calm", "odd-quantities", "sold-out-at-checkout")
    fix = (
        "Compare each line with the figure of the last availability answer and cut it down or leave it out. Read "
        '">50" as at least 50, and an empty or missing figure as not known.'
    )

    def watch(self, facts: Facts) -> "NotAboveStockWatch":
        """Begin to watch a session."""
        return NotAboveStockWatch(self, facts)


class NotAboveStockWatch(Watch[NotAboveStock]):
    """Holds the last figure told for each code."""

    nothing = "nothing was ordered whose stock had been told as a figure"
    kept = "every order stayed within the figures told"

    def __init__(self, rule: NotAboveStock, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._stock: dict[int, Stock | None] = {}
        self._reserved = Reserved()

    def miss(self) -> None:
        """Another figure may have been told there."""
        self._stock.clear()

    def see(self, call: Call) -> None:
        """Note figures, check orders."""
        for told in call.told:
            if told.quantity is not UNTOLD:
                self._stock[told.code] = told.stock
        self._reserved.see(call)
        purchase = call.purchase
        held = None if purchase is None else self._reserved.held_for(purchase)
        if purchase is None or held is None:
            return
        for code, pieces in sorted(purchase.pieces.items()):
            stock, reserved = self._stock.get(code), held.get(code, 0)
            if stock is None or pieces <= reserved:
                continue
            self.occasions += 1
            if pieces - reserved > stock.pieces and not stock.more:
                besides = f" besides {reserved} reserved" if reserved else ""
                self.fault(
                    call, f"{call.line}: ordered {pieces - reserved} of {code}{besides}, last told {stock.pieces}"
                )
