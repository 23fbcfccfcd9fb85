"""Numbers and booleans that a client gave as strings, and the other way round, as Newtonsoft.Json takes them.

By the reading rules of Newtonsoft.Json 13 (JsonReader.ReadAsInt32, ReadAsDecimal, ReadAsBoolean, ReadAsString):

- a string in a number's place is parsed without regard to blanks around it, with a sign, and, unless it is an integer,
  with a decimal point and an exponent; the comma separates thousands, so that `"12,50"` is 1250;
- a string in a boolean's place is `true` or `false` in any case, blanks around it allowed; a number is `value != 0`;
- an empty string in a place of either that may be null is null;
- a number or boolean in a string's place is its JSON text (a figure in its shortest form: `12.50` gives `"12.5"`).

Everything else stays as it is, for the validator to judge.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from elko_mock.wire.shape import Kind, Schema, Shape, resolve

_BLANK = " \t\r\n\v\f"
_INTEGER = re.compile(r"[+-]?[0-9]{1,400}")
_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


def coerce(data: Any, schema: Schema, components: Mapping[str, Schema]) -> Any:
    """The data with scalars of the wrong type made right where Newtonsoft.Json would; what is given is not changed."""
    shape = resolve(schema, components)
    if isinstance(data, dict) and shape.kind == "object":
        named, extra = shape.properties, shape.extra
        return {key: coerce(value, named.get(key, extra), components) for key, value in data.items()}
    if isinstance(data, list) and shape.kind == "array":
        return [coerce(each, shape.items, components) for each in data]
    read = _READERS.get(shape.kind)
    return data if read is None or data is None else read(data, shape)


def _integer(data: Any, shape: Shape) -> Any:
    if not isinstance(data, str):
        return data
    text = data.strip(_BLANK)
    if _INTEGER.fullmatch(text):
        return int(text)
    return _empty(data, text, shape)


def _number(data: Any, shape: Shape) -> Any:
    if not isinstance(data, str):
        return data
    text = data.strip(_BLANK)
    if _NUMBER.fullmatch(text):
        value = float(text.replace(",", ""))
        return value if math.isfinite(value) else data
    return _empty(data, text, shape)


def _boolean(data: Any, shape: Shape) -> Any:
    if isinstance(data, str):
        text = data.strip(_BLANK)
        found = {"true": True, "false": False}.get(text.lower())
        return _empty(data, text, shape) if found is None else found
    return data != 0 if isinstance(data, int | float) else data


def _string(data: Any, _shape: Shape) -> Any:
    if isinstance(data, bool):
        return "true" if data else "false"
    return repr(data) if isinstance(data, int | float) else data


def _empty(data: str, text: str, shape: Shape) -> str | None:
    return None if not text and shape.nullable else data


_READERS: Mapping[Kind, Callable[[Any, Shape], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": _string,
}
