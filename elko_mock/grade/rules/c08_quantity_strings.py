"""C08: every form a quantity takes is survived."""

from dataclasses import dataclass

from elko_mock.grade.call import STOCK_READS, Call
from elko_mock.grade.rule import Rule, Severity, Source
from elko_mock.grade.session import Facts
from elko_mock.grade.sink import What, writes
from elko_mock.grade.survival import Survival
from elko_mock.grade.told import UNTOLD


@dataclass(frozen=True)
class QuantityStrings(Rule):
    """Data variants, and what becomes of the client and of its next order."""

    id = "C08"
    name = "quantity-strings"
    wording = 'survives the quantities "0", "8", ">50", "" and null'
    seen = (
        "A world with odd quantities: the exit status, the quantities of the orders that follow, and stock 0 written "
        "to the sink for what was told as more than a figure. Shows the last call before the end, the order or the "
        "write."
    )
    severity = Severity.ERROR
    sources = (Source.OBSERVED,)
    scenarios = ("odd-quantities",)
    fix = (
        'Read a quantity as text: an optional ">" and digits are a figure, anything else means not known. Never hand '
        "it to an integer parser as it came, and never take an unreadable one for 0."
    )

    def watch(self, facts: Facts) -> "QuantityStringsWatch":
        """Begin to watch a session."""
        return QuantityStringsWatch(self, facts)


class QuantityStringsWatch(Survival):
    """Holds which forms were met and which products were told as more than a figure."""

    nothing = "the client was not told odd quantities"
    kept = "survived them"
    hostile = "a world with odd quantities"

    def __init__(self, rule: QuantityStrings, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._more: set[int] = set()
        self._more_met = False
        self._none_met = False

    def meets(self, call: Call) -> bool:
        """Both a figure with `>` and one that is empty or null must have been told."""
        for told in call.told:
            if told.quantity is UNTOLD:
                continue
            stock = told.stock
            if stock is not None and stock.more:
                self._more_met = True
                self._more.add(told.code)
            else:
                self._more.discard(told.code)
                self._none_met = self._none_met or told.quantity is None or told.quantity == ""
        return self._more_met and self._none_met

    def miss(self) -> None:
        """Another figure may have been told there."""
        self._more.clear()

    def see(self, call: Call) -> None:
        """Look at what the client makes of the quantities."""
        super().see(call)
        if call.operation in STOCK_READS and not call.succeeded:
            self._more -= call.asked or frozenset(self._more)  # what is written then is C05's matter
        if call.is_sink:
            self._check_writes(call)
        purchase = call.purchase
        if purchase is None or not (self._more_met or self._none_met):
            return
        for line in purchase.lines:
            if line.pieces is None:
                self.fault(call, f"{call.line}: ordered {line.quantity!r} pieces of {line.code}")

    def _check_writes(self, call: Call) -> None:
        if not self._more:
            return
        for write in writes(call):
            wrong = self._more & write.codes if write.what is What.STOCK and write.zero else frozenset[int]()
            if wrong:
                self.fault(call, f'wrote {write.excerpt} for {min(wrong)}, which was told as ">" and a figure')
                return

    def end(self) -> None:
        """A bad end counts, unless the orders or the writes have said enough."""
        if not self.faults:
            super().end()

    def summary(self) -> str:
        """One sentence."""
        return "an odd quantity was not survived" if self.faults else super().summary()
