"""The page's section about the soak: what was found out, and how memory and latency went."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import chart

_CHARTS = (("memory", "resident memory", "MB"), ("p50", "median latency", "ms"), ("p99", "p99 latency", "ms"))
"""Column, title, unit."""


def section(data: Path, charts: Path) -> Iterator[str]:
    """Nothing when there was no soak yet."""
    if not data.exists():
        return
    runs: dict[str, dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    yield "\n## Soak\n"
    yield (
        "Made by `make soak`: the mock as a process of its own, its journal at its default bounds and filled before "
        "the clock starts; a paced mix of reads old and new, orders, reservations, carts, tokens, whole catalogues, "
        "mistakes, connections that come and go, worlds made, begun anew and let go; JSON, XML, gzip. Latency is from "
        "sending to the last byte, as a client in Python sees it, whole catalogues left out. Flat means: the robust "
        "line (Theil and Sen) through all measurements after the warm-up rises by no more than allowed from the first "
        "of them to the last."
    )
    for name, run in runs.items():
        requests = sum(sample["requests"] for sample in run["samples"])
        yield (
            f"\n### {name[0].upper()}{name[1:]}\n\n{run['date']}: {run['minutes']:g} minutes, the first "
            f"{run['warm_up']:.0f} seconds of them to warm up; {run['lanes']} clients, {run['rate']:g} requests/s "
            f"wanted, {requests:,} made, **{run['wrong']}** wrong answers. Load of the machine: "
            f"{run['load_before']:.1f} before, {run['load_after']:.1f} after.\n"
        )
        yield "| figure | median | rise | allowed | by the hour | flat |\n| --- | ---: | ---: | ---: | ---: | --- |"
        yield "\n".join(_row(one) for one in run["verdicts"])
        stem = name.replace(" ", "-").replace("--", "")
        for column, title, unit in _CHARTS:
            curve = [(sample["at"] / 60, sample[column]) for sample in run["samples"]]
            svg = chart.course(f"Soak {name}: {title}", curve, "minutes after the warm-up", unit)
            (charts / f"soak-{stem}-{column}.svg").write_text(svg, encoding="utf-8")
            yield f"\n![soak {name}: {title}]({charts.name}/soak-{stem}-{column}.svg)"


def _row(one: dict[str, Any]) -> str:
    rises = (f"{one[name]:+,.2f}" for name in ("rise", "allowed", "an_hour"))
    figures = " | ".join((f"{one['median']:,.2f} {one['unit']}".rstrip(), *rises))
    return f"| {one['name']} | {figures} | {'yes' if one['flat'] else '**no**'} |"
