"""What a report shows holds no secret and nothing personal that can be told by its look."""

from hypothesis import given
from hypothesis import strategies as st

from elko_mock.grade.scrub import scrubbed

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiWCJ9.c2lnbmF0dXJlLXBhcnQ"


@given(before=st.text(max_size=30), after=st.text(max_size=30), secret=st.text("abcdefXYZ0123456789-_.", min_size=8))
def test_a_known_secret_is_gone_wherever_it_stood(before: str, after: str, secret: str) -> None:
    assert secret not in scrubbed(f"{before}{secret}{after}", [secret])


@given(before=st.text(max_size=30), after=st.text(" ,;:)äß\n", max_size=3))
def test_whatever_looks_like_a_token_is_gone(before: str, after: str) -> None:
    assert JWT.split(".")[1] not in scrubbed(f"{before} {JWT}{after}")


def test_bearers_mails_and_telephones_are_gone() -> None:
    text = "Authorization: Bearer 0123456789abcdef for liga@ziemelu-rati.example, +371 67 204 118"
    assert scrubbed(text) == "Authorization: Bearer [redacted] for [mail], [telephone]"


def test_figures_and_codes_stay() -> None:
    text = "GET /v3.0/api/Catalog/Products?elkoCode=1341426,1341427 -> 200: 51 calls in 9.98 s"
    assert scrubbed(text) == text


def test_lines_become_one() -> None:
    assert scrubbed("one\r\n\ttwo\x00") == "one two"
