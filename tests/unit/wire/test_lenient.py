"""Numbers and booleans given as strings, as Newtonsoft.Json takes them."""

import copy
from typing import Any

import pytest
from hypothesis import given

from elko_mock.wire.lenient import coerce
from tests.unit.wire.generating import JSON, documents, same

COMPONENTS = {
    "Line": {
        "type": "object",
        "properties": {
            "quantity": {"type": "integer"},
            "price": {"type": "number", "nullable": True},
            "fast": {"type": "boolean"},
            "note": {"type": "string"},
            "more": {},
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
        },
    }
}
LINE = {"$ref": "#/components/schemas/Line"}


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("quantity", "5", 5),
        ("quantity", " +5\n", 5),
        ("quantity", "-05", -5),
        ("quantity", "99999999999999999999", 99999999999999999999),
        ("quantity", "5.0", "5.0"),
        ("quantity", "1,000", "1,000"),
        ("quantity", "", ""),
        ("quantity", "five", "five"),
        ("quantity", "9" * 5000, "9" * 5000),
        ("quantity", True, True),
        ("quantity", 5.5, 5.5),
        ("price", "12.50", 12.5),
        ("price", " -12 ", -12.0),
        ("price", "1.5e3", 1500.0),
        ("price", ".5", 0.5),
        ("price", "1,234.50", 1234.5),
        ("price", "12,50", 1250.0),
        ("price", "1e999", "1e999"),
        ("price", "NaN", "NaN"),
        ("price", ",5", ",5"),
        ("price", "", None),
        ("price", "  ", None),
        ("price", 12.5, 12.5),
        ("fast", "true", True),
        ("fast", "True", True),
        ("fast", " FALSE ", False),
        ("fast", "yes", "yes"),
        ("fast", "1", "1"),
        ("fast", "", ""),
        ("fast", 1, True),
        ("fast", 0, False),
        ("fast", 0.5, True),
        ("fast", True, True),
        ("fast", [], []),
        ("note", 5, "5"),
        ("note", 12.5, "12.5"),
        ("note", True, "true"),
        ("note", False, "false"),
        ("note", None, None),
        ("note", {}, {}),
        ("more", "5", "5"),
        ("unknown", "5", "5"),
        ("lines", "5", "5"),
    ],
)
def test_each_kind(key: str, given: Any, expected: Any) -> None:
    found = coerce({key: given}, LINE, COMPONENTS)[key]
    assert same(found, expected)


def test_it_goes_by_position() -> None:
    data = {"quantity": "1", "note": "1", "lines": [{"quantity": "2", "lines": [{"fast": "true"}, "7"]}]}
    before = copy.deepcopy(data)
    assert coerce(data, LINE, COMPONENTS) == {
        "quantity": 1,
        "note": "1",
        "lines": [{"quantity": 2, "lines": [{"fast": True}, "7"]}],
    }
    assert data == before
    assert coerce({"a": "1"}, {"type": "object", "additionalProperties": {"type": "integer"}}, {}) == {"a": 1}


def test_null_is_allowed_where_any_part_of_the_schema_allows_it() -> None:
    components: dict[str, dict[str, Any]] = {"Maybe": {"type": "number", "nullable": True}, "Never": {"type": "number"}}
    maybe, never = ({"$ref": f"#/components/schemas/{name}"} for name in components)
    assert coerce("", maybe, components) is None
    assert coerce("", {"allOf": [maybe]}, components) is None
    assert coerce("", {"allOf": [never], "nullable": True}, components) is None
    assert coerce("", {"oneOf": [never, {"type": "null"}]}, components) is None
    assert coerce("", never, components) == ""


@given(documents(), JSON)
def test_it_is_done_once_and_never_fails(document: tuple[dict[str, Any], dict[str, Any]], value: Any) -> None:
    once = coerce(value, *document)
    assert same(coerce(once, *document), once)
