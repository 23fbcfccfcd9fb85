"""The reports: each says what the verdict says, stands by itself, and shows no secret and nothing personal."""

import io
import re
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree

import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from elko_mock.exchange.exchange import CredentialForm
from elko_mock.grade.judge import Judge
from elko_mock.grade.profile import PROFILES
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.report.badge import as_badge
from elko_mock.grade.report.console import print_verdict
from elko_mock.grade.report.document import as_document, as_json, schema
from elko_mock.grade.report.junit import as_junit
from elko_mock.grade.report.page import as_html
from elko_mock.grade.report.picture import Flag, draw
from elko_mock.grade.rule import MOST_EVIDENCE, Result
from elko_mock.grade.session import Ending, Facts, Session
from elko_mock.grade.timeline import Block, Span, Timeline
from elko_mock.grade.verdict import Verdict, verdict
from tests.secrets.canaries import PASSWORD, PERSON, TOKEN
from tests.unit.grade.script import START, Script, Side, Violation, contract

RULES = [one() for one in rule_classes()]
PERSONAL = tuple(PERSON[name] for name in ("contactName", "addressLine1", "contactMail", "contactPhone"))


def heard(script: Script, ending: Ending | None = None, name: str = "default") -> Verdict:
    facts = Facts(name, name, calm=True, secrets=frozenset({TOKEN, PASSWORD}))
    sitting = Judge(RULES, contract()).hear(Session(facts, script.exchanges, ending or Ending()))
    return verdict(PROFILES["standard"], RULES, [sitting], "python sync.py", START)


@cache
def leaky() -> Verdict:
    """A client that breaks what it can, with secrets and personal data wherever a report might pick them up."""
    user = {
        "contactName": PERSONAL[0],
        "addressLine1": PERSONAL[1],
        "contactMail": PERSONAL[2],
        "contactPhone": PERSONAL[3],
        "customerPo": "PO-1",
        "company": "string",
    }
    wrong = Violation(Side.REQUEST, "body.too-long", "body/enduser/contactName", f"{PERSONAL[0]!r} is too long")
    script = Script(token="fingerprint1")
    script.products({1001: ">50", 1002: ""}).orders(form=CredentialForm.QUOTED)
    script.call("GET", "/Orders", f"access_token={TOKEN}", operation="listOrders")
    script.order({1001: 1}, form={"enduser": user, "sum": "12.5"}, violations=(wrong,))
    script.order({1001: 1}, form={"enduser": user})
    script.sink({"token": TOKEN, "password": PASSWORD, "mail": PERSONAL[2]}, f"/hook/{TOKEN}")
    script.refused("rate").sink(None, f"/customers/{PERSONAL[2]}/1001", "DELETE")
    for _ in range(9):
        script.wait(0.1).refused("blocked", "/Orders", f"token={TOKEN}")
    last = f"KeyError: {TOKEN} {PASSWORD} of {PERSONAL[2]}, {PERSONAL[3]} <&>\x00\x1b[31m"
    return heard(script, Ending(exit_status=1, crashed=True, last_words=last), "odd-quantities")


def console_text(found: Verdict, *, verbose: bool = False) -> str:
    stream = io.StringIO()
    print_verdict(found, Console(file=stream, width=120, highlight=False), verbose=verbose)
    return stream.getvalue()


REPORTS = {
    "json": lambda found: as_json(found).decode(),
    "junit": lambda found: as_junit(found).decode(),
    "html": lambda found: as_html(found).decode(),
    "badge": lambda found: as_badge(found).decode(),
    "console": lambda found: console_text(found, verbose=True),
}


@pytest.mark.parametrize("name", REPORTS)
class TestSecrets:
    def test_no_token_and_no_personal_data_gets_out(self, name: str) -> None:
        text = REPORTS[name](leaky())
        shown = re.sub(r"\s+", " ", text)
        for secret in (TOKEN, *TOKEN.split("."), PASSWORD, *PERSONAL):
            assert secret not in shown

    def test_the_rules_that_were_broken_are_there_all_the_same(self, name: str) -> None:
        broken = {one.rule.id for one in leaky().failed()}
        assert {"C03", "C05", "C07", "C08", "C13", "C17", "C19", "C20", "C28", "C29"} <= broken
        if name != "badge":
            assert all(id_ in REPORTS[name](leaky()) for id_ in broken)


