"""C05, C06, C08, C14 to C16, C21, C22, C26, C29: what is read and what becomes of it, with and without the fault."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.messages import Fields
from elko_mock.grade.rule import Result
from tests.unit.grade.script import (
    BAD_END,
    GOOD_END,
    HANG,
    START,
    Ending,
    NearMiss,
    Script,
    Side,
    Violation,
    finding,
    verdict_of,
)

PASS, FAIL, NOT = Result.PASS, Result.FAIL, Result.NOT_EXERCISED
REFUSALS = st.sampled_from(["rate", "blocked", "address", "token", "terms"])


def woo(code: int, stock: Any) -> tuple[Any, str, str]:
    return {"update": [{"sku": str(code), "stock_quantity": stock}]}, "/products/batch", "POST"


def rest(code: int, stock: Any) -> tuple[Any, str, str]:
    return {"qty": str(stock)}, f"/V1/products/{code}/stockItems/1", "PUT"


def nested(code: int, stock: Any) -> tuple[Any, str, str]:
    return {"product": {"sku": f"ELKO-{code}", "extension": {"stock_item": {"qty": stock}}}}, "/products", "PUT"


def form(code: int, stock: Any) -> tuple[Any, str, str]:
    return f"sku={code}&stock={stock}".encode(), "/update.php", "POST"


def xml(code: int, stock: Any) -> tuple[Any, str, str]:
    row = f"<stock_available><reference>{code}</reference><quantity>{stock}</quantity></stock_available>"
    return f"<prestashop>{row}</prestashop>".encode(), "/api/stock_availables", "PUT"


def mapping(code: int, stock: Any) -> tuple[Any, str, str]:
    return {"stock": {str(code): stock}}, "/sync", "POST"


def brackets(code: int, stock: Any) -> tuple[Any, str, str]:
    rows = f"product[0][sku]=49999&product[0][qty]=5&product[1][sku]={code}&product[1][stock][qty]={stock}"
    return rows.encode(), "/update.php", "POST"


def attributes(code: int, stock: Any) -> tuple[Any, str, str]:
    row = f'<product sku="{code}"><quantity unit="pcs/box">{stock}</quantity><category id="5"/></product>'
    return f'<?xml version="1.0"?><products><product sku="49999" quantity="5"/>{row}</products>'.encode(), "/up", "PUT"


def one_element(code: int, stock: Any) -> tuple[Any, str, str]:
    return f'<product sku="{code}" quantity="{stock}"/>'.encode(), "/up", "PUT"


SHOPS = st.sampled_from([woo, rest, nested, form, xml, mapping, brackets, attributes, one_element])


MIRRORED = st.fixed_dictionaries(
    {
        "id": st.just(50_001),
        "elkoCode": st.just(50_001),
        "quantity": st.sampled_from(["8", ">50", "0", ""]),
        "price": st.sampled_from([0.0, 9.5]),
        "discountPrice": st.sampled_from([0.0, 9.5]),
        "packagingQuantity": st.integers(0, 1),
        "reservedQuantity": st.integers(0, 1),
        "promQuant": st.just(0),
        "quantityForPrice2": st.sampled_from(["0", ""]),
        "price2": st.just(0.0),
        "incomingQuantity": st.integers(0, 1),
        "copyrightTax": st.just(0.0),
        "transitQuantity": st.just("0"),
        "reservedQuantityFromBasket": st.just(0),
    }
)
"""Product rows as the list has them."""


class TestC05RefusedIsNotZero:
    @given(
        before=st.sampled_from(["untold", "in stock", "sold out", "empty", "missing"]),
        refused=st.booleans(),
        reason=REFUSALS,
        stock=st.sampled_from([0, 5]),
        shop=SHOPS,
        whole_list=st.booleans(),
        seed=st.integers(0, 99),
    )
    def test_nothing_is_set_to_zero_that_was_not_told_so(
        self, before: str, refused: bool, reason: str, stock: int, shop: Any, whole_list: bool, seed: int
    ) -> None:
        script = Script().good_day(seed, 3)
        if before == "missing":
            script.availability({50_001: "8"}, answer=[])
        elif before != "untold":
            script.availability({50_001: {"in stock": "8", "sold out": "0", "empty": ""}[before]})
        if refused:
            query = "" if whole_list else "elkoCode=50001"
            script.wait(1).refused(reason, "/Catalog/Products", query)
        body, path, method = shop(50_001, stock)
        script.wait(1).sink(body, path, method)
        unfounded = stock == 0 and before in {"untold", "in stock"}
        expected = (FAIL if unfounded else PASS) if refused else NOT
        found = finding("C05", script)
        assert found.result is expected
        assert expected is not FAIL or "50001" in found.evidence[0].excerpt

    @given(
        write=st.sampled_from(
            [
                ({"sku": "50001", "regular_price": "0.00"}, "/products", "POST"),
                ({"delete": [50_001]}, "/products/batch", "POST"),
                ({"sku": "50001", "status": "trash"}, "/products", "PUT"),
                ({"sku": "50001", "stock_status": "outofstock"}, "/products", "PUT"),
                (None, "/products/50001", "DELETE"),
                ({}, "/products/50001/delete", "POST"),
                ({"ids": [50_001]}, "/products/delete", "POST"),
            ]
        ),
        refused=st.booleans(),
    )
    def test_prices_and_deletions_count_too(self, write: tuple[Any, str, str], refused: bool) -> None:
        script = Script().products({50_001: "8", 50_002: "3"}).wait(60)
        if refused:
            script.refused("rate", "/Catalog/Products")
        else:
            script.products({50_002: "3"})
        assert verdict_of("C05", script.sink(*write)) is (FAIL if refused else NOT)

    @given(codes=st.sets(st.integers(50_000, 50_099), min_size=1, max_size=5))
    def test_a_list_that_came_whole_may_delete_what_it_leaves_out(self, codes: set[int]) -> None:
        script = Script().products(dict.fromkeys(codes, "8")).wait(90_000).products({}, query="")
        script.refused("rate", "/Catalog/Products", "elkoCode=50000")
        for code in codes:
            script.sink(None, f"/products/{code}", "DELETE")
        assert verdict_of("C05", script) is PASS

    def test_the_classic_accident(self) -> None:
        script = Script().products({50_001: "8", 50_002: ">50"}).wait(90_000).refused("rate")
        script.sink({"update": [{"sku": "50001", "stock_quantity": 0}, {"sku": "50002", "stock_quantity": 0}]})
        found = finding("C05", script)
        assert found.result is FAIL
        assert found.faults == 2
        assert "stock_quantity: 0 for 50001" in found.evidence[0].excerpt

    def test_what_it_ordered_itself_it_may_count_as_sold(self) -> None:
        script = Script().availability({50_001: "1"}).order({50_001: 1}).refused("rate", "/Catalog/Products")
        assert verdict_of("C05", script.sink(*woo(50_001, 0))) is PASS

    def test_a_retry_that_worked_makes_it_good(self) -> None:
        script = Script().refused("rate", "/Catalog/Products", "elkoCode=50001").wait(61)
        script.products({50_001: "0"}, "elkoCode=50001")
        assert verdict_of("C05", script.sink(*woo(50_001, 0))) is PASS

    def test_broken_answers_and_lost_ones_are_refusals_too(self) -> None:
        for spoiled in ({"answer": b'[{"id":1,', "fault": "broken-json"}, {"status": None}, {"status": 503}):
            script = Script().availability({50_001: "8"}, **spoiled)
            assert verdict_of("C05", script.sink(*woo(50_001, 0))) is FAIL

    def test_the_shops_own_numbers_are_held_against_it_only_if_nothing_was_sold_out(self) -> None:
        script = Script().refused("rate", "/Catalog/Products", "elkoCode=50001")
        assert verdict_of("C05", script.sink({"id": 17, "stock_quantity": 0})) is FAIL
        script = Script().availability({50_002: "0"}).refused("rate", "/Catalog/Products", "elkoCode=50001")
        assert verdict_of("C05", script.sink({"id": 17, "stock_quantity": 0})) is PASS

    def test_what_the_journal_cut_off_is_not_held_against_it(self) -> None:
        script = Script().products({50_001: "8"}, response_length=10**7).refused("rate")
        assert verdict_of("C05", script.sink(*woo(59_999, 0))) is PASS
        assert verdict_of("C05", script.sink(*woo(50_001, 0))) is FAIL

    def test_the_fields_of_a_multipart_form_are_read(self) -> None:
        script = Script().products({50_001: "8"}).refused("rate")
        fields = {"sku": "50001", "stock_quantity": "0"}
        parts = "".join(
            f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
        )
        script.sink(f"{parts}--X--\r\n".encode())
        request = script.exchanges[-1].request
        headers = Fields(((b"content-type", b"multipart/form-data; boundary=X"),))
        script.exchanges[-1] = script.exchanges[-1]._replace(request=request._replace(headers=headers))
        found = finding("C05", script)
        assert found.result is FAIL
        assert "stock_quantity: 0 for 50001" in found.evidence[0].excerpt

    @given(row=MIRRORED)
    def test_a_mirror_of_what_was_told_passes(self, row: dict[str, Any]) -> None:
        script = Script().products(answer=[row]).descriptions(50_001, status=403, reason="rate")
        assert verdict_of("C05", script.sink(row, "/products/50001", "PUT")) is PASS

    def test_so_does_one_of_an_availability(self) -> None:
        row = {
            "productId": 50_001,
            "stockQuantity": "8",
            "incoming": {"quantity": "0", "expectedDate": ""},
            "prices": {"currency": "EUR", "price": 0.0, "discountPrice": 9.0, "copyrightTax": 0.0},
        }
        script = Script().availability({50_001: "8"}, answer=[row]).refused("rate", "/Catalog/Products")
        assert verdict_of("C05", script.sink(row)) is PASS

    def test_settings_of_the_shop_are_no_stock(self) -> None:
        item = {
            "qty": 8, "min_qty": 0, "is_qty_decimal": 0, "notify_stock_qty": 0, "backorders": 0, "manage_stock": 0,
            "use_config_min_qty": 0, "qty_increments": 0, "low_stock_amount": 0, "price_type": 0,
        }  # fmt: skip
        script = Script().products({50_001: "8"}).refused("rate")
        assert verdict_of("C05", script.sink(item, "/products/50001/stockItems/1", "PUT")) is PASS

    def test_a_picture_that_is_deleted_is_no_product(self) -> None:
        script = Script().products({50_001: "8"}).refused("rate")
        assert verdict_of("C05", script.sink(None, "/products/50001/images/4711", "DELETE")) is PASS

    @given(codes=st.sets(st.integers(50_000, 50_099), min_size=2, max_size=20), by_name=st.booleans())
    def test_the_shops_own_numbers_do_not_hide_a_habit(self, codes: set[int], by_name: bool) -> None:
        script = Script().products({**dict.fromkeys(codes, "8"), 60_001: "0"})
        for place, code in enumerate(sorted(codes)):
            script.refused("rate", "/Catalog/Availability", f"elkoCode={code}")
            script.sink({"stock_quantity": 0}, f"/products/{'JL675' if by_name else '47'}{place + 10}", "PUT")
        found = finding("C05", script)
        assert found.result is FAIL
        assert found.faults == len(codes)

    @given(codes=st.sets(st.integers(50_000, 50_099), min_size=2, max_size=20), gone=st.integers(0, 20))
    def test_a_shop_with_own_numbers_may_write_what_was_told_and_clear_what_is_gone(
        self, codes: set[int], gone: int
    ) -> None:
        script = Script().products({code: "0" if code % 2 else "8" for code in codes})
        for code in sorted(codes):
            script.refused("rate", "/Catalog/Availability", f"elkoCode={code}")  # then it takes the list's figure
            script.sink({"stock_quantity": 0 if code % 2 else 8}, f"/products/47{code % 100 + 10}", "PUT")
        script.refused("rate", "/Catalog/Availability", f"elkoCode={min(codes)}")
        for number in range(gone):
            script.sink({"stock_quantity": 0}, f"/products/48{number + 10}", "PUT")
        assert verdict_of("C05", script) is PASS

    @pytest.mark.parametrize(("status", "expected"), [(0, PASS), (1, FAIL), (None, NOT)])
    def test_the_users_own_assertion_has_the_last_word(self, status: int | None, expected: Result) -> None:
        assert verdict_of("C05", Script().good_day(), Ending(assertion=status)) is expected


class TestC06ProductsDaily:
    @given(gaps=st.lists(st.floats(0.1, 60), min_size=0, max_size=6))
    def test_two_within_a_day_break_it(self, gaps: list[float]) -> None:
        script = Script().products()
        for hours in gaps:
            script.wait(hours * 3600).products()
        times = [one.at for one in script.exchanges]
        broken = any(later - earlier < 23 * 3_600_000_000 for earlier, later in pairwise(times))
        assert verdict_of("C06", script) is (FAIL if broken else PASS)

    @pytest.mark.parametrize(
        "query", ["elkoCode=1001", "vendorCode=SA", "catalog=CPU", "CategoryCode=NB", "ELKOCODE=1,2"]
    )
    def test_a_filtered_list_is_not_the_full_one(self, query: str) -> None:
        assert verdict_of("C06", Script().products(query=query).products(query=query)) is NOT

    @pytest.mark.parametrize("query", ["vendorCode=", "elkoCode=&lang=EN", "unknown=1", "elkoCode=,", "catalog=%20,,"])
    def test_an_empty_filter_is_none(self, query: str) -> None:
        assert verdict_of("C06", Script().products(query=query).wait(60).products(query=query)) is FAIL

    def test_another_language_is_another_list(self) -> None:
        assert verdict_of("C06", Script().products(query="lang=EN").products(query="lang=RO")) is PASS

    @pytest.mark.parametrize("first", [{"status": 403}, {"status": None}, {"answer": b"[{", "fault": "broken-json"}])
    def test_one_that_did_not_come_may_be_asked_for_again(self, first: dict[str, Any]) -> None:
        assert verdict_of("C06", Script().products(**first).wait(60).products()) is PASS


ODD: dict[int, Any] = {1001: "0", 1002: "8", 1003: ">50", 1004: "", 1005: None}


class TestC08QuantityStrings:
    def test_a_zero_after_a_refused_read_is_left_to_c05(self) -> None:
        script = Script().availability(ODD).refused("rate", "/Catalog/Products").sink(*woo(1003, 0))
        assert verdict_of("C08", script, GOOD_END, scenario="odd-quantities") is PASS
        assert verdict_of("C05", script, GOOD_END) is FAIL

    @given(
        forms=st.dictionaries(st.integers(1001, 1009), st.sampled_from(["0", "8", ">50", "", None]), min_size=1),
        ending=st.sampled_from([GOOD_END, BAD_END, Ending(timed_out=True), Ending()]),
        calm=st.sampled_from([True, False, None]),
        by_list=st.booleans(),
    )
    def test_a_bad_end_counts_when_odd_quantities_were_met_and_the_calm_world_was_survived(
        self, forms: dict[int, Any], ending: Ending, calm: bool | None, by_list: bool
    ) -> None:
        script = Script().products(forms) if by_list else Script().availability(forms)
        met = ">50" in forms.values() and bool({"", None} & set(forms.values()))
        if not met or not ending.known:
            expected = NOT
        elif ending.good:
            expected = PASS
        else:
            expected = FAIL if calm else NOT
        assert verdict_of("C08", script, ending, scenario="odd-quantities", calm=calm) is expected

    @given(quantity=st.one_of(st.integers(-3, 9), st.sampled_from([None, ">50", "", 1.5, "3", True])))
    def test_the_order_that_follows_must_make_sense(self, quantity: Any) -> None:
        script = Script().availability(ODD).order({1002: quantity})
        sensible = quantity == "3" or (isinstance(quantity, int) and quantity is not True and quantity >= 1)
        found = verdict_of("C08", script, GOOD_END, scenario="odd-quantities")
        assert found is (PASS if sensible else FAIL)

    @given(row=MIRRORED)
    def test_a_mirror_of_what_was_told_passes(self, row: dict[str, Any]) -> None:
        script = Script().products(answer=[row]).availability(ODD).sink(row, "/products/50001", "PUT")
        assert verdict_of("C08", script, GOOD_END, scenario="odd-quantities") is PASS

    @given(code=st.sampled_from(list(ODD)), stock=st.sampled_from([0, 50]), shop=SHOPS)
    def test_more_than_fifty_is_not_nothing(self, code: int, stock: int, shop: Any) -> None:
        script = Script().availability(ODD).sink(*shop(code, stock))
        expected = FAIL if stock == 0 and ODD[code] == ">50" else PASS
        assert verdict_of("C08", script, GOOD_END, scenario="odd-quantities") is expected

    def test_the_last_telling_counts(self) -> None:
        script = Script().availability(ODD).products({1003: "0", 1002: ">50"})
        assert verdict_of("C08", script.sink(*woo(1003, 0)), GOOD_END, scenario="odd-quantities") is PASS
        assert verdict_of("C08", script.sink(*woo(1002, 0)), GOOD_END, scenario="odd-quantities") is FAIL

    def test_the_evidence_is_the_last_call_and_the_last_words(self) -> None:
        ending = Ending(exit_status=1, last_words="ValueError: invalid literal for int(): '>50'")
        found = finding("C08", Script().availability(ODD), ending, scenario="odd-quantities", calm=True)
        assert found.evidence[0].exchange == 1
        assert "invalid literal" in found.evidence[0].excerpt


@pytest.mark.parametrize(
    ("id_", "scenario", "call"),
    [
        ("C14", "nulls-everywhere", {}),
        ("C15", "unknown-fields", {}),
        ("C16", "media-types", {"fault": "media-types"}),
        ("C26", "huge-catalog", {}),
    ],
)
class TestSurvival:
    """C14, C15, C16 and C26: the exit status in a world hostile in one respect."""

    @given(
        calm=st.sampled_from([True, False, None]),
        here=st.booleans(),
        met=st.booleans(),
        ending=st.sampled_from([GOOD_END, BAD_END, Ending(exit_status=-9), Ending(timed_out=True), Ending()]),
        before=st.integers(0, 9),
        after=st.integers(0, 9),
        seed=st.integers(0, 99),
    )
    def test_a_bad_end_counts_only_against_a_good_one(
        self,
        id_: str,
        scenario: str,
        call: dict[str, Any],
        calm: bool | None,
        here: bool,
        met: bool,
        ending: Ending,
        before: int,
        after: int,
        seed: int,
    ) -> None:
        script = Script()
        for _ in range(before):
            script.wait(1).refused("address")
        script.products({1001: "8"}, **call) if met else script.refused("address")
        for _ in range(after):
            script.wait(1).refused("address")
        if not here or not met or not ending.known:
            expected = NOT
        elif ending.good:
            expected = PASS
        else:
            expected = FAIL if calm else NOT
        found = finding(id_, script, ending, scenario=scenario if here else "default", calm=calm)
        assert found.result is expected
        if expected is FAIL:
            assert found.evidence[0].exchange == before + after + 1, "the last call before the end"


class TestC21TimeoutBounded:
    @given(waited=st.floats(0.1, 590), ends=st.booleans(), seed=st.integers(0, 99))
    def test_the_next_sign_of_life_tells_how_long_it_waited(self, waited: float, ends: bool, seed: int) -> None:
        script = Script().good_day(seed, 3).availability({1001: "8"}, delivery=HANG, fault="hang").wait(waited)
        if not ends:
            script.orders()
        ending = Ending(at=script.at, exit_status=1)
        long = round(waited * 1_000_000) > 120_000_000
        assert verdict_of("C21", script, ending) is (FAIL if long else PASS)

    @pytest.mark.parametrize(
        ("query", "waited", "expected"),
        [("", 590, PASS), ("lang=EN", 590, PASS), ("elkoCode=1001", 590, FAIL), ("", 610, NOT), ("", 901, FAIL)],
    )
    def test_the_full_list_may_be_waited_for_longer(self, query: str, waited: float, expected: Result) -> None:
        """After ten minutes the service closes the connection: what comes then shows no time-out of the client's."""
        script = Script().products(query=query, delivery=HANG, fault="hang").wait(waited).orders()
        assert verdict_of("C21", script, Ending(at=script.at, exit_status=0)) is expected

    @pytest.mark.parametrize(("after", "expected"), [(121, FAIL), (10, NOT)])
    def test_a_command_that_had_to_be_stopped_was_still_waiting(self, after: float, expected: Result) -> None:
        script = Script().availability({1001: "8"}, delivery=HANG, fault="hang").wait(after)
        assert verdict_of("C21", script, Ending(at=script.at, timed_out=True)) is expected

    @pytest.mark.parametrize("retry", [True, False])
    @pytest.mark.parametrize("calm", [True, False, None])
    def test_another_workers_call_is_no_sign_of_life_when_the_command_had_to_be_stopped(
        self, retry: bool, calm: bool | None
    ) -> None:
        script = Script().availability({1001: "8"}, delivery=HANG, fault="hang").wait(18).orders()
        if retry:
            script.wait(60).availability({1001: "8"})
        ending = Ending(at=script.wait(130).at, timed_out=True)
        assert verdict_of("C21", script, ending, calm=calm) is (PASS if retry or calm is False else FAIL)

    @pytest.mark.parametrize(("after", "expected"), [(599, PASS), (600.5, FAIL), (700, PASS)])
    def test_nor_when_it_went_on_as_soon_as_the_connection_was_closed(self, after: float, expected: Result) -> None:
        script = Script().availability({1001: "8"}, delivery=HANG, fault="hang").wait(18).orders()
        ending = Ending(at=START + round(after * 1_000_000), exit_status=0)
        assert verdict_of("C21", script, ending) is expected
        script.wait(after - 18).availability({1001: "8"})
        assert verdict_of("C21", script, Ending(at=script.wait(5).at, exit_status=0)) is expected

    def test_what_is_answered_is_no_occasion(self) -> None:
        assert verdict_of("C21", Script().good_day(), Ending(at=START + 10**10, exit_status=0)) is NOT

    def test_a_journal_that_stops_there_says_nothing(self) -> None:
        assert verdict_of("C21", Script().products(delivery=HANG, fault="hang")) is NOT


