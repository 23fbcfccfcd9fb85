"""The page of results: targets, tables, charts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import chart, soak_page
from benchmarks.contenders import OURS
from benchmarks.results import Results
from benchmarks.targets import targets

_LEGAL = 5
"""Calls per second that the account's limit allows over time: 50 in 10 seconds."""
_CURVES = (
    ("products", "Reads over ever more products", "products in the catalogue"),
    ("worlds", "The same read, each call in another world", "worlds"),
    ("journal", "The same read with ever longer journals", "exchanges in the journal"),
    ("clients", "The same read from ever more connections", "connections"),
)


def write(results: Results, page: Path, charts: Path) -> None:
    """The page, and the charts beside it."""
    charts.mkdir(exist_ok=True)
    sections = [
        *_head(results),
        *_targets(results),
        *_throughput(results, charts),
        *_start(results, charts),
        *_large(results, charts),
        *_latency(results),
        *_curves(results, charts),
        *soak_page.section(page.with_name("soak.json"), charts),
    ]
    page.write_text("\n".join(sections).rstrip() + "\n", encoding="utf-8")


def _head(results: Results) -> Iterable[str]:
    run = results.run
    yield "# Results\n"
    yield (
        f"Made by `make bench` on {run['date']}: medians of {run['rounds']} rounds of {run['seconds']} seconds, each "
        "round asking every server in turn. Each server had one core, wrk another. In every figure of the mock the "
        "journal was kept, the gate did its work with its limit raised, requests and answers were validated. "
        f"Load of the machine during the run: {run['load_before']:.1f} before, {run['load_after']:.1f} after."
    )
    yield "\nHow each of these figures came about: [NOTES.md](NOTES.md).\n"
    yield _table(("fact", ""), [(name, value) for name, value in {**results.facts, **results.versions}.items()])
    for name, reason in results.skipped.items():
        yield f"\n{name} was not measured: {reason}."


def _targets(results: Results) -> Iterable[str]:
    yield "\n## Targets\n"
    rows = []
    for one in targets(results):
        mark = "–" if one.reached is None else "yes" if one.reached else "**no**"
        rows.append((one.measured, one.wanted, one.found, mark))
    yield _table(("measured", "to reach", "found", "reached"), rows)


def _throughput(results: Results, charts: Path) -> Iterable[str]:
    if not results.throughput:
        return
    yield "\n## Requests per second\n"
    rows = [
        (
            one["case"],
            one["server"],
            f"{one['rate']:,.0f}",
            f"{one['cpu']:,.0f}",
            f"{one['p50'] / 1000:.2f}",
            f"{one['p99'] / 1000:.2f}",
            f"{one['spread']:.2f}",
        )
        for one in results.throughput
    ]
    head = ("case", "server", "requests/s", "µs of processor", "median, ms", "p99, ms", "most / least")
    yield _table(head, rows, right=5)
    yield (
        "\n`same read`: 20 products, 16 kB, asked again and again. `new read`: 20 random codes of 2,300 in every "
        "request; Prism reads lists only as `?c=1&c=2`. The last column is the fastest round over the slowest."
    )
    same = [(one["server"], one["rate"]) for one in results.throughput if one["case"] == "same read"]
    yield _chart(charts, "same-read", chart.bars("The same read of 20 products", same, OURS, "requests/s"))
    new = [
        (one["server"] + (", codes repeated" if one["case"].endswith("repeated") else ""), one["rate"])
        for one in results.throughput
        if one["case"].startswith("new read")
    ]
    yield _chart(charts, "new-read", chart.bars("A read never asked before", new, OURS, "requests/s"))
    top = results.rate("same read", OURS)
    new_top = results.rate("new read", OURS)
    if top and new_top:
        yield (
            f"\nA client may make {_LEGAL} calls a second for ever (50 in 10 seconds). One core serves "
            f"**{top / _LEGAL:,.0f}** such clients that ask for the same, or **{new_top / _LEGAL:,.0f}** that ask for "
            "something new each time."
        )


