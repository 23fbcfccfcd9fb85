"""Guard: lets nothing through to a provider but what is on its list; every safe run stands on this one promise."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.pipeline import Proceed

_HEADERS = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"authorization",
        b"cache-control",
        b"content-length",
        b"content-type",
        b"host",
        b"user-agent",
    }
)
"""The only header fields that go out. A list of what is allowed, because no list of tricks (method overrides,
`X-Original-URL`, `Forwarded`, hop-by-hop fields) is ever complete."""

_OVERRIDES = frozenset(
    {"_method", "$method", "httpmethod", "x-http-method", "x-http-method-override", "x-method-override"}
)
"""Query names by which some servers let a GET act as another verb."""

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PATH = re.compile(r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*")  # RFC 3986 pchar and "/"; no scheme, no authority
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?%\[\]]*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_DECODINGS = 3
"""How often a path is decoded to see what a server that decodes too often would see."""


class Permit(NamedTuple):
    """One verb on one path template."""

    method: str
    """Upper case, as on the wire."""
    template: str
    """`/v3.0/api/Orders/{id}`: literal segments match without regard to case, a `{name}` any one segment."""


class HeldBack(Exception):
    """The guard did not let a request through. Nothing of it has left this machine."""

    def __init__(self, request: Request, reason: str) -> None:
        super().__init__(f"{request.method} {request.path} was held back: {reason}")
        self.request = request
        self.reason = reason


class Guard:
    """A stage that passes on what one of its permits names, for one host, and raises HeldBack for the rest."""

    __slots__ = ("_authority", "_permits")

    def __init__(self, authority: str, permits: Iterable[Permit]) -> None:
        """`authority`: the target as a `Host` header would name it, `host` or `host:port`."""
        self._authority = authority.lower()
        self._permits = tuple((permit.method, _segments(permit.template)) for permit in permits)

    async def __call__(self, call: Request, proceed: Proceed[Request]) -> Response:
        reason = self.objection(call)
        if reason is not None:
            raise HeldBack(call, reason)
        return await proceed(call)

    def objection(self, request: Request) -> str | None:
        """Why the request may not go out, or None."""
        return (
            _objection_to_target(request)
            or self._objection_to_headers(request)
            or _objection_to_body(request)
            or self._objection_to_operation(request)
        )

    def _objection_to_operation(self, request: Request) -> str | None:
        segments = _segments(request.path)
        methods = {method for method, template in self._permits if _fits(segments, template)}
        if request.method in methods:
            return None
        if methods:
            return f"only {', '.join(sorted(methods))} is allowed on this path"
        return "the path is not one of those allowed"

    def _objection_to_headers(self, request: Request) -> str | None:
        seen: set[bytes] = set()
        for name, value in request.headers:
            lowered = name.lower()
            if lowered not in _HEADERS:
                return f"the header {name.decode('latin-1')!r} is not one of those allowed"
            if lowered in seen:
                return f"the header {name.decode('latin-1')!r} is there twice"
            seen.add(lowered)
            if _CONTROL.search(value):
                return f"the header {name.decode('latin-1')!r} has a control character in it"
            if lowered == b"host" and value.decode("latin-1").lower() != self._authority:
                return "the Host header names another host"
            if lowered == b"content-length" and value != b"%d" % len(request.body):
                return "Content-Length is not the length of the body"
        if request.authorization is not None and _CONTROL.search(request.authorization.encode("utf-8", "replace")):
            return "the Authorization value has a control character in it"
        return None


def _objection_to_target(request: Request) -> str | None:
    if not _PATH.fullmatch(request.path):
        return "the target is not a plain absolute path"
    if not _QUERY.fullmatch(request.query):
        return "the query has characters in it that belong percent-encoded"
    if _BAD_ESCAPE.search(request.path) or _BAD_ESCAPE.search(request.query):
        return "a percent sign is not followed by two hex digits"
    decoded = request.path.encode("ascii")
    for _ in range(_DECODINGS):
        decoded = unquote_to_bytes(decoded)
        if _CONTROL.search(decoded):
            return "the path has an encoded control character in it"
        if b"\\" in decoded or decoded.count(b"/") != request.path.count("/"):
            return "the path has an encoded separator in it"
        if any(part.partition(b";")[0] in {b".", b".."} for part in decoded.split(b"/")):
            return "the path has a dot segment in it"
    names = {pair.partition("=")[0] for pair in re.split("[&;]", request.query)}
    if any(unquote_to_bytes(name).decode("latin-1").strip().lower() in _OVERRIDES for name in names):
        return "the query tries to override the method"
    return None


def _objection_to_body(request: Request) -> str | None:
    if request.body and request.method not in _WITH_BODY:
        return f"a {request.method} with a body is not sent"
    return None


def _segments(path: str) -> tuple[str, ...]:
    """The path's segments; one slash at the end is tolerated, as the service tolerates it."""
    return tuple(path.removesuffix("/").lower().split("/")[1:])


def _fits(segments: tuple[str, ...], template: tuple[str, ...]) -> bool:
    return len(segments) == len(template) and all(
        bool(segment) if pattern.startswith("{") and pattern.endswith("}") else segment == pattern
        for segment, pattern in zip(segments, template, strict=True)
    )
