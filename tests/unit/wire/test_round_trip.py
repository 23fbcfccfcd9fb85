"""Any value goes JSON to data to XML to data unchanged."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from elko_mock.contract.location import data_file
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation, parse_content_type
from tests.unit.wire.generating import JSON, SCHEMAS, documents, same, values

AS_JSON, AS_XML = Representation("application/json", "json"), Representation("application/xml", "xml")
IN_JSON, IN_XML = parse_content_type("application/json"), parse_content_type("application/xml")


def there_and_back(codec: Codec, data: Any) -> Any:
    read = codec.decode(codec.encode(data, AS_JSON), IN_JSON)
    assert same(read, data)
    written = codec.encode(read, AS_XML)
    etree.fromstring(written)  # the judge of well-formedness
    return codec.decode(written, IN_XML)


@given(documents(), st.data())
def test_values_of_a_schema(document: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject) -> None:
    schema, components = document
    value = data.draw(values(schema, components))
    assert same(there_and_back(Codec(schema, components), value), value)


@given(documents(), JSON)
def test_values_that_depart_from_the_schema(document: tuple[dict[str, Any], dict[str, Any]], value: Any) -> None:
    assert same(there_and_back(Codec(*document), value), value)


@given(documents(), st.data(), st.integers(1, 4))
def test_in_pieces_and_at_once_are_the_same_bytes(
    document: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject, size: int
) -> None:
    schema, components = document
    items = data.draw(st.lists(values(schema, components), max_size=6))
    codec = Codec({"type": "array", "items": schema}, components)
    for representation in (AS_JSON, AS_XML):
        pieces = list(codec.encode_chunks(iter(items), representation, size))
        assert b"".join(pieces) == codec.encode(items, representation)
        assert len(pieces) == -(-len(items) // size) + 1
        each = [codec.encode_item(item, representation) for item in items]
        assert codec.pieces(each, representation).joined() == codec.encode(items, representation)


@given(st.lists(SCHEMAS, min_size=1, max_size=3), st.data())
def test_lists_without_a_wrapper(items: list[dict[str, Any]], data: st.DataObject) -> None:
    """Absence, null and the empty list are one in this dialect: a list that is there and has items comes back."""
    components = {name: {"type": "object"} for name in ("Product", "CategoryNode", "Order line")}
    properties = {
        f"list{at}": {"type": "array", "items": each, "xml": {"wrapped": False}} for at, each in enumerate(items)
    }
    codec = Codec({"type": "object", "properties": properties, "required": list(properties)}, components)
    value = {f"list{at}": data.draw(st.lists(values(each, components), max_size=3)) for at, each in enumerate(items)}
    assert same(there_and_back(codec, value), value)


with data_file("openapi/elko-v3.0.yaml").open(encoding="utf-8") as _file:
    VENDORED = yaml.safe_load(_file)["components"]["schemas"]


@settings(max_examples=200)
@given(st.sampled_from(sorted(VENDORED)), st.booleans(), st.data())
def test_the_shapes_of_the_vendored_document(name: str, many: bool, data: st.DataObject) -> None:
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{name}"}
    if many:
        schema = {"type": "array", "items": schema}
    value = data.draw(values(schema, VENDORED))
    assert same(there_and_back(Codec(schema, VENDORED), value), value)
