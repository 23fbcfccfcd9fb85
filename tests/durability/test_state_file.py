"""`--state FILE`: what it holds comes back, and a file that cannot be used is refused and left alone."""

import asyncio
import json
import os
import signal
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from elko_mock.server.app import Mock
from elko_mock.server.assembly import AssemblyProblem, assemble
from elko_mock.settings import Settings
from tests.durability.disks import disk
from tests.durability.serving import ONE, PLENTY, Served, refused, serving
from tests.journeys.driving import BASE, Client, in_process, over_port

AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may write to everything; without this it is an owner like others."""


def _mock(folder: Path, **wanted: Any) -> Mock:
    return assemble(Settings(state=folder / "state.db", products=30, limit=0, **wanted))


def _client(mock: Mock, world: str = "default") -> Client:
    return Client(in_process(mock), token=mock.worlds.get(world).gate.account.token or "")  # type: ignore[union-attr]


def _control(mock: Mock, method: str, path: str, body: object = None) -> tuple[int, Any]:
    raw = b"" if body is None else json.dumps(body).encode()
    status, _, answer = in_process(mock)(method, path, {"Content-Type": "application/json"}, raw)
    return status, json.loads(answer)


def _copied(folder: Path, mock_folder: Path) -> Path:
    """The state file as a kill at this moment would leave it."""
    folder.mkdir()
    for one in mock_folder.glob("state.db*"):
        (folder / one.name).write_bytes(one.read_bytes())
    return folder


def test_everything_comes_back_after_a_clean_end_and_after_a_kill(tmp_path: Path) -> None:
    told: dict[str, Any] = {}
    for end in (signal.SIGTERM, signal.SIGKILL):
        with serving(tmp_path) as served:
            control, client = served.control, served.client()
            if told:
                assert _all(client) == told["default"]
                world = control.world("kept")
                assert (world.token, world.scenario) == (told["token"], "token-rotated-midway")
                assert _all(Client(over_port(served.url), token=world.token)) == told["kept"]
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
            inside = Client(over_port(served.url), token=world.token)
            assert [inside.get("/Orders").status for _ in range(10)] == [200] * 9 + [403]
            inside.token = world.replace_token()
            inside.post("/Orders", ONE)
            control.ask("POST", f"{world.path}/account/addresses", {"address": "192.0.2.7"})
            told = {"default": _all(client), "kept": _all(inside), "token": inside.token}
            served.process.send_signal(end)
            assert served.process.wait(timeout=30) == (0 if end is signal.SIGTERM else -signal.SIGKILL)
    with serving(tmp_path) as served:
        assert _all(served.client()) == told["default"]


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


def test_a_world_that_comes_under_the_name_of_one_let_go_is_kept_as_itself(tmp_path: Path) -> None:
    mock = _mock(tmp_path, idle_world_seconds=0.05)
    assert _control(mock, "POST", "/_elko/worlds", {"name": "x"})[0] == 200
    former = [_client(mock, "x").post("/Orders", ONE).data["id"] for _ in range(3)]
    time.sleep(0.1)
    assert mock.worlds.sweep() == ("x",)
    assert _control(mock, "POST", "/_elko/worlds", {"name": "x", "seed": 77})[0] == 200
    placed = _client(mock, "x").post("/Orders", ONE).data["id"]
    again = _mock(_copied(tmp_path / "killed", tmp_path))
    shown = [one["id"] for one in _client(again, "x").get("/Orders").data]
    assert shown == [placed]
    assert placed not in former
    again.close()
    mock.close()


def test_a_call_that_only_the_served_document_knows_is_no_burden(tmp_path: Path) -> None:
    """It changes nothing, so there is nothing to keep, and nothing to stumble over at the next start."""
    document = tmp_path / "another.yaml"
    document.write_text(
        "openapi: 3.0.3\ninfo: {title: another, version: '1'}\npaths:\n"
        "  /v3.0/api/Catalog/Vendors:\n    get: {operationId: vendors, responses: {'200': {description: fine}}}\n"
        "  /v3.0/api/Complaints:\n    post: {operationId: complain, responses: {'200': {description: fine}}}\n"
    )
    mock = _mock(tmp_path, spec=document)
    assert _client(mock).send("POST", f"{BASE}/Complaints", {}, b"{}")[0] in {200, 403}
    client = _client(mock)
    assert client.send("POST", f"{BASE}/Complaints", {"Authorization": f"Bearer {client.token}"}, b"")[0] == 200
    _mock(_copied(tmp_path / "killed", tmp_path), spec=document).close()
    mock.close()


@pytest.mark.parametrize("path", [f"{BASE}/Orders", "/_elko/worlds/default/account/addresses"])
def test_nothing_comes_between_a_change_and_the_file(tmp_path: Path, path: str) -> None:
    """Once a request is read, nothing gives way until it is answered: if another call could come between, the file
    would have the two in another order than the world."""
    mock = _mock(tmp_path)
    body = ONE if path.startswith(BASE) else {"address": "192.0.2.7"}
    read: list[bytes] = []
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        read.append(json.dumps(body).encode())
        return {"type": "http.request", "body": read[0], "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    token = mock.worlds.default.gate.account.token
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
    }

    async def step_by_step() -> None:
        for _ in mock(scope, receive, send).__await__():
            assert not read, "it gave way after it had read the request"

    asyncio.run(step_by_step())
    assert sent[0]["status"] == 200
    mock.close()


def test_a_world_without_a_limit_comes_back_the_same(tmp_path: Path) -> None:
    mock = _mock(tmp_path)
    before = _control(mock, "GET", "/_elko/worlds/default/account")
    mock.close()
    again = _mock(tmp_path)
    assert _control(again, "GET", "/_elko/worlds/default/account") == before
    again.close()


def test_a_log_cut_anywhere_still_holds_a_beginning_of_what_was_done(tmp_path: Path) -> None:
    """What a disk may make of a power cut that breaks its promises: the end is lost, but never the middle."""
    mock = _mock(tmp_path)
    client = _client(mock)
    placed = [client.post("/Orders", ONE).data["id"] for _ in range(12)]
    log = (tmp_path / "state.db-wal").read_bytes()
    found = set()
    for place, length in enumerate(range(0, len(log), len(log) // 40)):
        for spoiled in (b"", b"\xa5" * 700):
            folder = _copied(tmp_path / f"cut-{place}-{len(spoiled)}", tmp_path)
            (folder / "state.db-wal").write_bytes(log[:length] + spoiled)
            again = _mock(folder)
            shown = [one["id"] for one in _client(again).get("/Orders").data]
            again.close()
            assert shown == placed[: len(shown)]
            found.add(len(shown))
    assert len(found) > 8, "the cuts were to fall between the orders"
    mock.close()


# ------------------------------------------------------------------------------------------- files that are refused


def test_a_file_in_use_is_said_by_the_second_process_and_the_first_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        client = served.client()
        placed = client.post("/Orders", ONE).data["id"]
        (tmp_path / "second").mkdir()
        said = refused(tmp_path / "second", state=tmp_path / "state.db")
        assert "in use by another" in said
        placed = [placed, client.post("/Orders", ONE).data["id"]]
    with serving(tmp_path) as served:
        assert [one["id"] for one in served.client().get("/Orders").data] == placed


def test_of_several_that_start_at_once_one_gets_the_file(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(3)]
    for folder in folders:
        folder.mkdir()
    several = [Served(folder, state=tmp_path / "state.db") for folder in folders]
    try:
        for one in several:
            one.wait()
        up = [one for one in several if one.process.poll() is None]
        assert len(up) == 1
        for one in several:
            if one is not up[0]:
                assert one.process.returncode == 2
                assert "in use by another" in one.said
        assert up[0].client().post("/Orders", ONE).status == 200
    finally:
        for one in several:
            one.kill()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("newer", "is of version 99, this elko-mock writes 1: use the newer elko-mock"),
        ("text", "is not a state file"),
        ("other database", "is a database of something else"),
        ("damaged", "is damaged"),
        ("cut in the middle", "is damaged"),
        ("a snapshot spoiled", "checksum does not fit"),
        ("a call nobody knows", "has a call of fireEverybody, which is unknown here"),
        ("folder", "is a folder"),
        ("nowhere", "there is no folder"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line_and_left_alone(tmp_path: Path, kind: str, said: str) -> None:
    path = tmp_path / "state.db"
    if kind not in {"text", "other database", "folder", "nowhere"}:
        mock = _mock(tmp_path)
        client = _client(mock)
        for _ in range(20):
            client.post("/Orders", {"lines": ONE["lines"], "deliveryInstructions": "x" * 2000})
        mock.close()
    match kind:
        case "newer":
            _changed(path, "PRAGMA user_version=99")
        case "text":
            path.write_text("these are my notes, not a state file\n" * 100)
        case "other database":
            _changed(path, "CREATE TABLE mine (x)")
        case "damaged":
            content = path.read_bytes()
            path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
        case "cut in the middle":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "a snapshot spoiled":
            _changed(path, "UPDATE worlds SET snapshot = CAST(replace(CAST(snapshot AS TEXT), 'xxx', 'xyx') AS BLOB)")
        case "a call nobody knows":
            _changed(path, "INSERT INTO calls VALUES (99, 'default', 1, 1, 'fireEverybody', '{}', 'null')")
        case "folder":
            path.mkdir()
        case "nowhere":
            path = tmp_path / "no" / "such" / "folder" / "state.db"
    before = path.read_bytes() if path.is_file() else None
    (tmp_path / "process").mkdir()
    line = refused(tmp_path / "process", state=path)
    assert said in line
    assert str(path) in line
    assert (path.read_bytes() if path.is_file() else None) == before


def _changed(path: Path, statement: str) -> None:
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize("kind", ["file", "folder", "disk"])
def test_a_file_that_may_not_be_written_is_said_and_left_alone(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "kept"
    if kind == "disk":
        with disk(folder, "2m") as mounted:
            with serving(tmp_path, state=mounted.state, through=mounted.through) as served:
                assert served.client().post("/Orders", ONE).status == 200
                assert served.stop() == 0
            mounted.may_only_be_read()
            before = (mounted.seen / "state.db").read_bytes()
            said = refused(tmp_path, state=mounted.state, through=mounted.through)
            assert (mounted.seen / "state.db").read_bytes() == before
    else:
        folder.mkdir()
        mock = _mock(folder)
        assert _client(mock).post("/Orders", ONE).status == 200
        mock.close()
        before = (folder / "state.db").read_bytes()
        closed, usual = (folder / "state.db", 0o644) if kind == "file" else (folder, 0o755)
        closed.chmod(usual & 0o555)
        try:
            said = refused(tmp_path, state=folder / "state.db", through=AS_ANYBODY)
            assert (folder / "state.db").read_bytes() == before
            assert [one.name for one in folder.iterdir()] == ["state.db"]
        finally:
            closed.chmod(usual)
    assert "may not be written" in said


def test_the_file_holds_no_password_that_was_wrong(tmp_path: Path) -> None:
    """Somebody may have sent the real one here by mistake."""
    mock = _mock(tmp_path)
    client = _client(mock)
    for form in ("json", "xml"):
        client.form = form
        assert client.post("/Token", {"username": "somebody", "password": f"S3cret-{form}"}).status == 403
    assert client.post("/Token", {"username": "elko-mock", "password": "elko-mock"}).status == 200
    for one in tmp_path.iterdir():
        assert b"S3cret" not in one.read_bytes()
        assert b"somebody" not in one.read_bytes()
    again = _mock(_copied(tmp_path / "killed", tmp_path))
    assert again.worlds.default.gate.account.token == mock.worlds.default.gate.account.token
    again.close()
    mock.close()


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


def _break_orders(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def breaks(*_: object) -> None:
        raise problem

    monkeypatch.setattr("elko_mock.trade.trade.Trade.place_order", breaks)


def test_a_call_that_broke_down_is_not_done_again_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a defect of ours, or a plugin's, left half done is kept as it stands; the mock starts."""
    mock = _mock(tmp_path)
    client = _client(mock)
    assert client.post("/Orders", ONE).status == 200
    with monkeypatch.context() as broken:
        _break_orders(broken, RuntimeError("broken"))
        with pytest.raises(RuntimeError, match="broken"):
            client.post("/Orders", ONE)
        killed = _copied(tmp_path / "killed", tmp_path)
        again = _mock(killed)
    mock.close()
    assert len(_client(again).get("/Orders").data) == 1
    again.close()


