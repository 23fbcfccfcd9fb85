"""Memory: after so many requests, each of which asks for something new."""

from pathlib import Path
from typing import NamedTuple

from benchmarks.load import load
from benchmarks.process import Process
from benchmarks.workloads import JSON

_AT_A_TIME = 5


class Used(NamedTuple):
    """What a server had resident after so many requests."""

    server: str
    requests: int
    megabytes: float


def measure(name: str, process: Process, target: str, lua: Path, marks: tuple[int, ...], patience: float) -> list[Used]:
    """Ask until each of the marks is reached, or `patience` seconds have gone."""
    found, asked, spent = [], 0, 0.0
    for mark in marks:
        while asked < mark and spent < patience:
            asked += load(process, target, JSON, lua, seconds=_AT_A_TIME).requests
            spent += _AT_A_TIME
        found.append(Used(name, asked, process.memory()))
    return found
