"""The contract: one document with its operations, and which of them a request means."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from elko_mock.contract import document as documents
from elko_mock.contract.building import build
from elko_mock.contract.operations import Operation
from elko_mock.contract.routing import Match, NoRoute, Router, WrongMethod

__all__ = ["Contract", "Match", "NoRoute", "WrongMethod"]


class Contract:
    """What is promised. Immutable once loaded; may be shared by threads and worlds."""

    __slots__ = ("_router", "by_id", "components", "document", "operations")

    def __init__(
        self, document: dict[str, Any], operations: tuple[Operation, ...], components: Mapping[str, Any]
    ) -> None:
        """Use `load` or `from_document`."""
        self.document = document
        """The document as served: integer formats have their bounds, every operation its id."""
        self.operations = operations
        """In the order of the document."""
        self.components = components
        """The document's schemas by name."""
        self.by_id: Mapping[str, Operation] = MappingProxyType({operation.id: operation for operation in operations})
        self._router = Router(operations)

    @classmethod
    def load(cls, source: str | Path | None = None) -> "Contract":
        """The contract of a file or an http(s) address; of the vendored document without any.

        Raises DocumentProblem, which says where.
        """
        if source is None:
            return vendored()
        return cls._from_prepared(documents.load(source))

    @classmethod
    def from_document(cls, data: dict[str, Any], source: str = "the document") -> "Contract":
        """The contract of parsed data, which becomes the contract's own. Raises DocumentProblem."""
        return cls._from_prepared(documents.prepare(data, source))

    @classmethod
    def _from_prepared(cls, document: dict[str, Any]) -> "Contract":
        return cls(document, *build(document, vendored().operations))

    def match(self, method: str, path: str) -> Match | NoRoute | WrongMethod:
        """Which operation is meant. `path` as sent: percent-encoded, without the query.

        Case does not matter, a trailing slash is tolerated (evidence, section 4). A path with `..`, an encoded slash,
        an empty segment or a control character belongs to no operation.
        """
        return self._router(method, path)


@cache
def vendored() -> Contract:
    """The contract of the vendored document, against which the operations of others are recognised."""
    document = documents.load(None)
    return Contract(document, *build(document, None))
