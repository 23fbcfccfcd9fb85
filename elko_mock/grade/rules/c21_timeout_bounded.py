"""C21: a hung answer is given up in a sane time."""

from dataclasses import dataclass

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class TimeoutBounded(Rule):
    """How long after a call that hangs the client was heard of again."""

    id = "C21"
    name = "timeout-bounded"
    wording = "gives up on a hung answer in a sane time"
    seen = (
        "A call that is never answered: the time until the client's next call, or until it ended. Shows the call that"
        " hung and how long it was waited for."
    )
    severity = Severity.WARNING
    sources = (Source.OBSERVED,)
    scenarios = ("hang",)
    fix = (
        "Set a connect timeout of seconds and a read timeout of a minute or two in your HTTP library; most have none "
        "unless told. Give only the full product list more, up to 15 minutes."
    )

    seconds: float = threshold(120.0, "longest wait for an answer that does not come, in seconds of world time")

    def watch(self, facts: Facts) -> "TimeoutBoundedWatch":
        """Begin to watch a session."""
        return TimeoutBoundedWatch(self, facts)


class TimeoutBoundedWatch(Watch[TimeoutBounded]):
    """Holds the call that hangs."""

    nothing = "no answer hung"

    def __init__(self, rule: TimeoutBounded, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._hung: Call | None = None
        self._longest = 0.0

    def see(self, call: Call) -> None:
        """The next sign of life ends the wait."""
        self._heard_of(call.at)
        if call.is_api and call.hung:
            self._hung = call

    def _heard_of(self, now: Instant) -> None:
        hung, self._hung = self._hung, None
        if hung is None:
            return
        self.occasions += 1
        waited = (now - hung.at) / SECOND
        self._longest = max(self._longest, waited)
        if waited > self.rule.seconds:
            self.fault(hung, f"{hung.line}: not heard of for {waited:.0f} s")

    def end(self) -> None:
        """The end is a sign of life too, unless the command had to be stopped."""
        if self._hung is not None and self.ending.timed_out:
            self.occasions += 1
            self.fault(self._hung, f"{self._hung.line}: still waiting when the command's time was up")
        elif self.ending.at is not None and self.ending.known:
            self._heard_of(self.ending.at)

    def summary(self) -> str:
        """One sentence."""
        return f"waited at most {self._longest:.0f} s" if self.occasions and not self.faults else super().summary()
