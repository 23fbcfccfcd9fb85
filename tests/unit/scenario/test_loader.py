"""Scenario files: read with file and line, extended, refused whole."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR, MINUTE, SECOND
from elko_mock.faults.kinds import Cut, Delay, Respond
from elko_mock.faults.plan import Rule
from elko_mock.gate.account import AccountSettings
from elko_mock.gate.gate import Change
from elko_mock.gate.throttle import Limit
from elko_mock.scenario import loader
from elko_mock.scenario.document import DOCUMENT, SCENARIO, apply, schema, write_scenario
from elko_mock.scenario.loader import Finding, ScenarioProblem, UnknownScenario
from elko_mock.scenario.model import ClockStart, Scenario
from elko_mock.scenario.yaml_marks import LARGEST, read_yaml, write_yaml
from elko_mock.trade.account import Account, Address
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.twists import Coming, Twists
from tests.unit.scenario.mistakes import mistakes

VALIDATOR = jsonschema_rs.validator_for(schema())


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


FULL = """\
line: Everything at once.
seed: 7
products: 12
twists:
  stock: {9000004: 3, "*": 0}
  incoming:
    "*": {quantity: 20, days: 3}
  price_factor: 1.5
  sold_out_at_order: [9000005]
  unfillable: "*"
  price_at_order: {"*": 1.1}
  delivery: backorder
  nulls: 0.5
  quantity_forms: ["", null, ">50"]
  unknown_fields: true
  hourly_drift: true
  rows:
    1341426: {quantity: ">50", name: null}
house: {confirm_after: 1m, ship_after: 2d, second_parcel_after: 1h, handling: 3h, invoice_after: 0, reservation_days: 3,
        payment_days: 14}
customer:
  customer: "990002"
  company: Another Shop
  vat_number: EE000000000
  currency: USD
  country: EE
  language: ET
  addresses:
    - {id: "1", company: Another Shop, line: Example street 2, city: Tallinn, country: EE, postal_code: "10111"}
    - {id: "2", company: Another Shop, line: Example street 3, city: Tartu, country: EE, postal_code: "50111"}
account:
  username: shop
  password: "1234"
  second_factor: "654321"
  terms_accepted: false
  addresses: [192.0.2.0/24, 2001:db8::1]
  token_created: false
  first_token: my-own-token
limit: {calls: 0, window: 1m, block: 0, kind: fixed, blocked_calls_extend: true, refused_calls_count: true}
changes:
  - {at_call: 3, replace_token: true}
  - {after: 5m, addresses: [], terms_accepted: false}
  - {at_call: 9, use_up_limit: true}
clock: {start: 2026-03-02T08:00:00Z, frozen: true, scale: 60}
faults:
  - {operation: get*, delay: 1s}
  - {name: busy, first: 2, respond: 503}
