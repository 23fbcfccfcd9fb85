"""gzip for answers, gzip and deflate for request bodies."""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_GZIP, _ZLIB, _RAW = 31, 15, -15
_LITTLE = 4096
_FOR_LITTLE = (28, 6)
"""Window of 4 KiB and memory of zlib for bodies up to `_LITTLE` bytes: the usual 268 KiB take ten times as long to make
ready as such a body takes to pack."""
_MEMBERS = 64
"""A gzip body may be several joined; each costs little, but not nothing."""


class Unpackable(NamedTuple):
    """Why a compressed body was not unpacked: a value, for the edge to refuse the request with."""

    message: str
    too_large: bool = False


@lru_cache(maxsize=128)
def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether an `Accept-Encoding` value takes gzip (RFC 9110, 12.5.3). Without a value nothing is compressed, though
    the RFC would allow it, because clients that do not ask for it do not expect it. Never raises."""
    if not accept_encoding:
        return False
    named: float | None = None
    anything = 0.0
    for entry in accept_encoding.split(","):
        coding, *parameters = [each.strip().lower() for each in entry.split(";")]
        quality = _quality(parameters)
        if coding in ("gzip", "x-gzip"):
            named = max(named or 0.0, quality)
        elif coding == "*":
            anything = max(anything, quality)
    return (anything if named is None else named) > 0


def compress(body: bytes, level: int = 6) -> bytes:
    """The body as one gzip member (RFC 1952). The same body gives the same bytes: no time is written into it."""
    window, memory = _FOR_LITTLE if len(body) <= _LITTLE else (_GZIP, zlib.DEF_MEM_LEVEL)
    packer = zlib.compressobj(level, zlib.DEFLATED, window, memory)
    return packer.compress(body) + packer.flush()


def compress_chunks(chunks: Iterable[bytes], level: int = 6) -> Iterator[bytes]:
    """The chunks as one gzip member, in pieces as they come; at no time is more held than zlib's window."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        piece = packer.compress(chunk)
        if piece:
            yield piece
    yield packer.flush()


def decompress(body: bytes, limit: int, content_encoding: str | None = "gzip") -> bytes | Unpackable:
    """A request body as it was before `Content-Encoding` was applied: gzip, x-gzip, deflate with or without its header,
    identity; at most two after each other. An empty body stays empty, whatever is said of it.

    Never makes more than `limit` bytes of it and never raises.
    """
    codings = [each.strip().lower() for each in (content_encoding or "").split(",")]
    codings = [each for each in codings if each not in ("", "identity")] if body else []
    if len(codings) > 2:
        return Unpackable("the body is packed more than twice; send it with Content-Encoding: gzip or as it is")
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            found = _unpack(body, limit, _GZIP)
        elif coding == "deflate":
            found = _unpack(body, limit, _ZLIB if _has_zlib_header(body) else _RAW)
        else:
            return Unpackable(f"the content encoding {coding[:40]!r} is not known; send gzip, deflate or identity")
        if isinstance(found, Unpackable):
            return found
        body = found
    if len(body) > limit:
        return _too_large(limit)
    return body


def _quality(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 1.0
    return 1.0


def _unpack(body: bytes, limit: int, bits: int) -> bytes | Unpackable:
    parts: list[bytes] = []
    room = limit
    for _ in range(_MEMBERS):
        unpacker = zlib.decompressobj(bits)
        try:
            part = unpacker.decompress(body, room + 1)
        except zlib.error:
            return Unpackable("the body is not what its Content-Encoding says; send it packed right, or as it is")
        parts.append(part)
        room -= len(part)
        if room < 0:
            return _too_large(limit)
        if not unpacker.eof:
            return Unpackable("the packed body ends too early; send all of it")
        body = unpacker.unused_data
        if bits != _GZIP or not body.strip(b"\0"):
            return b"".join(parts)
    return Unpackable(f"the body has more than {_MEMBERS} gzip members; send it packed in one piece")


def _too_large(limit: int) -> Unpackable:
    return Unpackable(f"the body is larger than {limit} bytes when unpacked; send less", too_large=True)


def _has_zlib_header(body: bytes) -> bool:
    return len(body) >= 2 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
