"""C29: every request conforms to the vendored document."""

from collections.abc import Iterable
from dataclasses import dataclass

from elko_mock.exchange.exchange import Side, Violation
from elko_mock.exchange.redaction import PERSONAL_FIELDS
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts

_MARK = b"[personal-"


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

    second_opinions: int = threshold(200, "different requests per run that openapi-core is shown as well")

    def watch(self, facts: Facts) -> "ContractKeptWatch":
        """Begin to watch a session."""
        return ContractKeptWatch(self, facts)


class ContractKeptWatch(Watch[ContractKept]):
    """Looks at each call by itself."""

    nothing = "no call was made"
    kept = "every request conformed"

    def __init__(self, rule: ContractKept, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._shown: set[tuple[str, str, str, bytes]] = set()

    def see(self, call: Call) -> None:
        """Judge one request."""
        if not call.is_api:
            return
        self.occasions += 1
        if call.reason in {"route", "method"} or (call.operation is None and call.status in {404, 405}):
            self.fault(call, f"{call.line}: {_stray(call)}")
            return
        if self._complain(call, call.exchange.violations, ""):
            return
        if call.key not in self._shown and len(self._shown) < self.rule.second_opinions:
            self._shown.add(call.key)
            self._complain(call, call.second_opinion(), "openapi-core: ")

    def _complain(self, call: Call, violations: Iterable[Violation], who: str) -> bool:
        """Charge the first violation that is this rule's."""
        for violation in violations:
            if violation.side is Side.REQUEST and not _of_another_rule(violation, call):
                self.fault(call, f"{call.line}: {who}{_told(violation)}")
                return True
        return False


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
    if violation.where.rpartition("/")[2] in PERSONAL_FIELDS and _MARK in call.exchange.request.body:
        return True  # the journal has a mark in the value's place
    return violation.where.startswith("body") and any(
        one.where == violation.where and one.stringly for one in call.typed
    )
