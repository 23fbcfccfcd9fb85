"""Never green by accident: what was throttled, refused or cut short is not passed; what was paced is never blocked."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.exchange.messages import Response
from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify.model import Outcome, Standing, StopCause
from elko_mock.verify.observing.observe import observe
from elko_mock.verify.plan import Plan
from elko_mock.verify.run import verify
from elko_mock.verify.target import parse_target
from tests.verify.cage import Before, Cage, Seen, problem

TOKEN = str(assemble(Settings(products=10)).worlds.default.gate.account.token)
QUICK: dict[str, Any] = {"examples": 2, "quick": True, "forms": ("json",)}


def plan(live: Live, **how: Any) -> Plan:
    return Plan(parse_target(live.url, base_path="/v3.0/api"), Contract.load(), **{"token": TOKEN, **QUICK, **how})


def refusals(mock: Mock) -> list[str | None]:
    return [exchange.reason for exchange in mock.worlds.default.journal if exchange.reason in {"rate", "blocked"}]


def test_an_unpaced_run_against_the_real_limit_could_not_run() -> None:
    mock = assemble(Settings())
    with Live(mock) as live:
        verdict = verify(plan(live)).verdict
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.exit_code == 3
    assert verdict.stop is not None
    assert verdict.stop.cause is StopCause.REFUSED
    assert len(refusals(mock)) <= 17  # those that came without a token, and the one at which the run stopped
    assert verdict.calls < 60


def test_a_paced_run_against_the_real_limit_is_never_blocked() -> None:
    """45 calls in any 10 s: takes some 14 s, for the limit is the real one and so is the time."""
    mock = assemble(Settings())
    checks = frozenset({"token-needed", "accept-rules", "route-forms"})
    only = frozenset({"getVendors", "getCategories", "listOrders", "getCart", "getMyAccount", "listInvoices"})
    with Live(mock) as live:
        verdict = verify(plan(live, share=90, checks=checks, only=only, forms=("json", "xml"), examples=5)).verdict
    assert verdict.calls > 50
    assert refusals(mock) == []
    assert verdict.stop is None
    assert verdict.findings == ()


@pytest.mark.parametrize("token", ["wrong", None])
def test_a_wrong_token_could_not_run_and_stops_at_the_first_call(token: str | None) -> None:
    mock = assemble(Settings(scenario="address-not-allowed") if token is None else Settings())
    with Live(mock) as live:
        verdict = verify(plan(live, token=token or TOKEN)).verdict
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.calls == 1
    assert len(mock.worlds.default.journal) == 1
    assert {result.standing for result in verdict.operations} == {Standing.NOT_JUDGED, Standing.LEFT_OUT}


def test_nobody_there_could_not_run() -> None:
    with Live(assemble(Settings())) as live:
        gone = plan(live)
    verdict = verify(gone).verdict
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.stop is not None
    assert verdict.stop.cause is StopCause.UNREACHABLE


def test_a_gateway_that_throttles_is_left_alone() -> None:
    mock = assemble(Settings(limit=0))
    calls: list[str] = []

    def throttled(seen: Seen) -> Response | None:
        if seen.operation is None:
            return None
        calls.append(seen.operation)
        return Response(429, ((b"retry-after", b"60"),), b"") if len(calls) > 20 else None

    with Live(Cage(mock, mock.contract, throttled)) as live:
        verdict = verify(Plan(parse_target(live.url, base_path="/v3.0/api"), Contract.load(), **QUICK)).verdict
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert len(calls) == 21


@pytest.mark.parametrize(("accept", "body"), [("json", b"[" * 200_000), ("xml", b"<a>" * 200_000), ("json", b"<a/>")])
def test_what_no_reader_can_read_is_a_finding_and_no_crash(accept: Any, body: bytes) -> None:
    """Only to generated calls: a worker of schemathesis that died of it would take its operation's calls with it."""
    mock = assemble(Settings(limit=0))
    looked = {"getOrder": 0, "listOrders": 0}

    def unreadable(seen: Seen, response: Response) -> Response | None:
        if seen.operation not in looked or response.status != 200:
            return None
        looked[seen.operation] += 1
        return response._replace(body=body) if looked[seen.operation] > 1 else None

    with Live(Cage(mock, mock.contract, after=unreadable)) as live:
        target = parse_target(live.url, base_path="/v3.0/api")
        how: dict[str, Any] = {**QUICK, "forms": (accept,), "only": frozenset(looked), "checks": frozenset({"none"})}
        verdict = verify(Plan(target, Contract.load(), **how)).verdict
    assert verdict.stop is None
    assert verdict.outcome is Outcome.DOES_NOT
    assert {finding.check for finding in verdict.findings} == {"response_schema_conformance"}
    assert (
        {finding.operation for finding in verdict.findings}
        == {name for name, times in looked.items() if times > 1}
        != set()
    )


