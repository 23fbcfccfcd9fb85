"""Killed at any moment: nothing that was acknowledged is missing afterwards, and nothing half done shows."""

import hashlib
import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path

from tests.durability.crowd import Crowd
from tests.durability.ledger import STOCK, Ledger, Seen, Told, described
from tests.durability.serving import Served
from tests.journeys.driving import Client, Form, over_port

KILLS = int(os.environ.get("CRASHES", "6"))
"""How often it is killed; CI sets 200."""
SEED = os.environ.get("CRASHES_SEED") or f"{time.time_ns():x}"
KINDS = {"under load": 8, "while it writes most": 6, "while it stops": 4, "while it starts": 2, "idle": 1}
CLIENTS = 4


def test_nothing_acknowledged_is_lost_when_it_is_killed_at_any_moment(tmp_path: Path) -> None:
    try:
        told = _kill_and_look(tmp_path)
    except BaseException as problem:
        problem.add_note(f"to have the same choices again: CRASHES={KILLS} CRASHES_SEED={SEED}")
        raise
    sys.stdout.write(f"{KILLS} kills, seed {SEED}: {described(told)}\n")
    for what in ("Placing", "Cancelling", "Reserving", "Becoming"):
        assert told[f"{what} acknowledged"]


def _kill_and_look(folder: Path) -> Counter[str]:
    chance = random.Random(SEED)
    deck = (KILLS // sum(KINDS.values()) + 1) * [kind for kind, count in KINDS.items() for _ in range(count)]
    kinds = [*KINDS, *chance.sample(deck, len(deck))][:KILLS]
    shared = [Ledger("default", Told("")), Ledger("shared", None)]
    homes = [Ledger(f"home-{number}", None) for number in range(CLIENTS)]
    passing = Ledger("passing", None)
    ledgers = [*shared, *homes, passing]
    counts: Counter[str] = Counter()
    usual_start = 1.0
    for number, kind in enumerate(kinds):
        served = Served(folder)
        try:
            if kind == "while it starts" and number > 1:
                time.sleep(chance.uniform(0.0, usual_start))
            else:
                assert served.url
                usual_start = time.monotonic() - served.started
                _judge(served, ledgers, "json" if number % 2 else "xml")
                _begin_anew(served, shared, chance)
                _kill(served, kind, shared, homes, passing, f"{SEED}/{number}")
        finally:
            served.kill()
        counts[f"kills {kind}"] += 1
        _look_into_the_file(folder, folder / "copied")
        assert not served.said
    for end in (signal.SIGTERM, signal.SIGKILL):
        served = Served(folder)
        try:
            _judge(served, ledgers, "json")
            served.process.send_signal(end)
            assert served.process.wait(timeout=30) in {0, -signal.SIGKILL}
        finally:
            served.kill()
        _look_into_the_file(folder, folder / "copied")
    for ledger in ledgers:
        counts += ledger.outcomes
    return counts


def _kill(served: Served, kind: str, shared: list[Ledger], homes: list[Ledger], passing: Ledger, seed: str) -> None:
    chance = random.Random(seed)
    if kind == "idle":
        time.sleep(chance.uniform(0.0, 0.1))
        served.kill()
        return
    crowd = Crowd(served.url, shared, homes, passing if kind == "while it writes most" else None, seed)
    try:
        time.sleep(chance.uniform(0.02, 0.4))
        if kind == "while it stops":
            served.process.send_signal(signal.SIGTERM)
            # It hears of it within a tenth of a second, and gives what is under way half a second.
            time.sleep(chance.uniform(0.0, chance.choice((0.05, 0.2, 0.8))))
    finally:
        served.kill()
    crowd.join()


def _begin_anew(served: Served, shared: list[Ledger], chance: random.Random) -> None:
    """Now and then, so that worlds neither sell out nor grow without end."""
    for ledger in shared:
        if ledger.told is None:
            ledger.told = Told(served.control.create_world(name=ledger.world).token)
        elif chance.random() < 0.15:
            ledger.told = Told(served.control.ask("POST", f"/_elko/worlds/{ledger.world}/reset")["token"])


def _judge(served: Served, ledgers: list[Ledger], form: Form) -> None:
    there = {one["name"] for one in served.control.ask("GET", "/_elko/worlds")}
    assert there <= {ledger.world for ledger in ledgers}
    for ledger in ledgers:
        name = ledger.world
        ledger.judge(name in there, lambda name=name: _look(served, name, form))  # type: ignore[misc]
        for token in ledger.told.dead[-1:] if ledger.told is not None else ():
            assert Client(over_port(served.url), token=token).get("/Catalog/Vendors").status == 403


def _look(served: Served, name: str, form: Form) -> Seen:
    """Accepts the terms, if they are not, to be let in."""
    control, world = served.control, served.control.world(name)
    account = world.account()
    if not account["termsAccepted"]:
        control.ask("PUT", f"{world.path}/account/terms")
    client = Client(over_port(served.url), form, token=world.token)
    codes = {"elkoCodes": ",".join(map(str, STOCK))}
    stock = client.get("/Catalog/AvailabilityAndPrice/Availability", codes).data
    return Seen(
        token=world.token,
        orders=client.get("/Orders").data,
        reservations=client.get("/Reservations").data,
        cart=client.get("/Cart").data,
        stock={row["productId"]: int(row["stockQuantity"]) for row in stock},
        terms=account["termsAccepted"],
        addresses=tuple(account["addresses"]),
        faults=tuple(rule["name"] for rule in control.ask("GET", f"{world.path}/faults")),
        at=control.ask("GET", f"{world.path}/clock")["now"],
    )


def _look_into_the_file(folder: Path, copied: Path) -> None:
    """It is whole as it was left, without any help of the mock, and so is each thing in it."""
    copied.mkdir(exist_ok=True)
    for one in copied.iterdir():
        one.unlink()
    for one in folder.glob("state.db*"):
        (copied / one.name).write_bytes(one.read_bytes())
    database = sqlite3.connect(copied / "state.db")
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        worlds = dict(database.execute("SELECT name, snapshot FROM worlds"))
        for snapshot in worlds.values():
            head, _, rest = snapshot.partition(b"\n")
            assert json.loads(head)["sha256"] == hashlib.sha256(rest[:-1]).hexdigest()
        strangers = {world for (world,) in database.execute("SELECT DISTINCT world FROM calls")} - worlds.keys()
        assert not strangers, f"calls of worlds that are not there: {strangers}"
    finally:
        database.close()
