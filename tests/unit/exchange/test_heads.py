"""Equal heads are read once; what may be a live token is not remembered at all."""

import gc

import pytest

from elko_mock.exchange.heads import Heads
from elko_mock.exchange.redaction import token_mark

OURS = b"Bearer eyJvdXJz.token.of-the-mock"
FOREIGN = b"Bearer eyJsaXZl.secret.of-somebody"


def _heads() -> Heads:
    return Heads(lambda authorization: authorization == OURS.decode())


def test_an_equal_head_is_the_same_one_and_hides_the_token() -> None:
    heads = _heads()
    first = heads.of([(b"accept", b"*/*"), (b"authorization", OURS)])
    assert heads.of([(b"accept", b"*/*"), (b"authorization", OURS)]) is first
    assert tuple(first.headers) == ((b"accept", b"*/*"), (b"authorization", b"Bearer [redacted]"))
    assert first.authorization == OURS.decode()
    assert "eyJ" not in repr(first)


@pytest.mark.parametrize("form", ["Bearer {}", "bearer  {}", 'Bearer "{}"', "{}", "Basic {}", "Token token={}"])
def test_a_token_leaves_its_mark_however_it_is_written(form: str) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl"
    head = _heads().of([(b"authorization", form.format(token).encode())])
    (value,) = (value.decode() for _, value in head.headers)
    assert value.endswith(token_mark(token))
    assert "eyJ" not in value


@pytest.mark.parametrize("name", [b"authorization", b"cookie", b"x-token"])
def test_a_token_that_is_not_ours_is_kept_nowhere(name: bytes) -> None:
    heads = _heads()
    fields = [(b"accept", b"*/*"), (name, FOREIGN)]
    assert heads.of(fields) is not heads.of(fields)
    del fields
    gc.collect()
    assert FOREIGN not in _values(heads)


def _values(heads: Heads) -> list[bytes]:
    return [value for fields in heads._known for _, value in fields]


def test_several_authorizations_are_one_value() -> None:
    head = _heads().of([(b"authorization", b"Bearer a"), (b"authorization", b"b")])
    assert head.authorization == "Bearer a, b"
    assert [value for _, value in head.headers] == [b"Bearer [redacted]", b"[redacted]"]
