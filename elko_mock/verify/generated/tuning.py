"""Tuning: which of schemathesis's checks hold for this service, and what each is told about its conventions.

Every check that is changed or switched off is explained in docs/verify.md.
"""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from schemathesis import Case, Response
from schemathesis.core.failures import Failure

from elko_mock.contract.contract import Contract, Match
from elko_mock.trade.jde import NotAJdeDate, from_jde
from elko_mock.verify.generated.document import Form
from elko_mock.verify.reply import Reader
from elko_mock.wire.media_type import parse_content_type
from elko_mock.wire.undecodable import Undecodable

CHECKS: dict[str, str] = {
    "not_a_server_error": "No answer is 5xx",
    "status_code_conformance": "Every answer has a documented code",
    "content_type_conformance": "Every answer has a documented media type",
    "response_schema_conformance": "Every body is as its schema says, JSON and XML",
    "negative_data_rejection": "A request that breaks the contract is refused",
    "positive_data_acceptance": "A read that keeps the contract is answered 200 or 404",
    "ensure_resource_availability": "What was just made can be read",
}
"""Those in use, and what each holds the provider to."""

SWITCHED_OFF: dict[str, str] = {
    "response_headers_conformance": "the one documented header, Allow, may hold any text; allow-header reads it",
    "missing_required_header": "demands 401 for a missing token; token-needed holds it to 403",
    "ignored_auth": "sends wrong tokens with every operation and takes 401; token-needed does it sparingly, for 403",
    "unsupported_method": "sends undeclared verbs; allow-header does, where writes are allowed",
    "allow_header_conformance": "likewise",
    "use_after_free": "wants 404 for what was deleted; here a cancelled order and a released reservation can be read",
    "object_level_authorization": "takes two accounts",
    "max_response_time": "a full catalogue takes its time",
}

_READING = "GET"
_DAYS = frozenset({"dateFrom", "dateTo"})
"""Parameters whose schema says integer, and which are JDE dates."""


class Effort(NamedTuple):
    """How much is generated."""

    seed: int = 1
    examples: int = 5
    """Most cases per operation in the fuzzing phase."""
    steps: int = 6
    """Length of the chains that follow the document's links."""
    quick: bool = False
    """Without the coverage phase, which goes through every boundary of every schema."""


def config(effort: Effort, form: Form, *, linked: bool) -> dict[str, Any]:
    """Schemathesis's configuration; made here and nowhere else, so that no `schemathesis.toml` on the way is read.

    `linked`: the phase that follows the document's links, by itself; else the phases that take each operation alone.
    """
    # What is wrong in JSON, as a type, is often right in XML; and what follows a link must have a chance to succeed.
    modes = {"mode": "positive"} if form == "xml" or linked else {}
    alone = {"enabled": not linked, "extra-data-sources": {"responses": False}}
    return {
        "seed": effort.seed,
        "cache": {"enabled": False},
        "continue-on-failure": True,
        "max-redirects": 0,
        "suppress-health-check": ["all"],
        "generation": {
            **modes,
            "max-examples": effort.examples,
            "database": "none",
            "with-security-parameters": False,
            "allow-x00": False,
            "unique-inputs": True,
        },
        "analysis": {"constants": {"enabled": False}},
        "phases": {
            "examples": alone,
            "coverage": {**alone, "enabled": not linked and not effort.quick, "unexpected-methods": []},
            "fuzzing": {**alone, "error-feedback": {"enabled": False}},
            "stateful": {"enabled": linked, "max-steps": effort.steps, "inference": {"algorithms": []}},
        },
        "checks": {
            **{name: {"enabled": False} for name in SWITCHED_OFF if name != "max_response_time"},
            # Which code a refusal has, and that it is no 5xx, other checks say.
            "negative_data_rejection": {"expected-statuses": ["4xx", "5xx"]},
            "positive_data_acceptance": {"expected-statuses": ["2xx", 404, "5xx"]},
        },
    }


class Conventions:
    """What the service takes for granted and no schema says, as a judge of schemathesis's two data checks."""

    def __init__(self, contract: Contract, reader: Reader) -> None:
        self._contract = contract
        self._reader = reader

    def stands(self, failure: Failure, case: Case[Any], response: Response) -> bool:
        """Whether a failure stands."""
        checks = getattr(failure, "checks", ())
        if "status_code_conformance" in checks:
            return response.status_code < 500  # not_a_server_error has it
        if "negative_data_rejection" in checks:
            return self._is_wrong(response)
        if "positive_data_acceptance" in checks:
            # A code that is not documented is another check's; a write that the house refuses ("no such product", "not
            # in stock") is a correct business no.
            documented = str(response.status_code) in case.operation.responses.status_codes
            return documented and case.method.upper() == _READING and not self._is_wrong(response)
        return True

    def _is_wrong(self, response: Response) -> bool:
        """Whether the contract, with the service's conventions worked in, has anything against what was really sent:
        unknown names are ignored, an empty value is no filter, enumerations and names come in any case."""
        request = response.request
        parts = urlsplit(str(request.url))
        match = self._contract.match(str(request.method), parts.path)
        if not isinstance(match, Match):
            return False
        bound = match.operation.bind(match.path_values, parts.query)
        if bound.violations or any(not _is_day(value) for name, value in bound.values.items() if name in _DAYS):
            return True
        body = request.body or b""
        if match.operation.body is None or not body:
            return match.operation.body is not None and match.operation.body.required
        try:
            data = self._reader.decode_body(
                match.operation,
                body if isinstance(body, bytes) else str(body).encode(),
                parse_content_type(str(request.headers.get("Content-Type", ""))),
            )
        except Undecodable:
            return True
        return bool(match.operation.body_violations(data))


def _is_day(value: object) -> bool:
    try:
        from_jde(int(str(value)))  # 0 leaves that side open
    except (NotAJdeDate, ValueError):
        return False
    return True
