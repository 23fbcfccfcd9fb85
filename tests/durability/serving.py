"""A mock as users start it: a process of its own, with a state file or without, which can be ended in any way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from elko_mock.server.client import ControlClient
from tests.journeys.driving import Client, Form, over_port

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ELKO_")}
PLENTY = 9000001
_PATIENCE = 120.0
"""Seconds that a start may take, on a machine that has much else to do."""
ONE = {"lines": [{"elkoCode": PLENTY, "quantity": 1}]}


class Served:
    """One process of `elko-mock serve`. It need not answer yet, nor ever."""

    def __init__(
        self,
        folder: Path,
        *words: str,
        state: Path | None = None,
        through: Sequence[str] = (),
        keeping: bool = True,
    ) -> None:
        """`folder` takes its port and what it says, and, while it is `keeping` anything, its state file, unless that is
        elsewhere. `through`: a command that runs the command."""
        self._port_file = folder / "port"
        self._port_file.unlink(missing_ok=True)
        self._said = folder / "said"
        command = [*through, sys.executable, "-m", "elko_mock", "--port", "0", "--port-file", str(self._port_file)]
        command += ["--limit", "0", "--products", "30", *words]
        command += ["--state", str(state or folder / "state.db")] if keeping else []
        self.started = time.monotonic()
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd=folder,
                env=ENVIRONMENT,
            )

    @property
    def said(self) -> str:
        """What it has said to the person so far."""
        return self._said.read_text(encoding="utf-8")

    @property
    def ready(self) -> bool:
        """Whether it answers."""
        return self._port_file.exists()

    def wait(self) -> None:
        """Until it answers or has ended."""
        while not self.ready and self.process.poll() is None:
            assert time.monotonic() - self.started < _PATIENCE, self.said
            time.sleep(0.003)

    @property
    def url(self) -> str:
        """Where it answers; waits until it does."""
        self.wait()
        assert self.ready, f"ended with {self.process.returncode}: {self.said}"
        return f"http://127.0.0.1:{self._port_file.read_text(encoding='ascii').strip()}"

    @property
    def control(self) -> ControlClient:
        """Its control plane."""
        return ControlClient(self.url)

    def client(self, world: str = "default", form: Form = "json") -> Client:
        """A client of one of its worlds."""
        return Client(over_port(self.url), form, token=self.control.world(world).token)

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more when this returns."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def serving(folder: Path, *words: str, state: Path | None = None, through: Sequence[str] = ()) -> Iterator[Served]:
    """A mock that answers; killed afterwards, if it still runs."""
    served = Served(folder, *words, state=state, through=through)
    try:
        assert served.url
        yield served
    finally:
        served.kill()


def refused(folder: Path, *words: str, state: Path | None = None, through: Sequence[str] = ()) -> str:
    """What the command says that will not start: one line for people, exit code 2."""
    served = Served(folder, *words, state=state, through=through)
    try:
        assert served.process.wait(timeout=60) == 2, served.said
    finally:
        served.kill()
    assert served.said.startswith("elko-mock: ")
    assert served.said.count("\n") == 1
    return served.said
