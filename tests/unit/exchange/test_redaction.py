"""Secrets and personal data do not get through; what is neither does."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.redaction import (
    PERSONAL_FIELDS,
    PersonalFields,
    harmless_headers,
    harmless_query,
    token_mark,
    without_secrets,
    without_secrets_text,
)

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "body",
    [f'"{TOKEN}"', TOKEN, f"<string>{TOKEN}</string>", f"a={TOKEN}&b=1", f"{TOKEN[:30]}"],
    ids=["json", "raw", "xml", "form", "cut"],
)
def test_a_token_goes_wherever_it_stands(body: str) -> None:
    cleaned = without_secrets(body.encode()).decode()
    assert "eyJ" not in cleaned
    assert "[token-" in cleaned


@pytest.mark.parametrize(
    "body",
    [
        '{"username": "u", "password": "s3cr\\"et"}',
        '{"Password":"s3cret',
        "<password>s3cret</password>",
        '<Password xsi:type="string">s3cret',
        "username=u&password=s3cret&x=1",
        '{"PassWord" : "s3cret"}',
        '{"password": ["s3cret"]}',
        '{"password": "a\\\ns3cret"}',
        "<x:password><![CDATA[s3cret]]></x:password>",
        "<password><!-- a -->s3cret</password>",
        "<Password\n>s3cret",
        '{"pASSWoRD": "s3cret"}',
        '{"p\\u0061ssword": "s3cret"}',
        '{"password": {"a": {"b": 1}, "c": "s3cret"}}',
        '{"password": [["a"], "s3cret", "]s3cret"], "x": 1}',
        '{"password": {"a": ["s3cret',
        "<password><![CDATA[a</b>s3cret]]></password>",
        "<password><!-- </x -->s3cret</password>",
        "<password><a>b</a>s3cret</password>",
        '<password a=">">s3cret</password>',
        "<_x0070_assword>s3cret</_x0070_assword>",
        "<Credentials><username/><password>s3cret</password></Credentials>",
        "pass%77ord=s3cret",
        "user[password]=s3cret",
        "client_secret=s3cret&grant_type=x",
        '{"accessToken": "s3cret"}',
        "see https://shop.invalid/?consumer_secret=s3cret and",
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_a_password_goes_in_every_representation(body: str, charset: str) -> None:
    cleaned = without_secrets(body.encode(charset)).replace(b"\0", b"")
    assert b"s3cr" not in cleaned
    assert b"[redacted]" in cleaned


@given(st.binary())
def test_bytes_without_secrets_stay_as_they_are(data: bytes) -> None:
    if b"eyJ" not in data and not any(word in data.lower() for word in (b"passw", b"token", b"secret", b"api")):
        assert without_secrets(data) == data


def test_text_is_treated_alike() -> None:
    assert without_secrets_text(f"token={TOKEN}") == f"token={token_mark(TOKEN)}"
    assert without_secrets_text("elkoCode=1") == "elkoCode=1"


@pytest.mark.parametrize("field", PERSONAL_FIELDS)
def test_each_personal_field_is_marked_in_json_and_xml(field: str) -> None:
    personal = PersonalFields(b"key")
    assert b"Jane" not in personal.hide(json.dumps({field: 'Jane "J" Roe'}).encode())
    assert b"Jane" not in personal.hide(f'{{"{field}": "Jane Ro'.encode())
    assert b"Jane" not in personal.hide(f"<{field}>Jane Roe</{field}>".encode())
    assert b"Jane" not in personal.hide(f"<x:{field}><![CDATA[Jane Roe]]></x:{field}>".encode())
    assert b"Jane" not in personal.hide(f"<{field}>Jane Roe</{field}>".encode("utf-16")).replace(b"\0", b"")
    assert b"1010" not in personal.hide(f'{{"{field.upper()}": 1010}}'.encode())


@pytest.mark.parametrize(
    "body",
    [
        '{"city": ["Jane"]}',
        '{"company": {"name": "Jane", "id": 7}}',
        '{"c\\u0069ty": "Jane"}',
        "<city><![CDATA[</a>Jane]]></city>",
        "<city><a>b</a>Jane</city>",
        "<_x0063_ity>Jane</_x0063_ity>",
        "contactName=Jane&elkoCode=1",
        "enduser%5BcontactName%5D=Jane",
        '{"first_name": "Jane", "email": "Jane"}',
    ],
)
def test_a_personal_field_is_marked_however_it_is_written(body: str) -> None:
    hidden = PersonalFields(b"key").hide(body.encode())
    assert b"Jane" not in hidden
    assert b"[personal-" in hidden


def test_in_a_query_too() -> None:
    hidden = PersonalFields(b"key").hide_in_query("elkoCode=1&contactName=Jane+Roe&email=Jane")
    assert "Jane" not in hidden
    assert hidden.startswith("elkoCode=1&contactName=[personal-")


def test_what_stands_beside_a_personal_field_stays() -> None:
    body = b'<city xsi:nil="true" /><a>Riga</a><city/><b>Riga</b><city>x</city><c>Riga</c>'
    assert PersonalFields(b"key").hide(body).count(b"Riga") == 3
    body = b'{"city": {"a": 1}, "note": "kept", "link": "https://shop.invalid/?city=x&a=b", "zip": null}'
    hidden = json.loads(PersonalFields(b"key").hide(body))
    assert (hidden["note"], hidden["link"][-4:], hidden["zip"]) == ("kept", "&a=b", None)


def test_equal_values_get_equal_marks_and_others_do_not() -> None:
    personal = PersonalFields(b"key")
    one = personal.hide(b'{"city":"Riga"}')
    assert one == personal.hide(b'{"city":"Riga"}')
    assert one != personal.hide(b'{"city":"Vilnius"}')
    assert one != PersonalFields(b"other").hide(b'{"city":"Riga"}')


@given(st.dictionaries(st.sampled_from(["elkoCode", "quantity", "price", "status", "id"]), st.integers()))
def test_what_is_not_personal_stays(data: dict[str, int]) -> None:
    body = json.dumps(data).encode()
    assert PersonalFields(b"key").hide(body) == body


@given(st.sampled_from(PERSONAL_FIELDS), st.text(min_size=1))
def test_a_hidden_body_is_still_json(field: str, value: str) -> None:
    hidden = json.loads(PersonalFields(b"key").hide(json.dumps({field: value, "elkoCode": 7}).encode()))
    assert hidden["elkoCode"] == 7
    assert hidden[field] != value


def test_an_empty_value_needs_no_mark() -> None:
    assert PersonalFields(b"key").hide(b'{"city":""}') == b'{"city":""}'


def test_what_is_named_like_a_secret_goes_whatever_its_shape() -> None:
    headers = (
        (b"x-api-key", b"s3cret"),
        (b"cookie", b"a=s3cret"),
        (b"x-elko-control-token", b"s3cret"),
        (b"authorization", b"Bearer [redacted]"),
        (b"x-other", f"see {TOKEN}".encode()),
        (b"accept", b"text/xml"),
    )
    assert harmless_headers(headers) == (
        (b"x-api-key", b"[redacted]"),
        (b"cookie", b"[redacted]"),
        (b"x-elko-control-token", b"[redacted]"),
        (b"authorization", b"Bearer [redacted]"),
        (b"x-other", f"see {token_mark(TOKEN)}".encode()),
        (b"accept", b"text/xml"),
    )
    assert harmless_query("elkoCode=1&access_token=s3cret&Authorization=Bearer%20s3cret&lang=EN&token") == (
        "elkoCode=1&access_token=[redacted]&Authorization=[redacted]&lang=EN&token"
    )
    assert harmless_query(f"token={TOKEN}&a=b") == f"token={token_mark(TOKEN)}&a=b"
    assert harmless_query("elkoCode=1&&=") == "elkoCode=1&&="
    assert harmless_query("a=%20&pass%77ord=s3cret") == "a=%20&pass%77ord=[redacted]"
    assert harmless_headers(((b"x-api-key", TOKEN.encode()),)) == ((b"x-api-key", token_mark(TOKEN).encode()),)


def test_equal_tokens_have_equal_marks_and_others_have_others() -> None:
    other = TOKEN.replace("c2ln", "c2lo")
    assert without_secrets_text(f"{TOKEN} {TOKEN}") == f"{token_mark(TOKEN)} {token_mark(TOKEN)}"
    assert token_mark(TOKEN) == token_mark(TOKEN) != token_mark(other)


@pytest.mark.parametrize(
    "body",
    [
        b"<password" * 100_000,
        b"<password>" * 100_000,
        b"<password>" + b"<" * 500_000,
        b'"password":"' + b"\\" * 500_000,
        b'"password":' * 100_000,
        b'"password"' + b" " * 500_000,
        b"&password=" * 100_000,
        b"<city " * 100_000,
        b"<a:city" * 100_000,
        b'"city": -' * 100_000,
        b"eyJ" * 200_000,
        b"e\0y\0J\0" * 100_000,
        b'"city":[' * 100_000,
        b'"city":{"a":[' * 100_000,
        b'<city a="' * 100_000,
        b"<city a='" * 100_000 + b'<city a="',
        b"<city><![CDATA[" * 100_000,
        b"<city><!--" * 100_000,
        b"<city></city" * 100_000,
        b"</" + b"_x0063_" * 100_000,
        b"\\u0063" * 100_000 + b"password",
        b"password=" + b"&a" * 300_000,
        b"&password" * 100_000,
        b"?token=" * 100_000,
    ],
    ids=lambda body: body[:12].decode(),
)
def test_no_body_takes_long(body: bytes) -> None:
    began = time.process_time()
    PersonalFields(b"key").hide(without_secrets(body))
    assert time.process_time() - began < 1
