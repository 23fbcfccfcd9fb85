"""JSON property names in any case, as ASP.NET Core reads them."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.wire.codec import Codec
from elko_mock.wire.folding import folding
from elko_mock.wire.media_type import parse_content_type
from tests.unit.wire.generating import JSON, Schema, documents, values

COMPONENTS: dict[str, Any] = {
    "Line": {
        "type": "object",
        "properties": {
            "elkoCode": {"type": "integer"},
            "note": {"type": "string"},
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
            "codes": {"type": "array", "items": {"type": "integer"}},
            "ID": {"type": "string"},
            "id": {"type": "integer"},
            "größe": {"type": "string"},
            "K": {"type": "string"},
            "by": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Line"}},
        },
    }
}
LINE = {"$ref": "#/components/schemas/Line"}
fold = folding(LINE, COMPONENTS)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"ElkoCode": 1}, {"elkoCode": 1}),
        ({"ELKOCODE": 1, "elkocode": 2}, {"elkoCode": 2}),
        ({"elkoCode": 1, "ElkoCode": 2}, {"elkoCode": 1}),
        ({"ElkoCode": 2, "elkoCode": 1}, {"elkoCode": 1}),
        ({"unknown": 1, "Other": 2}, {"unknown": 1, "Other": 2}),
        ({"LINES": [{"NOTE": "x"}, 5, None]}, {"lines": [{"note": "x"}, 5, None]}),
        ({"lines": [{"Lines": [{"Note": "x"}]}]}, {"lines": [{"lines": [{"note": "x"}]}]}),
        ({"lines": {"Note": "x"}}, {"lines": {"Note": "x"}}),
        ({"Codes": [1], "Id": 1}, {"codes": [1], "ID": 1}),
        ({"id": 1, "ID": "1"}, {"id": 1, "ID": "1"}),
        ({"GRÖSSE": "x", "GrößE": "y"}, {"GRÖSSE": "x", "GrößE": "y"}),
        ({"\u212a": "Kelvin"}, {"\u212a": "Kelvin"}),
        ({"By": {"Any": {"Note": "x"}}}, {"by": {"Any": {"note": "x"}}}),
        ([{"Note": "x"}], [{"Note": "x"}]),
        (5, 5),
        (None, None),
    ],
)
def test_names_become_the_schema_s(data: Any, expected: Any) -> None:
    before = copy.deepcopy(data)
    assert fold(data) == expected
    assert data == before


def test_other_properties_are_looked_into_beside_named_ones() -> None:
    schema = {"type": "object", "properties": {"a": {}}, "additionalProperties": LINE}
    assert folding(schema, COMPONENTS)({"A": {"Note": 1}, "b": {"Note": 1}}) == {"a": {"Note": 1}, "b": {"note": 1}}


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"type": "array", "items": {"type": "integer"}}])
def test_what_holds_no_names_stays(schema: dict[str, Any]) -> None:
    data = {"Any": ["Thing"]}
    assert folding(schema, {})(data) is data


@given(documents(), st.data())
def test_folding_again_changes_nothing(document: tuple[Schema, dict[str, Schema]], data: st.DataObject) -> None:
    schema, components = document
    compiled = folding(schema, components)
    once = compiled(data.draw(values(schema, components)))
    assert compiled(once) == once


@given(st.lists(st.sampled_from(["elkoCode", "note"]), unique=True), st.data())
def test_every_spelling_is_taken(names: list[str], data: st.DataObject) -> None:
    spelled = {"".join(data.draw(st.sampled_from([c.upper(), c.lower()])) for c in name): name for name in names}
    assert fold({"Lines": [spelled]}) == {"lines": [{name: name for name in names}]}


@given(JSON)
def test_anything_is_taken(data: Any) -> None:
    before = copy.deepcopy(data)
    fold(data)
    assert data == before


def test_json_is_read_in_any_case_where_it_is_asked_for_and_xml_never() -> None:
    strict, loose = Codec(LINE, COMPONENTS), Codec(LINE, COMPONENTS, any_case=True)
    as_json, as_xml = parse_content_type("application/json"), parse_content_type("text/xml")
    body = b'{"NOTE": "x"}'
    assert loose.decode(body, as_json) == loose.decode(body, parse_content_type(None)) == {"note": "x"}
    assert strict.decode(body, as_json) == {"NOTE": "x"}
    assert loose.decode(b"<Line><NOTE>x</NOTE></Line>", as_xml) == {"NOTE": "x"}
