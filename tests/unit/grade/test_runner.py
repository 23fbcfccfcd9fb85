"""The runs, over real ports: worlds made for each, the client's variables, journals judged, the wrong certificate."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.grade.config import read_grading
from elko_mock.grade.house import House, HouseProblem
from elko_mock.grade.judge import Sitting
from elko_mock.grade.process import CannotRun
from elko_mock.grade.rule import Result
from elko_mock.grade.runner import Runner
from elko_mock.grade.situations import SITUATIONS, needed
from elko_mock.grade.street import Street
from elko_mock.grade.tame import tame_catalog
from elko_mock.settings import Settings

CLIENT = """
import json, os, ssl, sys, urllib.error, urllib.request

def call(method, url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {}, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    context = ssl._create_unverified_context() if "--any-certificate" in sys.argv else ssl.create_default_context()
    handler = urllib.request.HTTPSHandler(context=context)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({}), handler).open(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refused:
        return refused.code, None

base, token = os.environ["ELKO_BASE_URL"], os.environ["ELKO_TOKEN"]
bearer = {"Authorization": "Bearer " + token}
status, rows = call("GET", base + "/Catalog/Products", headers=bearer)
if status != 200:
    sys.exit(3)
code = rows[3]["elkoCode"]
pieces = [int(row["quantity"]) for row in rows][3]
call("GET", base + f"/Catalog/Availability?elkoCode={code}", headers=bearer)
call("POST", base + "/Orders", {"lines": [{"elkoCode": code, "quantity": min(pieces, 1)}]}, bearer)
call("PUT", os.environ["ELKO_SINK_URL"] + f"/stock/{code}", {"stock": pieces})
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    file = tmp_path / "client.py"
    file.write_text(CLIENT)
    return file


def sittings(
    client: Path, situations: str, *arguments: str, keep: Path | None = None, **table: object
) -> list[Sitting]:
    grading = read_grading({"scenarios": situations, "timeout": 60, **table})
    command = [sys.executable, str(client), *arguments]
    return Runner(grading, Settings(), Contract.load()).grade(command)


def result(heard: list[Sitting], world: str, rule: str) -> Result:
    return next(one for one in heard if one.facts.world == world).findings[rule].result


def test_a_client_is_run_in_each_world_and_judged(client: Path, tmp_path: Path) -> None:
    told: list[str] = []
    grading = read_grading({"scenarios": "calm,odd-quantities,address-not-allowed", "jobs": 3})
    runner = Runner(grading, Settings(), Contract.load())
    heard = runner.grade([sys.executable, str(client)], told.append, tmp_path / "journals")
    assert sorted(told) == ["address-not-allowed", "calm", "odd-quantities"]
    assert [one.facts.world for one in heard] == ["calm", "odd-quantities", "address-not-allowed"]
    calm, odd, refused = heard
    assert (calm.ending.exit_status, calm.calls, calm.bill.orders) == (0, 3, 1)
    assert (refused.ending.exit_status, refused.calls) == (3, 1)
    assert odd.ending.crashed
    assert odd.findings["C08"].result is Result.FAIL
    assert calm.findings["C07"].result is Result.PASS
    assert calm.facts.secrets
    names = sorted(path.name for path in (tmp_path / "journals").iterdir())
    assert names == ["address-not-allowed.ndjson", "calm.ndjson", "odd-quantities.ndjson"]


def test_a_bad_end_in_an_odd_world_is_held_against_the_calm_one(client: Path) -> None:
    heard = sittings(client, "calm,odd-quantities")
    assert result(heard, "odd-quantities", "C08") is Result.FAIL
    finding = next(one for one in heard if one.facts.world == "odd-quantities").findings["C08"]
    assert "ValueError" in finding.evidence[0].excerpt or "TypeError" in finding.evidence[0].excerpt
    alone = sittings(client, "odd-quantities")
    assert result(alone, "odd-quantities", "C08") is Result.NOT_EXERCISED


def test_a_wrong_certificate_is_refused_or_not(client: Path) -> None:
    (good,) = sittings(client, "wrong-certificate")
    assert good.findings["C27"].result is Result.PASS
    assert good.ending.connections >= 1
    (bad,) = sittings(client, "wrong-certificate", "--any-certificate")
    assert bad.findings["C27"].result is Result.FAIL
    assert bad.findings["C27"].faults == 3
    assert bad.ending.exit_status == 0


def test_a_client_that_connects_to_nothing_was_not_exercised(tmp_path: Path) -> None:
    idle = tmp_path / "idle.py"
    idle.write_text("")
    (one,) = sittings(idle, "wrong-certificate")
    assert one.findings["C27"].result is Result.NOT_EXERCISED


def test_requests_without_a_token_belong_to_the_run(tmp_path: Path) -> None:
    bare = tmp_path / "bare.py"
    bare.write_text(
        "import os, urllib.request, urllib.error\n"
        "try: urllib.request.urlopen(os.environ['ELKO_BASE_URL'] + '/Orders')\n"
        "except urllib.error.HTTPError as e: assert e.code == 403"
    )
    (one,) = sittings(bare, "token-rotated-midway")
    assert (one.calls, one.ending.exit_status) == (1, 0)
    assert one.findings["C13"].result is Result.FAIL


def test_the_variables_can_be_named_and_filled(tmp_path: Path) -> None:
    shows = tmp_path / "shows.py"
    shows.write_text(
        "import os\n"
        "e = os.environ\n"
        "assert e['SHOP'] == 'x' + e['ELKO_BASE_URL'] + '|' + e['ELKO_USERNAME'] + '|calm|20', e['SHOP']\n"
        "assert 'ELKO_PASSWORD' not in e\n"
        "assert e['ELKO_BASE_URL'].endswith('/v3.0/api') and e['ELKO_TIME_SCALE'] == '20'"
    )
    environment = {"SHOP": "x{base_url}|{username}|{scenario}|{scale}", "ELKO_PASSWORD": ""}
    (one,) = sittings(shows, "calm", environment=environment, scale=20)
    assert one.ending.exit_status == 0


def test_the_users_own_commands_run_before_and_after(client: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    shop = tmp_path / "shop.py"
    shop.write_text(f"import pathlib, sys; p = pathlib.Path({str(mark)!r}); sys.exit(0 if p.exists() else p.touch())")
    check = f"{sys.executable} {shop}"
    (one,) = sittings(client, "calm", prepare=check, assertion=check)
    assert one.ending.assertion == 0
    mark.unlink()
    fails = tmp_path / "fails.py"
    fails.write_text("import sys; sys.exit(4)")
    (one,) = sittings(client, "calm", assertion=f"{sys.executable} {fails}")
    assert one.ending.assertion == 4
    assert one.findings["C05"].result is Result.FAIL


def test_two_workers_share_one_world(client: Path) -> None:
    (one,) = sittings(client, "two-workers")
    assert one.calls == 6
    assert list(one.findings) == ["C12"]


def test_reservations_left_open_are_known(tmp_path: Path) -> None:
    reserves = tmp_path / "reserves.py"
    reserves.write_text(
        CLIENT + 'call("POST", base + "/Reservations", {"lines": [{"elkoCode": code, "quantity": 1}]}, bearer)\n'
    )
    (one,) = sittings(reserves, "calm")
    assert one.ending.open_reservations is not None
    assert len(one.ending.open_reservations) == 1
    assert one.findings["C23"].result is Result.FAIL


def test_a_command_that_cannot_be_started_is_said_to_be() -> None:
    runner = Runner(read_grading({"scenarios": "calm"}), Settings(), Contract.load())
    with pytest.raises(CannotRun, match="no-such-client"):
        runner.grade(["no-such-client"])


def test_a_mock_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(HouseProblem, match=r"did not start: elko-mock: .*no such file"),
        House(Settings(spec="/nowhere.yaml")),
    ):
        pass


def test_the_users_settings_are_passed_on_and_no_secret_is_seen_in_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: list[list[str]] = []

    class Started(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **more: Any) -> None:
            commands.append(command)
            super().__init__(command, **more)

    monkeypatch.setattr(subprocess, "Popen", Started)
    secrets = {"username": "the-user", "password": "the-pass-word", "token": "the-token-of-the-user"}
    usual = {"limit": "50", "lenient": "false", "window_kind": "sliding"}
    with House(Settings.from_sources({**secrets, **usual}, {})) as house:
        described = house.prepare("default", 1.0)
    (words,) = commands
    assert {name: described[name] for name in secrets} == secrets
    assert not [word for word in words for secret in secrets.values() if secret in word]
    assert words[words.index("--limit") + 1] == "50"
    assert "--no-lenient" in words
    assert words[words.index("--window-kind") + 1] == "sliding"
    assert "--block-seconds" not in words


def test_mocks_are_used_again() -> None:
    with Street(Settings()) as street:
        with street.house(whole_catalog=False) as first:
            port = first.port
        with street.house(whole_catalog=False) as again:
            assert again.port == port
            one = again.prepare("default", 1.0)
            other = again.prepare("token-rotated-midway", 5.0)
        assert one["scenario"] != other["scenario"]


def test_the_tame_catalogue_has_no_null_and_nothing_odd() -> None:
    import orjson

    rows = orjson.loads(tame_catalog())
    assert len(rows) > 250
    assert all(value not in (None, "") for row in rows for value in row.values())
    assert {row["quantity"] for row in rows} == {"24"}
    assert tame_catalog() == tame_catalog()


def test_the_situations_that_rules_need_are_run_and_the_calm_one_first() -> None:
    grading = read_grading({"only": "C14,C18"})
    assert [one.name for one in needed(grading.rules)] == ["calm", "nulls-everywhere", "lost-answer"]


def test_every_situation_that_a_rule_names_is_there() -> None:
    named = {name for rule in read_grading({}).rules for name in rule.scenarios}
    assert named <= set(SITUATIONS)
