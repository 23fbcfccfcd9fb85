"""What is exported can be read back, and says what is wrong when it cannot."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.exchange import Credential, CredentialForm, Exchange, NearMiss, Side, Violation
from elko_mock.exchange.export import RecordProblem, from_record, read_ndjson, to_record, write_ndjson
from elko_mock.exchange.redaction import PersonalFields
from tests.unit.exchange.making import an_exchange

_TEXT = st.text(st.characters(codec="latin-1"), max_size=20)
_EXCHANGES = st.builds(
    an_exchange,
    st.integers(1, 10**6),
    path=_TEXT,
    query=_TEXT,
    method=st.sampled_from(["GET", "POST"]),
    headers=st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=3).map(tuple),
    body=st.binary(max_size=40) | st.text(max_size=20).map(str.encode),
    answer=st.binary(max_size=40),
    status=st.sampled_from([200, 403, None]),
    operation=st.none() | _TEXT,
    reason=st.none() | _TEXT,
    fault=st.none() | _TEXT,
    violations=st.lists(st.builds(Violation, st.sampled_from(Side), _TEXT, _TEXT, _TEXT), max_size=2).map(tuple),
    credential=st.builds(Credential, st.sampled_from(CredentialForm), _TEXT),
    near_miss=st.none() | st.builds(NearMiss, _TEXT, st.tuples(_TEXT)),
)


@given(_EXCHANGES)
def test_an_exchange_comes_back_as_it_was(exchange: Exchange) -> None:
    line = b"".join(write_ndjson([exchange], None))
    assert line.count(b"\n") == 1
    (back,) = read_ndjson([line, b"\n"])
    assert back == exchange


@pytest.mark.parametrize("kept", [b"caf\xe9!", b"caf\xe9", b"ab\xff\x41", b"R\xc4"])
def test_a_body_that_is_not_utf_8_comes_back_to_the_byte(kept: bytes) -> None:
    exchange = an_exchange(body=kept, request_length=len(kept), answer=kept, response_length=len(kept))
    (back,) = read_ndjson(write_ndjson([exchange], None))
    assert back == exchange


def test_of_a_body_that_was_cut_within_a_character_the_whole_ones_are_shown() -> None:
    exchange = an_exchange(body="Rīga"[:2].encode()[:-1], request_length=400)
    assert to_record(exchange, None)["request"]["body"] == "R"


def test_personal_data_stays_behind() -> None:
    exchange = an_exchange(body=b'{"enduser":{"contactName":"Jane Roe"}}', answer=b"<city>Riga</city>")
    text = b"".join(write_ndjson([exchange], PersonalFields(b"k")))
    assert b"Jane" not in text
    assert b"Riga" not in text


def test_the_record_says_the_world_s_time_for_people() -> None:
    assert to_record(an_exchange(at=1_500_000), None)["time"] == "1970-01-01T00:00:01.500000Z"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "other/9"}, "format is 'other/9'"),
        ({"number": "many"}, "not an exchange"),
        ({"request": None}, "not an exchange"),
        ({"credential": {"form": "sideways", "fingerprint": ""}}, "not an exchange"),
    ],
)
def test_a_broken_record_says_what_is_wrong(change: dict[str, Any], says: str) -> None:
    record = {**to_record(an_exchange(), None), **change}
    with pytest.raises(RecordProblem, match=says):
        from_record(record)


def test_a_missing_member_is_named() -> None:
    record = to_record(an_exchange(), None)
    del record["at"]
    with pytest.raises(RecordProblem, match="'at' is missing"):
        from_record(record)


@pytest.mark.parametrize("line", [b"{", b"[]", b'"x"', b"\xff"])
def test_a_broken_line_is_named(line: bytes) -> None:
    good = orjson.dumps(to_record(an_exchange(), None))
    with pytest.raises(RecordProblem, match="line 3"):
        list(read_ndjson([good, b"", line]))
