"""Every call of a run as a HAR file, for any browser's network panel; without secrets."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl

import harfile

from elko_mock.clock import to_datetime
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import RawHeaders
from elko_mock.exchange.redaction import PersonalFields

_MILLISECOND = 1000
_LATE = "no answer"


def write_har(path: Path, exchanges: Iterable[Exchange], base: str, personal: PersonalFields) -> None:
    """The exchanges, oldest first. `base`: the URL that the target of each request is put behind."""
    creator = harfile.Creator(name="elko-mock", version=version("elko-mock"))
    with path.open("w", encoding="utf-8") as file, harfile.HarFile.open(file, creator=creator) as har:
        for one in exchanges:
            milliseconds = one.duration / _MILLISECOND
            har.add_entry(
                startedDateTime=to_datetime(one.at),
                time=milliseconds,
                request=_request(one, base, personal),
                response=_response(one, personal),
                timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
                comment=str(one.number),
            )


def _request(one: Exchange, base: str, personal: PersonalFields) -> harfile.Request:
    request = one.request._replace(query=personal.hide_in_query(one.request.query))
    body = None
    if request.body:
        body = harfile.PostData(
            mimeType=request.header(b"content-type") or "", text=personal.hide(request.body).decode("utf-8", "replace")
        )
    return harfile.Request(
        method=request.method,
        url=base + request.target,
        httpVersion="HTTP/1.1",
        headers=_records(request.headers),
        queryString=[harfile.Record(*pair) for pair in parse_qsl(request.query, keep_blank_values=True)],
        postData=body,
        bodySize=one.request_length,
    )


def _response(one: Exchange, personal: PersonalFields) -> harfile.Response:
    response = one.response
    if response is None:
        return harfile.Response(
            status=0, statusText=_LATE, httpVersion="HTTP/1.1", content=harfile.Content(size=0, mimeType="")
        )
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    return harfile.Response(
        status=response.status,
        statusText="",
        httpVersion="HTTP/1.1",
        headers=_records(response.headers),
        content=harfile.Content(
            size=one.response_length,
            mimeType=response.header(b"content-type") or "",
            text=personal.hide(body).decode("utf-8", "replace"),
            comment=None if len(body) == one.response_length else "the body was cut",
        ),
        redirectURL=response.header(b"location") or "",
        bodySize=one.response_length,
    )


def _records(headers: RawHeaders) -> list[harfile.Record]:
    return [harfile.Record(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
