"""The verdict for programs: JSON and JUnit."""

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from elko_mock.verify.model import CheckResult, Finding, OperationResult, Standing, Verdict
from elko_mock.verify.report.samples import curl

FORMAT = "elko-mock-verdict/1"
"""Named in the JSON report, so that a reader can tell versions apart."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(verdict: Verdict) -> bytes:
    """The whole verdict, indented, keys in camel case."""
    document = {
        "format": FORMAT,
        "outcome": verdict.outcome,
        "exitCode": verdict.exit_code,
        "target": verdict.target,
        "document": verdict.document,
        "mode": verdict.mode,
        "pace": verdict.pace,
        "seed": verdict.seed,
        "started": verdict.started,
        "seconds": round(verdict.seconds, 3),
        "calls": verdict.calls,
        "cases": verdict.cases,
        "stop": None if verdict.stop is None else verdict.stop._asdict(),
        "notJudged": verdict.not_judged,
        "notes": verdict.notes,
        "operations": [_operation(result) for result in verdict.operations],
        "checks": [_check(check) for check in verdict.checks],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_junit(verdict: Verdict) -> bytes:
    """Two suites: a test case for each operation, and one for each check. What could not be judged is an error, so
    that no pipeline takes it for a pass."""
    suites = [
        _suite("operations", [_operation_case(result, verdict) for result in verdict.operations]),
        _suite("checks", [_check_case(check) for check in verdict.checks]),
    ]
    if verdict.stop is not None:
        suites.append(_suite("run", [_case("run", "run", _error("stopped", verdict.stop.message))]))
    body = "\n".join(suites)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="elko-mock verify">\n{body}\n</testsuites>\n'
    return text.encode()


def _operation(result: OperationResult) -> dict[str, Any]:
    tally = result.tally
    return {
        "operation": tally.operation,
        "standing": result.standing,
        "reason": result.reason,
        "sent": tally.sent,
        "judged": tally.judged,
        "share": round(tally.share, 4),
        "succeeded": tally.succeeded,
        "heldBack": tally.held_back,
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "check": check.check,
        "title": check.title,
        "standing": check.standing,
        "reason": check.reason,
        "judged": check.judged,
        "findings": [_finding(finding) for finding in check.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "operation": finding.operation,
        "message": finding.message,
        "samples": [
            {
                "method": one.method,
                "url": one.url,
                "requestHeaders": dict(one.request_headers),
                "requestBody": one.request_body,
                "status": one.status,
                "contentType": one.content_type,
                "excerpt": one.excerpt,
                "curl": curl(one),
            }
            for one in finding.samples
        ],
    }


def _operation_case(result: OperationResult, verdict: Verdict) -> str:
    name = result.tally.operation
    findings = [finding for finding in verdict.findings if finding.operation == name]
    return _case("operations", name, _content(result.standing, result.reason, findings))


def _check_case(check: CheckResult) -> str:
    return _case("checks", check.check, _content(check.standing, check.reason, check.findings))


def _content(standing: Standing, reason: str, findings: "list[Finding] | tuple[Finding, ...]") -> str:
    if standing is Standing.PASSED:
        return ""
    if standing is Standing.FAILED:
        return "".join(
            f"<failure type={_attribute(finding.check)} message={_attribute(finding.message)}>"
            f"{_text(evidence(finding))}</failure>"
            for finding in findings
        )
    if standing is Standing.NOT_JUDGED:
        return _error("not judged", reason)
    return f"<skipped message={_attribute(reason or standing.value)}/>"


def evidence(finding: Finding) -> str:
    """A finding as plain text: what was wrong, the call that shows it, the answer it got."""
    lines = [f"{finding.operation}: {finding.message}"]
    for one in finding.samples:
        answer = "no answer" if one.status is None else f"{one.status} {one.content_type}"
        lines += [curl(one), answer, one.excerpt]
    return "\n".join(lines)


def _suite(name: str, cases: list[str]) -> str:
    body = "\n".join(cases)
    counts = {kind: sum(f"<{kind}" in case for case in cases) for kind in ("failure", "error", "skipped")}
    return (
        f'<testsuite name="elko-mock.{name}" tests="{len(cases)}" failures="{counts["failure"]}" '
        f'errors="{counts["error"]}" skipped="{counts["skipped"]}">\n{body}\n</testsuite>'
    )


def _case(suite: str, name: str, content: str) -> str:
    return f'<testcase classname="elko-mock.{suite}" name={_attribute(name)}>{content}</testcase>'


def _error(kind: str, message: str) -> str:
    return f"<error type={_attribute(kind)} message={_attribute(message)}/>"


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", value))


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", value))
