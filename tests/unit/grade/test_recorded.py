"""Recorded sessions: from memory, from a file, from a world of a running mock; and the command's ways to them."""

import argparse
import io
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elko_mock.exchange.export import write_ndjson
from elko_mock.grade import command
from elko_mock.grade.config import read_grading
from elko_mock.grade.judge import Judge, Sitting
from elko_mock.grade.recorded import JournalProblem, grade_exchanges, hear_file, hear_world
from elko_mock.grade.rule import Result
from elko_mock.grade.session import Ending
from elko_mock.grade.verdict import Exit
from elko_mock.server.client import RemoteWorld
from tests.unit.grade.script import Script, contract

GRADING = read_grading({})


def doubled() -> Script:
    return Script().availability({1001: "8"}).order({1001: 1}, "PO-1").order({1001: 1}, "PO-1")


@pytest.fixture
def judge() -> Judge:
    return Judge(GRADING.rules, contract())


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    file = tmp_path / "journal.ndjson"
    file.write_bytes(b"".join(write_ndjson(doubled().exchanges, None)))
    return file


def ran(*words: str) -> tuple[int, str]:
    """The command's exit code and what it printed."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    return command.run(parser.parse_args(words), out), out.getvalue()


def test_exchanges_from_memory() -> None:
    found = grade_exchanges(doubled().exchanges, GRADING, contract(), ending=Ending(exit_status=0))
    assert [one.rule.id for one in found.failed()] == ["C17"]


def test_a_file_is_judged_as_memory_is(judge: Judge, journal: Path) -> None:
    (sitting,) = hear_file(judge, journal)
    assert sitting.findings["C17"].result is Result.FAIL
    assert sitting.findings["C17"].evidence[0].exchange == 3


def test_a_file_that_is_no_journal_says_where(judge: Judge, journal: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ndjson"
    broken.write_bytes(journal.read_bytes() + b'{"format": "something-else"}\n')
    with pytest.raises(JournalProblem, match=r"broken.ndjson: line 4: format is 'something-else'"):
        hear_file(judge, broken)
    broken.write_bytes(b"\n\n")
    with pytest.raises(JournalProblem, match="there is not one exchange in it"):
        hear_file(judge, broken)
    with pytest.raises(JournalProblem, match="No such file"):
        hear_file(judge, tmp_path / "nowhere")


def ask(url: str, token: str | None, body: Any = None, **headers: str) -> Any:
    """One call with the client's token, or none; the answer's data."""
    fields = {"Content-Type": "application/json", **headers}
    if token is not None:
        fields["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, fields), timeout=20) as answer:
        return json.loads(answer.read() or b"null")


def test_a_world_of_a_running_mock(judge: Judge, elko: RemoteWorld) -> None:
    with pytest.raises(urllib.error.HTTPError):
        ask(f"{elko.base_url}/Orders", f'"{elko.token}"')
    sitting = hear_world(judge, elko.url, elko.name)
    assert sitting.calls == 1
    assert sitting.facts.scenario == "default"
    assert sitting.findings["C13"].result is Result.FAIL


def order(**user: str) -> dict[str, Any]:
    return {"lines": [{"elkoCode": 1341426, "quantity": 1}], "enduser": user}


@pytest.fixture(params=["attached", "exported"])
def hear(request: pytest.FixtureRequest, judge: Judge, elko: RemoteWorld, tmp_path: Path) -> Callable[[], Sitting]:
    """What a world has shown, asked for in both ways."""

    def exported() -> Sitting:
        file = tmp_path / "journal.ndjson"
        with urllib.request.urlopen(f"{elko.url}/_elko/worlds/{elko.name}/journal/export?format=ndjson") as answer:
            file.write_bytes(answer.read())
        (sitting,) = hear_file(judge, file)
        return sitting

    return exported if request.param == "exported" else lambda: hear_world(judge, elko.url, elko.name)


class TestWhatTheJournalHides:
    @pytest.mark.parametrize("name", ["company", "contactName", "contactMail", "addressLine1", "city", "postalCode"])
    @pytest.mark.parametrize("word", ["string", "John  DOE"])
    def test_placeholders_are_found_behind_marks(
        self, name: str, word: str, elko: RemoteWorld, hear: Callable[[], Sitting]
    ) -> None:
        ask(f"{elko.base_url}/Orders", elko.token, order(**{name: word}))
        found = hear().findings["C19"]
        assert found.result is Result.FAIL
        assert f"enduser/{name} is '{' '.join(word.lower().split())}'" in found.evidence[0].excerpt

    def test_what_is_none_passes(self, elko: RemoteWorld, hear: Callable[[], Sitting]) -> None:
        ask(f"{elko.base_url}/Orders", elko.token, order(city="Rīga", company="Testarossa Strings"))
        assert hear().findings["C19"].result is Result.PASS

    @pytest.mark.parametrize(("city", "expected"), [("RĪGA ", Result.FAIL), ("Jūrmala", Result.PASS)])
    def test_addresses_are_compared_without_regard_to_case(
        self, city: str, expected: Result, elko: RemoteWorld, hear: Callable[[], Sitting]
    ) -> None:
        for name in ("Rīga", city):
            ask(f"{elko.base_url}/Orders", elko.token, order(city=name, street="Brivibas 1"))
        assert hear().findings["C17"].result is expected

    @pytest.mark.parametrize("place", ["body", "header", "url", "nowhere", "another"])
    @pytest.mark.parametrize("first", [True, False])
    def test_a_token_at_the_shop_is_found_behind_its_mark(
        self, place: str, first: bool, elko: RemoteWorld, hear: Callable[[], Sitting]
    ) -> None:
        token = "eyJhbGciOiJIUzI1NiJ9.eyJzaG9wIjoxfQ.b3du" if place == "another" else elko.token
        shop = f"{elko.url}/_elko/sink/@{elko.name}/products/1"

        def write() -> None:
            if place == "url":
                ask(f"{shop}?elko={token}", None, {})
            elif place == "header":
                ask(shop, None, {}, **{"X-Elko-Api-Key": str(token)})
            else:
                ask(shop, None, {} if place == "nowhere" else {"elko_token": token})

        if first:
            write()
        ask(f"{elko.base_url}/Catalog/Vendors", elko.token)
        if not first:
            write()
        found = hear().findings["C28"]
        assert found.result is (Result.PASS if place in {"nowhere", "another"} else Result.FAIL)
        assert found.faults == (0 if place in {"nowhere", "another"} else 1)


def test_a_world_that_is_not_there_and_a_mock_that_is_not_there(judge: Judge, elko: RemoteWorld) -> None:
    with pytest.raises(JournalProblem, match="there is no world 'nowhere'"):
        hear_world(judge, elko.url, "nowhere")
    with pytest.raises(JournalProblem, match="no mock answers there"):
        hear_world(judge, "http://127.0.0.1:9", "default")


class TestCommand:
    def test_a_journal_is_graded_and_the_reports_written(self, journal: Path, tmp_path: Path) -> None:
        folder = tmp_path / "reports"
        code, text = ran("--journal", str(journal), "--report", str(folder), "--json", str(tmp_path / "own.json"))
        assert code == Exit.FAILED
        assert "C17 no-double-order" in text
        assert sorted(file.name for file in folder.iterdir()) == [
            "badge.svg",
            "junit.xml",
            "report.html",
            "verdict.json",
        ]
        assert json.loads((tmp_path / "own.json").read_bytes())["outcome"] == "failed"
        assert "placed 2 orders for 20.00 EUR" in text

    def test_it_says_what_is_missing_in_the_journal(self, tmp_path: Path) -> None:
        file = tmp_path / "rest.ndjson"
        file.write_bytes(b"".join(write_ndjson(doubled().exchanges[1:], None)))
        _, text = ran("--journal", str(file), "--report", str(tmp_path))
        assert "Of the world 'w' 1 exchange is missing in the journal" in text
        assert json.loads((tmp_path / "verdict.json").read_bytes())["sessions"][0]["missing"] == 1
        assert "1 exchange is missing in the journal" in (tmp_path / "report.html").read_text()

    def test_too_little_is_exit_code_3(self, journal: Path) -> None:
        code, text = ran("--journal", str(journal), "--off", "C17", "--profile", "strict")
        assert code == Exit.TOO_LITTLE
        assert "Too little exercised to say" in text

    def test_an_attached_world_is_graded(self, elko: RemoteWorld) -> None:
        code, _ = ran("--attach", elko.name, "--url", elko.url)
        assert code == Exit.TOO_LITTLE

    def test_the_settings_file_is_heeded(self, journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "elko-mock.toml").write_text('[grade]\noff = ["C17"]\nleast_exercised = 0')
        monkeypatch.chdir(tmp_path)
        assert ran("--journal", str(journal))[0] == Exit.PASSED

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ([], "say what to grade, and one thing"),
            (["--journal", "x", "--attach", "y"], "say what to grade, and one thing"),
            (["--journal", "/nowhere"], "/nowhere: No such file"),
            (["--profile", "stict", "--journal", "x"], "did you mean strict?"),
            (["--scenario", "nowhere", "--", "true"], "there is no situation 'nowhere'"),
            (["--only", "C7", "--journal", "x"], "did you mean C07?"),
            (["--scenario", "calm", "--", "/no/such/client"], "/no/such/client: No such file"),
        ],
    )
    def test_mistakes_are_exit_code_2(self, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
        code, _ = ran(*words)
        assert code == Exit.USAGE
        assert message in capsys.readouterr().err

    def test_a_report_that_cannot_be_written_is_exit_code_2(
        self, journal: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, _ = ran("--journal", str(journal), "--html", "/nowhere/report.html")
        assert code == Exit.USAGE
        assert "/nowhere/report.html: No such file" in capsys.readouterr().err

    def test_rules_and_situations_are_listed(self) -> None:
        code, text = ran("--rules")
        assert code == 0
        assert "availability-before-order" in text
        assert "minutes=15.0" in text
        code, text = ran("--situations")
        assert code == 0
        assert "two-workers" in text

    def test_a_command_is_graded(self, tmp_path: Path) -> None:
        import sys

        client = tmp_path / "client.py"
        client.write_text("print('nothing to do')")
        arguments: list[Any] = ["--scenario", "calm", "--quiet", "--", sys.executable, str(client), "--client-flag"]
        code, text = ran(*arguments)
        assert code == Exit.TOO_LITTLE
        assert "made 0 calls" in text
