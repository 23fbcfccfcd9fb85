"""Verify tells each broken server apart by exactly the check that names its fault, and passes the healthy one."""

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify.checks.catalogue import OWN
from elko_mock.verify.conclude import ANSWERED
from elko_mock.verify.generated.tuning import CHECKS
from elko_mock.verify.model import Outcome, Standing, Verdict
from elko_mock.verify.plan import Plan
from elko_mock.verify.run import verify
from elko_mock.verify.target import parse_target
from tests.verify.cage import Cage
from tests.verify.zoo import ZOO, Animal


@pytest.fixture(scope="module")
def mock() -> Mock:
    return assemble(Settings(limit=0, journal_exchanges=0))


def judged(mock: Mock, animal: Animal | None) -> Verdict:
    change = (None, None) if animal is None else animal.make()
    with Live(Cage(mock, mock.contract, *change)) as live:
        target = parse_target(live.url, base_path="/v3.0/api", writes="127.0.0.1")
        forms: tuple[str, ...] = ("json", "xml") if animal is None or animal.xml else ("json",)
        plan = Plan(
            target,
            Contract.load(),
            examples=2 if animal is None else animal.examples,
            quick=True,
            only=None if animal is None else animal.only,
            forms=forms,  # type: ignore[arg-type]
        )
        return verify(plan).verdict


def test_the_healthy_one_passes(mock: Mock) -> None:
    verdict = judged(mock, None)
    assert verdict.findings == ()
    assert verdict.not_judged == ()
    assert verdict.outcome is Outcome.CONFORMS
    # and every check really looked at something
    assert {check.check: check.standing for check in verdict.checks} == {
        check.check: Standing.PASSED for check in verdict.checks
    }


@pytest.mark.parametrize("animal", ZOO, ids=lambda animal: animal.name)
def test_each_animal_fails_exactly_the_check_that_names_its_fault(mock: Mock, animal: Animal) -> None:
    verdict = judged(mock, animal)
    found = {finding.check: finding.message for finding in verdict.findings}
    assert set(found) == {animal.check}, found
    assert verdict.outcome is Outcome.DOES_NOT
    assert verdict.stop is None


def test_every_check_has_its_animal() -> None:
    assert {animal.check for animal in ZOO} == {ANSWERED, *CHECKS, *(check.id for check in OWN)}
    assert len(ZOO) >= 25