class TestC22Batches:
    @given(codes=st.lists(st.integers(1, 60), min_size=1, max_size=40), gap=st.floats(0, 12), batch=st.integers(1, 3))
    def test_many_single_code_calls_in_a_minute_break_it(self, codes: list[int], gap: float, batch: int) -> None:
        script = Script()
        for code in codes:
            script.wait(gap).descriptions(*range(code * 100, code * 100 + batch))
        if batch > 1:
            expected = PASS
        else:
            expected = NOT
            times = [(one.at, code) for one, code in zip(script.exchanges, codes, strict=True)]
            for end in range(len(times)):
                window = times[max(0, end - 10) : end + 1]
                if len({code for _, code in window}) == 11 and window[-1][0] - window[0][0] <= 60_000_000:
                    expected = FAIL
        assert verdict_of("C22", script) is expected


class TestC29Contract:
    @given(where=st.sampled_from(["body/lines/0/quantity", "query/lang", "path/type", "header/content-type", "body"]))
    def test_each_request_side_violation_breaks_it(self, where: str) -> None:
        wrong = Violation(Side.REQUEST, "some.code", where, "is not what it should be")
        script = Script().good_day(1).order({1001: 1}, violations=(wrong,)).good_day(2)
        found = finding("C29", script)
        assert found.result is FAIL
        assert where in found.evidence[0].excerpt

    @given(seed=st.integers(0, 999))
    def test_the_ordinary_day_keeps_it(self, seed: int) -> None:
        assert verdict_of("C29", Script().good_day(seed)) is PASS

    @pytest.mark.parametrize(
        ("violation", "form"),
        [
            (Violation(Side.RESPONSE, "response.type", "response/0/price", "is wrong"), {}),
            (Violation(Side.REQUEST, "header.form", "header/authorization", "no Bearer"), {}),
            (Violation(Side.REQUEST, "body.type", "body/sum", "must be a number"), {"sum": "12.50"}),
        ],
    )
    def test_what_is_another_rules_or_the_providers_is_not_charged_here(
        self, violation: Violation, form: dict[str, Any]
    ) -> None:
        assert verdict_of("C29", Script().order({1001: 1}, form=form, violations=(violation,))) is PASS

    def test_names_in_another_case_are_the_same_names(self) -> None:
        form = {"Lines": [{"ElkoCode": "1001", "QUANTITY": "1"}], "Sum": "12.5"}
        wrong = [
            Violation(Side.REQUEST, "body.type", where, "must be a number")
            for where in ("body/lines/0/quantity", "body/lines/0/elkoCode", "body/sum")
        ]
        script = Script().call("POST", "/Orders", operation="createOrder", body=form, violations=tuple(wrong))
        assert verdict_of("C29", script) is PASS
        assert finding("C20", script).faults == 3

    @pytest.mark.parametrize("quantity", ["9" * 5000, "1.5", "1e3"])
    def test_a_string_that_is_no_whole_number_is_charged_where_one_is_wanted(self, quantity: str) -> None:
        wrong = Violation(Side.REQUEST, "body.type", "body/lines/0/quantity", "must be a whole number")
        form = {"lines": [{"elkoCode": 1001, "quantity": quantity}]}
        found = finding("C29", Script().order({}, form=form, violations=(wrong,)))
        assert found.result is FAIL
        assert len(found.evidence[0].excerpt) <= 200

    def test_a_string_that_is_no_number_is_charged(self) -> None:
        wrong = Violation(Side.REQUEST, "body.type", "body/sum", "must be a number")
        assert verdict_of("C29", Script().order({1001: 1}, form={"sum": "much"}, violations=(wrong,))) is FAIL

    def test_stray_paths_and_methods_break_it_and_the_near_miss_is_told(self) -> None:
        near = NearMiss("GET /v3.0/api/Catalog/Products", ("Catalogs is spelled Catalog here.",))
        script = Script().call("GET", "/Catalogs/Products", status=404, reason="route", near_miss=near)
        assert "Catalogs is spelled" in finding("C29", script).evidence[0].excerpt
        assert verdict_of("C29", Script().call("PATCH", "/Orders", status=405, reason="method")) is FAIL

    def test_openapi_core_is_asked_about_what_the_gate_refused_unread(self) -> None:
        script = Script().refused("rate", "/Catalog/AvailabilityAndPrice/Guessed", "elkoCodes=1")
        found = finding("C29", script)
        assert found.result is FAIL
        assert "openapi-core: path/type" in found.evidence[0].excerpt
        assert finding("C29", script, thresholds={"second_opinions": 0}).result is PASS

    def test_marks_in_place_of_personal_values_are_no_fault(self) -> None:
        user = {"company": "[personal-0123abcd]", "country": "LV", "postalCode": "[personal-0123abcd]"}
        assert verdict_of("C29", Script().order({1001: 1}, form={"enduser": user})) is PASS

    def test_personal_values_stay_out_of_the_evidence(self) -> None:
        wrong = Violation(Side.REQUEST, "body.type", "body/enduser/contactName", "'Liga Ozola' is too long")
        found = finding("C29", Script().order({1001: 1}, violations=(wrong,)))
        assert found.result is FAIL
        assert "Ozola" not in found.evidence[0].excerpt
