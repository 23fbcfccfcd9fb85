"""C07, C09, C17 to C20, C23 to C25: what is ordered, judged on generated journals with and without the fault."""

from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elko_mock.exchange.messages import Fields
from elko_mock.grade.rule import Result
from tests.unit.grade.script import BAD_END, CUT, GOOD_END, HANG, Ending, Script, finding, verdict_of

PASS, FAIL, NOT = Result.PASS, Result.FAIL, Result.NOT_EXERCISED
CODES = st.sets(st.integers(1_000, 1_020), min_size=1, max_size=6)


class TestC07AvailabilityBeforeOrder:
    @given(ordered=CODES, asked=CODES, age=st.floats(0, 40), seed=st.integers(0, 99))
    @example(ordered={1001, 1002}, asked={1001}, age=15.000000001, seed=0)
    def test_every_code_must_have_been_asked_for_lately(
        self, ordered: set[int], asked: set[int], age: float, seed: int
    ) -> None:
        script = Script().good_day(seed, 0).availability(dict.fromkeys(asked, "8")).wait(age * 60)
        script.order(dict.fromkeys(ordered, 1))
        lately = round(age * 60_000_000) <= 15 * 60_000_000
        kept = ordered <= asked and lately
        found = finding("C07", script)
        assert found.result is (PASS if kept else FAIL)
        if not ordered <= asked:
            assert str(min(ordered - asked if lately else ordered)) in found.evidence[0].excerpt

    @given(stock=st.dictionaries(st.integers(1_000, 1_020), st.just("8"), min_size=1))
    def test_the_daily_list_does_not_do(self, stock: dict[int, Any]) -> None:
        assert verdict_of("C07", Script().products(stock).order(dict.fromkeys(stock, 1))) is FAIL

    def test_a_refused_question_does_not_do(self) -> None:
        script = Script().availability({1001: "8"}, status=403, answer=b"", reason="rate").order({1001: 1})
        assert verdict_of("C07", script) is FAIL

    def test_asking_for_everything_does(self) -> None:
        script = Script().call("GET", "/Catalog/Availability", operation="getAvailability", answer=[])
        assert verdict_of("C07", script.order({1001: 1})) is PASS

    def test_what_was_reserved_need_not_be_asked_for(self) -> None:
        assert verdict_of("C07", Script().reserve("7").order({1001: 1}, form={"reservationId": "7"})) is NOT

    @pytest.mark.parametrize(
        ("reserved", "lines", "expected"),
        [
            (2, {1001: 2}, NOT),
            (1, {1001: 2}, FAIL),
            (1, {1001: 1, 1002: 900}, FAIL),
            (None, {1001: 1, 1002: 900}, NOT),
        ],
    )
    def test_what_is_ordered_beyond_the_reservation_must_have_been(
        self, reserved: int | None, lines: dict[int, int], expected: Result
    ) -> None:
        """A reservation made elsewhere may hold anything."""
        script = Script() if reserved is None else Script().reserve("7", reserved)
        script.order(lines, form={"reservationId": "7"})
        assert verdict_of("C07", script) is expected
        assert verdict_of("C07", script.availability(dict.fromkeys(lines, "8")).order({1003: 1})) is FAIL

    def test_codes_written_as_strings_are_codes(self) -> None:
        script = Script().availability({1001: "8"})
        lines = [{"elkoCode": "1001", "quantity": "1"}]
        assert verdict_of("C07", script.order({}, form={"lines": lines})) is PASS

    def test_orders_in_xml_are_read(self) -> None:
        xml = b"<Order><lines><OrderLine><elkoCode>1001</elkoCode><quantity>1</quantity></OrderLine></lines></Order>"
        script = Script().availability({1002: "8"})
        script.call(
            "POST",
            "/Orders",
            operation="createOrder",
            body=xml,
            headers=[],
        )
        exchange = script.exchanges[-1]
        request = exchange.request._replace(headers=Fields(((b"content-type", b"application/xml"),)))
        script.exchanges[-1] = exchange._replace(request=request)
        found = finding("C07", script)
        assert found.result is FAIL
        assert "1001" in found.evidence[0].excerpt

    def test_nothing_ordered_is_no_occasion(self) -> None:
        assert verdict_of("C07", Script().good_day()) is NOT

    def test_the_age_can_be_set(self) -> None:
        script = Script().availability({1001: "8"}).wait(1200).order({1001: 1})
        assert finding("C07", script, thresholds={"minutes": 30.0}).result is PASS


