"""What must hold of the readers of header fields, queries and paths, whatever stands there."""

import json
import re

from elko_mock.contract.contract import Contract, Match
from elko_mock.exchange.heads import read_head
from elko_mock.exchange.redaction import harmless_headers, harmless_query
from elko_mock.faults.header import HeaderProblem, requested_faults
from elko_mock.gate.addresses import AddressSet, Malformed, parse_address, parse_range
from elko_mock.gate.bearer import credential, parse_bearer
from elko_mock.gate.forwarded import client_address
from elko_mock.gate.token import ISSUER, NAME, claims_of, is_foreign, issue, user_of
from elko_mock.wire.compression import accepts_gzip
from elko_mock.wire.media_type import negotiate, parse_content_type

CONTRACT = Contract.load()
OFFERED = ("text/plain", "application/json", "text/json", "application/xml", "text/xml")
SOME = (OFFERED, OFFERED[1:], ("application/problem+json", "application/problem+xml"), ("text/xml",), ())
PROXIES = AddressSet.of(("127.0.0.0/8", "10.0.0.0/8", "fd00::/8"))
OUTSIDE = "192.0.2.7"
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def accept(data: bytes) -> None:
    """First byte: what is offered. One of it comes out, the same however the value is spaced and in whatever case."""
    if not data:
        return
    offered, bare = SOME[data[0] % len(SOME)], bool(data[0] & 128)
    value = data[1:].decode("latin-1")
    chosen = negotiate(value, offered, bare_string=bare)
    assert chosen.media_type in (offered or ("application/json",)), chosen
    assert negotiate(value.translate(_UPPER), offered, bare_string=bare) == chosen
    assert negotiate(f" {value}\t", offered, bare_string=bare) == chosen
    if '"' not in value and value.count(",") < 90:
        spaced = " , ".join(each.strip(" \t") for each in value.split(","))
        assert negotiate(spaced, offered, bare_string=bare) == chosen
        assert negotiate(f"{value},a/b", offered, bare_string=bare) == chosen
        assert negotiate(f",{value}, ,", offered, bare_string=bare) == chosen
    assert negotiate(chosen.media_type, offered, bare_string=bare) == chosen
    assert isinstance(accepts_gzip(value), bool)
    assert accepts_gzip(value.translate(_UPPER)) == accepts_gzip(value)


def content_type(data: bytes) -> None:
    """What is read of it, written plainly, is read the same."""
    value = data.decode("latin-1")
    read = parse_content_type(value)
    assert read.media_type == read.media_type.lower()
    assert (read.kind == "none") == (not value.strip())
    if read.media_type:
        plain = read.media_type
        if read.charset is not None:
            escaped = read.charset.replace("\\", "\\\\").replace('"', '\\"')
            plain += f'; charset="{escaped}"'
        assert parse_content_type(plain) == read


def authorization(data: bytes) -> None:
    """The token is found, told to nobody, and what it says is nobody else's."""
    value = data.decode("latin-1")
    bearer = parse_bearer(value)
    assert bearer.token == "" or bearer.token not in repr(bearer) or len(bearer.token) < 12
    if bearer.well_formed and bearer.token:
        again = parse_bearer(f"Bearer {bearer.token}")
        assert (again.token, again.well_formed) == (bearer.token, True)
    plain = re.fullmatch(r"[Bb]earer +([A-Za-z0-9._~+/-]+=*)", value)
    if plain:
        assert (bearer.token, bearer.well_formed) == (plain[1], True)
    told = credential(value, b"salt")
    assert re.fullmatch(r"[0-9a-f]{12}|", told.fingerprint)
    if len(bearer.token) > 3:
        assert told.fingerprint
    head = read_head([(b"accept", b"*/*"), (b"authorization", data)])
    assert [name for name, _ in head.headers] == [b"accept", b"authorization"]
    assert re.fullmatch(rb"([A-Za-z]{1,10} )?(\[redacted\]|\[token-[0-9a-f]{8}\])", head.headers[1][1])
    assert head.authorization == value
    user = user_of(bearer.token)
    if user is not None:
        claims = claims_of(bearer.token)
        assert claims is not None
        assert (claims["iss"], str(claims[NAME]).rpartition("@")[0]) == (ISSUER, user)
    assert user_of(issue(value, 1)) == value
    assert is_foreign(bearer.token) <= (user is None)


