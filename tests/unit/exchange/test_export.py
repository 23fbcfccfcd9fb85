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
    assert _without_a_cut_character(back) == _without_a_cut_character(exchange)


def _without_a_cut_character(exchange: Exchange) -> Exchange:
    """A body that ends in half a character is shown without that half."""

    def whole(body: Any) -> Any:
        for cut in range(4):
            try:
                body[: len(body) - cut].decode()
            except UnicodeDecodeError:
                continue
            return body[: len(body) - cut]
        return body

    response = exchange.response
    return exchange._replace(
        request=exchange.request._replace(body=whole(exchange.request.body)),
        response=None if response is None else response._replace(body=whole(response.body)),
    )


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
