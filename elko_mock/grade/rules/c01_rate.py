"""C01: never more than 50 calls in any 10 seconds."""

from collections import deque
from dataclasses import dataclass

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class Rate(Rule):
    """A sliding window over all calls, the refused ones too."""

    id = "C01"
    name = "rate"
    wording = "never makes more than 50 calls in any 10 seconds"
    seen = "A sliding window over all calls, refused ones too. Shows the call that was one too many."
    severity = Severity.ERROR
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("default", "calm")
    fix = (
        "Count your own calls and wait before the 51st of any ten seconds; 45 leaves room for others on the account. "
        "One counter must serve all workers and all jobs that use the token."
    )

    calls: int = threshold(50, "calls allowed in one window")
    seconds: float = threshold(10.0, "length of the window, in seconds")

    def watch(self, facts: Facts) -> "RateWatch":
        """Begin to watch a session."""
        return RateWatch(self, facts)


class RateWatch(Watch[Rate]):
    """Holds the times of the calls in the window."""

    def __init__(self, rule: Rate, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._window: deque[Instant] = deque()
        self._length = int(rule.seconds * SECOND)
        self._total = 0
        self._peak = 0
        self._over = False
        self.nothing = f"no more than {rule.calls} calls were made in all, so the limit was out of reach"

    def see(self, call: Call) -> None:
        """Slide the window."""
        if not call.is_api:
            return
        window = self._window
        while window and window[0] <= call.at - self._length:
            window.popleft()
        window.append(call.at)
        self._total += 1
        count = len(window)
        self._peak = max(self._peak, count)
        if count <= self.rule.calls:
            self._over = False
        elif not self._over:
            self._over = True
            spent = (call.at - window[0]) / SECOND
            self.fault(call, f"call {count} within {spent:.3f} s: {call.line}")

    def end(self) -> None:
        """There was an occasion only if more calls were made than the limit allows at once."""
        if self._total > self.rule.calls:
            self.occasions += 1

    def summary(self) -> str:
        """One sentence."""
        if not self.occasions:
            return self.nothing
        return f"at most {self._peak} calls in {self.rule.seconds:g} s, of {self._total} in all"
