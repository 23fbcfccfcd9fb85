"""Examples: deterministic and valid, made of what the document says."""

import json
import re
from typing import Any

import pytest
from hypothesis import given

from elko_mock.contract.checks import Checks
from elko_mock.contract.contract import Contract
from elko_mock.contract.examples import Examples
from elko_mock.contract.patterns import matching
from elko_mock.exchange.exchange import Side
from tests.unit.contract.schemas import SCHEMAS, document

REF = {"$ref": "#/components/schemas/S"}
CONTRACT = Contract.load()


def _example(schema: Any, given: Any = None, **components: Any) -> Any:
    data = document(schema, **components)
    return Examples(data, Checks(data, Side.REQUEST), Checks(data, Side.RESPONSE))(REF, given)


def _valid(schema: Any, value: Any, **components: Any) -> bool:
    return Checks(document(schema, **components), Side.RESPONSE).is_valid(REF, value)


def _satisfiable(schema: Any) -> bool:
    """Whether this test can tell that something fits: contradictions are the document's own doing."""
    if not isinstance(schema, dict):
        return True
    kind = schema.get("type")
    if kind in ("integer", "number"):
        low, high = schema.get("minimum", 0), schema.get("maximum", 20)
        if low + 3 > high:
            return False
    branches = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    if len(schema.get("oneOf", [])) > 1:
        return False
    if schema.get("additionalProperties") is False and (
        set(schema.get("required", ())) - set(schema.get("properties", {}))
        or schema.get("minProperties", 0) > len(schema.get("properties", {}))
    ):
        return False
    inner = [*branches, *schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return all(map(_satisfiable, inner))


@given(SCHEMAS.filter(_satisfiable))
def test_an_example_is_valid(schema: dict[str, Any]) -> None:
    assert _valid(schema, _example(schema)), _example(schema)


@given(SCHEMAS)
def test_an_example_is_plain_json_and_the_same_each_time(schema: dict[str, Any]) -> None:
    text = json.dumps(_example(schema))
    assert text == json.dumps(_example(json.loads(json.dumps(schema))))


def test_each_answer_of_the_vendored_document() -> None:
    for operation in CONTRACT.operations:
        for status in operation.answers:
            assert operation.answer_violations(status, operation.example(status)) == (), (operation.id, status)
        assert operation.body_violations(operation.body_example() or {}) == () or operation.body is None


def test_each_answer_of_the_vendored_document_is_made_of_its_examples() -> None:
    product = CONTRACT.by_id["getProducts"].example()[0]
    assert product["elkoCode"] == 1341426
    assert product["quantity"] == ">50"
    assert product["lotNumber"] is None


def test_an_unknown_status_is_misuse() -> None:
    with pytest.raises(KeyError):
        CONTRACT.by_id["getProducts"].example(418)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "e", "default": "d", "enum": ["d", "e"]}, "e"),
        ({"type": "string", "default": "d", "enum": ["c", "d"]}, "d"),
        ({"type": "string", "enum": ["c", "d"]}, "c"),
        ({"type": "integer", "example": "wrong"}, 0),
        ({"type": "string", "nullable": True, "example": None}, None),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, 6),
        ({"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ({"type": "number", "minimum": 0.25, "multipleOf": 0.1}, 0.3),
        ({"type": "integer", "maximum": -5}, -5),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 0.25}, 0.125),
        ({"type": "boolean"}, True),
        ({"type": "string", "format": "date-time"}, "2024-01-01T00:00:00Z"),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [0, 1, 2]),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, []),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2, "uniqueItems": True}, ["a", "b"]),
        ({"type": "object", "required": ["x"]}, {"x": "text"}),
        ({"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}}, None),
        ({"properties": {"a": {"type": "integer"}}}, {"a": 0}),
        ({"items": {"type": "integer"}}, [0]),
        ({"allOf": [{"properties": {"a": {"type": "integer"}}}, {"required": ["b"]}]}, {"a": 0, "b": "text"}),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 0),
        ({}, {}),
    ],
)
def test_by_keyword(schema: dict[str, Any], value: Any) -> None:
    made = _example(schema)
    assert _valid(schema, made)
    if value is not None or "example" in schema:
        assert made == value


