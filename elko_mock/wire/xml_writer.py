"""Data to XML text, by a writer compiled once per schema; the dialect is stated in `xml_dialect`."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from elko_mock.wire.shape import Kind, Schema, Shape, resolve
from elko_mock.wire.xml_dialect import ANY_TYPE, DECLARATIONS, Field, Tag, fields, item_tag, root_tag
from elko_mock.wire.xml_text import encode_name, escape, escape_attribute, free_name, special

Writer = Callable[[Any], str]
"""One value as one element."""

_PLACEHOLDER = Tag("_", "_", "")
"""Unnamed properties are compiled once for all names."""


class XmlWriter:
    """Writes values of one schema as XML text."""

    def __init__(self, schema: Schema, components: Mapping[str, Schema], root: str | None = None) -> None:
        shape = resolve(schema, components)
        tag = root_tag(shape, components, root)
        self._compiler = _Compiler(components)
        tag = tag._replace(declarations=DECLARATIONS + tag.declarations)
        self._write = self._compiler.writer(shape, tag)
        self._ends = f"<{tag.qualified}{tag.declarations}>".encode(), f"</{tag.qualified}>".encode()
        self._item = self._compiler.item_writer(shape) if shape.kind == "array" else None

    def write(self, data: Any) -> str:
        """The whole document."""
        return self._write(data)

    def write_item(self, item: Any) -> str:
        """One item of a list, without what stands around the list. Raises TypeError if the schema is no array."""
        if self._item is None:
            raise _no_list()
        return self._item(item)

    @property
    def head(self) -> bytes:
        """What stands before the items of a list. Raises TypeError if the schema is no array."""
        if self._item is None:
            raise _no_list()
        return self._ends[0]

    @property
    def tail(self) -> bytes:
        """What stands after the items of a list."""
        return self._ends[1]


class _Compiler:
    """Turns shapes into writers; one per component and element, so that recursive schemas end."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self._known: dict[tuple[str, Tag], Writer] = {}

    def writer(self, shape: Shape, tag: Tag) -> Writer:
        if shape.key is None:
            return self._compile(shape, tag)
        place = (shape.key, tag)
        if place not in self._known:
            self._known[place] = self._later(place)
            self._known[place] = self._compile(shape, tag)
        return self._known[place]

    def _later(self, place: tuple[str, Tag]) -> Writer:
        def write(value: Any) -> str:
            return self._known[place](value)

        return write

    def item_writer(self, shape: Shape) -> Writer:
        return self.writer(resolve(shape.items, self._components), item_tag(shape, self._components))

    def _compile(self, shape: Shape, tag: Tag) -> Writer:
        if shape.kind == "object":
            return self._object(shape, tag)
        if shape.kind == "array":
            return self._array(shape, tag)
        return _SCALARS.get(shape.kind, _generic)(tag)

    def _array(self, shape: Shape, tag: Tag) -> Writer:
        item = self.item_writer(shape)
        head, tail, other = f"<{tag.qualified}{tag.declarations}>", f"</{tag.qualified}>", _generic(tag)

        def write(value: Any) -> str:
            if isinstance(value, list | tuple):
                return head + "".join(map(item, value)) + tail
            return other(value)

        return write

    def _object(self, shape: Shape, tag: Tag) -> Writer:
        named = fields(shape, self._components)
        taken = frozenset(each.tag.local for each in named)
        children = [(each.key, self._child(each), _nil(each.tag)) for each in named]
        attributes = [(each.key, each.tag, _ATTRIBUTES[each.shape.kind]) for each in named if each.attribute]
        keys = frozenset(each.key for each in named)
        put_extra = self.writer(resolve(shape.extra, self._components), _PLACEHOLDER)
        head, tail, other = f"<{tag.qualified}{tag.declarations}", f"</{tag.qualified}>", _generic(tag)
        head += "".join(_declarations(head, [each.tag for each in named if each.attribute]))

        def write(value: Any) -> str:
            if not isinstance(value, dict):
                return other(value)
            if attributes:
                return write_with_attributes(value)
            parts = elements(value)
            if len(parts) != len(value):
                parts += write_extra(value)
            return f"{head}>{''.join(parts)}{tail}"

        def write_with_attributes(value: dict[str, Any]) -> str:
            start, rest = head, value
            for key, name, as_text in attributes:
                text = as_text(value[key]) if key in value else None
                if text is not None:
                    start += f' {name.qualified}="{text}"'
                    rest = {each: inner for each, inner in rest.items() if each != key}
            return f"{start}>{''.join(elements(rest) + write_extra(rest))}{tail}"

        def elements(value: dict[str, Any]) -> list[str]:
            return [nil if (inner := value[key]) is None else put(inner) for key, put, nil in children if key in value]

        def write_extra(value: dict[str, Any]) -> list[str]:
            found = []
            for key, inner in value.items():
                if key not in keys:
                    found.append(_renamed(put_extra(inner), free_name(key, taken)))
            return found

        return write

    def _child(self, field: Field) -> Writer:
        put = self.writer(field.shape, field.tag)
        if not field.item:
            return put
        other = _generic(field.tag)

        def write_items(value: Any) -> str:
            return "".join(map(put, value)) if isinstance(value, list | tuple) else other(value)

        return write_items


