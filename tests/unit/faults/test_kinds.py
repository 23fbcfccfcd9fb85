"""What faults make of an answer."""

import gzip
import json
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import SECOND
from elko_mock.exchange.messages import Delivery, Response
from elko_mock.faults.kinds import LONGEST, Corrupt, Cut, Delay, Fault, Hang, Respond, Truncate, Vary
from elko_mock.faults.strike import Strike, deformed, narrowed, responded, roll, strike_of

JSON = b'[{"elkoCode":1341426,"quantity":">50"}]'
XML = b"<?xml version='1.0'?><ArrayOfProduct><Product/></ArrayOfProduct>"


def answer(
    body: bytes = JSON, content_type: bytes = b"application/json; charset=utf-8", zipped: bool = False
) -> Response:
    if zipped:
        body = gzip.compress(body, mtime=0)
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    if zipped:
        headers.append((b"content-encoding", b"gzip"))
    return Response(200, tuple(headers), body)


def struck(*faults: Fault, by: Response | None = None, seed: str = "1") -> Response:
    return deformed(by or answer(), strike_of("test", faults, seed))


def body_of(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    assert response.header(b"content-length") == str(len(response.body))
    return response.body


def test_a_fixed_delay_is_always_the_same() -> None:
    assert struck(Delay("fixed", 2 * SECOND, 2 * SECOND)).delivery == Delivery(delay=2 * SECOND)


@given(st.integers(0, 1000), st.integers(0, 1000), st.floats(0, 1, exclude_max=True))
def test_a_uniform_delay_stays_between_its_ends(low: int, width: int, rolled: float) -> None:
    delay = Delay("uniform", low, low + width)
    assert low <= delay.drawn(rolled) <= low + width
    assert delay.drawn(0.0) == low


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 5))
def test_a_lognormal_delay_has_a_longest(rolled: float, sigma: float) -> None:
    assert 0 <= Delay("lognormal", 0, 10 * SECOND, SECOND, sigma).drawn(rolled) <= 10 * SECOND


def test_a_lognormal_delay_scatters_around_its_median_with_a_long_tail() -> None:
    delay = Delay("lognormal", 0, LONGEST, SECOND, 0.6)
    drawn = sorted(delay.drawn(roll("seed", number)) for number in range(2000))
    assert 0.95 * SECOND < median(drawn) < 1.05 * SECOND
    assert drawn[1900] > 2 * SECOND  # one in twenty takes more than twice as long
    assert drawn[100] < 0.5 * SECOND


def test_a_roll_hangs_on_nothing_but_its_parts() -> None:
    assert roll(1, "rule", 7) == roll(1, "rule", 7) == 0.22785696060863259
    assert roll(1, "rule", 8) != roll(1, "rule", 7)
    rolls = [roll("x", number) for number in range(2000)]
    assert all(0 <= one < 1 for one in rolls)
    assert 0.48 < sum(rolls) / 2000 < 0.52


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (Truncate(size=5), 5),
        (Truncate(size=0), 0),
        (Truncate(size=10**6), len(JSON)),
        (Truncate(share=0.5), len(JSON) // 2),
    ],
)
def test_truncate_leaves_a_correct_message(fault: Truncate, left: int) -> None:
    response = struck(fault)
    assert body_of(response) == JSON[:left]
    assert response.delivery is None


def test_truncate_cuts_the_content_not_its_compression() -> None:
    response = struck(Truncate(size=7), by=answer(zipped=True))
    assert gzip.decompress(body_of(response)) == JSON[:7]


@pytest.mark.parametrize("body", [JSON, b'{"a":1}\n', b'"token"', b"", b"[]"])
def test_broken_json_cannot_be_parsed(body: bytes) -> None:
    for zipped in (False, True):
        response = struck(Corrupt("json"), by=answer(body, zipped=zipped))
        text = gzip.decompress(body_of(response)) if zipped else body_of(response)
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


def test_broken_xml_lacks_its_last_bracket() -> None:
    response = struck(Corrupt("xml"), by=answer(XML, b"application/xml; charset=utf-8"))
    assert body_of(response) == XML[:-1]
    assert body_of(struck(Corrupt("xml"), by=answer(b"no tag", b"text/xml"))) == b"no tag"


@pytest.mark.parametrize(("how", "content_type"), [("json", b"text/xml"), ("xml", b"application/json"), ("json", b"")])
def test_other_representations_are_left_alone(how: str, content_type: bytes) -> None:
    kind = Corrupt("json") if how == "json" else Corrupt("xml")
    assert body_of(struck(kind, by=answer(XML, content_type))) == XML


@given(st.binary(max_size=200), st.integers(1, 20), st.text(max_size=5))
def test_flipped_bytes_are_the_same_every_time(body: bytes, count: int, seed: str) -> None:
    once = body_of(struck(Corrupt("bytes", count), by=answer(body), seed=seed))
    again = body_of(struck(Corrupt("bytes", count), by=answer(body), seed=seed))
    assert sum(one != other for one, other in zip(once, body, strict=True)) == min(count, len(body))
    assert once == again
    assert len(once) == len(body)
    assert sum(a != b for a, b in zip(once, body, strict=True)) <= count


