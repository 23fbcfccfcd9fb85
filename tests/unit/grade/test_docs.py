"""The documentation is true: its tables are the code's, and its example of a rule works as it stands."""

import re
import sys
from pathlib import Path

import pytest

from elko_mock.grade import rules
from elko_mock.grade.config import read_grading
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rule import Result
from tests.unit.grade.docs import PAGE, TABLES, written_anew
from tests.unit.grade.script import Script, verdict_of

GUIDE = PAGE.parent / "adding-a-rule.md"


def test_the_tables_are_the_codes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert written_anew(text) == text, "run `python -m tests.unit.grade.docs`"
    assert all(f"<!-- table: {name} -->\n|" in text for name in TABLES)


def test_the_settings_shown_can_be_read() -> None:
    import tomllib

    (settings,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    grading = read_grading(tomllib.loads(settings)["grade"])
    assert (grading.profile.name, grading.scale, grading.profile.least_exercised) == ("strict", 20.0, 0.5)
    assert all(rule.id != "C22" for rule in grading.rules)


def test_links_lead_somewhere() -> None:
    for page in (PAGE, GUIDE):
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_rule_of_the_guide_works_and_its_test_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example, test = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "c30_polite_agent.py").write_text(example)
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    rule_classes.cache_clear()
    try:
        assert rule_classes()[-1].id == "C30"
        room = {"verdict_of": verdict_of, "Script": Script, "PASS": Result.PASS, "FAIL": Result.FAIL}
        exec("from hypothesis import given, strategies as st\n" + test, room)
        case = room["TestC30PoliteAgent"]()  # type: ignore[operator]
        case.test_a_name_of_three_characters_is_wanted()
        assert verdict_of("C30", Script()) is Result.NOT_EXERCISED
    finally:
        monkeypatch.undo()
        rule_classes.cache_clear()
        sys.modules.pop("elko_mock.grade.rules.c30_polite_agent", None)


def test_the_saved_world_shown_is_what_is_saved() -> None:
    from elko_mock.grade.fuzz.saved import as_yaml
    from elko_mock.grade.fuzz.trial import Failure
    from elko_mock.grade.fuzz.world import HostileWorld, Oddity

    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    failure = Failure("ValueError", "exit status 1: ValueError: invalid literal for int() with base 10: '>50'")
    world = HostileWorld(oddities=(Oddity(0, "quantity", ">50"),))
    assert as_yaml(world, failure, "valueerror.catalog.json") == shown