def test_a_run_that_is_refused_midway_stops_there() -> None:
    mock = assemble(Settings(limit=150))
    with Live(mock) as live:
        verdict = verify(plan(live)).verdict
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.calls <= 152
    assert refusals(mock) in (["rate"], ["rate", "blocked"])


def test_max_calls_is_kept_to_the_call() -> None:
    mock = assemble(Settings(limit=0))
    with Live(mock) as live:
        verdict = verify(plan(live, max_calls=25)).verdict
    assert verdict.calls == 25
    assert len(mock.worlds.default.journal) == 25
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.not_judged


@pytest.mark.parametrize("short", [1, 20])
def test_a_budget_that_is_used_up_could_not_run_and_one_that_is_not_does_no_harm(short: int) -> None:
    only = frozenset({"getVendors", "getCategories"})
    with Live(assemble(Settings(limit=0))) as live:
        whole = verify(plan(live, only=only)).verdict
        enough = verify(plan(live, only=only, max_calls=whole.calls)).verdict
        cut = verify(plan(live, only=only, max_calls=whole.calls - short)).verdict
    assert [whole.outcome, enough.outcome, cut.outcome] == [
        Outcome.CONFORMS,
        Outcome.CONFORMS,
        Outcome.COULD_NOT_RUN,
    ], (whole.not_judged, enough.not_judged)
    assert enough.stop is None
    assert cut.calls == whole.calls - short


def test_checks_that_a_budget_cut_off_are_not_judged() -> None:
    mock = assemble(Settings(limit=0))
    with Live(mock) as live:
        only = frozenset({"getVendors", "getCategories"})
        verdict = verify(plan(live, only=only, max_calls=3)).verdict
    standings = {check.check: check.standing for check in verdict.checks}
    for cut_short in ("token-needed", "accept-rules", "negative_data_rejection", "response_schema_conformance"):
        assert standings[cut_short] is Standing.NOT_JUDGED, cut_short
    assert verdict.exit_code == 3


def blocked_from_two_spaces_on() -> Before:
    """Throttled at the very call that writes two spaces: a 403 as the document has it, whatever comes after."""
    blocked = [False]

    def refuse(seen: Seen) -> Response | None:
        blocked[0] = blocked[0] or (seen.request.authorization or "").startswith("Bearer  ")
        return problem(403) if blocked[0] and seen.operation is not None else None

    return refuse


def test_a_block_that_begins_at_an_odd_call_is_no_finding() -> None:
    mock = assemble(Settings(limit=0))
    with Live(Cage(mock, mock.contract, blocked_from_two_spaces_on())) as live:
        verdict = verify(plan(live)).verdict
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.stop is not None
    assert verdict.stop.cause is StopCause.REFUSED


def test_nor_is_it_one_for_observe() -> None:
    mock = assemble(Settings(limit=0))
    with Live(Cage(mock, mock.contract, blocked_from_two_spaces_on())) as live:
        seen = observe(plan(live))
    assert seen.contradicted == ()
    assert seen.exit_code == 3
    assert "authorization-form" not in {one.entry.id for one in seen.ledger if one.seen is not None}


def command(*words: str, **how: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        check=False,
        args=[sys.executable, "-m", "elko_mock", "verify", *words],
        capture_output=True,
        text=True,
        timeout=120,
        **how,
    )


