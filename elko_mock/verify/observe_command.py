"""See what of the assumptions a real server confirms: GET only, paced, redacted; writes a report to keep or send in."""

import argparse
import sys
from pathlib import Path
from typing import TextIO

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from elko_mock.contract.fidelity import Level
from elko_mock.settings import SettingsProblem
from elko_mock.settings.writable import try_files
from elko_mock.verify.command import add_options, plan_from, progress
from elko_mock.verify.model import USAGE
from elko_mock.verify.observing.look import Outcome
from elko_mock.verify.observing.observe import Observation, observe
from elko_mock.verify.option_table import CONNECTING
from elko_mock.verify.options import UsageProblem

FORMAT = "elko-mock-observation/1"
_STYLE = {Outcome.CONFIRMED: "green", Outcome.CONTRADICTED: "bold red", Outcome.OPEN: "dim"}
_WIDTH = 140


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The URL, how to reach it, and where the report goes."""
    parser.epilog = "exit codes: 0 as document and ledger say, 1 not so, 2 usage, 3 could not be seen to the end"
    parser.add_argument("url", metavar="URL", help="the server: https://host")
    add_options(parser, CONNECTING)
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write what was seen there, as JSON without secrets"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Look, tell, write; answers the exit code."""
    errors = Console(stderr=True, highlight=False)
    try:
        plan = plan_from(arguments, errors)
    except (UsageProblem, SettingsProblem) as wrong:
        errors.print(f"elko-mock observe: {wrong}", markup=False, soft_wrap=True)
        return USAGE
    try:
        try_files(() if arguments.report is None else [arguments.report])
    except OSError as wrong:
        errors.print(f"elko-mock observe: {wrong.filename}: {wrong.strerror}", markup=False, soft_wrap=True)
        return USAGE
    with progress(plan.max_calls, quiet=arguments.quiet, console=errors) as told:
        seen = observe(plan, told)
    stream = out or sys.stdout
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else _WIDTH)
    _print(seen, console)
    if arguments.report is not None:
        try:
            arguments.report.write_bytes(as_json(seen))
        except OSError as wrong:
            errors.print(f"elko-mock observe: {wrong.filename}: {wrong.strerror}", markup=False, soft_wrap=True)
            return USAGE
        console.print(f"wrote {arguments.report}", markup=False, soft_wrap=True)
    return seen.exit_code


def as_json(seen: Observation) -> bytes:
    """The report: the whole ledger with what was seen of it, and where answers departed from the document. It holds
    no bodies, no token and nothing of the account."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "target": seen.target,
            "elko": seen.elko,
            "started": seen.started,
            "calls": seen.calls,
            "stop": None if seen.stop is None else seen.stop._asdict(),
            "behaviours": [
                {
                    "id": one.entry.id,
                    "behaviour": one.entry.behaviour,
                    "was": one.entry.level,
                    "is": one.level if seen.elko else one.entry.level,
                    "outcome": None if one.seen is None else one.seen.outcome,
                    "seen": None if one.seen is None else one.seen.words,
                }
                for one in seen.ledger
            ],
            "departures": [
                {"operation": finding.operation, "check": finding.check, "message": finding.message}
                for finding in seen.findings
            ],
            "unknownProperties": seen.unknown,
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def _print(seen: Observation, console: Console) -> None:
    table = Table(title=f"{seen.target} against the fidelity ledger", title_justify="left", title_style="bold")
    for heading in ("behaviour", "was", "outcome", "seen"):
        table.add_column(heading)
    for one in seen.ledger:
        if one.seen is not None:
            style = _STYLE[one.seen.outcome]
            table.add_row(one.entry.id, one.entry.level, Text(one.seen.outcome, style), Text(one.seen.words))
    console.print(table)
    for finding in seen.findings:
        console.print(f"{finding.operation}: {finding.check}: {finding.message}", style="red", markup=False)
    for place in seen.unknown:
        console.print(f"not in the document: {place}", style="yellow", markup=False)
    if seen.stop is not None:
        console.print(f"Stopped: {seen.stop.message}.", style="bold yellow", markup=False)
    looked = [one for one in seen.ledger if one.seen is not None]
    settled = sum(one.level is Level.OBSERVED and one.entry.level is Level.ASSUMED for one in looked)
    assumed = sum(one.entry.level is Level.ASSUMED for one in seen.ledger)
    where = "turned observed" if seen.elko else "hold here (this is not ELKO's own host, so they stay assumed)"
    console.print(
        f"{seen.calls} calls; {settled} of {assumed} assumptions {where}; {len(seen.contradicted)} contradicted, "
        f"{len(seen.findings)} departures from the document",
        markup=False,
    )