QUANTITIES = st.one_of(st.integers(0, 60).map(str), st.integers(0, 60).map(lambda n: f">{n}"), st.just(""), st.none())


class TestC09NotAboveStock:
    @given(told=QUANTITIES, wanted=st.integers(1, 80), by_list=st.booleans(), seed=st.integers(0, 99))
    def test_a_figure_is_a_bound_and_a_figure_with_more_is_none(
        self, told: str | None, wanted: int, by_list: bool, seed: int
    ) -> None:
        script = Script().good_day(seed, 3)
        script.products({5001: told}) if by_list else script.availability({5001: told})
        script.wait(9).order({5001: wanted})
        if not told:
            expected = NOT
        elif told.startswith(">"):
            expected = PASS
        else:
            expected = FAIL if wanted > int(told) else PASS
        assert verdict_of("C09", script) is expected

    @given(first=st.integers(0, 20), second=st.integers(0, 20), wanted=st.integers(1, 30))
    def test_the_last_word_counts(self, first: int, second: int, wanted: int) -> None:
        script = Script().availability({5001: str(first)}).wait(1).availability({5001: str(second)})
        assert verdict_of("C09", script.order({5001: wanted})) is (FAIL if wanted > second else PASS)

    @pytest.mark.parametrize(
        ("lines", "expected"), [({1001: 1}, NOT), ({1001: 4}, PASS), ({1001: 5}, FAIL), ({1001: 1, 5001: 900}, FAIL)]
    )
    def test_what_was_reserved_comes_on_top(self, lines: dict[int, int], expected: Result) -> None:
        script = Script().availability({1001: "3", 5001: "24"}).reserve("7")
        assert verdict_of("C09", script.order(lines, form={"reservationId": "7"})) is expected

    def test_lines_of_one_code_are_added_up(self) -> None:
        lines = [{"elkoCode": 5001, "quantity": 2}, {"elkoCode": 5001, "quantity": 2}]
        script = Script().availability({5001: "3"}).order({}, form={"lines": lines})
        assert "ordered 4 of 5001, last told 3" in finding("C09", script).evidence[0].excerpt