def test_a_call_that_cannot_be_done_again_is_said_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = _mock(tmp_path)
    assert _client(mock).post("/Orders", ONE).status == 200
    killed = _copied(tmp_path / "killed", tmp_path)
    mock.close()
    with monkeypatch.context() as broken:
        _break_orders(broken, KeyError("quantity"))
        with pytest.raises(AssemblyProblem, match="world default: a call of createOrder cannot be done again"):
            _mock(killed)
    again = _mock(killed)
    assert len(_client(again).get("/Orders").data) == 1
    again.close()


def test_a_clock_that_ran_to_the_last_day_there_is_does_not_fall_back(tmp_path: Path) -> None:
    first = _mock(tmp_path, clock_start=datetime(2099, 12, 31, 23, 50, tzinfo=UTC), clock_scale=2000.0)
    time.sleep(0.15)  # five minutes for this world
    client = _client(first)
    assert client.post("/Orders", ONE).status == 200
    at = first.worlds.default.clock.now()
    killed = _copied(tmp_path / "killed", tmp_path)
    first.close()
    time.sleep(0.3)
    again = _mock(killed)
    assert again.worlds.default.clock.now() >= at
    assert _client(again).get("/Orders").data[0]["id"] == client.get("/Orders").data[0]["id"]
    again.close()
