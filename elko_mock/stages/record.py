"""Record: opens the exchange, dates the answer, and writes both into the world's journal without their secrets."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from email.utils import format_datetime
from functools import lru_cache

from elko_mock.clock import SECOND, stopwatch, to_datetime
from elko_mock.contract.contract import Contract, Match
from elko_mock.exchange.exchange import Exchange, NearMiss
from elko_mock.exchange.messages import RawHeaders, Request, Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.exchange.redaction import harmless_headers, harmless_query, without_secrets, without_secrets_text
from elko_mock.stages.call import Call
from elko_mock.stages.near_miss import NEARBY, UNMATCHED, near_miss

_PACKED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
"""How gzip and zlib usually begin; no text does."""


class Record:
    """The outermost stage. With `faithful`, none of the mock's own `X-Elko-` headers go out."""

    __slots__ = ("_contract", "_faithful")

    def __init__(self, contract: Contract, *, faithful: bool = False) -> None:
        self._contract = contract
        self._faithful = faithful

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        started = stopwatch()
        try:
            response = await proceed(call)
        except BaseException:
            # The connection ends without an answer; the journal must still say that the call was made.
            self._write(call, None, 0, stopwatch() - started)
            raise
        if call.reason in NEARBY:
            call.near_miss = self._near_miss(call)
        body = response.body
        headers = (*response.headers, _date(call.at // SECOND))
        if not self._faithful:
            headers += _debug_headers(call)
        if isinstance(body, bytes):
            if call.fault is None or response.header(b"content-length") is None:
                headers = (*headers, (b"content-length", b"%d" % len(body)))
            response = Response(response.status, headers, body, response.delivery)
            self._write(call, response, len(body), stopwatch() - started)
            return response
        tap = _Tap(body, call.world.journal.body_limit)
        response = response._replace(headers=headers, body=tap)
        tap.on_end = lambda: self._write(
            call, response._replace(body=bytes(tap.kept)), tap.length, stopwatch() - started
        )
        return response

    def _write(self, call: Call, response: Response | None, length: int, duration: int) -> None:
        world = call.world
        limit = world.journal.body_limit
        request = call.request
        match = call.match or self._meant(call)
        world.journal.append(
            Exchange(
                call.number,
                world.name,
                call.at,
                duration,
                recorded_request(request, limit),
                None if response is None else _recorded_response(call, response, limit),
                None if match is None else match.operation.name,
                call.reason,
                call.fault,
                call.violations,
                world.credential_of(request),
                call.near_miss,
                len(request.body),
                length,
            )
        )

    def _meant(self, call: Call) -> Match | None:
        """The operation of a call that the gate refused before it was routed."""
        found = None if call.reason in UNMATCHED else self._contract.match(call.request.method, call.request.path)
        return found if isinstance(found, Match) else None

    def _near_miss(self, call: Call) -> NearMiss | None:
        return near_miss(self._contract, call.request, call.world.credential_of(call.request), call.reason)


def _debug_headers(call: Call) -> RawHeaders:
    headers: RawHeaders = (
        _world(call.world.name),
        (b"x-elko-exchange", b"%d" % call.number),
    )
    if call.reason is not None:
        headers += ((b"x-elko-reason", call.reason.encode()),)
    if call.fault is not None:
        headers += ((b"x-elko-fault", call.fault.encode("latin-1", "replace")),)
    if call.example:
        headers += ((b"x-elko-example", b"true"),)
    return headers


@lru_cache(maxsize=256)
def _date(second: int) -> tuple[bytes, bytes]:
    """A second of world time as a header field (RFC 9110, 6.6.1)."""
    return b"date", format_datetime(to_datetime(second * SECOND), usegmt=True).encode()


@lru_cache(maxsize=256)
def _world(name: str) -> tuple[bytes, bytes]:
    return b"x-elko-world", name.encode()


class _Tap:
    """Lets chunks through, keeps the first of them for the journal, and tells when no more will go; a fault may let
    none go at all."""

    __slots__ = ("_chunks", "_limit", "kept", "length", "on_end")

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = chunks
        self._limit = limit
        self.kept = bytearray()
        self.length = 0
        self.on_end: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.length += len(chunk)
            room = self._limit - len(self.kept)
            if room > 0:
                self.kept += chunk[:room]
            yield chunk

    def close(self) -> None:
        self.on_end()


def recorded_request(request: Request, limit: int) -> Request:
    """A request as a journal keeps it: unpacked, cut to `limit` bytes of body, and without its secrets."""
    body = request.body
    if body:
        packed = request.header(b"content-encoding") is not None or body.startswith(_PACKED)
        body = without_secrets((unpacked(body, limit) if packed else body)[:limit])
    path, query = without_secrets_text(request.path), harmless_query(request.query)
    return Request(request.method, path, query, request.headers.harmless, body, request.client)


def _recorded_response(call: Call, response: Response, limit: int) -> Response:
    """Kept as it was before compression: secrets can be found then, and people can read it."""
    body = response.body
    if not isinstance(body, bytes):
        raise TypeError("only a whole answer is recorded")
    if call.fault is not None:  # the fields may be a scenario's; the mock's own hold no secrets
        response = response._replace(headers=harmless_headers(response.headers))
    if call.shown is not None and call.shown[0] is body:
        return Response(response.status, response.headers, call.shown[1], response.delivery)
    if response.header(b"content-encoding") is not None:
        body = call.packed[1] if call.packed is not None and call.packed[0] is body else unpacked(body, limit)
    return Response(response.status, response.headers, without_secrets(body[:limit]), response.delivery)


def unpacked(body: bytes, limit: int) -> bytes:
    """The beginning of a body packed by gzip or zlib, which may itself be cut or spoiled; nothing of a body packed
    otherwise or twice, for no secret could be found in it."""
    try:
        plain = zlib.decompressobj(47).decompress(body, limit)
    except zlib.error:
        return b""
    return b"" if plain.startswith(_PACKED) else plain
