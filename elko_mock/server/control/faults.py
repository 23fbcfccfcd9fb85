"""Faults: a world's plan of what goes wrong."""

from typing import Any

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
        known = self._state.contract.names
        for name in read.idle(known):
            raise ControlProblem("bad-fault", f"{before}operation: {no_such('operation', name, known)}")
        return read


def _plan(world: World) -> list[dict[str, Any]]:
    struck = world.faults.struck
    return [{**write_rule(rule), "struck": struck[rule.name]} for rule in world.faults.rules]
