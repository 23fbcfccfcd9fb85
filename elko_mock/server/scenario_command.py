"""List, show, check and run scenarios."""

import argparse
import sys

from elko_mock.contract.contract import Contract
from elko_mock.scenario.document import write_scenario
from elko_mock.scenario.loader import ScenarioProblem, UnknownScenario, bundled, load, source
from elko_mock.scenario.yaml_marks import write_yaml
from elko_mock.server import command
from elko_mock.server.control.problems import no_such

_WRONG = 1
_USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb each."""
    verbs = parser.add_subparsers(dest="verb", metavar="list|show|check|run", required=True)
    verbs.add_parser("list", help="the bundled scenarios, a line each", allow_abbrev=False)
    show = verbs.add_parser("show", help="one scenario", allow_abbrev=False)
    show.add_argument("scenario", help="name of a bundled scenario, or a file")
    show.add_argument("--source", action="store_true", help="the file as it is written, not what comes of it")
    checked = verbs.add_parser("check", help="every mistake in scenario files, with file and line", allow_abbrev=False)
    checked.add_argument("scenario", nargs="+", help="names or files")
    run_it = verbs.add_parser(
        "run", help="serve a mock in this situation; takes the options of `serve`", allow_abbrev=False
    )
    run_it.add_argument("situation", metavar="scenario", help="name of a bundled scenario, or a file")
    command.add_arguments(run_it)


def run(arguments: argparse.Namespace) -> int:
    """0 when all is well, 1 for a scenario with mistakes, 2 for one that does not exist."""
    try:
        match arguments.verb:
            case "list":
                return _list()
            case "show":
                return _show(arguments.scenario, as_written=arguments.source)
            case "check":
                return max([_check(one) for one in arguments.scenario])
    except ScenarioProblem as problem:
        print(f"elko-mock: {problem}", file=sys.stderr)  # noqa: T201 - this is the command's voice
        return _status(problem)
    arguments.scenario = arguments.situation
    return command.run(arguments)


def _list() -> int:
    names = bundled()
    width = max(map(len, names))
    for name in names:
        print(f"{name.ljust(width)}  {load(name).line}")  # noqa: T201
    return 0


def _show(name: str, *, as_written: bool) -> int:
    if as_written:
        print(source(name), end="")  # noqa: T201
        return 0
    print(write_yaml(write_scenario(load(name))), end="")  # noqa: T201
    return 0


def _check(name: str) -> int:
    try:
        scenario = load(name)
    except ScenarioProblem as problem:
        for finding in problem.findings:
            print(finding, file=sys.stderr)  # noqa: T201
        return _status(problem)
    known = Contract.load().names
    idle = [pattern for rule in scenario.faults for pattern in rule.idle(known)]
    for pattern in idle:
        print(f"{name}: faults: {no_such('operation', pattern, known)}", file=sys.stderr)  # noqa: T201
    if idle:
        return _WRONG
    print(f"{name}: good")  # noqa: T201
    return 0


def _status(problem: ScenarioProblem) -> int:
    return _USAGE if isinstance(problem, UnknownScenario) else _WRONG
