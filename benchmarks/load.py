"""Load: wrk on a core of its own, its findings as figures."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.process import LOAD_CORE, Process

_TELL = """
done = function(summary, latency, requests)
  io.write(string.format('\\nFOUND {"requests":%d,"seconds":%.6f,"bad":%d,"lost":%d,"p50":%.1f,"p99":%.1f}\\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class WrkMissing(RuntimeError):
    """The load generator is not installed."""


class WrongAnswers(RuntimeError):
    """A server answered something else than 2xx, so its figures mean nothing."""


class Found(NamedTuple):
    """What one run found."""

    rate: float
    """Requests per second."""
    requests: int
    p50: float
    """Microseconds."""
    p99: float
    """Microseconds."""
    cpu: float
    """Microseconds of the server's processor time for each request."""


def need_wrk() -> None:
    """Raises WrkMissing, saying what to do."""
    if shutil.which("wrk") is None:
        raise WrkMissing(
            "wrk is not installed; it makes the load. On Debian and Ubuntu: apt install wrk; on macOS: brew install wrk"
        )


def script(folder: Path, name: str, body: str = "") -> Path:
    """A wrk script of that body."""
    path = folder / f"{name}.lua"
    path.write_text(body + _TELL, encoding="utf-8")
    return path


def load(
    server: Process,
    target: str,
    headers: Mapping[str, str],
    lua: Path,
    *,
    seconds: float,
    connections: int = 16,
    arguments: tuple[str, ...] = (),
) -> Found:
    """Put load on one target for so long. Raises WrongAnswers."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s", "-s", str(lua)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    before = server.cpu()
    done = subprocess.run(
        [*command, server.url + target, *(["--", *arguments] if arguments else [])],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, LOAD_CORE),
    )
    spent = server.cpu() - before
    line = next((line for line in done.stdout.splitlines() if line.startswith("FOUND ")), None)
    if line is None:
        raise WrongAnswers(f"wrk said nothing: {(done.stdout + done.stderr)[-300:]}")
    told = json.loads(line.removeprefix("FOUND "))
    if told["bad"] or not told["requests"]:
        raise WrongAnswers(f"{told['bad']} of {told['requests']} answers were not 2xx, {told['lost']} got none")
    rate = told["requests"] / told["seconds"]
    return Found(rate, told["requests"], told["p50"], told["p99"], spent / told["requests"] * 1e6)
