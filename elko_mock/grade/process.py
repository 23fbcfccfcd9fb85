"""The client's command: run with its variables, stopped when its time is up, and how it ended."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from elko_mock.clock import SECOND, stopwatch

_KEPT = 256 * 1024
"""Bytes looked at of what a command wrote last."""
_GRACE = 2.0
_GLANCE = 0.25
"""Seconds between looks at whether all is to stop."""
_POSIX = os.name == "posix"
_CRASH = re.compile(
    r"Traceback \(most recent call last\)|PHP Fatal error|Fatal error: Uncaught|^Exception in thread "
    r"|Unhandled exception|Uncaught \w*(?:Error|Exception)|^panic: |Segmentation fault"
    r"|^\s+at .{1,200}:\d+(?::\d+)?\)?\s*$"
    r"|^\s+from .{1,200}:\d+:in |^thread '.{1,80}' panicked",
    re.MULTILINE,
)
_TELLING = re.compile(r"\b\w*(?:Error|Exception|Fault)\b\s*[:(]|^(?:PHP )?Fatal error|^panic:|\berror:", re.IGNORECASE)
_NOISE = re.compile(r"^\s+at |^\s*#\d+ |^Stack trace|^\s*thrown in|^Node\.js v|^Picked up |^\s*\^+\s*$|^\s*[{}]\s*$")


class CannotRun(OSError):
    """The command cannot be started; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run of the command ended."""

    exit_status: int | None
    """Negative: a signal's number. None when it was stopped because its time was up."""
    output: bytes
    """The last of what it wrote to both streams."""

    @property
    def timed_out(self) -> bool:
        """Whether it had to be stopped."""
        return self.exit_status is None

    @property
    def crashed(self) -> bool:
        """Whether its output shows a stack trace, and it did not end well."""
        return self.exit_status != 0 and _CRASH.search(self._text) is not None

    @property
    def last_words(self) -> str:
        """The line of its output that says most about a bad end; empty after a good one."""
        if self.exit_status == 0:
            return ""
        lines = [line.strip() for line in self._text.splitlines() if line.strip() and not _NOISE.search(line)]
        telling = [line for line in lines if _TELLING.search(line)]
        return (telling or lines or [""])[-1][:300]

    @property
    def _text(self) -> str:
        return self.output.decode("utf-8", "replace")


def run(
    command: Sequence[str],
    variables: Mapping[str, str],
    timeout: float,
    *,
    workers: int = 1,
    stopped: threading.Event | None = None,
) -> list[Outcome]:
    """Run the command so many times at once, in process groups of their own that end with it. `stopped` ends it early,
    as if its time were up. Raises CannotRun.
    """
    ends = stopwatch() + int(timeout * SECOND)
    with contextlib.ExitStack() as stack:
        started: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
        try:
            for _ in range(workers):
                output = stack.enter_context(tempfile.TemporaryFile())
                started.append((_start(command, variables, output), output))
            return [_finish(process, output, ends, stopped) for process, output in started]
        finally:
            for process, _ in started:
                _end(process)


def _start(command: Sequence[str], variables: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - running the user's command is the purpose
            list(command),
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=_POSIX,
        )
    except OSError as problem:
        raise CannotRun(f"{command[0]}: {problem.strerror or problem}") from None


def _finish(process: subprocess.Popen[bytes], output: IO[bytes], ends: int, stopped: threading.Event | None) -> Outcome:
    status = None
    while status is None and not (stopped is not None and stopped.is_set()):
        left = (ends - stopwatch()) / SECOND
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(timeout=min(max(left, 0.0), _GLANCE))
        if left <= 0:
            break
    if status is None:
        _end(process)
    length = output.seek(0, os.SEEK_END)
    output.seek(max(0, length - _KEPT))
    return Outcome(status, output.read())


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the process and whatever it has started; asked first, made to after a moment."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_GRACE)
    _signal(process, signal.SIGKILL if _POSIX else signal.SIGTERM)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if _POSIX:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
