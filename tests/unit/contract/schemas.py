"""Schemas of OpenAPI 3.0 as hypothesis draws them, and data that may or may not fit."""

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "nullable", "type", "$ref-like", "required"])

_strings = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(4, 9),
        "nullable": st.booleans(),
        "example": st.sampled_from(["x", "example", 3]),
    },
)
_patterned = st.fixed_dictionaries(
    {
        "type": st.just("string"),
        "pattern": st.sampled_from(
            [r"^(>?[0-9]+)?$", r"^[A-Z]{2,3}$", r"^\d{4}-\d{2}$", r"^(a|bc)+d*$", r"^[^0-9]x.$", r"^$", r"^\w+\s\S$"]
        ),
    },
    optional={"nullable": st.booleans()},
)
_formatted = st.fixed_dictionaries(
    {"type": st.just("string"), "format": st.sampled_from(["date-time", "date", "uuid", "uri", "email", "ipv4", "odd"])}
)
_enumerated = st.fixed_dictionaries(
    {"enum": st.lists(st.sampled_from(["p", "q", "r", 1, 2, True]), min_size=1, max_size=4, unique_by=repr)}
)
_numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-5, 5),
        "maximum": st.integers(8, 20),
        "exclusiveMinimum": st.booleans(),
        "exclusiveMaximum": st.booleans(),
        "multipleOf": st.sampled_from([1, 2, 3]),
        "nullable": st.booleans(),
        "default": st.sampled_from([0, 7, "x"]),
    },
)
_booleans = st.fixed_dictionaries({"type": st.just("boolean")}, optional={"nullable": st.booleans()})
LEAVES = _strings | _patterned | _formatted | _enumerated | _numbers | _booleans


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": st.dictionaries(NAMES, inner, max_size=4),
            "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
            "additionalProperties": st.booleans() | inner,
            "nullable": st.booleans(),
            "minProperties": st.integers(0, 2),
        },
    )


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 2), "maxItems": st.integers(2, 4), "nullable": st.booleans()},
    )


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(["oneOf", "anyOf"]).flatmap(
        lambda key: st.fixed_dictionaries({key: st.lists(inner, min_size=1, max_size=2)})
    )


SCHEMAS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    LEAVES, lambda inner: _objects(inner) | _arrays(inner) | _composed(inner), max_leaves=6
)

DATA: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 30)
    | st.floats(-10, 30)
    | st.sampled_from(["", "x", "p", ">50", "AB", "2024-01", "toolongatext", "2024-01-01T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


def document(schema: Any, **components: Any) -> dict[str, Any]:
    """A document with that schema under the name `S`."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}},
        "components": {"schemas": {"S": schema, **components}},
    }