class TestC17NoDoubleOrder:
    @given(
        same_reference=st.booleans(),
        same_lines=st.booleans(),
        same_address=st.booleans(),
        hours=st.floats(0, 48),
        between=st.sampled_from(["nothing", "cancelled", "another"]),
    )
    def test_twice_is_the_same_reference_or_the_same_lines_to_the_same_address_in_a_day(
        self, same_reference: bool, same_lines: bool, same_address: bool, hours: float, between: str
    ) -> None:
        script = Script().order({1001: 1, 1002: 2}, "PO-1").wait(1)
        if between == "cancelled":
            script.cancel("1")
        if between == "another":
            script.order({1009: 1}, "PO-9", street="Mill 9")
        script.wait(hours * 3600 - 1 if hours * 3600 > 1 else 0)
        second = {1002: 2, 1001: 1} if same_lines else {1001: 2, 1002: 2}
        elapsed = script.at - script.exchanges[0].at
        script.order(second, "PO-1" if same_reference else "PO-2", street="Hill 1" if same_address else "Valley 2")
        double = same_reference or (same_lines and same_address and elapsed < 24 * 3_600_000_000)
        assert verdict_of("C17", script) is (FAIL if double and between != "cancelled" else PASS)

    def test_other_lines_under_one_reference_are_another_parcel(self) -> None:
        assert verdict_of("C17", Script().order({1001: 1}, "PO-1").order({1002: 1}, "PO-1")) is PASS

    @given(got=st.integers(0, 5), again=st.integers(1, 6))
    def test_what_was_missing_may_be_ordered_again_and_no_more(self, got: int, again: int) -> None:
        script = Script().order({1001: 5}, "PO-1", got={1001: got}).wait(60).order({1001: again}, "PO-1")
        assert verdict_of("C17", script) is (PASS if again <= 5 - got else FAIL)

    @given(status=st.sampled_from([400, 403]))
    def test_an_order_that_was_refused_may_be_sent_again(self, status: int) -> None:
        script = Script().order({1001: 1}, "PO-1", status=status, reason="above-stock").wait(1)
        assert verdict_of("C17", script.order({1001: 1}, "PO-1")) is PASS

    def test_a_blind_repetition_after_a_lost_answer_is_left_to_c18(self) -> None:
        script = Script().order({1001: 1}, "PO-1", delivery=CUT, fault="cut").wait(5).order({1001: 1}, "PO-1")
        assert verdict_of("C17", script) is PASS
        assert verdict_of("C18", script) is FAIL

    def test_a_repetition_in_spite_of_a_look_is_not(self) -> None:
        script = Script().order({1001: 1}, "PO-1", delivery=CUT, fault="cut").orders().order({1001: 1}, "PO-1")
        assert verdict_of("C17", script) is FAIL
        assert verdict_of("C18", script) is PASS

    def test_an_order_that_was_never_carried_out_is_none(self) -> None:
        script = Script().order({1001: 1}, "PO-1", answer=b"", delivery=HANG, fault="hang").orders()
        assert verdict_of("C17", script.order({1001: 1}, "PO-1")) is PASS

    def test_references_can_be_trusted(self) -> None:
        script = Script().order({1001: 1}, "PO-1").order({1001: 1}, "PO-2")
        assert finding("C17", script, thresholds={"trust_references": True}).result is PASS

    def test_orders_without_reference_or_address_are_compared_by_their_lines(self) -> None:
        bare = {"enduser": None}
        assert verdict_of("C17", Script().order({1001: 1}, form=bare).order({1001: 1}, form=bare)) is FAIL


class TestC18AmbiguousPost:
    @given(
        looks=st.booleans(), look_works=st.booleans(), again=st.booleans(), other=st.booleans(), seed=st.integers(0, 99)
    )
    def test_posting_again_needs_an_answered_look(
        self, looks: bool, look_works: bool, again: bool, other: bool, seed: int
    ) -> None:
        script = Script().order({1001: 1}, "PO-1", delivery=CUT, fault="lost").wait(3)
        script.availability({1001: "8"})
        if looks:
            script.orders() if look_works else script.refused("rate", "/Orders")
        if other:
            script.order({1002: 1}, "PO-2", street="Mill 7")
        if again:
            script.wait(2).order({1001: 1}, "PO-1")
        blind = again and not (looks and look_works)
        assert verdict_of("C18", script.good_day(seed)) is (FAIL if blind else PASS)

    @pytest.mark.parametrize(("asked", "blind"), [("1", False), ("1/", False), ("2", True)])
    def test_the_state_of_another_order_tells_nothing(self, asked: str, blind: bool) -> None:
        script = Script().order({1001: 1}, "PO-1", delivery=CUT, fault="lost").order({1002: 1}, "PO-2", street="Mill 7")
        script.call("GET", f"/Orders/{asked}", operation="getOrder", answer={"id": asked.strip("/")})
        script.order({1001: 1}, "PO-1")
        assert verdict_of("C18", script) is (FAIL if blind else PASS)
        assert verdict_of("C17", script) is (PASS if blind else FAIL)

    def test_an_answer_that_came_is_no_occasion(self) -> None:
        assert verdict_of("C18", Script().order({1001: 1}, "PO-1").order({1001: 1}, "PO-1")) is NOT

    def test_a_connection_closed_without_any_answer_is_one(self) -> None:
        script = Script().order({1001: 1}, "PO-1", status=None).order({1001: 1}, "PO-1")
        assert verdict_of("C18", script) is FAIL

    def test_the_same_lines_under_a_new_reference_are_the_same_order(self) -> None:
        script = Script().order({1001: 1}, "PO-1", status=None).order({1001: 1}, "PO-1b")
        assert verdict_of("C18", script) is FAIL


