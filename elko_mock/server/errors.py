"""Errors: the one table from a "no" to its status and body."""

from collections.abc import Mapping, Sequence
from typing import Any

from elko_mock.exchange.exchange import Violation
from elko_mock.exchange.messages import Request, Response
from elko_mock.exchange.redaction import without_tokens
from elko_mock.stages.call import Call
from elko_mock.trade.refusals import Kind, Refusal
from elko_mock.wire.media_type import Representation, negotiate
from elko_mock.wire.problem import encode_problem

_OFFERED = (
    "application/json",
    "application/problem+json",
    "text/json",
    "application/xml",
    "application/problem+xml",
    "text/xml",
)
_RFC9110 = "https://tools.ietf.org/html/rfc9110#section-15.5."
_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("One or more validation errors occurred.", _RFC9110 + "1"),
    403: ("Forbidden", _RFC9110 + "4"),
    404: ("Not Found", _RFC9110 + "5"),
    405: ("Method Not Allowed", _RFC9110 + "6"),
}
STATUS_OF: Mapping[Kind, int] = {"invalid": 400, "business": 400, "not-found": 404}
"""How the trade's refusals leave the house. The manual knows five codes and no other (evidence section 1)."""


class Errors:
    """Renders every answer that is not a success: RFC 7807 problem details as ASP.NET Core writes them."""

    __slots__ = ()

    def forbidden(self, call: Call, reason: str) -> Response:
        """403. One body for all causes: the manual gives the code three meanings and nothing to tell them apart."""
        call.reason = reason
        return _answer(call.request, 403, {})

    def no_route(self, call: Call) -> Response:
        """404 for a path of no operation."""
        call.reason = "route"
        return _answer(call.request, 404, {"traceId": _trace_id(call)})

    def wrong_method(self, call: Call, allow: Sequence[str]) -> Response:
        """405 with the methods the path has."""
        call.reason = "method"
        return _answer(call.request, 405, {"traceId": _trace_id(call)}, ((b"allow", ", ".join(allow).encode()),))

    def bad_request(self, call: Call, violations: Sequence[Violation]) -> Response:
        """400 that names every fault and its place."""
        call.reason = "validation"
        call.violations += tuple(violations)
        errors: dict[str, list[str]] = {}
        for violation in violations:
            errors.setdefault(_field(violation.where), []).append(violation.message)
        return _answer(call.request, 400, {"traceId": _trace_id(call), "errors": errors})

    def no_world(self, request: Request, message: str) -> Response:
        """400 for an `X-Elko-World` that names none: outside of any world, so in no journal."""
        return _answer(request, 400, {"errors": {"X-Elko-World": [message]}})

    def status(self, call: Call, status: int) -> Response | None:
        """What the service gives with a status of the contract, for a fault that names only the status."""
        if status not in _TITLES:
            return None
        return _answer(call.request, status, {} if status == 403 else {"traceId": _trace_id(call)})

    def refused(self, call: Call, refusal: Refusal) -> Response:
        """A business "no": 400 or 404 by the table."""
        call.reason = refusal.code
        status = STATUS_OF[refusal.kind]
        members: dict[str, Any] = {"detail": refusal.message, "traceId": _trace_id(call)}
        if status == 400:
            members["errors"] = refusal.errors
        return _answer(call.request, status, members)


def _answer(
    request: Request, status: int, members: Mapping[str, Any], headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Response:
    title, kind = _TITLES[status]
    body, content_type = encode_problem(
        {"type": kind, "title": title, "status": status, **members}, problem_representation(request)
    )
    # what was sent may be named in a message, and may be somebody's token in the wrong place
    return Response(status, (*headers, (b"content-type", content_type.encode())), without_tokens(body))


def problem_representation(request: Request) -> Representation:
    """JSON or XML, by what the request accepts."""
    return negotiate(request.header(b"accept"), _OFFERED)


def _field(where: str) -> str:
    """ASP.NET's key for a place: the parameter's name, or the path within the body; "$" is the body itself."""
    area, _, rest = where.partition("/")
    if area == "body":
        return _dotted(rest) or "$"
    return rest.partition("/")[0] or area


def _dotted(path: str) -> str:
    out = ""
    for part in path.split("/"):
        if part.isdigit():
            out += f"[{part}]"
        elif part:
            out += f".{part}" if out else part
    return out


def _trace_id(call: Call) -> str:
    """W3C trace context form, made of the world's seed and the exchange's number: the same in a repeated run."""
    return f"00-{call.world.seed & (1 << 64) - 1:032x}-{call.number:016x}-00"
