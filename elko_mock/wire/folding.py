"""Property names in any case, as ASP.NET Core reads them in JSON (JsonSerializerDefaults.Web: without regard to case).

XML is read with regard to case there, and here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from elko_mock.wire.shape import Schema, Shape, resolve

Fold = Callable[[Any], Any]


def folding(schema: Schema, components: Mapping[str, Schema]) -> Fold:
    """Compiles a function that gives data its names as the schema spells them; what is given is not changed.

    Where a name comes in several spellings, the schema's own counts, else the last. Only ASCII letters have another
    case here, as in .NET's ordinal comparison of these names. Names that the schema does not know stay as they are.
    """
    return _Compiler(components).fold(resolve(schema, components)) or _same


def _same(data: Any) -> Any:
    return data


class _Compiler:
    """Turns shapes into functions; one per component, so that recursive schemas end."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self._known: dict[str, Fold | None] = {}

    def fold(self, shape: Shape) -> Fold | None:
        """None for what holds no names."""
        key = shape.key
        if key is None:
            return self._compile(shape)
        if key not in self._known:
            self._known[key] = self._later(key)
            self._known[key] = self._compile(shape)
        return self._known[key]

    def _later(self, key: str) -> Fold:
        def fold(data: Any) -> Any:
            return (self._known[key] or _same)(data)

        return fold

    def _compile(self, shape: Shape) -> Fold | None:
        if shape.kind == "object":
            return self._object(shape)
        if shape.kind == "array":
            return self._array(shape)
        return None

    def _array(self, shape: Shape) -> Fold | None:
        item = self.fold(resolve(shape.items, self._components))
        if item is None:
            return None

        def fold(data: Any) -> Any:
            return [item(each) for each in data] if isinstance(data, list) else data

        return fold

    def _object(self, shape: Shape) -> Fold:
        named = frozenset(shape.properties)
        spelled = {name.lower(): name for name in reversed(tuple(shape.properties)) if name.isascii()}
        inner = {name: self.fold(resolve(each, self._components)) for name, each in shape.properties.items()}
        folds = {name: each for name, each in inner.items() if each is not None}
        other = self.fold(resolve(shape.extra, self._components))

        def fold(data: Any) -> Any:
            if not isinstance(data, dict):
                return data
            if not named >= data.keys():
                data = _respelled(data, named, spelled)
            changed = {name: folds[name](data[name]) for name in folds.keys() & data.keys()}
            if other is not None:
                changed.update((name, other(value)) for name, value in data.items() if name not in named)
            return data | changed if changed else data

        return fold


def _respelled(data: dict[str, Any], named: frozenset[str], spelled: Mapping[str, str]) -> dict[str, Any]:
    respelled = {}
    for given, value in data.items():
        name = given
        if given not in named and given.isascii():
            name = spelled.get(given.lower(), given)
        if name is given or name not in data:
            respelled[name] = value
    return respelled
