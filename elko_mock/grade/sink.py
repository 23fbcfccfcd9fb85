"""Sink: what a call to `/_elko/sink/` would have written into the client's shop.

Shops differ, so the reading is by meaning: names that speak of stock, price or deletion, wherever they stand in a JSON,
form or XML body, in the path or the query; and anything near them that may be an ELKO code.
"""

import re
from collections.abc import Iterable, Iterator
from email.parser import BytesParser
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson

from elko_mock.grade.call import SINK, Call
from elko_mock.wire.charset import to_text
from elko_mock.wire.undecodable import Undecodable
from elko_mock.wire.xml_reader import parse

_MOST_DEPTH = 12
_MOST_BRACKETS = 6
_NAME = re.compile(r"[^a-z0-9]")
_DIGITS = re.compile(r"\d{4,18}")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_BRACKETED = re.compile(r"[^\[\]]+")
_IDENTITY = re.compile(r"sku|code|reference|^ref|^id$|productid|^item|article|elko|supplier|^name$")
_STOCK = re.compile(r"stock|qty|quantity|inventory|onhand|^available$")
_STATUS = re.compile(r"^(stockstatus|instock|isinstock|availability|isavailable)$")
_PRICE = re.compile(r"price(?!\d)")
_ELSEWHERE = re.compile(r"reserv|incoming|transit|backorder|promo")
"""Figures of something else than what is there to sell, and all that stands below such a name."""
_ABOUT = re.compile(
    r"alert|auto|changed|compare|config|date|decimal|divided|enabled?|expected|for|group|id|increments?|is|low|manage|"
    r"max|maximum|min|minimum|notify|old|ordered|pack|packing|packag(e|ing)|rule|sold|special|threshold|tier|track|type|"
    r"use|view|warning|was"
)
"""Words that make a name with stock or price in it one of a setting, or of another figure."""
_DELETE = re.compile(r"^(delete|deleted|remove|removed|deletes)$")
_PARTS = re.compile(r"^(images?|media|files?|pictures?|photos?|attachments?|documents?|categor(y|ies)|reviews?|cache)$")
"""What belongs to a product: to delete it is no deletion of the product."""
_GONE = frozenset({"outofstock", "oos", "soldout", "unavailable", "false", "no", "0"})
_REMOVED = frozenset({"trash", "deleted", "archived"})


class What(StrEnum):
    """What is written."""

    STOCK = "stock"
    PRICE = "price"
    DELETE = "deletion"


class Write(NamedTuple):
    """One thing written about one product."""

    what: What
    codes: frozenset[int]
    """Every number near it that may be an ELKO code."""
    zero: bool
    """Stock or price nothing; a deletion always is."""
    excerpt: str


def writes(call: Call) -> Iterator[Write]:
    """What a sink call would have written, in the order in which it stands there."""
    request = call.exchange.request
    path = unquote(request.path[len(SINK) :])
    codes = _codes(path)
    method = (request.header(b"x-http-method-override") or request.method).upper()
    if method in {"GET", "HEAD", "OPTIONS"}:
        return
    if _deletes(method, path):
        codes = codes | _codes(request.query) | _codes(request.body.decode("utf-8", "replace"))
        yield Write(What.DELETE, codes, True, f"{method} {path}")
        return
    topic = next(filter(None, map(_topic, path.split("/"))), None)
    if request.query:
        yield from _walk(_rows(parse_qsl(request.query)), codes, topic, 0)
    yield from _walk(_data(request.body, request.header(b"content-type") or ""), codes, topic, 0)


def _deletes(method: str, path: str) -> bool:
    """Whether a product is deleted by the method, or by a word in the path: `/products/1341426/delete`."""
    segments = path.lower().split("/")
    if any(map(_PARTS.match, segments)):
        return False
    return method == "DELETE" or any(map(_DELETE.match, segments))


def _topic(name: str) -> What | None:
    """What a figure of that name speaks of."""
    folded = _NAME.sub("", name.lower())
    if not (_PRICE.search(folded) or _STOCK.search(folded)) or _ELSEWHERE.search(folded):
        return None
    if any(_ABOUT.fullmatch(word.lower()) for word in _WORD.findall(name)):
        return None
    return What.PRICE if _PRICE.search(folded) else What.STOCK


