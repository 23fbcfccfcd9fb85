"""Record a real account's catalogue for the mock to serve: two GETs, paced, nothing of whose account it is kept."""

import argparse
import sys
from pathlib import Path
from typing import TextIO

from rich.console import Console

from elko_mock.settings import SettingsProblem
from elko_mock.verify.command import add_options, plan_from, progress
from elko_mock.verify.model import USAGE
from elko_mock.verify.option_table import CONNECTING
from elko_mock.verify.options import UsageProblem
from elko_mock.verify.recording import CATALOG, SCENARIO, record

_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The URL, how to reach it, and where the files go."""
    parser.epilog = (
        "exit codes: 0 written, 1 written but the mock cannot serve it, 2 usage, 3 could not be read, or not to the end"
    )
    parser.add_argument("url", metavar="URL", help="the server: https://host")
    add_options(parser, CONNECTING)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=f"write {CATALOG} and {SCENARIO} there")
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Read, write, tell; answers the exit code."""
    errors = Console(stderr=True, highlight=False)
    folder: Path = arguments.out
    there = [name for name in (CATALOG, SCENARIO) if (folder / name).exists()]
    try:
        if there and not arguments.force:
            raise UsageProblem(f"{folder / there[0]} is there already; --force writes over it")
        plan = plan_from(arguments, errors)
        with progress(plan.max_calls, quiet=arguments.quiet, console=errors) as told:
            made = record(plan, folder, told)
    except (UsageProblem, SettingsProblem) as wrong:
        errors.print(f"elko-mock record: {wrong}", markup=False, soft_wrap=True)
        return USAGE
    except OSError as wrong:
        errors.print(f"elko-mock record: {wrong.filename}: {wrong.strerror}", markup=False, soft_wrap=True)
        return USAGE
    console = Console(file=out or sys.stdout, highlight=False)
    if made.stop is not None:
        console.print(f"Stopped: {made.stop.message}", markup=False, soft_wrap=True)
    for departure in made.departures[:_SHOWN]:
        console.print(f"not as the document says: {departure}", markup=False, soft_wrap=True)
    if len(made.departures) > _SHOWN:
        console.print(f"and {len(made.departures) - _SHOWN} more", markup=False)
    for file in made.files:
        console.print(f"wrote {file}", markup=False, soft_wrap=True)
    if made.problem:
        console.print(f"the mock cannot serve it: {made.problem}", markup=False, soft_wrap=True)
    elif made.files:
        console.print(
            f"{made.products} products in {made.calls} calls; serve them with: "
            f"elko-mock serve --scenario {made.files[1]}",
            markup=False,
            soft_wrap=True,
        )
    return made.exit_code
