"""Fuzz a client: draw hostile worlds, run it in each, and make a world it fails in as small as can be."""

import argparse
import hashlib
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from elko_mock.contract.contract import Contract
from elko_mock.contract.document import DocumentProblem
from elko_mock.grade.config import Grading, GradingProblem, read_grading
from elko_mock.grade.fuzz.hunt import Bounds, Progress, hunt
from elko_mock.grade.fuzz.saved import save
from elko_mock.grade.fuzz.trial import Failure, Tolerance, Trials
from elko_mock.grade.fuzz.world import SIZES, HostileWorld
from elko_mock.grade.house import HouseProblem
from elko_mock.grade.process import CannotRun
from elko_mock.settings import SettingsProblem, load
from elko_mock.settings.writable import folder_for

NOTHING_FOUND, FOUND, USAGE, COULD_NOT, INTERRUPTED = 0, 1, 2, 3, 130
_WIDTH = 140
_EPILOG = """\
A failure is a bad end (exit status, signal, time-out) or a broken error rule, where the tame world shows neither.
Each is saved as a scenario file that repeats it: elko-mock serve --scenario FILE.

exit codes: 0 nothing found, 1 found something, 2 usage, 3 the client fails in the tame world, 130 interrupted"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command, the bounds, and where findings go."""
    parser.epilog = _EPILOG
    parser.usage = "%(prog)s [options] -- COMMAND [ARGUMENT ...]"
    parser.add_argument("client", nargs="*", metavar="COMMAND", help="the client's command and arguments, after --")
    bounds = parser.add_argument_group("bounds")
    bounds.add_argument(
        "--runs", type=_whole(1, 1_000_000), default=200, metavar="N", help="at most so many runs (200)"
    )
    bounds.add_argument(
        "--minutes", type=_number(0.01, 10_000), default=10.0, metavar="MINUTES", help="stop after this long (10)"
    )
    bounds.add_argument("--seed", type=_whole(0, 2**63 - 1), metavar="N", help="draw the same worlds again")
    bounds.add_argument("--all", action="store_true", help="go on after the first way to fail was found")
    runs = parser.add_argument_group("runs")
    runs.add_argument("--timeout", metavar="SECONDS", help="a run that takes longer has failed, in real time (30)")
    runs.add_argument("--scale", metavar="FACTOR", help="world seconds per real second; for a client that reads it")
    runs.add_argument(
        "--env", action="append", dest="environment", metavar="NAME=VALUE", help="a variable for the command"
    )
    runs.add_argument(
        "--orderly", action="append", type=_whole(0, 255), metavar="STATUS", help="an exit status that is no failure"
    )
    runs.add_argument("--off", action="append", metavar="RULE,...", help="rules whose breaking is no failure")
    runs.add_argument(
        "--crashes-only", action="store_true", help="look for bad ends alone, and leave rules to `elko-mock grade`"
    )
    out = parser.add_argument_group("findings")
    out.add_argument(
        "--out", type=Path, default=Path("elko-fuzz"), metavar="DIR", help="where they are saved (elko-fuzz)"
    )
    out.add_argument(
        "--database", type=Path, metavar="DIR", help="where failing worlds are remembered (in the folder of findings)"
    )
    out.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Hunt, report, save; answers the exit code."""
    stream = out or sys.stdout
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else _WIDTH)
    errors = Console(stderr=True, highlight=False)
    try:
        if not arguments.client:
            raise GradingProblem("say what to fuzz: -- COMMAND")
        settings = load({})
        grading = _grading(arguments, settings.grade)
        trials = Trials(arguments.client, grading, settings, Contract.load(settings.spec))
        try:
            with folder_for(arguments.out, ["world.yaml"]):
                return _hunted(arguments, trials, console, errors)
        finally:
            trials.close()
    except (GradingProblem, SettingsProblem, DocumentProblem, HouseProblem, CannotRun) as problem:
        errors.print(f"elko-mock fuzz-client: {problem}", markup=False, soft_wrap=True)
        return USAGE
    except OSError as problem:
        errors.print(f"elko-mock fuzz-client: {problem.filename}: {problem.strerror}", markup=False, soft_wrap=True)
        return USAGE


def _grading(arguments: argparse.Namespace, table: object) -> Grading:
    given = dict(table) if isinstance(table, dict) else {}
    given.setdefault("timeout", 30)
    flags = {name: getattr(arguments, name) for name in ("timeout", "scale", "environment", "off")}
    return read_grading(given, flags)


def _hunted(arguments: argparse.Namespace, trials: Trials, console: Console, errors: Console) -> int:
    tolerance = _tolerance(arguments, trials)
    if isinstance(tolerance, Failure):
        console.print(Text(f"The client fails where nothing is out of the ordinary: {tolerance.story}", style="bold"))
        return COULD_NOT
    name = hashlib.sha256(shlex.join(arguments.client).encode()).hexdigest()[:12]
    bounds = Bounds(
        runs=arguments.runs,
        seconds=arguments.minutes * 60,
        seed=arguments.seed,
        database=arguments.database or arguments.out / ".worlds" / name,
        all_kinds=arguments.all,
    )
    with _progress(bounds.runs, quiet=arguments.quiet, console=errors) as told:
        progress = hunt(lambda world: trials.run(world, tolerance), bounds, told)
    return _report(progress, arguments.out, console)


def _tolerance(arguments: argparse.Namespace, trials: Trials) -> Tolerance | Failure:
    """What happens in the tame world is no finding; a bad end there leaves nothing to look for."""
    statuses = frozenset({0, *(arguments.orderly or ())})
    rules = trials.rules if arguments.crashes_only else frozenset[str]()
    tame = HostileWorld(size=SIZES[-1])
    while True:
        failure = trials.run(tame, Tolerance(statuses, rules))
        if failure is None:
            return Tolerance(statuses, rules)
        if failure.kind not in trials.rules:
            return failure
        rules |= {failure.kind}


@contextmanager
def _progress(total: int, *, quiet: bool, console: Console) -> Iterator[Callable[[Progress], None]]:
    found = TextColumn("{task.description}")
    columns = (TextColumn("fuzzing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), found)
    with Bar(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("nothing found yet", total=total)

        def told(progress: Progress) -> None:
            names = ", ".join(sorted(progress.smallest))
            bar.update(task, completed=progress.runs, description=f"found: {names}" if names else "nothing found yet")

        yield told


def _report(progress: Progress, folder: Path, console: Console) -> int:
    runs = f"{progress.runs} run{'' if progress.runs == 1 else 's'}"
    bound = ", the bounds were reached" if progress.out_of_bounds else ", interrupted" if progress.interrupted else ""
    if not progress.smallest:
        console.print(Text(f"Nothing found in {runs}{bound}.", style="bold" if progress.interrupted else "bold green"))
        return INTERRUPTED if progress.interrupted else NOTHING_FOUND
    for kind, (world, failure) in sorted(progress.smallest.items()):
        path = save(folder, world, failure)
        console.print(Text.assemble((kind, "bold red"), f"  {failure.story}"))
        console.print(Padding(Text(f"in a world of {world.line}"), (0, 0, 0, 4)))
        console.print(Padding(Text(f"saved as {path}"), (0, 0, 0, 4)), soft_wrap=True)
    count = len(progress.smallest)
    plural = "way to fail" if count == 1 else "ways to fail"
    console.print(Text(f"\n{count} {plural} found in {runs}{bound}.", style="bold red"))
    return INTERRUPTED if progress.interrupted else FOUND


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"wants a whole number from {low} to {high}, not {text}")
        return number

    read.__name__ = "whole number"
    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text)
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"wants a number from {low:g} to {high:g}, not {text}")
        return number

    read.__name__ = "number"
    return read
