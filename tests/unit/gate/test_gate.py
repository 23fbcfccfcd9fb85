"""The gate: what is checked in which order, and what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import MINUTE, SECOND
from elko_mock.gate.account import AccountSettings
from elko_mock.gate.gate import Change, Denial, Gate
from elko_mock.gate.throttle import Limit

T = 1_772_000_000 * SECOND
HERE = "127.0.0.1"


def reason(denial: Denial | None) -> str | None:
    return None if denial is None else denial.reason


def bearer(gate: Gate) -> str:
    return f"Bearer {gate.account.token}"


def test_the_order_is_terms_then_address_then_rate() -> None:
    gate = Gate(AccountSettings(terms_accepted=False, addresses=("192.0.2.1",)), Limit(calls=1))
    assert reason(gate.admit(T, HERE)) == "terms"
    gate.account.accept_terms()
    assert reason(gate.admit(T, HERE)) == "address"
    assert gate.admit(T, "192.0.2.1") is None  # the refused calls did not count
    over = gate.admit(T, "192.0.2.1")
    assert over == Denial("rate", "more than 1 calls in 10 seconds: blocked for 60 seconds", T + MINUTE)
    blocked = gate.admit(T + 10 * SECOND, "192.0.2.1")
    assert blocked == Denial("blocked", "blocked for 50 more seconds", T + MINUTE)
    assert reason(gate.admit(T, HERE)) == "address"
    gate.account.withdraw_terms()
    assert reason(gate.admit(T, HERE)) == "terms"


def test_manual_attempts_from_other_addresses_are_blocked() -> None:
    gate = Gate(AccountSettings(addresses=("192.0.2.0/24", "2001:db8::1")))
    assert gate.admit(T, "192.0.2.200") is None
    assert gate.admit(T, "2001:db8::1") is None
    denial = gate.admit(T, "198.51.100.9")
    assert denial is not None
    assert denial.reason == "address"
    assert "198.51.100.9" in denial.message


def test_of_1000_calls_at_once_exactly_50_pass() -> None:
    gate = Gate()
    reasons = [reason(gate.admit(T, HERE)) for _ in range(1000)]
    assert (reasons.count(None), reasons.count("rate"), reasons.count("blocked")) == (50, 1, 949)
    assert gate.counts == (1000, 1, MINUTE, 0)


def test_calls_from_different_addresses_are_counted_per_account() -> None:
    gate = Gate()
    reasons = [reason(gate.admit(T, f"192.0.2.{call}")) for call in range(51)]
    assert reasons == [None] * 50 + ["rate"]


def test_the_token_in_any_form_the_service_takes() -> None:
    gate = Gate()
    token = gate.account.token
    for taken in (f"Bearer {token}", f"Bearer  {token}", f"bearer {token}", f" Bearer {token} "):
        assert gate.authorise(taken) is None
    for refused in (
        None,
        "",
        "Bearer",
        token,
        f'"{token}"',
        f'Bearer "{token}"',
        f"Bearer {token}\n",
        f"Basic {token}",
    ):
        assert reason(gate.authorise(refused)) == "token"
    assert reason(gate.authorise(f"Bearer {token}x")) == "token"


def test_a_replaced_token_is_dead_at_once() -> None:
    gate = Gate()
    former = bearer(gate)
    gate.account.issue_token("elko-mock", "elko-mock")
    assert reason(gate.authorise(former)) == "token"
    assert gate.authorise(bearer(gate)) is None
    gate.account.revoke_token()
    assert reason(gate.authorise(bearer(gate))) == "token"
    assert reason(gate.authorise(former)) == "token"
    assert gate.counts.tokens_replaced == 1


def test_denials_do_not_show_the_token() -> None:
    gate = Gate()
    for value in ("Bearer secret-thing", "secret-thing", "Basic secret-thing"):
        assert "secret-thing" not in str(gate.authorise(value))


def test_rotation_at_a_call() -> None:
    gate = Gate(changes=[Change(at_call=3, replace_token=True)])
    former = bearer(gate)
    seen = []
    for _ in range(4):
        gate.admit(T, HERE)
        seen.append(reason(gate.authorise(former)))
    assert seen == [None, None, "token", "token"]
    assert gate.counts.tokens_replaced == 1


def test_rotation_after_a_time_and_again() -> None:
    gate = Gate(
        changes=[Change(after=MINUTE, replace_token=True), Change(after=2 * MINUTE, replace_token=True)], opened=T
    )
    tokens = []
    for at in (T, T + MINUTE - 1, T + MINUTE, T + 2 * MINUTE - 1, T + 2 * MINUTE, T + 9 * MINUTE):
        gate.admit(at, HERE)
        tokens.append(gate.account.serial)
    assert tokens == [1, 1, 2, 2, 3, 3]


def test_rotations_that_fall_due_together_replace_the_token_once() -> None:
    gate = Gate(changes=[Change(at_call=1, replace_token=True), Change(after=1, replace_token=True)], opened=T)
    gate.admit(T + 1, HERE)
    assert gate.account.serial == 2


def test_rotation_of_no_token_makes_none() -> None:
    gate = Gate(AccountSettings(token_created=False), changes=[Change(at_call=1, replace_token=True)])
    gate.admit(T, HERE)
    assert gate.account.token is None


def test_another_program_uses_up_the_limit() -> None:
    gate = Gate(changes=[Change(at_call=3, use_up_limit=True)])
    said = [reason(gate.admit(T + call, HERE)) for call in range(4)]
    assert said == [None, None, "rate", "blocked"]
    assert gate.throttle.left(T + 4) == 0
    assert gate.admit(T + 2 + MINUTE, HERE) is None
    fixed = Gate(limit=Limit(kind="fixed"), changes=[Change(at_call=1, use_up_limit=True)])
    assert reason(fixed.admit(T, HERE)) == "rate"
    assert fixed.admit(T + MINUTE, HERE) is None
    assert fixed.throttle.left(T + MINUTE) == 49
    unlimited = Gate(limit=Limit(calls=0), changes=[Change(at_call=1, use_up_limit=True)])
    assert unlimited.admit(T, HERE) is None


def test_addresses_and_terms_change_behind_the_clients_back() -> None:
    gate = Gate(
        changes=[
            Change(at_call=2, addresses=("192.0.2.0/24",)),
            Change(at_call=3, addresses=(HERE,), terms_accepted=False),
            Change(after=MINUTE, terms_accepted=True),
        ],
        opened=T,
    )
    said = [reason(gate.admit(at, HERE)) for at in (T, T, T, T + MINUTE)]
    assert said == [None, "address", "terms", None]


SETTINGS = AccountSettings(addresses=(HERE,))


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("call"), st.integers(0, 20 * SECOND)),
            st.sampled_from([("token", 0), ("revoke", 0), ("terms", 0), ("no terms", 0), ("stranger", 0)]),
        ),
        max_size=40,
    ),
    st.integers(0, 40),
)
def test_saved_and_restored_anywhere_it_goes_on_the_same(steps: list[tuple[str, int]], saved_after: int) -> None:
    changes = [Change(at_call=7, replace_token=True), Change(after=50 * SECOND, replace_token=True)]
    limit = Limit(calls=3, blocked_calls_extend=True)
    gate = Gate(SETTINGS, limit, changes=changes, opened=T)
    twin = gate
    now = T
    for number, (verb, figure) in enumerate(steps):
        if number == saved_after:
            state = gate.snapshot()
            twin = Gate.restore(SETTINGS, limit, state)
            assert twin.snapshot() == state
        now += figure
        for one in {id(gate): gate, id(twin): twin}.values():
            match verb:
                case "token":
                    one.account.create_token("000000")
                case "revoke":
                    one.account.revoke_token()
                case "terms":
                    one.account.accept_terms()
                case "no terms":
                    one.account.withdraw_terms()
        if verb in {"call", "stranger"}:
            address = HERE if verb == "call" else "192.0.2.1"
            said = gate.admit(now, address)
            if twin is not gate:
                assert twin.admit(now, address) == said
        assert gate.snapshot() == twin.snapshot()


@pytest.mark.parametrize(
    "broken",
    [{}, {"opened": 1}, {"opened": "x", "changes": []}, {"opened": 1, "changes": [{"addresses": None, "x": 1}]}],
)
def test_other_data_is_no_gate(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Gate.restore(SETTINGS, Limit(), broken)
