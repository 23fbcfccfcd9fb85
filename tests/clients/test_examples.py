"""The examples are run as their readers run them: the accident happens, the repair holds, the tests pass."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from elko_mock.server.client import ControlClient, RemoteWorld
from tests.clients.running import ROOT, run

EXAMPLES = ROOT / "examples"
SOLD_OUT = "sku=9000002"
JARS = Path("/usr/share/java")
JUNIT = [JARS / f"{name}.jar" for name in ("junit-jupiter-api", "junit-platform-console", "junit-jupiter-engine")]


def _sync(program: str, world: RemoteWorld) -> tuple[int, dict[str, int]]:
    """Run a stock sync; its exit status and what the shop believes afterwards, by the query that named the product."""
    language = {".py": sys.executable, ".php": "php"}[Path(program).suffix]
    _need(language)
    done = run([language, str(EXAMPLES / "stock-sync" / program)], world, scale=1)
    shop = {
        call.request.query: json.loads(call.request.body)["stock_quantity"]
        for call in world.journal.select(operation="sink")
        if call.request.method == "PUT"
    }
    return done.returncode, shop


def _need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} not found")


def _run(command: Sequence[str | Path], server: ControlClient) -> str:
    """Run a test suite of an example against the mock; its output, once it is known to have passed."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "ELKO_MOCK_URL": server.url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("program", ["sync.py", "sync_fixed.py", "sync.php", "sync_fixed.php"])
def test_on_a_good_day_nobody_sees_a_difference(program: str, elko: RemoteWorld) -> None:
    status, shop = _sync(program, elko)
    assert status == 0
    assert len(shop) == 10
    assert [product for product, quantity in shop.items() if not quantity] == [SOLD_OUT]


@pytest.mark.elko(scenario="rate-limited")
@pytest.mark.parametrize("program", ["sync.py", "sync.php"])
def test_the_accident(program: str, elko: RemoteWorld) -> None:
    status, shop = _sync(program, elko)
    assert status == 0, "and nobody hears of it"
    sold_out = [product for product, quantity in shop.items() if not quantity]
    assert len(sold_out) == 7, "six that are in stock, after the fifth call was refused"


@pytest.mark.elko(scenario="address-not-allowed")
@pytest.mark.parametrize("program", ["sync.py", "sync.php"])
def test_the_accident_at_its_worst(program: str, elko: RemoteWorld) -> None:
    _, shop = _sync(program, elko)
    assert set(shop.values()) == {0}


@pytest.mark.parametrize("scenario", ["rate-limited", "address-not-allowed", "maintenance", "broken-json"])
@pytest.mark.parametrize("program", ["sync_fixed.py", "sync_fixed.php"])
def test_the_repair(program: str, scenario: str, elko_server: ControlClient) -> None:
    world = elko_server.create_world(scenario=scenario)
    status, shop = _sync(program, world)
    assert [product for product, quantity in shop.items() if not quantity] in ([], [SOLD_OUT])
    assert (status == 0) == bool(shop), "who could not read says so"


def test_the_readme_shows_it() -> None:
    """Its commands are run, and the verdicts it shows are the ones they come to."""
    readme = (EXAMPLES / "stock-sync" / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(readme) < 30
    shown = [line.strip() for line in readme if line.startswith("    ")]
    verdicts = [line.split() for line in shown if line.startswith(("FAIL", "pass"))]
    commands = [shlex.split(line)[1:] for line in shown if line.startswith("elko-mock grade")]
    assert [one[0] for one in verdicts] == ["FAIL", "pass"]
    for verdict, command in zip(verdicts, commands, strict=True):
        for suffix, language in ((".php", "php"), (".py", sys.executable)):
            if shutil.which(language) is None:
                continue
            client = [language, command[-1].replace(".php", suffix)]
            done = subprocess.run(
                [sys.executable, "-m", "elko_mock", *command[:-2], *client],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.stdout.splitlines()[0].split() == verdict, done.stdout + done.stderr
            assert done.returncode == (1 if verdict[0] == "FAIL" else 0)


def test_pytest(elko_server: ControlClient) -> None:
    output = _run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", EXAMPLES / "pytest"], elko_server)
    assert "6 passed" in output


def test_node_test(elko_server: ControlClient) -> None:
    _need("node")
    output = _run(["node", "--test", EXAMPLES / "node-test" / "stock.test.mjs"], elko_server)
    assert "pass 6" in output


def test_phpunit(elko_server: ControlClient) -> None:
    _need("php", "phpunit")
    output = _run(["phpunit", "--do-not-cache-result", EXAMPLES / "phpunit" / "StockTest.php"], elko_server)
    assert "OK (6 tests" in output


def test_junit(elko_server: ControlClient, tmp_path: Path) -> None:
    _need("javac", "java")
    if not all(jar.exists() for jar in JUNIT):
        pytest.skip("JUnit 5 not found")
    sources = sorted((EXAMPLES / "junit").glob("*.java"))
    _run(["javac", "-cp", f"{JARS}/*", "-d", tmp_path, *sources], elko_server)
    launcher = ["java", "-cp", f"{tmp_path}{os.pathsep}{JARS}/*", "org.junit.platform.console.ConsoleLauncher"]
    output = _run([*launcher, "--select-class", "StockTest", "--disable-ansi-colors"], elko_server)
    assert "6 tests successful" in output
