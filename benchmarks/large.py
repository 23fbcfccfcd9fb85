"""The large catalogue: when the first byte comes, how long all of it takes, what memory it takes; worlds and resets."""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson

from benchmarks.contenders import OURS, ours, running
from benchmarks.process import Process
from benchmarks.workloads import JSON, PRODUCTS, VENDORS, XML

_FORMS: Mapping[str, Mapping[str, str]] = {
    "JSON": JSON,
    "XML": XML,
    "JSON, gzip": {**JSON, "Accept-Encoding": "gzip"},
}


class Catalogue(NamedTuple):
    """One catalogue in one form; times are medians, in milliseconds."""

    products: int
    form: str
    first_byte: float
    whole: float
    megabytes: float


class World(NamedTuple):
    """Times over HTTP, in milliseconds, medians; and memory."""

    products: int
    create: float
    reset: float
    resident: float
    """MB once all forms of the catalogue have been read."""
    peak: float


def measure(sizes: Sequence[int], repeats: int, logs: Path) -> tuple[list[Catalogue], list[World]]:
    """Each size on a server of its own."""
    catalogues, worlds = [], []
    for size in sizes:
        with running(ours("--products", str(size)), logs, f"{OURS}-{size}", VENDORS) as mock:
            for form, headers in _FORMS.items():
                runs = [_read(mock, PRODUCTS, headers) for _ in range(repeats)]
                catalogues.append(
                    Catalogue(
                        size,
                        form,
                        median(first for first, _, _ in runs),
                        median(whole for _, whole, _ in runs),
                        runs[0][2] / 1e6,
                    )
                )
            create = [_timed(lambda: _created(mock)) for _ in range(5 * repeats)]
            reset = [_timed(lambda: mock.ask("POST", "/_elko/worlds/default/reset", JSON)) for _ in range(5 * repeats)]
            worlds.append(World(size, median(create), median(reset), mock.memory(), mock.peak()))
        print(f"  {size} products", flush=True)
    return catalogues, worlds


def _created(mock: Process) -> None:
    status, body = mock.ask("POST", "/_elko/worlds", {"Content-Type": "application/json"}, orjson.dumps({}))
    if status not in (200, 201):
        raise RuntimeError(f"no world was made: {body!r}")


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _read(mock: Process, target: str, headers: Mapping[str, str]) -> tuple[float, float, int]:
    """Milliseconds to the first byte of the body and to the last, and the length."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Connection: close\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", mock.port)) as connection:
        began = time.perf_counter()
        connection.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received or received.endswith(b"\r\n\r\n"):
            piece = connection.recv(65536)
            if not piece:
                raise RuntimeError(f"no body came: {received[:200]!r}")
            received += piece
        first = time.perf_counter() - began
        length = len(received)
        if not received.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"answered {received[:200]!r}")
        buffer = bytearray(1 << 20)
        while count := connection.recv_into(buffer):
            length += count
    return first * 1000, (time.perf_counter() - began) * 1000, length
