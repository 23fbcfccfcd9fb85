"""Faults: a world's plan of what goes wrong."""

from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.faults.plan import Rule
from elko_mock.faults.reading import read_rule, write_rule
from elko_mock.server.control.problems import ControlProblem, no_such
from elko_mock.server.control.state import ControlState
from elko_mock.world.world import World


class FaultVerbs:
    """The fault plan. Nothing changes unless every entry is understood."""

    def __init__(self, state: ControlState) -> None:
        self._state = state

    async def list_faults(self, world: str) -> Any:
        """The plan."""
        return _plan(self._state.world(world))

    async def set_faults(self, world: str, body: list[Any]) -> Any:
        """Another plan."""
        there = self._state.world(world)
        rules = [self._rule(entry, f"[{index}]") for index, entry in enumerate(body)]
        there.faults.clear()
        for rule in rules:
            there.faults.add(rule)
        return _plan(there)

    async def add_fault(self, world: str, body: dict[str, Any]) -> Any:
        """One more."""
        there = self._state.world(world)
        there.faults.add(self._rule(body, ""))
        return _plan(there)

    async def clear_faults(self, world: str) -> Any:
        """None."""
        there = self._state.world(world)
        there.faults.clear()
        return _plan(there)

    def _rule(self, entry: Any, where: str) -> Rule:
        read, before = read_rule(entry), f"{where} " if where else ""
        if not isinstance(read, Rule):
            raise ControlProblem("bad-fault", "; ".join(f"{before}{problem}" for problem in read))
        if unknown := unknown_operation(read, self._state.contract):
            raise ControlProblem("bad-fault", f"{before}{unknown}")
        return read


def unknown_operation(rule: Rule, contract: Contract) -> str | None:
    """What is wrong with a rule that names an operation which the document does not have: it would never strike."""
    for name in rule.idle(contract.names):
        return f"operation: {no_such('operation', name, contract.names)}"
    return None


def _plan(world: World) -> list[dict[str, Any]]:
    struck = world.faults.struck
    return [{**write_rule(rule), "struck": struck[rule.name]} for rule in world.faults.rules]
