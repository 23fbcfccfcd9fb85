"""Observe and record read a provider and write down what is of use; never a write, never whose account it is."""

import argparse
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.contract.fidelity import Entry, Level
from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify import command as verify_command
from elko_mock.verify import observe_command, record_command
from elko_mock.verify.observing.look import Outcome, Seen
from elko_mock.verify.observing.observe import LOOKS, Observation, Observed, observe, unknown_properties
from elko_mock.verify.plan import Plan
from elko_mock.verify.target import parse_target
from tests.verify.cage import After, Before, Cage, json_response, problem, with_data
from tests.verify.cage import Seen as Call
from tests.verify.wiretap import assert_only_allowed_gets, tapped


@pytest.fixture(scope="module")
def mock() -> Mock:
    return assemble(Settings(limit=0, journal_exchanges=0))


@contextmanager
def served(mock: Mock, before: Before | None = None, after: After | None = None) -> Iterator[str]:
    with Live(Cage(mock, mock.contract, before, after)) as live:
        yield live.url


def seen(url: str) -> Observation:
    return observe(Plan(parse_target(url, base_path="/v3.0/api"), Contract.load()))


def contradicted(found: Observation) -> set[str]:
    return {one.entry.id for one in found.contradicted}


def test_every_look_is_at_an_entry_of_the_ledger(mock: Mock) -> None:
    with served(mock) as url:
        found = seen(url)
    looked = {one.entry.id for one in found.ledger if one.seen is not None}
    assert looked == {look.entry for look in LOOKS}
    assert len(LOOKS) >= 30


def test_the_mock_is_as_its_own_ledger_says(mock: Mock) -> None:
    with served(mock) as url:
        found = seen(url)
    assert contradicted(found) == set()
    assert found.findings == ()
    assert found.unknown == ()
    assert found.exit_code == 0
    confirmed = [one for one in found.ledger if one.seen is not None and one.seen.outcome is Outcome.CONFIRMED]
    assert len(confirmed) >= 30


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("level", Level)
def test_only_a_confirmed_assumption_rises(level: Level, outcome: Outcome) -> None:
    entry = Entry("id", "topic", "behaviour", level, "reason", "source")
    rises = level is Level.ASSUMED and outcome is Outcome.CONFIRMED
    assert Observed(entry, Seen(outcome, "words")).level is (Level.OBSERVED if rises else level)
    assert Observed(entry, None).level is level


def no_brackets(call: Call) -> Any:
    return problem(400) if "%5B" in call.request.query else None


def unknown_is_empty(call: Call, response: Any) -> Any:
    return json_response(200, []) if call.operation == "getOrder" and response.status == 404 else None


def declared(call: Call, response: Any) -> Any:
    if response.status == 200 and "xml" in call.accept:
        return response._replace(body=b'<?xml version="1.0"?>' + response.body)
    return None


@with_data("getProducts")
def neighbour(rows: Any) -> None:
    for row in rows:
        row["altDsc"] = "x"


@pytest.mark.parametrize(
    ("before", "after", "entries"),
    [
        (no_brackets, None, {"query-brackets"}),
        (None, unknown_is_empty, {"unknown-id"}),
        (None, declared, {"xml-declaration"}),
        (None, neighbour, {"neighbour-properties"}),
    ],
)
def test_what_is_otherwise_is_told(mock: Mock, before: Any, after: Any, entries: set[str]) -> None:
    with served(mock, before, after) as url:
        found = seen(url)
    assert contradicted(found) == entries
    assert found.exit_code == 1
    if after is neighbour:
        assert found.unknown == ("getProducts: [].altDsc",)


def test_observe_and_record_send_allowed_gets_only(tmp_path: Path) -> None:
    with tapped() as tap:
        url = f"http://127.0.0.1:{tap.port}"
        found = seen(url)
        assert run(record_command, url, "--out", str(tmp_path))[0] == 0
        assert assert_only_allowed_gets(tap, f"127.0.0.1:{tap.port}") == found.calls + 2


