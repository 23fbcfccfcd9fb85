"""Worlds do not see each other, runs can be repeated, and a minute's block takes no minute."""

import base64
import gc
import json
import threading
import time
import tracemalloc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, ControlRefused, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import Client, in_process, over_port

LAST_PIECES = 9000009
"""Exactly nine pieces, in each world its own."""


@pytest.fixture(scope="module")
def control() -> Iterator[ControlClient]:
    with Live(assemble(Settings(products=60))) as live:
        yield ControlClient(live.url)


def _client(world: RemoteWorld) -> Client:
    return Client(over_port(world.url), token=world.token)


def test_64_worlds_driven_at_once_show_no_trace_of_each_other(control: ControlClient) -> None:
    worlds = [control.create_world(name=f"crowd-{number}", clock={"frozen": True}) for number in range(64)]
    problems: list[str] = []
    start = threading.Barrier(len(worlds))

    def live_in(number: int, world: RemoteWorld) -> None:
        try:
            start.wait()
            _be_alone(number, world)
        except Exception as problem:  # a thread's failure has to reach the test
            problems.append(f"{world.name}: {type(problem).__name__}: {problem}")

    threads = [threading.Thread(target=live_in, args=entry) for entry in enumerate(worlds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len({world.token for world in worlds}) == 64
    for world in worlds:
        assert world.journal.count(reason="rate") == 1
        world.delete()


def _be_alone(number: int, world: RemoteWorld) -> None:
    """One world's day: different from its neighbours' in everything that a world has of its own."""
    client = _client(world)
    quantity = number % 9 + 1
    began = world.clock.now()
    order = client.post("/Orders", {"lines": [{"elkoCode": LAST_PIECES, "quantity": quantity}]}).data
    (left,) = client.get("/Catalog/Availability", {"elkoCode": LAST_PIECES}).data
    assert left["stockQuantity"] == str(9 - quantity)
    assert [one["id"] for one in client.get("/Orders").data] == [order["id"]]
    world.clock.advance(number)
    assert (world.clock.now() - began).total_seconds() == number
    world.control.ask("POST", f"{world.path}/account/addresses", {"address": f"192.0.2.{number}"})
    assert f"192.0.2.{number}" in world.account()["addresses"]
    if number % 2:
        former = client.token
        client.token = world.replace_token()
        assert client.token != former
    world.clock.advance(10)
    answers = [client.get("/Catalog/Vendors").status for _ in range(51)]
    assert answers == [200] * 50 + [403]
    seen = {exchange.world for exchange in world.journal}
    assert seen == {world.name}
    assert world.journal.count() == 54


def test_the_same_seed_and_requests_give_the_same_bytes() -> None:
    def run() -> list[tuple[int, dict[str, str], bytes]]:
        mock = assemble(Settings(products=80, seed=7))
        scenario = {"extends": "flaky", "clock": {"start": "2026-03-02T08:00:00Z", "frozen": True}}
        world = mock.worlds.create("again", scenario=scenario)
        client = Client(in_process(mock), token=world.gate.account.token or "")
        answers = []
        for step in range(45):
            world.clock.advance(7_000_000)
            match step % 5:
                case 0:
                    reply = client.get("/Catalog/Products")
                case 1:
                    reply = client.post("/Orders", {"lines": [{"elkoCode": 9000001, "quantity": step + 1}]})
                case 2:
                    reply = client.post("/Orders", {"lines": [{"elkoCode": "x"}]})
                case 3:
                    client.form = "xml" if client.form == "json" else "json"
                    reply = client.get("/Orders")
                case _:
                    reply = client.get("/Finances/Invoices/true")
            answers.append((reply.status, dict(reply.headers), reply.raw))
        assert any(status != 200 for status, _, _ in answers)
        return answers

    assert run() == run()


def test_a_block_of_60_seconds_begins_and_ends_within_a_second(control: ControlClient) -> None:
    world = control.create_world(scenario="rate-limited", clock={"frozen": True})
    client = _client(world)
    began = time.monotonic()
    while client.get("/Catalog/Vendors").status == 200:
        pass
    world.clock.advance(59.999999)
    assert client.get("/Catalog/Vendors").reason == "blocked"
    world.clock.advance(0.000001)
    assert client.get("/Catalog/Vendors").status == 200
    assert time.monotonic() - began < 1.0  # the promise itself
    world.delete()


def test_everything_that_knows_time_follows_the_world_s_clock(control: ControlClient) -> None:
    world = control.create_world(clock={"start": "2026-05-04T10:00:00Z", "frozen": True})
    client = _client(world)
    first = client.get("/Catalog/Vendors")
    assert first.headers["date"] == "Mon, 04 May 2026 10:00:00 GMT"
    reservation = client.post("/Reservations", {"lines": [{"elkoCode": 9000001, "quantity": 1}]}).data
    assert reservation["created"] == 126124
    order = client.post("/Orders", {"lines": [{"elkoCode": 9000001, "quantity": 1}]}).data
    world.clock.advance(8 * 86400)
    assert client.get(f"/Reservations/{reservation['id']}").data["status"] == "Expired"
    assert client.get(f"/Orders/{order['id']}").data["status"] == "Invoiced"
    assert client.get("/Catalog/Vendors").headers["date"].startswith("Tue, 12 May 2026")
    times = [exchange.at for exchange in world.journal]
    assert times == sorted(times)
    assert times[-1] - times[0] == 8 * 86400 * 1_000_000
    world.delete()


def test_a_world_is_chosen_by_header_too_and_an_unknown_one_is_400(control: ControlClient) -> None:
    world = control.create_world(scenario="fresh-account")
    send = over_port(control.url)
    assert Client(send, headers={"X-Elko-World": world.name}).get("/Orders").reason == "terms"
    assert Client(send, headers={"X-Elko-World": "nobody"}).get("/Orders").status == 400
    world.delete()


def test_reset_snapshot_restore_delete(control: ControlClient) -> None:
    world = control.create_world(clock={"frozen": True})
    client = _client(world)
    client.post("/Orders", {"lines": [{"elkoCode": LAST_PIECES, "quantity": 2}]})
    client.post("/Cart/Add", {"elkoCode": 9000001, "quantity": 4})
    world.faults.add(operation="getVendors", respond=404)
    saved = world.snapshot()
    assert world.snapshot() == saved

    before = client.get("/Orders").raw, client.get("/Cart").raw
    world.reset()
    assert (client.get("/Orders").data, world.faults.list()) == ([], [])
    world.restore(saved)
    assert (client.get("/Orders").raw, client.get("/Cart").raw) == before
    assert client.get("/Catalog/Vendors").status == 404

    copy = control.create_world(snapshot=base64.b64encode(saved).decode())
    assert copy.token != world.token
    assert _client(copy).get("/Orders").raw == before[0]
    copy.delete()
    with pytest.raises(ControlRefused, match="unknown-world"):
        control.world(copy.name)
    world.delete()


@pytest.mark.parametrize("spoil", ["cut", "version", "garbage", "flipped"])
def test_a_spoiled_snapshot_changes_nothing(control: ControlClient, spoil: str) -> None:
    world = control.create_world(clock={"frozen": True})
    client = _client(world)
    client.post("/Orders", {"lines": [{"elkoCode": LAST_PIECES, "quantity": 1}]})
    saved = world.snapshot()
    broken = {
        "cut": saved[:-20],
        "version": saved.replace(b"/1", b"/9", 1) if b"/1" in saved[:80] else b"9" + saved[1:],
        "garbage": b"\x00\xff" * 100,
        "flipped": saved[:-9] + bytes([saved[-9] ^ 1]) + saved[-8:],
    }[spoil]
    with pytest.raises(ControlRefused, match="bad-snapshot"):
        world.restore(broken)
    assert len(client.get("/Orders").data) == 1
    world.delete()


@pytest.mark.parametrize(
    "body",
    [
        {"scenario": "no-such"},
        {"scenario": "../default"},
        {"scenario": "scenarios/default.yaml"},
        {"scenario": {"limitt": {}}},
        {"scenario": {"faults": [{"statuss": 3}]}},
        {"scenario": {"extends": "/etc/passwd"}},
        {"name": "bad name!"},
        {"name": "default"},
        {"products": -1},
        {"clock": {"start": "yesterday"}},
        {"clock": {"scale": 0}},
        {"clock": {"scale": -3}},
        {"clock": {"start": "1492-10-12T00:00:00Z"}},
        {"snapshot": "%%%"},
        {"unknown": 1},
        [],
    ],
    ids=json.dumps,
)
def test_a_world_that_makes_no_sense_is_refused_with_a_code_and_not_made(control: ControlClient, body: object) -> None:
    before = len(control.ask("GET", "/_elko/worlds"))
    with pytest.raises(ControlRefused) as refused:
        control.ask("POST", "/_elko/worlds", body)
    assert refused.value.status in {400, 409}
    assert refused.value.code != "unknown"
    assert len(control.ask("GET", "/_elko/worlds")) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seconds": -1},
        {"seconds": 1e300},
        {"seconds": "1"},
        {"seconds": 1, "until": "2027-01-01T00:00:00Z"},
        {"until": "2000-01-01T00:00:00Z"},
        {"until": "9999-01-01T00:00:00Z"},
        {"until": "soon"},
    ],
    ids=json.dumps,
)
def test_a_clock_that_cannot_go_there_says_so_and_stays(control: ControlClient, body: object) -> None:
    world = control.create_world(clock={"start": "2026-05-04T10:00:00Z", "frozen": True})
    with pytest.raises(ControlRefused) as refused:
        control.ask("POST", f"{world.path}/clock/advance", body)
    assert refused.value.status == 400
    assert world.clock.now().isoformat() == "2026-05-04T10:00:00+00:00"
    world.delete()


