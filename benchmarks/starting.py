"""Start: from the command to the first good answer, and the memory that then is in use."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.contenders import Contender, start
from benchmarks.workloads import JSON

_SETTLE = 1.0
"""Seconds after the first answer, so that what is done once at start is done."""


class Start(NamedTuple):
    """Medians of the rounds."""

    server: str
    seconds: float
    memory: float
    """MB, idle."""


def measure(contenders: Sequence[Contender], rounds: int, logs: Path) -> list[Start]:
    """Start and stop each in turn. The first round fills the machine's caches and does not count."""
    found: dict[str, list[tuple[float, float]]] = {}
    for number in range(rounds + 1):
        for one in contenders:
            process = start(one.command, logs, one.name)
            try:
                seconds = process.first_good_answer(one.same, JSON)
                time.sleep(_SETTLE)
                if number:
                    found.setdefault(one.name, []).append((seconds, process.memory()))
            finally:
                process.stop()
        print(f"  round {number} of {rounds}", flush=True)
    return [
        Start(name, median(seconds for seconds, _ in runs), median(memory for _, memory in runs))
        for name, runs in found.items()
    ]
