"""Grade a client: run it against worlds of its own and judge, rule by rule, how it treats the API."""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from elko_mock.clock import system_now
from elko_mock.contract.contract import Contract
from elko_mock.contract.document import DocumentProblem
from elko_mock.grade.config import PLACEHOLDERS, Grading, GradingProblem, read_grading
from elko_mock.grade.house import HouseProblem
from elko_mock.grade.judge import Judge, Sitting
from elko_mock.grade.process import CannotRun
from elko_mock.grade.profile import PROFILES
from elko_mock.grade.recorded import JournalProblem, hear_file, hear_world
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.report.badge import as_badge
from elko_mock.grade.report.console import print_verdict
from elko_mock.grade.report.document import as_json
from elko_mock.grade.report.junit import as_junit
from elko_mock.grade.report.page import as_html
from elko_mock.grade.runner import Runner
from elko_mock.grade.scrub import scrubbed
from elko_mock.grade.situations import SITUATIONS
from elko_mock.grade.verdict import Exit, Verdict, verdict
from elko_mock.settings import Settings, SettingsProblem, load
from elko_mock.settings.writable import try_files

_WRITERS: Mapping[str, tuple[str, Callable[[Verdict], bytes]]] = {
    "json": ("verdict.json", as_json),
    "junit": ("junit.xml", as_junit),
    "html": ("report.html", as_html),
    "badge": ("badge.svg", as_badge),
}
_WIDTH = 140
"""Of the report when it goes to a file or a pipe."""
_EPILOG = """\
The command gets ELKO_BASE_URL (with the API's base path), ELKO_TOKEN, ELKO_USERNAME, ELKO_PASSWORD, ELKO_SINK_URL
(stands for the shop it writes to) and ELKO_TIME_SCALE in its environment; --env gives it other names.

exit codes: 0 passed, 1 failed, 2 usage, 3 too little exercised"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is graded, by which rules, in which worlds, and where the reports go."""
    parser.epilog = _EPILOG
    parser.usage = "%(prog)s [options] -- COMMAND [ARGUMENT ...]"
    parser.add_argument(
        "client", nargs="*", metavar="COMMAND", help="the client's command with its arguments, after --"
    )
    what = parser.add_argument_group("instead of a command")
    what.add_argument("--attach", metavar="WORLD", help="judge what has been going on in a world of a running mock")
    what.add_argument("--url", metavar="URL", help="where that mock runs (default: http://127.0.0.1:3556)")
    what.add_argument("--journal", type=Path, metavar="FILE", help="judge a journal exported as NDJSON")
    what.add_argument("--rules", action="store_true", help="list the rules, and do nothing else")
    what.add_argument("--situations", action="store_true", help="list the worlds to choose from, and do nothing else")
    rules = parser.add_argument_group("rules")
    rules.add_argument("--profile", metavar="|".join(PROFILES), help="how much is asked (default: standard)")
    rules.add_argument("--only", action="append", metavar="RULE,...", help="judge by these rules alone")
    rules.add_argument("--on", action="append", metavar="RULE,...", help="add rules to the profile's")
    rules.add_argument("--off", action="append", metavar="RULE,...", help="leave rules out")
    rules.add_argument("--least-exercised", metavar="SHARE", help="share of the error rules that a pass needs, 0 to 1")
    runs = parser.add_argument_group("runs")
    runs.add_argument(
        "--scenario", action="append", dest="scenarios", metavar="NAME,...", help="run in these worlds alone"
    )
    runs.add_argument("--timeout", metavar="SECONDS", help="stop a run after this long, in real time (default: 180)")
    runs.add_argument("--scale", metavar="FACTOR", help="world seconds per real second; for a client that reads it")
    runs.add_argument("--jobs", metavar="N", help="so many runs at the same time (default: 2)")
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    runs.add_argument(
        "--env", action="append", dest="environment", metavar="NAME=VALUE", help=f"a variable for the command; {names}"
    )
    runs.add_argument("--prepare", metavar="COMMAND", help="run this before each run, to clear the client's caches")
    runs.add_argument("--assert", dest="assertion", metavar="COMMAND", help="run this after each run; not 0 fails C05")
    runs.add_argument("--keep-journals", type=Path, metavar="DIR", help="leave the journals there as NDJSON")
    reports = parser.add_argument_group("reports")
    files = ", ".join(name for name, _ in _WRITERS.values())
    reports.add_argument("--report", type=Path, metavar="DIR", help=f"write {files} there")
    for name in _WRITERS:
        reports.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write the {name} report there")
    reports.add_argument("--verbose", action="store_true", help="show the rules that were not exercised, and why")
    reports.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Judge, print the verdict, write the reports; answers the exit code."""
    stream = out or sys.stdout
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else _WIDTH)
    errors = Console(stderr=True, highlight=False)
    if arguments.rules or arguments.situations:
        console.print(_rule_list() if arguments.rules else _situation_list())
        return Exit.PASSED
    try:
        settings = load({})
        grading = read_grading(settings.grade, {name: getattr(arguments, name) for name in _FLAGS})
        reports = _reports(arguments)
        if arguments.report is not None:
            arguments.report.mkdir(parents=True, exist_ok=True)
        try_files(path for _, path, _ in reports)
        found = _graded(arguments, grading, settings, errors)
        print_verdict(found, console, verbose=arguments.verbose)
        for name, path, write in reports:
            path.write_bytes(write(found))
            console.print(f"{name} report: {path}", markup=False, soft_wrap=True)
    except (GradingProblem, SettingsProblem, DocumentProblem, JournalProblem, HouseProblem, CannotRun) as problem:
        errors.print(f"elko-mock grade: {problem}", markup=False, soft_wrap=True)
        return Exit.USAGE
    except OSError as problem:
        errors.print(f"elko-mock grade: {problem.filename}: {problem.strerror}", markup=False, soft_wrap=True)
        return Exit.USAGE
    return found.exit


_FLAGS = (
    "profile", "only", "on", "off", "least_exercised", "scenarios", "timeout", "scale", "jobs", "environment",
    "prepare", "assertion",
)  # fmt: skip


def _graded(arguments: argparse.Namespace, grading: Grading, settings: Settings, errors: Console) -> Verdict:
    ways = [bool(arguments.client), arguments.attach is not None, arguments.journal is not None]
    if sum(ways) != 1:
        raise GradingProblem("say what to grade, and one thing: -- COMMAND, --attach WORLD or --journal FILE")
    contract = Contract.load(settings.spec)
    sittings: Sequence[Sitting]
    if arguments.client:
        sittings = _run(arguments, grading, settings, contract, errors)
    elif arguments.journal is not None:
        sittings = hear_file(Judge(grading.rules, contract), arguments.journal)
    else:
        url = arguments.url or f"http://127.0.0.1:{settings.port}"
        sittings = [hear_world(Judge(grading.rules, contract), url, arguments.attach, settings.control_token)]
    command = scrubbed(shlex.join(arguments.client), {one for one in (settings.token, settings.password) if one})
    return verdict(grading.profile, grading.rules, sittings, command, system_now())


def _run(
    arguments: argparse.Namespace, grading: Grading, settings: Settings, contract: Contract, errors: Console
) -> list[Sitting]:
    unknown = [name for name in grading.scenarios if name not in SITUATIONS]
    if unknown:
        raise GradingProblem(f"there is no situation {unknown[0]!r}; --situations lists them")
    runner = Runner(grading, settings, contract)
    with _progress(len(runner.situations), quiet=arguments.quiet, console=errors) as told:
        return runner.grade(arguments.client, told, arguments.keep_journals)


@contextmanager
def _progress(total: int, *, quiet: bool, console: Console) -> Iterator[Callable[[str], None]]:
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda name: progress.update(task, advance=1, description=f"last: {name}")


def _reports(arguments: argparse.Namespace) -> list[tuple[str, Path, Callable[[Verdict], bytes]]]:
    """The reports asked for: what each is called, its file, and what writes it."""
    found = []
    for name, (file, write) in _WRITERS.items():
        wanted = [getattr(arguments, name), None if arguments.report is None else arguments.report / file]
        found += [(name, path, write) for path in filter(None, wanted)]
    return found


def _rule_list() -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("id", "name", "severity", "source", "the client ...", "thresholds"):
        table.add_column(title)
    for rule in rule_classes():
        thresholds = ", ".join(f"{name}={_short(default)}" for name, (default, _) in rule.thresholds().items())
        sources = ", ".join(source.value for source in rule.sources)
        table.add_row(rule.id, rule.name, rule.severity.value, sources, Text(rule.wording), Text(thresholds))
    return table


def _short(default: Any) -> str:
    return f"[{len(default)} words]" if isinstance(default, tuple) else str(default).lower()


def _situation_list() -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("name", "what is out of the ordinary", "exercises"):
        table.add_column(title)
    for one in SITUATIONS.values():
        rules = ", ".join(rule.id for rule in rule_classes() if one.name in rule.scenarios)
        table.add_row(one.name, one.line, rules)
    return table
