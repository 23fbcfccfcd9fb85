"""XML to data, by a reader compiled once per schema; hardened; the dialect is stated in `xml_dialect`."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from elko_mock.wire.charset import to_text
from elko_mock.wire.json_codec import MAX_DEPTH
from elko_mock.wire.shape import Kind, Schema, Shape, resolve
from elko_mock.wire.undecodable import Undecodable
from elko_mock.wire.xml_dialect import XSI, Field, fields
from elko_mock.wire.xml_text import decode_name, unescape

MAX_BYTES = 256 * 1024 * 1024
"""Room for a catalogue of 100,000 products; how much a client may send is for the edge to say."""
MAX_ATTRIBUTES = 64
"""Of one element."""
_SMALL = 64 * 1024
"""Characters of a text for which one parser is used again and again: it keeps the memory that its largest text took."""

_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_INTEGER = re.compile(r"[+-]?[0-9]{1,400}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,9})?")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_BLANK = " \t\r\n"
_XSI_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("string", "normalizedString", "token", "anyURI", "dateTime", "date", "time", "duration"), "string"
    ),
    **dict.fromkeys(("int", "integer", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"), "integer"),
    **dict.fromkeys(("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"), "integer"),
    **dict.fromkeys(("double", "decimal", "float"), "number"),
    "boolean": "boolean",
    "anyType": "object",
    "ArrayOfAnyType": "array",
}

Reader = Callable[[etree._Element, int], Any]
"""One element, at that depth, as one value."""


class XmlReader:
    """Reads XML documents as data of one schema.

    Elements are told by their local names: order, namespaces and the name of the root and of list items do not matter.
    Text that is not of the type the schema promises stays text, for a validator to name with its place. Elements
    that the schema does not name are passed on like unknown properties in JSON. An `xsi:type` that says another kind
    of value than the schema is believed.
    """

    def __init__(self, schema: Schema, components: Mapping[str, Schema]) -> None:
        self._read = _Compiler(components).reader(resolve(schema, components))
        self._parser = _parser()

    def read(self, body: bytes, charset: str | None) -> Any:
        """Raises Undecodable for what is not well-formed, holds a document type declaration, is nested deeper than 64
        levels, has an element of more than 64 attributes, or is over 256 MiB."""
        if len(body) > MAX_BYTES:
            raise Undecodable("", f"the body has {len(body)} bytes; XML is read up to {MAX_BYTES}")
        text = to_text(body, charset, xml=True)
        return self._read(parse(text, self._parser if len(text) <= _SMALL else None), 1)


def parse(text: str, parser: etree.XMLParser | None = None) -> etree._Element:
    """The root element of an XML text, without comments and processing instructions. Nothing outside of the text is
    ever looked at, and no entity but the five of XML is known. Raises Undecodable."""
    if not text.strip(_BLANK):
        raise Undecodable("", "the body is empty; an XML document was expected")
    if _has_doctype(text):
        raise Undecodable("", "document type declarations are not read; send the document without <!DOCTYPE ...>")
    try:
        return etree.fromstring(text.encode(), parser or _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Undecodable(f"line {line}, column {column}", f"this is not well-formed XML: {error.msg}") from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _has_doctype(text: str) -> bool:
    """Whether a document type declaration stands in front of the root element, where alone it may stand."""
    at = 0
    while True:
        while at < len(text) and text[at] in _BLANK:
            at += 1
        if text.startswith("<!--", at):
            mark, end = "-->", text.find("-->", at + 4)
        elif text.startswith("<?", at):
            mark, end = "?>", text.find("?>", at)
        else:
            return text.startswith("<!DOCTYPE", at)
        if end < 0:
            return False
        at = end + len(mark)


class _Compiler:
    """Turns shapes into readers; one per component, so that recursive schemas end."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self._known: dict[str, Reader] = {}

    def reader(self, shape: Shape) -> Reader:
        key = shape.key
        if key is None:
            return self._compile(shape)
        if key not in self._known:
            self._known[key] = self._later(key)
            self._known[key] = self._compile(shape)
        return self._known[key]

    def _later(self, key: str) -> Reader:
        def read(element: etree._Element, depth: int) -> Any:
            return self._known[key](element, depth)

        return read

    def _compile(self, shape: Shape) -> Reader:
        if shape.kind == "any":
            return _read_any
        if shape.kind == "object":
            read = self._object(shape)
        elif shape.kind == "array":
            read = self._array(shape)
        else:
            read = _scalar(_PARSERS[shape.kind])
        return _with_attributes(shape.kind, read)

    def _array(self, shape: Shape) -> Reader:
        item = self.reader(resolve(shape.items, self._components))

        def read(element: etree._Element, depth: int) -> Any:
            if not len(element):
                text = _text(element)
                return unescape(text) if text.strip(_BLANK) else []
            return [item(child, depth + 1) for child in element]

        return read

    def _object(self, shape: Shape) -> Reader:
        named = fields(shape, self._components)
        readers = {each.tag.local: (each, self.reader(each.shape)) for each in named}
        attributes = {each.tag.local: each for each in named if each.attribute}
        extra = resolve(shape.extra, self._components)
        other = self.reader(extra)
        lists = [each for each in named if each.item]

        def read(element: etree._Element, depth: int) -> Any:
            data: dict[str, Any] = _attribute_values(element, attributes) if attributes else {}
            if not len(element):
                text = _text(element)
                if text.strip(_BLANK):
                    return unescape(text)
            unnamed: dict[str, list[Any]] = {}
            for child in element:
                name = _local(child.tag)
                found = readers.get(name)
                if found is None:
                    unnamed.setdefault(decode_name(name), []).append(other(child, depth + 1))
                elif found[0].item:
                    data.setdefault(found[0].key, []).append(found[1](child, depth + 1))
                else:
                    data[found[0].key] = found[1](child, depth + 1)
            for each in lists:
                if each.required:
                    data.setdefault(each.key, [])
            for key, values in unnamed.items():
                data[key] = values if len(values) > 1 and extra.kind == "any" else values[-1]
            return data

        return read


