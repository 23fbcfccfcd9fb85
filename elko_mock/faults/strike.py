"""A strike: the faults that hit one call, with all that was drawn for them, and what they make of its answer."""

import codecs
import gzip
import re
import zlib
from hashlib import blake2b
from typing import Literal, NamedTuple

from elko_mock.exchange.messages import Delivery, RawHeaders, Response
from elko_mock.faults.kinds import Corrupt, Cut, Delay, Fault, Hang, Respond, Truncate, Vary

_ZERO = re.compile(r"q\s*=\s*0(?:\.0{0,3})?", re.IGNORECASE)


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
    vary: Vary | None = None
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
            case Hang():
                strike = strike._replace(hang=fault)
            case _:
                strike = strike._replace(vary=fault)
    return strike


def responded(respond: Respond) -> Response:
    """The answer of a `Respond`. Its `body` of None becomes an empty one: give the service's own where there is one."""
    headers = dictated_headers(respond)
    body = respond.body or b""
    if body and all(name != b"content-type" for name, _ in headers):
        headers = (*headers, (b"content-type", _guessed_type(body)))
    return Response(respond.status, _with_length(headers, body), body)


def dictated_headers(respond: Respond) -> RawHeaders:
    """Its header fields as they go out."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in respond.headers)


def deformed(response: Response, strike: Strike, *, delay: int | None = None) -> Response:
    """The answer as it leaves after the strike. `delay`: microseconds of real time to wait, where they differ from
    `strike.delay` because the world's clock runs otherwise."""
    if strike.vary is not None and strike.vary.mark:
        response = _marked(response)
    if strike.corrupt is not None or strike.truncate is not None:
        response = _spoiled(response, strike)
    wait = strike.delay if delay is None else delay
    cut = None if strike.cut is None else strike.cut.after
    hang = None if strike.hang is None else strike.hang.duration
    if wait or cut is not None or hang is not None:
        response = response._replace(delivery=Delivery(wait, cut, hang))
    return response


def narrowed(accept: str | None, turn: int) -> str | None:
    """An `Accept` that asks for one of the media types of this one alone, by turns; the same if it names fewer than
    two."""
    named = []
    for part in (accept or "").split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        refused = any(_ZERO.fullmatch(parameter) for parameter in parameters)
        if media_type and "*" not in media_type and not refused:
            named.append(media_type)
    return named[turn % len(named)] if len(named) > 1 else accept


def _marked(response: Response) -> Response:
    """With a byte order mark and the charset in another spelling; a body without a charset is left alone."""
    content_type = response.header(b"content-type") or ""
    media_type, _, parameters = content_type.partition(";")
    if "utf-8" not in parameters.lower():
        return response
    zipped = (response.header(b"content-encoding") or "").strip().lower() == "gzip"
    body = response.whole
    plain = codecs.BOM_UTF8 + (_unzipped(body) if zipped else body)
    headers = tuple(field for field in response.headers if field[0] != b"content-type")
    headers = (*headers, (b"content-type", f'{media_type.strip()}; charset="UTF-8"'.encode("latin-1")))
    sent = gzip.compress(plain, mtime=0) if zipped else plain
    return response._replace(body=sent, headers=_with_length(headers, sent))


def _spoiled(response: Response, strike: Strike) -> Response:
    body = response.whole
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
    places: set[int] = set()
    for number in range(min(count, len(body))):
        place = int(roll(seed, "at", number) * len(body))
        while place in places:  # a second flip could undo the first
            place = (place + 1) % len(body)
        places.add(place)
        spoiled[place] ^= 1 << int(roll(seed, "bit", number) * 8)
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
