"""The XML dialect, element by element."""

from typing import Any

import pytest
from lxml import etree

from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation, parse_content_type

XSI = "http://www.w3.org/2001/XMLSchema-instance"
DECLARED = f' xmlns:xsi="{XSI}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
AS_XML, IN_XML = Representation("text/xml", "xml"), parse_content_type("text/xml")

COMPONENTS: dict[str, dict[str, Any]] = {
    "CategoryNode": {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string", "nullable": True},
            "childs": {"type": "array", "items": {"$ref": "#/components/schemas/CategoryNode"}},
        },
    },
    "OrderLine": {
        "type": "object",
        "properties": {"quantity": {"type": "integer"}, "price": {"type": "number"}, "gift": {"type": "boolean"}},
    },
    "Order": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/OrderLine"}},
            "codes": {"type": "array", "items": {"type": "integer"}},
            "serials": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Codes": {"type": "array", "items": {"type": "integer"}},
    "Status": {"type": "string", "enum": ["Placed"]},
    "Renamed": {"type": "object", "xml": {"name": "renamed"}},
    "Loop": {"$ref": "#/components/schemas/Loop"},
    "a/b": {"type": "object"},
}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def write(schema: dict[str, Any], data: Any, root: str | None = None) -> str:
    """What is written, which lxml must be able to read, without the two declarations on the root."""
    text = Codec(schema, COMPONENTS, root=root).encode(data, AS_XML).decode()
    etree.fromstring(text)
    assert DECLARED in text
    return text.replace(DECLARED, "", 1)


def read(schema: dict[str, Any], text: str) -> Any:
    return Codec(schema, COMPONENTS).decode(text.encode(), IN_XML)


@pytest.mark.parametrize(
    ("schema", "root"),
    [
        (ref("Order"), "Order"),
        (many(ref("Order")), "ArrayOfOrder"),
        (many(many(ref("Order"))), "ArrayOfArrayOfOrder"),
        ({"type": "string"}, "string"),
        ({"type": "integer"}, "int"),
        ({"type": "integer", "format": "int64"}, "long"),
        ({"type": "number"}, "double"),
        ({"type": "number", "format": "float"}, "float"),
        ({"type": "number", "format": "decimal"}, "decimal"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "string", "format": "date-time"}, "dateTime"),
        ({"type": "string", "format": "uuid"}, "guid"),
        ({"type": "string", "format": 5}, "string"),
        (many({"type": "integer"}), "ArrayOfInt"),
        (many({"type": "string"}), "ArrayOfString"),
        (many({"type": "number"}), "ArrayOfDouble"),
        (many({"type": "string", "format": "date-time"}), "ArrayOfDateTime"),
        (many({}), "ArrayOfAnyType"),
        ({"type": "array"}, "ArrayOfAnyType"),
        ({}, "anyType"),
        ({"type": "object"}, "anyType"),
        ({"type": "object", "title": "Basket"}, "Basket"),
        ({"type": "string", "title": "Basket"}, "string"),
        ({"type": "object", "title": "Basket", "xml": {"name": "basket"}}, "basket"),
        (ref("Codes"), "Codes"),
        (many(ref("Status")), "ArrayOfStatus"),
        (many(ref("Renamed")), "ArrayOfRenamed"),
        (ref("Renamed"), "renamed"),
        (ref("a~1b"), "a_x002F_b"),
        # what cannot be told is free-form, never an error: documents come from users
        (ref("Loop"), "Loop"),
        (ref("Nowhere"), "anyType"),
        ({"type": "spaceship"}, "anyType"),
        ({"type": ["string", "integer"]}, "anyType"),
        ({"type": ["integer", "null"]}, "int"),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, "anyType"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "int"),
        ({"allOf": [ref("Order")], "nullable": True}, "Order"),
        ({"properties": {}}, "anyType"),
        ({"properties": {"a": True}}, "anyType"),
        ({"allOf": [{"properties": 5}, True, {"type": "integer"}]}, "int"),
        ({"allOf": 5}, "anyType"),
        ({"properties": 5, "additionalProperties": {"type": "integer"}}, "anyType"),
        ({"items": {"type": "integer"}}, "ArrayOfInt"),
        ({"enum": ["a", None]}, "string"),
        ({"enum": [1]}, "anyType"),
    ],
)
def test_the_root_is_named_after_the_schema(schema: dict[str, Any], root: str) -> None:
    assert write(schema, None) == f'<{root} xsi:nil="true" />'
    assert write(schema, None, root="Other") == '<Other xsi:nil="true" />'


