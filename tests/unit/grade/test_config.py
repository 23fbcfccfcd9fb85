"""The configuration: what can be set, and that mistakes are named with their place and what was meant."""

import tomllib
from typing import Any

import pytest

from elko_mock.grade.config import GradingProblem, read_grading
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rules.c07_availability_before_order import AvailabilityBeforeOrder
from elko_mock.grade.rules.c19_no_placeholders import NoPlaceholders


def read(text: str, **flags: Any) -> Any:
    return read_grading(tomllib.loads(text).get("grade", {}), flags)


def test_all_rules_are_judged_by_default() -> None:
    assert [one.id for one in read("").rules] == [one.id for one in rule_classes()]


def test_thresholds_are_set_by_id_or_by_name() -> None:
    for key in ("C07", "availability-before-order"):
        rule = next(one for one in read(f"[grade.{key}]\nminutes = 30").rules if one.id == "C07")
        assert rule == AvailabilityBeforeOrder(minutes=30.0)
    rule = next(one for one in read('[grade.C19]\nwords = ["muster"]').rules if one.id == "C19")
    assert rule == NoPlaceholders(words=("muster",))


def test_rules_are_switched_on_and_off() -> None:
    ids = [one.id for one in read('[grade]\nprofile = "minimal"\non = ["C22"]\noff = ["rate"]').rules]
    assert "C22" in ids
    assert "C01" not in ids
    assert "C06" not in ids


def test_only_these_rules() -> None:
    assert [one.id for one in read("", only=["C17,c07"]).rules] == ["C07", "C17"]


def test_flags_win_over_the_file() -> None:
    grading = read('[grade]\nprofile = "strict"\nscale = 5\ntimeout = 9', profile="minimal", scale=20.0, timeout=None)
    assert (grading.profile.name, grading.scale, grading.timeout) == ("minimal", 20.0, 9.0)


def test_variables_are_added_renamed_and_taken_out() -> None:
    grading = read('[grade.environment]\nSHOP_URL = "{url}/v3.0/api"\nELKO_USERNAME = ""')
    assert grading.environment["SHOP_URL"] == "{url}/v3.0/api"
    assert grading.environment["ELKO_BASE_URL"] == "{base_url}"
    assert "ELKO_USERNAME" not in grading.environment
    assert read("", environment=["A=x{port}"]).environment["A"] == "x{port}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[grade]\nprofil = 1", r"\[grade\] profil: there is no such setting; did you mean profile\?"),
        ('[grade]\nprofile = "standart"', r"wants one of minimal, standard, strict, not 'standart'; did you mean stan"),
        ("[grade.C07]\nminute = 3", r"\[grade\] C07.minute: C07 has the thresholds minutes; did you mean minutes\?"),
        ("[grade.C13]\nx = 3", r"C13 has no thresholds"),
        ("[grade]\nC07 = 15", r"a rule's settings are a table, such as \[grade.C07\]"),
        ('[grade.C07]\nminutes = "soon"', r"\[grade\] C07.minutes: wants a number from 0 to 1e\+09, not 'soon'"),
        ("[grade.C01]\ncalls = 2.5", r"C01.calls: wants a whole number of 0 or more, not 2.5"),
        ("[grade.C17]\ntrust_references = 1", r"trust_references: wants true or false, not 1"),
        ("[grade.C19]\nwords = 1", r"words: wants a list of texts, not 1"),
        ("[grade.C7]\nminutes = 1", r"C7: there is no such setting; did you mean C07\?"),
        ('[grade]\noff = ["C7"]', r"there is no rule 'C7'; did you mean C07\?"),
        ('[grade]\non = ["C22"]\noff = ["batches"]', r"C22 is switched on and off"),
        ("[grade]\nscale = 1000", r"\[grade\] scale: wants a number from 0.1 to 60, not 1000"),
        ("[grade]\njobs = 1.5", r"\[grade\] jobs: wants a whole number, not 1.5"),
        ("[grade]\ntimeout = true", r"timeout: wants a number"),
        ("[grade]\njobs = 2026-01-31", r"jobs: wants a number from 1 to 64, not 2026-01-31"),
        ("[grade]\nassertion = 3", r"assertion: wants a text, not 3"),
        ('[grade.environment]\nA = "{tokn}"', r"environment.A: '\{tokn\}' is no template; the placeholders are \{base"),
        ('[grade.environment]\nA = "{0}"', r"is no template"),
        ("[grade]\nenvironment = 3", r"environment: wants a table of variables"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(GradingProblem, match=message):
        read(text)


def test_mistaken_flags_are_named_by_the_flag() -> None:
    with pytest.raises(GradingProblem, match=r"--least-exercised: wants a number from 0 to 1, not 3"):
        read("", least_exercised=3)
    with pytest.raises(GradingProblem, match="--env: wants NAME=VALUE"):
        read("", environment=["NOVALUE"])
    with pytest.raises(GradingProblem, match="no rule is left to judge by"):
        read("", only=["C01"], off=["C01"])
