"""C05: a refused read never becomes stock 0, price 0 or a deletion."""

from dataclasses import dataclass
from typing import NamedTuple

from elko_mock.grade.call import PRODUCT_READS, STOCK_READS, Call
from elko_mock.grade.rule import MOST_EVIDENCE, Rule, Severity, Source, Watch, threshold
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

    habit: int = threshold(2, "zeros right after a failed read that are held against a shop with numbers of its own")

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
        """The last success that the journal did not keep, or not whole: what it told is not known."""
        self._listed: tuple[int, frozenset[int]] | None = None
        """The codes of the last full list that came whole."""
        self._told_nothing_left = False
        self._just_read: int | None = None
        """The one code that the last product read named, until something is written."""
        self._suspects: list[tuple[Call, str]] = []
        """Zeros for a number that only the shop knows, each right after a failed read of one product."""
        self._suspected = 0
        self._strays = 0
        """Zeros for such numbers that no failed read explains."""

    def miss(self) -> None:
        """Anything may have been told there."""
        self._order += 1
        self._unread = self._order

    def see(self, call: Call) -> None:
        """A read teaches something or fails; a sink call is held against it."""
        self._order += 1
        if call.is_sink:
            self._written(call)
        elif call.purchase is not None and call.carried_out:
            # The shop may have sold its last piece; what it orders for that is its own arithmetic.
            for code in call.purchase.codes & self._known.keys():
                self._known[code] = self._known[code]._replace(no_stock=True)
        elif call.operation in PRODUCT_READS:
            self._just_read = next(iter(call.asked)) if len(call.asked) == 1 else None
            if call.succeeded:
                self._learn(call)
            elif call.status not in _ANSWERS_ALL_THE_SAME or call.exchange.fault is not None:
                self._note_failure(call)

    def _written(self, call: Call) -> None:
        found = list(writes(call))
        if self._last_failed is not None:
            self.occasions += 1
        zeros = [write for write in found if write.zero]
        known = [write for write in zeros if self._judge(call, write)]
        if zeros and not known:
            self._suspect(call, zeros[0])
        if found:
            self._just_read = None

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
            prices = [one for one in (told.price, told.list_price) if one is not UNTOLD]
            no_price = not all(prices) if prices else before is not None and before.no_price
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

    def _judge(self, call: Call, write: Write) -> bool:
        """Whether it can be told what product the write is about; faults it if nothing bears it out."""
        mine = {code for code in write.codes if code in self._known or code in self._failed}
        if not mine and self._failed_list is not None and not self._unread:
            mine = set(write.codes)
        for code in sorted(mine):
            failure = self._failure_of(code)
            if failure is not None and self._unfounded(code, write.what, failure[0]):
                self.fault(call, _unsaid(write, code, failure[1]))
                break
        return bool(mine)

    def _unfounded(self, code: int, what: What, failed_at: int) -> bool:
        """Whether nothing the client was told bears it out, and a failed read is the last thing it heard."""
        known = self._known.get(code)
        if known is None:
            return not self._unread and not self._left_out(code)
        return known.order <= failed_at and self._unread <= known.order and not self._said(code, what)

    def _said(self, code: int, what: What) -> bool:
        """Whether the last telling about the product is that it is out of stock, has no price, or is gone."""
        known = self._known.get(code)
        if known is None or what is What.DELETE:
            return self._left_out(code) or (known is not None and known.no_stock and known.no_price)
        return known.no_stock if what is What.STOCK else known.no_price

    def _left_out(self, code: int) -> bool:
        return self._listed is not None and code not in self._listed[1]

    def _suspect(self, call: Call, write: Write) -> None:
        """The shop's own numbers. If nothing was ever told to have run out, every zero is one too many. Else one right
        after a failed read of one product may be about that product, and `end` sees whether there is a habit in it."""
        failure = self._last_failed
        if failure is not None and failure[0] >= self._last_learned and not self._unread and not self._gone_told:
            self.fault(call, f"wrote {write.excerpt} after {failure[1].line}, and no answer had said so")
            return
        code = self._just_read
        failure = None if code is None else self._failed.get(code)
        if code is not None and failure is not None and self._unfounded(code, write.what, failure[0]):
            self._suspected += 1
            if len(self._suspects) < MOST_EVIDENCE:
                self._suspects.append((call, _unsaid(write, code, failure[1])))
        elif code is None or not self._said(code, write.what):
            self._strays += 1

    @property
    def _gone_told(self) -> bool:
        """Whether anything is known to have run out, or to be no longer there."""
        return self._told_nothing_left or self._listed is not None

    def end(self) -> None:
        """A habit shows; the user's own assertion, if there is one, has the last word."""
        if self._suspected >= self.rule.habit and self._suspected > self._strays:
            for call, excerpt in self._suspects:
                self.fault(call, excerpt)
            self.faults += self._suspected - len(self._suspects)
        if self.ending.assertion is not None:
            self.occasions += 1
            if self.ending.assertion != 0:
                self.fault(None, f"the assertion command ended with exit status {self.ending.assertion}")


def _unsaid(write: Write, code: int, failed: Call) -> str:
    return f"wrote {write.excerpt} for {code}, which no answer said; the read was {failed.line}"
