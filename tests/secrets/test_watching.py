"""The watch itself: a run that lets a planted secret out goes red and says where; one that does not is green."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secrets.canaries import PLANTED, sightings
from tests.secrets.sending import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent.parent
CONFTEST = """
from tests.secrets.watching import Watch, add_option

def pytest_addoption(parser):
    add_option(parser)

def pytest_configure(config):
    config.pluginmanager.register(Watch(config), "planted-secrets")
"""
BEGIN = """
import base64, logging, os, subprocess, sys
import pytest
from tests.secrets.canaries import PASSWORD, PLANTED, TOKEN

SAY = f"print({PASSWORD!r}, flush=True)"

def test_something_else(tmp_path):
    (tmp_path / "report").write_text("nothing")
    print("nothing")
"""
LEAKS = {
    "printed": "def test(): print(PASSWORD)",
    "in_the_errors": "def test(): os.write(2, TOKEN.encode())",
    "logged": "def test(): logging.getLogger('x').warning('with %s', PASSWORD)",
    "taken": "def test(capsys):\n    print(PASSWORD)\n    assert capsys.readouterr().out",
    "by_a_fixture": "@pytest.fixture\ndef it():\n    yield\n    print(PASSWORD)\ndef test(it): pass",
    "by_a_process": "def test(): subprocess.run([sys.executable, '-c', SAY], capture_output=True)",
    "said_and_read": (
        "def test():\n"
        "    how = {'stdout': subprocess.PIPE, 'text': True}\n"
        "    with subprocess.Popen([sys.executable, '-c', SAY], **how) as process:\n"
        "        assert process.stdout.readline()"
    ),
}
"""What fails the test itself."""
LEFT = {
    "thrown_away": "def test(): subprocess.run([sys.executable, '-c', SAY], stdout=subprocess.DEVNULL)",
    "in_a_file": "def test(tmp_path): (tmp_path / 'report.html').write_text(f'<p>{PASSWORD}</p>')",
    "in_a_wide_file": "def test(tmp_path): (tmp_path / 'wide').write_bytes(TOKEN.encode('utf-16'))",
    "in_base64": "def test(tmp_path): (tmp_path / 'packed').write_bytes(base64.b64encode(b'..' + PASSWORD.encode()))",
    "of_the_session": (
        "@pytest.fixture(scope='session')\ndef at(tmp_path_factory):\n"
        "    at = tmp_path_factory.mktemp('x') / 'server-log'\n    yield at\n    at.write_text(PASSWORD)\n"
        "def test(at): pass"
    ),
}
"""What is found at the end."""
FOUND = ("thrown-away/", "in_a_file0/report.html", "in_a_wide_file0/wide", "in_base640/packed", "x0/server-log")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Whatever is planted in it is gone afterwards."""
    yield tmp_path
    shutil.rmtree(tmp_path / "base", ignore_errors=True)


def _run(folder: Path, tests: str, *words: str) -> "subprocess.CompletedProcess[str]":
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(BEGIN + tests)
    quietly = ["-q", "-p", "no:cacheprovider", "--show-capture=no", "-c", "/dev/null", "--rootdir", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *quietly, "--basetemp", str(folder / "base"), *words, "test_it.py"],
        cwd=folder,
        env=ENVIRONMENT | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "in workers"])
def test_a_secret_that_comes_out_turns_the_run_red(folder: Path, workers: tuple[str, ...]) -> None:
    tests = "\n".join(text.replace("def test(", f"def test_{name}(") for name, text in (LEAKS | LEFT).items())
    ended = _run(folder, tests, *workers)
    assert ended.returncode == 1, ended.stdout
    told = [line for line in ended.stdout.splitlines() if line.startswith("SECRET ")]
    assert len(told) == len(LEAKS) + len(LEFT), ended.stdout
    assert all(("holds the planted password" in line) != ("holds the planted token" in line) for line in told)
    for name in LEAKS:
        assert [line for line in told if f"test_it.py::test_{name}" in line], name
    for place in FOUND:
        assert [line for line in told if place in line], place
    assert f"{len(LEAKS)} errors" in ended.stdout.splitlines()[-1]
    assert not sightings(ended.stdout.encode())


@pytest.mark.parametrize("name", ["printed", "in_a_file"])
def test_one_is_enough(folder: Path, name: str) -> None:
    ended = _run(folder, (LEAKS | LEFT)[name].replace("def test(", f"def test_{name}("))
    assert (ended.returncode, ended.stdout.count("SECRET ")) == (1, 1)


def test_a_run_that_keeps_its_secrets_is_green_and_says_what_it_sent(folder: Path) -> None:
    sent = "\n".join(
        (
            "import socket",
            "def test_it(tmp_path):",
            "    ours, theirs = socket.socketpair()",
            "    ours.sendall(PASSWORD.encode())",
            "    subprocess.run([sys.executable, '-c', 'pass', PASSWORD], env={'X': TOKEN}, check=True)",
            "    assert theirs.recv(100)",
        )
    )
    ended = _run(folder, sent)
    assert ended.returncode == 0, ended.stdout
    assert "planted secrets: 2 sent 3 times, 0 came out" in ended.stdout


def test_secrets_that_nobody_sent_turn_a_whole_run_red(folder: Path) -> None:
    ended = _run(folder, "def test_it(): pass", "--every-secret")
    assert ended.returncode == 1
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("SECRET ")]
    assert line.startswith("SECRET never sent")
    assert all(name in line for name in PLANTED)


@pytest.mark.parametrize("name", PLANTED)
def test_each_is_seen_in_any_disguise(name: str) -> None:
    value = PLANTED[name]
    for hidden in (value, value.upper(), f'"{value}"', f"<x>{value}</x>", f"before{value}behind"):
        for encoding in ("utf-8", "utf-16", "utf-32-be"):
            assert set(sightings(hidden.encode(encoding))) == {name}
    for before in range(4):
        assert name in sightings(base64.b64encode(b"." * before + value.encode() + b".."))
    assert not sightings(value[:-5].encode()) or name in {"token", "contactMail"}