class TestJson:
    def test_the_document_keeps_to_the_published_schema(self) -> None:
        published = schema()
        jsonschema_rs.meta.validate(published)
        checker = jsonschema_rs.Draft202012Validator(published, validate_formats=True)
        for found in (
            leaky(),
            heard(Script()),
            heard(Script().good_day(1, 60)),
            verdict(PROFILES["strict"], RULES, []),
        ):
            document = orjson.loads(as_json(found))
            assert [error.message for error in checker.iter_errors(document)] == []

    def test_the_schema_describes_every_property_it_has(self) -> None:
        def objects(part: object) -> None:
            if isinstance(part, dict):
                if part.get("type") == "object" and "properties" in part:
                    assert set(part["required"]) == set(part["properties"])
                for value in part.values():
                    objects(value)

        objects(schema())

    def test_it_says_what_the_verdict_says(self) -> None:
        found = leaky()
        document = as_document(found)
        assert document["grade"] == "F"
        assert document["exitCode"] == 1
        assert document["written"] == "2025-06-15T15:06:40.000Z"
        assert [one["result"] for one in document["rules"]] == [one.finding.result for one in found.judged]
        hammering = next(one for one in document["rules"] if one["id"] == "C03")
        assert hammering["evidence"][0]["exchange"] == 7
        assert hammering["evidence"][0]["session"] == "odd-quantities"
        assert document["bill"]["sums"] == {"EUR": "20.00"}

    def test_evidence_is_bounded_and_the_rest_is_counted(self) -> None:
        script = Script()
        for number in range(50):
            script.order({5000 + number: 1}, f"PO-{number}")
        rule = next(one for one in as_document(heard(script))["rules"] if one["id"] == "C07")
        assert (rule["faults"], len(rule["evidence"])) == (50, MOST_EVIDENCE)


class TestJUnit:
    def test_each_rule_is_a_case_that_passes_fails_or_is_skipped(self) -> None:
        found = leaky()
        suite = ElementTree.fromstring(as_junit(found)).find("testsuite")
        assert suite is not None
        cases = suite.findall("testcase")
        assert [case.get("name") for case in cases] == [f"{one.rule.id} {one.rule.name}" for one in found.judged]
        failed = {case.get("name") for case in cases if case.find("failure") is not None}
        assert failed == {f"{one.rule.id} {one.rule.name}" for one in found.judged if one.failed and one.counts}
        skipped = sum(case.find("skipped") is not None for case in cases)
        assert suite.get("skipped") == str(skipped)
        assert suite.get("failures") == str(len(failed))
        assert suite.get("tests") == str(len(RULES))

    def test_a_warning_does_not_fail_but_is_told(self) -> None:
        cases = ElementTree.fromstring(as_junit(leaky())).iter("testcase")
        warning = next(case for case in cases if (case.get("name") or "").startswith("C19"))
        assert warning.find("failure") is None
        assert "enduser/company" in (warning.findtext("system-out") or "")

    @given(st.text())
    def test_it_is_well_formed_whatever_the_client_wrote(self, text: str) -> None:
        found = heard(Script().products({1: ">50", 2: ""}), Ending(exit_status=1, last_words=text), "odd-quantities")
        ElementTree.fromstring(as_junit(found))


