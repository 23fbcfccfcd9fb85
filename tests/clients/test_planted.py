"""`elko-mock fuzz-client` finds each planted parser bug, and makes its world one product with one odd field."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.clients.conftest import CommandOf
from tests.clients.running import ROOT, SCALE, Program, environment, programs

PLANTED = [program for program in programs() if program.planted]
ORDERLY = ("3", "4", "5")
"""Ends that the programs choose when they cannot go on."""


def _fuzz(command: list[str], folder: Path) -> Path:
    """The scenario file of what was found."""
    options = ["--quiet", "--seed", "1", "--scale", f"{SCALE:g}", "--out", str(folder)]
    for status in ORDERLY:
        options += ["--orderly", status]
    done = subprocess.run(
        [sys.executable, "-m", "elko_mock", "fuzz-client", *options, "--", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (found,) = folder.glob("*.yaml")
    return found


@pytest.mark.parametrize("program", PLANTED, ids=lambda program: program.name)
def test_the_bug_is_found_and_made_small(program: Program, command_of: CommandOf, tmp_path: Path) -> None:
    command = command_of(program)
    found = _fuzz(command, tmp_path / "found")
    scenario = yaml.safe_load(found.read_text(encoding="utf-8"))
    catalogue = json.loads((found.parent / scenario["catalog"]).read_text(encoding="utf-8"))
    assert len(catalogue) == 1
    rows = scenario["twists"]["rows"]
    assert scenario.keys() <= {"line", "catalog", "twists"}
    assert list(scenario["twists"]) == ["rows"]
    assert list(rows.values()) == [{"quantity": ">50"}]

    with Live(assemble(Settings(scenario=str(found)))) as live:
        world = ControlClient(live.url).world()
        again = subprocess.run(command, env=environment(world), cwd=ROOT, capture_output=True, timeout=60, check=False)
        written = [call.request.body for call in world.journal.select(operation="sink")]
    if "without a word" in str(program.planted):
        assert any(b'"stock_quantity":0' in body for body in written)
    else:
        assert again.returncode not in {0, *map(int, ORDERLY)}, os.fsdecode(again.stderr)
