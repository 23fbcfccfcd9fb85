"""Tokens: of the service's looks, the same on every machine, and nobody else's in clear."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.gate import token as tokens
from elko_mock.gate.account import DEFAULT_TOKEN
from elko_mock.gate.token import ISSUER, NAME, ROLE, claims_of, is_foreign, issue, user_of


def jwt(claims: object, header: object = None) -> str:
    parts = [header or {"alg": "HS256", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


LIVE = jwt({NAME: "990001@3", ROLE: "Api", "exp": 1, "iss": "https://ecom.example", "aud": "api.example"})


def test_evidence_4_a_jwt_hs256_of_about_300_characters_with_the_claims_seen() -> None:
    token = issue("elko-mock", 1)
    assert 280 <= len(token) <= 400
    claims = claims_of(token)
    assert claims is not None
    assert claims[NAME] == "elko-mock@1"
    assert claims[ROLE] == "Api"
    assert set(claims) == {NAME, ROLE, "exp", "iss", "aud"}
    head, body, signature = token.split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}
    signed = hmac.new(tokens.SIGNING_KEY, f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == signed


def test_no_live_token_can_carry_the_issuer() -> None:
    assert ISSUER.endswith(".invalid")


def test_the_well_known_token_is_a_constant() -> None:
    assert issue("elko-mock", 1) == DEFAULT_TOKEN


@given(st.text(max_size=30), st.integers(1, 10**6))
def test_a_token_says_whose_it_is_and_is_not_foreign(user: str, serial: int) -> None:
    token = issue(user, serial)
    assert user_of(token) == user
    assert not is_foreign(token)
    assert issue(user, serial) == token
    assert issue(user, serial + 1) != token


@pytest.mark.parametrize(
    "foreign",
    [
        LIVE,
        jwt({"sub": "no issuer at all"}),
        jwt({"iss": ISSUER, NAME: 7}),
        jwt([]),
        LIVE[:-20],
        LIVE.rpartition(".")[0],
        "eyJhbGciOiJIUzI1NiJ9.e30",
        "eyJ_.eyJ_.x",
    ],
)
def test_whatever_looks_like_a_jwt_and_is_not_ours_is_foreign(foreign: str) -> None:
    assert is_foreign(foreign)
    assert user_of(foreign) is None


@pytest.mark.parametrize("text", ["", "abc", "a.b.c", "eyJ", "eyJhbGciOiJIUzI1NiJ9", "key.json.js", "...."])
def test_other_texts_are_left_alone(text: str) -> None:
    assert not is_foreign(text)
    assert claims_of(text) is None


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    claims_of(text)
    claims_of(f"{text}.{text}.{text}")
    assert not is_foreign(text) or text.startswith("eyJ")
