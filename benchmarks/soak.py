"""`python -m benchmarks.soak`: mixed traffic for a long time; memory and latency have to stay where they are."""

import argparse
import json
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

import orjson

from benchmarks import machine, report, soak_page
from benchmarks.contenders import OURS, ours, running
from benchmarks.process import Process
from benchmarks.results import Results
from benchmarks.steadiness import Verdict, judge
from benchmarks.traffic import Book, Lane, Pace
from benchmarks.workloads import JSON, PRODUCTS, VENDORS

HERE = Path(__file__).parent
_LANES = 12
_MOST_SHOWN = 10
"""Wrong answers that are printed."""


class Sample(NamedTuple):
    """What was measured in one stretch of time."""

    at: float
    """Seconds since the warm-up ended; before that, negative."""
    memory: float
    """Resident MB."""
    files: int
    """Open ones, connections included."""
    p50: float
    """Milliseconds from sending to the last byte, whole catalogues left out."""
    p99: float
    processor: float
    """Milliseconds of the server's processor time for each request: what others do on the machine hardly moves it."""
    requests: int
    wrong: int
    """Answers that were not what was to be answered, or none."""
    kept: float
    """MB of the state file and its log."""


def main() -> int:
    """0 when all stayed flat and every answer was right, 1 when not, 2 when it was too short to tell."""
    given = _arguments()
    work = given.cache / "soak"
    work.mkdir(parents=True, exist_ok=True)
    for former in work.glob("state.db*"):
        former.unlink()
    words = ("--state", str(work / "state.db")) if given.state else ()
    before = machine.busy()
    with running(ours(*words), work, OURS, VENDORS) as mock:
        samples, wrong = _soak(mock, work, given)
    verdicts = _verdicts([sample for sample in samples if sample.at >= 0])
    run = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "minutes": given.minutes,
        "warm_up": given.warm_up,
        "rate": given.rate,
        "lanes": _LANES,
        "every": given.every,
        "load_before": before,
        "load_after": machine.busy(),
        "wrong": len(wrong),
        "verdicts": [{**vars(one), "flat": one.flat} for one in verdicts],
        "samples": [sample._asdict() for sample in samples],
    }
    _keep(run, "with --state" if given.state else "in memory", given.cache if given.dry else None)
    for problem in wrong[:_MOST_SHOWN]:
        print(f"wrong: {problem}", file=sys.stderr)
    for one in verdicts:
        print(one)
    print(f"{sum(sample.requests for sample in samples):,} requests, {len(wrong)} wrong answers")
    if not verdicts:
        print("too short to say whether anything stays flat")
        return 2
    return 0 if not wrong and all(one.flat for one in verdicts) else 1


def _soak(mock: Process, work: Path, given: argparse.Namespace) -> tuple[list[Sample], list[str]]:
    codes = tuple(row["elkoCode"] for row in orjson.loads(mock.get(PRODUCTS, JSON)[1]))
    pace, book = Pace(given.rate), Book()
    pace.hurry.set()
    threads = [
        threading.Thread(target=Lane(number, _LANES, mock, codes, pace, book).live, daemon=True)
        for number in range(_LANES)
    ]
    for thread in threads:
        thread.start()
    wrong = _fill(mock, book, given.fill)
    pace.hurry.clear()
    samples: list[Sample] = []
    began, spent = time.monotonic(), mock.cpu()
    try:
        for number in range(1, round(given.minutes * 60 / given.every) + 1):
            time.sleep(max(0.0, began + number * given.every - time.monotonic()))
            before, spent = spent, mock.cpu()
            sample, problems = _sample(mock, work, book, time.monotonic() - began - given.warm_up, spent - before)
            samples.append(sample)
            wrong += problems
            _show(sample, number * given.every / given.minutes / 60)
            if not any(thread.is_alive() for thread in threads):
                raise RuntimeError("no client is left")
    finally:
        pace.over.set()
        for thread in threads:
            thread.join(timeout=30)
    return samples, wrong