def test_an_order_with_its_lines() -> None:
    order = {
        "id": "",
        "lines": [{"quantity": 2, "price": 12.5, "gift": True}, {"gift": False, "price": None}, None],
        "codes": [1, -2],
        "serials": [],
    }
    text = write(ref("Order"), order)
    assert text == (
        "<Order><id></id><lines>"
        "<OrderLine><quantity>2</quantity><price>12.5</price><gift>true</gift></OrderLine>"
        '<OrderLine><price xsi:nil="true" /><gift>false</gift></OrderLine>'
        '<OrderLine xsi:nil="true" />'
        "</lines><codes><int>1</int><int>-2</int></codes><serials></serials></Order>"
    )


def test_properties_come_in_the_order_of_the_schema() -> None:
    assert write(ref("OrderLine"), {"gift": True, "quantity": 1}) == (
        "<OrderLine><quantity>1</quantity><gift>true</gift></OrderLine>"
    )


def test_a_schema_may_hold_itself() -> None:
    tree = {"id": 1, "name": None, "childs": [{"id": 2, "name": "CPU", "childs": []}]}
    assert write(many(ref("CategoryNode")), [tree]) == (
        '<ArrayOfCategoryNode><CategoryNode><id>1</id><name xsi:nil="true" /><childs>'
        "<CategoryNode><id>2</id><name>CPU</name><childs></childs></CategoryNode>"
        "</childs></CategoryNode></ArrayOfCategoryNode>"
    )


def test_compositions_may_hold_themselves() -> None:
    node = {"oneOf": [ref("Node"), {"type": "object", "properties": {"a": {"type": "integer"}}}]}
    components = {"Node": {"type": "object", "properties": {"next": node, "all": {"allOf": [ref("Node"), {}]}}}}
    codec = Codec(node, components)
    data = {"next": {"next": {"a": 5}, "all": {"next": None}}}
    assert codec.decode(codec.encode(data, AS_XML), IN_XML) == data


def test_what_the_schema_does_not_describe_carries_its_type() -> None:
    data = {"id": 5, "more": [1, 1.5, True, "<", None, {"a b": []}], "codes": "none", "": {}}
    assert write(ref("Order"), data) == (
        '<Order><id xsi:type="xsd:long">5</id><codes xsi:type="xsd:string">none</codes>'
        '<more xsi:type="ArrayOfAnyType"><anyType xsi:type="xsd:long">1</anyType>'
        '<anyType xsi:type="xsd:double">1.5</anyType><anyType xsi:type="xsd:boolean">true</anyType>'
        '<anyType xsi:type="xsd:string">&lt;</anyType><anyType xsi:nil="true" />'
        '<anyType xsi:type="xsd:anyType"><a_x0020_b xsi:type="ArrayOfAnyType"></a_x0020_b></anyType></more>'
        '<_x_ xsi:type="xsd:anyType"></_x_></Order>'
    )


def test_what_is_not_a_number_is_null_as_in_json() -> None:
    assert write(ref("OrderLine"), {"price": float("nan"), "quantity": float("inf")}) == (
        '<OrderLine><quantity xsi:nil="true" /><price xsi:nil="true" /></OrderLine>'
    )


def test_text_is_kept_to_the_character() -> None:
    text = write({"type": "string"}, " a\r\n\t<&>\"' \x08\ufffe_x0008_ _x0041_ \U0001f600")
    assert text == ("<string> a&#13;\n\t&lt;&amp;&gt;\"' _x0008__xFFFE__x005F_x0008_ _x0041_ \U0001f600</string>")
    assert write({"type": "string"}, "a\ud800b \ud83d\ude00") == "<string>a\ufffdb \U0001f600</string>"


def test_additional_properties_have_the_type_the_schema_gives_them() -> None:
    schema = {"type": "object", "additionalProperties": ref("OrderLine")}
    assert write(schema, {"a b": {"quantity": 1}, "c": None}) == (
        '<anyType><a_x0020_b><quantity>1</quantity></a_x0020_b><c xsi:nil="true" /></anyType>'
    )
    assert read(schema, "<x><a_x0020_b><quantity>1</quantity></a_x0020_b></x>") == {"a b": {"quantity": 1}}