def test_the_command_writes_every_report_and_no_token_into_any(tmp_path: Path) -> None:
    with Live(assemble(Settings(limit=0))) as live:
        (tmp_path / "token").write_text(f"{TOKEN}\n", "ascii")
        words = ("--token-file", "token", "--report", "out", "--quick", "--examples", "1", "--form", "json")
        done = command(live.url, *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Verdict: conforms" in done.stdout
    files = {file.name: file.read_text("utf-8") for file in (tmp_path / "out").iterdir()}
    assert set(files) == {"verdict.json", "junit.xml", "report.html", "calls.har"}
    assert json.loads(files["verdict.json"])["outcome"] == "conforms"
    har = json.loads(files["calls.har"])
    assert har["log"]["entries"]
    for text in (*files.values(), done.stdout, done.stderr):
        assert TOKEN not in text
        assert "eyJ" not in text


def test_ctrl_c_gives_the_report_so_far(tmp_path: Path) -> None:
    with Live(assemble(Settings(limit=0))) as live:
        words = [live.url, "--json", "verdict.json", "--share", "30", "--token", TOKEN]
        with subprocess.Popen(
            [sys.executable, "-m", "elko_mock", "verify", *words],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                journal = live_calls(live)
                waited = time.monotonic() + 60
                while journal() < 5 and time.monotonic() < waited:
                    time.sleep(0.05)
                process.send_signal(signal.SIGINT)
                stdout, _ = process.communicate(timeout=60)
            finally:
                process.kill()
    assert process.returncode == 3
    assert "Stopped: interrupted." in stdout
    assert "Verdict: could not run" in stdout
    report = json.loads((tmp_path / "verdict.json").read_bytes())
    assert report["stop"]["cause"] == "interrupted"
    assert report["calls"] >= 5


def test_a_token_that_goes_out_in_clear_is_warned_of_before_it_does() -> None:
    """An address that is not loopback and leads nowhere but to this machine."""
    done = command("http://0.0.0.0:1", "--token", TOKEN, "--quick", "--timeout", "1")
    assert done.returncode == 3
    assert "warning: the token goes to 0.0.0.0 in clear" in done.stderr
    assert "Note: the token goes to 0.0.0.0 in clear" in done.stdout


def live_calls(live: Live) -> Any:
    import urllib.request

    def count() -> int:
        with urllib.request.urlopen(f"{live.url}/_elko/worlds/default/journal/count", timeout=5) as answer:
            return int(json.loads(answer.read())["count"])

    return count


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "write it as https://host"),
        (["https://roapi.elko.cloud", "--token", "t", "--writes", "roapi.elko.cloud"], "No switch changes this"),
        (["https://roapi.elko.cloud", "--token", "t", "--insecure"], "--insecure is not for"),
        (["http://roapi.elko.cloud", "--token", "t"], "sends the token in clear; write https://"),
        (["https://host.example"], "wants a token"),
        (["http://127.0.0.1:1", "--token", "t", "--writes", "localhost"], "is not the host of the URL"),
        (["http://127.0.0.1:1", "--token", "a b"], "the token has a blank"),
        (["http://127.0.0.1:1", "--token-file", "missing"], "No such file"),
        (["http://127.0.0.1:1", "--token-file", "/dev/null"], "there is no token in it"),
        (["http://127.0.0.1:1", "--token", "t", "--spec", "ftp://host/a.yaml"], "only http and https addresses"),
        (["http://127.0.0.1:1", "--token", "t", "--share", "200"], "from 1 to 90"),
        (["http://127.0.0.1:1", "--token", "t", "--max-calls", "x"], "write a whole number"),
        (["http://127.0.0.1:1", "--token", "t", "--form", "csv"], "write json, xml or both"),
        (["http://127.0.0.1:1", "--token", "t", "--only", "getProduct"], "there is no getProduct"),
        (["http://127.0.0.1:1", "--token", "t", "--checks", "nothing"], "there is no nothing"),
        (["http://127.0.0.1:1", "--token", "t", "--spec", "missing.yaml"], "there is no such file"),
        (["http://127.0.0.1:1", "--token", "t", "--username", "u"], "go together"),
    ],
)
def test_a_usage_that_makes_no_sense(words: list[str], says: str, tmp_path: Path) -> None:
    done = command(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_settings_file_sets_defaults_but_never_allows_writes(tmp_path: Path) -> None:
    settings = tmp_path / "elko-mock.toml"
    settings.write_text('[verify]\nshare = 50\nwrites = "127.0.0.1"\n', "utf-8")
    done = command("http://127.0.0.1:1", "--token", "t", cwd=tmp_path)
    assert done.returncode == 2
    assert "writes is not one of" in done.stderr.replace("\n", " ")
    settings.write_text('[verify]\nquick = true\nform = "json"\nexamples = 1\nmax-calls = 7\n', "utf-8")
    with Live(assemble(Settings(limit=0))) as live:
        done = command(live.url, "--token", TOKEN, "--json", "v.json", cwd=tmp_path)
    assert json.loads((tmp_path / "v.json").read_bytes())["calls"] == 7


def suite(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        check=False,
        args=[sys.executable, "-m", "pytest", "--pyargs", "elko_mock.verify", "-p", "no:cacheprovider", *words],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=cwd,
        env=environment,
    )


def test_the_same_as_a_pytest_suite(tmp_path: Path) -> None:
    with Live(assemble(Settings(limit=0))) as live:
        words = ("--elko-url", live.url, "--elko-quick", "--elko-examples", "1", "--elko-form", "json")
        good = suite(*words, cwd=tmp_path)
        assert good.returncode == 0, good.stdout
        assert "Verdict: conforms" in good.stdout
        bad = suite(*words, "--elko-token", "wrong", cwd=tmp_path)
        assert bad.returncode == 1
        assert "Verdict: could not run" in bad.stdout
        assert " failed" in bad.stdout.splitlines()[-1]
        short = suite(*words, "--elko-max-calls", "2", cwd=tmp_path)
        assert short.returncode == 1
        assert "the run ended early: --max-calls 2 is used up" in short.stdout
        assert "conforms" not in short.stdout
    assert suite("--elko-url", "nonsense", cwd=tmp_path).returncode != 0
    nothing = suite("-rs", cwd=tmp_path)
    assert "--elko-url URL says which server to check" in nothing.stdout
    assert nothing.returncode == 0
