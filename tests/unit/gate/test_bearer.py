"""How the Authorization value may be written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.exchange import NO_CREDENTIAL, CredentialForm
from elko_mock.gate.bearer import credential, parse_bearer


@pytest.mark.parametrize(
    ("value", "token", "form", "taken"),
    [
        (None, "", CredentialForm.NONE, False),
        ("", "", CredentialForm.NONE, False),
        ("   ", "", CredentialForm.NONE, False),
        ("Bearer", "", CredentialForm.NONE, False),
        ("Bearer ", "", CredentialForm.NONE, False),
        ("Bearer abc", "abc", CredentialForm.BEARER, True),
        ("bearer abc", "abc", CredentialForm.BEARER, True),
        ("BEARER abc", "abc", CredentialForm.BEARER, True),
        (" Bearer abc ", "abc", CredentialForm.BEARER, True),
        ("Bearer  abc", "abc", CredentialForm.TWO_SPACES, True),
        ("Bearer \t abc", "abc", CredentialForm.TWO_SPACES, True),
        ("abc", "abc", CredentialForm.BARE, False),
        ('"abc"', "abc", CredentialForm.QUOTED, False),
        ('Bearer "abc"', "abc", CredentialForm.QUOTED, False),
        ("Bearer 'abc'", "abc", CredentialForm.QUOTED, False),
        ('"Bearer abc"', "abc", CredentialForm.QUOTED, False),
        ("Bearer abc\r\n", "abc", CredentialForm.LINE_END, False),
        ("Bearer abc\\n", "abc", CredentialForm.LINE_END, False),
        ('"abc"\n', "abc", CredentialForm.LINE_END, False),
        ("Basic dXNlcg==", "dXNlcg==", CredentialForm.OTHER_SCHEME, False),
        ("Token abc", "abc", CredentialForm.OTHER_SCHEME, False),
    ],
)
def test_forms(value: str | None, token: str, form: CredentialForm, taken: bool) -> None:
    bearer = parse_bearer(value)
    assert (bearer.token, bearer.form, bearer.well_formed) == (token, form, taken)


@given(st.text(max_size=80))
def test_any_text_is_answered_and_its_token_is_not_shown(value: str) -> None:
    bearer = parse_bearer(value)
    assert repr(bearer) == f"<Bearer {bearer.form}>"
    kept = credential(value, b"salt")
    assert kept.form is bearer.form
    assert (kept.fingerprint == "") is (bearer.token == "")


def test_fingerprints_tell_tokens_apart_within_one_process_only() -> None:
    one = credential("Bearer abc", b"salt")
    assert one.fingerprint == credential('"abc"', b"salt").fingerprint
    assert one.fingerprint != credential("Bearer abd", b"salt").fingerprint
    assert one.fingerprint != credential("Bearer abc", b"another").fingerprint
    assert len(one.fingerprint) == 12
    assert credential(None, b"salt") == NO_CREDENTIAL
    assert credential('""', b"salt").fingerprint == ""
    assert credential("Bearer abc", b"s" * 100).fingerprint
