"""gzip out, gzip and deflate in, bombs harmless."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.wire.compression import Unpackable, accepts_gzip, compress, compress_chunks, decompress


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, br;q=1.0, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("gzip;q=0.001", True),
        ("*", True),
        ("*;q=0", False),
        ("*;q=0, gzip", True),
        ("identity", False),
        ("gzip;q=x", True),
        ("gzip;level=9", True),
        ("gzip;q=-1", False),
        ("gzip;q=nan", False),
        (",;,;=", False),
    ],
)
def test_accept_encoding(value: str | None, expected: bool) -> None:
    assert accepts_gzip(value) is expected


@given(st.text())
def test_no_accept_encoding_is_an_exception(value: str) -> None:
    assert accepts_gzip(value) in (True, False)


@given(st.lists(st.binary(max_size=200)), st.integers(0, 9))
def test_answers(chunks: list[bytes], level: int) -> None:
    body = b"".join(chunks)
    packed = compress(body, level)
    assert gzip.decompress(packed) == body
    assert packed[4:8] == bytes(4)
    pieces = list(compress_chunks(chunks, level))
    assert gzip.decompress(b"".join(pieces)) == body
    assert all(pieces)
    assert decompress(packed, len(body)) == body


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"hello", None),
        (b"hello", ""),
        (b"hello", "identity"),
        (compress(b"hello"), "gzip"),
        (compress(b"hello"), " X-GZip , identity"),
        (compress(b"hel") + compress(b"lo"), "gzip"),
        (compress(b"hello") + bytes(7), "gzip"),
        (zlib.compress(b"hello"), "deflate"),
        (raw_deflate(b"hello"), "deflate"),
        (compress(zlib.compress(b"hello")), "deflate, gzip"),
    ],
)
def test_request_bodies(body: bytes, encoding: str | None) -> None:
    assert decompress(body, 100, encoding) == b"hello"


def test_an_empty_body_is_empty() -> None:
    assert decompress(b"", 100, "gzip") == b""
    assert decompress(b"", 100, "br") == b""


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (b"hello", "br", "content encoding 'br' is not known; send gzip"),
        (b"hello", "x" * 5000, "is not known"),
        (b"hello", "gzip", "is not what its Content-Encoding says"),
        (b"", "gzip, br, deflate", ""),
        (b"hello", "gzip, gzip, gzip", "packed more than twice"),
        (compress(b"hello")[:-3], "gzip", "ends too early"),
        (compress(b"hello")[:-8] + b"12345678", "gzip", "is not what"),
        (compress(b"hello") + b"xyz", "gzip", "is not what"),
        (compress(b"hello") * 65, "gzip", "more than 64 gzip members"),
        (b"\xff\xff", "deflate", "is not what"),
        (b"x", "deflate", "ends too early"),
    ],
)
def test_what_cannot_be_unpacked_is_a_value(body: bytes, encoding: str, message: str) -> None:
    found = decompress(body, 1000, encoding)
    if message:
        assert isinstance(found, Unpackable)
        assert message in found.message
        assert not found.too_large
        assert len(found.message) < 200
    else:
        assert found == b""


def test_bombs() -> None:
    bomb = compress(bytes(50 * 2**20))
    twice = compress(bomb)
    many = compress(bytes(90)) * 20
    tracemalloc.start()
    try:
        for body, encoding, limit in (
            (bomb, "gzip", 2**20),
            (twice, "gzip, gzip", 2**20),
            (many, "gzip", 1000),
            (b"x" * 11, "identity", 10),
        ):
            found = decompress(body, limit, encoding)
            assert isinstance(found, Unpackable)
            assert found.too_large
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
    assert decompress(compress(b"x" * 10), 10) == b"x" * 10
    assert decompress(compress(b""), 0) == b""


@given(st.binary(), st.sampled_from(["gzip", "deflate", "gzip, deflate", "x", ",", "identity;q=1"]))
def test_no_body_is_an_exception(body: bytes, encoding: str) -> None:
    found = decompress(body, 50, encoding)
    assert isinstance(found, Unpackable) or len(found) <= 50