class TestC19NoPlaceholders:
    @given(
        where=st.sampled_from(["company", "contactName", "city", "customerPo"]),
        word=st.sampled_from(["string", "STRING", "Test", "John Doe", " test company "]),
        planted=st.booleans(),
    )
    def test_a_placeholder_is_found_wherever_it_stands(self, where: str, word: str, planted: bool) -> None:
        user = {"company": "Zeta SIA", "contactName": "Ilze K", "city": "Riga", "customerPo": "PO-1"}
        if planted:
            user[where] = word
        found = finding("C19", Script().order({1001: 1}, form={"enduser": user}))
        assert found.result is (FAIL if planted else PASS)
        assert not planted or f"enduser/{where}" in found.evidence[0].excerpt

    @pytest.mark.parametrize(("created", "expected"), [(0, FAIL), ("0", FAIL), (125180, PASS), (None, PASS)])
    def test_a_date_of_0_is_none(self, created: Any, expected: Result) -> None:
        assert verdict_of("C19", Script().order({1001: 1}, form={"created": created})) is expected

    def test_words_that_only_contain_one_are_fine(self) -> None:
        user = {"company": "Testarossa Strings"}
        assert verdict_of("C19", Script().order({1001: 1}, form={"enduser": user})) is PASS

    def test_the_list_can_be_set(self) -> None:
        script = Script().order({1001: 1}, form={"enduser": {"company": "Muster AG"}})
        assert finding("C19", script, thresholds={"words": ("muster ag",)}).result is FAIL

    def test_other_calls_are_no_occasion(self) -> None:
        assert verdict_of("C19", Script().good_day()) is NOT


class TestC20Typed:
    FORM: ClassVar[dict[str, Any]] = {"sum": 12.5, "vat": 2.63, "orderIfAllAvailable": True, "transportation": False}

    @given(names=st.sets(st.sampled_from([*FORM, "elkoCode", "quantity"])))
    def test_numbers_and_booleans_as_strings_are_found(self, names: set[str]) -> None:
        form: dict[str, Any] = {key: str(value).lower() if key in names else value for key, value in self.FORM.items()}
        line: dict[str, Any] = {"elkoCode": 1001, "quantity": 2}
        form["lines"] = [{key: str(value) if key in names else value for key, value in line.items()}]
        found = finding("C20", Script().order({}, form=form))
        assert found.result is (FAIL if names else PASS)
        assert found.faults == len(names)

    def test_xml_knows_no_types(self) -> None:
        xml = b"<Order><sum>12.50</sum></Order>"
        script = Script().call("POST", "/Orders", operation="createOrder", body=xml, headers=[])
        request = script.exchanges[0].request._replace(headers=Fields(((b"content-type", b"text/xml"),)))
        script.exchanges[0] = script.exchanges[0]._replace(request=request)
        assert verdict_of("C20", script) is NOT

    def test_a_body_without_any_is_no_occasion(self) -> None:
        assert verdict_of("C20", Script().new_token()) is NOT