def test_flipped_bytes_are_those_of_the_wire() -> None:
    sent = answer(zipped=True)
    assert isinstance(sent.body, bytes)
    spoiled = body_of(struck(Corrupt("bytes", 1), by=sent))
    assert len(spoiled) == len(sent.body)
    assert sum(a != b for a, b in zip(spoiled, sent.body, strict=True)) == 1


def test_flipped_bytes_do_spoil_the_body() -> None:
    assert body_of(struck(Corrupt("bytes"), seed="a")) != JSON
    assert body_of(struck(Corrupt("bytes"), seed="a")) != body_of(struck(Corrupt("bytes"), seed="b"))


def test_a_body_that_only_says_it_is_compressed_is_taken_as_it_is() -> None:
    lying = Response(200, ((b"content-encoding", b"gzip"), (b"content-type", b"text/json")), JSON)
    assert gzip.decompress(body_of(struck(Truncate(size=3), by=lying))) == JSON[:3]


def test_chunks_are_joined_before_they_are_spoiled() -> None:
    chunked = Response(
        200, ((b"content-type", b"text/json"), (b"transfer-encoding", b"chunked")), iter([b"[1,", b"2]"])
    )
    response = struck(Corrupt("json"), by=chunked)
    assert body_of(response) == b"[1,2,]"
    assert response.header(b"transfer-encoding") is None


def test_chunks_that_are_only_delayed_stay_chunks() -> None:
    chunks = iter([b"[1,", b"2]"])
    assert struck(Delay("fixed", 5, 5), by=Response(200, (), chunks)).body is chunks


def test_cut_and_hang_are_for_the_one_who_delivers() -> None:
    assert struck(Cut(100)).delivery == Delivery(cut_after=100)
    assert struck(Hang(9 * SECOND)).delivery == Delivery(hang=9 * SECOND)
    both = struck(Delay("fixed", 3, 3), Cut(0))
    assert both.delivery == Delivery(delay=3, cut_after=0)
    assert body_of(both) == JSON


def test_a_delay_on_another_clock_is_waited_for_otherwise() -> None:
    strike = strike_of("x", (Delay("fixed", 60, 60, clock="world"),), "")
    assert strike.delay_clock == "world"
    assert deformed(answer(), strike, delay=1).delivery == Delivery(delay=1)
    assert deformed(answer(), strike, delay=0).delivery is None


@pytest.mark.parametrize(
    ("fault", "before"),
    [
        (Respond(503), True),
        (Respond(503, accepted=True), False),
        (Hang(1), True),
        (Hang(1, accepted=True), False),
        (Cut(0), False),
        (Cut(0, accepted=False), True),
        (Delay("fixed", 1, 1), False),
        (Truncate(size=1), False),
        (Corrupt("json"), False),
    ],
)
def test_only_what_is_not_accepted_strikes_before_the_operation(fault: Fault, before: bool) -> None:
    assert strike_of("x", (fault,), "").before is before


def test_of_two_faults_of_one_kind_the_first_counts() -> None:
    strike = strike_of("x", (Respond(500), Respond(404), Cut(1), Cut(2)), "")
    assert (strike.respond, strike.cut) == (Respond(500), Cut(1))
    assert Strike("x") == strike_of("x", (), "")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":1}', "application/json; charset=utf-8"),
        (b" [1]", "application/json; charset=utf-8"),
        (b"<html/>", "text/html; charset=utf-8"),
        (b"busy", "text/plain; charset=utf-8"),
        (None, None),
    ],
)
def test_a_response_of_ones_own(body: bytes | None, content_type: str | None) -> None:
    response = responded(Respond(503, body, (("Retry-After", "5"),)))
    assert (response.status, body_of(response)) == (503, body or b"")
    assert response.header(b"content-type") == content_type
    assert response.header(b"retry-after") == "5"


def test_a_content_type_of_ones_own_is_kept() -> None:
    assert (
        responded(Respond(200, b"<x/>", (("Content-Type", "image/svg+xml"),))).header(b"content-type")
        == "image/svg+xml"
    )


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("body", "media_type"), [(JSON, "application/json"), (XML, "text/xml")])
def test_a_varied_answer_has_a_mark_and_the_charset_in_another_spelling(
    body: bytes, media_type: str, zipped: bool
) -> None:
    usual = answer(body, f"{media_type}; charset=utf-8".encode(), zipped)
    response = struck(Vary(), by=usual)
    plain = gzip.decompress(body_of(response)) if zipped else body_of(response)
    assert plain == b"\xef\xbb\xbf" + body
    assert response.header(b"content-type") == f'{media_type}; charset="UTF-8"'
    assert struck(Vary(mark=False), by=usual) == usual


def test_an_answer_without_a_charset_is_not_varied() -> None:
    usual = answer(content_type=b"application/octet-stream")
    assert struck(Vary(), by=usual) == usual


@pytest.mark.parametrize(
    ("accept", "turns"),
    [
        ("application/json, text/xml;q=0.5", ["application/json", "text/xml", "application/json"]),
        ("application/json, text/plain, */*", ["application/json", "text/plain", "application/json"]),
        ("application/json, text/xml;q=0", ["application/json, text/xml;q=0"] * 3),
        ("application/json", ["application/json"] * 3),
        ("*/*", ["*/*"] * 3),
        ("", [""] * 3),
        (None, [None] * 3),
    ],
)
def test_the_media_types_named_take_turns(accept: str | None, turns: list[str | None]) -> None:
    assert [narrowed(accept, turn) for turn in range(3)] == turns
