"""Data against schemas: the right verdict, at the right place, in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

from elko_mock.contract.checks import MAX_NODES, MAX_VIOLATIONS, Checks
from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Side, Violation
from tests.unit.contract.schemas import DATA, SCHEMAS, document

REF = {"$ref": "#/components/schemas/S"}


def _found(schema: Any, data: Any, side: Side = Side.RESPONSE, **components: Any) -> tuple[Violation, ...]:
    return Checks(document(schema, **components), side).violations(REF, data, "body")


def _told(schema: Any, data: Any, **more: Any) -> list[tuple[str, str]]:
    return [(found.code, found.where) for found in _found(schema, data, **more)]


def _keywords(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_keywords, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    return set(schema).union(*map(_keywords, schema.values()))


@given(SCHEMAS.filter(lambda schema: "format" not in _keywords(schema)), DATA, st.sampled_from(Side))
def test_another_validator_is_of_the_same_mind(schema: dict[str, Any], data: Any, side: Side) -> None:
    theirs = (OAS30ReadValidator if side is Side.RESPONSE else OAS30WriteValidator)(schema)
    ours = Checks(document(schema), side)
    assert ours.is_valid(REF, data) == theirs.is_valid(data)
    assert (ours.violations(REF, data, "body") == ()) == theirs.is_valid(data)


@given(SCHEMAS, DATA)
def test_every_violation_has_a_place_in_the_data_and_words(schema: dict[str, Any], data: Any) -> None:
    for found in _found(schema, data):
        place, *steps = found.where.split("/")
        assert place == "body"
        assert found.code.startswith("body.")
        assert found.message
        node = data
        for number, step in enumerate(steps):
            if isinstance(node, dict) and step not in node:
                assert found.code == "body.required"
                assert number == len(steps) - 1
                break
            node = node[int(step)] if isinstance(node, list) else node[step]


@pytest.mark.parametrize(
    ("schema", "data", "code", "where", "words"),
    [
        ({"type": "integer"}, "1", "type", "", "must be a whole number, not text"),
        ({"type": "number", "nullable": True}, "1", "type", "", "must be a number or null, not text"),
        ({"type": "string"}, None, "type", "", "must be text, not null"),
        ({"type": "boolean"}, {}, "type", "", "must be true or false, not an object"),
        ({"type": "object"}, [], "type", "", "must be an object, not a list"),
        ({"enum": ["a", "b"]}, "c", "enum", "", "is not one of a, b"),
        ({"type": "integer", "minimum": 1}, 0, "minimum", "", "must be at least 1, not 0"),
        ({"type": "integer", "maximum": 1}, 2, "maximum", "", "must be at most 1, not 2"),
        ({"minimum": 1, "exclusiveMinimum": True}, 1, "exclusive-minimum", "", "must be more than 1, not 1"),
        ({"maximum": 1, "exclusiveMaximum": True}, 1, "exclusive-maximum", "", "must be less than 1, not 1"),
        ({"multipleOf": 2}, 3, "multiple-of", "", "must be a multiple of 2, not 3"),
        ({"minLength": 2}, "a", "min-length", "", "must have at least 2 characters, not 1"),
        ({"maxLength": 2}, "abc", "max-length", "", "must have at most 2 characters, not 3"),
        ({"type": "array", "minItems": 1}, [], "min-items", "", "must hold at least 1, not 0"),
        ({"type": "array", "maxItems": 1}, [1, 2], "max-items", "", "must hold at most 1, not 2"),
        ({"type": "array", "uniqueItems": True}, [1, 1], "unique-items", "", "holds the same value twice"),
        ({"minProperties": 1}, {}, "min-properties", "", "must have at least 1 properties, not 0"),
        ({"maxProperties": 0}, {"a": 1}, "max-properties", "", "must have at most 0 properties, not 1"),
        ({"pattern": "^a$"}, "b", "pattern", "", "does not match ^a$"),
        ({"format": "uuid"}, "b", "format", "", "is no uuid"),
        ({"not": {"type": "string"}}, "b", "not", "", "is just what is not allowed here"),
        ({"required": ["a/b"]}, {}, "required", "/a~1b", "is missing, and required"),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"b": 1},
            "additional-properties",
            "/b",
            "is not known here",
        ),
        (
            {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            1,
            "one-of",
            "",
            "a whole number that fits more than one of the shapes allowed here; exactly one is wanted",
        ),
    ],
)
def test_words(schema: dict[str, Any], data: Any, code: str, where: str, words: str) -> None:
    assert _found(schema, data) == (Violation(Side.RESPONSE, f"body.{code}", f"body{where}", words),)


def test_of_several_shapes_the_nearest_is_spoken_of() -> None:
    line = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer"}}}
    (found,) = _found({"anyOf": [{"type": "string"}, line]}, {"code": "7"})
    assert found.code == "body.any-of"
    assert found.message == (
        "fits none of the shapes allowed here; the nearest wants: must be a whole number, not text"
    )


def test_all_errors_at_once_each_at_its_place() -> None:
    schema = {
        "type": "object",
        "required": ["lines", "name"],
        "properties": {
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
            "user": {"allOf": [{"$ref": "#/components/schemas/User"}]},
        },
    }
    line = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer"}}}
    user = {"type": "object", "nullable": True, "properties": {"age": {"type": "integer"}}}
    data = {"lines": [{"code": "1"}, {}, {"code": 3}], "user": {"age": "x"}}
    assert set(_told(schema, data, Line=line, User=user)) == {
        ("body.type", "body/lines/0/code"),
        ("body.required", "body/lines/1/code"),
        ("body.type", "body/user/age"),
        ("body.required", "body/name"),
    }
    assert _told(schema, {"lines": [], "name": "", "user": None}, Line=line, User=user) == []


class TestNullable:
    """OpenAPI 3.0's own way of saying null, by what it stands in."""

    def test_a_property_of_that_name_is_no_keyword(self) -> None:
        schema = {"type": "object", "properties": {"nullable": {"type": "string"}, "a": {"type": "string"}}}
        assert _told(schema, {"nullable": None, "a": None}) == [("body.type", "body/nullable"), ("body.type", "body/a")]

    def test_an_example_that_looks_like_a_schema_is_none(self) -> None:
        schema = {"type": "object", "example": {"type": "nonsense", "$ref": "#/nowhere"}, "enum": [{"nullable": True}]}
        assert _told(schema, {"nullable": True}) == []

    def test_an_enumeration(self) -> None:
        assert _told({"type": "string", "enum": ["a"], "nullable": True}, None) == []
        assert _told({"type": "string", "enum": ["a"]}, None) != []

    def test_beside_a_reference_it_does_not_count(self) -> None:
        schema = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/T", "nullable": True}}}
        assert _told(schema, {"a": None}, T={"type": "string"}) == [("body.type", "body/a")]

    def test_beside_all_of_it_counts_as_swashbuckle_means_it(self) -> None:
        schema = {"properties": {"a": {"allOf": [{"$ref": "#/components/schemas/T"}], "nullable": True}}}
        inner = {"type": "object", "required": ["x"]}
        assert _told(schema, {"a": None}, T=inner) == []
        assert _told(schema, {"a": {}}, T=inner) == [("body.required", "body/a/x")]

    def test_in_3_1_it_means_nothing_and_null_is_a_type(self) -> None:
        new = {**document({"type": "string", "nullable": True}, T={"type": ["string", "null"]}), "openapi": "3.1.0"}
        checks = Checks(new, Side.RESPONSE)
        assert checks.violations(REF, None, "body") != ()
        assert checks.violations({"$ref": "#/components/schemas/T"}, None, "body") == ()

    def test_in_3_1_what_stands_beside_a_reference_counts(self) -> None:
        new = {**document({"$ref": "#/components/schemas/T", "maxLength": 1}, T={"type": "string"}), "openapi": "3.1.0"}
        assert [found.code for found in Checks(new, Side.RESPONSE).violations(REF, "ab", "body")] == ["body.max-length"]


