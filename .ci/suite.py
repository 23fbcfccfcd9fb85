"""The whole suite in order: style, layers, types, tests, coverage; pytest's closing line comes last.

Nothing that the tests plant as a secret may come out: tests/secrets/watching.py looks at what tests and their processes
say and leave behind, and here is looked at what pytest itself says. A whole run must have sent every one of them.

Run by `make test`; arguments go to pytest. Every step runs even if one before it failed, so that one run tells all.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.secrets.canaries import sightings  # noqa: E402
from tests.secrets.watching import OPTION  # noqa: E402

CORE = ("trade", "gate", "wire")
"""The rooms whose every branch is tested."""
_CLOSING = re.compile(r"(=+ )?(no tests ran|\d+ (passed|failed|error|skipped|deselected|xfailed|warning)).* in [\d.]+s")


def main(arguments: list[str]) -> int:
    failed: list[str] = []
    tool = [sys.executable, "-m"]
    for name, command in (
        ("ruff check", [*tool, "ruff", "check", "."]),
        ("ruff format", [*tool, "ruff", "format", "--check", "."]),
        ("mypy", [*tool, "mypy"]),
    ):
        print(f"--- {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)

    print("--- pytest", flush=True)
    # Layers are among the tests (tests/test_architecture.py).
    whole_run = not arguments
    usual = ["-n", "auto", "--dist", "loadgroup", "--cov", "--cov-report=", *([OPTION] if whole_run else [])]
    status, closing, shown = _pytest([*tool, "pytest", *usual, *arguments])
    if status:
        failed.append("pytest")
    if shown:
        print(f"SECRET in what pytest said: {', '.join(sorted(shown))}")
        failed.append("secrets")

    if whole_run and not _core_is_covered([*tool, "coverage", "report"]):
        failed.append("coverage")

    if failed:
        print("failed: " + ", ".join(failed))
    print(closing)
    return 1 if failed else 0


def _pytest(command: list[str]) -> tuple[int, str, set[str]]:
    """Run it, show all it says as it says it, but keep its closing line back. Answers which planted secrets it said."""
    shown: set[str] = set()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    closing = "pytest ended without a closing line"
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        assert run.stdout is not None
        for raw in run.stdout:
            shown |= set(sightings(raw))
            line = raw.decode(errors="replace").rstrip("\n")
            if _CLOSING.match(line):
                closing = line
            else:
                print(line, flush=True)
    return run.returncode, closing, shown


def _core_is_covered(report: list[str]) -> bool:
    print("--- coverage, branches included", flush=True)
    include = ",".join(f"elko_mock/{room}/*" for room in CORE)
    core = subprocess.run(
        [*report, f"--include={include}", "--skip-covered", "--fail-under=100"], cwd=ROOT, check=False
    ).returncode
    whole = subprocess.run([*report, "--format=total"], cwd=ROOT, check=False, capture_output=True, text=True)
    print(
        f"{', '.join(CORE)}: {'every branch' if core == 0 else 'NOT every branch'}; all rooms: {whole.stdout.strip()} %"
    )
    return core == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
