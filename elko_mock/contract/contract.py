"""The contract: one document with its operations, and which of them a request means."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from elko_mock.contract import document as documents
from elko_mock.contract.building import Built, build
from elko_mock.contract.operations import Operation
from elko_mock.contract.routing import Match, NoRoute, Router, WrongMethod
from elko_mock.contract.skeleton import skeleton

__all__ = ["Contract", "Match", "NoRoute", "WrongMethod"]

_VENDORED_PREFIX = "/v3.0/api"


class Contract:
    """What is promised. Immutable once loaded; may be shared by threads and worlds."""

    __slots__ = ("_built", "_router", "by_id", "components", "document", "operations")

    def __init__(self, document: dict[str, Any], built: Built) -> None:
        """Use `load` or `from_document`."""
        self._built = built
        self.document = document
        """The document as served: integer formats have their bounds, every operation its id."""
        self.operations: tuple[Operation, ...] = built.operations
        """In the order of the document."""
        self.components: Mapping[str, Any] = built.schemas
        """The document's schemas by name, and those that its operations borrow from the vendored one."""
        self.by_id: Mapping[str, Operation] = MappingProxyType({one.id: one for one in built.operations})
        """Operations by operationId."""
        self._router = Router(built.operations)

    @classmethod
    def load(cls, source: str | Path | None = None) -> "Contract":
        """The contract of a file or an http(s) address; of the vendored document without any.

        Raises DocumentProblem, which says where.
        """
        return vendored() if source is None else cls._of(documents.load(source))

    @classmethod
    def from_document(cls, data: dict[str, Any], source: str = "the document") -> "Contract":
        """The contract of parsed data, which becomes the contract's own. Raises DocumentProblem."""
        return cls._of(documents.prepare(data, source))

    @classmethod
    def _of(cls, document: dict[str, Any]) -> "Contract":
        return cls(document, build(document, vendored()._built))

    def skeleton(self) -> dict[str, Any]:
        """A sound OpenAPI 3.0 document with this contract's paths and operationIds and nothing else, whatever version
        and shape the document itself is of: enough for a framework that only has to find the operation."""
        return skeleton(self.operations)

    @property
    def names(self) -> tuple[str, ...]:
        """The operationIds that journals, faults and reports speak of, in the order of the document."""
        return tuple(one.name for one in self.operations)

    @property
    def prefix(self) -> str:
        """Where the API begins below its server's address, such as `/v3.0/api`: what the paths of all recognised
        operations have before that which the vendored document calls them; empty when none is recognised."""
        for operation in self.operations:
            if operation.known_as is not None:
                tail = vendored().by_id[operation.known_as].path.removeprefix(_VENDORED_PREFIX)
                if len(operation.path) >= len(tail):
                    return operation.path[: len(operation.path) - len(tail)]
        return ""

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
    return Contract(document, build(document, None))
