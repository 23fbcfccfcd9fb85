"""Survival: whether the client came to a good end in a world made hostile in one respect."""

from typing import Any

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Watch


class Survival(Watch[Any]):
    """Fails when the command comes to a bad end here, and came to a good one in the calm world."""

    nothing = "the client was not run in a world that does this"
    kept = "came to a good end"
    hostile = "a world like this one"
    """What the client had to survive, for people."""
    _latest: Call | None = None
    _met = False

    def meets(self, call: Call) -> bool:
        """Whether this call brought the client face to face with what it is to survive."""
        return call.succeeded and call.operation is not None

    def see(self, call: Call) -> None:
        """Remember the last call before the end."""
        if call.is_api:
            self._latest = call
            self._met = self.meets(call) or self._met  # asked of every call: a rule may learn from each

    def end(self) -> None:
        """Judge by the exit status."""
        if self.facts.scenario not in self.rule.scenarios or not self.ending.known:
            return
        if not self._met:
            self.nothing = "the client read nothing that would show it"
        elif self.ending.good:
            self.occasions += 1
        elif self.facts.calm:
            last = f"; last call {self._latest.line}" if self._latest is not None else ""
            self.fault(self._latest, f"{self.ending.story}{last}")
        else:
            tried = "comes to a bad end there too" if self.facts.calm is False else "was not run there"
            self.nothing = f"{self.ending.story}, but nothing follows from it: in the calm world the client {tried}"

    def summary(self) -> str:
        """One sentence."""
        return (
            f"comes to a bad end in {self.hostile}, and to a good one in the calm world"
            if self.faults
            else super().summary()
        )