def test_the_xml_object_of_the_document_counts() -> None:
    schema = {
        "type": "object",
        "xml": {"name": "order", "namespace": "urn:o", "prefix": "o"},
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "note": {"type": "string", "xml": {"attribute": True, "name": "n", "namespace": "urn:n", "prefix": "n"}},
            "mark": {"type": "string", "xml": {"attribute": True, "namespace": "urn:n", "prefix": "n"}},
            "open": {"type": "boolean", "xml": {"attribute": True, "namespace": "urn:default"}},
            "to": {"type": "string", "xml": {"name": "shipTo", "namespace": "urn:s"}},
            "odd": {"type": "string", "xml": {"namespace": "urn:x", "prefix": "xsi"}},
            "broken": {"type": "string", "xml": {"namespace": "not <a> uri", "prefix": "b"}},
            "lines": {"type": "array", "items": {"type": "integer", "xml": {"name": "line"}}, "xml": {"wrapped": True}},
            "flat": {"type": "array", "items": {"type": "integer"}, "xml": {"wrapped": False, "name": "one"}},
        },
    }
    data = {
        "id": 5,
        "note": 'a "b"\n\t\r<',
        "mark": "m",
        "open": True,
        "to": "x",
        "odd": "y",
        "broken": "z",
        "lines": [1],
        "flat": [2, 3],
    }
    text = write(schema, data)
    assert text == (
        '<o:order xmlns:o="urn:o" xmlns:n="urn:n"'
        ' id="5" n:n="a &quot;b&quot;&#10;&#9;&#13;&lt;" n:mark="m" open="true">'
        '<shipTo xmlns="urn:s">x</shipTo><odd xmlns="urn:x">y</odd><broken>z</broken>'
        "<lines><line>1</line></lines><one>2</one><one>3</one></o:order>"
    )
    assert read(schema, text) == data
    assert read(schema, text.replace("id=", "unknown=")) == {key: data[key] for key in data if key != "id"}


def test_what_no_attribute_can_say_is_an_element() -> None:
    flag = {"attribute": True}
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "xml": flag},
            "b": {"type": "string", "xml": flag},
            "c": {"type": "boolean", "xml": flag},
            "d": {"type": "object", "xml": flag},
        },
    }
    data: dict[str, Any] = {"a": None, "b": 5, "c": "x", "d": {}, "e": 1}
    assert write(schema, data) == (
        '<anyType><a xsi:nil="true" /><b xsi:type="xsd:long">5</b><c xsi:type="xsd:string">x</c><d></d>'
        '<e xsi:type="xsd:long">1</e></anyType>'
    )
    assert write(schema, {"c": False, "b": "&"}) == '<anyType b="&amp;" c="false"></anyType>'


def test_a_list_without_a_wrapper_cannot_tell_empty_from_absent_but_a_required_one_is_empty() -> None:
    flat = {"type": "array", "items": {"type": "integer"}, "xml": {"wrapped": False}}
    schema = {"type": "object", "properties": {"must": flat, "may": flat}, "required": ["must"]}
    assert write(schema, {"must": [], "may": []}) == "<anyType></anyType>"
    assert read(schema, "<x/>") == {"must": []}
    assert write(schema, {"must": None}) == '<anyType><must xsi:nil="true" /></anyType>'
    assert write(schema, {"must": "x"}) == '<anyType><must xsi:type="xsd:string">x</must></anyType>'


def test_two_properties_never_share_an_element() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "xml": {"name": "c"}},
            "b": {"type": "integer", "xml": {"name": "c"}},
            "c": {"type": "integer"},
        },
    }
    data = {"a": 1, "b": 2, "c": 3}
    assert write(schema, data) == "<anyType><c>1</c><b>2</b><_x0063_>3</_x0063_></anyType>"
    assert read(schema, write(schema, data)) == data
    renamed = {"type": "object", "properties": {"a": {"type": "integer", "xml": {"name": "c"}}}}
    assert write(renamed, {"a": 1, "c": None}) == '<anyType><c>1</c><_x0063_ xsi:nil="true" /></anyType>'
    assert read(renamed, "<x><c>1</c><_x0063_>2</_x0063_></x>") == {"a": 1, "c": "2"}


def test_a_prefix_is_declared_once() -> None:
    name = {"namespace": "urn:n", "prefix": "n"}
    attribute = {"type": "string", "xml": {**name, "attribute": True}}
    schema = {"type": "object", "xml": {**name, "name": "x"}, "properties": {"a": attribute, "b": attribute}}
    assert write(schema, {"a": "1", "b": "2"}) == '<n:x xmlns:n="urn:n" n:a="1" n:b="2"></n:x>'


# Reading what others write


