"""Who is measured: this mock, bare ASGI, and the peers."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers import Peer
from benchmarks.process import Process, free_port
from benchmarks.workloads import JSON, Answers, comma, repeated

OURS = "elko-mock"
BARE = "bare ASGI"
LIMIT = ("--limit", "1000000", "--window-seconds", "1")
"""The gate is on and does its work; it only lets more pass."""


class Contender(NamedTuple):
    """A way to start a server, and how it is asked for the same twenty products."""

    name: str
    version: str
    command: Sequence[str]
    """With `{port}` where its port goes."""
    same: str
    """The target."""


def ours(*flags: str) -> list[str]:
    """The command of this mock."""
    serve = ["serve", "--port", "{port}", "--log-level", "warning", *LIMIT, *flags]
    return [sys.executable, "-m", "elko_mock", *serve]


def bare(answers: Answers) -> Contender:
    """The limit: nothing but the server."""
    command = [sys.executable, "-m", "benchmarks.bare", "{port}", str(answers.folder)]
    return Contender(BARE, "", command, "/ready/same.json")


def peer(one: Peer, answers: Answers) -> Contender:
    """A peer as a contender."""
    target = comma(answers.same) if one.joined else repeated(answers.same)
    return Contender(one.name, one.version, one.command, target)


def start(command: Sequence[str], logs: Path, name: str) -> Process:
    """Start a server on a free port; it may not answer yet."""
    port = free_port()
    log = logs / f"{name.replace(' ', '-').replace(',', '').lower()}.log"
    return Process([part.replace("{port}", str(port)) for part in command], port, log, cwd=logs)


@contextmanager
def running(command: Sequence[str], logs: Path, name: str, target: str) -> Iterator[Process]:
    """A server that answers, ended afterwards."""
    process = start(command, logs, name)
    try:
        process.first_good_answer(target, JSON)
        yield process
    finally:
        process.stop()
