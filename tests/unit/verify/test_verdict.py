"""A verdict is never green by accident, and every report says the same and no secret."""

import json
from xml.etree import ElementTree

import pytest
from rich.console import Console

from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.model import (
    CheckResult,
    Finding,
    OperationResult,
    Outcome,
    Sample,
    Standing,
    Stop,
    StopCause,
    Tally,
    Verdict,
)
from elko_mock.verify.report.console import print_verdict
from elko_mock.verify.report.html import as_html
from elko_mock.verify.report.machine import as_json, as_junit
from elko_mock.verify.report.samples import curl, sample

SAMPLE = Sample(
    "POST",
    "https://api.example/v3.0/api/Orders?a=1&b='x'",
    (("Accept", "application/json"), ("Content-Type", "application/json")),
    '{"note": "it\'s <b>"}',
    True,
    400,
    "application/problem+json",
    "\x00<script>alert(1)</script>",
)
FINDING = Finding("order-totals", "listOrders", "off by a cent & more <b>", (SAMPLE,))
PASSED = OperationResult(Tally("listOrders", 3, 3, 2), Standing.PASSED)


def verdict(*operations: OperationResult, checks: tuple[CheckResult, ...] = (), stop: Stop | None = None) -> Verdict:
    return Verdict(
        "https://api.example",
        "ELKO eCom API v3.0",
        "read-only",
        "at most 10 calls in 10 s",
        1,
        "2026-01-01T00:00:00+00:00",
        1.5,
        3,
        1,
        operations,
        checks,
        stop,
        ("a note",),
    )


def check(standing: Standing, *findings: Finding) -> CheckResult:
    return CheckResult("order-totals", "Orders add up", standing, 1, findings, "a reason")


@pytest.mark.parametrize(
    ("made", "outcome", "code"),
    [
        (verdict(PASSED, checks=(check(Standing.PASSED),)), Outcome.CONFORMS, 0),
        (verdict(PASSED, checks=(check(Standing.NOTHING_THERE),)), Outcome.CONFORMS, 0),
        (verdict(PASSED, checks=(check(Standing.FAILED, FINDING),)), Outcome.DOES_NOT, 1),
        (verdict(), Outcome.COULD_NOT_RUN, 3),
        (verdict(OperationResult(Tally("a"), Standing.LEFT_OUT)), Outcome.COULD_NOT_RUN, 3),
        (verdict(OperationResult(Tally("a"), Standing.NOTHING_THERE)), Outcome.COULD_NOT_RUN, 3),
        (verdict(PASSED, OperationResult(Tally("b"), Standing.NOT_JUDGED, "why")), Outcome.COULD_NOT_RUN, 3),
        (verdict(PASSED, checks=(check(Standing.NOT_JUDGED),)), Outcome.COULD_NOT_RUN, 3),
        *((verdict(PASSED, stop=Stop(cause, "why")), Outcome.COULD_NOT_RUN, 3) for cause in StopCause),
        (
            verdict(PASSED, checks=(check(Standing.FAILED, FINDING),), stop=Stop(StopCause.REFUSED, "why")),
            Outcome.DOES_NOT,
            1,
        ),
    ],
)
def test_only_a_whole_run_without_findings_conforms(made: Verdict, outcome: Outcome, code: int) -> None:
    assert made.outcome is outcome
    assert made.exit_code == code
    assert json.loads(as_json(made))["exitCode"] == code


STATES = [
    verdict(PASSED, checks=(check(Standing.PASSED),)),
    verdict(
        PASSED,
        OperationResult(Tally("getOrder", 2, 1), Standing.NOT_JUDGED, "only 50%"),
        OperationResult(Tally("createOrder"), Standing.LEFT_OUT),
        checks=(check(Standing.FAILED, FINDING), check(Standing.NOT_JUDGED), check(Standing.NOTHING_THERE)),
        stop=Stop(StopCause.REFUSED, "refused <b>"),
    ),
]