"""


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    scenario = loader.load(write(tmp_path, "full.yaml", FULL))
    place = Address("1", "Another Shop", "Example street 2", "Tallinn", "EE", "10111")
    other = Address("2", "Another Shop", "Example street 3", "Tartu", "EE", "50111")
    assert scenario == Scenario(
        name="full",
        line="Everything at once.",
        seed=7,
        products=12,
        twists=Twists(
            {9000004: 3, "*": 0}, {"*": Coming(20, 3)}, 1.5, frozenset({9000005}), frozenset({"*"}), {"*": 1.1},
            "backorder", 0.5, ("", None, ">50"), True, True, {1341426: {"quantity": ">50", "name": None}},
        ),
        house=HouseRules(MINUTE, 2 * DAY, HOUR, 3 * HOUR, 0, 3, 14),
        customer=Account("990002", "Another Shop", "EE000000000", "USD", "EE", "ET", (place, other)),
        account=AccountSettings(
            "shop", "1234", "654321", False, ("192.0.2.0/24", "2001:db8::1"), False, "my-own-token"
        ),
        limit=Limit(None, MINUTE, 0, "fixed", True, True),
        changes=(
            Change(at_call=3, replace_token=True),
            Change(after=5 * MINUTE, addresses=(), terms_accepted=False),
            Change(at_call=9, use_up_limit=True),
        ),
        clock=ClockStart(1_772_438_400 * SECOND, True, 60.0),
        faults=(
            Rule((Delay("fixed", SECOND, SECOND),), operations=("get*",)),
            Rule((Respond(503),), name="busy", first=2),
        ),
    )  # fmt: skip
    assert str(scenario) == "full"


def test_an_editor_agrees_with_the_loader(tmp_path: Path) -> None:
    assert VALIDATOR.is_valid(read_yaml(FULL.encode()).data)
    assert not VALIDATOR.is_valid({"lin": "x"})
    assert not VALIDATOR.is_valid({"limit": {"calls": -1}})


def test_what_a_file_does_not_say_the_base_says(tmp_path: Path) -> None:
    base = Scenario(seed=9, limit=Limit(7), products=3)
    scenario = loader.load(write(tmp_path, "some.yaml", "limit: {window: 5s}\n"), base)
    assert scenario == Scenario(name="some", seed=9, limit=Limit(7, 5 * SECOND), products=3)
    assert loader.load(write(tmp_path, "empty.yml", "# nothing\n"), base).seed == 9


MISTAKES: list[tuple[str, int, str]] = [
    ("line: [", 1, "not YAML"),
    ("line: a\n\tseed: 1\n", 2, "not YAML: while scanning"),
    ("line: a\x07\n", 1, "not YAML: a control character stands here"),
    ("seed: 1\nseed: 2\n", 2, "the key 'seed' stands here twice; the first is in line 1"),
    ("line: a\nseeds: 3\n", 2, "seeds: there is no key 'seeds' here; did you mean 'seed'?"),
    ("- a\n", 1, "wants a table with the keys line, extends"),
    ("just text\n", 1, "wants a table"),
    ("\nseed: one\n", 2, "seed: wants a whole number from 0 to 9223372036854775807, not 'one'"),
    ("seed: -1\n", 1, "seed: wants a whole number"),
    ("seed: 9223372036854775808\n", 1, "seed: wants a whole number"),
    ("products: 100001\n", 1, "products: wants a whole number from 0 to 100000"),
    ("line:\n", 1, "line: wants a text that is not empty, not nothing"),
    ("limit:\n  calls: 1\n  window: 10\n", 3, "limit/window: wants a duration"),
    ("limit:\n  - 1\n", 2, "limit: wants a table with the keys calls, window"),
    ("limit: {kind: rolling}\n", 1, "wants one of sliding, fixed, not 'rolling'"),
    ("account:\n  addresses:\n    - 192.0.2.1\n    - 192.0.2.300\n", 4, "'192.0.2.300' is no IP address"),
    ("account: {addresses: [7]}\n", 1, "an address is a text"),
    ("account: {username: a+b}\n", 1, "account/username: wants a name"),
    ("account:\n  first_token: eyJhbGciOiJIUzI1NiJ9.e30.x\n", 2, "never give a live one to a mock"),
    ("account: {first_token: short}\n", 1, "8 or more printable characters"),
    ("clock: {start: 2101-01-01}\n", 1, "it must lie between 1970-01-01 and 2100-01-01"),
    ("clock: {start: 2026-02-30T00:00:00Z}\n", 1, "clock/start: wants a time"),
    ("clock: {scale: 0}\n", 1, "clock/scale: wants a number from 0.001 to 1000000, not 0"),
    ("clock: {scale: -1}\n", 1, "clock/scale"),
    ("clock: {frozen: yes}\n", 1, "clock/frozen: wants true or false, not 'yes'"),
    (
        "changes:\n  - {at_call: 1, after: 1m, replace_token: true}\n",
        2,
        "changes/0: when? Give either at_call or after",
    ),
    ("changes:\n  - {replace_token: true}\n", 2, "when? Give either at_call or after"),
    ("changes:\n  - {at_call: 1, replace_token: false}\n", 2, "nothing happens here"),
    ("changes: {at_call: 0, replace_token: true}\n", 1, "changes/at_call: wants a whole number from 1"),
    ("twists: {stock: {abc: 1}}\n", 1, "twists/stock/abc: 'abc' is no ELKO code and not *"),
    ("twists:\n  stock:\n    9000001: 1\n    \u0661: 1\n    x: 2\n", 5, "'x' is no ELKO code"),
    ("twists: {stock: [1]}\n", 1, "twists/stock: wants a table of ELKO codes, not a list"),
    ('twists: {rows: {"*": {}}}\n', 1, "'*' is no ELKO code"),
    ("twists: {rows: {1: 2}}\n", 1, "wants a table of properties of a product row"),
    ("twists: {quantity_forms: [5]}\n", 1, "a quantity is shown as a text (in quotes) or null"),
    ("twists: {sold_out_at_order: abc}\n", 1, "wants an ELKO code, or * for every product, not 'abc'"),
    ('twists: {incoming: {"*": {quantity: 1}}}\n', 1, "days is missing"),
    ("faults:\n  - delay: 1s\n  - delay: 1\n    operation: x\n", 3, "faults/1/delay: wants a duration"),
    ("faults:\n  - operation: x\n", 2, "faults/0: nothing goes wrong here"),
    ("extends: defalt\n", 1, "extends: there is no bundled scenario 'defalt'"),
    ("line: a\nextends: nowhere.yaml\n", 2, "extends: there is no file"),
    ("extends: self.yaml\n", 1, "extends: this comes back to a scenario that extends this one"),
    ("base: &a {seed: 1}\n<<: *a\n", 2, "merge keys are not taken"),
    ("line: !!python/name:os.system x\n", 1, "the tag tag:yaml.org,2002:python/name:os.system is not taken"),
    ("line: !mine 'x'\n", 1, "the tag !mine is not taken"),
    ("? [a, b]\n: 1\n", 1, "a key must be a text"),
    ('line: "\\ud800"\n', 1, "there is something in it that JSON cannot say"),
    ("a: 1\n---\nb: 2\n", 2, "not YAML: expected a single document"),
    ("line: &x [*x]\n", 1, "nested too deeply"),
    ("line: " + "[" * 60 + "]" * 60 + "\n", 1, "nested too deeply"),
    ("line: " + "[" * 5000 + "\n", 1, ""),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_mistakes_are_said_with_file_and_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = write(tmp_path, "self.yaml", text)
    with pytest.raises(ScenarioProblem) as caught:
        loader.load(path)
    findings = caught.value.findings
    assert [finding for finding in findings if finding.line == line and message in finding.message] != [], findings
    assert str(findings[0]) in str(caught.value)
    assert str(findings[0]).startswith(f"{path}:")
    assert mistakes(path) == findings


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.yaml", "lin: a\nseed: x\nlimit:\n  calls: -1\nextends: nowhere\nseed: 3\n")
    assert [finding.line for finding in mistakes(path)] == [6, 1, 2, 4, 5]


@pytest.mark.parametrize(("content", "line"), [(b"line: \xff\xfe\n", 1), (b"line: a\nseed: 1 # \xe9\n", 2)])
def test_a_file_that_is_not_utf_8(tmp_path: Path, content: bytes, line: int) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(content)
    (finding,) = mistakes(str(path))
    assert (finding.line, finding.message) == (line, "the file is not UTF-8")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfseed: 3\n")
    assert loader.load(str(path)).seed == 3


def test_a_file_that_is_too_large_or_cannot_be_read(tmp_path: Path) -> None:
    (finding,) = mistakes(write(tmp_path, "large.yaml", "#" * (LARGEST + 1)))
    assert finding.message == "the file is larger than 256 KiB"
    with pytest.raises(UnknownScenario, match="there is no file"):
        loader.load(str(tmp_path / "none.yaml"))
    (finding,) = mistakes(str(tmp_path) + "/")
    assert "cannot be read" in finding.message


def test_a_thousand_laughs_end(tmp_path: Path) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    findings = mistakes(write(tmp_path, "laughs.yaml", "\n".join(lines)))
    assert any("too much repeated by aliases" in finding.message for finding in findings)
    assert len(findings) < 100


def test_a_file_with_hundreds_of_mistakes_names_the_first_ones(tmp_path: Path) -> None:
    findings = mistakes(write(tmp_path, "bad.yaml", "seed: 1\n" * 300))
    assert 10 < len(findings) < 100


def test_extends_adds_up(tmp_path: Path) -> None:
    write(
        tmp_path,
        "parent.yaml",
        "extends: rate-limited\nseed: 3\nlimit: {calls: 7}\nfaults:\n  - {name: a, cut: 1}\n  - {name: b, cut: 2}\n",
    )
    (tmp_path / "sub").mkdir()
    child = write(
        tmp_path / "sub",
        "child.yaml",
        "extends: ../parent.yaml\nlimit: {block: 5s}\nfaults:\n  - {name: a, cut: 9}\n  - {cut: 3}\n",
    )
    scenario = loader.load(child)
    assert scenario.name == "child"
    assert scenario.line == loader.load("rate-limited").line
    assert scenario.seed == 3
    assert scenario.limit == Limit(7, 10 * SECOND, 5 * SECOND)
    assert scenario.changes == loader.load("rate-limited").changes
    assert [(rule.name, rule.faults) for rule in scenario.faults] == [
        ("b", (Cut(2),)),
        ("a", (Cut(9),)),
        ("", (Cut(3),)),
    ]


def test_mistakes_in_a_parent_are_said_in_the_parent(tmp_path: Path) -> None:
    parent = write(tmp_path, "parent.yaml", "\nseed: x\n")
    child = write(tmp_path, "child.yaml", "extends: parent.yaml\n")
    assert [(finding.file, finding.line) for finding in mistakes(child)] == [(parent, 2)]


def test_circles_are_found_wherever_they_close(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "extends: b.yaml\n")
    write(tmp_path, "b.yaml", "line: b\nextends: ./a.yaml\n")
    (finding,) = mistakes(str(tmp_path / "a.yaml"))
    assert (Path(finding.file).name, finding.line) == ("b.yaml", 2)
    for number in range(30):
        write(tmp_path, f"c{number}.yaml", f"extends: c{number + 1}.yaml\n")
    (finding,) = mistakes(str(tmp_path / "c0.yaml"))
    assert "comes back" in finding.message or "too long" in finding.message


def test_the_catalogue_is_found_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", "parent.yaml", "catalog: goods.json\n")
    write(tmp_path / "sub", "goods.json", "[]")
    child = write(tmp_path, "child.yaml", "extends: sub/parent.yaml\n")
    assert loader.load(child).catalog == tmp_path / "sub" / "goods.json"


def test_data_without_a_file() -> None:
    scenario = loader.read({"extends": "slow", "seed": 5}, Scenario(products=3))
    assert (scenario.name, scenario.seed, scenario.products) == ("inline", 5, 3)
    assert scenario.faults == loader.load("slow").faults
    assert loader.read({}, name="x") == Scenario(name="x")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"seed": "x"}, "scenario: seed: wants a whole number"),
        (None, "wants a table"),
        ({"line": "\udc00"}, "there is something in it that JSON cannot say"),
        ({"twists": {"rows": {"1": {"x": 1 << 80}}}}, "there is something in it that JSON cannot say"),
        ({"extends": "/etc/passwd"}, "extends: only a bundled scenario can be extended here"),
        ({"extends": "x.yaml"}, "extends: only a bundled scenario can be extended here"),
        ({"extends": "slwo"}, "extends: there is no bundled scenario 'slwo'"),
        ({"catalog": "/etc/passwd"}, "catalog: only a scenario file may name a file"),
    ],
)
def test_data_without_a_file_names_no_files(data: Any, message: str) -> None:
    with pytest.raises(ScenarioProblem, match=message) as caught:
        loader.read(data)
    assert caught.value.findings[0].line is None
    assert str(Finding("f", None, "m")) == "f: m"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("a: 010", {"a": 10}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 2026-03-01", {"a": "2026-03-01"}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("a: 'null'", {"a": "null"}),
        ('a: "1"', {"a": "1"}),
        ("a: 1.5e3", {"a": 1500.0}),
        ("a: .5", {"a": 0.5}),
        ("a: TRUE", {"a": True}),
        ("1: x", {"1": "x"}),
        ("a: |\n  x\n", {"a": "x\n"}),
        ("", None),
        ("a: &x 1\nb: *x", {"a": 1, "b": 1}),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(text: str, data: Any) -> None:
    marked = read_yaml(text.encode())
    assert marked.data == data
    assert marked.problems == []


words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=12)


@example({"sku": "0E0", "1e5": "-.5"})  # a figure to YAML 1.2, a text to PyYAML
@given(st.dictionaries(words, st.none() | st.booleans() | st.integers(-(10**17), 10**17) | words))
def test_what_is_written_as_yaml_reads_back_the_same(data: dict[str, Any]) -> None:
    marked = read_yaml(write_yaml(data).encode())
    assert (marked.data, marked.problems) == (data, [])


@given(st.binary(max_size=80) | st.text(alphabet="ab:-[]{}&*!?|>'\"#%@`, \n\t<\x00\ufeff", max_size=60).map(str.encode))
def test_any_bytes_are_answered_with_lines_that_exist(content: bytes) -> None:
    marked = read_yaml(content)
    assert all(1 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 2 for problem in marked.problems)
    assert marked.line_of(("no", "such", "place")) >= 1


data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
known = st.sampled_from(
    [*DOCUMENT, "calls", "window", "stock", "addresses", "start", "at_call", "delay", "*", "1341426"]
)
nested = st.dictionaries(known, data | st.dictionaries(known, data, max_size=3), max_size=4)


@given(nested)
def test_any_data_is_a_scenario_or_mistakes(given_: Any) -> None:
    try:
        scenario = loader.read(given_)
    except ScenarioProblem as problem:
        found: tuple[Finding, ...] | Scenario = problem.findings
    else:
        found = loader.read(write_scenario(scenario))
        assert found == scenario
    assert found != ()


@given(nested)
def test_what_the_loader_takes_an_editor_takes(given_: Any) -> None:
    try:
        loader.read(given_)
    except ScenarioProblem:
        return
    assert VALIDATOR.is_valid(json.loads(json.dumps(given_)))


def test_written_scenarios_read_back_the_same(tmp_path: Path) -> None:
    for name in loader.bundled():
        scenario = loader.load(name)
        problems: list[Any] = []
        given_ = SCENARIO.read(json.loads(json.dumps(write_scenario(scenario))), (), problems)
        assert problems == []
        assert apply(given_, Scenario(seed=99, limit=Limit(3)), name) == scenario
        assert VALIDATOR.is_valid(write_scenario(scenario))
    full = loader.load(write(tmp_path, "full.yaml", FULL))
    own_file = write(tmp_path, "written.yaml", write_yaml(write_scenario(full)))
    assert loader.load(own_file) == replace(full, name="written")
    own = apply({"catalog": tmp_path / "goods.csv"}, full, "own")
    assert apply(SCENARIO.read(write_scenario(own), (), []), Scenario(), "own") == own
    assert loader.read(write_scenario(full), name="full") == full
