"""The verdict as one HTML page that needs nothing beside itself: no script, no font, no picture from elsewhere."""

from collections import Counter
from collections.abc import Iterable
from html import escape

from elko_mock.grade.judge import Sitting
from elko_mock.grade.report.document import moment
from elko_mock.grade.report.picture import Flag, draw
from elko_mock.grade.report.style import STYLE
from elko_mock.grade.rule import Evidence, Result, Severity, Source
from elko_mock.grade.verdict import Exit, Grade, Judged, Verdict

_SOURCES = {
    Source.MANUAL: "ELKO's manual",
    Source.OBSERVED: "seen broken in public clients",
    Source.INFERRED: "there is no sandbox",
}
_MOST_PICTURES = 24
_MOST_EVIDENCE = 6
_GRADES = (
    "A nothing broken · B one warning, or hints alone · C two warnings or more · D one error · F two errors or more"
)


def as_html(verdict: Verdict) -> bytes:
    """The page, UTF-8."""
    broken = [one for one in verdict.judged if one.failed]
    figures = _figures(verdict)
    word = {Exit.PASSED: "Passed", Exit.FAILED: "Failed", Exit.TOO_LITTLE: "Too little exercised"}[verdict.exit]
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{word}: ELKO client, grade {verdict.grade.value}</title><style>{STYLE}</style></head><body><main>",
        _header(verdict),
        _meter(verdict),
        *(_missing(one) for one in verdict.sittings if one.gap),
        *(_stumbled(one) for one in verdict.stumbled),
        _bill(verdict),
        "".join(figures[:1]),
        "<h2>What was broken</h2>" if broken else "<h2>Nothing was broken</h2>",
        *(_broken(one) for one in sorted(broken, key=_weight)),
        "" if broken else "<p>Every rule that was put to the test was kept.</p>",
        "<h2>The other runs over time</h2>" if len(figures) > 1 else "",
        *figures[1:],
        _rules(verdict.judged),
        _sessions(verdict.sittings),
        f"<footer>{_GRADES}. A rule that was not exercised is no pass. Times are those of each run's world.</footer>",
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part).encode()


def _weight(one: Judged) -> tuple[int, str]:
    return list(Severity).index(one.rule.severity), one.rule.id


def _tone(severity: Severity) -> str:
    return "bad" if severity is Severity.ERROR else "unsure"


def _header(verdict: Verdict) -> str:
    tones = {Exit.PASSED: "good", Exit.FAILED: "bad", Exit.TOO_LITTLE: "unsure"}
    letter = "?" if verdict.grade is Grade.UNGRADED else verdict.grade.value
    what = f"<code>{escape(verdict.command)}</code>" if verdict.command else "a recorded journal"
    when = "" if verdict.written is None else f", {moment(verdict.written)[:16].replace('T', ' ')} UTC"
    count = len(verdict.sittings)
    return (
        f'<header style="--tone: var(--{tones[verdict.exit]})"><div class="grade" title="{_GRADES}">{letter}</div><div>'
        f"<h1>How this client treats ELKO's API</h1>"
        f'<div class="outcome">{escape(verdict.sentence)}</div>'
        f'<div class="dim">{what}, {count} run{"" if count == 1 else "s"}, '
        f"profile {escape(verdict.profile.name)}{when}</div></div></header>"
    )


def _meter(verdict: Verdict) -> str:
    judged = verdict.judged
    errors = sum(one.failed and one.rule.severity is Severity.ERROR for one in judged)
    others = sum(one.failed for one in judged) - errors
    kept = sum(one.finding.result is Result.PASS for one in judged)
    rest = len(judged) - errors - others - kept
    bars = "".join(
        f'<i class="{tone}" style="flex: {count}"></i>'
        for tone, count in (("bad", errors), ("unsure", others), ("good", kept), ("none", rest))
        if count
    )
    share, least = verdict.share_exercised, verdict.profile.least_exercised
    return (
        f'<div class="meter">{bars}</div><div class="legend">'
        f"<span><b>{errors}</b> error{'' if errors == 1 else 's'}</span>"
        f"<span><b>{others}</b> warnings and hints</span>"
        f"<span><b>{kept}</b> kept</span><span><b>{rest}</b> not exercised</span>"
        f"<span><b>{share:.0%}</b> of the error rules put to the test ({least:.0%} wanted)</span></div>"
    )