def test_the_documents_own_example_of_the_whole_comes_first_if_it_is_valid() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    assert _example(schema, {"a": 7}) == {"a": 7}
    assert _example(schema, {"b": 7}) == {"a": 0}


def test_recursion_ends() -> None:
    tree = {
        "type": "object",
        "required": ["childs", "parent"],
        "properties": {
            "childs": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
            "parent": {"allOf": [{"$ref": "#/components/schemas/P"}]},
        },
    }
    parent = {"type": "object", "nullable": True, "properties": {"of": {"$ref": "#/components/schemas/S"}}}
    made = _example(tree, P=parent)
    assert _valid(tree, made, P=parent)
    assert len(json.dumps(made)) < 1_000_000


def test_recursion_through_alternatives_ends() -> None:
    value = {
        "oneOf": [{"type": "array", "items": {"$ref": "#/components/schemas/S"}, "minItems": 1}, {"type": "string"}]
    }
    assert _valid(value, _example(value))


@pytest.mark.parametrize("required", [[], ["a0"], [f"a{number}" for number in range(10)]])
def test_recursion_that_branches_ends_soon(required: list[str]) -> None:
    branching = {
        "type": "object",
        "required": required,
        "properties": {f"a{number}": REF for number in range(10)},
    }
    assert len(json.dumps(_example(branching))) < 1_000_000


def test_recursion_that_may_be_null_is_not_deeper_than_anybody_wants_to_read() -> None:
    chain = {"type": "object", "nullable": True, "required": ["next"], "properties": {"next": REF}}
    made = _example(chain)
    assert _valid(chain, made)
    assert json.dumps(made).count("next") < 12


def test_an_example_is_the_callers_own() -> None:
    operation = CONTRACT.by_id["getProducts"]
    operation.example()[0]["quantity"] = "spoilt"
    assert operation.example()[0]["quantity"] == ">50"


def test_recursion_that_cannot_end_ends_all_the_same() -> None:
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/S"}}}
    assert "next" in _example(endless)


def test_what_is_for_requests_is_not_in_answers_and_the_other_way_round() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {"type": "integer", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}},
    }
    data = document(schema)
    examples = Examples(data, Checks(data, Side.REQUEST), Checks(data, Side.RESPONSE))
    assert examples(REF) == {"id": 0}
    assert examples.of_request(REF) == {"secret": "text"}


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"^[0-9]{3}$", r"^(>?[0-9]+)?$", r"^[A-Z]{2}-\d+$", r"^a|b$", r"^(foo|bar)baz?$", r"^[^a-z]{4}$", r"^.{3}$"),
        *(r"^\w+@\w+\.\w{2,}$", r"[0-9]+", r"^x*$", r"^\s?\S\D\W$", r"^(?:ab){2,}c+?$", r"^[\d.,]{1,3}$", "^$", "^ä+$"),
    ],
)
def test_texts_by_pattern(pattern: str) -> None:
    for number in range(3):
        assert re.search(pattern, matching(pattern, number=number))


@pytest.mark.parametrize(
    "pattern", [r"^(>?[0-9]+)?$", r"^[A-Z]{2}-\d+$", r"^\w+@\w+\.\w{2,}$", "^x*$", "^(?:ab){2,}c+?$"]
)
@pytest.mark.parametrize("least", [1, 5, 50])
def test_texts_by_pattern_are_as_long_as_wanted(pattern: str, least: int) -> None:
    text = matching(pattern, least)
    assert re.search(pattern, text)
    assert len(text) >= least


@pytest.mark.parametrize("pattern", ["(", "(?=a)b", r"(a)\1", "[", "a{99999999999}"])
def test_patterns_beyond_it_give_some_text(pattern: str) -> None:
    assert isinstance(matching(pattern), str)


def test_two_texts_of_a_pattern_differ_where_they_can() -> None:
    assert matching("^[a-z]{2}$", number=0) != matching("^[a-z]{2}$", number=1)
