"""Curves: how cost grows with products, worlds, the journal's length and concurrent clients."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson

from benchmarks.contenders import OURS, ours, running
from benchmarks.load import Found, load, script
from benchmarks.process import Process
from benchmarks.workloads import JSON, PRODUCTS, VENDORS, Answers, comma, plain_script, random_script

_TOKENS = """
local heads = {}
for token in io.lines("%s") do
  heads[#heads + 1] = {["Authorization"] = "Bearer " .. token, ["Accept"] = "application/json"}
end
math.randomseed(3)
request = function()
  return wrk.format("GET", "%s", heads[math.random(#heads)])
end
"""


class Point(NamedTuple):
    """A place on a curve."""

    curve: str
    line: str
    at: int
    rate: float
    """Requests per second."""
    p50: float
    """Microseconds."""
    p99: float
    memory: float
    """MB."""


def products(sizes: Sequence[int], rounds: int, seconds: int, work: Path) -> list[Point]:
    """A read of twenty codes, the same and ever new ones, over ever more products."""
    found = []
    for size in sizes:
        with running(ours("--products", str(size)), work, f"{OURS}-{size}", VENDORS) as mock:
            codes = tuple(row["elkoCode"] for row in orjson.loads(mock.get(PRODUCTS, JSON)[1]))
            same = codes[:: max(1, len(codes) // 20)][:20]
            random = random_script(work, f"random-{size}", codes, f"{PRODUCTS}?elkoCode=", ",", 1)
            found.append(_point("products", "same read", size, mock, comma(same), plain_script(work), rounds, seconds))
            found.append(_point("products", "new read", size, mock, "/", random, rounds, seconds))
    return found


def worlds(counts: Sequence[int], answers: Answers, rounds: int, seconds: int, work: Path) -> list[Point]:
    """The same read, each call in another world."""
    found = []
    with running(ours("--max-worlds", str(max(counts) + 1)), work, f"{OURS}-worlds", VENDORS) as mock:
        tokens: list[str] = []
        listed = work / "tokens.txt"
        for count in counts:
            while len(tokens) < count:
                made = mock.ask("POST", "/_elko/worlds", {"Content-Type": "application/json"}, b"{}")[1]
                tokens.append(orjson.loads(made)["token"])
            listed.write_text("\n".join(tokens), encoding="ascii")
            lua = script(work, "worlds", _TOKENS % (listed, comma(answers.same)))
            found.append(_point("worlds", "same read", count, mock, "/", lua, rounds, seconds))
    return found


def journal(lengths: Sequence[int], answers: Answers, rounds: int, seconds: int, work: Path) -> list[Point]:
    """The same read with ever longer journals, filled before."""
    found = []
    for length in lengths:
        flags = ("--journal-exchanges", str(length), "--journal-bytes", "1000000000000")
        with running(ours(*flags), work, f"{OURS}-journal", VENDORS) as mock:
            lua, filled = plain_script(work), 0
            while filled < length:
                filled += load(mock, VENDORS, JSON, lua, seconds=2).requests
            found.append(_point("journal", "same read", length, mock, comma(answers.same), lua, rounds, seconds))
    return found


def clients(counts: Sequence[int], answers: Answers, rounds: int, seconds: int, work: Path) -> list[Point]:
    """The same read from ever more connections at once."""
    with running(ours(), work, f"{OURS}-clients", VENDORS) as mock:
        lua = plain_script(work)
        return [
            _point("clients", "same read", count, mock, comma(answers.same), lua, rounds, seconds, connections=count)
            for count in counts
        ]


def _point(
    curve: str,
    line: str,
    at: int,
    mock: Process,
    target: str,
    lua: Path,
    rounds: int,
    seconds: int,
    *,
    connections: int = 16,
) -> Point:
    runs: list[Found] = [
        load(mock, target, JSON, lua, seconds=seconds, connections=connections) for _ in range(rounds + 1)
    ][1:]
    return Point(
        curve,
        line,
        at,
        median(one.rate for one in runs),
        median(one.p50 for one in runs),
        median(one.p99 for one in runs),
        mock.memory(),
    )