class TestC23ReservationsClosed:
    @given(fates=st.lists(st.sampled_from(["released", "ordered", "open"]), max_size=6), known=st.booleans())
    def test_each_is_released_or_ordered(self, fates: list[str], known: bool) -> None:
        script = Script()
        for number, fate in enumerate(fates):
            script.wait(1).reserve(f"r{number}")
            if fate == "released":
                script.release(f"r{number}")
            if fate == "ordered":
                script.order({1001: 1}, f"PO-{number}", form={"reservationId": f"r{number}"})
        left = frozenset(f"r{number}" for number, fate in enumerate(fates) if fate == "open")
        found = finding("C23", script, Ending(open_reservations=left if known else None))
        assert found.result is (NOT if not fates else FAIL if left else PASS)
        assert found.faults == len(left)

    def test_what_the_world_says_has_run_out_is_closed(self) -> None:
        script = Script().reserve("r1").wait(8 * 86_400).orders()
        assert verdict_of("C23", script, Ending(open_reservations=frozenset())) is PASS

    def test_a_release_that_was_refused_releases_nothing(self) -> None:
        assert verdict_of("C23", Script().reserve("r1").release("r1", status=403, reason="rate")) is FAIL


class TestC24ShortfallHandled:
    @given(
        short=st.sampled_from(["part", "refused", "no"]),
        after=st.integers(0, 6),
        ending=st.sampled_from(
            [GOOD_END, BAD_END, Ending(exit_status=3, last_words="on hold"), Ending(exit_status=-11)]
        ),
    )
    def test_a_crash_soon_after_breaks_it_and_an_orderly_end_does_not(
        self, short: str, after: int, ending: Ending
    ) -> None:
        script = Script().availability({1001: "8"})
        if short == "part":
            script.order({1001: 8}, "PO-1", got={1001: 3})
        elif short == "refused":
            script.order({1001: 8}, "PO-1", status=400, reason="above-stock", answer={"status": 400})
        else:
            script.order({1001: 8}, "PO-1")
        for _ in range(after):
            script.wait(1).orders()
        crashed = ending.crashed or ending.exit_status == -11
        expected = NOT if short == "no" else FAIL if crashed and after <= 3 else PASS
        assert verdict_of("C24", script, ending, scenario="sold-out-at-checkout", calm=True) is expected

    @given(times=st.integers(1, 8))
    def test_posting_the_same_again_and_again_breaks_it(self, times: int) -> None:
        script = Script()
        for _ in range(times):
            script.wait(1).order({1001: 8}, "PO-1", status=400, reason="above-stock", answer={"status": 400})
        assert verdict_of("C24", script, GOOD_END) is (FAIL if times > 2 else PASS)

    @given(
        orders=st.lists(st.sampled_from([1001, 1002, 1003]), max_size=9), street=st.sampled_from(["Hill 1", "hill  1"])
    )
    def test_other_orders_in_between_are_no_excuse(self, orders: list[int], street: str) -> None:
        script = Script()
        for code in orders:
            refusal: dict[str, Any] = {"status": 400, "reason": "above-stock", "answer": {"status": 400}}
            script.wait(1).order({code: 8}, f"PO-{code}", street=street, **(refusal if code != 1003 else {}))
        broken = any(orders.count(code) > 2 for code in (1001, 1002))
        assert (verdict_of("C24", script, GOOD_END) is FAIL) == broken

    def test_the_same_lines_for_other_customers_are_other_orders(self) -> None:
        script = Script()
        for number in range(5):
            refusal: dict[str, Any] = {"status": 400, "reason": "above-stock", "answer": {"status": 400}}
            script.order({1001: 1}, f"PO-{number}", street=f"Hill {number}", **refusal)
        assert verdict_of("C24", script, GOOD_END) is PASS

    def test_an_order_that_was_accepted_begins_anew(self) -> None:
        script = Script()
        for status in (400, 400, 200, 400, 400):
            script.order({1001: 1}, "PO-1", status=status, reason="above-stock" if status == 400 else None)
        assert verdict_of("C24", script, GOOD_END) is PASS

    def test_a_client_that_crashes_in_the_calm_world_too_says_nothing_here(self) -> None:
        script = Script().order({1001: 8}, "PO-1", got={1001: 3})
        assert verdict_of("C24", script, BAD_END, calm=False) is PASS

    def test_a_smaller_order_is_not_the_same(self) -> None:
        script = Script()
        for pieces in (8, 7, 6, 5):
            script.order({1001: pieces}, "PO-1", status=400, reason="above-stock", answer={"status": 400})
        assert verdict_of("C24", script, GOOD_END) is PASS


