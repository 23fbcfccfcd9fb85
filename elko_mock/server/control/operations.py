"""The control plane's operations: which method answers which operationId of openapi/control.yaml."""

import re
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import orjson

from elko_mock.contract.document import load
from elko_mock.contract.location import data_file
from elko_mock.server.connexion_parts import ConnexionResponse
from elko_mock.server.control.about import About, Scenarios
from elko_mock.server.control.account import AccountVerbs
from elko_mock.server.control.faults import FaultVerbs
from elko_mock.server.control.journal import JournalVerbs
from elko_mock.server.control.state import ControlState
from elko_mock.server.control.worlds import ClockVerbs, WorldVerbs

_JSON = {"Content-Type": "application/json"}


class Operations:
    """Finds the method for an operationId."""

    def __init__(self, state: ControlState) -> None:
        self.document: dict[str, Any] = load(str(data_file("openapi/control.yaml")))
        self._groups = (
            About(state, self.document),
            Scenarios(),
            WorldVerbs(state),
            ClockVerbs(state),
            FaultVerbs(state),
            JournalVerbs(state),
            AccountVerbs(state),
        )

    def handler(self, operation_id: str) -> Callable[..., Awaitable[Any]]:
        """The method of that operationId. Raises LookupError when there is none."""
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation_id).lower()
        for group in self._groups:
            method: Callable[..., Awaitable[Any]] | None = getattr(group, name, None)
            if method is not None:
                return _typed(method)
        raise LookupError(f"openapi/control.yaml names {operation_id}, which nothing answers")


def _typed(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Writes JSON itself and says so: Connexion will neither choose among media types nor leave ready bytes alone."""

    @wraps(method)
    async def answer(**arguments: Any) -> Any:
        given = await method(**arguments)
        data, status, headers = given if isinstance(given, tuple) else (orjson.dumps(given), 200, _JSON)
        kind = headers["Content-Type"]
        return ConnexionResponse(body=data, status_code=status, headers=headers, content_type=kind, mimetype=kind)

    return answer