def _no_list() -> TypeError:
    return TypeError("only a schema of an array can be written in pieces")


def _declarations(head: str, tags: list[Tag]) -> list[str]:
    """The declarations that attributes need and the start tag does not have yet; a prefix is declared once."""
    found: dict[str, str] = {}
    for tag in tags:
        prefix = tag.declarations.partition("=")[0]
        if f"{prefix}=" not in head:
            found.setdefault(prefix, tag.declarations)
    return list(found.values())


def _renamed(element: str, name: str) -> str:
    """The element that was written for `_PLACEHOLDER`, under another name."""
    if element.endswith("/>"):
        return f"<{name}{element[2:]}"
    return f"<{name}{element[2:-2]}{name}>"


def _string(tag: Tag) -> Writer:
    head, tail, other = f"<{tag.qualified}{tag.declarations}>", f"</{tag.qualified}>", _generic(tag)

    def write(value: Any) -> str:
        if value.__class__ is str:
            return head + (value if special(value) is None else escape(value)) + tail
        return other(value)

    return write


def _number(tag: Tag) -> Writer:
    head, tail, other = f"<{tag.qualified}{tag.declarations}>", f"</{tag.qualified}>", _generic(tag)

    def write(value: Any) -> str:
        kind = value.__class__
        if kind is int or (kind is float and math.isfinite(value)):
            return f"{head}{value!r}{tail}"
        return other(value)

    return write


def _boolean(tag: Tag) -> Writer:
    head, tail, other = f"<{tag.qualified}{tag.declarations}>", f"</{tag.qualified}>", _generic(tag)
    yes, no = f"{head}true{tail}", f"{head}false{tail}"

    def write(value: Any) -> str:
        if value is True:
            return yes
        return no if value is False else other(value)

    return write


_SCALARS: Mapping[Kind, Callable[[Tag], Writer]] = {
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
}


def _nil(tag: Tag) -> str:
    return f'<{tag.qualified}{tag.declarations} xsi:nil="true" />'


def _generic(tag: Tag) -> Writer:
    """The writer of a value that no schema describes: null, or the value with its type."""
    head, tail, nil = f"<{tag.qualified}{tag.declarations}", f"</{tag.qualified}>", _nil(tag)

    def write(value: Any) -> str:
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return nil
        name, content = _typed(value)
        return f'{head} xsi:type="{name}">{content}{tail}'

    return write


def _typed(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "xsd:boolean", "true" if value else "false"
    if isinstance(value, int):
        return "xsd:long", repr(value)
    if isinstance(value, float):
        return "xsd:double", repr(value)
    if isinstance(value, str):
        return "xsd:string", escape(value)
    if isinstance(value, dict):
        return "xsd:anyType", "".join(_generic_element(encode_name(key), inner) for key, inner in value.items())
    return "ArrayOfAnyType", "".join(_generic_element(ANY_TYPE, inner) for inner in value)


def _generic_element(name: str, value: Any) -> str:
    return _generic(Tag(name, name, ""))(value)


def _string_attribute(value: Any) -> str | None:
    return escape_attribute(value) if isinstance(value, str) else None


def _number_attribute(value: Any) -> str | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return repr(value) if plain else None


def _boolean_attribute(value: Any) -> str | None:
    return ("true" if value else "false") if isinstance(value, bool) else None


_ATTRIBUTES: Mapping[Kind, Callable[[Any], str | None]] = {
    "string": _string_attribute,
    "integer": _number_attribute,
    "number": _number_attribute,
    "boolean": _boolean_attribute,
}
