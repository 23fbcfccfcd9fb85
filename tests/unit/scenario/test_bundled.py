"""The bundled scenarios, as files. What they do over a port is shown by the journeys."""

import json
import re

import pytest

from elko_mock.contract.location import data_file
from elko_mock.faults.kinds import Corrupt, Cut, Delay, Hang, Respond, Vary
from elko_mock.gate.throttle import Limit
from elko_mock.scenario import loader
from elko_mock.scenario.document import schema, write_scenario
from elko_mock.scenario.model import Scenario
from tests.unit.scenario.mistakes import mistakes

PROMISED = {
    "default", "fresh-account", "address-not-allowed", "token-rotated-midway", "rate-limited", "three-403s",
    "sold-out-at-checkout", "price-changed-at-order", "partial-delivery", "backorder", "empty-catalog", "huge-catalog",
    "nulls-everywhere", "odd-quantities", "unknown-fields", "slow", "flaky", "maintenance", "lost-answer", "hang",
    "broken-json", "broken-xml", "black-friday", "media-types",
}  # fmt: skip


def test_all_that_were_promised_are_there_and_default_is_first() -> None:
    names = loader.bundled()
    assert names[0] == "default"
    assert set(names) == PROMISED
    assert list(names[1:]) == sorted(names[1:])


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_each_is_sound_documented_and_completed_by_editors(name: str) -> None:
    assert mistakes(name) == ()
    scenario = loader.load(name)
    assert scenario.name == name
    first, second = loader.source(name).splitlines()[:2]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    assert second.startswith("line: ")
    assert re.fullmatch(r"[A-Z0-9].{15,150}\.", scenario.line)


@pytest.mark.parametrize("name", sorted(PROMISED - {"default"}))
def test_each_differs_from_the_default_in_more_than_its_name(name: str) -> None:
    plain, usual = write_scenario(loader.load(name)), write_scenario(Scenario())
    plain.pop("line")
    usual.pop("line")
    assert plain != usual


def test_the_default_is_the_model_s_default() -> None:
    assert loader.load("default") == Scenario()
    assert Scenario().limit == Limit(50, 10_000_000, 60_000_000)


def test_the_schema_is_the_loader_s_own() -> None:
    """Regenerate it with: python -m tests.unit.scenario.write_schema"""
    kept = json.loads(data_file("scenarios/scenario.schema.json").read_text("utf-8"))
    assert kept == schema()


def test_every_fault_kind_has_a_scenario() -> None:
    kinds = {type(fault) for name in PROMISED for rule in loader.load(name).faults for fault in rule.faults}
    assert kinds == {Respond, Delay, Corrupt, Cut, Hang, Vary}


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(loader.UnknownScenario, match=r"there is no bundled scenario 'defalt'.*black-friday"):
        loader.load("defalt")
    with pytest.raises(loader.UnknownScenario):
        loader.source("../pyproject")
