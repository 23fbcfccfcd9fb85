"""A full disk, a file or folder that may not be written to: a clear error, and nothing acknowledged is lost."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from elko_mock.server.client import ControlRefused
from tests.durability.disks import Disk, Place, Rationed, disk
from tests.durability.serving import ONE, PLENTY, Served, refused, serving
from tests.journeys.driving import Client, Form, over_one_connection, over_port

GONE = (OSError, http.client.HTTPException)
"""How a client meets a connection that was closed without an answer."""


@pytest.fixture(params=["a limit", "a disk"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place that can run out of room, without privileges and with."""
    if request.param == "a limit":
        (tmp_path / "kept").mkdir()
        yield Rationed(tmp_path / "kept")
        return
    with disk(tmp_path / "mounted", "2m") as mounted:
        yield mounted


def _until_it_is_full(client: Client) -> list[str]:
    """Orders placed until one is not answered: the numbers of those that were."""
    placed: list[str] = []
    try:
        while len(placed) < 2000:
            reply = client.post("/Orders", ONE)
            assert reply.status == 200
            placed.append(reply.data["id"])
    except GONE:
        return placed
    raise AssertionError("it never ran out of room")


def _all(client: Client) -> list[Any]:
    return [client.get(path).data for path in ("/Orders", "/Reservations", "/Cart")]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_full_disk_loses_nothing_and_acknowledges_nothing(place: Place, tmp_path: Path, form: Form) -> None:
    with serving(tmp_path, state=place.state, through=place.through) as served:
        client = served.client(form=form)
        reservation = client.post("/Reservations", {"lines": [{"elkoCode": PLENTY, "quantity": 2}]}).data
        assert client.post("/Cart/Add", {"elkoCode": PLENTY, "quantity": 3}).status == 200
        placed = [client.post("/Orders", ONE).data["id"] for _ in range(5)]
        place.fill(served)
        placed += _until_it_is_full(client)
        told = _all(client)
        assert [one["id"] for one in told[0]] == placed, "what was not kept must not be seen either"
        writes: tuple[Callable[[], object], ...] = (
            lambda: client.delete(f"/Reservations/{reservation['id']}"),
            lambda: client.put(f"/Reservations/{reservation['id']}", {"lines": [{"elkoCode": PLENTY, "quantity": 5}]}),
            lambda: client.post("/Cart/Add", {"elkoCode": PLENTY, "quantity": 1}),
            lambda: client.delete("/Cart"),
            lambda: client.post("/Token", {"username": "elko-mock", "password": "elko-mock"}),
        )
        for write in writes:
            with pytest.raises(GONE):
                write()
        client.headers["X-Elko-Fault"] = "delay=1ms"
        with pytest.raises(GONE):
            client.post("/Orders", ONE)
        del client.headers["X-Elko-Fault"]
        assert _all(client) == told
        assert client.get("/Catalog/Vendors").status == 200, "reading goes on, and with the same token"
        calls = served.control.world().journal.count()
        assert calls >= len(placed) + len(writes), "the journal has all of it, answered or not"

        place.clear(served)
        after = client.post("/Orders", ONE).data["id"]
        assert client.delete("/Cart").data["lines"] == []
        assert [one["id"] for one in client.get("/Orders").data] == [*placed, after]
        served.kill()
        assert "cannot be" in served.said
        assert "Traceback" not in served.said
    with serving(tmp_path, state=place.state, through=place.through) as served:
        again = served.client(form=form)
        assert again.token == client.token
        assert [one["id"] for one in again.get("/Orders").data] == [*placed, after]
        assert again.get("/Cart").data["lines"] == []


def test_the_control_plane_says_what_it_could_not_keep_and_undoes_it(place: Place, tmp_path: Path) -> None:
    with serving(tmp_path, state=place.state, through=place.through) as served:
        control = served.control
        there, gone = control.create_world(name="there"), control.create_world(name="gone")
        inside = Client(over_port(served.url), token=there.token)
        inside.post("/Orders", ONE)
        gone.delete()
        before = served.client()
        place.fill(served)
        _until_it_is_full(before)
        shown = _state(served)
        for method, path, body in (
            ("POST", "/_elko/worlds", {"name": "new"}),
            ("DELETE", there.path, None),
            ("POST", f"{there.path}/reset", None),
            ("PUT", f"{there.path}/snapshot", served.control.world("default").snapshot()),
            ("POST", f"{there.path}/account/addresses", {"address": "192.0.2.7"}),
            ("DELETE", f"{there.path}/account/terms", None),
            ("POST", f"{there.path}/account/token", {"secondFactor": "000000"}),
            ("DELETE", f"{there.path}/account/token", None),
            ("POST", "/__admin/reset", None),
            ("POST", f"{there.path}/clock/freeze", None),
            ("POST", f"{there.path}/clock/advance", {"seconds": 86_400}),
            ("PUT", f"{there.path}/faults", [{"operation": "getVendors", "respond": 404}]),
        ):
            with pytest.raises(ControlRefused) as said:
                control.ask(method, path, body)
            assert (said.value.status, said.value.code) == (500, "not-kept"), (method, path)
            assert "state file" in str(said.value)
            assert _state(served) == shown, (method, path)
        with pytest.raises(ControlRefused, match="duplicate-address"):
            control.ask("POST", f"{there.path}/account/addresses", {"address": "0.0.0.0/0"})
        with pytest.raises(ControlRefused, match="unknown-world"):
            control.ask("DELETE", "/_elko/worlds/nobody")
        assert inside.get("/Orders").status == 200
        calls = there.journal.count(method="POST")
        assert calls == 1, "the journal is as it was, too"

        place.clear(served)
        control.ask("POST", f"{there.path}/account/addresses", {"address": "192.0.2.7"})
        control.create_world(name="new")
        shown = _state(served)
        served.kill()
        assert "Traceback" not in served.said
    with serving(tmp_path, state=place.state, through=place.through) as served:
        assert _state(served) == shown


