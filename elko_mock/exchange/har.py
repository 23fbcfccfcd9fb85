"""HAR: exchanges as other tools read them (HTTP Archive 1.2), without secrets and personal data."""

from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version
from typing import TextIO
from urllib.parse import parse_qsl

from harfile import Content, Creator, HarFile, PostData, Record, Request, Response, Timings

from elko_mock.clock import to_datetime
from elko_mock.exchange import messages
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.redaction import PersonalFields

_HTTP = "HTTP/1.1"
_MILLISECOND = 1000


def write_har(out: TextIO, exchanges: Iterable[Exchange], personal: PersonalFields, *, base: str | None = None) -> None:
    """The exchanges as one HAR document, in their order. `base`: the URL that targets are put behind; without it the
    host that each request named. A call without an answer has the status 0, as browsers write it."""
    with HarFile.open(out, creator=Creator(name="elko-mock", version=version("elko-mock"))) as har:
        for exchange in exchanges:
            milliseconds = exchange.duration / _MILLISECOND
            har.add_entry(
                startedDateTime=to_datetime(exchange.at),
                time=milliseconds,
                request=_request(exchange, personal, base),
                response=_response(exchange, personal),
                timings=Timings(send=0, wait=milliseconds, receive=0),
                comment=_comment(exchange),
            )


def _request(exchange: Exchange, personal: PersonalFields, base: str | None) -> Request:
    request = exchange.request._replace(query=personal.hide_in_query(exchange.request.query))
    body = None
    if request.body:
        text = personal.hide(request.body).decode("utf-8", "replace")
        body = PostData(mimeType=request.header(b"content-type") or "", text=text)
    return Request(
        method=request.method,
        url=(base or f"http://{request.header(b'host') or 'localhost'}") + request.target,
        httpVersion=_HTTP,
        headers=_records(request.headers),
        queryString=[Record(name, value) for name, value in parse_qsl(request.query, keep_blank_values=True)],
        postData=body,
        bodySize=exchange.request_length,
    )


def _response(exchange: Exchange, personal: PersonalFields) -> Response:
    response = exchange.response
    if response is None:
        return Response(status=0, statusText="no answer", httpVersion=_HTTP, content=Content(size=0, mimeType=""))
    body = response.body if isinstance(response.body, bytes) else b""  # as it was before compression
    return Response(
        status=response.status,
        statusText=HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else "",
        httpVersion=_HTTP,
        headers=_records(response.headers),
        content=Content(
            size=exchange.response_length,
            mimeType=response.header(b"content-type") or "",
            text=personal.hide(body).decode("utf-8", "replace"),
        ),
        redirectURL=response.header(b"location") or "",
        bodySize=exchange.response_length,
    )


def _records(headers: messages.RawHeaders) -> list[Record]:
    return [Record(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _comment(exchange: Exchange) -> str:
    parts = [f"exchange {exchange.number} of world {exchange.world}"]
    parts += [f"operation {exchange.operation}"] if exchange.operation else []
    parts += [f"refused: {exchange.reason}"] if exchange.reason else []
    parts += [f"fault: {exchange.fault}"] if exchange.fault else []
    parts += [f"{one.where}: {one.message}" for one in exchange.violations]
    return "; ".join(parts)
