"""Replies: answers as data, held against the document in whatever representation they came."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Exchange, Violation
from elko_mock.exchange.messages import Request, Response
from elko_mock.verify.line import Answered
from elko_mock.wire.codec import Codec
from elko_mock.wire.compression import decompress
from elko_mock.wire.media_type import ContentType, Representation, kind_of, parse_content_type
from elko_mock.wire.problem import decode_problem
from elko_mock.wire.undecodable import Undecodable

BY_GRAMMAR = frozenset({"quantity", "stockQuantity"})
"""Properties whose pattern our own check judges."""
_LARGEST = 512 * 1024 * 1024


class Reply(NamedTuple):
    """One answer, read."""

    operation: Operation
    request: Request
    exchange: Exchange
    """As it stands in the journal: cut, and without secrets; for evidence."""
    response: Response
    content_type: ContentType
    data: Any = None
    unreadable: str = ""
    """Why the body could not be read; empty when it could."""
    violations: tuple[Violation, ...] = ()
    """What the document has against the data."""

    def __repr__(self) -> str:
        return f"<Reply {self.operation.id} {self.status}>"

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status

    @property
    def sound(self) -> bool:
        """Whether its data can be relied on: 200, readable, and as the document says."""
        return self.status == 200 and not self.unreadable and not self.violations


class Reader:
    """Reads answers by the schema of their operation and status; codecs are made once."""

    def __init__(self, contract: Contract) -> None:
        self._components: Mapping[str, Any] = contract.components
        self._codecs: dict[tuple[str, int], Codec] = {}

    def reply(self, operation: Operation, request: Request, answered: Answered) -> Reply:
        """The answer as data; never raises."""
        response = answered.response
        content_type = parse_content_type(response.header(b"content-type"))
        reply = Reply(operation, request, answered.exchange, response, content_type)
        try:
            body = self.plain(response)
            data = self.decode(operation, response.status, body, content_type)
        except Undecodable as wrong:
            return reply._replace(unreadable=str(wrong))
        found = operation.answer_violations(response.status, data)
        return reply._replace(data=data, violations=tuple(one for one in found if not _has_own_check(one)))

    def plain(self, response: Response) -> bytes:
        """The body, unpacked. Raises Undecodable."""
        body = response.whole
        coding = response.header(b"content-encoding")
        plain = decompress(body, _LARGEST, coding) if coding else body
        if not isinstance(plain, bytes):
            raise Undecodable("", plain.message)
        return plain

    def decode(self, operation: Operation, status: int, body: bytes, content_type: ContentType) -> Any:
        """A body of that operation and status as data. Raises Undecodable."""
        if content_type.media_type.startswith("application/problem+"):
            return decode_problem(body, content_type)
        return self._codec(operation, status).decode(body, content_type)

    def encode_body(self, operation: Operation, data: Any, media_type: str) -> bytes:
        """A request's body."""
        return self._body_codec(operation).encode(data, Representation(media_type, kind_of(media_type)))

    def decode_body(self, operation: Operation, body: bytes, content_type: ContentType) -> Any:
        """A request's body as data. Raises Undecodable."""
        return self._body_codec(operation).decode(body, content_type)

    def _body_codec(self, operation: Operation) -> Codec:
        key = (operation.id, 0)
        codec = self._codecs.get(key)
        if codec is None:
            codec = self._codecs[key] = Codec(operation.body.schema if operation.body else {}, self._components)
        return codec

    def _codec(self, operation: Operation, status: int) -> Codec:
        key = (operation.id, status)
        codec = self._codecs.get(key)
        if codec is None:
            answer = operation.answers.get(status)
            codec = self._codecs[key] = Codec(answer.schema if answer else {}, self._components)
        return codec


def _has_own_check(violation: Violation) -> bool:
    """Whether our own `quantity-grammar` judges it, with a better message; one fault is to be found once."""
    return violation.code.endswith("pattern") and violation.where.rpartition("/")[2] in BY_GRAMMAR
