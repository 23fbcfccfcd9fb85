"""The verdict: several sessions together, grade, exit code; and that a large journal passes in one go."""

import resource
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.exchange.exchange import Exchange
from elko_mock.grade.config import read_grading
from elko_mock.grade.judge import Judge
from elko_mock.grade.profile import PROFILES
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rule import Result
from elko_mock.grade.session import Ending, Facts, Session
from elko_mock.grade.verdict import Exit, Grade, Verdict, verdict
from tests.unit.grade.script import Script, contract

RULES = [one() for one in rule_classes()]


def judged(*scripts: Script, profile: str = "standard") -> Verdict:
    """The verdict over sessions of which nothing but the journal is known."""
    judge = Judge(RULES, contract())
    sittings = [judge.hear(Session(Facts("w", f"s{n}"), script.exchanges)) for n, script in enumerate(scripts)]
    return verdict(PROFILES[profile], RULES, sittings)


def good_shop() -> Script:
    """A run that gives occasion to most rules and breaks none."""
    script = Script().products({1001: "8", 1002: ">50"}, "lang=EN").good_day(1, 60)
    script.refused("rate", "/Orders").wait(61).orders()
    script.sink({"update": [{"sku": "1001", "stock_quantity": 8}]})
    script.availability({1001: "8"}).order({1001: 1}, "PO-1", delivery=None)
    return script.reserve("r1").release("r1")


def result_of(found: Verdict, id_: str) -> Result:
    return next(one.finding.result for one in found.judged if one.rule.id == id_)


class TestTogether:
    def test_broken_in_one_session_is_broken(self) -> None:
        bad = Script().order({1001: 1}, "PO-1").order({1001: 1}, "PO-1")
        assert result_of(judged(good_shop(), bad, good_shop()), "C17") is Result.FAIL

    def test_the_evidence_shows_each_session_before_it_shows_one_twice(self) -> None:
        twice = Script()
        for number in range(3):
            twice.order({7000 + number: 1}, f"PO-{number}")
        judge = Judge(RULES, contract())
        sittings = [judge.hear(Session(Facts(name), twice.exchanges)) for name in ("one", "other")]
        (found,) = (one for one in verdict(PROFILES["standard"], RULES, sittings).judged if one.rule.id == "C07")
        assert [piece.world for piece in found.finding.evidence[:4]] == ["one", "other", "one", "other"]
        assert found.finding.faults == 6

    def test_kept_in_one_and_not_exercised_in_others_is_kept(self) -> None:
        assert result_of(judged(Script(), good_shop()), "C17") is Result.PASS

    def test_never_exercised_is_no_pass(self) -> None:
        assert result_of(judged(Script().good_day(), Script()), "C17") is Result.NOT_EXERCISED

    def test_evidence_names_the_session(self) -> None:
        script = Script().order({1001: 1}, "PO-1").order({1001: 1}, "PO-1")
        judge = Judge(RULES, contract())
        sitting = judge.hear(Session(Facts("the-world", "default"), script.exchanges))
        piece = sitting.findings["C17"].evidence[0]
        assert (piece.world, piece.exchange, piece.at) == ("the-world", 2, script.at)


class TestGrade:
    def test_nothing_broken_is_an_a(self) -> None:
        found = judged(good_shop())
        assert (found.grade, found.exit) == (Grade.A, Exit.PASSED)

    def test_one_warning_is_a_b_and_two_are_a_c(self) -> None:
        one = good_shop().reserve("r2")
        assert (judged(one).grade, judged(one).exit) == (Grade.B, Exit.PASSED)
        two = one.products({1001: "8"}, "lang=EN")
        assert (judged(two).grade, judged(two).exit) == (Grade.C, Exit.PASSED)

    def test_one_error_is_a_d_and_two_are_an_f(self) -> None:
        one = good_shop().order({1001: 1, 7777: 1}, "PO-1")
        assert {rule.rule.id for rule in judged(one).failed()} == {"C07", "C17"}
        assert (judged(one).grade, judged(one).exit) == (Grade.F, Exit.FAILED)
        single = good_shop().order({1001: 1}, "PO-1")
        assert (judged(single).grade, judged(single).exit) == (Grade.D, Exit.FAILED)

    def test_a_warning_fails_a_strict_run(self) -> None:
        assert judged(good_shop().reserve("r2"), profile="strict").exit is Exit.FAILED

    def test_too_little_is_neither_passed_nor_failed(self) -> None:
        for script in (Script(), Script().good_day()):
            found = judged(script)
            assert (found.grade, found.exit) == (Grade.UNGRADED, Exit.TOO_LITTLE)

    def test_an_error_weighs_more_than_too_little(self) -> None:
        assert judged(Script().order({1: 1}), profile="strict").exit is Exit.FAILED

    def test_the_sentence_counts_all_rules(self) -> None:
        assert judged(Script().good_day(0, 1)).sentence.endswith(" of 29 rules kept, 0 broken, 26 not exercised.")

    def test_the_share_that_must_be_exercised_can_be_set(self) -> None:
        grading = read_grading({"least_exercised": 0.1})
        judge = Judge(grading.rules, contract())
        sitting = judge.hear(Session(Facts("w"), Script().good_day().exchanges))
        assert verdict(grading.profile, grading.rules, [sitting]).exit is Exit.PASSED


