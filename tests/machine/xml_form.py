"""XML as a client that knows no .NET would write and read it: by the ledger's sentences, with the standard library."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tests.machine.model.answers import Told

XSI = "http://www.w3.org/2001/XMLSchema-instance"
PROBLEM = "{urn:ietf:rfc:7807}"
ITEMS = {
    ("Order", "lines"): "OrderLine",
    ("Reservation", "lines"): "ReservationLine",
    ("Cart", "lines"): "CartLine",
    ("CartLine", "selectedOptions"): "SelectedOption",
    ("AddToCartKitModel", "selectedOptions"): "SelectedOption",
    ("Invoice", "details"): "InvoiceDetail",
    ("InvoiceDetail", "serials"): "string",
    ("Account", "addresses"): "AccountAddress",
    ("MediaItem", "mediaFiles"): "MediaFile",
    ("ProductDescription", "description"): "DescriptionItem",
    ("CategoryNode", "childs"): "CategoryNode",
}
"""How the items of a list are called, by the object that holds it and the list's name."""
_HEX = "(?i:00(?:0[0-8BCEF]|1[0-9A-F]|5F)|FFF[EF])"
"""Of the characters that XML cannot say, and of the underscore (ledger, xml-control-characters)."""
_ESCAPED = re.compile(f"_x({_HEX})_")
_LOOKS_ESCAPED = re.compile(f"_(?=x{_HEX}_)")
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(value: Any, kind: str) -> str:
    """An element called `kind` and all that is in it."""
    if value is None:
        return f'<{kind} xsi:nil="true"/>'
    return f"<{kind}>{_inside(value, kind)}</{kind}>"


def document(value: Any, kind: str) -> bytes:
    """A whole request body."""
    return write(value, kind).replace(f"<{kind}", f'<{kind} xmlns:xsi="{XSI}"', 1).encode()


def _inside(value: Any, kind: str) -> str:
    if isinstance(value, dict):
        return "".join(
            f"<{name}>{''.join(write(item, ITEMS.get((kind, name), 'Item')) for item in one)}</{name}>"
            if isinstance(one, list)
            else write(one, name)
            for name, one in value.items()
        )
    if isinstance(value, list):
        return "".join(write(item, "Item") for item in value)
    return str(value).lower() if isinstance(value, bool) else _text(str(value))


def _text(text: str) -> str:
    said = _LOOKS_ESCAPED.sub("_x005F_", text)
    said = _UNSAYABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", said)
    return escape(said, {"\r": "&#13;"})


def read(raw: bytes, kind: str, like: Any) -> Any:
    """The data of an answer, its texts read as what stands in the same place of `like`. Raises AssertionError for a
    wrong root or item name."""
    root = ElementTree.fromstring(raw)
    assert root.tag == kind, f"the root is <{root.tag}>, not <{kind}>"
    return _value(root, kind, like)


def _value(element: ElementTree.Element, kind: str, like: Any) -> Any:
    if element.get(f"{{{XSI}}}nil") == "true":
        assert len(element) == 0, f"<{element.tag}> is nil, and yet has children"
        assert not element.text, f"<{element.tag}> is nil, and yet has text"
        return None
    if isinstance(like, Told):
        like = like.like
    if isinstance(like, list):
        item = kind.removeprefix("ArrayOf")
        for one in element:
            assert one.tag == item, f"an item of <{element.tag}> is <{one.tag}>, not <{item}>"
        kinds = like or [""]
        return [_value(one, item, kinds[min(place, len(kinds) - 1)]) for place, one in enumerate(element)]
    if isinstance(like, Mapping):
        found = {}
        for one in element:
            assert one.tag not in found, f"<{one.tag}> stands twice in <{element.tag}>"
            inner = _inner(kind, one.tag)
            found[one.tag] = _value(one, inner, like.get(one.tag))
        assert [name for name in like if name in found] == list(found), f"another order of properties: {list(found)}"
        return found
    if len(element):
        return [_value(one, one.tag, None) for one in element]
    return _scalar(element.text or "", like)


def _inner(kind: str, name: str) -> str:
    if (kind, name) in ITEMS:
        return "ArrayOf" + ITEMS[kind, name]
    return name


def _scalar(text: str, like: Any) -> Any:
    if isinstance(like, bool) and text in {"true", "false"}:
        return text == "true"
    if type(like) is int and re.fullmatch(r"-?\d+", text):
        return int(text)
    if isinstance(like, Decimal) and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return Decimal(text)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def read_problem(raw: bytes) -> dict[str, Any]:
    """Problem details: texts by name, and `errors` with its messages by field (ledger, problem-xml)."""
    root = ElementTree.fromstring(raw)
    assert root.tag == f"{PROBLEM}problem", root.tag
    found: dict[str, Any] = {}
    for one in root:
        name = one.tag.removeprefix(PROBLEM)
        if name == "MVC-Errors":
            found["errors"] = {_field(each.tag.removeprefix(PROBLEM)): [each.text] for each in one}
        else:
            found[name] = int(one.text or "") if name == "status" else one.text
    standard = [name for name in ("detail", "instance", "status", "title", "type") if name in found]
    assert list(found)[: len(standard)] == standard, f"problem details begin with {list(found)}"
    return found


def _field(name: str) -> str:
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), name)
