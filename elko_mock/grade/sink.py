"""Sink: what a call to `/_elko/sink/` would have written into the client's shop.

Shops differ, so the reading is by meaning: names that speak of stock, price or deletion, wherever they stand in a JSON,
form or XML body, in the path or the query; and anything near them that may be an ELKO code.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson

from elko_mock.grade.call import SINK, Call

_MOST_DEPTH = 12
_NAME = re.compile(r"[^a-z0-9]")
_DIGITS = re.compile(r"\d{4,18}")
_XML_LEAF = re.compile(r"<([A-Za-z_][\w.:-]*+)[^<>/]*+>\s*+(?:<!\[CDATA\[)?([^<\]]*+)(?:\]\]>)?\s*+</\1>")
_IDENTITY = re.compile(r"sku|code|reference|^ref|^id$|productid|^item|article|elko|supplier|^name$")
_STOCK = re.compile(r"stock|qty|quantity|inventory|onhand|^available$|^availablequantity$")
_STATUS = re.compile(r"^(stockstatus|instock|isinstock|availability|isavailable)$")
_PRICE = re.compile(r"price")
_DELETE = re.compile(r"^(delete|deleted|remove|removed|deletes)$")
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
    if request.method == "DELETE":
        yield Write(What.DELETE, codes | _codes(request.query), True, f"DELETE {path}")
        return
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    topic = _topic(path)
    if request.query:
        yield from _walk(dict(parse_qsl(request.query)), codes, topic, 0)
    yield from _walk(_data(request.body, request.header(b"content-type") or ""), codes, topic, 0)


def _topic(path: str) -> What | None:
    """What a bare value speaks of, by the names around it."""
    name = _NAME.sub("", path.lower())
    if _PRICE.search(name):
        return What.PRICE
    return What.STOCK if _STOCK.search(name) else None


def _walk(data: Any, codes: frozenset[int], topic: What | None, depth: int) -> Iterator[Write]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(data, dict):
        yield from _walk_object(data, codes, depth)
    elif isinstance(data, list):
        for item in data:
            yield from _walk(item, codes, topic, depth + 1)
    elif topic is not None:
        yield from _value(topic, codes, data, topic.value)


def _walk_object(data: dict[str, Any], codes: frozenset[int], depth: int) -> Iterator[Write]:
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
            yield from _walk(value, own | _codes(key), _topic(key), depth + 1)
        elif _PRICE.search(name):
            yield from _value(What.PRICE, own, value, key)
        elif _STOCK.search(name):
            yield from _value(What.STOCK, own, value, key)
        elif key.isdigit():  # a map from code to figure
            yield from _value(What.STOCK, own | _codes(key), value, key)


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
    text = body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if not text:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    if text.startswith("<"):
        return _xml_rows(text)
    if "=" in text and ("form" in content_type or "{" not in text):
        return dict(parse_qsl(text))
    return text


def _xml_rows(text: str) -> list[dict[str, str]]:
    """The leaf elements; a name that comes again begins the next row."""
    rows: list[dict[str, str]] = [{}]
    for name, value in _XML_LEAF.findall(text):
        local = name.rpartition(":")[2]
        if local in rows[-1]:
            rows.append({})
        rows[-1][local] = value.strip()
    return rows
