"""A mock of the grading's own: a process on a free port, its one world made anew for each run."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from elko_mock.clock import SECOND, Instant, stopwatch
from elko_mock.settings import SETTINGS, Setting, Settings, environment

_START_WITHIN = 60 * SECOND
_TIMEOUT = 120.0
_WORLD = "/_elko/worlds/default"
_PASSED_ON = frozenset({"World", "Account", "Limit", "Behaviour"})
_OWN = frozenset({"scenario", "clock_start", "clock_frozen", "clock_scale", "max_worlds", "faithful"})
_JOURNAL = ("--journal-exchanges", "1000000", "--journal-bytes", "1GiB", "--journal-body-bytes", "64MiB")


class HouseProblem(RuntimeError):
    """The mock did not start or did not answer; the message says why."""


class House:
    """One running mock. Every request that reaches it belongs to the run under way, with or without a good token."""

    def __init__(self, settings: Settings, catalog: bytes | None = None) -> None:
        """`settings`: the user's, of which catalogue, account, limit and behaviour are passed on. `catalog`: a
        catalogue's JSON, for when the settings name none."""
        self._folder = tempfile.TemporaryDirectory(prefix="elko-mock-")
        self._settings = settings
        self._catalog = catalog
        self._process: subprocess.Popen[bytes] | None = None
        self._client: httpx.Client | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The mock's address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Start it. Raises HouseProblem."""
        folder = Path(self._folder.name)
        port_file, log = folder / "port", folder / "log"
        command = [sys.executable, "-m", "elko_mock", "serve", "--host", "127.0.0.1", "--port", "0"]
        command += ["--port-file", str(port_file), "--log-level", "error", *_JOURNAL, *_flags(self._settings)]
        if self._catalog is not None and self._settings.catalog is None:
            (folder / "catalog.json").write_bytes(self._catalog)
            command += ["--catalog", str(folder / "catalog.json")]
        # An empty folder and no variables but ours: what counts of the user's settings is passed on.
        variables = {name: value for name, value in environment().items() if not name.startswith("ELKO_MOCK_")}
        variables |= _secrets(self._settings)
        with log.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, env=variables
            )
        self.port = self._wait(port_file, log)
        self._client = httpx.Client(base_url=self.url, trust_env=False, timeout=_TIMEOUT)
        return self

    def _wait(self, port_file: Path, log: Path) -> int:
        process, started = self._process, stopwatch()
        while process is not None and stopwatch() - started < _START_WITHIN:
            text = port_file.read_text() if port_file.exists() else ""
            if text.strip().isdigit():
                return int(text)
            try:
                process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
            break
        said = log.read_text(errors="replace").strip() or "it said nothing"
        self.__exit__(None, None, None)
        raise HouseProblem(f"the mock to grade against did not start: {said}")

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        if self._client is not None:
            self._client.close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def prepare(self, scenario: str | Mapping[str, Any], scale: float) -> Mapping[str, Any]:
        """Make the default world anew for a run, and answer what the control plane says of it. `scenario`: a bundled
        one's name, or one as its file holds it.

        It is put in place as a snapshot of a world made for the purpose: so requests without a token, or with a dead
        one, belong to the run as well.
        """
        wanted: dict[str, Any] = {"name": "next", "scenario": scenario, "clock": {"scale": scale}}
        self._ask("POST", "/_elko/worlds", json=wanted)
        try:
            state = self._ask("GET", "/_elko/worlds/next/snapshot").content
            headers = {"content-type": "application/octet-stream"}
            described: Mapping[str, Any] = self._ask("PUT", f"{_WORLD}/snapshot", content=state, headers=headers).json()
        finally:
            self._ask("DELETE", "/_elko/worlds/next")
        return described

    def now(self) -> Instant:
        """World time."""
        return int(self._ask("GET", f"{_WORLD}/clock").json()["now"])

    def journal(self) -> Iterator[bytes]:
        """The run's journal, in pieces of NDJSON."""
        if self._client is None:
            raise HouseProblem("the mock is not running")
        with self._client.stream("GET", f"{_WORLD}/journal/export", params={"format": "ndjson"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise HouseProblem(f"the journal could not be had: the control plane answered {answer.status_code}")
            yield from answer.iter_bytes()

    def open_reservations(self) -> frozenset[str] | None:
        """Ids of the reservations still active; None when the world lets nobody ask. To be asked last."""
        token = self._ask("GET", _WORLD).json().get("token")
        if self._client is None or not token:
            return None
        base = self._ask("GET", _WORLD).json()["baseUrl"]
        answer = self._client.get(f"{base}/Reservations", headers={"authorization": f"Bearer {token}"})
        if answer.status_code != httpx.codes.OK:
            return None
        try:
            rows = answer.json()
        except ValueError:
            return None
        return frozenset(str(row["id"]) for row in rows if isinstance(row, dict) and row.get("status") == "Active")

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        if self._client is None:
            raise HouseProblem("the mock is not running")
        try:
            answer = self._client.request(method, path, **more)
        except httpx.HTTPError as problem:
            raise HouseProblem(f"the mock does not answer: {problem}") from None
        if answer.status_code != httpx.codes.OK:
            raise HouseProblem(f"{method} {path}: {_detail(answer)}")
        return answer


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """NDJSON lines out of pieces; a line is only ever ended by a line feed."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    yield rest


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the control plane answered {answer.status_code}"


def _passed_on(settings: Settings) -> Iterator[tuple[Setting, Any]]:
    """The user's settings that shape a world, be it with the default's own value; the rest is the grading's own."""
    for setting in SETTINGS:
        wanted = (setting.group in _PASSED_ON and setting.name not in _OWN) or setting.name in {"spec", "max_body"}
        if wanted and settings.was_given(setting.name):
            yield setting, getattr(settings, setting.name)


def _flags(settings: Settings) -> Iterator[str]:
    """As flags, but for the secrets: everybody on the machine may see a command line."""
    for setting, value in _passed_on(settings):
        if setting.secret:
            continue
        if not setting.kind.metavar:
            yield setting.flag if value else setting.flag.replace("--", "--no-", 1)
            continue
        yield setting.flag
        yield str(value.resolve()) if isinstance(value, Path) else str(value)


def _secrets(settings: Settings) -> dict[str, str]:
    """The secrets, as variables."""
    return {setting.variable: str(value) for setting, value in _passed_on(settings) if setting.secret}
