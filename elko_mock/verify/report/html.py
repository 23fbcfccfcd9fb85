"""The verdict as one HTML page that needs nothing beside itself: no script, no font, no picture from elsewhere."""

from html import escape

from elko_mock.verify.model import CheckResult, Finding, OperationResult, Outcome, Sample, Standing, Verdict
from elko_mock.verify.report.samples import curl

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --dim: #626c7a; --line: #dfe3e8; --paper: #ffffff; --soft: #f5f7f9;
  --good: #1a7f4b; --bad: #c02f2f; --unsure: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --dim: #97a1af; --line: #333b47; --paper: #14181e;
  --soft: #1c222a; --good: #4fc289; --bad: #ff8585; --unsure: #e3b04b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 36px 0 10px; }
.dim { color: var(--dim); } code, pre { font: 13px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.verdict { border: 1px solid var(--line); border-left: 6px solid var(--tone); border-radius: 6px; padding: 14px 18px;
  margin: 20px 0; background: var(--soft); }
.verdict b { color: var(--tone); font-size: 19px; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin-top: 8px; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: 6px 10px 6px 0;
  border-bottom: 1px solid var(--line); vertical-align: top; } th { font-weight: 600; color: var(--dim); }
.n { text-align: right; padding-right: 22px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .unsure { color: var(--unsure);
  font-weight: 600; }
.bar { display: inline-block; width: 72px; height: 8px; border-radius: 4px; background: var(--line); overflow: hidden;
  vertical-align: middle; margin-right: 8px; } .bar i { display: block; height: 100%; background: var(--dim); }
article { border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; margin: 12px 0; }
article h3 { margin: 0 0 6px; font-size: 15px; } article p { margin: 0 0 8px; white-space: pre-line; }
pre { background: var(--soft); border-radius: 4px; padding: 8px 12px; margin: 6px 0; white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media print { article, tr { break-inside: avoid; } }
"""
_TONE = {Outcome.CONFORMS: "good", Outcome.DOES_NOT: "bad", Outcome.COULD_NOT_RUN: "unsure"}
_CLASS = {Standing.PASSED: "good", Standing.FAILED: "bad", Standing.NOT_JUDGED: "unsure"}


def as_html(verdict: Verdict) -> bytes:
    """The page, UTF-8."""
    title = f"{verdict.outcome.value}: {verdict.target}"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(verdict.target)}</h1>",
        f'<div class="dim">checked against {escape(verdict.document)}, {escape(verdict.started)}</div>',
        _summary(verdict),
        _findings(verdict),
        "<h2>Operations</h2>",
        _table(
            ("operation", "calls", "really judged", "answers of 200", "result"),
            [_operation(result) for result in verdict.operations],
        ),
        "<h2>Checks</h2>",
        _table(
            ("check", "what it holds the provider to", "looked at", "result"),
            [_check(check) for check in verdict.checks],
        ),
        _notes(verdict),
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part).encode()


def _summary(verdict: Verdict) -> str:
    tone = _TONE[verdict.outcome]
    count = len(verdict.findings)
    found = "" if not count else f", {count} finding{'s' if count > 1 else ''}"
    stop = "" if verdict.stop is None else f"<div>Stopped: {escape(verdict.stop.message)}.</div>"
    unjudged = "".join(f"<div>Not judged: {escape(line)}</div>" for line in verdict.not_judged)
    facts = (
        verdict.mode,
        f"{verdict.calls} calls, {verdict.cases} of them generated",
        verdict.pace,
        f"{verdict.seconds:.1f} s",
        f"seed {verdict.seed}",
    )
    listed = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return (
        f'<div class="verdict" style="--tone: var(--{tone})"><b>{escape(verdict.outcome.value)}</b>{found}'
        f'{stop}{unjudged}<div class="facts dim">{listed}</div></div>'
    )


def _findings(verdict: Verdict) -> str:
    if not verdict.findings:
        return ""
    return "<h2>Findings</h2>" + "".join(_finding(finding) for finding in verdict.findings)


def _finding(finding: Finding) -> str:
    samples = "".join(_sample(one) for one in finding.samples)
    return (
        f'<article><h3 class="bad">{escape(finding.check)} <span class="dim">{escape(finding.operation)}</span></h3>'
        f"<p>{escape(finding.message)}</p>{samples}</article>"
    )


def _sample(one: Sample) -> str:
    answer = "no answer" if one.status is None else f"{one.status} {one.content_type}".rstrip()
    body = f"\n{one.excerpt}" if one.excerpt else ""
    return f"<pre>{escape(curl(one))}</pre><pre>{escape(answer + body)}</pre>"


def _operation(result: OperationResult) -> str:
    tally = result.tally
    share = "-"
    if tally.sent:
        share = f'<span class="bar"><i style="width: {tally.share:.0%}"></i></span>{tally.share:.0%}'
    return (
        f'<td><code>{escape(tally.operation)}</code></td><td class="n">{tally.sent}</td><td class="n">{share}</td>'
        f'<td class="n">{tally.succeeded}</td>{_standing(result.standing, result.reason)}'
    )


def _check(check: CheckResult) -> str:
    return (
        f'<td><code>{escape(check.check)}</code></td><td>{escape(check.title)}</td><td class="n">{check.judged}</td>'
        f"{_standing(check.standing, check.reason)}"
    )


def _standing(standing: Standing, reason: str) -> str:
    why = f'<span class="dim">: {escape(reason)}</span>' if reason else ""
    return f'<td><span class="{_CLASS.get(standing, "dim")}">{escape(standing.value)}</span>{why}</td>'


def _table(headings: tuple[str, ...], rows: list[str]) -> str:
    numeric = {"calls", "really judged", "answers of 200", "looked at"}
    head = "".join(f'<th class="n">{name}</th>' if name in numeric else f"<th>{name}</th>" for name in headings)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _notes(verdict: Verdict) -> str:
    if not verdict.notes:
        return ""
    return "<h2>Notes</h2><ul>" + "".join(f"<li>{escape(note)}</li>" for note in verdict.notes) + "</ul>"