def run(command: Any, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    return command.run(parser.parse_args(words), out), out.getvalue()


def test_the_report_holds_neither_token_nor_account(mock: Mock, tmp_path: Path) -> None:
    report = tmp_path / "observed.json"
    with served(mock) as url:
        code, said = run(observe_command, url, "--report", str(report), "--quiet")
    assert code == 0
    written = report.read_text("utf-8")
    assert json.loads(written)["format"] == observe_command.FORMAT
    account = mock.worlds.default.trade.account(0)
    for secret in ("eyJ", account["company"], account["vatNumber"], account["customer"]):
        assert str(secret) not in written + said
    assert "stay assumed" in said


def test_a_recorded_catalogue_is_served_as_it_was(mock: Mock, tmp_path: Path) -> None:
    with served(mock) as url:
        code, said = run(record_command, url, "--out", str(tmp_path / "new"), "--quiet")
        assert code == 0, said
        assert run(record_command, url, "--out", str(tmp_path / "new"), "--quiet")[0] == 2
        assert run(record_command, url, "--out", str(tmp_path / "new"), "--quiet", "--force")[0] == 0
    rows = {row["elkoCode"]: row for row in json.loads((tmp_path / "new" / "catalog.json").read_bytes())}
    assert len(rows) == 2300
    again = assemble(Settings(limit=0, scenario=str(tmp_path / "new" / "recorded.yaml")))
    world = again.worlds.default
    served_rows = {row["elkoCode"]: row for row in world.trade.products(world.clock.now())}
    assert served_rows.keys() == rows.keys()
    same = ("name", "quantity", "price", "discountPrice", "vendorCode", "catalog", "eanCode", "currency")
    for code_, row in rows.items():
        assert {name: row[name] for name in same} == {name: served_rows[code_][name] for name in same}
    account = mock.worlds.default.trade.account(0)
    assert world.trade.account(0)["country"] == account["country"]
    scenario = (tmp_path / "new" / "recorded.yaml").read_text("utf-8")
    assert account["company"] not in scenario
    assert account["customer"] not in scenario


def test_what_cannot_be_read_leaves_nothing_behind(mock: Mock, tmp_path: Path) -> None:
    def refused(call: Call) -> Any:
        return problem(403) if call.operation == "getProducts" else None

    with served(mock, refused) as url:
        code, said = run(record_command, url, "--out", str(tmp_path / "new"), "--quiet")
    assert code == 3
    assert "refused with 403" in said
    assert not (tmp_path / "new").exists()


def test_unknown_properties_are_found_wherever_they_are() -> None:
    components = {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}, "list": {"items": {"properties": {"x": {}}}}}},
        "B": {"allOf": [{"properties": {"known": {}}}, {"properties": {"free": {"type": "object"}}}]},
    }
    data = {"b": {"known": 1, "free": {"any": 1}, "new": 2}, "list": [{"x": 1}, {"y": 2}], "z": None}
    found = list(unknown_properties({"$ref": "#/components/schemas/A"}, components, data))
    assert found == ["b.new", "list[].y", "z"]


@pytest.mark.parametrize("status", [403, 500])
def test_a_recording_without_the_account_is_not_green(mock: Mock, tmp_path: Path, status: int) -> None:
    def refused(call: Call) -> Any:
        return problem(status) if call.operation == "getMyAccount" else None

    with served(mock, refused) as url:
        code, said = run(record_command, url, "--out", str(tmp_path), "--quiet")
    assert code == 3
    assert f"{status}" in said
    assert "Stopped: " in said
    assert (tmp_path / "catalog.json").exists()
    assert "customer" not in (tmp_path / "recorded.yaml").read_text("utf-8")


@pytest.mark.parametrize("there", ["out", "out/catalog.json/x", "out/recorded.yaml/x"])
def test_where_nothing_can_be_written_is_found_before_the_one_whole_list(
    mock: Mock, tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if there == "out":
        (tmp_path / "out").write_text("a file in the folder's place")
    else:
        (tmp_path / there).mkdir(parents=True)
    calls: list[Call] = []
    with served(mock, lambda call: calls.append(call) if call.operation else None) as url:
        code, _ = run(record_command, url, "--out", str(tmp_path / "out"), "--quiet", "--force")
    assert code == 2
    assert calls == []
    assert str(tmp_path / "out") in capsys.readouterr().err.replace("\n", "")


def test_a_report_that_cannot_be_written_is_found_before_the_run(mock: Mock, tmp_path: Path) -> None:
    calls: list[Call] = []
    (tmp_path / "file").write_text("kept")
    missing, beneath = str(tmp_path / "missing" / "file"), str(tmp_path / "file" / "folder")
    with served(mock, lambda call: calls.append(call) if call.operation else None) as url:
        assert run(observe_command, url, "--report", missing, "--quiet")[0] == 2
        assert run(verify_command, url, "--json", missing, "--quiet")[0] == 2
        assert run(verify_command, url, "--har", str(tmp_path), "--quiet")[0] == 2
        assert run(verify_command, url, "--report", beneath, "--quiet")[0] == 2
    assert calls == []
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "kept"
