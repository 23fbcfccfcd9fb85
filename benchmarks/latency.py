"""Latency at half of the top rate: calls at random moments, on many connections."""

from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.load import Found, load, script
from benchmarks.process import Process
from benchmarks.workloads import JSON, Answers, comma

_CONNECTIONS = 64
_WAITING = """
function init(arguments)
  mean = tonumber(arguments[1])
  math.randomseed(7)
end
function delay()
  return math.floor(-math.log(1 - math.random()) * mean + 0.5)
end
"""


class Latency(NamedTuple):
    """Medians of the rounds; microseconds."""

    wanted: float
    """Requests per second."""
    rate: float
    p50: float
    p99: float


def measure(mock: Process, answers: Answers, top: float, rounds: int, seconds: int, scripts: Path) -> Latency:
    """`top`: the rate of the same read with nothing held back."""
    lua, target, wanted = script(scripts, "waiting", _WAITING), comma(answers.same), top / 2
    runs: list[Found] = []
    mean = _CONNECTIONS / wanted * 1000
    for number in range(rounds + 1):
        one = load(mock, target, JSON, lua, seconds=seconds, connections=_CONNECTIONS, arguments=(f"{mean:.3f}",))
        # What a call itself takes comes on top of the wait: the first rounds find the wait that gives the wanted rate.
        mean *= one.rate / wanted
        if number:
            runs.append(one)
    return Latency(
        wanted,
        median(one.rate for one in runs),
        median(one.p50 for one in runs),
        median(one.p99 for one in runs),
    )
