"""docs/reliability.md: each promise names what keeps it, and what it names is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from elko_mock.server.limits import Limits

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in PAGE.splitlines() if line[:2] == "| "]
PROMISES = [row for row in ROWS if row[0] != "Promise"]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
KEPT_BY = re.compile(r"`(?:tests/[\w/]+\.py::\w+|\.ci/checks/[\w.-]+|make \w+)`")


def _functions(file: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


@pytest.mark.parametrize("promise", PROMISES, ids=lambda row: str(row[0])[:60])
def test_each_promise_names_what_keeps_it(promise: tuple[str, ...]) -> None:
    assert len(promise) == 2, promise
    assert KEPT_BY.search(promise[1]), promise


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_a_promise_names_is_a_test(file: str, name: str) -> None:
    assert name.startswith("test_")
    assert name in _functions(file)


def test_targets_checks_and_pages_that_it_names_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", PAGE)) <= targets
    for path in re.findall(r"`(\.ci/checks/[\w.-]+)`", PAGE):
        assert (ROOT / path).is_file(), path
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / link).is_file(), link


def test_every_module_of_these_tests_keeps_a_promise() -> None:
    """A promise that was forgotten on the page would be one that nobody may rely on."""
    folders = ("hostile", "durability", "secrets", "machine", "fuzz")
    there = {f"tests/{folder}/{one.name}" for folder in folders for one in (ROOT / "tests" / folder).glob("test_*.py")}
    assert there - {file for file, _ in NAMED} == set()


def test_the_figures_on_the_page_are_those_of_the_code() -> None:
    limits = Limits()
    assert f"{limits.head // 1024} KiB and {limits.fields} of them, a target of {limits.line // 1024} KiB" in PAGE
    assert (
        f"{limits.head_seconds:g} seconds for a head, {limits.body_seconds:g} for a body, "
        f"{limits.stall_seconds:g} for a client that takes nothing"
    ) in PAGE