def _start(results: Results, charts: Path) -> Iterable[str]:
    if not results.start:
        return
    yield "\n## Start and memory\n"
    rows = []
    for one in results.start:
        used = {use["requests"]: use["megabytes"] for use in results.memory if use["server"] == one["server"]}
        after = "; ".join(f"{megabytes:.0f} after {requests:,}" for requests, megabytes in used.items())
        rows.append((one["server"], f"{one['seconds']:.2f}", f"{one['memory']:.0f}", after or "–"))
    yield _table(("server", "start to first good answer, s", "idle, MB", "MB after so many new reads"), rows)
    yield _chart(
        charts,
        "start",
        chart.bars(
            "Start to first good answer", [(r["server"], r["seconds"] * 1000) for r in results.start], OURS, "ms"
        ),
    )


def _large(results: Results, charts: Path) -> Iterable[str]:
    if not results.catalogues:
        return
    yield "\n## Large catalogues\n"
    rows = [
        (
            f"{one['products']:,}",
            one["form"],
            f"{one['megabytes']:.1f}",
            f"{one['first_byte']:.1f}",
            f"{one['whole']:,.0f}",
        )
        for one in results.catalogues
    ]
    yield _table(("products", "form", "MB sent", "first byte, ms", "whole, ms"), rows, right=3)
    yield "\nEach read on a connection of its own, by a client in Python; medians, so most reads are not the first.\n"
    rows = [
        (
            f"{one['products']:,}",
            f"{one['create']:.2f}",
            f"{one['reset']:.2f}",
            f"{one['resident']:.0f}",
            f"{one['peak']:.0f}",
        )
        for one in results.worlds
    ]
    head = ("products", "a new world, ms", "a reset, ms", "resident, MB", "peak, MB")
    yield _table(head, rows, right=4)
    yield (
        "\nTimes over HTTP. Resident memory after the whole catalogue was read in all forms and the worlds were made."
    )
    curves = {
        "a new world": [(one["products"], one["create"]) for one in results.worlds],
        "a reset": [(one["products"], one["reset"]) for one in results.worlds],
    }
    yield _chart(charts, "worlds-made", chart.lines("A new world, a reset", curves, "products in the catalogue", "ms"))


def _latency(results: Results) -> Iterable[str]:
    latency = results.latency
    if not latency:
        return
    yield "\n## Latency at half the top rate\n"
    yield (
        f"64 connections, calls at random moments, {latency['rate']:,.0f} requests/s (half the top rate is "
        f"{latency['wanted']:,.0f}): median {latency['p50']:.0f} µs, p99 {latency['p99']:.0f} µs."
    )


def _curves(results: Results, charts: Path) -> Iterable[str]:
    if not results.curves:
        return
    yield "\n## How cost grows\n"
    rows = [
        (
            one["curve"],
            one["line"],
            f"{one['at']:,}",
            f"{one['rate']:,.0f}",
            f"{one['p50'] / 1000:.2f}",
            f"{one['p99'] / 1000:.2f}",
            f"{one['memory']:.0f}",
        )
        for one in results.curves
    ]
    yield _table(("over", "case", "at", "requests/s", "median, ms", "p99, ms", "memory, MB"), rows, right=5)
    for curve, title, across in _CURVES:
        points = [one for one in results.curves if one["curve"] == curve]
        if not points:
            continue
        names = dict.fromkeys(one["line"] for one in points)
        found = {name: [(one["at"], one["rate"]) for one in points if one["line"] == name] for name in names}
        yield _chart(charts, curve, chart.lines(title, found, across, "requests/s"))


def _chart(folder: Path, name: str, svg: str) -> str:
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    return f"\n![{name}]({folder.name}/{name}.svg)"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], right: int = 0) -> str:
    """A Markdown table; the last `right` columns are figures."""
    rule = ["---"] * (len(head) - right) + ["---:"] * right
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *rows))
