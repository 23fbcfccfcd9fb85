"""The targets: each as a ratio of figures of one run, and whether it was reached."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.contenders import BARE, OURS
from benchmarks.results import Results

LARGE, USUAL = 100_000, 2_300
_READY, _ANEW = f"{BARE}, ready bytes", f"{BARE}, orjson"


class Target(NamedTuple):
    """One line of the table."""

    measured: str
    wanted: str
    found: str
    reached: bool | None
    """None: not measured in this run."""


def targets(results: Results) -> Iterator[Target]:
    """All of them."""
    rate = results.rate
    same = rate("same read", OURS)
    yield _least("same read again (20 products)", "bare ASGI, ready bytes", same, rate("same read", _READY), 0.5)
    yield _least("", "Prism", same, rate("same read", "Prism"), 8)
    yield _least("", "WireMock", same, rate("same read", "WireMock"), 1)
    yield _least("", "WireMock without journal", same, rate("same read", "WireMock, no journal"), 1)
    new, spread = rate("new read", OURS), rate("new read, codes repeated", OURS)
    yield _least(
        "read never asked before (20 random codes of 2,300)",
        "bare ASGI serialising the same data with orjson",
        new,
        rate("new read", _ANEW),
        0.7,
    )
    yield _least("", "Prism", spread, rate("new read, codes repeated", "Prism"), 2.5)
    order, order_xml = rate("order", OURS), rate("order, XML", OURS)
    yield _least("valid order, JSON", "Prism's canned answer", order, rate("order", "Prism"), 1)
    yield _least("valid order, XML", "the same in JSON", order_xml, order, 0.7)
    for form in ("JSON", "XML"):
        case = f"full catalogue, {form}"
        yield _most(
            f"full catalogue, 2,300 products, {form}: time", "bare ASGI", rate(case, _READY), rate(case, OURS), 1.2
        )
    for form in ("JSON", "XML"):
        yield _most(
            f"100,000 products, {form}: first byte",
            "2,300 products",
            results.catalogue(LARGE, form, "first_byte"),
            results.catalogue(USUAL, form, "first_byte"),
            10,
        )
    yield _below("100,000 products: resident memory, all forms read", results.world(LARGE, "peak"), 300, "MB")
    yield _most(
        "start to first good answer",
        "Prism",
        results.started(OURS, "seconds"),
        results.started("Prism", "seconds"),
        0.7,
    )
    yield _most("memory, idle", "Prism", results.started(OURS, "memory"), results.started("Prism", "memory"), 1 / 3)
    many = results.used(OURS, 100_000)
    yield _most("memory after 100,000 requests", "Prism", many, results.used("Prism", 100_000), 1 / 3)
    yield _most("memory after 1,000,000 requests", "after 100,000", results.used(OURS, 1_000_000), many, 1.05)
    yield _below("a new world over 100,000 products", results.world(LARGE, "create"), 5, "ms")
    yield _below("a reset over 100,000 products", results.world(LARGE, "reset"), 5, "ms")
    latency = results.latency
    yield _most("p99 at half the top rate", "the median", latency.get("p99"), latency.get("p50"), 3)


def _ratio(
    measured: str,
    against: str,
    one: float | None,
    other: float | None,
    limit: float,
    word: str,
    fits: Callable[[float], bool],
) -> Target:
    shown = f"{limit:.2f}".rstrip("0").rstrip(".")
    wanted = f"{word} {shown} × {against}"
    if one is None or other is None:
        return Target(measured, wanted, "not measured", None)
    return Target(measured, wanted, f"{one / other:.2f} ×", fits(one / other))


def _least(measured: str, against: str, one: float | None, other: float | None, limit: float) -> Target:
    return _ratio(measured, against, one, other, limit, "at least", lambda ratio: ratio >= limit)


def _most(measured: str, against: str, one: float | None, other: float | None, limit: float) -> Target:
    return _ratio(measured, against, one, other, limit, "at most", lambda ratio: ratio <= limit)


def _below(measured: str, one: float | None, limit: float, unit: str) -> Target:
    wanted = f"at most {limit:g} {unit}"
    return Target(
        measured, wanted, "not measured" if one is None else f"{one:.1f} {unit}", None if one is None else one <= limit
    )
