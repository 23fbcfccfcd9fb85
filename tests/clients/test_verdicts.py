"""What `elko-mock grade` says of each client program: the good ones pass, each bad one breaks its one rule alone.

Each bad program is run in the worlds that most rules need, and in its own; with ELKO_CLIENTS=full in the environment,
in every world of the profile, which takes the better part of an hour for all of them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rule import Severity
from elko_mock.grade.situations import SITUATIONS, needed
from tests.clients.conftest import CommandOf
from tests.clients.running import ROOT, SCALE, Program, programs

FULL = os.environ.get("ELKO_CLIENTS") == "full"
COSTLY = frozenset({"huge-catalog"})
"""Left to the first program in Python: for others it is minutes, and no error rule needs it."""
OFTEN = frozenset({"calm", "rate-limited", "lost-answer"})
MORE_OFTEN = OFTEN | {"token-rotated-midway", "odd-quantities", "nulls-everywhere", "sold-out-at-checkout"}
"""Worlds in which a bad program shall break no rule but its own: more for those in Python at the usual pace."""
JUDGED = [program for program in programs() if not program.planted]
OWN = {rule.id: rule.scenarios[0] for rule in rule_classes()}


def _situations(program: Program) -> tuple[str, ...]:
    """The worlds to run it in; none for all that the profile needs."""
    if FULL or program.name == "python/good.py":
        return ()
    if program.fails is None:
        wanted = {one.name for one in needed(rule() for rule in rule_classes())} - COSTLY
    else:
        swift = program.language == "python" and program.scale == SCALE
        wanted = {OWN[program.fails], *(MORE_OFTEN if swift else OFTEN)}
    return tuple(name for name in SITUATIONS if name in wanted)


def _graded(program: Program, command: list[str], folder: Path) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON report."""
    report = folder / "verdict.json"
    situations = _situations(program)
    options = ["--quiet", "--scale", f"{program.scale:g}", "--json", str(report)]
    if situations:
        options += ["--scenario", ",".join(situations)]
    done = subprocess.run(
        [sys.executable, "-m", "elko_mock", "grade", *options, "--", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "program",
    [pytest.param(one, id=one.name, marks=pytest.mark.xdist_group(f"{one.language}-{at % 2}"))
     for at, one in enumerate(JUDGED)],
)  # fmt: skip
def test_the_verdict(program: Program, command_of: CommandOf, tmp_path: Path) -> None:
    status, verdict = _graded(program, command_of(program), tmp_path)
    broken = {rule["id"]: rule["evidence"] for rule in verdict["rules"] if rule["result"] == "fail"}
    errors = {id_: broken[id_] for id_ in broken if _severity(id_) is Severity.ERROR}
    assert sorted(errors) == ([program.fails] if program.fails else []), json.dumps(errors, indent=1)
    assert status == (1 if program.fails else 0)
    if program.fails is None and program.language == "python":
        assert not broken, json.dumps(broken, indent=1)


def _severity(rule: str) -> Severity:
    return next(one.severity for one in rule_classes() if one.id == rule)


def test_every_error_rule_has_its_client() -> None:
    errors = {rule.id for rule in rule_classes() if rule.severity is Severity.ERROR}
    in_python = {program.fails for program in programs() if program.language == "python"}
    assert in_python - {None} == errors
    assert {program.language for program in JUDGED if program.fails is None} == {
        "python",
        "php",
        "node",
        "java",
        "curl",
    }