def test_namespaces_prefixes_order_roots_and_item_names_do_not_matter() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-8"?><?pi x?><!-- c --><q:order xmlns:q="http://schemas.datacontract.org/x" '
        'xmlns="urn:y" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" unknown="1"><codes><q:code> 7 </q:code>'
        "<long>+08</long></codes>\n<lines>\n <line><price>1<!-- c -->2.50</price><gift>1</gift></line>\n</lines>"
        '<id><![CDATA[<a>&]]> &lt;</id><serials i:nil=" 1 ">x</serials></q:order>'
    )
    assert read(ref("Order"), text) == {
        "codes": [7, 8],
        "lines": [{"price": 12.5, "gift": True}],
        "id": "<a>& <",
        "serials": None,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<quantity>5</quantity>", 5),
        ("<quantity>\n 5 </quantity>", 5),
        ("<quantity>5.5</quantity>", 5.5),
        ("<quantity>1e3</quantity>", 1000.0),
        ("<quantity>-.5</quantity>", -0.5),
        ("<quantity>18446744073709551616</quantity>", 18446744073709551616.0),
        ("<quantity>abc</quantity>", "abc"),
        ("<quantity>5,5</quantity>", "5,5"),
        ("<quantity>NaN</quantity>", "NaN"),
        ("<quantity>1e999</quantity>", "1e999"),
        ("<quantity>\u0665</quantity>", "\u0665"),
        ("<quantity></quantity>", ""),
        ("<quantity><a>5</a></quantity>", {"a": "5"}),
        ('<quantity xsi:type="xsd:int">5</quantity>', 5),
        ('<quantity xsi:type="xsd:decimal">5</quantity>', 5),
        ('<quantity xsi:type="xsd:string">5</quantity>', "5"),
        ('<quantity xsi:type="Quantity">5</quantity>', 5),
        ('<quantity xsi:nil="false">5</quantity>', 5),
        ("<gift>TRUE</gift>", "TRUE"),
        ("<gift> true </gift>", True),
        ("<gift>0</gift>", False),
    ],
)
def test_text_of_the_wrong_type_stays_text_for_the_validator(text: str, value: Any) -> None:
    line = f'<OrderLine xmlns:xsi="{XSI}">{text}</OrderLine>'
    found = read(ref("OrderLine"), line)
    assert found == {text[1:].partition(">")[0].partition(" ")[0]: value}
    assert type(next(iter(found.values()))) is type(value)


def test_a_type_that_agrees_with_the_schema_changes_nothing() -> None:
    lines = '<lines xsi:type="ArrayOfAnyType"><l xsi:type="xsd:anyType"><quantity>5</quantity></l></lines>'
    assert read(ref("Order"), f'<Order xmlns:xsi="{XSI}">{lines}</Order>') == {"lines": [{"quantity": 5}]}


def test_text_where_an_object_or_a_list_belongs_stays_text() -> None:
    assert read(ref("Order"), "<Order>none</Order>") == "none"
    assert read(ref("Order"), "<Order> \n </Order>") == {}
    assert read(ref("Order"), "<Order> x <id>1</id> y </Order>") == {"id": "1"}
    assert read(ref("Codes"), "<Codes>1,2</Codes>") == "1,2"
    assert read(ref("Codes"), "<Codes/>") == []


def test_elements_without_a_schema_are_passed_on() -> None:
    assert read({}, f'<a xmlns:xsi="{XSI}"><_x_ xsi:nil="true"/><b_x003A_c/></a>') == {"": None, "b:c": ""}
    text = "<Order><x>1</x><y><z>2</z><z>3</z><w><v/></w></y><x>4</x><id>a</id><id>b</id></Order>"
    assert read(ref("Order"), text) == {"x": ["1", "4"], "y": {"z": ["2", "3"], "w": {"v": ""}}, "id": "b"}
    typed = {"type": "object", "additionalProperties": {"type": "integer"}}
    assert read(typed, "<a><x>1</x><x>2</x></a>") == {"x": 2}


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("xsd:int", 5),
        ("q1:unsignedLong", 5),
        ("decimal", 5),
        ("xsd:string", "5"),
        ("xsd:boolean", "5"),
        ("xsd:anyType", {}),
        ("ArrayOfAnyType", []),
        ("Something", "5"),
    ],
)
def test_free_form_values_are_read_by_their_type(said: str, value: Any) -> None:
    assert read({}, f'<a xmlns:xsi="{XSI}" xsi:type="{said}">5</a>') == value
