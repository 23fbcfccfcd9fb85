"""The verdict on the console."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from elko_mock.grade.report.junit import place
from elko_mock.grade.rule import Result, Severity
from elko_mock.grade.verdict import Exit, Grade, Judged, Verdict

_MARKS = {Result.PASS: ("pass", "green"), Result.NOT_EXERCISED: ("-", "dim"), Result.FAIL: ("FAIL", "bold red")}
_TONES = {Exit.PASSED: "bold green", Exit.FAILED: "bold red", Exit.TOO_LITTLE: "bold yellow"}
_SHOWN = 3
"""Pieces of evidence shown per rule; the other reports show more."""


def print_verdict(verdict: Verdict, console: Console, *, verbose: bool = False) -> None:
    """A line per rule, then the broken ones with evidence and fix, the bill, and the outcome last."""
    console.print(_rules(verdict, verbose=verbose))
    for one in verdict.judged:
        if one.failed:
            _print_broken(one, console)
    unexercised = [one for one in verdict.judged if not one.exercised]
    if unexercised and not verbose:
        names = ", ".join(one.rule.id for one in unexercised)
        console.print(Text(f"\nNot exercised: {names}. --verbose tells why.", style="dim"))
    _print_bill(verdict, console)
    grade = "No grade" if verdict.grade is Grade.UNGRADED else f"Grade {verdict.grade.value}"
    console.print(Text(f"\n{verdict.sentence} {grade}.", style=_TONES[verdict.exit]))
    for sitting in verdict.sittings:
        if sitting.gap:
            console.print(Text(f"Of the world {sitting.facts.world!r} {sitting.gap}", style="yellow"))
    for sitting in verdict.stumbled:
        name, story = sitting.facts.world, sitting.ending.story
        console.print(Text(f"In the world {name!r}, where nothing stands in its way, the client failed: {story}"))
    if verdict.exit is Exit.TOO_LITTLE and not verdict.stumbled:
        share, least = verdict.share_exercised, verdict.profile.least_exercised
        console.print(
            f"{share:.0%} of the error rules were put to the test; profile {verdict.profile.name} wants {least:.0%}.",
            highlight=False,
        )


def _rules(verdict: Verdict, *, verbose: bool) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column()
    for one in verdict.judged:
        if not one.exercised and not verbose:
            continue
        mark, style = _MARKS[one.finding.result]
        if one.failed and one.rule.severity is not Severity.ERROR:
            mark, style = one.rule.severity.value, "yellow"
        table.add_row(Text(mark, style), one.rule.id, one.rule.name, one.rule.severity.value, Text(one.finding.summary))
    return table


def _print_broken(one: Judged, console: Console) -> None:
    rule, finding = one.rule, one.finding
    style = "bold red" if rule.severity is Severity.ERROR else "bold yellow"
    console.print()
    console.print(Text.assemble((f"{rule.id} {rule.name}", style), f"  A good client {rule.wording}."))
    for piece in finding.evidence[:_SHOWN]:
        console.print(Padding(Text.assemble((f"{place(piece)} ", "dim"), piece.excerpt), (0, 0, 0, 4)))
    if finding.faults > _SHOWN:
        console.print(Padding(Text(f"... {finding.faults} times in all", style="dim"), (0, 0, 0, 4)))
    console.print(Padding(Text.assemble(("fix: ", "bold"), rule.fix), (0, 0, 0, 4)))


def _print_bill(verdict: Verdict, console: Console) -> None:
    count = len(verdict.sittings)
    runs = "this run" if count == 1 else f"these {count} runs"
    console.print(Text(f"\nIn production {runs} would have", style="bold"))
    for line in verdict.bill.lines():
        console.print(Text(f"  - {line}"))
