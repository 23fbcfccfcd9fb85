"""Heads: what a request's header fields say. Clients send the same ones call after call; equal ones are read once."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from elko_mock.exchange.messages import Fields, RawHeaders
from elko_mock.exchange.redaction import secret_mark

_AUTHORIZATION = b"authorization"
_TOKEN_LIKE = b"eyJ"
_REMEMBERED = 256
_LARGEST = 4096
"""A head of more bytes is read anew each time, so that what is remembered stays small."""


class Head(NamedTuple):
    """The header fields of one request."""

    headers: Fields
    """In wire order, with a mark where the token was."""
    authorization: str | None
    """The whole `Authorization` value as sent."""

    def __repr__(self) -> str:
        return f"<Head of {len(self.headers)} fields>"


class Heads:
    """Reads heads and remembers the last few hundred, but none with a token that is not the mock's own."""

    __slots__ = ("_is_ours", "_known")

    def __init__(self, is_ours: Callable[[str], bool]) -> None:
        """`is_ours`: whether an `Authorization` value carries a token that this mock has issued. Any other may be a
        live one, and is not kept, not even in memory."""
        self._is_ours = is_ours
        self._known: dict[RawHeaders, Head] = {}

    def of(self, raw: Iterable[tuple[bytes, bytes]]) -> Head:
        """The head of header fields as ASGI gives them: in wire order, names in lower case."""
        fields = tuple(raw)
        known = self._known.get(fields)
        return self._remember(fields) if known is None else known

    def _remember(self, fields: RawHeaders) -> Head:
        head = read_head(fields)
        if sum(len(name) + len(value) for name, value in fields) <= _LARGEST and self._may_be_kept(head):
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[fields] = head
        return head

    def _may_be_kept(self, head: Head) -> bool:
        if head.authorization is not None and not self._is_ours(head.authorization):
            return False
        return not any(_TOKEN_LIKE in value for _, value in head.headers)


def read_head(fields: Iterable[tuple[bytes, bytes]]) -> Head:
    """The head of these fields."""
    kept: list[tuple[bytes, bytes]] = []
    authorization: str | None = None
    for field in fields:
        name, value = field
        if name == _AUTHORIZATION:
            text = value.decode("latin-1")
            authorization = text if authorization is None else f"{authorization}, {text}"
            kept.append((name, _redacted(value)))
        else:
            kept.append(field)
    return Head(Fields(kept), authorization)


def _redacted(value: bytes) -> bytes:
    """The header with everything but a leading scheme word hidden."""
    scheme, space, _ = value.partition(b" ")
    hidden = secret_mark(value)
    return scheme + b" " + hidden if space and scheme.isalpha() and len(scheme) <= 10 else hidden
