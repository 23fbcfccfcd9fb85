"""The soak's own judgement: it lets noise pass and finds a leak; and a short run of the whole of it."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.steadiness import Verdict, judge, slope
from tests.durability.serving import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
MINUTES = [second / 60 for second in range(0, 24 * 60, 10)]


def _judged(a_minute: float, *, wild: float = 0.0, seed: int = 1) -> Verdict:
    """150 MB and noise of 1 MB over 24 minutes, with so much more each minute and now and then something wild."""
    chance = random.Random(seed)
    points = []
    for minute in MINUTES:
        figure = 150 + a_minute * minute + chance.gauss(0, 1)
        points.append((minute * 60, figure + (wild if chance.random() < 0.1 else 0.0)))
    verdict = judge("memory", "MB", points, share=0.02)
    assert verdict is not None
    return verdict


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_flat_and_a_leak_is_not(seed: int) -> None:
    assert _judged(0.0, seed=seed).flat
    assert _judged(0.0, wild=60, seed=seed).flat
    assert not _judged(0.2, seed=seed).flat
    assert not _judged(0.2, wild=-60, seed=seed).flat


def test_a_fall_is_no_fault_and_a_rise_is_told_by_the_hour() -> None:
    assert _judged(-1.0).flat
    assert _judged(0.2).an_hour == pytest.approx(12, abs=1)
    assert "NOT FLAT" in str(_judged(0.2))


def test_the_line_goes_through_the_middle() -> None:
    assert slope([(second, 2.0 * second + (900 if second == 5 else 0)) for second in range(12)]) == pytest.approx(2)
    assert judge("memory", "MB", [(second, 1.0) for second in range(7)], share=0.02) is None


@pytest.mark.parametrize("words", [[], ["--state"]], ids=["in memory", "with --state"])
def test_a_short_soak_from_its_start_to_its_page(tmp_path: Path, words: list[str]) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.soak", "--minutes", "0.1", "--every", "0.5", "--warm-up", "1"),
            *("--fill", "1", "--rate", "60", "--dry", "--cache", str(tmp_path), *words),
        ],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in {0, 1}, run.stderr  # a busy machine may be slower at its end
    assert " 0 wrong answers" in run.stdout, run.stderr
    (kept,) = json.loads((tmp_path / "soak.json").read_text()).values()
    assert len(kept["samples"]) == 12
    assert {one["name"] for one in kept["verdicts"]} >= {"memory", "median latency", "p99 latency", "open files"}
    assert ("state file" in {one["name"] for one in kept["verdicts"]}) == bool(words)
    assert all(sample["memory"] > 20 for sample in kept["samples"])
    assert sum(sample["requests"] for sample in kept["samples"]) > 100
    page = (tmp_path / "SOAK.md").read_text()
    assert page.count("<svg") == 0
    assert page.count("| yes |") + page.count("| **no** |") == len(kept["verdicts"])
    assert len(list((tmp_path / "charts").glob("soak-*.svg"))) == 3
