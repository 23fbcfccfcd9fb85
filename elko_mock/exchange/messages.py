"""HTTP messages as frozen values."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from elko_mock.exchange.redaction import harmless_headers

RawHeaders = tuple[tuple[bytes, bytes], ...]
"""Header fields in wire order; names in lower case."""


class Fields(tuple[tuple[bytes, bytes], ...]):
    """Header fields that are asked more than once: the first of each name is found without a search."""

    @cached_property
    def first(self) -> dict[bytes, str]:
        """By name, the value of its first field as Latin-1 text."""
        return {name: value.decode("latin-1") for name, value in reversed(self)}

    @cached_property
    def harmless(self) -> "Fields":
        """The fields as a journal keeps them: without their secrets."""
        return Fields(harmless_headers(self))

    @cached_property
    def size(self) -> int:
        """Bytes of the values."""
        return sum(len(value) for _, value in self)

    def replacing(self, name: bytes, value: bytes) -> "Fields":
        """The fields with this one at their end, in the place of all that had its (lower-case) name."""
        return Fields((*(field for field in self if field[0] != name), (name, value)))


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The value of the first field of that (lower-case) name, as Latin-1 text."""
    for field, value in headers:
        if field == name:
            return value.decode("latin-1")
    return None


class Request(NamedTuple):
    """One request as it came in. `Authorization` is lifted out of the headers at the edge, so that nothing that
    prints, stores or exports a request can leak it; `headers` holds `Bearer` and a mark in its place."""

    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: str
    """As sent, without the leading question mark."""
    headers: Fields
    body: bytes
    client: str
    """The peer's address as the socket says, without the port."""
    authorization: str | None = None
    """The whole `Authorization` value as sent; never recorded."""

    def header(self, name: bytes) -> str | None:
        """The first header of that lower-case name."""
        return self.headers.first.get(name)

    @property
    def target(self) -> str:
        """Path and query as sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"


class Delivery(NamedTuple):
    """How an answer goes out, when a fault wants it otherwise than at once and whole."""

    delay: int = 0
    """Microseconds of real time before the first byte."""
    cut_after: int | None = None
    """Close the connection after that many bytes of the body."""
    hang: int | None = None
    """Send nothing for that many microseconds of real time, then close."""


class Response(NamedTuple):
    """One answer."""

    status: int
    headers: RawHeaders
    body: bytes | Iterable[bytes]
    """Ready bytes, or an iterable of chunks for what is too large to hold: sent chunked, consumed at most once, and its
    `close`, if it has one, is called at the end, as WSGI has it (PEP 3333)."""
    delivery: Delivery | None = None

    @property
    def whole(self) -> bytes:
        """The body in one piece; one in chunks is consumed."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)

    def header(self, name: bytes) -> str | None:
        """The first header of that lower-case name."""
        return header(self.headers, name)

    def __repr__(self) -> str:
        return f"<Response {self.status}>"
