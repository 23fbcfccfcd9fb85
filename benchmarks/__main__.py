"""`python -m benchmarks`: measure, write results.json, RESULTS.md and the charts."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import curves, large, latency, machine, memory, peers, report, starting, throughput
from benchmarks.contenders import OURS, Contender, bare, ours, peer, running, start
from benchmarks.load import WrkMissing, need_wrk
from benchmarks.process import DidNotStart, Process
from benchmarks.results import Results
from benchmarks.workloads import JSON, PRODUCTS, VENDORS, Answers, ask_answers, comma, random_script

HERE = Path(__file__).parent
SECTIONS = ("throughput", "start", "memory", "large", "latency", "curves")
_JAVA_WARMS = 8
"""Seconds of load before the first round; Java needs them, the others do no worse for them."""


def main() -> int:
    """0 when all sections were measured; 2 when something needed is missing."""
    given = _arguments()
    page, data, charts = HERE / "RESULTS.md", HERE / "results.json", HERE / "charts"
    if given.render:
        report.write(Results.read(data), page, charts)
        return 0
    try:
        need_wrk()
    except WrkMissing as missing:
        print(f"benchmarks: {missing}", file=sys.stderr)
        return 2
    results = Results.read(data) if given.only and data.exists() else Results()
    _measure(results, given, given.only or SECTIONS)
    if given.dry:
        page, data, charts = given.cache / "RESULTS.md", given.cache / "results.json", given.cache / "charts"
    results.write(data)
    report.write(results, page, charts)
    print(f"written: {page}")
    return 0


def _measure(results: Results, given: argparse.Namespace, sections: tuple[str, ...]) -> None:
    quick = given.quick
    rounds, seconds = (given.rounds or (2 if quick else 5)), (1 if quick else 3)
    work = given.cache / "work"
    work.mkdir(parents=True, exist_ok=True)
    results.facts = machine.facts()
    load_before = machine.busy()
    with running(ours(), work, OURS, VENDORS) as mock:
        answers = ask_answers(mock, work / "answers")
    contenders = [Contender(OURS, "", ours(), comma(answers.same)), bare(answers), *_peers(given, answers, results)]
    results.versions = {one.name: one.version for one in contenders if one.version}
    if "throughput" in sections:
        _say("requests per second")
        _throughput(results, contenders, answers, rounds, seconds, work)
    if "start" in sections:
        _say("start")
        results.start = [one._asdict() for one in starting.measure(contenders, 1 if quick else 5, work)]
    if "memory" in sections:
        _say("memory")
        results.memory = list(_memory(contenders, answers, work, quick=quick))
    if "large" in sections:
        _say("large catalogues")
        sizes = (100, 2_300, 100_000) if quick else (100, 1_000, 2_300, 10_000, 100_000)
        catalogues, worlds = large.measure(sizes, 3 if quick else 9, work)
        results.catalogues = [one._asdict() for one in catalogues]
        results.worlds = [one._asdict() for one in worlds]
    if "latency" in sections:
        _say("latency at half the top rate")
        with running(ours(), work, OURS, VENDORS) as mock:
            top = results.rate("same read", OURS) or 10_000
            results.latency = latency.measure(mock, answers, top, rounds, 2 * seconds, work)._asdict()
    if "curves" in sections:
        _say("curves")
        results.curves = [one._asdict() for one in _curves(answers, work, seconds, quick=quick)]
    results.run = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "rounds": rounds,
        "seconds": seconds,
        "load_before": load_before,
        "load_after": machine.busy(),
    }


def _throughput(
    results: Results, contenders: list[Contender], answers: Answers, rounds: int, seconds: int, work: Path
) -> None:
    with ExitStack() as stack:
        processes: dict[str, Process] = {}
        for one in contenders:
            process = start(one.command, work, one.name)
            stack.callback(process.stop)
            try:
                process.first_good_answer(one.same, JSON)
            except DidNotStart as problem:
                results.skipped[one.name] = str(problem)
            else:
                processes[one.name] = process
        targets = {one.name: one.same for one in contenders}
        asked = throughput.cells(processes, targets, answers, work)
        throughput.warm(
            [cell for cell in asked if "WireMock" in cell.server or cell.server == "Specmatic"], _JAVA_WARMS
        )
        results.throughput = [one._asdict() for one in throughput.measure(asked, rounds, seconds)]


def _memory(contenders: list[Contender], answers: Answers, work: Path, *, quick: bool) -> Iterator[dict[str, object]]:
    marks = {OURS: (10_000, 20_000) if quick else (100_000, 1_000_000)}
    for one in contenders:
        if one.name not in (OURS, "Prism", "Mockoon", "WireMock"):
            continue
        target = "&".join(one.same.partition("?")[2].split("&")[:1])
        joint = "," if "," in target else "&elkoCode="
        lua = random_script(work, f"memory-{one.name.lower()}", answers.codes, f"{PRODUCTS}?elkoCode=", joint, 5)
        with running(one.command, work, one.name, one.same) as process:
            asked = marks.get(one.name, (10_000,) if quick else (100_000,))
            for used in memory.measure(one.name, process, "/", lua, asked, 600):
                yield used._asdict()
        print(f"  {one.name}", flush=True)


def _curves(answers: Answers, work: Path, seconds: int, *, quick: bool) -> Iterator[curves.Point]:
    rounds = 1 if quick else 3
    yield from curves.products((100, 1_000, 10_000, 100_000), rounds, seconds, work)
    yield from curves.worlds(
        (1, 10, 100, 1_000) if quick else (1, 10, 100, 1_000, 10_000), answers, rounds, seconds, work
    )
    yield from curves.journal((100, 1_000, 10_000, 100_000), answers, rounds, seconds, work)
    yield from curves.clients((1, 4, 16, 64, 256, 1_000), answers, rounds, seconds, work)


def _peers(given: argparse.Namespace, answers: Answers, results: Results) -> list[Contender]:
    if given.no_peers:
        results.skipped = dict.fromkeys(peers.NAMES, "left out by --no-peers")
        return []
    cache = given.cache / "peers"
    problem = peers.install(cache)
    if problem is not None:
        print(f"peers are left out: {problem}", file=sys.stderr)
        results.skipped = dict.fromkeys(peers.NAMES, problem)
        return []
    found = []
    for one in peers.prepare(cache, answers):
        if isinstance(one, peers.Peer):
            found.append(peer(one, answers))
        else:
            print(f"{one[0]} is left out: {one[1]}", file=sys.stderr)
            results.skipped[one[0]] = one[1]
    return found


def _say(section: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {section}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds: a look, no figures to keep")
    parser.add_argument("--rounds", type=int, help="rounds; 5 unless told otherwise")
    parser.add_argument(
        "--only", type=lambda text: tuple(text.split(",")), help=f"sections, joined by commas: {', '.join(SECTIONS)}"
    )
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")
    parser.add_argument(
        "--dry", action="store_true", help="write the page into the cache folder, not over the kept one"
    )
    parser.add_argument("--render", action="store_true", help="make the page of the last run anew, measure nothing")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="folder for peers, scripts and logs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
