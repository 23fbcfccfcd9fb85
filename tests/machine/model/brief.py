"""A short way to write a value in a story: only what is not as usual."""

from dataclasses import MISSING, Field, fields
from typing import Any


class Brief:
    """For dataclasses whose every field has a default."""

    def __repr__(self) -> str:
        here: Any = self
        said = [one.name for one in fields(here) if getattr(self, one.name) != _usual(one)]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in said)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """As hypothesis asks for it."""
        printer.text(repr(self))


def _usual(one: "Field[Any]") -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()
