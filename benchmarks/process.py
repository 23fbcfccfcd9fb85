"""A server under measurement: a process of its own on a core of its own."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = {CORES[0]}, {CORES[-1]}
_TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStart(RuntimeError):
    """A server gave no good answer in time."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A running server and its children."""

    def __init__(self, command: Sequence[str], port: int, log: Path, *, cwd: Path | None = None) -> None:
        self.port = port
        self.log = log
        self.started = time.perf_counter()
        with log.open("wb") as out:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=cwd,
                preexec_fn=lambda: os.sched_setaffinity(0, SERVER_CORE),  # noqa: PLW1509 - no threads here
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def first_good_answer(self, path: str, headers: Mapping[str, str], within: float = 60.0) -> float:
        """Seconds from its start to a 200. Raises DidNotStart."""
        last = "no connection"
        while time.perf_counter() - self.started < within and self._popen.poll() is None:
            try:
                status, _ = self.get(path, headers)
            except OSError as problem:
                last = str(problem)
            else:
                if status == 200:
                    return time.perf_counter() - self.started
                last = f"status {status}"
            time.sleep(0.002)
        self.stop()
        raise DidNotStart(f"{last}; {self.log.read_text(errors='replace')[-400:].strip()}")

    def get(self, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        return self.ask("GET", path, headers)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def memory(self) -> float:
        """Resident MB of the process and its children."""
        return sum(_status(pid, "VmRSS") for pid in self._pids()) / 1024

    def peak(self) -> float:
        """The most resident MB there have been."""
        return sum(_status(pid, "VmHWM") for pid in self._pids()) / 1024

    def files(self) -> int:
        """Files that the process and its children have open, connections included."""
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self._pids())

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        total = 0.0
        for pid in self._pids():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            total += (int(fields[11]) + int(fields[12])) / _TICKS
        return total

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Takes nothing of the core that it shares with others: a Java server tidies up for seconds after a load."""
        os.killpg(self._popen.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._popen.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it and all it started."""
        if self._popen.poll() is None:
            os.killpg(self._popen.pid, signal.SIGTERM)
            try:
                self._popen.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def _pids(self) -> list[int]:
        found = [self._popen.pid]
        for entry in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
            try:
                parent = int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent in found:
                found.append(int(entry.name))
        return found


def _status(pid: int, key: str) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(key + ":")), 0)
