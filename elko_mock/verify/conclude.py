"""Conclude: from a run's ledger to what is said of each operation and each check."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from elko_mock.contract.operations import Operation
from elko_mock.verify.check import Check
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.model import CheckResult, OperationResult, Standing, Tally
from elko_mock.verify.scope import is_read_only
from elko_mock.verify.survey import NEED_PRODUCTS, Facts

ANSWERED = "answered"
"""The check that every call gets an answer; it is held on every call."""
_ENOUGH = 0.9
"""Part of an operation's calls that must have been judged."""
_ONLY_WITH_WRITES = frozenset({"ensure_resource_availability"})


def operation_results(
    operations: Iterable[Operation], scope: Sequence[Operation], ledger: Ledger, facts: Facts
) -> tuple[OperationResult, ...]:
    """One line for each operation of the document."""
    tallies = {tally.operation: tally for tally in ledger.tallies}
    failed = ledger.failed_operations()
    inside = {operation.id for operation in scope}
    return tuple(
        _operation(operation, tallies.get(operation.id, Tally(operation.id)), failed, facts)
        if operation.id in inside
        else OperationResult(Tally(operation.id), Standing.LEFT_OUT, _why_left_out(operation))
        for operation in operations
    )


def _operation(operation: Operation, tally: Tally, failed: set[str], facts: Facts) -> OperationResult:
    if operation.id in failed:
        return OperationResult(tally, Standing.FAILED)
    if not tally.sent:
        return OperationResult(tally, Standing.NOT_JUDGED, "no call went out")
    if tally.share < _ENOUGH:
        return OperationResult(tally, Standing.NOT_JUDGED, f"only {tally.share:.0%} of its answers could be judged")
    if facts.lacks_products and operation.known_as in NEED_PRODUCTS:
        return OperationResult(
            tally, Standing.NOT_JUDGED, "no product was found, though there are categories or vendors"
        )
    if not tally.succeeded:
        if _without_matter(operation, facts):
            return OperationResult(tally, Standing.NOTHING_THERE, "the account has nothing that it could answer")
        return OperationResult(tally, Standing.NOT_JUDGED, f"no answer of 200 in {tally.sent} calls")
    return OperationResult(tally, Standing.PASSED)


def _without_matter(operation: Operation, facts: Facts) -> bool:
    """Whether the provider has nothing that the operation could succeed on."""
    if operation.known_as == "addKitToCart":
        return not facts.kits
    return is_read_only(operation) and facts.arguments(operation.known_as or "") is None


def _why_left_out(operation: Operation) -> str:
    if operation.known_as is None:
        return "not one of the known operations"
    return "" if is_read_only(operation) else "it may change something"


def check_results(
    own: Iterable[Check], chosen: Iterable[str], generated: Mapping[str, str], ledger: Ledger, *, writes: bool
) -> tuple[CheckResult, ...]:
    """One line for each check, our own last. `chosen`: the ids of those that the run was to make."""
    return tuple(_checks(own, set(chosen), generated, ledger, writes))


def _checks(
    own: Iterable[Check], chosen: set[str], generated: Mapping[str, str], ledger: Ledger, writes: bool
) -> Iterator[CheckResult]:
    yield _check(ANSWERED, "Every call gets an answer", ledger, "no call went out")
    for name, title in generated.items():
        if name in _ONLY_WITH_WRITES and not writes:
            yield CheckResult(name, title, Standing.LEFT_OUT, 0)
        else:
            ledger.nothing_there.setdefault(name, "no call that it applies to")
            yield _check(name, title, ledger, "")
    for check in own:
        if check.id in chosen:
            yield _check(check.id, check.title, ledger, "it found nothing that it could rely on")
        else:
            yield CheckResult(check.id, check.title, Standing.LEFT_OUT, 0)


def _check(name: str, title: str, ledger: Ledger, without: str) -> CheckResult:
    findings, looked = ledger.findings(name), ledger.looked[name]
    if findings:
        return CheckResult(name, title, Standing.FAILED, looked, findings)
    if name in ledger.unjudged:
        return CheckResult(name, title, Standing.NOT_JUDGED, looked, (), ledger.unjudged[name])
    if looked:
        return CheckResult(name, title, Standing.PASSED, looked)
    if name in ledger.nothing_there:
        return CheckResult(name, title, Standing.NOTHING_THERE, 0, (), ledger.nothing_there[name])
    return CheckResult(name, title, Standing.NOT_JUDGED, 0, (), without)
