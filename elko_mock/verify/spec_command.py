"""Documents: what changed between two, a live one vendored, and how much of one a test run has exercised."""

import argparse
import json
import sys
from itertools import groupby
from pathlib import Path

from elko_mock.contract.contract import Contract
from elko_mock.contract.diff import Breaks, diff
from elko_mock.contract.importing import import_document
from elko_mock.contract.problem import DocumentProblem
from elko_mock.exchange.export import RecordProblem, read_ndjson
from elko_mock.verify.coverage import KINDS, Item, coverage, share

_DIFFERS = 1
_USAGE = 2
_HEADINGS = {
    Breaks.CLIENT: "breaks clients",
    Breaks.SERVER: "breaks servers",
    Breaks.BOTH: "breaks clients and servers",
    Breaks.NONE: "harmless",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb each."""
    verbs = parser.add_subparsers(dest="verb", metavar="diff|import|coverage", required=True)
    changed = verbs.add_parser("diff", help="what changed, and whom it breaks; exit code 1 if anybody")
    changed.add_argument("old", help="file or URL; `vendored` for the document that comes with elko-mock")
    changed.add_argument("new", help="file or URL")
    changed.add_argument("--json", action="store_true", help="as JSON, for programs")
    taken = verbs.add_parser("import", help="vendor a live document; evidence marks stay where they still hold")
    taken.add_argument("source", help="file or URL of the live document")
    taken.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it, .yaml or .json")
    taken.add_argument("--force", action="store_true", help="write over a file that is there")
    exercised = verbs.add_parser("coverage", help="what of the document a recorded run has exercised")
    exercised.add_argument("--journal", type=Path, required=True, metavar="FILE", help="a journal exported as NDJSON")
    exercised.add_argument("--spec", metavar="FILE-or-URL", help="another document than the vendored one")
    exercised.add_argument("--json", action="store_true", help="as JSON, for programs")
    exercised.add_argument("--missing", action="store_true", help="only what was not exercised")
    exercised.add_argument(
        "--at-least", type=_share, metavar="SHARE", help="exit code 1 when less of the operations, 0 to 1, was called"
    )


def _share(text: str) -> float:
    """Raises ArgumentTypeError."""
    try:
        given = float(text)
    except ValueError:
        given = -1
    if not 0 <= given <= 1:  # nor is NaN
        raise argparse.ArgumentTypeError(f"{text}: write a figure from 0 to 1, for example 0.8")
    return given


def run(arguments: argparse.Namespace) -> int:
    """0 when all is well, 1 for a breaking change or too little exercised, 2 for what cannot be read or written."""
    try:
        match arguments.verb:
            case "diff":
                return _diff(arguments)
            case "import":
                return _import(arguments)
            case _:
                return _coverage(arguments)
    except (DocumentProblem, RecordProblem) as problem:
        return _say(str(problem))
    except OSError as problem:
        return _say(f"{problem.filename}: {problem.strerror or problem}")


def _diff(arguments: argparse.Namespace) -> int:
    old = Contract.load(None if arguments.old == "vendored" else arguments.old)
    changes = diff(old, Contract.load(arguments.new))
    breaking = any(change.breaks is not Breaks.NONE for change in changes)
    if arguments.json:
        _show(json.dumps([change._asdict() for change in changes], indent=2, ensure_ascii=False))
        return _DIFFERS if breaking else 0
    for breaks, heading in _HEADINGS.items():
        found = [change for change in changes if change.breaks is breaks]
        if found:
            _show(f"{heading} ({len(found)})")
            for change in found:
                _show(f"  {change.where}: {change.message}  [{change.kind}]")
    if not changes:
        _show("nothing changed")
    return _DIFFERS if breaking else 0


def _import(arguments: argparse.Namespace) -> int:
    out: Path = arguments.out
    if out.suffix.lower() not in {".yaml", ".yml", ".json"}:
        return _say(f"{out}: its name ends in .yaml or .json")
    if out.exists() and not arguments.force:
        return _say(f"{out} is there already; --force writes over it")
    imported = import_document(arguments.source)
    draft = out.with_name(out.name + ".new")
    draft.write_text(imported.text(out.name), encoding="utf-8")
    draft.replace(out)
    _show(
        f"{out}: {len(imported.kept)} evidence marks kept, "
        f"{len(imported.unmarked)} parts are new or other than they were"
    )
    for change in imported.changes:
        _show(f"  {_HEADINGS[change.breaks]}: {change.where}: {change.message}")
    return 0


def _coverage(arguments: argparse.Namespace) -> int:
    contract = Contract.load(arguments.spec)
    with arguments.journal.open("rb") as lines:
        items = coverage(contract, read_ndjson(lines))
    if arguments.json:
        shares = {kind: share(items, kind) for kind in KINDS}
        listed = [{"operation": one.operation, "kind": one.kind, "name": one.name, "times": one.times} for one in items]
        _show(json.dumps({"shares": shares, "items": listed}, indent=2))
    else:
        _show_coverage(items, missing_only=arguments.missing)
    if not any(one.times for one in items):
        print(f"elko-mock: {arguments.journal}: holds no call of this document", file=sys.stderr)  # noqa: T201
    wanted = arguments.at_least
    return _DIFFERS if wanted is not None and share(items, "operation") < wanted else 0


def _show_coverage(items: tuple[Item, ...], *, missing_only: bool) -> None:
    for operation, group in groupby(items, key=lambda item: item.operation):
        own = list(group)
        called = own[0].times
        if missing_only and all(item.times for item in own):
            continue
        _show(f"{operation}: " + (f"called {called} times" if called else "not called"))
        for kind in KINDS[1:]:
            of_kind = [item for item in own if item.kind == kind]
            missing = [item.name for item in of_kind if not item.times]
            if of_kind and called and (missing or not missing_only):
                met = len(of_kind) - len(missing)
                _show(f"  {kind}: {met} of {len(of_kind)}" + (f"; not {', '.join(missing)}" if missing else ""))
    plural = {"operation": "operations", "code": "codes", "media type": "media types", "parameter": "parameters"}
    _show("in all: " + ", ".join(f"{share(items, kind):.0%} of the {plural.get(kind, 'nulls')}" for kind in KINDS))


def _show(line: str) -> None:
    print(line)  # noqa: T201 - this is the command's voice


def _say(problem: str) -> int:
    print(f"elko-mock: {problem}", file=sys.stderr)  # noqa: T201
    return _USAGE
