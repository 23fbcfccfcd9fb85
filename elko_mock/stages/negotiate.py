"""Negotiate: the body from JSON or XML to data on the way in, data to the representation asked for on the way out."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Side, Violation
from elko_mock.exchange.messages import Response
from elko_mock.exchange.pipeline import Proceed
from elko_mock.stages.call import Answer, Call, Refuse
from elko_mock.stages.writing import Writer
from elko_mock.wire.codec import Codec, Undecodable
from elko_mock.wire.compression import Unpackable, accepts_gzip, compress, compress_chunks, decompress
from elko_mock.wire.lenient import coerce
from elko_mock.wire.media_type import Representation, negotiate, parse_content_type

_VARY: tuple[bytes, bytes] = (b"vary", b"Accept-Encoding")
_GZIP: tuple[bytes, bytes] = (b"content-encoding", b"gzip")


class Negotiate:
    """400 for a body that cannot be read; every answer in the representation asked for."""

    __slots__ = ("_body_codecs", "_components", "_lenient", "_max_body", "_refuse", "_writers")

    def __init__(self, contract: Contract, refuse: Refuse, *, lenient: bool, max_body: int) -> None:
        """`lenient`: numbers and booleans may come as strings. `max_body`: bytes a compressed body may grow to."""
        self._components: Mapping[str, Any] = contract.components
        self._refuse = refuse
        self._lenient = lenient
        self._max_body = max_body
        self._body_codecs: dict[str, Codec] = {}
        self._writers: dict[tuple[str, int], Writer] = {}

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        match = call.match
        if match is None:
            return await proceed(call)
        operation = match.operation
        if operation.body is not None:
            problem = self._read_body(call, operation)
            if problem is not None:
                call.reason = "validation"
                return self._refuse.bad_request(call, (problem,))
        response = await proceed(call)
        if call.answer is None:
            return response
        return self._render(call, operation, call.answer, response)

    def _read_body(self, call: Call, operation: Operation) -> Violation | None:
        """Sets `call.body`; the violation says why it could not."""
        request = call.request
        schema = operation.body
        if schema is None or not request.body:
            return None
        raw = decompress(request.body, self._max_body, request.header(b"content-encoding"))
        if isinstance(raw, Unpackable):
            return _unreadable("body", raw.message)
        content_type = parse_content_type(request.header(b"content-type"))
        codec = self._body_codecs.get(operation.id)
        if codec is None:
            codec = self._body_codecs[operation.id] = Codec(schema.schema, self._components, any_case=True)
        try:
            data = codec.decode(raw, content_type)
        except Undecodable as wrong:
            if wrong.where and not wrong.where.startswith("line "):
                return _unreadable(f"body/{wrong.where}", wrong.message)
            return _unreadable("body", str(wrong))
        call.body = coerce(data, schema.schema, self._components) if self._lenient else data
        return None

    def _render(self, call: Call, operation: Operation, answer: Answer, response: Response) -> Response:
        place = (operation.id, answer.status)
        writer = self._writers.get(place)
        if writer is None:
            writer = self._writers[place] = Writer(operation, answer.status, self._components)
        request, data = call.request, answer.data
        offered = operation.answers[answer.status].media_types
        representation = negotiate(request.header(b"accept"), offered, bare_string=isinstance(data, str))
        headers = (*response.headers, _content_type(representation), _VARY)
        zipped = accepts_gzip(request.header(b"accept-encoding"))

        def found(violations: tuple[Violation, ...]) -> None:
            call.violations += violations

        if writer.streams(data):
            chunks = writer.stream(data, representation, found)
            if zipped:
                return Response(answer.status, (*headers, _GZIP), compress_chunks(chunks))
            return Response(answer.status, headers, chunks)
        body, pieces = writer.write(data, representation, found)
        sent = body
        if zipped:
            sent = compress(body)
            headers = (*headers, _GZIP)
            call.packed = (sent, body)
        if pieces is not None:
            limit = call.world.journal.body_limit
            call.shown = (sent, pieces if len(body) <= limit else body[:limit])
        return Response(answer.status, headers, sent)


@lru_cache(maxsize=128)
def _content_type(representation: Representation) -> tuple[bytes, bytes]:
    return b"content-type", representation.content_type.encode()


def _unreadable(where: str, message: str) -> Violation:
    return Violation(Side.REQUEST, "body.syntax", where, message)
