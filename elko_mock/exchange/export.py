"""Export: exchanges as records (one JSON object each) and back, the form of `journal.ndjson`."""

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from elko_mock.clock import LATEST, to_datetime
from elko_mock.exchange.exchange import Credential, CredentialForm, Exchange, NearMiss, Side, Violation
from elko_mock.exchange.messages import Delivery, Fields, RawHeaders, Request, Response
from elko_mock.exchange.redaction import PersonalFields

FORMAT = "elko-mock-journal/1"
"""Named in every record, so that a reader of another version can say so."""

_LONGEST = 40


class RecordProblem(ValueError):
    """A record that is no exchange; the message says what is wrong with it."""


def to_record(exchange: Exchange, personal: PersonalFields | None) -> dict[str, Any]:
    """An exchange as plain JSON data. `personal` hides personal fields; None keeps them (in-memory use only)."""
    request, response = exchange.request, exchange.response
    return {
        "format": FORMAT,
        "number": exchange.number,
        "world": exchange.world,
        "at": exchange.at,
        "time": to_datetime(exchange.at).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "duration": exchange.duration,
        "operation": exchange.operation,
        "status": exchange.status,
        "reason": exchange.reason,
        "fault": exchange.fault,
        "request": {
            "method": request.method,
            "path": request.path,
            "query": request.query if personal is None else personal.hide_in_query(request.query),
            "client": request.client,
            "headers": _headers_out(request.headers),
            "length": exchange.request_length,
            **_body_out(request.body, exchange.request_length, personal),
        },
        "response": None
        if response is None
        else {
            "status": response.status,
            "headers": _headers_out(response.headers),
            "length": exchange.response_length,
            "delivery": None if response.delivery is None else response.delivery._asdict(),
            **_body_out(response.body if isinstance(response.body, bytes) else b"", exchange.response_length, personal),
        },
        "violations": [violation._asdict() for violation in exchange.violations],
        "credential": exchange.credential._asdict(),
        "nearMiss": None if exchange.near_miss is None else exchange.near_miss._asdict(),
    }


def from_record(record: Any) -> Exchange:
    """The exchange of a record. Raises RecordProblem saying what is missing or wrong."""
    if not isinstance(record, dict):
        raise RecordProblem("a journal's line must be a JSON object")
    if record.get("format") != FORMAT:
        raise RecordProblem(f"format is {record.get('format')!r}, this version reads {FORMAT!r}")
    try:
        asked, answered, credential, near = (
            record["request"],
            record["response"],
            record["credential"],
            record["nearMiss"],
        )
        return Exchange(
            number=_whole(record, "number"),
            world=_text(record, "world"),
            at=_whole(record, "at"),
            duration=_whole(record, "duration"),
            request=Request(
                method=_text(asked, "method"),
                path=_text(asked, "path"),
                query=_text(asked, "query"),
                headers=Fields(_headers_in(asked["headers"])),
                body=_body_in(asked),
                client=_text(asked, "client"),
            ),
            response=None
            if answered is None
            else Response(
                _whole(answered, "status"), _headers_in(answered["headers"]), _body_in(answered), _delivery_in(answered)
            ),
            operation=_text_or_none(record, "operation"),
            reason=_text_or_none(record, "reason"),
            fault=_text_or_none(record, "fault"),
            violations=tuple(
                Violation(Side(one["side"]), _text(one, "code"), _text(one, "where"), _text(one, "message"))
                for one in record["violations"]
            ),
            credential=Credential(CredentialForm(credential["form"]), _text(credential, "fingerprint")),
            near_miss=None
            if near is None
            else NearMiss(_text(near, "operation"), tuple(_is_text("differs", one) for one in near["differs"])),
            request_length=_whole(asked, "length"),
            response_length=0 if answered is None else _whole(answered, "length"),
        )
    except KeyError as missing:
        raise RecordProblem(f"{missing.args[0]!r} is missing") from None
    except (TypeError, ValueError, AttributeError) as wrong:
        raise RecordProblem(f"not an exchange: {wrong}") from None


def write_ndjson(exchanges: Iterable[Exchange], personal: PersonalFields | None) -> Iterator[bytes]:
    """One line of JSON per exchange."""
    for exchange in exchanges:
        yield orjson.dumps(to_record(exchange, personal)) + b"\n"


def read_ndjson(lines: Iterable[bytes]) -> Iterator[Exchange]:
    """The exchanges of NDJSON lines; blank lines are passed over. Raises RecordProblem naming the line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as wrong:
            raise RecordProblem(f"line {number}: not JSON: {wrong}") from None
        try:
            yield from_record(record)
        except RecordProblem as wrong:
            raise RecordProblem(f"line {number}: {wrong}") from None


def _headers_out(headers: RawHeaders) -> list[list[str]]:
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]


def _headers_in(headers: Any) -> RawHeaders:
    return tuple((str(name).encode("latin-1"), str(value).encode("latin-1")) for name, value in headers)


def _delivery_in(answered: dict[str, Any]) -> Delivery | None:
    how = answered.get("delivery")
    if how is None:
        return None
    cut, hang = (None if how[name] is None else _whole(how, name) for name in ("cut_after", "hang"))
    return Delivery(_whole(how, "delay"), cut, hang)


def _body_out(body: bytes, length: int, personal: PersonalFields | None) -> dict[str, str]:
    """`length`: bytes that the body had; of less the journal may have kept the beginning only."""
    shown = body if personal is None else personal.hide(body)
    try:
        return {"body": shown.decode()}
    except UnicodeDecodeError as wrong:
        if length > len(body) and wrong.reason == "unexpected end of data":  # cut in the middle of a character
            return {"body": shown[: wrong.start].decode()}
        return {"base64": base64.b64encode(shown).decode()}


def _body_in(message: dict[str, Any]) -> bytes:
    if "base64" in message:
        return base64.b64decode(message["base64"], validate=True)
    return _text(message, "body").encode()


def _whole(source: dict[str, Any], name: str) -> int:
    """A count, a length or a time. Greater ones than the last moment of a world's clock mean nothing."""
    value = source[name]
    if type(value) is int and 0 <= value <= LATEST:
        return value
    raise RecordProblem(f"{name!r} is {_shown(value)}, and wants a whole number from 0 to {LATEST}")


def _text(source: dict[str, Any], name: str) -> str:
    return _is_text(name, source[name])


def _text_or_none(source: dict[str, Any], name: str) -> str | None:
    value = source[name]
    return None if value is None else _is_text(name, value)


def _is_text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise RecordProblem(f"{name!r} is {_shown(value)}, and wants text")


def _shown(value: Any) -> str:
    """The beginning is enough to find it by."""
    return orjson.dumps(value).decode()[:_LONGEST]
