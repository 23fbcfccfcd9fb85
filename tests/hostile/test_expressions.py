"""No regular expression of the package can be made to take long: each is tried with long texts that nearly fit."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import elko_mock

SHORT, LONG = 2000, 8000
TAILS = ("\0", '"', "x", "0", " ", "<")
"""What ends a text that nearly fitted."""
NOTABLE = 0.02
"""Seconds of processor time for one text of `SHORT` characters; what is linear needs a thousandth of that."""
QUADRATIC = 9.0
"""A text four times as long takes four times as long, and not sixteen times."""
NEVER_SEARCHED = {"wire.media_type._RANGE-0"}
"""Asked from the beginning of a text only."""
BY_HAND: dict[str, Any] = {
    f"exchange.redaction.{name}-{at}": example
    for name, word in (("_SECRETS", b"password"), ("_PERSONAL", b"city"))
    for at, example in enumerate(
        (
            b'"%b" : {' % word,
            b'"%b" : "a\\""' % word,
            b"<a:%b b='c' d=\"e\">f<!-- g --><![CDATA[h]]>" % word,
        )
    )
}
"""For expressions of which hypothesis cannot make examples."""


def _patterns(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | dict) and depth < 3:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _patterns(each, depth + 1)
    elif type(value).__module__.startswith("elko_mock") and depth < 2:
        for name in getattr(type(value), "__slots__", ()):
            yield from _patterns(getattr(value, name, None), depth + 1)


def _all() -> dict[str, re.Pattern[Any]]:
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(elko_mock.__path__, "elko_mock."):
        if not module.name.endswith(("__main__", "conftest", "test_provider")):
            for name, value in vars(importlib.import_module(module.name)).items():
                for at, pattern in enumerate(_patterns(value)):
                    found[f"{module.name.removeprefix('elko_mock.')}.{name}-{at}"] = pattern
    return {name: pattern for name, pattern in found.items() if any(sign in str(pattern.pattern) for sign in "*+{")}


PATTERNS = _all()


def seconds(pattern: re.Pattern[Any], text: Any, *, searched: bool = True) -> float:
    """Processor time for all three ways in which a pattern is asked."""
    began = time.process_time()
    pattern.fullmatch(text)
    pattern.match(text)
    for _ in pattern.finditer(text) if searched else ():
        pass
    return time.process_time() - began


def attacks(example: Any) -> Iterator[tuple[Any, Any, Any]]:
    """What stands before, what is to be repeated, what ends it: of each character of the example, and each two."""
    for size in (1, 2):
        for at in range(min(len(example), 24) - size + 1):
            for tail in TAILS:
                yield (
                    example[: at + size],
                    example[at : at + size],
                    tail.encode() if isinstance(example, bytes) else tail,
                )


def hungry(pattern: re.Pattern[Any], example: Any, *, searched: bool = True) -> str | None:
    """A text that takes it more than its length's worth; None if there is none near the example."""
    for before, again, behind in attacks(example):
        short, long = (before + again * (length // len(again)) + behind for length in (SHORT, LONG))
        took = seconds(pattern, short, searched=searched)
        if took > NOTABLE and seconds(pattern, long, searched=searched) > QUADRATIC * took:
            return repr((before, again, behind))
    return None


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_no_expression_takes_long(name: str, data: st.DataObject) -> None:
    pattern = PATTERNS[name]
    example = BY_HAND[name] if name in BY_HAND else data.draw(st.from_regex(pattern, fullmatch=True))
    assert hungry(pattern, example, searched=name not in NEVER_SEARCHED) is None


@pytest.mark.parametrize(
    ("former", "example"),
    [
        (r"([a-z]+)\s*(?:=\s*([^;\"]*))?\s*(?:;|$)", "a= b;"),
        (r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?", "1.5"),
        (r"<([A-Za-z_][\w.:-]*)[^>/]*>\s*([^<\]]*)\s*</\1>", "<a> b </a>"),
    ],
)
def test_what_was_hungry_once_is_told(former: str, example: str) -> None:
    assert hungry(re.compile(former), example)


def test_the_search_finds_the_expressions_of_the_package() -> None:
    assert len(PATTERNS) > 60
    assert {"faults.header._FAULT_ITEM-0", "exchange.redaction._JWT-0", "contract.binding._NUMBER-0"} <= set(PATTERNS)
