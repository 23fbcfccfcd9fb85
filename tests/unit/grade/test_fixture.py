"""The fixture `elko_verdict`, used as a test of a client would use it."""

import urllib.error
import urllib.request
from typing import Any

import pytest

from elko_mock.grade.config import GradingProblem
from elko_mock.grade.fixture import Verdicts
from elko_mock.grade.rule import Result
from elko_mock.grade.verdict import Exit
from elko_mock.server.client import RemoteWorld


def ask(world: RemoteWorld, path: str, bearer: str) -> int:
    request = urllib.request.Request(world.base_url + path, headers={"Authorization": bearer})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_good_client_passes(elko: RemoteWorld, elko_verdict: Verdicts) -> None:
    for _ in range(3):
        assert ask(elko, "/Orders", f"Bearer {elko.token}") == 200
    found = elko_verdict.check(only=["C13", "C28", "C29", "C10"])
    assert found.exit is Exit.PASSED
    assert found.bill.calls == 3


def test_a_bad_one_fails_the_test_with_the_report(elko: RemoteWorld, elko_verdict: Verdicts) -> None:
    assert ask(elko, "/Orders", f'Bearer "{elko.token}"') == 403
    with pytest.raises(AssertionError) as failed:
        elko_verdict.check(profile="minimal")
    text = " ".join(str(failed.value).split())
    assert "C13 bearer-wellformed" in text
    assert "the token stands in quotes" in text
    assert elko.token not in text


@pytest.mark.parametrize("choice", [{"profile": "strict"}, {"profile": "minimal"}, {"only": ["C07"]}])
def test_nothing_judged_is_not_green(choice: dict[str, Any], elko: RemoteWorld, elko_verdict: Verdicts) -> None:
    with pytest.raises(AssertionError, match="nothing was judged"):
        elko_verdict.check(**choice)
    assert ask(elko, "/Orders", f"Bearer {elko.token}") == 200
    if "only" not in choice:
        elko_verdict.check(**choice)


def test_the_verdict_is_over_what_has_happened_so_far(elko: RemoteWorld, elko_verdict: Verdicts) -> None:
    assert elko_verdict().exit is Exit.TOO_LITTLE
    ask(elko, "/Order", f"Bearer {elko.token}")
    found = elko_verdict(only=["C29"])
    assert [one.finding.result for one in found.judged] == [Result.FAIL]


@pytest.mark.elko(scenario="nulls-everywhere")
def test_the_exit_status_is_judged_if_it_is_told(elko: RemoteWorld, elko_verdict: Verdicts) -> None:
    ask(elko, "/Catalog/Products?elkoCode=1341426", f"Bearer {elko.token}")
    assert elko_verdict(only=["C14"], exit_status=0).judged[0].finding.result is Result.PASS
    assert elko_verdict(only=["C14"], exit_status=1).judged[0].finding.result is Result.FAIL
    assert elko_verdict(only=["C14"]).judged[0].finding.result is Result.NOT_EXERCISED


def test_thresholds_can_be_given_and_mistakes_are_named(elko_verdict: Verdicts) -> None:
    assert elko_verdict(only=["C07"], C07={"minutes": 30}).judged[0].rule != elko_verdict(only=["C07"]).judged[0].rule
    with pytest.raises(GradingProblem, match=r"elko_verdict C07.minute: .*did you mean minutes\?"):
        elko_verdict(C07={"minute": 30})
