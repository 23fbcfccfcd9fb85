"""Reading: which operation a recorded call meant, and the data in its bodies, as far as the journal kept them."""

import json
import zlib
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from elko_mock.contract.contract import Contract, Match
from elko_mock.contract.operations import Operation
from elko_mock.contract.second_opinion import SecondOpinion, SecondOpinionMissing
from elko_mock.exchange.exchange import Exchange
from elko_mock.wire.codec import Codec, Undecodable
from elko_mock.wire.media_type import parse_content_type

_BOM = b"\xef\xbb\xbf"
_MOST = 64 * 1024 * 1024
"""Bytes a compressed body may grow to."""
_PACKED_MORE = 64
"""Bytes by which gzip may make a small body longer."""


class Data(NamedTuple):
    """What a body held."""

    value: Any
    """None when it could not be read."""
    whole: bool
    """False when the journal kept only its beginning, and `value` is what could be read of that."""
    broken: bool = False
    """The journal kept all of it, and yet it makes no sense."""


NOTHING = Data(None, True)
UNREADABLE = Data(None, False)
BROKEN = Data(None, True, broken=True)


class Reading:
    """Reads exchanges by the contract; codecs for XML are made once per operation."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._operations: dict[str, Operation] = {}
        for one in contract.operations:
            self._operations.setdefault(one.name, one)
        self._codecs: dict[tuple[str, bool], Codec | None] = {}

    def operation_of(self, exchange: Exchange) -> str | None:
        """The canonical operationId. What the gate refused was recorded before its path was looked at."""
        if exchange.operation is not None:
            return exchange.operation
        found = self.contract.match(exchange.request.method, exchange.request.path)
        return found.operation.name if isinstance(found, Match) else None

    def meaning_of(self, exchange: Exchange) -> tuple[str, ...]:
        """What the service was asked for: operation and parameters, in whatever form. Parameters that it does not know
        do not count."""
        request = exchange.request
        found = self.contract.match(request.method, request.path)
        if not isinstance(found, Match):
            return request.method, request.path, request.query
        operation = found.operation
        return operation.id, repr(sorted(operation.bind(found.path_values, request.query).values.items()))

    @cached_property
    def second_opinion(self) -> SecondOpinion | None:
        """openapi-core over the same document; None when it is not installed."""
        try:
            return SecondOpinion(self.contract)
        except SecondOpinionMissing:
            return None

    def operation(self, name: str | None) -> Operation | None:
        """The operation of that canonical id."""
        return None if name is None else self._operations.get(name)

    def of_request(self, exchange: Exchange, operation: str | None) -> Data:
        """The request's body."""
        request, length = exchange.request, exchange.request_length
        if not request.body:
            return NOTHING if not length else UNREADABLE
        packed = _is_gzip(request.header(b"content-encoding"))
        body = (_unzipped(request.body) if packed else None) or request.body  # a journal of another make has it packed
        kind = request.header(b"content-type")
        if packed:
            return self._read_packed(body, kind, operation, answer=False)
        return self._read(body, length <= len(body), kind, operation, answer=False)

    def of_answer(self, exchange: Exchange, operation: str | None) -> Data:
        """The answer's body."""
        response, length = exchange.response, exchange.response_length
        if response is None or not isinstance(response.body, bytes):
            return UNREADABLE
        body, kind = response.body, response.header(b"content-type")
        if not body:
            return NOTHING if not length else UNREADABLE
        packed = _is_gzip(response.header(b"content-encoding"))
        if packed and exchange.fault is None:
            return self._read_packed(body, kind, operation, answer=True)
        return self._read(body, length <= len(body) + _PACKED_MORE * packed, kind, operation, answer=True)

    def _read_packed(self, body: bytes, content_type: str | None, operation: str | None, *, answer: bool) -> Data:
        """A body that was recorded as it was before it was packed, its length as it was after: a small one is longer
        packed, a large one shorter. So it is whole if it can be read as a whole."""
        data = self._read(body, True, content_type, operation, answer=answer)
        return self._read(body, False, content_type, operation, answer=answer) if data.broken else data

    def _read(self, body: bytes, whole: bool, content_type: str | None, operation: str | None, *, answer: bool) -> Data:
        body = body.removeprefix(_BOM)
        if _looks_like_json(body, content_type):
            return _json(body, whole, content_type)
        return self._xml(body, whole, content_type, operation, answer=answer)

    def _xml(self, body: bytes, whole: bool, content_type: str | None, operation: str | None, *, answer: bool) -> Data:
        codec = self._codec(operation, answer) if whole and operation is not None else None
        if codec is None:
            return UNREADABLE
        try:
            return Data(codec.decode(body, parse_content_type(content_type)), True)
        except Undecodable:
            return BROKEN

    def _codec(self, operation: str, answer: bool) -> Codec | None:
        key = (operation, answer)
        if key not in self._codecs:
            self._codecs[key] = self._made(operation, answer)
        return self._codecs[key]

    def _made(self, name: str, answer: bool) -> Codec | None:
        operation = self._operations.get(name)
        if operation is None:
            return None
        promised = operation.answers.get(200) if answer else operation.body
        return None if promised is None else Codec(promised.schema, self.contract.components)


def _is_gzip(encoding: str | None) -> bool:
    return encoding is not None and encoding.strip().lower() in {"gzip", "x-gzip"}


def _looks_like_json(body: bytes, content_type: str | None) -> bool:
    if content_type is not None and "json" in content_type.lower():
        return True
    return body.lstrip()[:1] in {b"{", b"["}


def _json(body: bytes, whole: bool, content_type: str | None) -> Data:
    charset = parse_content_type(content_type).charset if content_type else None
    try:
        text = body.decode(charset or "utf-8", "strict" if whole else "ignore")
    except (LookupError, UnicodeDecodeError):
        return BROKEN if whole else UNREADABLE
    try:
        return Data(orjson.loads(text), whole)
    except orjson.JSONDecodeError:
        return BROKEN if whole else _salvaged(text)


def _salvaged(text: str) -> Data:
    """The complete items at the beginning of an array that was cut; nothing of anything else."""
    text = text.lstrip()
    if not text.startswith("["):
        return UNREADABLE
    decoder, items, at = json.JSONDecoder(), list[Any](), 1
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return Data(items, False)
        items.append(item)


def _unzipped(body: bytes) -> bytes | None:
    """As much of a gzip stream as can be had, for it may have been cut; None when it is no gzip at all."""
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _MOST)
    except zlib.error:
        return None
