"""Servers that are right, though not as the mock is: verify has nothing against them. The zoo's other half."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import pytest

from elko_mock.contract.contract import Contract
from elko_mock.exchange.messages import Response
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify.check import Credentials
from elko_mock.verify.model import Outcome, Standing, Verdict
from elko_mock.verify.plan import Plan
from elko_mock.verify.run import verify
from elko_mock.verify.target import parse_target
from tests.verify.cage import After, Cage, Seen, json_response, problem, with_data

SETTINGS = Settings(limit=0, journal_exchanges=0)
CATALOGUE = ("getProducts", "getAvailability", "getAvailabilityAndPrice")


def judged(after: After | None, *checks: str, settings: Settings = SETTINGS, writes: bool = False) -> Verdict:
    mock = assemble(settings)
    with Live(Cage(mock, mock.contract, None, after)) as live:
        target = parse_target(live.url, base_path="/v3.0/api", writes="127.0.0.1" if writes else None)
        account = mock.worlds.default.gate.account
        token = str(account.token)  # and not in a world of the run's own
        return verify(
            Plan(
                target,
                Contract.load(),
                token=token,
                credentials=Credentials(account.settings.username, account.settings.password) if writes else None,
                share=None,
                examples=1,
                quick=True,
                forms=("json",),
                checks=frozenset(checks) or None,
            )
        ).verdict


class Right(NamedTuple):
    """One server, and the checks that might be wrong about it."""

    name: str
    checks: tuple[str, ...]
    make: Callable[[], After]


def other_order_of_properties() -> After:
    turn = [0]

    def after(seen: Seen, response: Response) -> Response | None:
        del seen
        if response.status != 200 or "json" not in (response.header(b"content-type") or ""):
            return None
        turn[0] += 1
        assert isinstance(response.body, bytes)
        if response.header(b"content-encoding"):
            return None
        return response._replace(body=orjson.dumps(_turned(orjson.loads(response.body), turn[0])))

    return after


def _turned(data: Any, by: int) -> Any:
    if isinstance(data, dict):
        names = list(data)
        by %= len(names) or 1
        return {name: _turned(data[name], by) for name in names[by:] + names[:by]}
    return [_turned(item, by) for item in data] if isinstance(data, list) else data


def stock_that_moves(every: int) -> After:
    calls = [0]

    def sell(rows: Any) -> None:
        calls[0] += 1
        for row in rows:
            for name in ("quantity", "stockQuantity"):
                if str(row.get(name)).isdigit():
                    row[name] = str(int(row[name]) + calls[0] // every)

    made: After = with_data(*CATALOGUE)(sell)
    return made


def a_trace_id_for_each_call() -> After:
    calls = [0]

    def after(seen: Seen, response: Response) -> Response | None:
        del seen
        if response.status != 403:
            return None
        calls[0] += 1
        assert isinstance(response.body, bytes)
        details = orjson.loads(response.body) | {"traceId": f"00-{calls[0]:032d}-00"}
        return json_response(403, details, b"application/problem+json; charset=utf-8")

    return after


RIGHT = [
    Right("properties in another order each time", ("lists-agree", "query-names"), other_order_of_properties),
    Right(
        "stock that moves now and then",
        ("lists-agree", "query-names", "availability-agrees", "json-is-xml"),
        lambda: stock_that_moves(7),
    ),
    Right("a traceId of each call's own", ("forbidden-alike",), a_trace_id_for_each_call),
]


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: right.name)
def test_a_right_one_passes(right: Right) -> None:
    verdict = judged(right.make(), *right.checks)
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.CONFORMS, verdict.not_judged
    standings = {check.check: check.standing for check in verdict.checks}
    assert {standings[check] for check in right.checks} == {Standing.PASSED}


def test_what_moves_between_every_two_calls_is_not_judged() -> None:
    verdict = judged(stock_that_moves(1), "lists-agree")
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    assert verdict.not_judged == ("lists-agree: what it compares moved each time it was asked for",)


@pytest.mark.parametrize(("blocked", "standing"), [(False, Standing.PASSED), (True, Standing.NOT_JUDGED)])
def test_a_block_is_not_taken_for_a_dead_token(blocked: bool, standing: Standing) -> None:
    since: list[Seen] = []

    def after(seen: Seen, response: Response) -> Response | None:
        if since or (seen.operation == "issueToken" and response.status == 200):
            since.append(seen)
        return problem(403) if blocked and len(since) > 2 else None

    verdict = judged(after, "one-token", writes=True)
    assert {check.check: check.standing for check in verdict.checks}["one-token"] is standing


def test_null_wherever_the_document_allows_it_is_no_finding() -> None:
    verdict = judged(None, settings=Settings(limit=0, journal_exchanges=0, scenario="nulls-everywhere"))
    assert verdict.findings == ()


def test_a_catalogue_without_a_product_is_not_judged_though_it_has_categories() -> None:
    verdict = judged(None, "none", settings=Settings(limit=0, journal_exchanges=0, scenario="empty-catalog"))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.COULD_NOT_RUN
    standings = {result.tally.operation: result.standing for result in verdict.operations}
    assert standings["getProducts"] is Standing.NOT_JUDGED
    assert standings["getVendors"] is Standing.PASSED
