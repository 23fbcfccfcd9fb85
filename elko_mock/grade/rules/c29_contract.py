"""C29: every request conforms to the vendored document."""

from dataclasses import dataclass

from elko_mock.exchange.exchange import Side, Violation
from elko_mock.exchange.redaction import PERSONAL_FIELDS
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class ContractKept(Rule):
    """Path, method, parameters, body and media type, as the journal found them."""

    id = "C29"
    name = "contract"
    wording = "sends only requests that conform to the contract: path, parameters, body, media type"
    seen = (
        "What the journal found wrong with each request, and openapi-core as a second opinion. Strings for numbers "
        "are C20's, a malformed token is C13's. Shows the request and what was wanted."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL,)
    scenarios = ("default", "calm")
    fix = (
        "Compare the call with the document that the mock serves at /openapi.json; the evidence names the place. A "
        "client generated from the document cannot get this wrong."
    )

    def watch(self, facts: Facts) -> "ContractKeptWatch":
        """Begin to watch a session."""
        return ContractKeptWatch(self, facts)


class ContractKeptWatch(Watch[ContractKept]):
    """Looks at each call by itself."""

    nothing = "no call was made"
    kept = "every request conformed"

    def see(self, call: Call) -> None:
        """Judge one request."""
        if not call.is_api:
            return
        self.occasions += 1
        if call.reason in {"route", "method"} or (call.operation is None and call.status in {404, 405}):
            self.fault(call, f"{call.line}: {_stray(call)}")
            return
        for violation in call.exchange.violations:
            if violation.side is Side.REQUEST and not _of_another_rule(violation, call):
                self.fault(call, f"{call.line}: {_told(violation)}")
                return


def _told(violation: Violation) -> str:
    """Messages quote the value, which is nobody's business where it is a person's."""
    name = violation.where.rpartition("/")[2]
    return f"{violation.where}: {violation.code if name in PERSONAL_FIELDS else violation.message}"


def _stray(call: Call) -> str:
    near = call.exchange.near_miss
    if near is not None:
        return f"nearest is {near.operation}: {' '.join(near.differs)}"
    return "no such method here" if call.status == 405 else "no such path"


def _of_another_rule(violation: Violation, call: Call) -> bool:
    if violation.where.lower().startswith("header/authorization"):
        return True
    return violation.where.startswith("body") and any(
        one.where == violation.where and one.stringly for one in call.typed
    )
