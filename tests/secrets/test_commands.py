"""The toolkit's commands, given real-looking secrets: not one is in what they say, or in any file they write."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.secrets.canaries import OWN_TOKEN, PASSWORD, USERNAME, sightings
from tests.secrets.sending import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENT = """
import json, os, sys, urllib.request
from tests.secrets.canaries import PERSON, TOKEN

API, SHOP = os.environ["ELKO_BASE_URL"], os.environ["ELKO_SINK_URL"]

def ask(url, body=None, **headers):
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode(), headers=headers)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode().strip('"')

credentials = {"username": os.environ["ELKO_USERNAME"], "password": os.environ["ELKO_PASSWORD"]}
token = ask(API + "/Token", credentials)
order = {"lines": [{"elkoCode": 9000001, "quantity": 1}], "enduser": dict(PERSON)}
for _ in range(2):
    ask(API + "/Orders", order, Authorization="Bearer " + token)
ask(SHOP + "/customers?access_token=" + TOKEN, {"billing": dict(PERSON), "token": TOKEN, **credentials})
print(token, credentials, TOKEN, PERSON["contactMail"])
sys.exit(f"KeyError: {credentials['password']} {token} {TOKEN} {PERSON['contactMail']} {PERSON['contactPhone']}")
"""


@pytest.fixture(scope="module")
def mock() -> Mock:
    """A mock whose account belongs to somebody."""
    return assemble(Settings(products=60, limit=0, token=OWN_TOKEN, username=USERNAME, password=PASSWORD))


@pytest.fixture(scope="module")
def live(mock: Mock) -> Iterator[Live]:
    with Live(mock) as live:
        yield live


def _run(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "elko_mock", *words],
        cwd=folder, env=ENVIRONMENT | variables, capture_output=True, timeout=300, check=False,
    )  # fmt: skip


def _written(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _sent(mock: Mock, **wanted: Any) -> int:
    return sum(1 for _ in mock.worlds.default.journal.select(**wanted))


def test_verify(mock: Mock, live: Live, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(OWN_TOKEN)
    words = ["--token-file", "token", "--username", USERNAME, "--password", PASSWORD, "--writes", "127.0.0.1"]
    few = ["--only", "issueToken,getVendors", "--checks", "one-token", "--quick", "--examples", "1"]
    how = [*few, "--report", "out", "--form", "json", "--share", "90"]
    ended = _run(tmp_path, "verify", live.url, *words, *how)
    token.unlink()
    assert _sent(mock, operation="issueToken", status=200), ended.stdout + ended.stderr
    written = _written(tmp_path / "out")
    assert set(written) == {"verdict.json", "junit.xml", "report.html", "calls.har"}
    assert not sightings(ended.stdout + ended.stderr)
    for name, raw in written.items():
        assert not sightings(raw), name
        assert b"eyJ" not in raw, name
    assert b'"password":"[redacted]"' in re.sub(rb"[\\ ]", b"", written["calls.har"])


def test_record(tmp_path: Path) -> None:
    mock = assemble(Settings(products=60, limit=0, token=OWN_TOKEN))
    (tmp_path / "token").write_text(OWN_TOKEN)
    with Live(mock) as live:
        ended = _run(tmp_path, "record", live.url, "--out", "new", "--quiet", "--token-file", "token", "--share", "90")
    (tmp_path / "token").unlink()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert _sent(mock, status=200)
    written = _written(tmp_path / "new")
    assert set(written) == {"catalog.json", "recorded.yaml"}
    account = mock.worlds.default.trade.account(0)
    for raw in (*written.values(), ended.stdout, ended.stderr):
        assert not sightings(raw)
        assert str(account["company"]).encode() not in raw


def test_grade(tmp_path: Path) -> None:
    client = tmp_path / "client.py"
    client.write_text(CLIENT)
    how = ["--quiet", "--scenario", "default,flaky", "--report", "out", "--keep-journals", "journals", "--verbose"]
    ended = _run(
        tmp_path, "grade", *how, "--", sys.executable, str(client), ELKO_MOCK_PASSWORD=PASSWORD, PYTHONPATH=str(ROOT)
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    written = _written(tmp_path)
    assert {name for name in written if name.startswith("out/")} == {
        f"out/{name}" for name in ("verdict.json", "junit.xml", "report.html", "badge.svg")
    }
    journals = [raw for name, raw in written.items() if name.startswith("journals/")]
    assert len(journals) == 2
    assert any(b'"operation":"createOrder"' in raw and b"[personal-" in raw for raw in journals)
    assert any(b'"operation":"sink"' in raw for raw in journals)
    assert b"exit status 1: KeyError: [redacted]" in b" ".join(ended.stdout.split())
    for name, raw in (*written.items(), ("output", ended.stdout + ended.stderr)):
        assert not sightings(raw), name


def test_a_failed_test_s_journal(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(
        "import json, urllib.error, urllib.request\n"
        "from tests.secrets.canaries import PERSON, TOKEN\n"
        "def test_it(elko):\n"
        "    body = json.dumps({'lines': [{'elkoCode': 9000001, 'quantity': 1}], 'enduser': dict(PERSON)}).encode()\n"
        "    for bearer in (elko.token, TOKEN):\n"
        "        url = f'{elko.base_url}/Orders?access_token={TOKEN}'\n"
        "        headers = {'Authorization': f'Bearer {bearer}', 'Content-Type': 'application/json'}\n"
        "        headers['X-Elko-World'] = elko.name\n"
        "        try:\n"
        "            urllib.request.urlopen(urllib.request.Request(url, body, headers))\n"
        "        except urllib.error.HTTPError:\n"
        "            pass\n"
        "    assert elko.journal.count() == 3\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "test_shop.py"],
        cwd=tmp_path, env=ENVIRONMENT | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert b"/v3.0/api/Orders" in ended.stdout
    assert b"403" in ended.stdout
    assert not sightings(ended.stdout + ended.stderr)
