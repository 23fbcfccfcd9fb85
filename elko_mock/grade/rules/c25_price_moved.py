"""C25: a price that changed between availability and order is handled."""

from dataclasses import dataclass
from typing import Any

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts
from elko_mock.grade.told import UNTOLD, read_amount, read_code


@dataclass(frozen=True)
class PriceMoved(Rule):
    """The order's answer names another price than the client had been told."""

    id = "C25"
    name = "price-moved"
    wording = "handles a price that changed between availability and order"
    seen = (
        "An order's answer with another price than the last one told: a crash, or a later order that still names the "
        "old price. A lower price for many pieces is none that moved. Shows the order, the price told and the price "
        "charged."
    )
    severity = Severity.WARNING
    sources = (Source.INFERRED,)
    scenarios = ("price-changed-at-order", "black-friday")
    fix = (
        "Compare the price of each line of the answer with the one you reckoned with, and cancel while the order is "
        "open if it is too dear. Take over the new price at once."
    )

    def watch(self, facts: Facts) -> "PriceMovedWatch":
        """Begin to watch a session."""
        return PriceMovedWatch(self, facts)


class PriceMovedWatch(Watch[PriceMoved]):
    """Holds the last price of each code, as told and as charged."""

    nothing = "no price changed between what was told and what was charged"
    kept = "went on with the new price, or let the order go"

    def __init__(self, rule: PriceMoved, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._told: dict[int, float] = {}
        self._volumes: dict[int, Any] = {}
        """Code -> the price for many pieces; None when there is none."""
        self._stale: dict[int, tuple[float, float]] = {}
        """Code -> the price told before, and the one charged since."""
        self._moved: Call | None = None
        self._after = 0

    def see(self, call: Call) -> None:
        """Note prices, compare what orders say."""
        self._after += 1
        for told in call.told:
            price = read_amount(told.price)
            if price is not None:
                self._told[told.code] = price
                self._stale.pop(told.code, None)
            if told.volume is not UNTOLD:
                self._volumes[told.code] = told.volume
        purchase = call.purchase
        if purchase is None:
            return
        for line in purchase.lines:
            old = self._stale.get(line.code or 0)
            if old is not None and read_amount(line.price) == old[0] != old[1]:
                self.fault(call, f"{call.line}: still {old[0]} for {line.code}, although {old[1]} was charged before")
        if call.status == 200:
            self._compare(call)

    def _compare(self, call: Call) -> None:
        rows = call.answered("lines")
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict):
                continue
            code, charged = read_code(row.get("elkoCode")), read_amount(row.get("price"))
            if code is None or charged is None:
                continue
            told = self._told_for(code, row.get("quantity"), charged)
            if told is not None and abs(charged - told) >= 0.005:
                self.occasions += 1
                self._stale[code] = (told, charged)
                if told == self._told[code]:
                    self._told[code] = charged
                self._moved, self._after = call, 0

    def _told_for(self, code: int, pieces: Any, charged: float) -> float | None:
        """The price told for so many pieces. None when it is not known: a lower one than told may be that for many,
        which only the product list tells."""
        told, volume = self._told.get(code), self._volumes.get(code, UNTOLD)
        if told is None:
            return None
        if volume is UNTOLD:
            return told if pieces == 1 or charged > told else None
        return volume.price if volume is not None and isinstance(pieces, int) and pieces >= volume.pieces else told

    def end(self) -> None:
        """A crash right after the news is one that was not handled."""
        if self._moved is None or self.facts.calm is False or not self.ending.known:
            return
        if (self.ending.crashed or self.ending.timed_out or (self.ending.exit_status or 0) < 0) and self._after <= 3:
            self.fault(self._moved, f"{self._moved.line}; {self._after} more calls, then {self.ending.story}")
