"""What must hold of the readers of bodies, whatever the bytes: each function takes some and raises if it does not."""

import gzip
import json
import re
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.exchange.redaction import PERSONAL_FIELDS, PersonalFields, without_secrets
from elko_mock.wire.charset import to_text
from elko_mock.wire.codec import Codec
from elko_mock.wire.compression import Unpackable, compress, decompress
from elko_mock.wire.folding import folding
from elko_mock.wire.json_codec import read_json
from elko_mock.wire.lenient import coerce
from elko_mock.wire.media_type import Representation, parse_content_type
from elko_mock.wire.problem import decode_problem, encode_problem
from elko_mock.wire.undecodable import Undecodable

AS_JSON, AS_XML = Representation("application/json", "json"), Representation("application/xml", "xml")
IN_JSON, IN_XML = parse_content_type("application/json"), parse_content_type("application/xml")
CONTRACT = Contract.load()
SCHEMAS: tuple[Any, ...] = (
    *(each.body.schema for each in CONTRACT.operations if each.body is not None),
    *(each.answers[200].schema for each in CONTRACT.operations if 200 in each.answers),
    {"type": "array", "items": {"type": "integer"}},
    {"type": "object", "properties": {"n": {"type": "number", "xml": {"attribute": True}}}},
    {},
)
"""What is sent, what is answered, an attribute, and anything at all."""
CODECS = tuple(Codec(schema, CONTRACT.components) for schema in SCHEMAS)
CHARSETS = (None, "utf-8", "utf-16", "utf-16-be", "utf-32", "iso-8859-1", "windows-1252", "us-ascii", "x-nonsense")
LIMIT = 100_000
PERSONAL = PersonalFields(b"fuzz")
_SECRET = frozenset(name.lower() for name in (*PERSONAL_FIELDS, "password"))