def _fill(mock: Process, book: Book, patience: float) -> list[str]:
    """Until the default world's journal has begun to drop exchanges: from then on it is as large as it gets."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        time.sleep(0.5)
        status, answer = mock.get("/_elko/worlds/default/journal?limit=1", {})
        if status == 200 and orjson.loads(answer)["dropped"]:
            break
    _, answers, wrong = book.take()
    print(f"the journal was filled by {answers:,} requests in {time.monotonic() - began:.0f} s", flush=True)
    return wrong


def _sample(mock: Process, work: Path, book: Book, at: float, spent: float) -> tuple[Sample, list[str]]:
    seconds, answers, wrong = book.take()
    cuts = quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
    kept = sum(one.stat().st_size for one in work.glob("state.db*")) / 2**20
    p50, p99, processor = cuts[49] * 1e3, cuts[98] * 1e3, spent / max(1, answers) * 1e3
    return Sample(at, mock.memory(), mock.files(), p50, p99, processor, answers, len(wrong), kept), wrong


def _show(sample: Sample, share: float) -> None:
    warming = "  warming up" if sample.at < 0 else ""
    print(
        f"{time.strftime('%H:%M:%S')} {share:4.0%}  {sample.memory:6.1f} MB  {sample.files:3} files  "
        f"p50 {sample.p50:6.2f} ms  p99 {sample.p99:7.2f} ms  processor {sample.processor:5.2f} ms  "
        f"{sample.requests:6,} requests  "
        f"{sample.wrong} wrong{warming}",
        flush=True,
    )


def _verdicts(samples: Sequence[Sample]) -> list[Verdict]:
    """Memory may rise by 2 % of its median, processor time by 10 %, the median latency by 15 %, p99 by 30 %, open files
    by 3."""

    def points(name: str) -> list[tuple[float, float]]:
        return [(sample.at, getattr(sample, name)) for sample in samples]

    found = [
        judge("memory", "MB", points("memory"), share=0.02),
        judge("median latency", "ms", points("p50"), share=0.15, at_least=0.1),
        judge("p99 latency", "ms", points("p99"), share=0.30, at_least=0.5),
        judge("processor time a request", "ms", points("processor"), share=0.10),
        judge("open files", "", points("files"), share=0.0, at_least=3),
    ]
    if any(sample.kept for sample in samples):
        found.append(judge("state file", "MB", points("kept"), share=0.10, at_least=1))
    return [one for one in found if one is not None]


def _keep(run: dict[str, Any], name: str, cache: Path | None) -> None:
    """Beside the run of the other kind, if there is one; and the page anew. With a cache, into that one instead."""
    folder = HERE if cache is None else cache
    data, charts = folder / "soak.json", folder / "charts"
    runs = json.loads(data.read_text(encoding="utf-8")) if data.exists() else {}
    data.write_text(json.dumps({**runs, name: run}, indent=1) + "\n", encoding="utf-8")
    charts.mkdir(exist_ok=True)
    if cache is not None:
        page = cache / "SOAK.md"
        page.write_text("\n".join(soak_page.section(data, charts)), encoding="utf-8")
    elif (HERE / "results.json").exists():
        page = HERE / "RESULTS.md"
        report.write(Results.read(HERE / "results.json"), page, charts)
    else:
        print(f"written: {data}; RESULTS.md will have it once `make bench` has made one")
        return
    print(f"written: {data} and {page}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long, the warm-up included; default 30")
    parser.add_argument("--fill", type=float, default=120.0, help="seconds at most to fill the journal; default 120")
    parser.add_argument("--warm-up", type=float, help="seconds that do not count; a fifth, and at least 60, by default")
    parser.add_argument(
        "--rate", type=float, default=120.0, help="requests per second, all clients together; default 120"
    )
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two measurements; default 10")
    parser.add_argument("--state", action="store_true", help="with --state FILE, on the disk")
    parser.add_argument("--dry", action="store_true", help="write into the cache folder, not over what is kept")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="folder for logs and the state file")
    given = parser.parse_args()
    if given.warm_up is None:
        given.warm_up = min(max(60.0, given.minutes * 12), given.minutes * 30)
    return given


if __name__ == "__main__":
    sys.exit(main())