def _with_attributes(kind: Kind, read: Reader) -> Reader:
    def checked(element: etree._Element, depth: int) -> Any:
        if depth > MAX_DEPTH and len(element):
            _refuse_depth(depth)
        if element.attrib:
            said = _said(element)
            if said == "nil":
                return None
            if said is not None and not _agree(said, kind):
                return _read_any(element, depth)
        return read(element, depth)

    return checked


def _said(element: etree._Element) -> str | None:
    """What the `xsi` attributes of an element say: `nil`, a kind of value, or nothing."""
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise Undecodable(_local(element.tag), f"an element has more than {MAX_ATTRIBUTES} attributes")
    if str(element.get(_NIL)).strip(_BLANK) in ("true", "1"):
        return "nil"
    return _XSI_KINDS.get(str(element.get(_TYPE)).strip(_BLANK).rpartition(":")[2])


def _agree(said: str, kind: Kind) -> bool:
    return said == kind or {said, kind} == {"integer", "number"}


def _scalar(parse_text: Callable[[str], Any]) -> Reader:
    def read(element: etree._Element, depth: int) -> Any:
        return parse_text(_text(element)) if not len(element) else _read_object(element, depth)

    return read


def _read_any(element: etree._Element, depth: int) -> Any:
    """Reads by `xsi:type`; without one, an element with children is an object, any other one text."""
    return _READ_ANY[(_said(element) if element.attrib else None) or ""](element, depth)


def _read_untyped(element: etree._Element, depth: int) -> Any:
    return _read_object(element, depth) if len(element) else unescape(_text(element))


def _read_nothing(_element: etree._Element, _depth: int) -> None:
    return None


def _read_list(element: etree._Element, depth: int) -> Any:
    _refuse_depth(depth)
    return [_read_any(child, depth + 1) for child in element]


def _read_object(element: etree._Element, depth: int) -> Any:
    _refuse_depth(depth)
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(decode_name(_local(child.tag)), []).append(_read_any(child, depth + 1))
    return {key: values if len(values) > 1 else values[0] for key, values in found.items()}


def _refuse_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Undecodable("", f"the body is nested deeper than {MAX_DEPTH} levels")


def _attribute_values(element: etree._Element, named: Mapping[str, Field]) -> dict[str, Any]:
    found = {}
    for name, value in element.attrib.items():
        field = named.get(_local(str(name)))
        if field is not None:
            found[field.key] = _PARSERS[field.shape.kind](str(value))
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(element: etree._Element) -> str:
    return element.text or ""


def _parse_number(text: str) -> Any:
    plain = text.strip(_BLANK)
    if _INTEGER.fullmatch(plain):
        whole = int(plain)
        if -(2**63) <= whole < 2**64:
            return whole
    if _NUMBER.fullmatch(plain):
        value = float(plain)
        if math.isfinite(value):
            return value
    return unescape(text)


def _parse_truth(text: str) -> Any:
    found = _TRUTH.get(text.strip(_BLANK))
    return unescape(text) if found is None else found


_PARSERS: Mapping[Kind, Callable[[str], Any]] = {
    "string": unescape,
    "integer": _parse_number,
    "number": _parse_number,
    "boolean": _parse_truth,
}
_READ_ANY: Mapping[str, Reader] = {
    "": _read_untyped,
    "nil": _read_nothing,
    "object": _read_object,
    "array": _read_list,
    **{kind: _scalar(read) for kind, read in _PARSERS.items()},
}
