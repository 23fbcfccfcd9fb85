"""The XML dialect: which element stands for which part of a schema.

It is what .NET's XmlSerializer makes of the same types, as far as that is known to fit (the fidelity ledger says how
sure that is):

- The root element is named after the schema: the component's name, `xml.name` or `title`; `ArrayOfProduct` for an
  array of `Product`; `string`, `int`, `long`, `double`, `boolean`, `dateTime`, `guid` for bare values and `ArrayOfInt`
  and the like for arrays of them; `anyType` for what has no name. It declares the prefixes `xsi` and `xsd`; there is no
  XML declaration, the text is UTF-8.
- A property is a child element of its name, in the schema's order. Absent is absent, null is `xsi:nil="true"`.
- An array property is a wrapper element that holds one element per item, named after the type of the items.
- Booleans are `true` and `false`, numbers in invariant form. Text is kept to the character, see `xml_text`.
- The OpenAPI `xml` object counts: `name`, `attribute`, `namespace`, `prefix`, and `wrapped: false` where it is spelled
  out (its default is the wrapper, unlike OpenAPI's, because .NET wraps). Without a wrapper an empty array, or null for
  the array, cannot be told from absence and from a null item: an array that is required is then read as empty.
- What the schema does not describe (free-form values, unnamed properties, values of another type than promised)
  carries its type: `xsi:type="xsd:long"`, `xsd:double`, `xsd:boolean`, `xsd:string`, `xsd:anyType` for an object,
  `ArrayOfAnyType` for a list of `anyType` elements. So nothing is lost, and a validator can still judge it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from elko_mock.wire.shape import Kind, Schema, Shape, resolve, xml_object
from elko_mock.wire.xml_text import encode_name, escape_attribute, free_name

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
DECLARATIONS = f' xmlns:xsi="{XSI}" xmlns:xsd="{XSD}"'

ANY_TYPE = "anyType"
_RESERVED_PREFIXES = frozenset({"xsi", "xsd", "xml", "xmlns"})
_BARE: Mapping[Kind, str] = {"string": "string", "integer": "int", "number": "double", "boolean": "boolean"}
_FORMATS: Mapping[tuple[Kind, str], str] = {
    ("integer", "int64"): "long",
    ("number", "float"): "float",
    ("number", "decimal"): "decimal",
    ("string", "date-time"): "dateTime",
    ("string", "uuid"): "guid",
}


class Tag(NamedTuple):
    """An element's name, and how it is written."""

    local: str
    qualified: str
    declarations: str
    """Namespace declarations of its own, with a leading space, or nothing."""


class Field(NamedTuple):
    """One named property of an object."""

    key: str
    tag: Tag
    shape: Shape
    attribute: bool
    item: bool
    """The element stands for one item of an array without a wrapper; `shape` is then that of the item."""
    required: bool


def root_tag(shape: Shape, components: Mapping[str, Schema], root: str | None) -> Tag:
    """The root element for a schema; `root` overrides its name."""
    return _tag(encode_name(root or type_name(shape, components)), xml_object(shape.schema))


def item_tag(shape: Shape, components: Mapping[str, Schema]) -> Tag:
    """The element that each item of an array is written as."""
    item = resolve(shape.items, components)
    return _tag(encode_name(type_name(item, components)), xml_object(shape.items) or xml_object(item.schema))


def type_name(shape: Shape, components: Mapping[str, Schema]) -> str:
    """What XmlSerializer calls the type: `Product`, `ArrayOfProduct`, `int`."""
    if shape.name is not None:
        return shape.name
    if shape.kind == "array":
        inner = resolve(shape.items, components)
        name = type_name(inner, components)
        return f"ArrayOf{name[:1].upper()}{name[1:]}"
    return _FORMATS.get((shape.kind, _format(shape)), _BARE.get(shape.kind, ANY_TYPE))


def fields(shape: Shape, components: Mapping[str, Schema]) -> tuple[Field, ...]:
    """The named properties of an object with the elements they are written as, all of them different."""
    taken: set[str] = set()
    found = []
    required = shape.schema.get("required")
    for key, schema in shape.properties.items():
        inner = resolve(schema, components)
        xml = xml_object(schema)
        item = inner.kind == "array" and xml_object(inner.schema).get("wrapped") is False
        if item:
            inner, xml = resolve(inner.items, components), xml_object(inner.items) or xml
        name = xml.get("name")
        local = encode_name(name) if isinstance(name, str) and name else encode_name(key)
        if local in taken:
            local = free_name(key, taken)
        taken.add(local)
        attribute = xml.get("attribute") is True and inner.kind in _BARE and not item
        must = isinstance(required, list) and key in required
        tag = _tag(local, xml)
        if attribute and tag.qualified == local:
            tag = Tag(local, local, "")  # a default namespace does not reach attributes
        found.append(Field(key, tag, inner, attribute, item, must))
    return tuple(found)


def _format(shape: Shape) -> str:
    found = shape.schema.get("format")
    return found if isinstance(found, str) else ""


def _is_namespace(address: str) -> bool:
    """Whether XML parsers take it as a namespace; a document's slip there must not make its answers unreadable."""
    from lxml import etree  # noqa: PLC0415 - most documents name no namespace

    try:
        etree.fromstring(f'<a xmlns="{escape_attribute(address)}"/>'.encode())
    except etree.XMLSyntaxError:
        return False
    return bool(address)


def _tag(local: str, xml: Mapping[str, Any]) -> Tag:
    namespace, prefix = xml.get("namespace"), xml.get("prefix")
    if not isinstance(namespace, str) or not _is_namespace(namespace):
        return Tag(local, local, "")
    address = escape_attribute(namespace)
    if isinstance(prefix, str) and prefix and prefix not in _RESERVED_PREFIXES:
        prefix = encode_name(prefix)
        return Tag(local, f"{prefix}:{local}", f' xmlns:{prefix}="{address}"')
    return Tag(local, local, f' xmlns="{address}"')
