"""The ledger: well-formed, complete on what matters, and true to what the settings and the provenance page say."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest

from elko_mock.contract.fidelity import Fidelity, Level
from elko_mock.contract.location import LEDGER, data_file
from elko_mock.contract.problem import DocumentProblem
from elko_mock.contract.syntax import parse
from elko_mock.scenario.model import Scenario
from elko_mock.settings import SETTINGS

LEDGER_FILE = data_file(LEDGER)
FIDELITY = Fidelity.load()
PROVENANCE = Path(str(data_file("openapi/PROVENANCE.md"))).read_text("utf-8")


def test_it_is_of_its_schema() -> None:
    schema = json.loads(data_file("openapi/fidelity.schema.json").read_bytes())
    validator = jsonschema_rs.Draft202012Validator(schema)
    data = parse(LEDGER_FILE.read_bytes(), LEDGER)
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(data)] == []


def test_its_counts_add_up() -> None:
    counts = FIDELITY.counts()
    assert list(counts) == ["documented", "recorded", "observed", "assumed"]
    assert sum(counts.values()) == len(FIDELITY.entries)
    assert all(counts.values())


@pytest.mark.parametrize(
    ("id_", "level"),
    [
        ("gate-order", Level.ASSUMED),
        ("limit", Level.DOCUMENTED),
        ("limit-window", Level.ASSUMED),
        ("limit-refused-calls", Level.ASSUMED),
        ("block-not-extended", Level.ASSUMED),
        ("forbidden-is-one", Level.ASSUMED),
        ("no-401-no-429", Level.DOCUMENTED),
        ("token-one-per-account", Level.DOCUMENTED),
        ("route-case", Level.OBSERVED),
        ("head", Level.ASSUMED),
        ("options", Level.ASSUMED),
        ("post-answers-200", Level.DOCUMENTED),
        ("post-answers-what-there-is", Level.ASSUMED),
        ("neighbour-properties", Level.ASSUMED),
        ("method-case", Level.ASSUMED),
        ("token-name-claim", Level.ASSUMED),
        ("amounts-written", Level.ASSUMED),
        ("order-fields-overruled", Level.ASSUMED),
        ("order-fields-echoed", Level.ASSUMED),
        ("query-lists", Level.OBSERVED),
        ("body-strict", Level.ASSUMED),
        ("body-unreadable", Level.DOCUMENTED),
        ("text-plain-is-json", Level.OBSERVED),
        ("never-406", Level.OBSERVED),
        ("xml-root", Level.ASSUMED),
        ("xml-null", Level.ASSUMED),
        ("error-bodies", Level.ASSUMED),
        ("jde-dates", Level.RECORDED),
        ("quantity-strings", Level.RECORDED),
        ("quantity-cap", Level.ASSUMED),
        ("reservation-life", Level.ASSUMED),
        ("order-progress", Level.ASSUMED),
        ("vat-rounding", Level.ASSUMED),
        ("kit-stock", Level.ASSUMED),
        ("order-short-lines", Level.ASSUMED),
    ],
)
def test_what_users_ask_about_is_in_it(id_: str, level: Level) -> None:
    assert FIDELITY.by_id[id_].level is level


def test_settings_it_names_are_there() -> None:
    known = {setting.name for setting in SETTINGS}
    for entry in FIDELITY.entries:
        if entry.setting and entry.setting.startswith("scenario "):
            assert entry.setting.removeprefix("scenario ") in Scenario.__dataclass_fields__, entry.id
        elif entry.setting:
            assert set(entry.setting.split(", ")) <= known, entry.id


def test_sections_it_names_are_on_the_provenance_page() -> None:
    headings = set(re.findall(r"^#+ ([0-9.]+?)\.? ", PROVENANCE, re.MULTILINE))
    assert headings
    for entry in FIDELITY.entries:
        for named in re.findall(r"evidence ([0-9., ]+)", entry.source):
            for section in re.split(r", *", named.strip(" ,;")):
                assert section in headings, entry.id


def test_only_what_is_assumed_may_have_no_source() -> None:
    assert {entry.level for entry in FIDELITY.entries if entry.source == "none"} <= {Level.ASSUMED}


def test_each_is_said_once() -> None:
    behaviours = [entry.behaviour for entry in FIDELITY.entries]
    assert len(set(behaviours)) == len(behaviours)


def test_it_is_plain_data_for_the_control_plane() -> None:
    (first, *_) = FIDELITY.entries
    assert json.loads(json.dumps(first.as_data())) == {
        "id": "access-in-order",
        "topic": "access",
        "behaviour": first.behaviour,
        "level": "documented",
        "reason": first.reason,
        "source": "manual, access",
        "setting": None,
    }


ENTRY = "{id: a, behaviour: A., level: assumed, reason: B., source: none}"


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: 1", "", "a ledger is a list of topics"),
        ("- {topic: a}", "#/0", "a topic has the keys topic and entries"),
        ("- {topic: a, entries: 1}", "#/0", "a topic has the keys topic and entries"),
        ("- {topic: a, entries: [{id: a}]}", "#/0/entries/0", "an entry has the keys behaviour, id, level"),
        (f"- {{topic: a, entries: [{ENTRY.replace('id: a', 'id: 1')}]}}", "#/0/entries/0/id", "must be text"),
        (
            f"- {{topic: a, entries: [{ENTRY.replace('assumed', 'known')}]}}",
            "#/0/entries/0/level",
            "known is no level; documented, recorded, observed, assumed are",
        ),
        (f"- {{topic: a, entries: [{ENTRY}, {ENTRY}]}}", "", "a is there 2 times"),
        ("- [", "line 2, column 1", "not valid YAML"),
    ],
)
def test_a_damaged_one_says_where(text: str, where: str, words: str) -> None:
    with pytest.raises(DocumentProblem) as caught:
        Fidelity.parse(text.encode(), "ledger.yaml")
    assert caught.value.findings[0].where == where
    assert words in caught.value.findings[0].message