class TestC25PriceMoved:
    @given(told=st.integers(1, 50_000), charged=st.integers(1, 50_000), ending=st.sampled_from([GOOD_END, BAD_END]))
    def test_a_crash_at_another_price_breaks_it(self, told: int, charged: int, ending: Ending) -> None:
        script = Script().availability({1001: "8"}, price=told / 100).order({1001: 1}, "PO-1", price=charged / 100)
        expected = NOT if told == charged else FAIL if ending.crashed else PASS
        assert verdict_of("C25", script, ending, calm=True) is expected

    @given(fresh=st.booleans(), old=st.booleans())
    def test_naming_the_old_price_afterwards_breaks_it(self, fresh: bool, old: bool) -> None:
        script = Script().availability({1001: "8"}, price=10.0).order({1001: 1}, "PO-1", price=11.0)
        if fresh:
            script.availability({1001: "8"}, price=10.0)
        line = {"elkoCode": 1001, "quantity": 1, "price": 10.0 if old else 11.0}
        script.order({1001: 1}, "PO-2", form={"lines": [line]}, price=11.0)
        assert verdict_of("C25", script, GOOD_END) is (FAIL if old and not fresh else PASS)

    @pytest.mark.parametrize("listed", [True, False])
    def test_a_price_for_many_pieces_has_not_moved(self, listed: bool) -> None:
        script = Script()
        if listed:
            row = {"elkoCode": 1001, "discountPrice": 10.0, "quantityForPrice2": "10", "price2": 9.0}
            script.products(answer=[row])
        script.availability({1001: ">50"}, price=10.0).order({1001: 10}, "PO-1", price=9.0)
        line = {"elkoCode": 1001, "quantity": 3, "price": 10.0}
        script.order({1001: 3}, "PO-2", form={"lines": [line]}, price=10.0)
        assert verdict_of("C25", script, GOOD_END) is NOT

    @given(pieces=st.integers(1, 20), charged=st.sampled_from([8.0, 9.0, 10.0, 11.0]))
    def test_with_the_list_read_it_is_known_what_so_many_cost(self, pieces: int, charged: float) -> None:
        row = {"elkoCode": 1001, "discountPrice": 10.0, "quantityForPrice2": "10", "price2": 9.0}
        told = 9.0 if pieces >= 10 else 10.0
        script = Script().products(answer=[row]).order({1001: pieces}, "PO-1", price=charged)
        line = {"elkoCode": 1001, "quantity": pieces, "price": told}
        script.order({1001: pieces}, "PO-2", form={"lines": [line]}, price=charged)
        assert verdict_of("C25", script, GOOD_END) is (NOT if told == charged else FAIL)

    @pytest.mark.parametrize(
        "second", [{"quantityForPrice2": None, "price2": 0.0}, {"quantityForPrice2": "", "price2": 9}]
    )
    def test_without_a_price_for_many_a_lower_one_has_moved(self, second: dict[str, Any]) -> None:
        script = Script().products(answer=[{"elkoCode": 1001, "discountPrice": 10.0, **second}])
        line = {"elkoCode": 1001, "quantity": 5, "price": 10.0}
        script.order({1001: 5}, "PO-1", price=9.0).order({1001: 5}, "PO-2", form={"lines": [line]}, price=9.0)
        assert verdict_of("C25", script, GOOD_END) is FAIL