@pytest.mark.parametrize("made", STATES)
def test_junit_is_well_formed_and_what_was_not_judged_is_an_error(made: Verdict) -> None:
    tree = ElementTree.fromstring(as_junit(made))
    cases = {case.get("name"): [child.tag for child in case] for case in tree.iter("testcase")}
    assert cases["listOrders"] == []
    for suite in tree.iter("testsuite"):
        for kind in ("failure", "error", "skipped"):
            counted = int(suite.get({"failure": "failures", "error": "errors", "skipped": "skipped"}[kind]) or 0)
            assert counted == len({id(case) for case in suite.iter("testcase") if case.find(kind) is not None})
    if made.stop is not None:
        assert cases["getOrder"] == ["error"]
        assert cases["createOrder"] == ["skipped"]
        assert cases["run"] == ["error"]
        failure = next(tree.iter("failure"))
        assert failure.get("type") == "order-totals"
        assert "off by a cent & more <b>" in (failure.text or "")


@pytest.mark.parametrize("made", STATES)
def test_the_page_needs_nothing_else_and_runs_nothing(made: Verdict) -> None:
    page = as_html(made).decode()
    assert "<script" not in page
    assert "http-equiv" not in page
    for reference in ("src=", "href=", "url(", "@import"):
        assert reference not in page
    assert made.outcome.value in page
    for finding in made.findings:
        assert "off by a cent &amp; more &lt;b&gt;" in page
        assert finding.check in page


@pytest.mark.parametrize("made", STATES)
def test_the_console_says_it_all(made: Verdict) -> None:
    console = Console(record=True, width=200, file=open("/dev/null", "w", encoding="utf-8"), highlight=False)  # noqa: SIM115
    print_verdict(made, console)
    console.file.close()
    text = console.export_text()
    assert f"Verdict: {made.outcome.value}" in text
    for finding in made.findings:
        assert finding.message in text
        assert "curl --include" in text
    if made.stop:
        assert "Stopped: refused <b>." in text


def test_the_curl_line_repeats_the_call_and_leaves_the_token_to_the_shell() -> None:
    line = curl(SAMPLE)
    assert line == (
        """curl --include --request POST 'https://api.example/v3.0/api/Orders?a=1&b='"'"'x'"'"'' """
        """--header "Authorization: Bearer $ELKO_TOKEN" --header 'Accept: application/json' """
        """--header 'Content-Type: application/json' --data-raw '{"note": "it'"'"'s <b>"}'"""
    )


def test_samples_hold_no_token_and_no_personal_data() -> None:
    token = b"eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2lnbmF0dXJl"
    exchange = Exchange(
        1,
        "verify",
        0,
        0,
        Request(
            "POST",
            "/v3.0/api/Token",
            "",
            Fields(((b"accept", b"x"), (b"authorization", b"Bearer [redacted]"))),
            b'{"username":"someone","password":"secret word"}',
            "",
        ),
        Response(200, ((b"content-type", b"text/plain"),), token + b'{"contactMail":"a@b.example","city":"Riga"}'),
    )
    one = sample(exchange, "https://api.example", PersonalFields(b"key"))
    shown = "\n".join([one.excerpt, one.request_body, curl(one), repr(one)])
    for secret in ("eyJ", "secret word", "someone", "a@b.example", "Riga"):
        assert secret not in shown
    assert one.authorized


def test_the_ledger_keeps_the_smallest_example() -> None:
    ledger = Ledger(["b", "a"])
    long = Finding("c", "a", "long", (SAMPLE,))
    short = Finding("c", "a", "short", (SAMPLE._replace(url="x", request_body=""),))
    ledger.find(long)
    ledger.find(short)
    ledger.find(long)
    ledger.find(Finding("c", "b", "other"))
    assert [finding.message for finding in ledger.findings("c")] == ["other", "short"]
    assert ledger.failed_operations() == {"a", "b"}
    ledger.count("a", sent=2, judged=1, succeeded=1)
    ledger.count("a", sent=2, judged=2)
    assert ledger.tallies[1] == Tally("a", 4, 3, 1)
    assert ledger.tallies[1].share == 0.75
    assert ledger.tallies[0].share == 0
