"""Speaks to a mock below HTTP: raw bytes on a socket, and what comes back until it closes or falls silent."""

import os
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BASE = b"/v3.0/api"
HOST = b"Host: elko-mock.test\r\n"
CODES = {200, 400, 403, 404, 405}
"""All that the manual knows."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ELKO_")}
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [A-Za-z ]*\r\n")
_NOT_SAID = re.compile(r"Traceback|Exception|Error|exception was never", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """What came back."""

    raw: bytes
    closed: bool
    seconds: float

    @property
    def statuses(self) -> list[int]:
        """Of every answer, in order; 100 Continue left out."""
        return [int(found) for found in _STATUS.findall(self.raw) if found != b"100"]


@dataclass(frozen=True)
class Served:
    """A mock in a process of its own, started as a user starts it."""

    port: int
    process: "subprocess.Popen[bytes]"
    output: Path

    def ask(self, *parts: bytes, wait: float = 5.0, until: Callable[[bytes], bool] | None = None) -> Heard:
        """Send the parts and listen until the other side closes, `until` is content, or nothing came for `wait`
        seconds."""
        with self.connected(wait) as sock:
            return heard(sock, *parts, until=until)

    @contextmanager
    def connected(self, wait: float = 5.0) -> Iterator[socket.socket]:
        """A connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as sock:
            yield sock

    def well(self) -> bool:
        """Whether it still answers."""
        return self.ask(request("GET", b"/_elko/ready", close=True)).statuses == [200]

    @property
    def memory(self) -> int:
        """Resident bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize()

    @property
    def cpu(self) -> float:
        """Seconds of processor time it has used; a busy machine does not lengthen them."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def complaints(self) -> list[str]:
        """Lines of its output that speak of something unforeseen."""
        return [line for line in self.output.read_text(errors="replace").splitlines() if _NOT_SAID.search(line)]


def request(method: str, target: bytes, body: bytes = b"", *headers: bytes, close: bool = False) -> bytes:
    """A well-formed request. Targets that do not begin with a slash stand below the API's base path."""
    path = target if target.startswith(b"/") else BASE + b"/" + target
    lines = [method.encode() + b" " + path + b" HTTP/1.1\r\n", HOST, *(header + b"\r\n" for header in headers)]
    if body:
        lines.append(b"Content-Length: %d\r\n" % len(body))
    if close:
        lines.append(b"Connection: close\r\n")
    return b"".join([*lines, b"\r\n", body])


def heard(sock: socket.socket, *parts: bytes, until: Callable[[bytes], bool] | None = None) -> Heard:
    """Send, then listen."""
    began = time.monotonic()
    came = bytearray()
    closed = False
    try:
        for part in parts:
            sock.sendall(part)
        while until is None or not until(bytes(came)):
            data = sock.recv(65536)
            if not data:
                closed = True
                break
            came += data
    except TimeoutError:
        pass
    except (ConnectionResetError, BrokenPipeError):
        closed = True
    return Heard(bytes(came), closed, time.monotonic() - began)


def answered(count: int = 1) -> Callable[[bytes], bool]:
    """Until so many final answers have begun and the last of them is whole, by its length."""

    def enough(came: bytes) -> bool:
        found = [one for one in _STATUS.finditer(came) if one[1] != b"100"]
        if len(found) < count:
            return False
        head, end, body = came[found[-1].start() :].partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        return bool(end) and (body.endswith(b"0\r\n\r\n") if length is None else len(body) >= int(length[1]))

    return enough


@contextmanager
def serving(folder: Path, *flags: str, files: int | None = None) -> Iterator[Served]:
    """The command as a process; `files`: how many open files it may have."""

    limited = () if files is None else ("sh", "-c", f'ulimit -n {files} && exec "$@"', "limited")
    port_file, output = folder / "port", folder / "output"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [*limited, sys.executable, "-m", "elko_mock", *flags, "--port", "0", "--port-file", str(port_file)],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=ENVIRONMENT,
        )
    try:
        for _ in range(3000):
            if port_file.exists() or process.poll() is not None:
                break
            time.sleep(0.01)
        assert port_file.exists(), output.read_text()
        yield Served(int(port_file.read_text()), process, output)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
