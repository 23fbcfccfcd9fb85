"""Near miss: which operation a stray request probably meant, and what to change."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from urllib.parse import unquote

from elko_mock.contract.contract import Contract, Match
from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Credential, CredentialForm, NearMiss
from elko_mock.exchange.messages import Request

UNMATCHED = frozenset({"route", "method"})
"""Reasons of a refusal that say: this met no operation."""
NEARBY = UNMATCHED | {"token"}
"""Reasons of a refusal for which there may be something to say."""
_CLOSE = 0.6
"""Below this likeness of two paths, naming one for the other would be a guess."""
_FORMS = {
    CredentialForm.NONE: "Send the header `Authorization: Bearer <token>`; there was none.",
    CredentialForm.BARE: "Write `Bearer ` in front of the token.",
    CredentialForm.QUOTED: "Leave the quotes around the token out: POST Token answers JSON, so decode it first.",
    CredentialForm.LINE_END: "There is a line end in the token; strip what was read from the file.",
    CredentialForm.OTHER_SCHEME: "The scheme is `Bearer`, not another word.",
}


def near_miss(contract: Contract, request: Request, credential: Credential, reason: str | None) -> NearMiss | None:
    """What a request that was answered 403 for its token, 404 or 405 probably meant; None when nothing is near."""
    if reason == "token":
        return _unauthorised(contract, request, credential)
    if reason == "method":
        return _other_method(contract, request)
    return _other_path(contract, request) if reason == "route" else None


def _unauthorised(contract: Contract, request: Request, credential: Credential) -> NearMiss | None:
    advice = []
    if any(word in request.query.lower() for word in ("token=", "authorization=", "bearer")):
        advice.append("The token goes into the header, not into the query.")
    if credential.form in _FORMS:
        advice.append(_FORMS[credential.form])
    found = contract.match(request.method, request.path)
    if not advice or not isinstance(found, Match):
        return None
    return NearMiss(_name(found.operation), tuple(advice))


def _other_method(contract: Contract, request: Request) -> NearMiss | None:
    methods = sorted({operation.method for operation in contract.operations}, key=lambda one: (one != "GET", one))
    found = [contract.match(method, request.path) for method in methods]
    there = [match.operation for match in found if isinstance(match, Match)]
    if not there:
        return None
    names = " and ".join(operation.method for operation in there)
    return NearMiss(_name(there[0]), (f"This path has {names}, not {request.method}.",))


def _other_path(contract: Contract, request: Request) -> NearMiss | None:
    given = _segments(request.path)
    scored = sorted(
        ((_likeness(given, _segments(one.path)), one.method == request.method, one) for one in contract.operations),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    if not scored or scored[0][0] < _CLOSE:
        return None
    operation = scored[0][2]
    return NearMiss(_name(operation), tuple(_differences(request, given, operation)))


def _differences(request: Request, given: Sequence[str], operation: Operation) -> Iterable[str]:
    wanted = _segments(operation.path)
    lowered = [segment.lower() for segment in given]
    if "//" in request.path:
        yield "There is an empty segment (`//`) in the path."
    if "%3f" in request.path.lower():
        yield "The `?` is percent-encoded, so the query became part of the path."
    if any("{" in segment for segment in given):
        yield "A placeholder in braces was not filled in."
    if lowered[:1] == ["v3.0"] and lowered[1:2] != ["api"] and wanted[:2] == ["v3.0", "api"]:
        yield "Another region's path style: here `/api` stands between the version and the resource."
    elif wanted[:2] == ["v3.0", "api"] and lowered[:2] != wanted[:2]:
        yield "The base path is `/v3.0/api`."
    if lowered[:4] == ["v3.0", "api"] * 2:
        yield "The base path is there twice."
    elif len(lowered) > len(wanted) and not _aligned(lowered, wanted):
        yield f"There is more in the path than `{operation.path}` has."
    for mine, theirs in _aligned(given, wanted):
        if mine.lower() != theirs.lower() and not _is_variable(theirs):
            plural = mine.lower().rstrip("s") == theirs.lower().rstrip("s")
            kind = "singular and plural differ" if plural else "the spelling differs"
            yield f"`{theirs}`, not `{mine}`: {kind}."
    if "?" in request.query:
        yield "There is a second `?` in the query; parameters are joined by `&`."
    if request.method != operation.method:
        yield f"The method is {operation.method}, not {request.method}."
    missing = [segment for segment in wanted if segment not in _texts(wanted, lowered)]
    if len(lowered) < len(wanted) and missing:
        yield f"The whole path is `{operation.path}`."


def _texts(wanted: Sequence[str], lowered: Sequence[str]) -> list[str]:
    return [segment for segment in wanted if segment.lower() in lowered]


def _aligned(given: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, str]]:
    """The segments from the right, paired, as far as both paths go below the base path."""
    mine = [one for one in given if one.lower() not in {"v3.0", "api"}]
    theirs = [one for one in wanted if one not in {"v3.0", "api"}]
    return list(zip(mine, theirs, strict=True)) if len(mine) == len(theirs) else []


def _likeness(given: Sequence[str], wanted: Sequence[str]) -> float:
    """From 0 to 1: how alike two paths are, segment by segment below the base path; a variable is like anything."""
    mine = [one.lower() for one in given if one.lower() not in {"v3.0", "api"}]
    theirs = [one.lower() for one in wanted if one not in {"v3.0", "api"}]
    if not mine or not theirs:
        return 0.0
    total = 0.0
    for one, other in zip(mine, theirs, strict=False):
        total += 0.75 if _is_variable(other) else SequenceMatcher(None, one, other).ratio()
    return total / max(len(mine), len(theirs))


def _segments(path: str) -> list[str]:
    return [segment for segment in unquote(path).split("?")[0].split("/") if segment.strip()]


def _is_variable(segment: str) -> bool:
    return segment.startswith("{")


def _name(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"
