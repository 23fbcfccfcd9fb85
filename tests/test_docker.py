"""The Dockerfile, carried out without a Docker engine: its own commands, in a folder that plays the file system."""

import fnmatch
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.interpreters import interpreters

ROOT = Path(__file__).resolve().parent.parent
TEST_TOOLS = (
    "pytest",
    "hypothesis",
    "schemathesis",
    "openapi_core",
    "rich",
    "xdist",
    "coverage",
    "mypy",
    "ruff",
    "pip",
)

pytestmark = pytest.mark.xdist_group("docker")


class Instruction(NamedTuple):
    """One instruction of a Dockerfile: `RUN`, its `--flags`, and the rest as written, lines joined."""

    verb: str
    flags: dict[str, str]
    rest: str

    @property
    def words(self) -> list[str]:
        """The exec form `["a", "b"]` or the blank-separated form."""
        return [str(word) for word in json.loads(self.rest)] if self.rest.startswith("[") else self.rest.split()


def parse(text: str) -> list[Instruction]:
    """Instructions of a Dockerfile without heredocs and parser directives (this one has none)."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found = []
    for line in re.sub(r"\\\s*\n", " ", "\n".join(lines)).splitlines():
        if line.strip():
            verb, rest = line.split(None, 1)
            flags = {}
            while flag := re.match(r"--([\w-]+)=(\S+)\s+", rest):
                flags[flag[1]] = flag[2]
                rest = rest[flag.end() :]
            found.append(Instruction(verb.upper(), flags, " ".join(rest.split())))
    return found


INSTRUCTIONS = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
LAST_STAGE = INSTRUCTIONS[max(i for i, one in enumerate(INSTRUCTIONS) if one.verb == "FROM") :]


def only(verb: str) -> Instruction:
    """The one instruction of that verb in the stage that becomes the image."""
    (one,) = (instruction for instruction in LAST_STAGE if instruction.verb == verb)
    return one


@dataclass
class Engine:
    """Carries out a Dockerfile below a folder. Absolute paths are moved below it; a stage that ends is put aside."""

    folder: Path
    environment: dict[str, str]
    workdir: str = "/"
    stages: dict[str, Path] = field(default_factory=dict)
    stage: str = ""

    @property
    def root(self) -> Path:
        """The file system of the stage at work: always the same path, as it is in a container."""
        return self.folder / "root"

    def place(self, path: str) -> Path:
        """Where a path of the container is."""
        return self.root / os.path.join(self.workdir, path).lstrip("/")

    def moved(self, text: str) -> str:
        """The text with the container's own folders moved below the root."""
        return re.sub(r"(?<![\w./-])/(opt|src)(?=/|\b)", f"{self.root}/\\1", text)

    def carry_out(self, instructions: list[Instruction]) -> None:
        """All instructions in order."""
        for one in instructions:
            getattr(self, f"do_{one.verb.lower()}", lambda _: None)(one)

    def do_from(self, one: Instruction) -> None:
        if self.root.exists():
            self.root.rename(self.stages[self.stage])
        self.stage = one.words[2] if len(one.words) == 3 else "image"
        self.stages[self.stage] = self.folder / f"stage-{self.stage}"
        self.root.mkdir(parents=True)
        self.workdir = "/"

    def do_workdir(self, one: Instruction) -> None:
        self.workdir = one.rest
        self.place("").mkdir(parents=True, exist_ok=True)

    def do_env(self, one: Instruction) -> None:
        for name, value in re.findall(r"(\w+)=(\S+)", self.moved(one.rest)):
            self.environment[name] = value.replace("$PATH", self.environment["PATH"])

    def do_copy(self, one: Instruction) -> None:
        *sources, target = one.words
        origin = self.stages[one.flags["from"]] if "from" in one.flags else None
        for source in sources:
            found = (origin / source.lstrip("/")) if origin else ROOT / source
            assert origin or sent(source), f"{source} is kept from the build by .dockerignore"
            place = self.place(target)
            if found.is_dir():
                shutil.copytree(found, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, place)

    def do_run(self, one: Instruction) -> None:
        run = subprocess.run(
            ["/bin/sh", "-c", self.moved(one.rest)],
            cwd=self.place(""),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"RUN {one.rest}\n{run.stdout}{run.stderr}"


def base_python() -> Path:
    """A Python of the version that the image is made from, where this machine has one; else the one that runs this."""
    ((major, minor),) = {tuple(re.findall(r"\d+", one.rest)[:2]) for one in INSTRUCTIONS if one.verb == "FROM"}
    found = interpreters()
    return found.get((int(major), int(minor)), found[sys.version_info[:2]])


def sent(source: str) -> bool:
    """Whether .dockerignore lets a top-level name through: the last pattern that fits decides."""
    verdict = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.lstrip("!")
        if line and not line.startswith("#") and fnmatch.fnmatch(source, pattern):
            verdict = line.startswith("!")
    return verdict


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The image as far as it can be made without an engine: its files and its environment."""
    folder = tmp_path_factory.mktemp("docker")
    shims = folder / "base" / "bin"
    shims.mkdir(parents=True)
    (shims / "python").symlink_to(base_python())
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name == "HOME"}
    engine = Engine(folder, {**kept, "PATH": f"{shims}:/usr/bin:/bin"})
    engine.carry_out(INSTRUCTIONS)
    return engine


def start_command(image: Engine) -> list[str]:
    """ENTRYPOINT and CMD, the program looked up as the container would."""
    program, *arguments = only("ENTRYPOINT").words + only("CMD").words
    found = shutil.which(program, path=image.environment["PATH"])
    assert found, f"{program} is not in the image"
    return [found, *arguments]


@pytest.fixture(scope="module")
def container(image: Engine) -> Iterator[tuple[dict[str, str], int, subprocess.Popen[str]]]:
    """The container running, as `docker run -e ELKO_MOCK_CONTROL_TOKEN=... -e ELKO_MOCK_PORT=...` starts it: the
    machine's 3556 may be taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**image.environment, "ELKO_MOCK_PORT": str(port), "ELKO_MOCK_CONTROL_TOKEN": "choose-your-own"}
    with subprocess.Popen(
        start_command(image),
        cwd=image.place(""),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            yield environment, port, server
        finally:
            server.kill()


def healthcheck(environment: dict[str, str]) -> int:
    form, command = only("HEALTHCHECK").rest.split(None, 1)
    assert form == "CMD"
    words = json.loads(command)
    program = shutil.which(words[0], path=environment["PATH"])
    assert program, f"{words[0]} is not in the image"
    return subprocess.run([program, *words[1:]], env=environment, capture_output=True, check=False).returncode


def test_the_parser_reads_what_docker_reads() -> None:
    text = '# syntax\nFROM a AS b\nRUN x \\\n  # why\n && y\nCOPY --from=b /c /d\nCMD ["e", "f"]\n'
    assert [(one.verb, one.flags, one.words) for one in parse(text)] == [
        ("FROM", {}, ["a", "AS", "b"]),
        ("RUN", {}, ["x", "&&", "y"]),
        ("COPY", {"from": "b"}, ["/c", "/d"]),
        ("CMD", {}, ["e", "f"]),
    ]


def test_every_instruction_is_one_this_test_understands() -> None:
    carried_out = {"FROM", "WORKDIR", "ENV", "COPY", "RUN"}
    looked_at = {"CMD", "ENTRYPOINT", "HEALTHCHECK", "USER", "EXPOSE", "STOPSIGNAL"}
    assert {one.verb for one in INSTRUCTIONS} <= carried_out | looked_at


def test_it_runs_as_nobody_in_particular_and_stops_on_sigterm() -> None:
    user, group = only("USER").rest.split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert only("EXPOSE").rest == "3556"
    assert only("STOPSIGNAL").rest == "SIGTERM"


def test_nothing_is_installed_or_run_in_the_last_stage() -> None:
    assert [one.verb for one in LAST_STAGE if one.verb in {"RUN", "ADD"}] == []
    assert not [one for one in LAST_STAGE if one.verb == "COPY" and "from" not in one.flags]


def test_the_health_check_needs_no_curl() -> None:
    assert json.loads(only("HEALTHCHECK").rest.split(None, 1)[1]) == ["elko-mock", "health"]


def test_the_image_listens_to_the_outside(image: Engine) -> None:
    assert image.environment["ELKO_MOCK_HOST"] == "0.0.0.0"


@pytest.mark.parametrize("tool", TEST_TOOLS)
def test_no_test_tool_is_inside(image: Engine, tool: str) -> None:
    python = image.place("/opt/elko-mock/bin/python")
    run = subprocess.run(
        [python, "-I", "-c", f"import importlib.util, sys; sys.exit(importlib.util.find_spec({tool!r}) is not None)"],
        env=image.environment,
        check=False,
    )
    assert run.returncode == 0, f"{tool} can be imported in the image"


def test_it_starts_answers_is_healthy_and_stops(
    container: tuple[dict[str, str], int, subprocess.Popen[str]],
) -> None:
    environment, port, server = container
    for _ in range(200):
        if healthcheck(environment) == 0 or server.poll() is not None:
            break
        time.sleep(0.05)
    assert server.poll() is None, server.stdout.read() if server.stdout else ""
    assert healthcheck(environment) == 0
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_elko/health", timeout=10) as answer:
        assert answer.status == 200
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=10) == 0
    assert healthcheck(environment) == 1


def test_without_a_control_token_it_says_what_it_wants(image: Engine) -> None:
    """The image listens to the outside, and an open control plane there is nothing to start by accident."""
    run = subprocess.run(start_command(image), env=image.environment, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "ELKO_MOCK_CONTROL_TOKEN" in run.stderr
    assert "Traceback" not in run.stderr