def test_idle_worlds_are_let_go() -> None:
    mock = assemble(Settings(products=20, idle_world_seconds=1))
    world = mock.worlds.create()
    time.sleep(1.1)
    mock.worlds.sweep()
    assert mock.worlds.get(world.name) is None
    assert mock.worlds.default is not None


def test_there_is_a_most_of_worlds() -> None:
    mock = assemble(Settings(products=20, max_worlds=2))
    with Live(mock) as live:
        control = ControlClient(live.url)
        control.create_world()
        with pytest.raises(ControlRefused, match="too-many-worlds"):
            control.create_world()


@pytest.mark.parametrize("end", ["delete", "reset", "restore"])
def test_what_a_world_held_is_free_at_once_without_the_collector(end: str, tmp_path: Path) -> None:
    """Which seldom looks at what has been there for long: a world with all its orders would stay for hours."""
    mock = assemble(Settings(products=60, state=tmp_path / "state"))
    send = in_process(mock)

    def control(method: str, path: str, body: bytes = b"") -> bytes:
        status, _, answered = send(method, f"/_elko/worlds{path}", {"Content-Type": "application/json"}, body)
        assert status < 300, answered
        return answered

    token = json.loads(control("POST", "", b'{"name":"shop"}'))["token"]
    snapshot = control("GET", "/shop/snapshot")
    client = Client(send, token=token)
    lines = {"lines": [{"elkoCode": LAST_PIECES, "quantity": 1}]}
    assert client.post("/Orders", lines).status == 200
    assert client.post("/Reservations", lines).status == 200
    assert client.post("/Orders", {"lines": []}).status == 400
    assert [client.get("/Catalog/Products").status for _ in range(3)] == [200] * 3
    shop = mock.worlds.get("shop")
    assert shop is not None
    held = weakref.ref(shop.trade)
    del shop
    gc.disable()
    try:
        if end == "delete":
            control("DELETE", "/shop")
        elif end == "reset":
            control("POST", "/shop/reset")
        else:
            control("PUT", "/shop/snapshot", snapshot)
        assert held() is None
    finally:
        gc.enable()
        mock.close()


