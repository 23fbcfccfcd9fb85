"""Snapshots: a whole world to bytes and back, or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR, MINUTE, SECOND
from elko_mock.faults.kinds import Delay, Respond
from elko_mock.faults.plan import Moment, Rule
from elko_mock.gate.gate import Change
from elko_mock.gate.throttle import Limit
from elko_mock.scenario.loader import bundled, load
from elko_mock.scenario.model import ClockStart, Scenario
from elko_mock.trade.catalog import Catalog
from elko_mock.world.catalogs import Catalogs
from elko_mock.world.seeding import Soil, seeded
from elko_mock.world.snapshot import FORMAT, SnapshotProblem, restored, snapshot
from elko_mock.world.world import World
from elko_mock.world.worlds import NoRoom, UnknownWorld, Worlds

T = 1_772_438_400 * SECOND
SCENARIO = Scenario(
    name="busy",
    products=40,
    clock=ClockStart(T, frozen=True),
    limit=Limit(5),
    changes=(Change(at_call=4, replace_token=True), Change(after=HOUR, addresses=("192.0.2.0/24",))),
    faults=(
        Rule((Respond(503),), probability=0.4, operations=("get*",)),
        Rule((Delay("lognormal", 0, SECOND, 1000, 0.5),), until=Moment(after=DAY)),
    ),
)
SOIL = Soil()
CODES = [9000001, 9000004, 9000005, 9000006, 9000007, 9000019]

Step = tuple[str, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["call", "order", "reserve", "cart", "kit", "cancel", "advance", "strike", "rule", "token", "no"]
        ),
        st.integers(0, 20),
    ),
    max_size=25,
)


def walk(world: World, some: list[Step]) -> list[Any]:  # noqa: PLR0912 - one branch a verb
    """Live through some steps; all that the world said."""
    said: list[Any] = []
    for verb, figure in some:
        now = world.clock.now()
        line = {"elkoCode": CODES[figure % len(CODES)], "quantity": figure % 4 + 1}
        match verb:
            case "call":
                said.append(world.gate.admit(now, "127.0.0.1"))
            case "order":
                said.append(world.trade.place_order(now, {"lines": [line]}))
            case "reserve":
                said.append(world.trade.reserve(now, {"lines": [line], "allOrNothing": False}))
            case "cart":
                said.append(world.trade.add_to_cart(now, line))
            case "kit":
                said.append(world.trade.add_kit(now, {"kitId": 9000007, "quantity": 1, "selectedOptions": None}))
            case "cancel":
                for order in world.trade.orders(now)[:1]:
                    said.append(world.trade.cancel_order(now, order["id"]))
            case "advance":
                world.clock.advance(figure * 3 * HOUR)
            case "strike":
                said.append(world.faults.decide(now, "getProducts"))
            case "rule":
                said.append(world.faults.add(Rule((Respond(500 + figure),), every=2)))
            case "token":
                said.append(world.gate.account.create_token("000000"))
            case _:
                world.refusals[f"reason-{figure}"] += 1
    return said


@settings(max_examples=60)
@given(steps, steps)
def test_restored_byte_for_byte_and_it_goes_on_the_same(before: list[Step], after: list[Step]) -> None:
    world = seeded("a", SCENARIO, SOIL)
    walk(world, before)
    saved = snapshot(world)
    twin = restored(saved, SOIL)
    assert snapshot(twin) == saved
    assert twin.name == "a"
    assert twin.gate.account.token == world.gate.account.token
    assert walk(twin, after) == walk(world, after)
    assert snapshot(twin) == snapshot(world)


@pytest.mark.parametrize("name", bundled())
def test_worlds_of_every_bundled_scenario_can_be_saved(name: str) -> None:
    scenario = load(name)
    frozen = replace(scenario, products=min(scenario.products, 50), clock=ClockStart(T, frozen=True))
    world = seeded("a", frozen, SOIL)
    walk(world, [("call", 0), ("order", 1), ("advance", 9), ("strike", 0)])
    saved = snapshot(world)
    twin = restored(saved, SOIL)
    assert snapshot(twin) == saved
    assert twin.scenario == world.scenario


def test_a_running_clock_goes_on_from_where_it_was() -> None:
    machine = [T]
    soil = Soil(wall=lambda: machine[0])
    world = seeded("a", Scenario(products=3, clock=ClockStart(scale=2)), soil)
    machine[0] += MINUTE
    saved = snapshot(world)
    machine[0] += DAY
    twin = restored(saved, soil)
    assert snapshot(twin) == saved
    assert twin.clock.now() == T + 2 * MINUTE
    machine[0] += 5
    assert twin.clock.now() == T + 2 * MINUTE + 10
    assert twin.opened == T


def test_the_journal_stays_behind() -> None:
    """What clients sent may be personal; it has an export of its own."""
    world = seeded("a", SCENARIO, SOIL)
    before = snapshot(world)
    world.journal.next_number()
    assert snapshot(world) == before
    assert restored(before, SOIL).journal.count == 0


def test_no_token_or_live_looking_secret_is_in_it() -> None:
    world = seeded("a", SCENARIO, SOIL)
    assert b"eyJ" not in snapshot(world)


def test_restored_in_place_for_everyone_who_holds_the_world() -> None:
    worlds = Worlds(SCENARIO)
    world = worlds.create("a")
    walk(world, [("order", 1), ("token", 0)])
    saved = worlds.snapshot("a")
    walk(world, [("order", 2), ("token", 0), ("advance", 3)])
    assert worlds.restore("a", saved) is world
    assert worlds.snapshot("a") == saved
    assert worlds.get("a") is world


def test_a_new_world_of_a_snapshot_has_a_user_and_a_token_of_its_own() -> None:
    worlds = Worlds(SCENARIO)
    walk(worlds.default, [("order", 1), ("token", 0)])
    saved = worlds.snapshot("default")
    one, other = worlds.create_from_snapshot(saved), worlds.create_from_snapshot(saved, "b")
    assert (one.name, other.name) == ("w1", "b")
    assert len({world.gate.account.token for world in worlds}) == 3
    assert one.gate.account.settings.username == "elko-mock+w1"
    assert one.trade.orders(T) == other.trade.orders(T) == worlds.default.trade.orders(T) != []
    walk(one, [("order", 0)])
    assert len(other.trade.orders(T)) == 1
    worlds.delete("b")
    assert worlds.restore("w1", saved).gate.account.settings.username == "elko-mock+w1"


def test_snapshots_find_no_room_and_no_world_like_anything_else() -> None:
    worlds = Worlds(SCENARIO, most=1)
    saved = worlds.snapshot("default")
    with pytest.raises(NoRoom):
        worlds.create_from_snapshot(saved)
    with pytest.raises(UnknownWorld):
        worlds.restore("a", saved)


SAVED = snapshot(seeded("a", SCENARIO, SOIL))


def refused(data: bytes, worlds: Worlds | None = None) -> str:
    """Why; and nothing has changed."""
    worlds = worlds or Worlds(SCENARIO)
    world = worlds.create("a")
    before, names = worlds.snapshot("a"), [one.name for one in worlds]
    with pytest.raises(SnapshotProblem) as caught:
        worlds.restore("a", data)
    with pytest.raises(SnapshotProblem):
        worlds.create_from_snapshot(data, "b")
    assert worlds.snapshot("a") == before
    assert worlds.get("a") is world
    assert [one.name for one in worlds] == names
    return str(caught.value)


def resealed(change: Callable[[dict[str, Any]], object], of: bytes | None = None) -> bytes:
    """The snapshot with its state changed and its checksum right."""
    state = orjson.loads((of or SAVED).partition(b"\n")[2])
    change(state)
    body = orjson.dumps(state, option=orjson.OPT_SORT_KEYS)
    head = {"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()}
    return orjson.dumps(head) + b"\n" + body + b"\n"


def test_resealed_without_a_change_it_is_the_same() -> None:
    assert restored(resealed(lambda state: None), SOIL).name == "a"


@given(st.integers(0, len(SAVED) - 1))
def test_cut_short_anywhere(length: int) -> None:
    with pytest.raises(SnapshotProblem, match=r"cut short|no snapshot"):
        restored(SAVED[:length], SOIL)


@given(st.integers(0, len(SAVED) - 1), st.integers(1, 255))
def test_damaged_anywhere(place: int, flip: int) -> None:
    damaged = bytearray(SAVED)
    damaged[place] ^= flip
    with pytest.raises(SnapshotProblem):
        restored(bytes(damaged), SOIL)


@given(st.binary(max_size=200))
def test_garbage(data: bytes) -> None:
    with pytest.raises(SnapshotProblem):
        restored(data, SOIL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is no snapshot of a world"),
        (b"[]\n", "this is no snapshot of a world"),
        (b'{"format":1}\n{}\n', "this is no snapshot of a world"),
        (
            SAVED.replace(b"elko-mock-world/1", b"elko-mock-world/2"),
            "elko-mock-world/2, this version reads elko-mock-world/1",
        ),
        (SAVED[:-1], "cut short"),
        (SAVED.partition(b"\n")[0], "cut short"),
        (SAVED.replace(b'"calls":0', b'"calls":1'), "its checksum does not fit"),
        (SAVED + b"\n", "its checksum does not fit"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, message: str) -> None:
    assert message in refused(data)


def drop(*path: str) -> Callable[[dict[str, Any]], object]:
    def change(state: dict[str, Any]) -> None:
        for key in path[:-1]:
            state = state[key]
        del state[path[-1]]

    return change


def put(value: Any, *path: str) -> Callable[[dict[str, Any]], object]:
    def change(state: dict[str, Any]) -> None:
        for key in path[:-1]:
            state = state[key]
        state[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop("gate"), "does not fit together: 'gate' is missing"),
        (drop("gate", "throttle", "latest"), "'latest' is missing"),
        (put([], "gate", "account"), "does not fit together"),
        (put(["nonsense"], "gate", "account", "addresses"), "is no IP address"),
        (put("x", "opened"), "does not fit together"),
        (put(None, "clock", "now"), "does not fit together"),
        (put(-1, "clock", "now"), "between 1970-01-01 and 2100-01-01"),
        (put(0, "clock", "scale"), "scale"),
        (put({}, "trade"), "no snapshot of a trade"),
        (put({"x": 1}, "document"), "the snapshot's scenario has mistakes: x: there is no key 'x'"),
        (put("another", "catalog"), "over another catalogue"),
        (put([{}], "faults", "rules"), "a fault rule in the snapshot has mistakes"),
        (put([], "faults", "progress"), "does not fit together"),
        (put([[1, 1, 1], [0, 0]], "faults", "progress"), "does not fit together"),
        (put([1], "refusals"), "does not fit together"),
        (put({"a": "x"}, "refusals"), "does not fit together"),
    ],
)
def test_state_that_does_not_fit_together(change: Callable[[dict[str, Any]], object], message: str) -> None:
    assert message in refused(resealed(change))


def test_a_state_that_is_no_state() -> None:
    for body in (b"[]", b"nonsense", b""):
        head = orjson.dumps({"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()})
        assert "holds no state" in refused(head + b"\n" + body + b"\n")


def test_a_catalogue_file_that_has_changed_since(tmp_path: Path) -> None:
    file = tmp_path / "goods"
    file.write_text("3", encoding="utf-8")

    def reader(path: Path) -> Catalog:
        return Catalog.generate(0, int(path.read_text(encoding="utf-8")))

    soil = Soil(Catalogs(reader))
    own = replace(SCENARIO, catalog=file)
    saved = snapshot(seeded("a", own, soil))
    assert snapshot(restored(saved, soil)) == saved
    file.write_text("14", encoding="utf-8")
    with pytest.raises(SnapshotProblem, match="its file has changed since"):
        restored(saved, soil)
    file.unlink()
    with pytest.raises(SnapshotProblem, match="cannot be read"):
        restored(saved, soil)


@pytest.mark.parametrize("there", [True, False])
def test_a_snapshot_from_outside_does_not_make_it_read_a_file(tmp_path: Path, there: bool) -> None:
    named, secret = tmp_path / "goods", tmp_path / "secret"
    named.write_text("3", encoding="utf-8")
    if there:
        secret.write_text("hunter2", encoding="utf-8")
    read: list[Path] = []

    def catalogue(path: Path) -> Catalog:
        read.append(path)
        return Catalog.generate(count=int(path.read_text("utf-8")))

    soil = Soil(catalogs=Catalogs(catalogue))
    taken = snapshot(seeded("shop", replace(SCENARIO, catalog=named), soil))
    assert len(restored(taken, soil).trade.catalog) == 3
    with pytest.raises(SnapshotProblem, match="secret, which no scenario here has named"):
        restored(resealed(lambda state: None, of=taken.replace(bytes(named), bytes(secret))), soil)
    other = Soil(catalogs=Catalogs(catalogue))
    with pytest.raises(SnapshotProblem, match="goods, which no scenario here has named"):
        restored(taken, other)
    assert len(restored(taken, other, trusted=True).trade.catalog) == 3
    assert set(read) == {named}
