"""Snapshots: a whole world as bytes, and back byte for byte.

A line of JSON that names format and checksum, then a line of JSON with the state. The journal is not in it: it holds
what clients sent, and has an export of its own that hides what is personal.
"""

import hashlib
from collections import Counter
from typing import Any

import orjson

from elko_mock.clock import WorldClock
from elko_mock.faults.plan import FaultPlan, Rule
from elko_mock.faults.reading import read_rule, write_rule
from elko_mock.gate.gate import Gate
from elko_mock.scenario.document import apply, read_document, write_scenario
from elko_mock.scenario.model import Scenario
from elko_mock.trade.snapshot import SnapshotProblem as TradeSnapshotProblem
from elko_mock.trade.trade import Trade
from elko_mock.world.seeding import Soil, account_settings
from elko_mock.world.world import World

FORMAT = "elko-mock-world/1"
"""Stands in every snapshot, so that a reader of another version can say so."""
_SORTED = orjson.OPT_SORT_KEYS


class SnapshotProblem(ValueError):
    """Bytes that are no snapshot this version can restore; the message says why. Nothing was changed."""


def snapshot(world: World) -> bytes:
    """The world's state: equal worlds give equal bytes."""
    clock = world.clock
    state = {
        "name": world.name,
        "scenario": world.scenario.name,
        "document": write_scenario(world.scenario),
        "catalog": world.trade.catalog.identity,
        "opened": world.opened,
        "clock": {"now": clock.now(), "frozen": clock.frozen, "scale": clock.scale},
        "gate": world.gate.snapshot(),
        "trade": world.trade.snapshot(),
        "faults": {"rules": [write_rule(rule) for rule in world.faults.rules], "progress": world.faults.progress()},
        "refusals": dict(world.refusals),
    }
    body = orjson.dumps(state, option=_SORTED)
    head = orjson.dumps({"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()}, option=_SORTED)
    return head + b"\n" + body + b"\n"


def restored(data: bytes, soil: Soil, name: str | None = None, *, trusted: bool = False) -> World:
    """A world in the state of a snapshot, with an empty journal, under the snapshot's name or another one (its user and
    tokens follow the name). `trusted`: the bytes are the mock's own; others cannot make it read a file that no scenario
    here has named. Raises SnapshotProblem."""
    state = _state(data)
    try:
        return _world(state, soil, name, trusted=trusted)
    except SnapshotProblem:
        raise
    except TradeSnapshotProblem as wrong:
        raise SnapshotProblem(str(wrong)) from None
    except KeyError as missing:
        raise SnapshotProblem(f"the snapshot's state does not fit together: {missing} is missing") from None
    except (TypeError, ValueError, AttributeError, IndexError, OverflowError) as wrong:
        raise SnapshotProblem(f"the snapshot's state does not fit together: {wrong}") from None


def _state(data: bytes) -> dict[str, Any]:
    head_line, newline, rest = data.partition(b"\n")
    try:
        head = orjson.loads(head_line)
    except orjson.JSONDecodeError:
        head = None
    if not isinstance(head, dict) or not str(head.get("format", "")).startswith("elko-mock-world/"):
        raise SnapshotProblem("this is no snapshot of a world")
    if head["format"] != FORMAT:
        raise SnapshotProblem(f"the snapshot's format is {head['format']}, this version reads {FORMAT}")
    if not newline or not rest.endswith(b"\n"):
        raise SnapshotProblem("the snapshot is cut short")
    body = rest[:-1]
    if hashlib.sha256(body).hexdigest() != head.get("sha256"):
        raise SnapshotProblem("the snapshot is damaged: its checksum does not fit")
    try:
        state = orjson.loads(body)
    except orjson.JSONDecodeError:
        state = None
    if not isinstance(state, dict):
        raise SnapshotProblem("the snapshot holds no state")
    return state


def _world(state: dict[str, Any], soil: Soil, name: str | None, *, trusted: bool) -> World:
    name = str(state["name"]) if name is None else name
    scenario = _scenario(state)
    file = scenario.catalog
    if file is not None and not trusted and not soil.catalogs.knows(file):
        raise SnapshotProblem(
            f"the snapshot's catalogue is the file {file}, which no scenario here has named; serve with --catalog, or "
            "with a scenario that names it"
        )
    catalog = soil.catalogs.of(scenario)
    if catalog.identity != state["catalog"]:
        raise SnapshotProblem("the snapshot was taken over another catalogue: its file has changed since")
    opened = int(state["opened"])
    at = state["clock"]
    world = World(
        name,
        scenario,
        opened=opened,
        clock=WorldClock(int(at["now"]), frozen=bool(at["frozen"]), scale=float(at["scale"]), source=soil.wall),
        gate=Gate.restore(account_settings(scenario, name), scenario.limit, state["gate"]),
        trade=Trade.restore(catalog, state["trade"]),
        faults=FaultPlan.resumed(
            [_rule(data) for data in state["faults"]["rules"]],
            state["faults"]["progress"],
            seed=scenario.seed,
            opened=opened,
        ),
        journal=soil.journal(),
        salt=soil.salt,
    )
    world.refusals = Counter({str(reason): int(count) for reason, count in state["refusals"].items()})
    return world


def _scenario(state: dict[str, Any]) -> Scenario:
    given, problems = read_document(state["document"])
    if given is None:
        raise SnapshotProblem(f"the snapshot's scenario has mistakes: {problems[0]}")
    return apply(given, Scenario(), str(state["scenario"]))


def _rule(data: Any) -> Rule:
    rule = read_rule(data)
    if not isinstance(rule, Rule):
        raise SnapshotProblem(f"a fault rule in the snapshot has mistakes: {rule[0]}")
    return rule
