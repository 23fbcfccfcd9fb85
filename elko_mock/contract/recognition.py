"""Recognition: which operation of the vendored document a stranger's operation is."""

import re
from collections.abc import Iterable, Mapping

from elko_mock.contract.operations import Operation
from elko_mock.contract.templates import Template

_BASE = ("v3.0", "api")
_PREFIX = re.compile(r"(?:v?[0-9]+(?:\.[0-9]+)*|v?\{[^{}]*\}|api)", re.IGNORECASE)


class Recognition:
    """Knows the vendored document's operations by method and path, the base path aside."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._known: Mapping[tuple[str, tuple[str, ...]], Operation] = {
            (operation.method, _shape(operation.path)[len(_BASE) :]): operation for operation in operations
        }

    def __call__(self, method: str, path: str) -> tuple[Operation, int] | None:
        """The vendored operation meant, and how many parameters the base path before it has; None for a stranger.

        `path` is the template with the base path. What comes before the operation's own path may be any base path of
        this house: a version, `api`, both or nothing. Neither case nor parameter names matter.
        """
        raw = [segment for segment in path.split("/") if segment]
        shape = _shape(path)
        for start in range(len(shape)):
            if not all(_PREFIX.fullmatch(segment) for segment in raw[:start]):
                return None
            found = self._known.get((method, shape[start:]))
            if found is not None:
                return found, sum(segment.count("{") for segment in raw[:start])
        return None


def _shape(path: str) -> tuple[str, ...]:
    return Template.of(path).shape
