"""The provider, operation by operation and check by check: `pytest --pyargs elko_mock.verify --elko-url URL`."""

import pytest

from elko_mock.verify.model import Finding, Standing, Verdict
from elko_mock.verify.report.machine import evidence


def test_the_run_was_whole(verdict: Verdict) -> None:
    """It was not throttled, refused, cut short or broken."""
    if verdict.stop is not None:
        pytest.fail(f"the run ended early: {verdict.stop.message}", pytrace=False)


def test_operation(verdict: Verdict, operation: str) -> None:
    """It was really judged, and nothing was found."""
    result = next(each for each in verdict.operations if each.tally.operation == operation)
    _tell(result.standing, result.reason, [each for each in verdict.findings if each.operation == operation])


def test_check(verdict: Verdict, check: str) -> None:
    """It looked at something, and found nothing."""
    result = next(each for each in verdict.checks if each.check == check)
    _tell(result.standing, result.reason, result.findings)


def _tell(standing: Standing, reason: str, findings: "list[Finding] | tuple[Finding, ...]") -> None:
    if standing in (Standing.NOTHING_THERE, Standing.LEFT_OUT):
        pytest.skip(reason or standing.value)
    if standing is Standing.FAILED:
        pytest.fail("\n\n".join(map(evidence, findings)), pytrace=False)
    if standing is Standing.NOT_JUDGED:
        pytest.fail(f"not judged: {reason}", pytrace=False)
