"""The verdict as JUnit XML: one test case per rule; not exercised is skipped, a broken rule that counts fails."""

import re
from xml.sax.saxutils import escape, quoteattr

from elko_mock.grade.report.document import moment
from elko_mock.grade.rule import Evidence
from elko_mock.grade.verdict import Judged, Verdict

_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def as_junit(verdict: Verdict) -> bytes:
    """The document, UTF-8."""
    failures = sum(one.failed and one.counts for one in verdict.judged)
    skipped = sum(not one.exercised for one in verdict.judged)
    counts = f'tests="{len(verdict.judged)}" failures="{failures}" errors="0" skipped="{skipped}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="elko-mock grade" {counts}>',
        f"  <testsuite name={_quoted(f'elko-mock grade ({verdict.profile.name})')} {counts}>",
        "    <properties>",
        f'      <property name="grade" value={_quoted(verdict.grade.value)}/>',
        *(f'      <property name="in production" value={_quoted(line)}/>' for line in verdict.bill.lines()),
        "    </properties>",
    ]
    for one in verdict.judged:
        lines.extend(_case(one))
    lines += ["  </testsuite>", "</testsuites>", ""]
    return "\n".join(lines).encode()


def _case(one: Judged) -> list[str]:
    rule, finding = one.rule, one.finding
    head = f'    <testcase classname="elko-mock.grade.{rule.severity.value}" name={_quoted(f"{rule.id} {rule.name}")}'
    if not one.exercised:
        return [f"{head}>", f"      <skipped message={_quoted(finding.summary)}/>", "    </testcase>"]
    if not one.failed:
        return [f"{head}/>"]
    evidence = "\n".join(place(piece) + " " + piece.excerpt for piece in finding.evidence)
    text = f"The client {rule.wording}: {finding.summary}\n{evidence}\nFix: {rule.fix}"
    if one.counts:
        kind = f'      <failure type="{rule.severity.value}" message={_quoted(finding.summary)}>'
        return [f"{head}>", f"{kind}{_text(text)}</failure>", "    </testcase>"]
    return [f"{head}>", f"      <system-out>{_text(f'{rule.severity.value}: {text}')}</system-out>", "    </testcase>"]


def place(piece: Evidence) -> str:
    """Where a piece of evidence is to be found, for people."""
    parts = [piece.world]
    if piece.exchange is not None:
        parts.append(f"exchange {piece.exchange}")
    if piece.at is not None:
        parts.append(moment(piece.at))
    return "[" + ", ".join(parts) + "]"


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("?", text))


def _quoted(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("?", text), {"\n": "&#10;"})
