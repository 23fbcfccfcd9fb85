"""The limit, against the manual's sentence and against a naive count of everything that ever came."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.clock import DAY, MINUTE, SECOND
from elko_mock.gate.throttle import Limit, Ruling, Throttle, WindowKind

T = 1_772_000_000 * SECOND
PASSED, BEGINS, BLOCKED = Ruling.PASSED, Ruling.BLOCK_BEGINS, Ruling.BLOCKED


def test_manual_50_api_requests_per_10_seconds_when_exceeded_new_requests_are_blocked_for_1_minute() -> None:
    throttle = Throttle(Limit())
    assert [throttle.count(T + call) for call in range(50)] == [PASSED] * 50
    assert throttle.count(T + 50) is BEGINS
    assert throttle.count(T + 51) is BLOCKED
    assert throttle.count(T + 50 + MINUTE - 1) is BLOCKED
    assert throttle.count(T + 50 + MINUTE) is PASSED


def test_of_1000_calls_at_the_same_instant_exactly_50_pass() -> None:
    throttle = Throttle(Limit())
    rulings = [throttle.count(T) for _ in range(1000)]
    assert rulings == [PASSED] * 50 + [BEGINS] + [BLOCKED] * 949
    assert (throttle.blocks, throttle.blocked_for, throttle.blocked_until) == (1, MINUTE, T + MINUTE)


def test_the_window_slides_and_is_half_open() -> None:
    exactly = Throttle(Limit())
    for call in range(50):
        assert exactly.count(T + call) is PASSED
    assert exactly.count(T + 10 * SECOND) is PASSED  # the first call has just left the window
    too_early = Throttle(Limit())
    for call in range(50):
        too_early.count(T + call)
    assert too_early.count(T + 10 * SECOND - 1) is BEGINS


def test_five_calls_a_second_pass_for_ever_and_ten_do_not() -> None:
    calm = Throttle(Limit())
    assert {calm.count(T + second * SECOND) for second in range(1000) for _ in range(5)} == {PASSED}
    hasty = Throttle(Limit())
    assert BEGINS in {hasty.count(T + half * SECOND // 2) for half in range(20) for _ in range(5)}


def test_a_fixed_window_begins_anew_at_whole_multiples() -> None:
    throttle = Throttle(Limit(kind="fixed"))
    edge = T - T % (10 * SECOND) + 10 * SECOND
    assert {throttle.count(edge - 1) for _ in range(50)} == {PASSED}
    assert {throttle.count(edge) for _ in range(50)} == {PASSED}  # 100 within a microsecond: what fixed windows allow
    assert throttle.count(edge + 1) is BEGINS


def test_calls_made_while_blocked_may_extend_the_block() -> None:
    throttle = Throttle(Limit(calls=1, blocked_calls_extend=True))
    throttle.count(T)
    throttle.count(T)
    assert throttle.count(T + 50 * SECOND) is BLOCKED
    assert throttle.count(T + 60 * SECOND) is BLOCKED
    assert throttle.count(T + 120 * SECOND) is PASSED
    assert throttle.blocks == 1
    assert throttle.blocked_for == 120 * SECOND


def test_refused_calls_may_fill_the_window() -> None:
    hammering = [T, T, *(T + second * SECOND for second in range(1, 61))]
    forgiving = Throttle(Limit(calls=1))
    assert [forgiving.count(at) for at in hammering][-1] is PASSED
    strict = Throttle(Limit(calls=1, refused_calls_count=True))
    assert [strict.count(at) for at in hammering][-1] is BEGINS
    fixed = Throttle(Limit(calls=1, kind="fixed", window=MINUTE, block=SECOND, refused_calls_count=True))
    start = T - T % MINUTE
    assert [fixed.count(start + at) for at in (0, 1, 2, SECOND, SECOND + 1)] == [
        PASSED,
        BEGINS,
        BLOCKED,
        BLOCKED,
        BEGINS,
    ]


@pytest.mark.parametrize("calls", [None, 0])
def test_no_limit(calls: int | None) -> None:
    throttle = Throttle(Limit(calls=calls))
    assert {throttle.count(T) for _ in range(1000)} == {PASSED}
    assert throttle.left(T) is None


def test_no_block_refuses_each_call_over_the_limit_on_its_own() -> None:
    throttle = Throttle(Limit(calls=1, block=0))
    assert [throttle.count(at) for at in (T, T, T + 10 * SECOND)] == [PASSED, BEGINS, PASSED]
    assert (throttle.blocks, throttle.blocked_for) == (1, 0)


@pytest.mark.parametrize(("kind", "end"), [("sliding", T + 13 * SECOND), ("fixed", T + 10 * SECOND)])
def test_a_limit_used_up_by_others_is_free_again_exactly_one_window_later(kind: WindowKind, end: int) -> None:
    throttle = Throttle(Limit(kind=kind, block=0))
    throttle.use_up(T + 3 * SECOND)
    throttle.use_up(T)  # a clock that stepped back
    assert (throttle.left(end - 1), throttle.left(end)) == (0, 50)
    assert [throttle.count(at) for at in (T + 3 * SECOND, end - 1, end)] == [BEGINS, BEGINS, PASSED]


def test_a_clock_that_steps_back_stands_still() -> None:
    throttle = Throttle(Limit(calls=2))
    throttle.count(T)
    assert [throttle.count(T - DAY) for _ in range(2)] == [PASSED, BEGINS]
    assert throttle.blocked_until == T + MINUTE


@pytest.mark.parametrize(("calls", "window", "block"), [(-1, SECOND, 0), (1, 0, 0), (1, -SECOND, 0), (1, SECOND, -1)])
def test_rules_that_make_no_sense_are_refused(calls: int, window: int, block: int) -> None:
    with pytest.raises(ValueError, match=r"limit|window|block"):
        Limit(calls, window, block)


@dataclass
class Naive:
    """The rule as one would say it, keeping everything."""

    limit: Limit
    counted: list[int] = field(default_factory=list)
    until: int = 0

    def in_window(self, now: int) -> int:
        window = self.limit.window
        if self.limit.kind == "sliding":
            return sum(now - window < call <= now for call in self.counted)
        return sum(call // window == now // window for call in self.counted)

    def count(self, now: int) -> Ruling:
        rule = self.limit
        if now < self.until:
            ruling = BLOCKED
        elif self.in_window(now) < (rule.calls or 0):
            ruling = PASSED
        else:
            ruling = BEGINS
        if ruling is PASSED or rule.refused_calls_count:
            self.counted.append(now)
        if ruling is BEGINS or (ruling is BLOCKED and rule.blocked_calls_extend):
            self.until = now + rule.block
        return ruling

    def use_up(self, now: int) -> None:
        self.counted += [now] * (self.limit.calls or 0)

    def left(self, now: int) -> int:
        return 0 if now < self.until else max(0, (self.limit.calls or 0) - self.in_window(now))


limits = st.builds(
    Limit,
    calls=st.integers(1, 6),
    window=st.integers(1, 20),
    block=st.integers(0, 40),
    kind=st.sampled_from(["sliding", "fixed"]),
    blocked_calls_extend=st.booleans(),
    refused_calls_count=st.booleans(),
)


moments = st.tuples(st.integers(0, 12), st.sampled_from([False] * 9 + [True]))
"""How long after the last call, and whether others have used the limit up meanwhile."""


@settings(max_examples=400)
@given(limits, st.lists(moments, max_size=120), st.integers(0, 119))
def test_agrees_with_the_naive_count(limit: Limit, calls: list[tuple[int, bool]], saved_before: int) -> None:
    """Also when the throttle is saved and restored in the middle."""
    throttle, naive, now = Throttle(limit), Naive(limit), T
    for number, (gap, used_up) in enumerate(calls):
        now += gap
        if used_up:
            throttle.use_up(now)
            naive.use_up(now)
        assert throttle.left(now) == naive.left(now)
        if number == saved_before:
            state = throttle.snapshot()
            throttle = Throttle.restore(limit, state)
            assert throttle.snapshot() == state
        assert throttle.count(now) is naive.count(now)


@given(st.lists(st.integers(0, 5 * SECOND), min_size=1, max_size=400))
def test_no_stretch_of_10_seconds_ever_holds_more_than_50_passed_calls(gaps: list[int]) -> None:
    throttle, now, passed = Throttle(Limit()), T, []
    for gap in gaps:
        now += gap // 20
        if throttle.count(now) is PASSED:
            passed.append(now)
    assert all(passed[at + 50] - passed[at] >= 10 * SECOND for at in range(len(passed) - 50))


def test_memory_is_bounded_by_the_limit() -> None:
    throttle = Throttle(Limit(calls=5, block=0, refused_calls_count=True))
    for call in range(10_000):
        throttle.count(T + call)
    assert len(throttle.snapshot()["calls"]) == 5
