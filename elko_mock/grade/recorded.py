"""Recorded sessions: a journal from memory, from a file, or from a world of a running mock."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.export import RecordProblem, read_ndjson
from elko_mock.grade.config import Grading
from elko_mock.grade.house import lines_of
from elko_mock.grade.judge import Judge, Sitting
from elko_mock.grade.session import Ending, Facts, Session
from elko_mock.grade.verdict import Verdict, verdict

_TIMEOUT = 120.0
_CONTROL_TOKEN = "X-Elko-Control-Token"  # noqa: S105 - a header's name


class JournalProblem(ValueError):
    """The journal cannot be had or read; the message says why."""


def grade_exchanges(
    exchanges: Iterable[Exchange],
    grading: Grading,
    contract: Contract,
    *,
    scenario: str | None = None,
    ending: Ending | None = None,
    name: str = "session",
) -> Verdict:
    """The verdict over one session's exchanges. `ending`: how the client ended, if that is known."""
    facts = Facts(name, scenario, calm=True if ending is not None else None)
    sitting = Judge(grading.rules, contract).hear(Session(facts, exchanges, ending or Ending()))
    return verdict(grading.profile, grading.rules, [sitting])


def hear_file(judge: Judge, file: Path) -> list[Sitting]:
    """The sessions of an NDJSON file, one per world. Raises JournalProblem naming the line."""
    try:
        with file.open("rb") as lines:
            sittings = judge.hear_journal(read_ndjson(lines))
    except OSError as problem:
        raise JournalProblem(f"{file}: {problem.strerror or problem}") from None
    except RecordProblem as problem:
        raise JournalProblem(f"{file}: {problem}") from None
    if not sittings:
        raise JournalProblem(f"{file}: there is not one exchange in it")
    return sittings


def hear_world(judge: Judge, url: str, world: str, control_token: str | None = None) -> Sitting:
    """A session by hand, in a world of the mock that runs at `url`. Raises JournalProblem."""
    headers = {} if control_token is None else {_CONTROL_TOKEN: control_token}
    path = f"/_elko/worlds/{quote(world, safe='')}"
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=_TIMEOUT, headers=headers) as client:
            described = _asked(client, path)
            clock = _asked(client, f"{path}/clock")
            facts = Facts(
                world,
                described.get("scenario"),
                scale=float(clock.get("scale", 1.0)),
                secrets=frozenset(filter(None, [described.get("token")])),
            )
            with client.stream("GET", f"{path}/journal/export", params={"format": "ndjson"}) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise JournalProblem(f"{url}: the journal was answered with {answer.status_code}")
                hearing = judge.open(facts)
                for exchange in read_ndjson(lines_of(answer.iter_bytes())):
                    hearing.see(exchange)
            return hearing.close(replace(Ending(), at=int(clock["now"])))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise JournalProblem(f"{url}: no mock answers there: {problem}") from None
    except (RecordProblem, KeyError, TypeError, ValueError) as problem:
        if isinstance(problem, JournalProblem):
            raise
        raise JournalProblem(f"{url}: what answers there is no mock of this version: {problem}") from None


def _asked(client: httpx.Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    data = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if answer.status_code != httpx.codes.OK:
        raise JournalProblem(str(data.get("detail") or f"{client.base_url}: answered {answer.status_code} to {path}"))
    if not isinstance(data, dict):
        raise JournalProblem(f"{client.base_url}: what answers there is no mock")
    return data
