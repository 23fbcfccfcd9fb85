"""C01 to C04: the limit, the block, and what a 403 means, judged on generated journals with and without the fault."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elko_mock.grade.rule import Result
from tests.unit.grade.script import Script, finding, verdict_of

PASS, FAIL, NOT = Result.PASS, Result.FAIL, Result.NOT_EXERCISED


class TestC01Rate:
    @given(gaps=st.lists(st.floats(0, 30), max_size=200), refused=st.booleans())
    def test_is_broken_just_when_51_calls_lie_within_ten_seconds(self, gaps: list[float], refused: bool) -> None:
        script = Script()
        for gap in gaps:
            script.wait(gap)
            script.refused("address") if refused else script.orders()
        times = [one.at for one in script.exchanges]
        broken = any(times[n] - times[n - 50] < 10_000_000 for n in range(50, len(times)))
        assert verdict_of("C01", script) is (FAIL if broken else PASS if len(times) > 50 else NOT)

    @given(calls=st.integers(51, 120), over=st.integers(1, 9_000_000))
    def test_a_burst_is_found_wherever_it_lies(self, calls: int, over: int) -> None:
        script = Script().good_day(1, 60)
        burst_at = len(script.exchanges)
        for _ in range(calls):
            script.wait(over / calls / 1_000_000).orders()
        script.good_day(2, 60)
        found = finding("C01", script)
        assert found.result is FAIL
        assert burst_at < (found.evidence[0].exchange or 0) <= burst_at + 51

    @given(seed=st.integers(0, 999))
    def test_the_ordinary_day_keeps_it(self, seed: int) -> None:
        assert verdict_of("C01", Script().good_day(seed, 70)) is PASS

    def test_a_call_exactly_ten_seconds_after_the_first_of_fifty_is_let_pass(self) -> None:
        script = Script()
        for _ in range(50):
            script.orders()
        assert verdict_of("C01", script.wait(10).orders()) is PASS
        assert verdict_of("C01", Script().orders().wait(9.999999).orders()) is NOT

    @pytest.mark.parametrize(("calls", "expected"), [(50, NOT), (51, PASS)])
    def test_there_is_an_occasion_once_the_limit_could_have_been_broken(self, calls: int, expected: Result) -> None:
        script = Script()
        for _ in range(calls):
            script.wait(1).orders()
        assert verdict_of("C01", script) is expected

    def test_what_is_written_to_the_shop_does_not_count(self) -> None:
        script = Script()
        for _ in range(100):
            script.sink({"a": 1})
        assert verdict_of("C01", script) is NOT

    def test_one_long_burst_is_one_fault_and_its_peak_is_named(self) -> None:
        script = Script()
        for _ in range(80):
            script.wait(0.01).orders()
        found = finding("C01", script)
        assert (found.faults, found.evidence[0].exchange) == (1, 51)
        assert "80 calls" in found.summary

    def test_two_bursts_are_two_faults(self) -> None:
        script = Script()
        for _ in range(2):
            script.wait(60)
            for _ in range(80):
                script.wait(0.01).orders()
        assert [piece.exchange for piece in finding("C01", script).evidence] == [51, 131]

    def test_the_threshold_can_be_set(self) -> None:
        script = Script()
        for _ in range(30):
            script.orders()
        assert finding("C01", script, thresholds={"calls": 20}).result is FAIL


def blocked(first: int = 0, **more: Any) -> Script:
    """Fifty calls and the one too many."""
    script = Script().good_day(first, 5).wait(20)
    for _ in range(50):
        script.wait(0.05).orders()
    return script.wait(0.05).refused("rate", "/Orders", **more)


class TestC02BlockRespected:
    @given(pause=st.floats(1.0, 200), seed=st.integers(0, 99))
    @example(pause=59.9999999, seed=0)  # a minute to the microsecond
    def test_the_first_call_after_the_refusal_comes_after_a_minute_or_breaks_it(self, pause: float, seed: int) -> None:
        script = blocked(seed).wait(pause)
        early = round(pause * 1_000_000) < 60_000_000
        if early:
            script.refused("blocked", "/Orders")
        script.wait(60).good_day(seed)
        assert verdict_of("C02", script) is (FAIL if early else PASS)

    @given(pauses=st.lists(st.floats(1.0, 20), min_size=1, max_size=6))
    @example(pauses=[19.999999999999996, 19.999999999999996, 20.0])  # a minute to the microsecond
    def test_every_late_call_into_the_block_is_counted(self, pauses: list[float]) -> None:
        script = blocked()
        inside, passed = 0, 0
        for pause in pauses:
            passed += round(pause * 1_000_000)
            if passed < 60_000_000:
                inside += 1
                script.wait(pause).refused("blocked", "/Orders")
        found = finding("C02", script)
        assert found.result is FAIL
        assert found.faults == inside

    def test_one_retry_at_once_breaks_it(self) -> None:
        assert verdict_of("C02", blocked().wait(0.02).refused("blocked", "/Orders").wait(70).orders()) is FAIL

    def test_calls_in_flight_do_not(self) -> None:
        script = blocked()
        for code in range(8):
            script.wait(0.002).refused("blocked", f"/Catalog/MediaItems/{1000 + code}")
        assert verdict_of("C02", script.wait(60).orders()) is PASS

    @given(scale=st.sampled_from([1.0, 20.0]), real=st.integers(1, 140), workers=st.integers(1, 45))
    def test_nor_do_those_of_many_workers_that_come_one_upon_the_other(
        self, scale: float, real: int, workers: int
    ) -> None:
        script = blocked()
        for code in range(workers):
            script.wait((500 + real) * scale / 1_000_000)
            script.refused("blocked", f"/Catalog/MediaItems/{1000 + code}")
        script.wait(60).orders()
        assert verdict_of("C02", script, scale=scale) is PASS
        assert verdict_of("C03", script, scale=scale) is PASS

    def test_a_slow_refusal_leaves_time_for_many_calls(self) -> None:
        script = blocked(duration=200_000)
        for code in range(30):
            script.wait(0.006).refused("blocked", f"/Catalog/MediaItems/{1000 + code}")
        assert verdict_of("C02", script.wait(60).orders()) is PASS
        assert verdict_of("C03", script) is PASS

    @given(pause=st.floats(0.5, 5), calls=st.integers(3, 10))
    def test_one_that_takes_no_notice_breaks_it_though_it_asks_for_something_else_each_time(
        self, pause: float, calls: int
    ) -> None:
        script = blocked()
        for code in range(calls):
            script.wait(pause).refused("blocked", f"/Catalog/MediaItems/{1000 + code}")
        assert verdict_of("C02", script.wait(61).orders()) is FAIL

    def test_a_new_token_asked_for_at_once_breaks_it(self) -> None:
        script = blocked().wait(0.002).new_token(status=403, reason="blocked").wait(61).orders()
        found = finding("C02", script)
        assert found.result is FAIL
        assert "60.0 s of the block still to go: POST /v3.0/api/Token" in found.evidence[0].excerpt

    def test_a_tight_loop_is_left_to_c03(self) -> None:
        script = blocked()
        for _ in range(8):
            script.wait(0.01).refused("blocked", "/Orders")
        script.wait(61).orders()
        assert verdict_of("C02", script) is NOT, "no fault of this rule, and no pass"
        assert verdict_of("C03", script) is FAIL

    def test_another_block_that_was_respected_is_a_pass(self) -> None:
        script = blocked()
        for _ in range(8):
            script.wait(0.01).refused("blocked", "/Orders")
        script.wait(61).orders().wait(9).refused("rate", "/Orders").wait(61).orders()
        assert verdict_of("C02", script) is PASS

    def test_a_call_after_a_tight_loop_is_not(self) -> None:
        script = blocked()
        for _ in range(8):
            script.wait(0.01).refused("blocked", "/Orders")
        assert verdict_of("C02", script.wait(10).refused("blocked", "/Orders")) is FAIL

    def test_without_a_block_there_is_no_occasion(self) -> None:
        assert verdict_of("C02", Script().good_day().refused("address").refused("token")) is NOT

    def test_a_block_already_under_way_is_over_when_a_call_is_let_in(self) -> None:
        script = Script().refused("blocked", "/Orders").wait(20).orders().wait(1).orders()
        assert verdict_of("C02", script) is PASS
        assert verdict_of("C02", Script().refused("blocked").wait(20).refused("blocked")) is FAIL

    def test_a_shorter_block_of_the_mock_excuses_nothing(self) -> None:
        script = blocked().wait(5).orders()
        assert verdict_of("C02", script) is FAIL
        assert finding("C02", script, thresholds={"block_seconds": 5.0}).result is PASS

    def test_calls_to_the_shop_may_go_on(self) -> None:
        assert verdict_of("C02", blocked().wait(5).sink({"a": 1}).wait(60).orders()) is PASS


class TestC03NoHammering:
    @given(
        spacing=st.one_of(st.just(0.0), st.floats(0.001, 3)),  # a clock that stands still tells nothing of the spacing
        times=st.integers(1, 30),
        reason=st.sampled_from(["blocked", "address", "terms"]),
        seed=st.integers(0, 99),
    )
    def test_repeating_closely_is_a_loop(self, spacing: float, times: int, reason: str, seed: int) -> None:
        script = Script().good_day(seed).refused(reason, "/Orders")
        for _ in range(times):
            script.wait(spacing).refused(reason, "/Orders")
        close = round(spacing * 1_000_000) < 1_000_000
        assert verdict_of("C03", script.wait(99).good_day(seed)) is (FAIL if close and times >= 3 else PASS)

    @given(different=st.integers(1, 30))
    def test_different_calls_are_a_loop_when_they_cannot_all_have_been_in_flight(self, different: int) -> None:
        script = Script()
        for code in range(different):
            script.wait(0.01).refused("address", f"/Catalog/MediaItems/{1000 + code}")
        assert verdict_of("C03", script) is (FAIL if different > 11 else PASS)

    def test_a_dead_token_is_not_its_business(self) -> None:
        script = Script()
        for _ in range(9):
            script.wait(0.01).refused("token", "/Orders")
        assert verdict_of("C03", script) is NOT

    def test_the_evidence_tells_the_length(self) -> None:
        script = Script().good_day(3)
        for _ in range(6):
            script.wait(0.1).refused("address", "/Orders")
        found = finding("C03", script)
        assert found.evidence[0].exchange == 13
        assert "5 more calls in 0.50 s, 5 of them repeats" in found.evidence[0].excerpt


def met(script: Script, cause: str, did: frozenset[str]) -> None:
    """A refusal for a cause, and what the client does about it."""
    script.wait(1).refused(cause, "/Orders")
    if "wait" in did:
        script.wait(61)
        script.refused(cause, "/Orders") if len(did) > 1 else None
    if "token" in did:
        script.wait(1).new_token()
    if "give up" not in did:
        script.wait(1).orders()


class TestC04ToldApart:
    REACTIONS = st.frozensets(st.sampled_from(["wait", "token"]))

    @given(rate=REACTIONS, token=REACTIONS, address=REACTIONS, last=st.booleans())
    def test_three_different_reactions_keep_it(
        self, rate: frozenset[str], token: frozenset[str], address: frozenset[str], last: bool
    ) -> None:
        address |= {"give up"} if last else set()
        script = Script().good_day()
        for cause, did in (("rate", rate), ("token", token), ("address", address)):
            met(script, cause, did)
        different = len({rate, token, address}) == 3
        assert verdict_of("C04", script) is (PASS if different else FAIL)

    @given(causes=st.lists(st.sampled_from(["rate", "token", "address"]), max_size=2))
    def test_two_causes_are_no_occasion(self, causes: list[str]) -> None:
        script = Script()
        for cause in causes:
            met(script, cause, frozenset())
        assert verdict_of("C04", script) is NOT

    def test_waiting_first_and_then_refreshing_is_telling_them_apart(self) -> None:
        script = Script().good_day()
        met(script, "rate", frozenset({"wait"}))
        met(script, "token", frozenset({"wait", "token"}))
        met(script, "address", frozenset({"wait", "token", "give up"}))
        assert verdict_of("C04", script) is PASS

    @pytest.mark.parametrize("did", [frozenset(), frozenset({"wait"}), frozenset({"token"})])
    def test_one_reaction_for_all_breaks_it_and_names_the_two(self, did: frozenset[str]) -> None:
        script = Script().good_day()
        for cause in ("rate", "token", "address"):
            met(script, cause, did)
        found = finding("C04", script)
        assert found.result is FAIL
        assert "rate block and dead token" in found.evidence[0].excerpt