def forwarded(data: bytes) -> None:
    """First byte: who speaks. Whoever stands left of the last one vouched for can say what he likes."""
    if not data:
        return
    value, peer = data[1:].decode("latin-1"), ("127.0.0.1", OUTSIDE, "fd00::1", "")[data[0] % 4]
    found = client_address(peer, value, PROXIES)
    assert found == peer or parse_address(found) is not None
    assert client_address(peer, value, AddressSet()) == peer
    if peer == OUTSIDE:
        assert found == peer
    if found not in PROXIES:
        assert client_address(peer, f"{OUTSIDE}, {value}", PROXIES) == found
        assert client_address(peer, f"nonsense,{value}", PROXIES) == found
    said = parse_range(value)
    if isinstance(said, Malformed):
        assert said.message
    else:
        assert said.low <= said.high
        assert parse_range(said.text) == said
        assert (OUTSIDE in AddressSet([said])) == (said.version == 4 and said.low <= 0xC0000207 <= said.high)


def fault(data: bytes) -> None:
    """Something to strike with, a problem for people, or nothing; the same each time and in whatever spacing."""
    value = data.decode("latin-1")
    for read in (_asked_by_header, _preferred):
        found = read(value)
        assert read(value) == found
        if isinstance(found, HeaderProblem):
            assert found.message
            assert len(found.message) < 300 + 4 * min(len(value), 4096)
            assert value not in found.message or len(value) < 200
        elif len(value) < 4000:
            assert read(f" {value} ") == found


def _asked_by_header(value: str) -> object:
    return requested_faults(value, None, 7)


def _preferred(value: str) -> object:
    return requested_faults(None, value, 7)


def query(data: bytes) -> None:
    """First byte: which operation. Repeated or comma-joined, in whatever case, whatever is between: all the same."""
    if not data:
        return
    operation = CONTRACT.operations[data[0] % len(CONTRACT.operations)]
    value = data[1:].decode("latin-1")
    path = tuple("118269" for each in operation.parameters if each.location == "path")
    bound = operation.bind(path, value)
    assert operation.bind(path, f"&&nobody=1&{value}&=&") == bound
    json.dumps(bound.values)
    assert all(each.message and len(each.message) < 1000 for each in bound.violations)
    pieces = [piece.partition("=") for piece in value.split("&")]
    lists = {each.name.lower() for each in operation.parameters if each.schema.get("type") == "array"}
    if "%" not in value and "+" not in value and value.isascii():
        shouted = "&".join(name.upper() + mark + text for name, mark, text in pieces)
        assert operation.bind(path, shouted) == bound
        repeated = "&".join(
            f"{name}={text}"
            for name, _, joined in pieces
            for text in (joined.split(",") if name.lower() in lists else (joined,))
        )
        assert operation.bind(path, repeated) == bound
    harmless = harmless_query(value)
    assert harmless_query(harmless) == harmless


def path(data: bytes) -> None:
    """An operation or none; the same in whatever case and with a slash behind; never out of the tree."""
    value = data.decode("latin-1")
    for method in ("GET", "POST"):
        found = CONTRACT.match(method, value)
        assert isinstance(found, Match) == isinstance(CONTRACT.match(method.lower(), value), Match)
        if not isinstance(found, Match):
            continue
        assert ".." not in value.split("/")
        assert not any(set(each) & set("/\\\0") for each in found.path_values)
        if "%" not in value:
            other = CONTRACT.match(method, value.translate(_UPPER))
            assert isinstance(other, Match)
            assert other.operation is found.operation
        if not value.endswith("/"):
            assert CONTRACT.match(method, value + "/") == found
        found.operation.bind(found.path_values, "")


def head(data: bytes) -> None:
    """Lines of fields: none is lost, and of those named like a secret only a mark is left."""
    fields = [
        (name.lower().strip(), value.strip()) for name, _, value in (line.partition(b":") for line in data.split(b"\n"))
    ]
    read = read_head(fields)
    assert [name for name, _ in read.headers] == [name for name, _ in fields]
    kept = harmless_headers(tuple(read.headers))
    assert harmless_headers(kept) == kept
    for (name, given), (_, left) in zip(fields, kept, strict=True):
        if len(given) > 12 and re.search(rb"token|secret|passw|auth|cookie|api[-_]?key", name):
            assert given == left or given not in left
            assert re.search(rb"\[redacted\]|\[token-", left), (name, left)