def _state(served: Served) -> list[Any]:
    """All of every world that the control plane and a client can see, but the time of the clocks."""
    found = []
    for one in served.control.ask("GET", "/_elko/worlds"):
        world = served.control.world(one["name"])
        clock = served.control.ask("GET", f"{world.path}/clock")
        faults = served.control.ask("GET", f"{world.path}/faults")
        days = clock["now"] // 86_400_000_000
        found.append([one["name"], world.token, world.account(), faults, clock["frozen"], days])
        found.append(_all(Client(over_port(served.url), token=world.token)))
    return found


def test_a_disk_that_is_full_at_the_end_and_at_the_start_loses_nothing(place: Place, tmp_path: Path) -> None:
    with serving(tmp_path, state=place.state, through=place.through) as served:
        client = served.client()
        placed = [client.post("/Orders", ONE).data["id"] for _ in range(5)]
        place.fill(served)
        placed += _until_it_is_full(client)
        token = served.client().token
        assert served.stop() == 0
        assert "state file" in served.said
        assert "Traceback" not in served.said
    if isinstance(place, Disk):
        # It reads, and says what it cannot do; or it says so at once. It never begins anew.
        with serving(tmp_path, state=place.state, through=place.through) as served:
            client = served.client()
            assert [one["id"] for one in client.get("/Orders").data] == placed
            with pytest.raises(GONE):
                client.post("/Orders", ONE)
            assert "the disk is full" in served.said
        place.clear(served)
    with serving(tmp_path, state=place.state, through=place.through) as served:
        client = served.client()
        assert client.token == token
        assert [one["id"] for one in client.get("/Orders").data] == placed
        assert client.post("/Orders", ONE).status == 200


def test_reading_goes_on_though_what_a_scenario_changed_cannot_be_kept(place: Place, tmp_path: Path) -> None:
    everywhere = ["0.0.0.0/0", "::/0"]
    with serving(tmp_path, state=place.state, through=place.through) as served:
        changes = [{"at_call": 4, "addresses": [*everywhere, "192.0.2.9"]}]
        world = served.control.create_world(name="changing", scenario={"limit": {"calls": 0}, "changes": changes})
        client = Client(over_port(served.url), token=world.token)
        assert client.post("/Orders", ONE).status == 200
        place.fill(served)
        _until_it_is_full(served.client())
        codes = range(9000001, 9000006)
        assert [client.get("/Catalog/Products", {"elkoCode": code}).status for code in codes] == [200] * 5
        assert world.account()["addresses"] == [*everywhere, "192.0.2.9"]
        assert "what the scenario has changed in changing is kept later" in served.said
        with pytest.raises(GONE):
            client.post("/Orders", ONE)
        place.clear(served)
        assert client.post("/Orders", ONE).status == 200
    with serving(tmp_path, state=place.state, through=place.through) as served:
        assert served.control.world("changing").account()["addresses"] == [*everywhere, "192.0.2.9"]


def test_a_snapshot_that_does_not_fit_is_put_off_and_the_calls_stay_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    place = Rationed(tmp_path / "kept")
    with serving(tmp_path, state=place.state) as served:
        client = served.client()
        with over_one_connection(served.url) as send:
            client.send = send
            large = {**ONE, "deliveryInstructions": "x" * 200_000}  # so that the world outgrows the file's log
            placed = [client.post("/Orders", large if number < 50 else ONE).data["id"] for number in range(499)]
            place.fill(served)
            placed.append(client.post("/Orders", ONE).data["id"])  # the 500th call since the last snapshot
        assert "its calls are kept one by one" in served.said
    with serving(tmp_path, state=place.state) as served:
        assert [one["id"] for one in served.client().get("/Orders").data] == placed


def test_a_disk_too_small_to_begin_on_is_said(tmp_path: Path) -> None:
    with disk(tmp_path / "mounted", "8k") as mounted:
        said = refused(tmp_path, state=mounted.state, through=mounted.through)
    assert "the disk is full" in said
