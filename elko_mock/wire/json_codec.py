"""JSON to bytes and back, hardened."""

import json
import math
import re
from typing import Any

import orjson

from elko_mock.wire.charset import to_text, whole
from elko_mock.wire.undecodable import Undecodable

MAX_DEPTH = 64
"""Objects and lists within each other, the outermost counted."""

_NOT_FINITE = re.compile(r"-?(?:NaN|Infinity)")


def write_json(data: Any) -> bytes:
    """The compact UTF-8 JSON of plain data; figures keep the decimals they have, NaN and infinities become null.

    Halves of surrogate pairs become U+FFFD, as .NET's writers do.
    """
    try:
        # Copied, because orjson leaves its buffer as large as it grew: up to fifteen times of what is in it.
        return bytes(memoryview(orjson.dumps(data)))
    except TypeError:
        # integers beyond 64 bits, halves of surrogate pairs
        return json.dumps(_mended(data), ensure_ascii=False, separators=(",", ":")).encode()


def read_json(body: bytes, charset: str | None) -> Any:
    """Reads one JSON value (RFC 8259) as plain data; of equal keys the last wins, as in .NET.

    Raises Undecodable for an empty body, text that is no JSON, NaN and infinities, numbers beyond a double,
    halves of surrogate pairs, more than 64 levels, a charset that is unknown or not kept.
    """
    try:
        data = orjson.loads(body if charset in (None, "utf-8") else to_text(body, charset))
    except orjson.JSONDecodeError:
        data = _read_with_care(body, charset)
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _deeper_than(data, MAX_DEPTH):
        raise Undecodable("", f"the body is nested deeper than {MAX_DEPTH} levels")
    return data


def _read_with_care(body: bytes, charset: str | None) -> Any:
    """The way of a body that is not plain UTF-8 JSON: find out what it is, or what is wrong with it."""
    text = to_text(body, charset)
    if not text.strip(" \t\r\n"):
        raise Undecodable("", "the body is empty; a JSON value was expected")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Undecodable(f"line {error.lineno}, column {error.colno}", _explain(text, error)) from None


def _explain(text: str, error: orjson.JSONDecodeError) -> str:
    found = _NOT_FINITE.match(text, error.pos)
    if found:
        return f"{found[0]} is not a JSON number; send a figure or null"
    if "infinity" in error.msg:
        return "this number is larger than a double can hold"
    if "depth limit" in error.msg:
        return f"the body is nested deeper than {MAX_DEPTH} levels"
    return f"this is not JSON: {error.msg}"


def _mended(data: Any) -> Any:
    """The data with everything replaced that JSON has no way to say."""
    if isinstance(data, dict):
        return {_mended(key): _mended(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_mended(each) for each in data]
    if isinstance(data, str):
        return whole(data)
    return None if isinstance(data, float) and not math.isfinite(data) else data


def _deeper_than(data: Any, limit: int) -> bool:
    level = [data]
    for _ in range(limit):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return any(isinstance(each, dict | list) for each in level)
