"""The bill and the timeline: what the run would have done, and how its calls lay in time."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import MINUTE, SECOND
from elko_mock.grade.bill import Bill
from elko_mock.grade.judge import Judge
from elko_mock.grade.session import Facts, Session
from elko_mock.grade.timeline import MOST_SPANS, Timeline
from tests.unit.grade.script import CUT, HANG, START, Script, contract


def heard(script: Script) -> tuple[Bill, Timeline]:
    sitting = Judge([], contract()).hear(Session(Facts("w"), script.exchanges))
    return sitting.bill, sitting.timeline


class TestBill:
    def test_each_figure_is_counted(self) -> None:
        script = Script().new_token().products().products(query="elkoCode=1").order({1001: 2}, "PO-1", price=617.25)
        script.order({1001: 2}, "PO-2", price=0.1).cancel("1").reserve("r1", 12).refused("rate").refused("blocked")
        bill, _ = heard(script)
        assert bill.lines() == [
            "made 9 calls",
            "placed 2 orders for 617.35 EUR",
            "cancelled 1 order",
            "reserved 12 pieces",
            "blocked the account for 1 minute",
            "replaced the account's token once",
            "pulled the full product list once",
        ]

    def test_an_order_whose_answer_got_lost_was_placed_all_the_same(self) -> None:
        assert heard(Script().order({1001: 1}, delivery=CUT))[0].orders == 1

    def test_an_order_that_never_got_there_was_not(self) -> None:
        assert heard(Script().order({1001: 1}, answer=b"", delivery=HANG))[0].orders == 0

    def test_refused_orders_cost_nothing(self) -> None:
        script = Script().order({1001: 1}, status=400).order({1001: 1}, status=403).new_token(status=403)
        assert heard(script)[0] == Bill(calls=3)

    def test_sums_are_exact_to_the_cent_and_kept_by_currency(self) -> None:
        script = Script()
        for _ in range(1000):
            script.order({1001: 1}, price=0.1)
        script.order({1001: 1}, answer={"id": "9", "sum": 1234.5, "currency": "USD"})
        bill, _ = heard(script)
        assert bill.sums == {"EUR": Decimal("100.00"), "USD": Decimal("1234.50")}
        assert bill.lines()[1] == "placed 1,001 orders for 100.00 EUR and 1,234.50 USD"

    def test_a_sum_that_is_not_known_is_said_to_be(self) -> None:
        assert heard(Script().order({1: 1}, answer=b"{"))[0].lines()[1] == "placed 1 order for a sum not known"
        both = Script().order({1: 1}, answer=b"{").order({1: 1}, price=2)
        assert heard(both)[0].lines()[1] == "placed 2 orders for 2.00 EUR and a sum not known of 1"

    @given(st.lists(st.integers(0, 3), max_size=4), st.lists(st.integers(0, 3), max_size=4))
    def test_the_bill_of_two_runs_is_the_sum_of_their_bills(self, one: list[int], other: list[int]) -> None:
        def script(orders: list[int]) -> Script:
            made = Script()
            for pieces in orders:
                made.order({1001: 1}, price=pieces).reserve("r", pieces).refused("rate")
            return made

        both = heard(script(one))[0] + heard(script(other))[0]
        assert both == heard(script(one + other))[0]


class TestTimeline:
    @given(gaps=st.lists(st.floats(0, 20), min_size=1, max_size=150))
    def test_the_peak_is_the_most_calls_within_ten_seconds(self, gaps: list[float]) -> None:
        script = Script()
        for gap in gaps:
            script.wait(gap).orders()
        times = [one.at for one in script.exchanges]
        peak = max(sum(1 for other in times if at - 10 * SECOND < other <= at) for at in times)
        timeline = heard(script)[1]
        assert timeline.peak == peak
        assert sum(span.calls for span in timeline.spans) == len(times)

    @given(calls=st.sampled_from([601, 1300]), gap=st.floats(1, 4000))
    def test_a_long_session_is_drawn_in_a_bounded_number_of_spans(self, calls: int, gap: float) -> None:
        script = Script()
        for _ in range(calls):
            script.wait(gap).orders()
        timeline = heard(script)[1]
        assert len(timeline.spans) <= MOST_SPANS
        assert sum(span.calls for span in timeline.spans) == calls
        assert all(later.start - earlier.start >= timeline.width for earlier, later in pairwise(timeline.spans))

    def test_blocks_last_a_minute(self) -> None:
        script = Script().orders().refused("rate").refused("blocked").wait(60).orders().refused("rate")
        timeline = heard(script)[1]
        assert [(block.start - START, block.end - START) for block in timeline.blocks] == [
            (0, MINUTE),
            (MINUTE, 2 * MINUTE),
        ]
        assert sum(span.refused for span in timeline.spans) == 3

    def test_nothing_called_is_nothing_drawn(self) -> None:
        assert heard(Script().sink({}))[1] == Timeline()
