"""C05: a refused read never becomes stock 0, price 0 or a deletion."""

from dataclasses import dataclass
from typing import NamedTuple

from elko_mock.grade.call import PRODUCT_READS, STOCK_READS, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts
from elko_mock.grade.sink import What, Write, writes
from elko_mock.grade.told import UNTOLD

_ANSWERS_ALL_THE_SAME = frozenset({400, 404, 405})


@dataclass(frozen=True)
class RefusedIsNotZero(Rule):
    """Joins what the client wrote to the sink with what it had been told, and what it had been refused."""

    id = "C05"
    name = "403-is-not-zero"
    wording = "never turns a refused read into stock 0, price 0 or a deletion"
    seen = (
        "What the client writes to the sink after a read that was refused or failed, for products that no answer "
        "called sold out; or the user's own assertion command. Shows the write and the read behind it."
    )
    severity = Severity.ERROR
    sources = (Source.OBSERVED,)
    scenarios = (
        "rate-limited",
        "address-not-allowed",
        "maintenance",
        "flaky",
        "broken-json",
        "broken-xml",
        "three-403s",
        "token-rotated-midway",
    )
    fix = (
        "Write to the shop only what a complete answer with status 200 says; on anything else leave the shop as it "
        "is. A list that is missing a product is no news about it unless the list came whole."
    )

    def watch(self, facts: Facts) -> "RefusedIsNotZeroWatch":
        """Begin to watch a session."""
        return RefusedIsNotZeroWatch(self, facts)


class _Known(NamedTuple):
    """The last telling about a product."""

    order: int
    no_stock: bool
    no_price: bool


class RefusedIsNotZeroWatch(Watch[RefusedIsNotZero]):
    """Holds the last telling about each product and the last failed read that covered it."""

    nothing = "no read was refused, or nothing was written to the sink"
    kept = "after refused reads nothing was set to zero or deleted"

    def __init__(self, rule: RefusedIsNotZero, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._order = 0
        self._known: dict[int, _Known] = {}
        self._failed: dict[int, tuple[int, Call]] = {}
        self._failed_list: tuple[int, Call] | None = None
        self._last_failed: tuple[int, Call] | None = None
        self._last_learned = 0
        self._unread = 0
        """The last success that the journal did not keep whole: what it told is not known."""
        self._listed: tuple[int, frozenset[int]] | None = None
        """The codes of the last full list that came whole."""
        self._told_nothing_left = False

    def see(self, call: Call) -> None:
        """A read teaches something or fails; a sink call is held against it."""
        self._order += 1
        if call.is_sink:
            if self._last_failed is not None:
                self.occasions += 1
                for write in writes(call):
                    if write.zero:
                        self._judge(call, write)
        elif call.purchase is not None and call.carried_out:
            # The shop may have sold its last piece; what it orders for that is its own arithmetic.
            for code in call.purchase.codes & self._known.keys():
                self._known[code] = self._known[code]._replace(no_stock=True)
        elif call.operation in PRODUCT_READS:
            if call.succeeded:
                self._learn(call)
            elif call.status not in _ANSWERS_ALL_THE_SAME or call.exchange.fault is not None:
                self._note_failure(call)

    def _learn(self, call: Call) -> None:
        if call.operation not in STOCK_READS:
            return
        self._last_learned = self._order
        if not call.answer.whole or call.answer.value is None:
            self._unread = self._order
        here = set()
        for told in call.told:
            here.add(told.code)
            stock = told.stock
            before = self._known.get(told.code)
            no_stock = (
                (before is not None and before.no_stock) if told.quantity is UNTOLD else stock is None or stock.none
            )
            no_price = (before is not None and before.no_price) if told.price is UNTOLD else not told.price
            self._told_nothing_left = self._told_nothing_left or no_stock or no_price
            self._known[told.code] = _Known(self._order, no_stock, no_price)
        if call.answer.whole and isinstance(call.answer.value, list):
            if call.asks_all:
                self._listed = (self._order, frozenset(here))
            for code in call.asked - here:  # asked for and not there: the service does not know it
                self._known[code] = _Known(self._order, no_stock=True, no_price=True)

    def _note_failure(self, call: Call) -> None:
        failure = (self._order, call)
        self._last_failed = failure
        for code in call.asked:
            self._failed[code] = failure
        if not call.asked:
            self._failed_list = failure

    def _failure_of(self, code: int) -> tuple[int, Call] | None:
        """The last failed read that would have told about a product."""
        found = [one for one in (self._failed.get(code), self._failed_list) if one is not None]
        return max(found, key=lambda one: one[0], default=None)

    def _judge(self, call: Call, write: Write) -> None:
        mine = {code for code in write.codes if code in self._known or code in self._failed}
        if not mine and self._failed_list is not None and not self._unread:
            mine = set(write.codes)
        if not mine:
            self._judge_unknown(call, write)
            return
        for code in sorted(mine):
            failure = self._failure_of(code)
            if failure is not None and self._unfounded(code, write.what, failure[0]):
                self.fault(
                    call, f"wrote {write.excerpt} for {code}, which no answer said; the read was {failure[1].line}"
                )
                return

    def _unfounded(self, code: int, what: What, failed_at: int) -> bool:
        """Whether nothing the client was told bears it out, and a failed read is the last thing it heard."""
        known = self._known.get(code)
        if known is None:
            return not self._unread and not self._left_out(code)
        if known.order > failed_at or self._unread > known.order:
            return False
        if what is What.STOCK:
            return not known.no_stock
        if what is What.PRICE:
            return not known.no_price
        return not (self._left_out(code) or (known.no_stock and known.no_price))

    def _left_out(self, code: int) -> bool:
        return self._listed is not None and code not in self._listed[1]

    def _judge_unknown(self, call: Call, write: Write) -> None:
        """The shop's own numbers: held against the client only if it was never told that anything had run out."""
        failure = self._last_failed
        if failure is None or failure[0] < self._last_learned or self._unread:
            return
        if not self._told_nothing_left and self._listed is None:
            self.fault(call, f"wrote {write.excerpt} after {failure[1].line}, and no answer had said so")

    def end(self) -> None:
        """The user's own assertion, if there is one, has the last word."""
        if self.ending.assertion is not None:
            self.occasions += 1
            if self.ending.assertion != 0:
                self.fault(None, f"the assertion command ended with exit status {self.ending.assertion}")