def test_catalogues_that_no_world_has_any_more_are_let_go() -> None:
    """Remembered rows do not hold them: a catalogue of 100,000 products takes 100 MB."""
    mock = assemble(Settings(products=20, max_worlds=2))
    held = []
    for seed in range(60):
        world = mock.worlds.create(name="passing", seed=seed)
        held.append(weakref.ref(world.trade.catalog))
        client = Client(in_process(mock), token=world.gate.account.token or "")
        assert client.get("/Catalog/Products").status == 200
        assert client.get("/Catalog/Products").status == 200
        mock.worlds.delete("passing")
        del world
    gc.collect()
    assert sum(one() is not None for one in held) <= 17, "sixteen for worlds to come, and the default one's"


@pytest.mark.parametrize("end", ["delete", "reset", "restore"])
def test_answers_remembered_for_a_world_go_with_it(end: str) -> None:
    """So that a run that makes a world for each of its tests, or begins one anew, takes no more memory the longer it
    runs."""
    mock = assemble(Settings(products=60))
    new = mock.worlds.snapshot(mock.worlds.create(name="new").name)

    def lived(name: str) -> int:
        world = mock.worlds.create(name=name)
        client = Client(in_process(mock), token=world.gate.account.token or "")
        replies = [client.get("/Catalog/Products") for _ in range(3)]
        assert [reply.status for reply in replies] == [200] * 3
        del world
        if end == "delete":
            mock.worlds.delete(name)
        elif end == "reset":
            mock.worlds.reset(name)
        else:
            mock.worlds.restore(name, new)
        return len(replies[0].raw)

    size = lived("first")
    tracemalloc.start()
    try:
        lived("second")
        before, _ = tracemalloc.get_traced_memory()
        for number in range(20):
            lived(f"later-{number}")
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        mock.close()
    assert after - before < 10 * size, f"an answer has {size:,} bytes; {after - before:,} more are held"
