"""The built wheel: what is in it, that it comes out the same twice, and that it serves from a clean environment."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("elko_mock", "openapi", "scenarios", "pyproject.toml", "README.md", "LICENSE", ".gitignore")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
CONSTRAINTS = str(ROOT / "constraints.txt")

pytestmark = pytest.mark.xdist_group("wheel")


def build(source: Path, target: Path, *, kind: str = "wheel", umask: int = 0o022, **variables: str) -> Path:
    """One wheel (or `sdist`) of the project in `source`, as `make wheel` builds it."""
    run = subprocess.run(
        [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(target), str(source)],
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800", **variables},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = (file for file in target.iterdir() if file.suffix in {".whl", ".gz"})
    return built


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel is built from, apart from the checkout."""
    folder = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(sources, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`elko-mock` of a virtual environment that has the wheel and what the wheel asks for, nothing else."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    python = folder / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", "--without-pip", str(folder)],
        [
            sys.executable,
            *["-m", "pip", "--python"],
            str(python),
            *["install", "-q", "--constraint"],
            CONSTRAINTS,
            str(wheel),
        ],
    ):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
    return folder / "bin" / "elko-mock"


class Served(NamedTuple):
    """A mock that runs from the wheel."""

    process: subprocess.Popen[bytes]
    base: str
    token: str
    port_file: Path


@pytest.fixture
def served(program: Path, tmp_path: Path) -> Iterator[Served]:
    port_file, said = tmp_path / "port", tmp_path / "said"
    command = [str(program), "serve", "--port", "0", "--port-file", str(port_file)]
    with (
        said.open("wb") as output,
        subprocess.Popen(command, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, stdout=output, stderr=output) as process,
    ):
        try:
            deadline = time.monotonic() + 30
            while not port_file.exists():
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < deadline, said.read_text()
                time.sleep(0.02)
            token = re.search(r"TOKEN='([^']+)'", said.read_text())
            assert token, said.read_text()
            yield Served(process, f"http://127.0.0.1:{port_file.read_text().strip()}/v3.0/api", token[1], port_file)
        finally:
            process.kill()


def ask(served: Served, path: str, *, accept: str = "application/json", body: object = None) -> bytes:
    request = urllib.request.Request(
        served.base + path,
        headers={"Authorization": f"Bearer {served.token}", "Accept": accept, "Content-Type": "application/json"},
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == f"{accept}; charset=utf-8"
        return bytes(answer.read())


def test_it_holds_the_package_its_data_and_the_licence(wheel: Path, sources: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {f"elko_mock/_data/{name}" for name in ("openapi/elko-v3.0.yaml", "openapi/fidelity.yaml")}
    data |= {f"elko_mock/_data/scenarios/{file.name}" for file in (sources / "scenarios").iterdir() if file.is_file()}
    assert data <= names
    assert {"elko_mock/py.typed", "elko_mock/cli.py", f"elko_mock-{VERSION}.dist-info/licenses/LICENSE"} <= names
    modules = {path.relative_to(sources).as_posix() for path in (sources / "elko_mock").rglob("*.py")}
    assert modules <= names


def test_it_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not name.startswith(("elko_mock/", f"elko_mock-{VERSION}.dist-info/"))] == []
    testing = [name for name in names if re.search(r"(^|/)(tests?|conftest\.py|__pycache__|\.\w+)(/|$)", name)]
    assert testing == ["elko_mock/verify/conftest.py"]  # of `pytest --pyargs elko_mock.verify`, which is for users


def _elsewhere(sources: Path, folder: Path) -> Path:
    """The same sources in another place, with other times and rights, in another order on the disk, and with what a
    checkout gathers beside them."""
    there = folder / "some where else"
    there.mkdir(mode=0o700)
    for path in sorted(sources.rglob("*"), reverse=True):
        if path.is_file():
            copy = there / path.relative_to(sources)
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy(path, copy)
            copy.chmod(0o600)
            os.utime(copy, (1_000_000_000, 1_000_000_000))
    for junk in (
        "elko_mock/__pycache__/cli.cpython-311.pyc",
        "elko_mock/a.log",
        "dist/old.whl",
        ".coverage",
        "x.egg-info/a",
    ):
        (there / junk).parent.mkdir(parents=True, exist_ok=True)
        (there / junk).write_text("junk")
    return there


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_it_comes_out_the_same_whatever_is_around_it(sources: Path, tmp_path: Path, kind: str) -> None:
    first = build(sources, tmp_path / "first", kind=kind, PYTHONHASHSEED="1", TZ="UTC")
    elsewhere = _elsewhere(sources, tmp_path)
    again = build(
        *(elsewhere, tmp_path / "again"),
        kind=kind,
        umask=0o077,
        PYTHONHASHSEED="4711",
        TZ="Pacific/Auckland",
        LC_ALL="C",
    )
    assert again.name == first.name
    assert again.read_bytes() == first.read_bytes()


def _git(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("git") or _git("rev-parse", "--git-dir").returncode != 0, reason="no repository")
def test_a_fresh_clone_gives_the_same(wheel: Path, tmp_path: Path) -> None:
    if _git("status", "--porcelain", "--", *SOURCES).stdout:
        pytest.skip("what is built from is not committed yet")
    assert _git("clone", "--quiet", "--no-hardlinks", str(ROOT), str(tmp_path / "clone")).returncode == 0
    cloned = build(tmp_path / "clone", tmp_path / "dist")
    shutil.rmtree(tmp_path / "clone")  # in its tests stand the secrets that no run may leave behind
    assert cloned.name == wheel.name
    assert cloned.read_bytes() == wheel.read_bytes()


def test_it_serves_json_xml_and_an_order(served: Served) -> None:
    products = json.loads(ask(served, "/Catalog/Products"))
    assert len(products) == 2300
    in_xml = ET.fromstring(ask(served, "/Catalog/Products", accept="application/xml"))
    assert len(in_xml) == 2300

    at_hand = next(one for one in products if one["quantity"] == ">50" and not one["obligatoryKit"])
    order = json.loads(ask(served, "/Orders", body={"lines": [{"elkoCode": at_hand["elkoCode"], "quantity": 2}]}))
    assert order["lines"][0]["quantity"] == 2
    assert json.loads(ask(served, f"/Orders/{order['id']}")) == order


def test_it_stops_within_a_second_and_takes_its_port_file_along(served: Served) -> None:
    begun = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=10) == 0
    assert time.monotonic() - begun < 1  # promised
    assert not served.port_file.exists()


def test_it_tells_its_version_and_its_help(program: Path) -> None:
    for argument, wanted in (("--version", f"elko-mock {VERSION}"), ("--help", "elko-mock [VERB]")):
        run = subprocess.run([program, argument], capture_output=True, text=True, check=False)
        assert run.returncode == 0
        assert wanted in run.stdout


@pytest.mark.parametrize("arguments", [["serve", "--port", "http"], ["serve", "--window-kind", "slidng"], ["srve"]])
def test_bad_usage_is_a_clear_message_and_exit_code_2(program: Path, arguments: list[str]) -> None:
    run = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("elko-mock")
