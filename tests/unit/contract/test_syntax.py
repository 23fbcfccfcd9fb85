"""From the bytes of a file to data, or to a message with the line."""

import contextlib
import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.problem import DocumentProblem, Finding
from elko_mock.contract.syntax import parse

# what a YAML writer need not escape: no line ends of any kind
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=20
).filter(lambda text: not re.fullmatch(r"[-+.0-9eE]+", text))  # 1e3 is text to YAML 1.1, and a figure to 1.2
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), PLAIN))
def test_json_comes_back_as_it_was(data: dict[str, Any]) -> None:
    assert parse(json.dumps(data).encode(), "a.json") == data


@given(st.dictionaries(TEXT, PLAIN))
def test_json_is_yaml_too(data: dict[str, Any]) -> None:
    assert parse(json.dumps(data, ensure_ascii=False).encode(), "a.yaml") == data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_their_marks(encoding: str) -> None:
    """PowerShell's `>` writes UTF-16."""
    assert parse('{"a": "é"}'.encode(encoding), "a.json") == {"a": "é"}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: NO", {"a": "NO"}),
        ("a: yes", {"a": "yes"}),
        ("a: on", {"a": "on"}),
        ("a: 2018-09-26", {"a": "2018-09-26"}),
        ("a: 12:30:00", {"a": "12:30:00"}),
        ("a: 010", {"a": 10}),
        ("a: 0x1F", {"a": 31}),
        ("a: -3", {"a": -3}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: .5", {"a": 0.5}),
        ("a: true", {"a": True}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("200: ok", {"200": "ok"}),
        ("1.10: ok\ntrue: ok\nnull: ok\n010: ok", {"1.10": "ok", "true": "ok", "null": "ok", "010": "ok"}),
        ("a: v3.0", {"a": "v3.0"}),
        ("a: '1'", {"a": "1"}),
        ("x: &x {b: 1}\ny: *x", {"x": {"b": 1}, "y": {"b": 1}}),
        ("x: &x {b: 1, c: 2}\ny:\n  <<: *x\n  b: 3", {"x": {"b": 1, "c": 2}, "y": {"b": 3, "c": 2}}),
    ],
)
def test_yaml_is_1_2(text: str, data: Any) -> None:
    assert parse(text.encode(), "a.yaml") == data


def test_aliases_become_values_of_their_own() -> None:
    data = parse(b"x: &x {b: 1}\ny: *x", "a.yaml")
    data["x"]["b"] = 2
    assert data["y"] == {"b": 1}


@pytest.mark.parametrize(
    ("raw", "name", "where", "words"),
    [
        (b"", "a.json", "", "it is empty"),
        (b" \n\t", "a.yaml", "", "it is empty"),
        (b'{"a": 1,\n "b": }', "a.json", "line 2, column 7", "not valid JSON"),
        (b'{"a": 1', "a.json", "line 1, column 8", "not valid JSON"),
        (b'{"a": NaN}', "a.json", "", "NaN is not JSON"),
        (b'{"a": 1, "a": 2}', "a.json", "", "'a' stands twice"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a.json", "", "not valid JSON"),
        (b"[" * 100_000, "a.json", "", "nested too deeply"),
        (b"a: 1\nb: [1, 2", "a.yaml", "line 3, column 1", "not valid YAML"),
        (b"a: 1\n  b: 2", "a.yaml", "line 2, column 4", "not valid YAML"),
        (b"a: 1\na: 2", "a.yaml", "line 2, column 1", "'a' stands here twice"),
        (b"a: *nowhere", "a.yaml", "line 1, column 4", "undefined alias"),
        (b"a: 1\n? [x]\n: 2", "a.yaml", "line 2, column 3", "a key must be plain text"),
        (b"a: !!python/object:os.system {}", "a.yaml", "line 1, column 4", "not valid YAML"),
        (b"a: 1\n---\nb: 2", "a.yaml", "line 2, column 1", "not valid YAML"),
        (b"a: 1\nb: \x01", "a.yaml", "line 2", "not valid YAML: control characters are not allowed"),
        (b"a: &a [*a]", "a.yaml", "", "lead in a circle"),
        (b'{"a": "\xff"}', "a.json", "line 1", "this is not UTF-8 text"),
        (b"\n\na: \xe9", "a.yaml", "line 3", "this is not UTF-8 text"),
        (b"\xff\xfe{", "a.json", "line 1", "this is not UTF-16 text"),
        (b"<!DOCTYPE html><html>", "index.html", "", "this is a page for the browser"),
        (b"\xef\xbb\xbf <xml/>", "a", "", "this is a page for the browser"),
    ],
)
def test_what_cannot_be_read_says_where(raw: bytes, name: str, where: str, words: str) -> None:
    with pytest.raises(DocumentProblem) as caught:
        parse(raw, name)
    (finding,) = caught.value.findings
    assert finding.where == where
    assert words in finding.message
    assert str(caught.value).startswith(f"{name}: {where}")
    assert "\n" not in str(caught.value)


def test_an_alias_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(DocumentProblem, match="beyond all measure"):
        parse("\n".join(lines).encode(), "a.yaml")


def test_depth_in_yaml_is_no_accident() -> None:
    with pytest.raises(DocumentProblem):
        parse(b"a: " + b"[" * 50_000 + b"]" * 50_000, "a.yaml")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(["a.json", "a.yaml", "a"]))
def test_any_bytes_are_read_or_told_about(raw: bytes, name: str) -> None:
    with contextlib.suppress(DocumentProblem):
        parse(raw, name)


@given(PLAIN)
def test_what_yaml_writers_write_is_read(data: Any) -> None:
    text = yaml.safe_dump({"a": data}, allow_unicode=True, sort_keys=False)
    assert parse(text.encode(), "a.yaml") == {"a": data}


def test_many_findings_are_cut_short() -> None:
    problem = DocumentProblem("a.yaml", *(Finding(f"#/{n}", "wrong") for n in range(12)))
    assert str(problem).splitlines() == ["a.yaml:", *(f"  #/{n}: wrong" for n in range(10)), "  ... and 2 more"]
    assert len(problem.findings) == 12
