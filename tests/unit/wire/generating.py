"""Schemas, and values of schemas, for property tests."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

TEXT = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="_x0058FfDd: \t\r\n\x08\x1f\ufffe\uffff<&>\"'é€😀]", max_size=20),
    st.sampled_from(["", " ", "\r\n", "]]>", "<!DOCTYPE a>", "_x0008_", "_x005F_", "_x0008\x08", "&#13;", "true", "5"]),
)
NAMES = st.one_of(
    st.sampled_from(
        ["id", "name", "lines", "elkoCode", "childs", "a", "b", "c", "_", "_x_", "_x0041_", "_xABCD", "xml"]
    ),
    TEXT,
)
INTEGERS = st.integers(min_value=-(2**63), max_value=2**64 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.one_of(st.none(), st.booleans(), INTEGERS, FLOATS, TEXT)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
"""Any JSON value."""

COMPONENTS = ("Product", "CategoryNode", "Order line")

_LEAVES: st.SearchStrategy[Schema] = st.one_of(
    st.sampled_from(
        [
            {"type": "string"},
            {"type": "string", "nullable": True},
            {"type": "string", "format": "date-time"},
            {"type": "integer", "format": "int32"},
            {"type": "integer", "format": "int64", "nullable": True},
            {"type": "number", "format": "double"},
            {"type": "boolean", "nullable": True},
            {"enum": ["a", None, "b"]},
            {},
            {"nullable": True},
            {"type": "string", "xml": {"attribute": True}},
            {"type": "integer", "xml": {"attribute": True, "name": "no"}},
            {"type": "number", "xml": {"attribute": True, "namespace": "urn:n", "prefix": "n"}},
            {"type": "boolean", "xml": {"attribute": True, "namespace": "urn:m"}},
            {"type": "string", "xml": {"name": "other name", "namespace": "urn:n", "prefix": "n"}},
            {"type": "string", "xml": {"namespace": 'urn:<&">'}},
        ]
    ),
    st.sampled_from(COMPONENTS).map(lambda name: {"$ref": f"#/components/schemas/{name}"}),
    st.sampled_from(COMPONENTS).map(
        lambda name: {"nullable": True, "allOf": [{"$ref": f"#/components/schemas/{name}"}]}
    ),
    st.sampled_from(COMPONENTS).map(
        lambda name: {"oneOf": [{"$ref": f"#/components/schemas/{name}"}, {"type": "object"}]}
    ),
)


def _objects(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    def build(properties: Schema, extra: Schema | bool | None) -> Schema:
        schema: Schema = {"type": "object", "properties": properties}
        return schema if extra is None else schema | {"additionalProperties": extra}

    return st.builds(build, st.dictionaries(NAMES, inner, max_size=5), st.one_of(st.none(), st.just(True), inner))


def _arrays(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    xml = st.sampled_from([{}, {"xml": {"wrapped": True, "name": "list"}}])
    return st.builds(lambda items, extra: {"type": "array", "items": items} | extra, inner, xml)


SCHEMAS: st.SearchStrategy[Schema] = st.recursive(
    _LEAVES, lambda inner: st.one_of(_objects(inner), _arrays(inner)), max_leaves=8
)


def documents() -> st.SearchStrategy[tuple[Schema, dict[str, Schema]]]:
    """A schema and the components it may refer to, which may refer to each other and to themselves."""
    components = st.fixed_dictionaries({name: _objects(SCHEMAS) for name in COMPONENTS})
    return st.tuples(SCHEMAS, components)


def values(schema: Mapping[str, Any], components: Mapping[str, Schema], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a schema, some of them with properties that it does not name."""
    if "$ref" in schema:
        return values(components[schema["$ref"].rpartition("/")[2]], components, depth)
    for keyword in ("allOf", "oneOf"):
        if keyword in schema:
            inner = values(schema[keyword][0], components, depth)
            return st.one_of(st.none(), inner) if schema.get("nullable") else inner
    found: st.SearchStrategy[Any] = JSON
    match schema.get("type"):
        case "string":
            found = TEXT
        case "integer":
            found = INTEGERS
        case "number":
            found = st.one_of(INTEGERS, FLOATS)
        case "boolean":
            found = st.booleans()
        case "array":
            found = st.lists(values(schema["items"], components, depth + 1), max_size=0 if depth > 3 else 3)
        case "object" if depth > 3:
            found = st.just({})
        case "object":
            named = {key: values(inner, components, depth + 1) for key, inner in schema.get("properties", {}).items()}
            found = st.builds(
                lambda extra, data: extra | data,
                st.dictionaries(NAMES, JSON, max_size=2),
                st.fixed_dictionaries({}, optional=named),
            )
    return st.one_of(st.none(), found) if schema.get("nullable") else found


def same(left: Any, right: Any) -> bool:
    """Equal to the type: 1, 1.0 and true are three values; the order of an object's members does not count."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
