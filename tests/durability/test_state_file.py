"""`--state FILE` keeps every acknowledged write, whatever ends the process."""

import http.client
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from elko_mock.server.assembly import AssemblyProblem, assemble
from elko_mock.server.client import ControlClient
from elko_mock.settings import Settings
from tests.journeys.driving import Client, in_process, over_port

KILLS = int(os.environ.get("CRASHES", "6"))
"""How often the crash test kills; CI sets 200."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ELKO_")}
PLENTY = 9000001
ONE = {"lines": [{"elkoCode": PLENTY, "quantity": 1}]}


@contextmanager
def _serving(
    folder: Path, *words: str, before: Callable[[], None] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "elko_mock", "--port", "0", "--port-file", str(port_file)),
            *("--limit", "0", "--products", "30", "--state", str(folder / "state.db"), *words),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=ENVIRONMENT,
        preexec_fn=before,  # noqa: PLW1509 - sets a resource limit, nothing else
    )
    try:
        while not port_file.exists() and process.poll() is None:
            time.sleep(0.005)
        assert process.poll() is None, process.communicate()[1]
        yield process, f"http://127.0.0.1:{port_file.read_text().strip()}"
    finally:
        if process.poll() is None:
            process.kill()
        if process.stderr is not None and not process.stderr.closed:
            process.communicate()


def _client(url: str) -> Client:
    return Client(over_port(url), token=ControlClient(url).world().token)


class _Load:
    """Clients that place orders until their server dies, and remember what they were told."""

    def __init__(self, url: str, token: str) -> None:
        self.acknowledged: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._place, args=(url, token)) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def _place(self, url: str, token: str) -> None:
        client = Client(over_port(url), token=token)
        try:
            while True:
                reply = client.post("/Orders", ONE)
                assert reply.status == 200
                with self._lock:
                    self.acknowledged[reply.data["id"]] = reply.data
                if len(self.acknowledged) % 7 == 0:
                    client.delete(f"/Orders/{reply.data['id']}")
                    with self._lock:
                        del self.acknowledged[reply.data["id"]]
        except (OSError, http.client.HTTPException, ValueError):
            return

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def test_nothing_acknowledged_is_lost_when_it_is_killed_at_any_moment(tmp_path: Path) -> None:
    chance = random.Random(7)
    acknowledged: dict[str, Any] = {}
    for _ in range(KILLS):
        with _serving(tmp_path) as (process, url):
            client = _client(url)
            _compare(client, acknowledged)
            load = _Load(url, client.token)
            time.sleep(chance.uniform(0.0, 0.25))
            process.send_signal(signal.SIGKILL)
            process.wait()
            load.join()
            acknowledged |= load.acknowledged
    with _serving(tmp_path) as (process, url):
        _compare(_client(url), acknowledged)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert acknowledged
    database = sqlite3.connect(tmp_path / "state.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def _compare(client: Client, acknowledged: dict[str, Any]) -> None:
    """All that was acknowledged is there as it was told, and nothing is there by half."""
    orders = {one["id"]: one for one in client.get("/Orders").data}
    missing = set(acknowledged) - set(orders)
    assert not missing
    for number, told in acknowledged.items():
        assert orders[number]["lines"] == told["lines"]
        assert orders[number]["sum"] == told["sum"]
    for one in orders.values():
        assert one["sum"] == pytest.approx(sum(line["sum"] for line in one["lines"]))
        assert one["status"] in {"Placed", "Cancelled"}


def test_everything_comes_back_after_a_clean_end_and_after_a_kill(tmp_path: Path) -> None:
    told: dict[str, Any] = {}
    for end in (signal.SIGTERM, signal.SIGKILL):
        with _serving(tmp_path) as (process, url):
            control, client = ControlClient(url), _client(url)
            if told:
                assert _all(client) == told["default"]
                world = control.world("kept")
                assert (world.token, world.scenario) == (told["token"], "token-rotated-midway")
                assert _all(Client(over_port(url), token=world.token)) == told["kept"]
                assert "192.0.2.7" in world.account()["addresses"]
                with pytest.raises(Exception, match="unknown-world"):
                    control.world("gone")
                world.delete()
                control.ask("DELETE", "/_elko/worlds/default/faults")
            client.post("/Orders", ONE)
            client.post("/Reservations", {"lines": [{"elkoCode": 9000009, "quantity": 2}]})
            client.post("/Cart/Add", {"elkoCode": PLENTY, "quantity": 3})
            issued = client.post("/Token", {"username": "elko-mock", "password": "elko-mock"})
            client.token = issued.data
            world = control.create_world(name="kept", scenario="token-rotated-midway", clock={"frozen": True})
            control.create_world(name="gone")
            control.world("gone").delete()
            inside = Client(over_port(url), token=world.token)
            assert [inside.get("/Orders").status for _ in range(10)] == [200] * 9 + [403]
            inside.token = world.replace_token()
            inside.post("/Orders", ONE)
            control.ask("POST", f"{world.path}/account/addresses", {"address": "192.0.2.7"})
            told = {"default": _all(client), "kept": _all(inside), "token": inside.token}
            process.send_signal(end)
            process.wait(timeout=10)
        if end is signal.SIGTERM:
            assert process.returncode == 0
    with _serving(tmp_path) as (_, url):
        assert _all(_client(url)) == told["default"]


def _all(client: Client) -> list[Any]:
    """What a client sees of its state."""
    return [client.get(path).data for path in ("/Orders", "/Reservations", "/Cart", "/Finances/Invoices/true")]


def test_the_world_s_time_goes_on_while_nobody_serves(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    first = assemble(Settings(state=path, products=30, limit=0, clock_scale=1_000_000.0))
    client = Client(in_process(first), token=first.worlds.default.gate.account.token or "")
    order = client.post("/Orders", ONE).data
    at = first.worlds.default.clock.now()
    first.close()
    time.sleep(0.5)  # nearly six days for this world
    second = assemble(Settings(state=path, products=30))
    assert second.worlds.default.clock.now() - at >= 400_000 * 1_000_000
    assert Client(in_process(second), token=client.token).get(f"/Orders/{order['id']}").data["status"] == "Invoiced"
    second.close()


def test_a_file_in_use_is_said(tmp_path: Path) -> None:
    mock = assemble(Settings(state=tmp_path / "s.db", products=30))
    with pytest.raises(AssemblyProblem, match="in use by another"):
        assemble(Settings(state=tmp_path / "s.db", products=30))
    mock.close()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    assemble(Settings(state=path, products=30)).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version=99")
    database.close()
    before = path.read_bytes()
    with pytest.raises(AssemblyProblem, match="version 99"):
        assemble(Settings(state=path, products=30))
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["text", "other database", "damaged", "folder", "nowhere"])
def test_a_file_that_is_none_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "s.db"
    match kind:
        case "text":
            path.write_text("these are my notes, not a state file\n" * 100)
        case "other database":
            database = sqlite3.connect(path)
            database.execute("CREATE TABLE mine (x)")
            database.close()
        case "damaged":
            assemble(Settings(state=path, products=30)).close()
            content = path.read_bytes()
            path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
        case "folder":
            path.mkdir()
        case "nowhere":
            path = tmp_path / "no" / "such" / "folder" / "s.db"
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(AssemblyProblem, match=r"state file|something else"):
        assemble(Settings(state=path, products=30))
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_full_disk_loses_nothing_and_acknowledges_nothing(tmp_path: Path) -> None:
    """The limit on file size stands in for a disk without room: SQLite meets it in the same place."""

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    acknowledged: dict[str, Any] = {}
    with _serving(tmp_path, before=small_disk) as (process, url):
        client = _client(url)
        failures = 0
        for _ in range(3000):
            try:
                reply = client.post("/Orders", ONE)
            except (OSError, http.client.HTTPException):
                failures += 1
                if failures == 3:
                    break
                continue
            assert reply.status == 200
            acknowledged[reply.data["id"]] = reply.data
        assert failures == 3
        shown = {one["id"] for one in client.get("/Orders").data}
        assert shown == set(acknowledged), "what was not kept must not be seen either"
        process.kill()
        _, errors = process.communicate()
        assert "state file" in errors
        assert "Traceback" not in errors
    with _serving(tmp_path) as (_, url):
        assert {one["id"] for one in _client(url).get("/Orders").data} == set(acknowledged)


def test_a_file_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    assemble(Settings(state=path, products=30)).close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        if os.access(path, os.W_OK):
            pytest.skip("this user may write to everything")
        with pytest.raises(AssemblyProblem, match=r"may not be written|cannot be"):
            assemble(Settings(state=path, products=30))
    finally:
        tmp_path.chmod(0o755)


def test_the_file_holds_no_token(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    mock = assemble(Settings(state=path, products=30))
    client = Client(in_process(mock))
    token = client.post("/Token", {"username": "elko-mock", "password": "elko-mock"}).data
    foreign = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL3NvbWV3aGVyZS5leGFtcGxlIn0.c2VjcmV0"
    client.token = foreign
    assert client.post("/Orders", {**ONE, "deliveryInstructions": "x"}).status == 403
    mock.close()
    stored = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    assert token.encode() not in stored
    assert foreign.encode() not in stored
    assert json.dumps(token).encode() not in stored
