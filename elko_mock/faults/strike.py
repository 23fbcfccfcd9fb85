"""A strike: the faults that hit one call, with all that was drawn for them, and what they make of its answer."""

import gzip
import zlib
from hashlib import blake2b
from typing import Literal, NamedTuple

from elko_mock.exchange.messages import Delivery, RawHeaders, Response
from elko_mock.faults.kinds import Corrupt, Cut, Delay, Fault, Hang, Respond, Truncate


def roll(*parts: object) -> float:
    """A number of at least 0 and below 1 that hangs on nothing but `parts`: the same on every machine."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=7).digest()
    return (int.from_bytes(digest, "big") >> 3) / (1 << 53)


class Strike(NamedTuple):
    """At most one fault of each kind, ready to be carried out."""

    name: str
    """The rules that struck, joined by `+`; `header` for one that the request asked for."""
    respond: Respond | None = None
    delay: int = 0
    """Microseconds, drawn."""
    delay_clock: Literal["real", "world"] = "real"
    truncate: Truncate | None = None
    corrupt: Corrupt | None = None
    cut: Cut | None = None
    hang: Hang | None = None
    seed: str = ""
    """What places are drawn from."""

    @property
    def before(self) -> bool:
        """Whether the call is answered without the operation: it strikes before the handler, not after."""
        ends = (self.respond, self.cut, self.hang)
        return any(end is not None and not end.accepted for end in ends)


def strike_of(name: str, faults: tuple[Fault, ...], seed: str) -> Strike:
    """The strike of some faults; of two of one kind the first counts."""
    strike = Strike(name, seed=seed)
    for fault in reversed(faults):
        match fault:
            case Respond():
                strike = strike._replace(respond=fault)
            case Delay():
                strike = strike._replace(delay=fault.drawn(roll(seed, "delay")), delay_clock=fault.clock)
            case Truncate():
                strike = strike._replace(truncate=fault)
            case Corrupt():
                strike = strike._replace(corrupt=fault)
            case Cut():
                strike = strike._replace(cut=fault)
            case _:
                strike = strike._replace(hang=fault)
    return strike


def responded(respond: Respond) -> Response:
    """The answer of a `Respond`. Its `body` of None becomes an empty one: give the service's own where there is one."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in respond.headers]
    body = respond.body or b""
    if body and all(name != b"content-type" for name, _ in headers):
        headers.append((b"content-type", _guessed_type(body)))
    return Response(respond.status, _with_length(tuple(headers), body), body)


def deformed(response: Response, strike: Strike, *, delay: int | None = None) -> Response:
    """The answer as it leaves after the strike. `delay`: microseconds of real time to wait, where they differ from
    `strike.delay` because the world's clock runs otherwise."""
    if strike.corrupt is not None or strike.truncate is not None:
        response = _spoiled(response, strike)
    wait = strike.delay if delay is None else delay
    cut = None if strike.cut is None else strike.cut.after
    hang = None if strike.hang is None else strike.hang.duration
    if wait or cut is not None or hang is not None:
        response = response._replace(delivery=Delivery(wait, cut, hang))
    return response


def _spoiled(response: Response, strike: Strike) -> Response:
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    zipped = (response.header(b"content-encoding") or "").strip().lower() == "gzip"
    corrupt = strike.corrupt
    if strike.truncate is not None or (corrupt is not None and corrupt.how != "bytes"):
        plain = _unzipped(body) if zipped else body
        if corrupt is not None:
            plain = _broken_syntax(plain, corrupt.how, response.header(b"content-type") or "")
        if strike.truncate is not None:
            plain = plain[: strike.truncate.kept(len(plain))]
        body = gzip.compress(plain, mtime=0) if zipped else plain
    if corrupt is not None and corrupt.how == "bytes":
        body = _flipped(body, corrupt.count, strike.seed)
    return response._replace(body=body, headers=_with_length(response.headers, body))


def _broken_syntax(body: bytes, how: str, content_type: str) -> bytes:
    """What careless software sends: a comma before the last bracket; a closing tag without its end."""
    if how not in content_type.lower():
        return body
    if how == "json":
        stripped = body.rstrip()
        return stripped[:-1] + b"," + stripped[-1:] if stripped[-1:] in {b"]", b"}"} else stripped + b","
    end = body.rfind(b">")
    return body[:end] + body[end + 1 :] if end >= 0 else body


def _flipped(body: bytes, count: int, seed: str) -> bytes:
    spoiled = bytearray(body)
    for place in range(min(count, len(body))):
        spoiled[int(roll(seed, "at", place) * len(body))] ^= 1 << int(roll(seed, "bit", place) * 8)
    return bytes(spoiled)


def _unzipped(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return body


def _guessed_type(body: bytes) -> bytes:
    first = body.lstrip()[:1]
    if first in {b"{", b"["}:
        return b"application/json; charset=utf-8"
    if first == b"<":
        return b"text/html; charset=utf-8"
    return b"text/plain; charset=utf-8"


def _with_length(headers: RawHeaders, body: bytes) -> RawHeaders:
    kept = tuple(field for field in headers if field[0] not in {b"content-length", b"transfer-encoding"})
    return (*kept, (b"content-length", str(len(body)).encode()))