class TestStumbling:
    @pytest.mark.parametrize("world", ["calm", "default"])
    def test_a_client_that_fails_on_a_usual_day_never_passes(self, world: str) -> None:
        judge = Judge(RULES, contract())
        wreck = judge.hear(Session(Facts(world, world), good_shop().exchanges, Ending(exit_status=1)))
        assert wreck.findings["C17"].result is Result.PASS
        found = verdict(PROFILES["standard"], RULES, [wreck])
        assert found.stumbled == [wreck]
        assert (found.grade, found.exit) == (Grade.UNGRADED, Exit.TOO_LITTLE)

    def test_a_bad_end_where_there_is_reason_to_is_none(self) -> None:
        judge = Judge(RULES, contract())
        refused = judge.hear(Session(Facts("w", "address-not-allowed"), good_shop().exchanges, Ending(exit_status=3)))
        assert verdict(PROFILES["standard"], RULES, [refused]).exit is Exit.PASSED


class TestJudge:
    @given(order=st.permutations(range(12)))
    def test_exchanges_that_ended_out_of_order_are_judged_as_they_began(self, order: list[int]) -> None:
        script = Script()
        for number in range(4):
            script.wait(60).availability({1001 + number: "8"}).wait(1).order({1001 + number: 1}, f"PO-{number}")
            script.wait(1).orders()
        exchanges = [script.exchanges[place] for place in order]
        findings = Judge(RULES, contract()).hear(Session(Facts("w"), exchanges)).findings
        assert findings["C07"].result is Result.PASS
        assert findings["C17"].result is Result.PASS

    @given(late=st.integers(65, 4000))
    @settings(max_examples=5)
    def test_a_long_call_that_ended_late_is_judged_where_it_began(self, late: int) -> None:
        script = Script()
        for _ in range(late + 1):
            script.wait(1).orders()
        first, *rest = script.exchanges
        sitting = Judge(RULES, contract()).hear(Session(Facts("w"), [*rest, first]))
        assert sitting.findings["C01"].result is Result.PASS
        assert (sitting.calls, sitting.missing) == (late + 1, 0)

    def test_a_journal_of_several_worlds_is_told_apart(self) -> None:
        one = Script().order({1001: 1}, "PO-1").exchanges
        other = [exchange._replace(world="other") for exchange in one]
        sittings = Judge(RULES, contract()).hear_journal([*one, *other])
        assert [sitting.facts.world for sitting in sittings] == ["w", "other"]
        assert all(sitting.findings["C17"].result is Result.PASS for sitting in sittings)

    def test_a_journal_whose_beginning_was_dropped_is_judged_to_its_end(self) -> None:
        exchanges = [one._replace(number=one.number + 5000) for one in good_shop().exchanges]
        sitting = Judge(RULES, contract()).hear(Session(Facts("w"), exchanges))
        assert sitting.calls == sum(not one.request.path.startswith("/_elko") for one in exchanges)

    def test_what_was_dropped_is_not_held_against_the_client(self) -> None:
        script = Script().products({1001: "8"}).availability({1001: "8", 1002: ">50", 1003: "9"})
        script.order({1001: 1}, "PO-1").order({1002: 9}, "PO-2").refused("address", "/Catalog/Products")
        script.sink({"sku": "1003", "stock_quantity": 0})
        exchanges = [*script.exchanges[:1], *script.exchanges[3:]]
        for first in (0, 1):
            sitting = Judge(RULES, contract()).hear(Session(Facts("w"), exchanges[first:]))
            assert sitting.missing == 2 + first
            assert all(sitting.findings[id_].result is Result.NOT_EXERCISED for id_ in ("C07", "C09"))
            assert sitting.findings["C05"].result is Result.PASS

    def test_what_came_after_the_gap_is(self) -> None:
        script = Script().orders().orders().wait(16 * 60).order({1001: 1}, "PO-1")
        sitting = Judge(RULES, contract()).hear(Session(Facts("w"), script.exchanges[1:]))
        assert sitting.findings["C07"].result is Result.FAIL

    def test_the_listener_with_the_wrong_certificate_is_judged_by_one_rule_alone(self) -> None:
        judge = Judge(RULES, contract())
        sitting = judge.hear(Session(Facts("w", wrong_certificate=True), good_shop().exchanges))
        assert list(sitting.findings) == ["C27"]
        assert sitting.bill.calls == 0


def long_journal(length: int) -> Iterator[Exchange]:
    """A shop at work for a long time."""
    script, number = Script(), 0
    while number < length:
        script.exchanges.clear()
        script.wait(200).good_day(number, 400).availability({1001: "8"}).order({1001: 1}, f"PO-{number}").wait(90_000)
        for exchange in script.exchanges:
            number += 1
            yield exchange._replace(number=number)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no getrusage")
def test_100_000_exchanges_are_judged_in_seconds_and_bounded_memory() -> None:
    judge = Judge(RULES, contract())
    judge.hear(Session(Facts("w"), long_journal(2_000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    sitting = judge.hear(Session(Facts("w"), long_journal(100_000)))
    spent = time.process_time() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sitting.calls >= 100_000
    assert spent < 60, f"{spent:.1f} s of processor time"
    assert grown < 100 * 1024, f"{grown} KiB more"
