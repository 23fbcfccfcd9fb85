"""A loan: schemas of the vendored document for operations whose own document says nothing about what they carry."""

from collections.abc import Mapping
from typing import Any

_PREFIX = "#/components/schemas/"


class Loan:
    """Puts vendored schemas among those of another document, under names that are free there."""

    def __init__(self, into: dict[str, Any], lender: Mapping[str, Any]) -> None:
        """`into` grows with every loan."""
        self._into = into
        self._lender = lender
        self._names: dict[str, str] = {}

    def __call__(self, schema: Any) -> Any:
        """The schema, with all it refers to borrowed too."""
        if isinstance(schema, list):
            return [self(item) for item in schema]
        if not isinstance(schema, Mapping):
            return schema
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            return {"$ref": _PREFIX + self._borrow(reference.removeprefix(_PREFIX))}
        return {key: self(value) for key, value in schema.items()}

    def _borrow(self, name: str) -> str:
        if name in self._names:
            return self._names[name]
        free = name
        while free in self._into:
            free = f"Elko{free}"
        self._names[name] = free
        self._into[free] = {}  # taken, while what it refers to is borrowed
        lent = self(self._lender[name])
        # in XML it goes by its own name
        self._into[free] = lent if free == name or "xml" in lent else {**lent, "xml": {"name": name}}
        return free
