"""C10 to C13, C27, C28: the token, judged on generated journals with and without the fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.exchange import CredentialForm
from elko_mock.exchange.redaction import token_mark
from elko_mock.grade.rule import Result
from tests.unit.grade.script import GOOD_END, Ending, Script, finding, verdict_of

PASS, FAIL, NOT = Result.PASS, Result.FAIL, Result.NOT_EXERCISED


class TestC10TokenReused:
    @given(others=st.lists(st.integers(1, 40), min_size=1, max_size=12), refused=st.booleans())
    def test_needless_tokens_are_counted(self, others: list[int], refused: bool) -> None:
        script = Script()
        for calls in others:
            script.new_token()
            for _ in range(calls):
                script.wait(0.3).orders()
            if refused:
                script.refused("token", "/Orders")
        needless = 0 if refused else len(others) - 1
        total = sum(others) + (len(others) if refused else 0)
        broken = needless > 2 and needless > 0.1 * total
        expected = (FAIL if broken else PASS) if total >= 3 else NOT
        assert verdict_of("C10", script) is expected

    @given(calls=st.integers(4, 40))
    def test_a_token_per_call_breaks_it(self, calls: int) -> None:
        script = Script()
        for _ in range(calls):
            script.wait(1).new_token().orders()
        found = finding("C10", script)
        assert found.result is FAIL
        assert found.faults == calls - 1

    def test_a_token_given_from_outside_and_kept_is_a_pass(self) -> None:
        assert verdict_of("C10", Script().good_day()) is PASS

    def test_token_calls_that_were_refused_make_none(self) -> None:
        script = Script().good_day()
        for _ in range(20):
            script.new_token(status=400, reason="validation").orders()
        assert verdict_of("C10", script) is PASS


def rotated(seed: int = 0) -> Script:
    """A day, and then the token is dead."""
    return Script().good_day(seed).refused("token", "/Orders", operation="listOrders")


class TestC11RotationSurvived:
    @given(in_vain=st.integers(0, 25), refreshes=st.integers(0, 3), repeats=st.booleans(), seed=st.integers(0, 99))
    def test_one_refresh_and_one_retry_and_no_loop(
        self, in_vain: int, refreshes: int, repeats: bool, seed: int
    ) -> None:
        script = rotated(seed)
        for _ in range(in_vain):
            script.wait(61).refused("token", "/Orders", operation="listOrders")
        for _ in range(refreshes):
            script.wait(1).new_token()
        if refreshes:
            script.wait(1)
            script.orders() if repeats else script.availability({1001: "8"})
        kept = in_vain < 20 and refreshes == 1 and repeats
        ending = GOOD_END if refreshes else Ending(exit_status=3)
        assert verdict_of("C11", script, ending) is (PASS if kept else FAIL)

    @given(seed=st.integers(0, 99))
    def test_giving_up_at_once_does_not_survive_it(self, seed: int) -> None:
        found = finding("C11", rotated(seed), Ending(exit_status=2, last_words="403"))
        assert found.result is FAIL
        assert "never asked for a new token" in found.evidence[0].excerpt

    @pytest.mark.parametrize(
        ("again", "expected"),
        [
            ("elkoCode=1001,1002&_=8", PASS),
            ("ELKOCODE=1001&elkoCode=1002", PASS),
            ("elkoCode=1001%2C1002&v=%20", PASS),
            ("elkoCode=1001&_=7", FAIL),
        ],
    )
    def test_what_the_service_does_not_read_makes_no_other_call(self, again: str, expected: Result) -> None:
        path = "/Catalog/Availability"
        script = Script().orders().refused("token", path, "elkoCode=1001,1002&_=7", operation="getAvailability")
        script.new_token().call("GET", path, again, operation="getAvailability", answer=[])
        assert verdict_of("C11", script, GOOD_END) is expected

    def test_refreshing_for_ever_is_found(self) -> None:
        script = rotated()
        for _ in range(5):
            script.new_token().refused("token", "/Orders", operation="listOrders")
        assert verdict_of("C11", script, Ending(exit_status=1)) is FAIL

    def test_using_the_old_token_again_after_the_refresh_is_found(self) -> None:
        script = rotated()
        old = script.token
        for _ in range(3):
            script.new_token()
            script.token = old
            script.refused("token", "/Orders", operation="listOrders")
        assert verdict_of("C11", script, Ending(exit_status=1)) is FAIL

    @given(seed=st.integers(0, 99))
    def test_a_run_whose_token_lives_is_no_occasion(self, seed: int) -> None:
        assert verdict_of("C11", Script().new_token().good_day(seed), GOOD_END) is NOT

    def test_a_token_that_never_worked_was_not_rotated(self) -> None:
        assert verdict_of("C11", Script().refused("token", "/Orders"), Ending(exit_status=1)) is NOT

    def test_a_malformed_token_was_not_rotated(self) -> None:
        script = Script().good_day().refused("token", "/Orders", form=CredentialForm.QUOTED)
        assert verdict_of("C11", script, GOOD_END) is NOT

    def test_who_is_refused_a_new_token_is_not_to_blame(self) -> None:
        script = rotated().refused("address", "/Token", operation="issueToken", form=CredentialForm.NONE)
        assert verdict_of("C11", script, Ending(exit_status=3)) is NOT

    def test_a_journal_that_stops_there_says_nothing(self) -> None:
        assert verdict_of("C11", rotated()) is NOT

    def test_workers_in_flight_may_all_be_refused_once(self) -> None:
        script = rotated()
        for code in range(6):
            script.refused("token", f"/Catalog/MediaItems/{1000 + code}", operation="getMediaItems")
        assert verdict_of("C11", script.new_token().orders(), GOOD_END) is PASS

    def test_its_own_new_token_is_no_rotation(self) -> None:
        script = Script().good_day()
        old = script.token
        script.new_token().orders()
        script.token = old
        assert verdict_of("C11", script.refused("token", "/Orders"), Ending(exit_status=1)) is NOT


def two_workers(rounds: int, *, share: bool = False) -> Script:
    """Two workers at work: each signs in when its token is dead, or both use one."""
    script = Script(token="first")
    tokens = ["first", "first"]
    for number in range(rounds * 2):
        me, other = number % 2, 1 - number % 2
        script.token = tokens[me]
        if not share:
            if number:
                script.wait(1).refused("token", "/Orders", operation="listOrders")
            script.wait(1).new_token(f"t{number}")
            tokens[me] = f"t{number}"
        script.wait(1).orders()
        del other
    return script


class TestC12NoTokenThrash:
    @given(rounds=st.integers(1, 10), share=st.booleans())
    def test_killing_each_others_tokens_again_and_again_breaks_it(self, rounds: int, share: bool) -> None:
        script = two_workers(rounds, share=share)
        victims = 0 if share else max(0, rounds * 2 - 2)
        assert verdict_of("C12", script, workers=2) is (FAIL if victims > 3 else PASS)

    @given(seed=st.integers(0, 99))
    def test_one_worker_alone_is_no_occasion(self, seed: int) -> None:
        assert verdict_of("C12", Script().new_token().good_day(seed)) is NOT

    def test_a_client_that_clings_to_one_dead_token_is_one_victim(self) -> None:
        script = Script(token="old").orders()
        for _ in range(9):
            script.new_token("fresh")
            script.token = "old"
            script.refused("token", "/Orders", operation="listOrders")
        assert verdict_of("C12", script) is PASS

    def test_a_token_replaced_from_outside_is_not_its_doing(self) -> None:
        script = Script()
        for number in range(9):
            script.orders().refused("token", "/Orders", operation="listOrders").new_token(f"t{number}")
        assert verdict_of("C12", script) is NOT


class TestC13BearerWellformed:
    GOOD = (CredentialForm.BEARER, CredentialForm.TWO_SPACES)

    @given(forms=st.lists(st.sampled_from(CredentialForm), min_size=1, max_size=8), seed=st.integers(0, 99))
    def test_every_malformed_token_is_found(self, forms: list[CredentialForm], seed: int) -> None:
        script = Script()
        for form in forms:
            script.wait(1).orders(form=form)
        wrong = sum(form not in self.GOOD for form in forms)
        found = finding("C13", script)
        assert found.result is (FAIL if wrong else PASS)
        assert found.faults == wrong

    @given(form=st.sampled_from(CredentialForm), operation=st.sampled_from(["listOrders", "issueToken"]))
    def test_a_token_in_the_query_is_found_beside_any_header(self, form: CredentialForm, operation: str) -> None:
        script = Script().call("GET", "/Orders", "a=1&t=[token-0123abcd]", operation=operation, form=form)
        found = finding("C13", script)
        assert found.result is FAIL
        assert "in the query string" in found.evidence[0].excerpt

    def test_token_itself_needs_none(self) -> None:
        assert verdict_of("C13", Script().new_token()) is NOT

    def test_what_the_gate_refused_is_judged_by_its_path(self) -> None:
        assert verdict_of("C13", Script().refused("rate", "/Orders", form=CredentialForm.NONE)) is FAIL
        assert verdict_of("C13", Script().refused("rate", "/Nowhere", form=CredentialForm.NONE)) is NOT
        assert verdict_of("C13", Script().refused("rate", "/token/", form=CredentialForm.NONE, base="/V3.0/api")) is NOT


class TestC27TlsVerified:
    @given(requests=st.integers(0, 5), connections=st.integers(0, 5))
    def test_a_request_that_arrives_breaks_it(self, requests: int, connections: int) -> None:
        script = Script()
        for _ in range(requests):
            script.orders(status=403)
        expected = FAIL if requests else PASS if connections else NOT
        assert verdict_of("C27", script, Ending(connections=connections), wrong_certificate=True) is expected


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl"


class TestC28SecretsKept:
    @given(
        leak=st.sampled_from(["none", "query", "shop header", "shop body", "shop path", "shop custom header"]),
        seed=st.integers(0, 99),
    )
    def test_each_leak_is_found(self, leak: str, seed: int) -> None:
        script = Script(token=JWT).good_day(seed)
        mark = token_mark(JWT)
        if leak == "query":
            script.call("GET", "/Orders", f"access_token={mark}", operation="listOrders")
        if leak == "shop header":
            script.sink({"a": 1}, form=CredentialForm.BEARER)
        if leak == "shop body":
            script.sink({"config": {"elko": mark}})
        if leak == "shop path":
            script.sink({"a": 1}, f"/hook/{mark}")
        if leak == "shop custom header":
            script.sink({"a": 1}, headers=[(b"x-api-key", mark.encode())])
        found = finding("C28", script, secrets=frozenset({JWT}))
        assert found.result is (PASS if leak == "none" else FAIL)
        assert all(JWT not in piece.excerpt for piece in found.evidence)

    def test_a_token_that_was_handed_out_in_the_run_is_known_by_its_mark(self) -> None:
        script = Script().new_token().good_day()
        assert verdict_of("C28", script.sink({"elko": "[token-00000000]"})) is FAIL

    def test_a_plain_token_is_found_as_it_is(self) -> None:
        script = Script(token="not-a-jwt-at-all").good_day().sink({"elko": "not-a-jwt-at-all"})
        assert verdict_of("C28", script, secrets=frozenset({"not-a-jwt-at-all"})) is FAIL

    def test_the_shops_own_token_is_none_of_elkos(self) -> None:
        script = Script().good_day()
        script.token = "the-shops-own"
        script.sink({"a": 1}, form=CredentialForm.BEARER).sink({"jwt": "[token-99999999]"})
        assert verdict_of("C28", script) is PASS

    @given(first=st.booleans())
    def test_a_token_that_was_used_is_known_by_the_mark_in_its_header(self, first: bool) -> None:
        script, used = Script(), [(b"authorization", b"Bearer [token-0123abcd]")]
        if first:
            script.orders(headers=used)
        script.sink({"elko": "[token-0123abcd]"})
        if not first:
            script.orders(headers=used)
        found = finding("C28", script)
        assert found.result is FAIL
        assert found.evidence[0].exchange == (2 if first else 1)

    @pytest.mark.parametrize("form", [CredentialForm.NONE])
    def test_without_a_token_there_is_nothing_to_keep(self, form: CredentialForm) -> None:
        assert verdict_of("C28", Script().orders(form=form)) is NOT
