"""The verdict on the console: operations, checks, each finding with its smallest example and a line to repeat it."""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from elko_mock.verify.model import Finding, Outcome, Sample, Standing, StopCause, Verdict
from elko_mock.verify.report.samples import curl

_STYLE = {
    Standing.PASSED: "green",
    Standing.FAILED: "bold red",
    Standing.NOT_JUDGED: "bold yellow",
    Standing.NOTHING_THERE: "dim",
    Standing.LEFT_OUT: "dim",
}
_OUTCOME_STYLE = {Outcome.CONFORMS: "bold green", Outcome.DOES_NOT: "bold red", Outcome.COULD_NOT_RUN: "bold yellow"}
_ADVICE = {
    StopCause.REFUSED: (
        "The run stopped at once instead of going on. Wait until no block can be left (a minute), see that the token "
        "is the account's newest and that this address is on its list, and let nothing else call in the meantime."
    ),
    StopCause.UNREACHABLE: "Check the URL, and that the provider is up.",
    StopCause.BUDGET: "Give it more calls, or less to do: --only, --quick, --form json, fewer --examples.",
    StopCause.INTERRUPTED: "What follows is the run so far.",
    StopCause.BROKEN: "This is a fault in the run itself, not in the provider; the run may be repeated with its seed.",
}


def print_verdict(verdict: Verdict, console: Console) -> None:
    """The whole report."""
    console.print(_operations(verdict))
    console.print(_checks(verdict))
    for number, finding in enumerate(verdict.findings, start=1):
        for line in _finding(number, finding):
            console.print(line, soft_wrap=True)  # a command that is to be pasted is one line
    console.print(_closing(verdict))


def text_of(verdict: Verdict, width: int = 120) -> str:
    """The whole report as plain text."""
    console = Console(file=StringIO(), width=width, highlight=False, color_system=None)
    print_verdict(verdict, console)
    file = console.file
    return file.getvalue() if isinstance(file, StringIO) else ""


def _operations(verdict: Verdict) -> Table:
    table = Table(title=f"{verdict.target} against {verdict.document}", title_justify="left", title_style="bold")
    table.add_column("operation")
    for heading in ("calls", "judged", "200"):
        table.add_column(heading, justify="right")
    table.add_column("result")
    for result in verdict.operations:
        tally = result.tally
        table.add_row(
            tally.operation,
            str(tally.sent),
            f"{tally.share:.0%}" if tally.sent else "-",
            str(tally.succeeded),
            _standing(result.standing, result.reason),
        )
    return table


def _checks(verdict: Verdict) -> Table:
    table = Table(title="Checks", title_justify="left", title_style="bold")
    table.add_column("check")
    table.add_column("what it holds the provider to")
    table.add_column("looked at", justify="right")
    table.add_column("result")
    for check in verdict.checks:
        if check.standing is not Standing.LEFT_OUT:
            failed = f" ({len(check.findings)})" if check.findings else ""
            table.add_row(check.check, check.title, str(check.judged), _standing(check.standing, check.reason, failed))
    return table


def _standing(standing: Standing, reason: str, suffix: str = "") -> Text:
    text = Text(standing.value + suffix, style=_STYLE[standing])
    if reason:
        text.append(f": {reason}", style="not bold")
    return text


def _finding(number: int, finding: Finding) -> Iterator[Text]:
    yield Text("")
    yield Text(f"{number}. {finding.check}, {finding.operation}", style="bold red")
    yield Text(finding.message)
    for one in finding.samples:
        yield from _sample(one)


def _sample(one: Sample) -> Iterator[Text]:
    answer = "no answer" if one.status is None else f"{one.status} {one.content_type}".rstrip()
    for name, value in (("sent", curl(one)), ("answer", answer), ("body", one.excerpt)):
        if value:
            yield Text.assemble((f"   {name:<7}", "dim"), value)


def _closing(verdict: Verdict) -> RenderableType:
    parts: list[RenderableType] = [Text("")]
    if verdict.stop is not None:
        parts.append(Text(f"Stopped: {verdict.stop.message}.", style="bold yellow"))
        parts.append(Text(_ADVICE[verdict.stop.cause]))
    parts += [Text(f"Not judged: {line}", style="yellow") for line in verdict.not_judged]
    parts += [Text(f"Note: {note}", style="dim") for note in verdict.notes]
    parts.append(
        Text(
            f"{verdict.mode}, {verdict.calls} calls ({verdict.cases} generated), {verdict.pace}, "
            f"{verdict.seconds:.1f} s, seed {verdict.seed}",
            style="dim",
        )
    )
    summary = Text("Verdict: ", style="bold")
    summary.append(verdict.outcome.value, style=_OUTCOME_STYLE[verdict.outcome])
    if verdict.findings:
        summary.append(f", {len(verdict.findings)} findings" if len(verdict.findings) > 1 else ", 1 finding")
    parts.append(summary)
    return Group(*parts)