def same(left: Any, right: Any) -> bool:
    """Equal to the type: 1, 1.0 and true are three values; the order of an object's members does not count."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def explained(wrong: Undecodable) -> None:
    """A refusal says what is wrong, in a line or two."""
    assert wrong.message
    assert len(str(wrong)) < 1000, len(str(wrong))
    assert str(wrong).isprintable() or len(str(wrong)) < 500


def xml(data: bytes) -> None:
    """First byte: which schema. What is read goes through XML and JSON unchanged."""
    if not data:
        return
    _there_and_back(data[0], data[1:], IN_XML.media_type)


def as_json(data: bytes) -> None:
    """First byte: which schema. What is read is what the standard library reads, and goes through XML unchanged."""
    if not data:
        return
    read = _there_and_back(data[0], data[1:], IN_JSON.media_type)
    if read is not _NOTHING:
        text = to_text(data[1:], None)
        assert _alike(read, json.loads(text, parse_constant=_refuse)), "the standard library reads it otherwise"
    elif _plain_json(data[1:]):
        raise AssertionError("the standard library reads it, and nothing is unusual about it")


def body(data: bytes) -> None:
    """A line with the Content-Type, then the body; first byte: which schema."""
    head, _, rest = data[1:].partition(b"\n")
    if data:
        _there_and_back(data[0], rest, head.decode("latin-1"))


def charset(data: bytes) -> None:
    """First byte: which charset. Text that was read is the bytes' text: written again it is the same bytes."""
    if not data:
        return
    name, sent = CHARSETS[data[0] % len(CHARSETS)], data[1:]
    for as_xml in (False, True):
        try:
            text = to_text(sent, name, xml=as_xml)
        except Undecodable as wrong:
            explained(wrong)
            continue
        assert len(text) <= len(sent)
        if name in ("utf-8", "iso-8859-1") and not sent.startswith(
            (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0")
        ):
            assert text.encode(name) == sent


def lenient(data: bytes) -> None:
    """Made right once is right: strings for numbers, and names in any case, come out the same a second time."""
    if not data:
        return
    which = data[0] % len(SCHEMAS)
    try:
        read = read_json(data[1:], None)
    except Undecodable:
        return
    fold = folding(SCHEMAS[which], CONTRACT.components)
    folded = fold(read)
    assert same(fold(folded), folded)
    once = coerce(folded, SCHEMAS[which], CONTRACT.components)
    assert same(coerce(once, SCHEMAS[which], CONTRACT.components), once)


def problem(data: bytes) -> None:
    """A problem's body, read by the toolkit from any server."""
    if not data:
        return
    content_type = IN_XML if data[0] % 2 else IN_JSON
    try:
        read = decode_problem(data[1:], content_type)
    except Undecodable as wrong:
        explained(wrong)
        return
    errors = read.get("errors", {}) if isinstance(read, dict) else None
    if isinstance(errors, dict) and all(isinstance(each, list) for each in errors.values()):
        for representation in (AS_JSON, AS_XML):
            written, kind = encode_problem(read, representation)
            decode_problem(written, parse_content_type(kind))


def packed(data: bytes) -> None:
    """A line with the Content-Encoding, then the body: never more than the limit, and what gzip says it is."""
    head, _, rest = data.partition(b"\n")
    for coding in (head.decode("latin-1"), "deflate", "gzip"):
        found = decompress(rest, LIMIT, coding)
        if isinstance(found, Unpackable):
            assert found.message
            assert len(found.message) < 300
        else:
            assert len(found) <= LIMIT
    assert decompress(compress(rest), LIMIT) == rest
    if rest and not isinstance(found, Unpackable):
        assert found == gzip.decompress(rest)


def redacted(data: bytes) -> None:
    """No token, password or personal field gets through, and what is hidden once is hidden the same twice."""
    once = without_secrets(data)
    assert without_secrets(once) == once
    hidden = PERSONAL.hide(once)
    assert re.search(rb"eyJ[A-Za-z0-9_-]{8}", hidden.replace(b"\0", b"")) is None
    try:
        read, left = json.loads(data), json.loads(hidden)
    except (ValueError, RecursionError):
        return
    for value in _secrets_in(read):
        assert value not in set(_secrets_in(left)), "a value came through under its own name"


_NOTHING = object()


def _there_and_back(which: int, sent: bytes, content_type: str) -> Any:
    codec = CODECS[which % len(CODECS)]
    try:
        read = codec.decode(sent, parse_content_type(content_type))
    except Undecodable as wrong:
        explained(wrong)
        return _NOTHING
    assert same(codec.decode(codec.encode(read, AS_JSON), IN_JSON), read), "JSON brings it back otherwise"
    written = codec.encode(read, AS_XML)
    assert same(codec.decode(written, IN_XML), read), "XML brings it back otherwise"
    assert codec.encode(codec.decode(written, IN_XML), AS_XML) == written
    return read


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _alike(ours: Any, theirs: Any) -> bool:
    """Equal, but that integers beyond 64 bits are doubles here."""
    return same(ours, _narrowed(theirs))


def _narrowed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _narrowed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_narrowed(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return float(value)
    return value


def _plain_json(sent: bytes) -> bool:
    """Whether it is UTF-8 JSON without what is refused on purpose: depth, infinities, halves of pairs."""
    try:
        text = sent.decode()
        found = json.loads(text, parse_constant=_refuse)
        json.dumps(found, ensure_ascii=False).encode()
        write = json.dumps(_narrowed(found), allow_nan=False)
    except (ValueError, RecursionError, OverflowError):
        return False
    return bool(write) and text.count("[") + text.count("{") <= 64


def _secrets_in(value: Any) -> list[str]:
    """Texts of four letters or more that stand under a secret's or a person's name."""
    found: list[str] = []
    if isinstance(value, list):
        for each in value:
            found += _secrets_in(each)
    if isinstance(value, dict):
        for key, each in value.items():
            if key.lower() in _SECRET and isinstance(each, str) and len(each) > 3 and not each.startswith("["):
                found.append(each)
            found += _secrets_in(each)
    return found