def _walk(data: Any, codes: frozenset[int], topic: What | None, depth: int) -> Iterator[Write]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(data, dict):
        yield from _walk_object(data, codes, topic, depth)
    elif isinstance(data, list):
        for item in data:
            yield from _walk(item, codes, topic, depth + 1)
    elif topic is not None:
        yield from _value(topic, codes, data, topic.value)


def _walk_object(data: dict[str, Any], codes: frozenset[int], topic: What | None, depth: int) -> Iterator[Write]:
    own = codes
    for key, value in data.items():
        if _IDENTITY.search(_NAME.sub("", key.lower())) and isinstance(value, str | int):
            own = own | _codes(str(value))
    for key, value in data.items():
        name = _NAME.sub("", key.lower())
        if _DELETE.match(name):
            yield from _deletions(value, own, key)
        elif name == "status" and str(value).lower() in _REMOVED:
            yield Write(What.DELETE, own, True, f"{key}: {value}")
        elif _STATUS.match(name) and not isinstance(value, dict | list):
            gone = str(value).lower().replace("_", "").replace("-", "").replace(" ", "") in _GONE
            yield Write(What.STOCK, own, gone, f"{key}: {value}")
        elif isinstance(value, dict | list):
            if not _ELSEWHERE.search(name):
                yield from _walk(value, own | _codes(key), _topic(key), depth + 1)
        elif key.isdigit():  # a map from code to figure
            yield from _value(topic or What.STOCK, own | _codes(key), value, key)
        else:
            what = _topic(key)
            if what is not None:
                yield from _value(what, own, value, key)


def _value(what: What, codes: frozenset[int], value: Any, name: str) -> Iterator[Write]:
    number = _number(value)
    if number is not None:
        yield Write(what, codes, number == 0, f"{name}: {value}")


def _deletions(value: Any, codes: frozenset[int], name: str) -> Iterator[Write]:
    if value is True:
        yield Write(What.DELETE, codes, True, f"{name}: true")
    elif isinstance(value, list):
        for one in value:
            near = one.values() if isinstance(one, dict) else (one,)
            found = frozenset[int]().union(*(_codes(str(part)) for part in near))
            yield Write(What.DELETE, found, True, f"{name}: {one}")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _codes(text: str) -> frozenset[int]:
    return frozenset(int(digits) for digits in _DIGITS.findall(text))


def _data(body: bytes, content_type: str) -> Any:
    """The body as JSON would hold it, whatever it came as; a bare text if it is none of the forms known."""
    if content_type.lower().startswith("multipart/"):
        return _rows(_parts(body, content_type))
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        pass
    text = body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if text.startswith("<"):
        try:
            root = parse(to_text(body.strip(), None, xml=True))
        except Undecodable:
            return None
        return {_local(root.tag): _element(root)}
    if "=" in text and ("form" in content_type or "{" not in text):
        return _rows(parse_qsl(text))
    return text or None


def _parts(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """The fields of a multipart form; files are left out."""
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    for part in BytesParser().parsebytes(head + body).walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str) and part.get_filename() is None:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield name, content.decode("utf-8", "replace").strip()


def _rows(fields: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Form fields; `a[b][c]` stands for objects within each other. A name that comes again begins the next row."""
    rows: list[dict[str, Any]] = [{}]
    seen: set[str] = set()
    for name, value in fields:
        if name in seen:
            rows.append({})
            seen.clear()
        seen.add(name)
        *outer, last = _BRACKETED.findall(name)[:_MOST_BRACKETS] or [name]
        place = rows[-1]
        for one in outer:
            inner = place.setdefault(one, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place[last] = value
    return rows


def _element(element: Any) -> Any:
    """An XML element: its text, or an object of its attributes and what is in it."""
    fields: dict[str, Any] = {_local(name): value for name, value in element.attrib.items()}
    for child in element:
        name, value = _local(child.tag), _element(child)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    text = (element.text or "").strip()
    if fields and text:
        fields.setdefault(_local(element.tag), text)
    return fields or text


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2]
