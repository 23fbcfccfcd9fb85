"""Requests per second, side by side: every round asks each server in turn, so that a noisy moment meets all alike."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson

from benchmarks.contenders import BARE, OURS
from benchmarks.load import Found, load
from benchmarks.process import Process
from benchmarks.workloads import (
    JSON,
    ORDER,
    ORDERS,
    PRODUCTS,
    XML,
    Answers,
    comma,
    order_xml,
    plain_script,
    post_script,
    random_script,
)

PRISM = "Prism"
RESET = "/_elko/worlds/default/reset"


class Cell(NamedTuple):
    """One case of one server."""

    case: str
    server: str
    process: Process
    target: str
    headers: Mapping[str, str]
    lua: Path
    connections: int = 16
    resets: bool = False
    """Whether the world begins anew before each round, so that each places its orders into an empty one."""


class Figure(NamedTuple):
    """The medians of a cell's rounds."""

    case: str
    server: str
    rate: float
    cpu: float
    p50: float
    p99: float
    spread: float
    """Largest rate over smallest."""


def cells(processes: Mapping[str, Process], targets: Mapping[str, str], answers: Answers, scripts: Path) -> list[Cell]:
    """What is asked of whom. `targets`: by server, its way of asking for the same twenty."""
    mock, bare = processes[OURS], processes[BARE]
    plain = plain_script(scripts)
    random = random_script(scripts, "random", answers.codes, f"{PRODUCTS}?elkoCode=", ",", 1)
    bare_random = random_script(scripts, "bare-random", answers.codes, "/anew?elkoCode=", ",", 1)
    same = comma(answers.same)
    found = [
        Cell("same read", OURS, mock, same, JSON, plain),
        Cell("same read, XML", OURS, mock, same, XML, plain),
        Cell("same read", f"{BARE}, ready bytes", bare, "/ready/same.json", JSON, plain),
        Cell("same read", f"{BARE}, orjson", bare, "/anew/same", JSON, plain),
        Cell("same read, XML", f"{BARE}, ready bytes", bare, "/ready/same.xml", XML, plain),
        *(
            Cell("same read", name, process, targets[name], JSON, plain)
            for name, process in processes.items()
            if name not in (OURS, BARE)
        ),
        Cell("new read", OURS, mock, "/", JSON, random),
        Cell("new read", f"{BARE}, orjson", bare, "/", JSON, bare_random),
    ]
    if PRISM in processes:
        spread = random_script(scripts, "random-repeated", answers.codes, f"{PRODUCTS}?elkoCode=", "&elkoCode=", 1)
        found += [
            Cell("new read, codes repeated", OURS, mock, "/", JSON, spread),
            Cell("new read, codes repeated", PRISM, processes[PRISM], "/", JSON, spread),
        ]
    as_json = post_script(scripts, "order-json", orjson.dumps(ORDER))
    as_xml = post_script(scripts, "order-xml", order_xml())
    json_in, xml_in = {**JSON, "Content-Type": "application/json"}, {**XML, "Content-Type": "application/xml"}
    found += [
        Cell("order", OURS, mock, ORDERS, json_in, as_json, resets=True),
        Cell("order, XML", OURS, mock, ORDERS, xml_in, as_xml, resets=True),
    ]
    if PRISM in processes:
        found.append(Cell("order", PRISM, processes[PRISM], ORDERS, json_in, as_json))
    for form, headers in (("JSON", JSON), ("XML", XML)):
        ready = f"/ready/full.{form.lower()}"
        found += [
            Cell(f"full catalogue, {form}", OURS, mock, PRODUCTS, headers, plain, connections=2),
            Cell(f"full catalogue, {form}", f"{BARE}, ready bytes", bare, ready, headers, plain, connections=2),
        ]
    return found


def warm(asked: Sequence[Cell], seconds: int) -> None:
    """Load that does not count."""
    for cell in asked:
        load(cell.process, cell.target, cell.headers, cell.lua, seconds=seconds, connections=cell.connections)


def measure(asked: Sequence[Cell], rounds: int, seconds: int) -> list[Figure]:
    """So many rounds, each cell in turn while the other servers stand still; the first, short one warms up."""
    found: dict[tuple[str, str], list[Found]] = {}
    servers = {cell.process for cell in asked}
    for number in range(rounds + 1):
        for cell in asked:
            with ExitStack() as others:
                for process in servers - {cell.process}:
                    others.enter_context(process.standing_still())
                if cell.resets:
                    cell.process.ask("POST", RESET, JSON)
                one = load(
                    cell.process,
                    cell.target,
                    cell.headers,
                    cell.lua,
                    seconds=seconds if number else max(1, seconds // 2),
                    connections=cell.connections,
                )
            if number:
                found.setdefault((cell.case, cell.server), []).append(one)
        print(f"  round {number} of {rounds}", flush=True)
    return [
        Figure(
            case,
            server,
            median(one.rate for one in runs),
            median(one.cpu for one in runs),
            median(one.p50 for one in runs),
            median(one.p99 for one in runs),
            max(one.rate for one in runs) / min(one.rate for one in runs),
        )
        for (case, server), runs in found.items()
    ]
