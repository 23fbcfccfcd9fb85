"""The self-service page: terms, addresses, token, in this order (manual)."""

from dataclasses import replace

import pytest

from elko_mock.gate.account import ANYWHERE, DEFAULT_TOKEN, AccessProblem, Account, AccountSettings
from elko_mock.gate.token import is_foreign, user_of
from tests.unit.gate.test_token import LIVE

FRESH = AccountSettings(terms_accepted=False, addresses=(), token_created=False)


def code(answer: object) -> str | None:
    return answer.code if isinstance(answer, AccessProblem) else None


def test_manual_accept_the_terms_then_add_addresses_then_create_a_token() -> None:
    account = Account(FRESH)
    assert code(account.add_address("192.0.2.1")) == "terms-first"
    assert code(account.create_token("000000")) == "terms-first"
    account.accept_terms()
    assert code(account.create_token("000000")) == "addresses-first"
    assert account.add_address("192.0.2.1") is None
    assert account.token is None
    created = account.create_token("000000")
    assert created == account.token
    assert account.tokens_replaced == 0


def test_manual_creation_and_update_of_the_token_are_protected_by_2fa() -> None:
    account = Account(AccountSettings(second_factor="123456"))
    before = account.token
    assert code(account.create_token("000000")) == "second-factor"
    assert account.token == before
    assert code(account.create_token("123456")) is None
    assert account.token != before


def test_manual_exactly_one_valid_token_per_client() -> None:
    account = Account(AccountSettings())
    first = account.token
    second = account.issue_token("elko-mock", "elko-mock")
    third = account.create_token("000000")
    assert len({first, second, third}) == 3
    assert account.token == third
    assert (account.serial, account.tokens_replaced) == (3, 2)


def test_the_default_account_is_ready_to_use_from_anywhere() -> None:
    account = Account(AccountSettings())
    assert account.terms_accepted
    assert account.addresses == ANYWHERE
    assert account.token == DEFAULT_TOKEN
    assert "203.0.113.5" in account.allowed
    assert "2001:db8::1" in account.allowed


@pytest.mark.parametrize(("user", "password"), [("elko-mock", "x"), ("x", "elko-mock"), ("", "")])
def test_wrong_credentials_issue_nothing(user: str, password: str) -> None:
    account = Account(AccountSettings())
    before = account.token
    assert code(account.issue_token(user, password)) == "credentials"
    assert account.token == before


def test_addresses_come_and_go() -> None:
    account = Account(replace(FRESH, terms_accepted=True))
    assert account.add_address("10.0.0.0/24") is None
    assert account.add_address("10.0.0.1-10.0.0.9") is None
    assert code(account.add_address(" 10.0.0.77/24")) == "duplicate-address"
    assert code(account.add_address("10.0.0.300")) == "bad-address"
    assert account.addresses == ("10.0.0.0/24", "10.0.0.1-10.0.0.9")
    assert account.remove_address("10.0.0.0-10.0.0.255") is None  # another spelling of the same
    assert "10.0.0.5" in account.allowed
    assert "10.0.0.10" not in account.allowed
    missing = account.remove_address("10.0.0.1")
    assert missing is not None
    assert "10.0.0.1-10.0.0.9" in missing.message
    assert code(account.remove_address("nonsense")) == "bad-address"
    assert account.remove_address("10.0.0.1-10.0.0.9") is None
    assert "it holds nothing" in (account.remove_address("10.0.0.1") or missing).message


def test_terms_can_be_withdrawn_and_the_token_revoked() -> None:
    account = Account(AccountSettings())
    account.withdraw_terms()
    assert not account.terms_accepted
    assert account.revoke_token() is None
    assert account.token is None
    assert code(account.revoke_token()) == "no-token"
    account.accept_terms()
    assert isinstance(account.create_token("000000"), str)
    assert account.tokens_replaced == 0


def test_a_first_token_of_ones_own_and_never_a_live_one() -> None:
    account = Account(AccountSettings(first_token="my-own-token"))
    assert account.token == "my-own-token"
    assert user_of(account.replace_token()) == "elko-mock"
    with pytest.raises(ValueError, match="must never be given it"):
        Account(AccountSettings(first_token=LIVE))
    assert is_foreign(LIVE)


def test_secrets_are_not_shown() -> None:
    shown = repr(AccountSettings(password="hush-hush", first_token="my-own-token"))
    assert "hush-hush" not in shown
    assert "my-own-token" not in shown


def test_malformed_addresses_in_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="is no IP address"):
        Account(AccountSettings(addresses=("nonsense",)))


@pytest.mark.parametrize("settings", [FRESH, AccountSettings(), AccountSettings(first_token="my-own-token")])
def test_saved_and_restored(settings: AccountSettings) -> None:
    account = Account(settings)
    for step in (
        account.accept_terms,
        lambda: account.add_address("10.0.0.1"),
        lambda: account.create_token("000000"),
        account.revoke_token,
        account.withdraw_terms,
    ):
        state = account.snapshot()
        twin = Account.restore(settings, state)
        assert twin.snapshot() == state
        assert (twin.token, twin.addresses, twin.terms_accepted) == (
            account.token,
            account.addresses,
            account.terms_accepted,
        )
        step()
