"""The README is true: its commands run as they stand, print what it says they print, and its tables are the code's."""

import difflib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.readme import README, ROOT, TABLES, Block, blocks, written_anew

TEXT = README.read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)
_CUT = "-----8<-----"
"""Stands between the output of one block and the next."""

pytestmark = pytest.mark.xdist_group("readme")


def test_its_tables_are_the_codes() -> None:
    wanted = written_anew(TEXT)
    changes = "\n".join(
        difflib.unified_diff(TEXT.splitlines(), wanted.splitlines(), "README.md", "the code", lineterm="")
    )
    assert wanted == TEXT, f"run `python -m tests.readme`\n{changes}"
    for name in TABLES:
        assert f"<!-- table: {name} -->" in TEXT


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"run", "test"} <= set(re.findall(r"\bmake ([a-z]+)", TEXT)) <= targets


def test_every_shell_block_is_run_or_is_one_that_serves() -> None:
    """A command that nobody runs is a command that rots."""
    run = {block.text for block in BLOCKS if block.mark == "run"}
    for text in re.findall(r"```(?:bash|sh|console)\n(.*?)```", TEXT, re.DOTALL):
        assert text in run or re.search(r"\b(make|docker|serve|pip install)\b", text), text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[str]:
    """The mock as `make run` starts it, but for the port."""
    port_file, said = folder / "port", folder / "said"
    command = [sys.executable, "-m", "elko_mock", "serve", "--port", "0", "--port-file", str(port_file)]
    with said.open("wb") as output, subprocess.Popen(command, cwd=folder, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + 30
            while not port_file.exists():
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < deadline, said.read_text()
                time.sleep(0.02)
            yield port_file.read_text().strip()
        finally:
            process.kill()


def matches(printed: str, wanted: str) -> bool:
    """Whether that is what the README shows; `...` stands for anything, over several lines if alone on its line."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(re.escape("..."), ".*") + "\n"
        for line in wanted.strip().splitlines()
    )
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in printed.strip().splitlines()) + "\n") is not None


def test_the_comparison_tells_right_from_wrong() -> None:
    assert matches("a\nb 5 c\nd\n", "a\nb ... c\nd")
    assert matches("a\nx\ny\nd", "a\n...\nd")
    assert not matches("a\nb\n", "a\n")
    assert not matches("a\nb", "a\nc")


@pytest.mark.skipif(shutil.which("bash") is None or shutil.which("curl") is None, reason="needs bash and curl")
def test_its_commands_run_and_print_what_it_says(folder: Path, port: str) -> None:
    def here(text: str) -> str:
        return text.replace("127.0.0.1:3556", f"127.0.0.1:{port}")

    for block in BLOCKS:
        if block.mark == "file":
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(here(block.text), encoding="utf-8")
    steps = [block for block in BLOCKS if block.mark == "run"]
    assert all(block.language in {"bash", "sh"} for block in steps)
    # One shell for all blocks, as a reader's: what one sets, the next one uses.
    script = "".join(f"{here(block.text)}\necho\necho '{_CUT}'\n" for block in steps)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    printed = run.stdout.split(f"{_CUT}\n")
    done = len(printed) - 1
    assert run.returncode == 0, f"README.md line {steps[done].line}:\n{steps[done].text}\n{printed[-1]}{run.stderr}"
    outputs = dict(zip((block.line for block in steps), printed, strict=False))
    for before, shown in pairwise(BLOCKS):
        if shown.mark == "prints":
            assert_printed(before, shown, here(shown.text), outputs)


def assert_printed(before: Block, shown: Block, wanted: str, outputs: dict[int, str]) -> None:
    assert before.mark == "run", f"README.md line {shown.line}: what prints this?"
    printed = outputs[before.line]
    assert matches(printed, wanted), f"README.md line {shown.line} shows\n{wanted}\nbut it prints\n{printed}"
