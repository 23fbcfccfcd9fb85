"""About and Scenarios: the mock itself, and the situations a world can start from."""

from importlib.metadata import version
from typing import Any

from elko_mock.contract.fidelity import Fidelity
from elko_mock.scenario.document import write_scenario
from elko_mock.scenario.loader import bundled, load
from elko_mock.server.control.problems import ControlProblem, error_page
from elko_mock.server.control.state import ControlState


class About:
    """Health, ledger, documents."""

    def __init__(self, state: ControlState, document: dict[str, Any]) -> None:
        self._state = state
        self._document = document

    async def get_health(self) -> Any:
        """Alive."""
        return {
            "status": "ok",
            "product": "elko-mock",
            "version": version("elko-mock"),
            "worlds": len(self._state.worlds),
        }

    async def get_readiness(self) -> Any:
        """Ready: by the time anything is answered, everything is loaded."""
        return await self.get_health()

    async def get_fidelity(self) -> Any:
        """The ledger."""
        ledger = Fidelity.load()
        return {"counts": dict(ledger.counts()), "behaviours": [entry.as_data() for entry in ledger.entries]}

    async def get_control_document(self) -> Any:
        """The control plane's own document."""
        return self._document

    async def get_served_document(self) -> Any:
        """The document that is being served."""
        return self._state.contract.document

    async def get_error_page(self) -> Any:
        """All problem codes."""
        return error_page(), 200, {"Content-Type": "text/html; charset=utf-8"}


class Scenarios:
    """The bundled scenarios."""

    async def list_scenarios(self) -> Any:
        """Name and line of each."""
        return [{"name": name, "line": load(name).line} for name in bundled()]

    async def get_scenario(self, scenario: str) -> Any:
        """One scenario with all that it extends worked in. Only bundled ones: a path is not looked up."""
        if scenario not in bundled():
            raise ControlProblem("unknown-scenario", f"there is no bundled scenario {scenario!r}")
        return write_scenario(load(scenario))
