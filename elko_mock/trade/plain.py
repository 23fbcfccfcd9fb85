"""Frozen values to JSON-able ones and back, checked by their type hints: what twists and snapshots are read with."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Where = tuple[str, ...]
"""Path to a value: names and places."""


class NotPlain(ValueError):
    """A value that does not fit its type; `where` says which one."""

    def __init__(self, where: Where, message: str) -> None:
        super().__init__(f"{'.'.join(where) or 'the whole'}: {message}")
        self.where = where
        self.message = message


def to_plain(value: Any) -> Any:
    """Dicts with string keys, lists, strings, numbers, booleans, None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return [to_plain(item) for item in sorted(value, key=str)]
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: Any, data: Any, where: Where = ()) -> Any:
    """The value of that type. Raises NotPlain."""
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind, data, where)
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return _union(args, data, where)
    if origin is Literal:
        if data not in args:
            raise NotPlain(where, f"{data!r} is none of {', '.join(map(repr, args))}")
        return data
    if origin is tuple:
        return tuple(from_plain(args[0], item, (*where, str(place))) for place, item in enumerate(_list(data, where)))
    if origin is frozenset:
        items = data if isinstance(data, list | tuple) else [data]
        return frozenset(from_plain(args[0], item, (*where, str(place))) for place, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        return {
            _key(args[0], key, where): from_plain(args[1], item, (*where, str(key)))
            for key, item in _object(data, where).items()
        }
    return _scalar(kind, data, where)


def _dataclass(kind: type, data: Any, where: Where) -> Any:
    given = _object(data, where)
    known = {field.name: field for field in fields(kind)}
    for name in given:
        if name not in known:
            raise NotPlain((*where, str(name)), f"unknown; there are {', '.join(known)}")
    for name, field in known.items():
        if name not in given and field.default is MISSING and field.default_factory is MISSING:
            raise NotPlain((*where, name), "missing")
    hints = _hints(kind)
    return kind(**{name: from_plain(hints[name], item, (*where, name)) for name, item in given.items()})


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _union(kinds: tuple[Any, ...], data: Any, where: Where) -> Any:
    if data is None and NoneType in kinds:
        return None
    first: NotPlain | None = None
    for kind in kinds:
        if kind is not NoneType:
            try:
                return from_plain(kind, data, where)
            except NotPlain as problem:
                first = first or problem
    raise first or NotPlain(where, f"{data!r} does not fit")


def _scalar(kind: Any, data: Any, where: Where) -> Any:
    if kind is Any:
        return data
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            raise NotPlain(where, f"{data!r} is none of {', '.join(repr(one.value) for one in kind)}") from None
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise NotPlain(where, f"{data!r} is not {_NAMES[kind]}")
    return data


_NAMES = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def _key(kind: Any, key: Any, where: Where) -> Any:
    # JSON has no numbers for keys: "9000004" is one where numbers are wanted.
    wanted = get_args(kind) or (kind,)
    if int in wanted and isinstance(key, str) and key.isascii() and key.isdigit():
        key = int(key)
    return from_plain(kind, key, (*where, str(key)))


def _object(data: Any, where: Where) -> Mapping[Any, Any]:
    if not isinstance(data, Mapping):
        raise NotPlain(where, f"{data!r} is not an object")
    return data


def _list(data: Any, where: Where) -> list[Any] | tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise NotPlain(where, f"{data!r} is not a list")
    return data