def test_what_is_for_the_other_direction_is_not_required() -> None:
    schema = {
        "type": "object",
        "required": ["id", "password", "name"],
        "properties": {"id": {"readOnly": True}, "password": {"writeOnly": True}, "name": {}},
    }
    assert _told(schema, {"name": 1, "password": 1}, side=Side.REQUEST) == []
    assert _told(schema, {"name": 1, "id": 1}, side=Side.RESPONSE) == []
    assert _told(schema, {"name": 1}, side=Side.REQUEST) == [("body.required", "body/password")]
    assert _told(schema, {"name": 1}, side=Side.RESPONSE) == [("body.required", "body/id")]


def test_recursive_schemas() -> None:
    tree = {
        "type": "object",
        "required": ["childs"],
        "properties": {"childs": {"type": "array", "items": {"$ref": "#/components/schemas/S"}}},
    }
    assert _told(tree, {"childs": [{"childs": []}, {"childs": [{}]}]}) == [
        ("body.required", "body/childs/1/childs/0/childs")
    ]


@pytest.mark.parametrize("text", ["2024-01-31T10:00:00Z", "2024-01-31T10:00:00", "2024-01-31T10:00:00.1234567+02:00"])
def test_times_as_dotnet_writes_them(text: str) -> None:
    assert _told({"type": "string", "format": "date-time"}, text) == []


@pytest.mark.parametrize("text", ["2024-01-31", "yesterday", "2024-01-31 10:00:00", "2024-01-31T10:00"])
def test_what_is_no_time(text: str) -> None:
    assert _told({"type": "string", "format": "date-time"}, text) == [("body.format", "body")]