def _broken(one: Judged) -> str:
    rule, finding = one.rule, one.finding
    shown = finding.evidence[:_MOST_EVIDENCE]
    more = finding.faults - len(shown)
    rest = f'<li class="where">and {more} more</li>' if more > 0 else ""
    sources = ", ".join(_SOURCES[source] for source in rule.sources)
    return (
        f'<article style="--tone: var(--{_tone(rule.severity)})" id="{rule.id}">'
        f'<h3><span class="id">{rule.id}</span>{escape(rule.name)}<span class="tag">{rule.severity.value}</span></h3>'
        f'<div><p>A good client {escape(rule.wording)}. <span class="dim">Source: {sources}.</span></p>'
        f'<p class="fix"><b>Fix</b> {escape(rule.fix)}</p></div>'
        f'<div><p class="summary">{escape(finding.summary[:1].upper() + finding.summary[1:])}:</p>'
        f'<ul class="evidence">{"".join(map(_evidence, shown))}{rest}</ul></div></article>'
    )


def _evidence(piece: Evidence) -> str:
    exchange = "" if piece.exchange is None else f" · exchange {piece.exchange}"
    when = "" if piece.at is None else f" · {moment(piece.at).replace('T', ' ').removesuffix('Z')}"
    return (
        f'<li><div class="where">{escape(piece.world)}{exchange}{when}</div>'
        f'<div class="excerpt">{escape(piece.excerpt)}</div></li>'
    )


def _stumbled(sitting: Sitting) -> str:
    return (
        f'<p class="stumbled">In the world <b>{escape(sitting.facts.world)}</b>, where nothing stands in its way, the '
        f"client failed: <code>{escape(sitting.ending.story)}</code></p>"
    )


def _missing(sitting: Sitting) -> str:
    return f"<p>Of the world <b>{escape(sitting.facts.world)}</b> {escape(sitting.gap)}</p>"


def _bill(verdict: Verdict) -> str:
    count = len(verdict.sittings)
    runs = "this run" if count == 1 else f"these {count} runs"
    lines = "".join(f"<li>{escape(line)}</li>" for line in verdict.bill.lines())
    return f'<aside class="bill"><h2>In production, {runs} would have</h2><ul>{lines}</ul></aside>'


def _figures(verdict: Verdict) -> list[str]:
    shown = [one for one in verdict.sittings if one.timeline.spans]
    # The most telling first: errors at a moment that can be shown, the highest peak, blocks.
    pieces = [piece for one in verdict.failed(Severity.ERROR) for piece in one.finding.evidence]
    errors = Counter(piece.world for piece in pieces if piece.at is not None)
    shown.sort(key=lambda one: (-errors[one.facts.world], -one.timeline.peak, -len(one.timeline.blocks)))
    return [_figure(one, verdict) for one in shown[:_MOST_PICTURES]]


def _figure(sitting: Sitting, verdict: Verdict) -> str:
    name = sitting.facts.world
    flags = [
        Flag(piece.at, one.rule.id, _tone(one.rule.severity))
        for one in verdict.judged
        if one.rule.severity is not Severity.INFO
        for piece in one.finding.evidence
        if piece.world == name and piece.at is not None
    ]
    facts = f"{sitting.calls} calls, at most {sitting.timeline.peak} in 10 s"
    picture = draw(sitting.timeline, flags, f"{name}: {facts}")
    return f'<figure><figcaption><b>{escape(name)}</b><span class="dim">{facts}</span></figcaption>{picture}</figure>'


def _rules(judged: Iterable[Judged]) -> str:
    rows = "".join(_row(one) for one in judged)
    head = "<th>rule</th><th>a good client ...</th><th>severity</th><th>result</th>"
    return f"<h2>All rules</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(one: Judged) -> str:
    rule, finding = one.rule, one.finding
    tone = {Result.PASS: "good", Result.NOT_EXERCISED: "none"}.get(finding.result, _tone(rule.severity))
    word = {Result.PASS: "kept", Result.FAIL: "broken", Result.NOT_EXERCISED: "not exercised"}[finding.result]
    shown = f'<a href="#{rule.id}" class="{tone}">{word}</a>' if one.failed else word
    return (
        f"<tr><td><code>{rule.id}</code></td><td>{escape(rule.wording)}"
        f'<div class="dim">{escape(finding.summary)}</div></td>'
        f'<td class="dim">{rule.severity.value}</td><td class="result {tone}">{shown}</td></tr>'
    )


def _sessions(sittings: Iterable[Sitting]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.facts.world)}</td><td>{escape(_end(one))}</td>"
        f'<td class="n">{one.calls}</td><td class="n">{one.timeline.peak}</td>'
        f'<td class="n">{len(one.timeline.blocks)}</td><td class="n">{one.bill.orders}</td></tr>'
        for one in sittings
    )
    head = (
        '<th>world</th><th>how the command ended</th><th class="n">calls</th><th class="n">most in 10 s</th>'
        '<th class="n">blocks</th><th class="n">orders</th>'
    )
    return f"<h2>Runs</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _end(sitting: Sitting) -> str:
    return sitting.ending.story if sitting.ending.known else "not known"
