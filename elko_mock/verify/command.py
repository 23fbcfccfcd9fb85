"""Check whether a server does what the document says; read-only and paced unless told otherwise."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from elko_mock.exchange.har import write_har
from elko_mock.settings import SettingsProblem, load
from elko_mock.settings.writable import try_files
from elko_mock.verify import run as running
from elko_mock.verify.mock import MockControl
from elko_mock.verify.model import USAGE
from elko_mock.verify.option_table import OPTIONS, Option
from elko_mock.verify.options import UsageProblem, plan_of
from elko_mock.verify.plan import Plan, warning_of
from elko_mock.verify.report.console import print_verdict
from elko_mock.verify.report.html import as_html
from elko_mock.verify.report.machine import as_json, as_junit
from elko_mock.verify.run import Report

_FILES = {"json": "verdict.json", "junit": "junit.xml", "html": "report.html", "har": "calls.har"}
_WIDTH = 140
"""Of the report when it goes to a file or a pipe."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The URL, the options of a run, and where the reports go."""
    parser.epilog = "exit codes: 0 conforms, 1 does not, 2 usage, 3 could not run"
    parser.add_argument("url", metavar="URL", help="the server: https://host, or http://127.0.0.1:3556 for a mock")
    add_options(parser)
    reports = parser.add_argument_group("reports")
    reports.add_argument("--report", type=Path, metavar="DIR", help=f"write {', '.join(_FILES.values())} there")
    for name in _FILES:
        reports.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write the {name.upper()} report there")
    reports.add_argument("--quiet", action="store_true", help="no progress bar")


def add_options(parser: argparse.ArgumentParser, options: Sequence[Option] = OPTIONS) -> None:
    """Options of a run."""
    for option in options:
        text = option.help.replace("%", "%%")
        if option.metavar is None:
            parser.add_argument(f"--{option.name}", action="store_true", help=text)
        else:
            parser.add_argument(f"--{option.name}", metavar=option.metavar, help=text)


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Make the run, print the verdict, write the reports; answers the exit code."""
    errors = Console(stderr=True, highlight=False)
    try:
        plan = plan_from(arguments, errors)
    except (UsageProblem, SettingsProblem) as wrong:
        errors.print(f"elko-mock verify: {wrong}", markup=False, soft_wrap=True)
        return USAGE
    files = _files(arguments)
    try:
        if arguments.report is not None:
            arguments.report.mkdir(parents=True, exist_ok=True)
        try_files(files.values())
    except OSError as wrong:
        errors.print(f"elko-mock verify: {wrong.filename}: {wrong.strerror}", markup=False, soft_wrap=True)
        return USAGE
    with progress(plan.max_calls, quiet=arguments.quiet, console=errors) as told:
        report = running.verify(plan, told)
    stream = out or sys.stdout
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else _WIDTH)
    print_verdict(report.verdict, console)
    try:
        for line in _write(report, files):
            console.print(line, markup=False, soft_wrap=True)
    except OSError as wrong:
        errors.print(f"elko-mock verify: {wrong.filename}: {wrong.strerror}", markup=False, soft_wrap=True)
        return USAGE
    return report.verdict.exit_code


def plan_from(arguments: argparse.Namespace, errors: Console) -> Plan:
    """The plan; what the user ought to know of it is said on `errors`. Raises UsageProblem or SettingsProblem."""
    given = {option.name: getattr(arguments, option.name.replace("-", "_"), None) for option in OPTIONS}
    plan = plan_of(arguments.url, given, load({}).verify)
    if plan.token is None and not is_mock(plan):
        raise UsageProblem(f"{plan.target.host} wants a token: give --token-file FILE (or --token TOKEN)")
    warning = warning_of(plan)
    if warning is not None:
        errors.print(f"warning: {warning}", markup=False, soft_wrap=True)
    return plan


def is_mock(plan: Plan) -> bool:
    """Whether the target is a mock on this machine, which gives a run a world and a token of its own."""
    control = MockControl.recognise(plan.target)
    if control is not None:
        control.close()
    return control is not None


@contextmanager
def progress(total: int | None, *, quiet: bool, console: Console) -> Iterator[running.Progress]:
    """A bar on the terminal, if there is one."""
    if quiet or not console.is_terminal:
        yield lambda _what, _calls: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("calls"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=total)
        yield lambda what, calls: bar.update(task, description=what, completed=calls)


def _files(arguments: argparse.Namespace) -> dict[str, Path]:
    """Where each report that is wanted goes."""
    folder: Path | None = arguments.report
    given: dict[str, Path | None] = {name: getattr(arguments, name) for name in _FILES}
    wanted = {name: file or (folder and folder / _FILES[name]) for name, file in given.items()}
    return {name: file for name, file in wanted.items() if file is not None}


def _write(report: Report, files: dict[str, Path]) -> Iterator[str]:
    verdict = report.verdict
    for name, file in files.items():
        if name == "har":
            with file.open("w", encoding="utf-8") as out:
                write_har(out, report.exchanges, report.personal, base=verdict.target)
        else:
            file.write_bytes({"json": as_json, "junit": as_junit, "html": as_html}[name](verdict))
        yield f"wrote {file}"