def test_int32_needs_no_minimum_in_the_document() -> None:
    data = document({"type": "integer", "format": "int32"}, L={"type": "integer", "format": "int64"})
    contract = Contract.from_document(data)
    checks = Checks(contract.document, Side.REQUEST)
    assert [found.code for found in checks.violations(REF, 2**31, "body")] == ["body.maximum"]
    assert [found.code for found in checks.violations(REF, -(2**31) - 1, "body")] == ["body.minimum"]
    assert checks.violations(REF, 2**31 - 1, "body") == ()
    long = {"$ref": "#/components/schemas/L"}
    assert checks.violations(long, 2**63 - 1, "body") == ()
    assert [found.code for found in checks.violations(long, 10**400, "body")] == ["body.maximum"]


@pytest.mark.parametrize("data", [float("nan"), float("inf"), "\ud800", {"a": "\udfff"}, {1: 2}, {"a": object()}])
def test_what_json_cannot_carry_is_a_violation_not_an_accident(data: Any) -> None:
    codes = [found.code for found in _found({"type": "object", "additionalProperties": {"type": "integer"}}, data)]
    assert codes in (["body.type"], ["body.value"])


@pytest.mark.parametrize("figure", [1.0, 1e3, -0.0])
def test_a_figure_with_a_point_is_no_whole_number(figure: float) -> None:
    """.NET's readers refuse it for an int, and so did JSON Schema when OpenAPI 3.0 was written."""
    assert _told({"type": "integer"}, figure) == [("body.type", "body")]
    assert _told({"type": "number"}, figure) == []


def test_depth_is_no_accident() -> None:
    deep: Any = 1
    for _ in range(1000):
        deep = [deep]
    nested = {"type": "array", "items": {"$ref": "#/components/schemas/S"}}
    assert [(found.code, found.where) for found in _found(nested, deep)] == [("body.type", "body" + "/0" * 1000)]


def test_rows_made_as_they_are_read() -> None:
    class Rows(list[int]):
        pass

    assert _told({"type": "array", "items": {"type": "integer"}}, range(3)) == []
    assert _told({"type": "array", "items": {"type": "string"}}, range(2)) == [
        ("body.type", "body/0"),
        ("body.type", "body/1"),
    ]
    assert _told({"type": "array"}, Rows()) == []


def test_very_many_violations_are_counted() -> None:
    found = _found({"type": "array", "items": {"type": "string"}}, [1] * (MAX_VIOLATIONS + 5))
    assert len(found) == MAX_VIOLATIONS + 1
    assert found[-1].code == "body.more"
    assert found[-1].message.startswith("5 more")


def test_of_a_very_large_request_the_first_violation_is_told() -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    found = _found(schema, ["a", *[1] * MAX_NODES], Side.REQUEST)
    assert [(one.code, one.where) for one in found] == [("body.type", "body/1"), ("body.more", "body")]
    deep = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
    assert len(_found(deep, {"a": [1] * MAX_NODES}, Side.REQUEST)) == 2
    assert len(_found(schema, [1] * MAX_NODES, Side.RESPONSE)) == MAX_VIOLATIONS + 1
    assert len(_found(schema, [1] * (MAX_NODES - 1), Side.REQUEST)) == MAX_VIOLATIONS + 1


@given(SCHEMAS, DATA)
def test_no_text_of_the_data_is_in_any_message(schema: dict[str, Any], data: Any) -> None:
    """It may be a password, or somebody's name."""
    secret = "hunter2-hunter2"

    def hide(node: Any) -> Any:
        if isinstance(node, str):
            return secret
        if isinstance(node, list):
            return [hide(item) for item in node]
        return {key: hide(value) for key, value in node.items()} if isinstance(node, dict) else node

    assert not any(secret in found.message for found in _found(schema, hide(data)))


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ({"contains": {"type": "integer"}}, ["hunter2"]),
        ({"contains": {"pattern": "^(?=a)"}}, ["hunter2"]),
        ({"propertyNames": {"maxLength": 3}}, {"hunter2": "hunter2"}),
        ({"dependentRequired": {"a": ["b"]}}, {"a": "hunter2"}),
        ({"const": "x"}, "hunter2"),
        ({"prefixItems": [{}], "items": False}, [1, "hunter2"]),
    ],
)
def test_nor_in_those_of_3_1(schema: dict[str, Any], data: Any) -> None:
    found = Checks({**document(schema), "openapi": "3.1.0"}, Side.REQUEST).violations(REF, data, "body")
    assert found
    assert not any("hunter2" in one.message for one in found)


def test_figures_beyond_measure_are_not_written_out() -> None:
    (found,) = _found({"type": "integer", "maximum": 5}, 10**4000)
    assert found.message == "must be at most 5, not a figure beyond all measure"


def test_long_enumerations_are_cut_short() -> None:
    (found,) = _found({"enum": [str(number) for number in range(500)]}, "x")
    assert found.message == "is not one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ..."


def test_a_pattern_that_looks_ahead() -> None:
    assert _told({"type": "string", "pattern": "^(?!0)[0-9]+$"}, "01") == [("body.pattern", "body")]
    assert _told({"type": "string", "pattern": "^(?!0)[0-9]+$"}, "10") == []
