"""Writing: an answer's data as bytes, each part of it checked against the document before it goes out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Violation
from elko_mock.exchange.pieces import Pieces
from elko_mock.stages.ready import ReadyRows
from elko_mock.trade.window import Rows
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

STREAM_FROM = 10_000
"""Lists of more items go out in batches instead of being held as one piece."""
_FIRST, _LARGEST = 16, 512
"""The first batch is small, so that the first byte is out at once; each next one is twice as large up to this."""
_OF_EACH_ITEM = frozenset({"type", "items", "description", "title", "example", "xml", "nullable", "default"})
"""Keywords of a list's schema that say nothing of the list as a whole: its items may be checked one by one."""

Found = Callable[[tuple[Violation, ...]], None]
"""Takes what was found wrong."""


class Writer:
    """Writes the answers of one operation with one status."""

    __slots__ = ("_codec", "_each", "_operation", "_ready", "_status")

    def __init__(self, operation: Operation, status: int, components: Mapping[str, Any]) -> None:
        schema = operation.answers[status].schema
        self._operation = operation
        self._status = status
        self._codec = Codec(schema, components)
        self._each = schema.get("type") == "array" and all(
            key in _OF_EACH_ITEM or key.startswith("x-") for key in schema
        )
        self._ready = ReadyRows(self._codec, self._check)

    def streams(self, data: Any) -> bool:
        """Whether the data is better sent by `stream`."""
        if not self._each:
            return False
        if isinstance(data, Rows):
            return data.most > STREAM_FROM
        return isinstance(data, Sequence) and not isinstance(data, str) and len(data) > STREAM_FROM

    def write(self, data: Any, representation: Representation, found: Found) -> tuple[bytes, Pieces | None]:
        """The whole answer, and what it was joined of, if it was; then it holds no secret."""
        if isinstance(data, Rows):
            pieces = self._ready.pieces(data, representation) if self._each else None
            if pieces is not None:
                return pieces.joined(), pieces
            data = list(data)
        wrong = self._check(data)
        if wrong:
            found(wrong)
        return self._codec.encode(data, representation), None

    def stream(self, data: Sequence[Any], representation: Representation, found: Found) -> Iterator[bytes]:
        """The answer in pieces that are made, and checked, as they are asked for."""
        return self._codec.encode_batches(self._checked(data, found), representation)

    def _checked(self, data: Sequence[Any], found: Found) -> Iterator[list[Any]]:
        rest, size, start = iter(data), _FIRST, 0
        while batch := list(islice(rest, size)):
            wrong = self._check(batch)
            if wrong:
                found(tuple(_moved(violation, start) for violation in wrong))
            yield batch
            start += len(batch)
            size = min(size * 2, _LARGEST)

    def _check(self, data: Any) -> tuple[Violation, ...]:
        return self._operation.answer_violations(self._status, data)


def _moved(violation: Violation, by: int) -> Violation:
    """A violation within a batch, as one within the whole list."""
    root, _, path = violation.where.partition("/")
    place, slash, rest = path.partition("/")
    return violation._replace(where=f"{root}/{int(place) + by}{slash}{rest}") if place.isdigit() else violation
