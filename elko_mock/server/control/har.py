"""HAR: a journal as other tools read it (HTTP Archive 1.2)."""

import base64
import gzip
import io
import zlib
from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import parse_qsl

from harfile import Content, Creator, HarFile, PostData, Record, Request, Response, Timings

from elko_mock.clock import to_datetime
from elko_mock.exchange import messages
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.redaction import PersonalFields, without_secrets

_HTTP = "HTTP/1.1"


def write_har(exchanges: Iterable[Exchange], personal: PersonalFields) -> bytes:
    """The exchanges as one HAR document; an answer that was cut off has the status 0, as browsers write it."""
    out = io.StringIO()
    with HarFile.open(out, creator=Creator(name="elko-mock", version=version("elko-mock"))) as har:
        for exchange in exchanges:
            milliseconds = exchange.duration / 1000
            har.add_entry(
                startedDateTime=to_datetime(exchange.at),
                time=milliseconds,
                request=_request(exchange, personal),
                response=_response(exchange, personal),
                timings=Timings(send=0, wait=milliseconds, receive=0),
                comment=_comment(exchange),
            )
    return out.getvalue().encode()


def _request(exchange: Exchange, personal: PersonalFields) -> Request:
    request = exchange.request
    host, query = request.header(b"host") or "localhost", personal.hide_in_query(request.query)
    body = None
    if request.body:
        text = personal.hide(request.body).decode("utf-8", "replace")
        body = PostData(mimeType=request.header(b"content-type") or "", text=text)
    return Request(
        method=request.method,
        url=f"http://{host}{request._replace(query=query).target}",
        httpVersion=_HTTP,
        headers=_records(request.headers),
        queryString=[Record(name, value) for name, value in parse_qsl(query, keep_blank_values=True)],
        postData=body,
        bodySize=exchange.request_length,
    )


def _response(exchange: Exchange, personal: PersonalFields) -> Response:
    response = exchange.response
    if response is None:
        return Response(status=0, statusText="", httpVersion=_HTTP)
    return Response(
        status=response.status,
        statusText=HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else "",
        httpVersion=_HTTP,
        headers=_records(response.headers),
        content=_content(response, exchange.response_length, personal),
        bodySize=exchange.response_length,
    )


def _content(response: messages.Response, length: int, personal: PersonalFields) -> Content:
    media_type = response.header(b"content-type") or ""
    body = response.body if isinstance(response.body, bytes) else b""
    if response.header(b"content-encoding") == "gzip":
        try:
            plain = gzip.decompress(body)
        except (OSError, EOFError, zlib.error):  # only its beginning was kept
            return Content(size=length, mimeType=media_type, text=base64.b64encode(body).decode(), encoding="base64")
        body = without_secrets(plain)
    return Content(size=length, mimeType=media_type, text=personal.hide(body).decode("utf-8", "replace"))


def _records(headers: messages.RawHeaders) -> list[Record]:
    return [Record(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _comment(exchange: Exchange) -> str:
    parts = [f"exchange {exchange.number} of world {exchange.world}"]
    parts += [f"operation {exchange.operation}"] if exchange.operation else []
    parts += [f"refused: {exchange.reason}"] if exchange.reason else []
    parts += [f"fault: {exchange.fault}"] if exchange.fault else []
    parts += [f"{one.where}: {one.message}" for one in exchange.violations]
    return "; ".join(parts)
