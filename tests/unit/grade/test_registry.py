"""The registry finds the rules, and each documents all there is to say about it."""

import dataclasses
import re
import sys
from pathlib import Path

import pytest

from elko_mock.grade import rules
from elko_mock.grade.profile import PROFILES
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rule import Rule, Severity
from elko_mock.grade.session import Facts

ALL = rule_classes()
NEW_RULE = '''
"""C99: a rule added in ten minutes."""
from dataclasses import dataclass
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold

@dataclass(frozen=True)
class Added(Rule):
    id = "C99"
    name = "added"
    wording = "does this"
    seen = "So."
    severity = Severity.INFO
    sources = (Source.INFERRED,)
    scenarios = ("default",)
    fix = "Do this. Then that."
    limit: int = threshold(3, "so many")

    def watch(self, facts):
        return AddedWatch(self, facts)

class AddedWatch(Watch):
    def see(self, call):
        self.occasions += 1
'''


def test_c01_to_c29_are_there_in_order_and_no_other() -> None:
    assert [one.id for one in ALL] == [f"C{number:02}" for number in range(1, 30)]


def test_names_are_unique_and_each_rule_has_a_file_of_its_own_named_after_it() -> None:
    assert len({one.name for one in ALL}) == len(ALL)
    for one in ALL:
        file = one.__module__.rpartition(".")[2]
        assert file == f"{one.id.lower()}_{one.name.replace('-', '_')}"


@pytest.mark.parametrize("rule", ALL, ids=lambda one: one.id)
class TestEachRule:
    def test_says_all_there_is_to_say(self, rule: type[Rule]) -> None:
        assert re.fullmatch(r"C\d\d", rule.id)
        assert re.fullmatch(r"[a-z0-9-]+", rule.name)
        assert rule.wording
        assert not rule.wording.endswith(".")
        assert rule.seen.endswith(".")
        assert rule.sources
        assert rule.scenarios
        assert rule.__doc__
        assert rule.severity in Severity

    def test_tells_the_fix_in_two_sentences(self, rule: type[Rule]) -> None:
        assert len(re.findall(r"[.!?](?:\s|$)", rule.fix)) == 2
        assert rule.fix.endswith(".")

    def test_says_what_its_thresholds_mean_and_has_defaults_for_them(self, rule: type[Rule]) -> None:
        made = rule()
        for field in dataclasses.fields(rule):
            default, meaning = rule.thresholds()[field.name]
            assert getattr(made, field.name) == default
            assert meaning

    def test_belongs_to_the_standard_and_the_strict_profile(self, rule: type[Rule]) -> None:
        assert PROFILES["standard"].takes(rule.id)
        assert PROFILES["strict"].takes(rule.id)

    def test_concerns_one_kind_of_session(self, rule: type[Rule]) -> None:
        plain, wrong = Facts("w"), Facts("w", wrong_certificate=True)
        assert rule().concerns(plain) != rule().concerns(wrong)


def test_only_errors_are_in_the_minimal_profile() -> None:
    minimal = [one for one in ALL if PROFILES["minimal"].takes(one.id)]
    assert minimal
    assert all(one.severity is Severity.ERROR for one in minimal)


def test_a_rule_is_added_by_putting_a_file_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c99_added.py").write_text(NEW_RULE)
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    rule_classes.cache_clear()
    try:
        found = rule_classes()[-1]
        assert (found.id, found.thresholds()) == ("C99", {"limit": (3, "so many")})
    finally:
        monkeypatch.undo()
        rule_classes.cache_clear()
        sys.modules.pop("elko_mock.grade.rules.c99_added", None)


def test_two_rules_of_one_id_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c98_twin.py").write_text(NEW_RULE.replace("C99", "C01"))
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    rule_classes.cache_clear()
    try:
        with pytest.raises(TypeError, match="two rules are called C01: Rate and Added"):
            rule_classes()
    finally:
        monkeypatch.undo()
        rule_classes.cache_clear()
        sys.modules.pop("elko_mock.grade.rules.c98_twin", None)
