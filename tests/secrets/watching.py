"""Watches a run for planted secrets: whatever tests and their processes print, log or leave behind must hold none.

What is looked through: what pytest captures of each test (output, errors, log), what a test takes out of that itself,
what every process started says (what is thrown away too), and at the end every file below the run's temporary folder,
where reports, exports, journals and logs are written. There are no exceptions to this: a test that has to put a secret
into a file, because a user would, removes the file itself.

Beside that it counts which secrets were really sent, so that finding none means something.
"""

import io
import os
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from _pytest.capture import CaptureFixture

from tests.secrets.canaries import sightings, unknown

OPTION = "--every-secret"
_LOOKED_AT = 1 << 20
"""Bytes of one sending that are looked at, to count it."""


class Watch:
    """The watch over one process of a run; the first process gathers what the others saw."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._whole = bool(config.getoption(OPTION))
        self._new: list[str] = []
        self.leaks: list[str] = []
        self.sent: Counter[str] = Counter()
        self._former: list[tuple[Any, str, Any]] = []
        self._watch_sending()
        self._watch_processes()
        self._replace(CaptureFixture, "readouterr", self._taken)

    def look(self, where: str, data: bytes | str) -> None:
        """Note what stands in it."""
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else bytes(data)
        test = os.environ.get("PYTEST_CURRENT_TEST")
        self._new += [f"{where}{f' of {test}' if test else ''} holds the planted {name}" for name in sightings(raw)]

    def count(self, data: bytes | str) -> None:
        """Note what is sent with it."""
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else bytes(memoryview(data)[:_LOOKED_AT])
        self.sent.update(set(sightings(raw)))

    # What pytest tells

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """After each test: it fails for what it let out."""
        report = yield
        if call.when == "teardown":
            for title, text in report.sections:
                self.look(f"{item.nodeid}: {title}", text)
            if self._new and report.passed:
                report.outcome, report.longrepr = "failed", "\n".join(self._new)
            self._note()
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """What the tests left behind; a worker hands on what it saw."""
        output = getattr(self._config, "workeroutput", None)
        if output is None:
            self._look_at_files()
        self._note()
        self._restore()
        if output is not None:
            output["planted"] = {"leaks": self.leaks, "sent": dict(self.sent)}
        elif self.leaks or self._never_sent():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker is done."""
        seen = getattr(node, "workeroutput", {}).get("planted", {})
        self.leaks += seen.get("leaks", [])
        self.sent.update(seen.get("sent", {}))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """What was sent, and what came out."""
        if hasattr(self._config, "workeroutput") or not (self.sent or self.leaks or self._whole):
            return
        for leak in self.leaks:
            terminalreporter.write_line(f"SECRET {leak}", red=True)
        if self._never_sent():
            never = ", ".join(self._never_sent())
            terminalreporter.write_line(f"SECRET never sent, so nothing is known of: {never}", red=True)
        terminalreporter.write_line(
            f"planted secrets: {len(self.sent)} sent {self.sent.total()} times, {len(self.leaks)} came out"
        )

    def _never_sent(self) -> list[str]:
        return unknown(self.sent) if self._whole else []

    def _note(self) -> None:
        self.leaks += self._new
        self._new = []

    def _look_at_files(self) -> None:
        base = self._config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        for folder, _, names in os.walk(base):
            for name in names:
                file = Path(folder) / name
                if file.is_file() and not file.is_symlink():
                    self.look(str(file.relative_to(base)), file.read_bytes())

    # What is watched by taking its place

    def _replace(self, of: Any, name: str, make: Callable[[Any], Any]) -> None:
        former = getattr(of, name)
        self._former.append((of, name, of.__dict__.get(name)))
        setattr(of, name, make(former))

    def _restore(self) -> None:
        while self._former:
            of, name, former = self._former.pop()
            if former is None:
                delattr(of, name)
            else:
                setattr(of, name, former)

    def _taken(self, former: Any) -> Any:
        def readouterr(fixture: Any) -> Any:
            taken = former(fixture)
            for text in taken:
                self.look("output that the test took", text)
            return taken

        return readouterr

    def _watch_sending(self) -> None:
        def counted(former: Any) -> Any:
            def send(sock: Any, data: Any, *more: Any) -> Any:
                self.count(data)
                return former(sock, data, *more)

            return send

        self._replace(socket.socket, "send", counted)
        self._replace(socket.socket, "sendall", counted)

    def _watch_processes(self) -> None:
        def opened(former: Any) -> Any:
            def start(process: Any, args: Any, *more: Any, **how: Any) -> None:
                self._count_start(args, how.get("env"))
                thrown_away = [name for name in ("stdout", "stderr") if how.get(name) == subprocess.DEVNULL]
                if not thrown_away:
                    former(process, args, *more, **how)
                else:
                    with tempfile.NamedTemporaryFile(dir=self._thrown_away(), delete=False) as file:
                        former(process, args, *more, **how | dict.fromkeys(thrown_away, file))
                for name in ("stdout", "stderr"):
                    stream = getattr(process, name)
                    if isinstance(stream, io.TextIOWrapper):
                        setattr(process, name, _Heard(stream, self))

            return start

        def communicated(former: Any) -> Any:
            def communicate(process: Any, *more: Any, **how: Any) -> Any:
                said = former(process, *more, **how)
                for text in said:
                    self.look("what a process said", text or b"")
                return said

            return communicate

        self._replace(subprocess.Popen, "__init__", opened)
        self._replace(subprocess.Popen, "communicate", communicated)

    def _count_start(self, args: Any, env: Mapping[str, str] | None) -> None:
        words = [args] if isinstance(args, str | bytes | os.PathLike) else list(args)
        for word in [*words, *(env or {}).values()]:
            self.count(os.fsencode(word))

    def _thrown_away(self) -> Path:
        folder: Path = self._config._tmp_path_factory.getbasetemp() / "thrown-away"  # type: ignore[attr-defined]
        folder.mkdir(exist_ok=True)
        return folder


class _Heard(io.TextIOWrapper):
    """A process's output that is read line by line."""

    def __init__(self, stream: io.TextIOWrapper, watch: Watch) -> None:
        encoding, errors, buffering = stream.encoding, stream.errors, stream.line_buffering
        super().__init__(stream.detach(), encoding, errors, line_buffering=buffering)
        self._watch = watch

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """One line."""
        line = super().readline(size)
        self._watch.look("what a process said", line)
        return line

    def read(self, size: int | None = -1, /) -> str:
        """All that is left, or so many characters."""
        text = super().read(size)
        self._watch.look("what a process said", text)
        return text


def add_option(parser: pytest.Parser) -> None:
    """`--every-secret`: for runs of the whole suite."""
    parser.addoption(OPTION, action="store_true", help="fail when a planted secret was never sent by any test")