class _Page(HTMLParser):
    """Which elements are open at the end, and what would be loaded from elsewhere."""

    VOID = frozenset({"meta", "path", "line", "rect", "polygon", "polyline", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.loaded += [f"{name}={value}" for name, value in attrs if name in {"src", "srcset", "data", "action"}]
        self.loaded += [str(value) for name, value in attrs if name == "href" and not str(value).startswith("#")]
        if tag in {"script", "link", "iframe", "object", "img"}:
            self.loaded.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


class TestPage:
    def test_it_stands_by_itself_and_is_closed_properly(self) -> None:
        for found in (leaky(), heard(Script()), heard(Script().good_day()), verdict(PROFILES["minimal"], RULES, [])):
            html = as_html(found).decode()
            page = _Page()
            page.feed(html)
            assert page.open == []
            assert page.loaded == []
            assert "url(" not in html
            assert "://" not in html.replace(found.command, "")
            assert "@import" not in html

    def test_it_shows_the_line_of_50_the_block_and_where_rules_were_broken(self) -> None:
        html = as_html(leaky()).decode()
        assert "50 calls in 10 s" in html
        assert 'class="block"' in html
        assert re.search(r'class="flag bad".*?>C0?\d', html)

    def test_it_shows_light_and_dark(self) -> None:
        assert "prefers-color-scheme: dark" in as_html(leaky()).decode()

    @given(st.text(max_size=60))
    def test_nothing_the_client_wrote_becomes_markup(self, text: str) -> None:
        nasty = f"<script>alert(1)</script>{text}"
        found = heard(Script().products({1: ">50", 2: ""}), Ending(exit_status=1, last_words=nasty), "odd-quantities")
        page = _Page()
        page.feed(as_html(found).decode())
        assert page.loaded == []
        assert "<script>alert(1)</script>" in page.text


SPANS = st.lists(st.tuples(st.integers(0, 10**11), st.integers(1, 500)), max_size=40, unique_by=lambda one: one[0])


class TestPicture:
    @given(spans=SPANS, blocks=st.lists(st.integers(0, 10**11), max_size=4), width=st.integers(250_000, 10**10))
    def test_it_is_well_formed_and_stays_within_its_frame(
        self, spans: list[tuple[int, int]], blocks: list[int], width: int
    ) -> None:
        made = tuple(Span(start, peak, 0, peak) for start, peak in sorted(spans))
        stand = tuple(Block(start, start + 60_000_000) for start in sorted(blocks))
        ends = [start for start, *_ in made] + [one.end for one in stand]
        begins = [start for start, *_ in made] + [one.start for one in stand]
        timeline = Timeline(min(begins, default=0), max(ends, default=0), width, made, stand)
        flags = [Flag(at, "C01", "bad") for at in ends]
        picture = ElementTree.fromstring(draw(timeline, flags, "a <label> & more"))
        for element in picture.iter():
            for name, low, high in (("x1", 0, 960), ("x2", 0, 960), ("x", 0, 960), ("y1", 0, 200), ("y2", 0, 200)):
                if element.get(name) is not None:
                    assert low - 1 <= float(element.get(name, "")) <= high + 1
            for pair in (element.get("points") or "").split():
                x, y = map(float, pair.split(","))
                assert -1 <= x <= 961
                assert -1 <= y <= 201


class TestConsole:
    def test_it_ends_with_the_bill_and_the_outcome(self) -> None:
        text = console_text(leaky())
        assert "In production this run would have" in text
        assert "placed 2 orders for 20.00 EUR" in text
        assert text.rstrip().endswith("Grade F.")

    def test_what_was_not_exercised_is_named_and_verbose_tells_why(self) -> None:
        found = heard(Script().good_day())
        assert "Not exercised: C01, C02" in console_text(found)
        assert "no rate block began" in console_text(found, verbose=True)

    def test_too_little_says_how_little(self) -> None:
        assert "of the error rules were put to the test; profile standard wants 40%" in console_text(heard(Script()))


class TestBadge:
    @pytest.mark.parametrize(
        ("script", "word"), [(Script(), "too little exercised"), (Script().order({1: 1}), "grade D")]
    )
    def test_it_names_the_grade(self, script: Script, word: str) -> None:
        picture = ElementTree.fromstring(as_badge(heard(script)))
        texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert texts == ["ELKO client", word]


def test_results_are_told_apart_everywhere() -> None:
    assert len({result.value for result in Result}) == 3
