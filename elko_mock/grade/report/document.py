"""The verdict as a JSON document; its shape is published in `verdict.schema.json` beside this file."""

from importlib.resources import files
from typing import Any

import orjson

from elko_mock.clock import Instant, to_datetime
from elko_mock.grade.bill import Bill
from elko_mock.grade.judge import Sitting
from elko_mock.grade.rule import Evidence
from elko_mock.grade.verdict import Exit, Judged, Verdict

FORMAT = "elko-mock-verdict/1"
SCHEMA_FILE = "verdict.schema.json"
OUTCOMES = {Exit.PASSED: "passed", Exit.FAILED: "failed", Exit.TOO_LITTLE: "too-little-exercised"}


def as_json(verdict: Verdict) -> bytes:
    """The document as bytes, indented."""
    return orjson.dumps(as_document(verdict), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_document(verdict: Verdict) -> dict[str, Any]:
    """The document as plain data."""
    return {
        "format": FORMAT,
        "outcome": OUTCOMES[verdict.exit],
        "exitCode": int(verdict.exit),
        "grade": verdict.grade.value,
        "sentence": verdict.sentence,
        "profile": verdict.profile.name,
        "command": verdict.command,
        "written": None if verdict.written is None else moment(verdict.written),
        "exercised": {
            "share": round(verdict.share_exercised, 3),
            "least": verdict.profile.least_exercised,
        },
        "rules": [_rule(one) for one in verdict.judged],
        "sessions": [_session(one) for one in verdict.sittings],
        "bill": _bill(verdict.bill),
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    data: dict[str, Any] = orjson.loads((files(__package__) / SCHEMA_FILE).read_bytes())
    return data


def moment(at: Instant) -> str:
    """World time, ISO 8601, UTC, to the millisecond."""
    return to_datetime(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rule(one: Judged) -> dict[str, Any]:
    rule, finding = one.rule, one.finding
    return {
        "id": rule.id,
        "name": rule.name,
        "wording": rule.wording,
        "severity": rule.severity.value,
        "sources": [source.value for source in rule.sources],
        "result": finding.result.value,
        "counts": one.counts,
        "summary": finding.summary,
        "faults": finding.faults,
        "evidence": [_evidence(piece) for piece in finding.evidence],
        "fix": rule.fix,
        "scenarios": list(rule.scenarios),
    }


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "session": piece.world,
        "exchange": piece.exchange,
        "time": None if piece.at is None else moment(piece.at),
        "excerpt": piece.excerpt,
    }


def _session(one: Sitting) -> dict[str, Any]:
    ending = one.ending
    return {
        "name": one.facts.world,
        "scenario": one.facts.scenario,
        "scale": one.facts.scale,
        "calls": one.calls,
        "missing": one.missing,
        "first": None if one.first is None else moment(one.first),
        "last": None if one.last is None else moment(one.last),
        "exitStatus": ending.exit_status,
        "timedOut": ending.timed_out,
        "peak": one.timeline.peak,
        "blocks": len(one.timeline.blocks),
        "bill": _bill(one.bill),
    }


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "calls": bill.calls,
        "orders": bill.orders,
        "sums": {currency: f"{amount:.2f}" for currency, amount in bill.sums.items()},
        "unknownSums": bill.unknown_sums,
        "ordersCancelled": bill.orders_cancelled,
        "piecesReserved": bill.pieces_reserved,
        "minutesBlocked": bill.minutes_blocked,
        "tokensReplaced": bill.tokens_replaced,
        "fullLists": bill.full_lists,
        "inProduction": bill.lines(),
    }
