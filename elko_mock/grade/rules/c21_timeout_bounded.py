"""C21: a hung answer is given up in a sane time."""

from collections import deque
from dataclasses import dataclass

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts

_MOST_KEPT = 100
_MOMENT = 2 * SECOND
"""Of real time, between the end of a connection and what a client does that had waited for it."""


@dataclass(frozen=True)
class TimeoutBounded(Rule):
    """How long after a call that hangs the client was heard of again."""

    id = "C21"
    name = "timeout-bounded"
    wording = "gives up on a hung answer in a sane time"
    seen = (
        "A call that is never answered: the time until the client's next call, or until it ended. One that works on "
        "several things at once is seen to wait when it asks the same again, ends or is stopped. Shows the call that "
        "hung and how long it was waited for."
    )
    severity = Severity.WARNING
    sources = (Source.OBSERVED,)
    scenarios = ("hang",)
    fix = (
        "Set a connect timeout of seconds and a read timeout of a minute or two in your HTTP library; most have none "
        "unless told. Give only the full product list more, up to 15 minutes."
    )

    seconds: float = threshold(120.0, "longest wait for an answer that does not come, in seconds of world time")
    list_seconds: float = threshold(900.0, "the same for the full product list")

    def watch(self, facts: Facts) -> "TimeoutBoundedWatch":
        """Begin to watch a session."""
        return TimeoutBoundedWatch(self, facts)


class TimeoutBoundedWatch(Watch[TimeoutBounded]):
    """Holds the calls that hang."""

    nothing = "no answer hung, or the run was over before it was waited for too long"

    def __init__(self, rule: TimeoutBounded, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._hung: Call | None = None
        """Nothing was heard of the client since."""
        self._given_up: deque[Call] = deque(maxlen=_MOST_KEPT)
        """Something was, in time; but another worker may have been heard of."""
        self._longest = 0.0
        self._latest: Instant = 0

    def see(self, call: Call) -> None:
        """The next sign of life ends the wait."""
        self._heard_of(call.at)
        for hung in [one for one in self._given_up if one.key == call.key]:
            self._given_up.remove(hung)
            self._check_closed(hung, call.at)
        if call.is_api and call.hung:
            self._hung = call
        self._latest = call.at

    def _heard_of(self, now: Instant) -> None:
        hung, self._hung = self._hung, None
        if hung is None:
            return
        waited = (now - hung.at) / SECOND
        if waited > self._limit(hung):
            self.fault(hung, f"{hung.line}: not heard of for {waited:.0f} s")
        elif now < self._closed(hung):  # else perhaps it was the service that gave up
            self.occasions += 1
            self._longest = max(self._longest, waited)
            self._given_up.append(hung)

    def _limit(self, hung: Call) -> float:
        full_list = hung.operation == "getProducts" and hung.asks_all
        return self.rule.list_seconds if full_list else self.rule.seconds

    def _check_closed(self, hung: Call, now: Instant) -> None:
        """Whether what happens now waited for the service to close the connection."""
        waited, closed = (now - hung.at) / SECOND, self._closed(hung)
        if waited > self._limit(hung) and closed <= now < closed + int(_MOMENT * self.facts.scale):
            self.fault(hung, f"{hung.line}: waited for until the connection was closed, {waited:.0f} s")

    def _closed(self, hung: Call) -> Instant:
        """When the service closed the connection, if the client had not."""
        response, scale = hung.exchange.response, self.facts.scale
        hang = None if response is None or response.delivery is None else response.delivery.hang
        return hung.answered_at(scale) + int((hang or 0) * scale)

    def end(self) -> None:
        """The end is a sign of life too, unless the command had to be stopped."""
        now = self.ending.at
        if now is None or not self.ending.known:
            return
        if self.ending.timed_out:
            self._stopped(now)
            return
        self._heard_of(now)
        for hung in self._given_up:
            self._check_closed(hung, now)

    def _stopped(self, now: Instant) -> None:
        """It was waiting for the call after which it was silent. If it had been heard of since, it may have waited all
        the same, when it is silent for as long and does come to an end of its own in the calm world."""
        hung, since = self._hung, 0 if self._hung is None else self._hung.at
        if hung is None and self._given_up and self.facts.calm is not False:
            hung, since = self._given_up[-1], self._latest
        if hung is not None and (now - since) / SECOND > self._limit(hung):
            self.fault(hung, f"{hung.line}: still waiting when the command's time was up")

    def summary(self) -> str:
        """One sentence."""
        return f"waited at most {self._longest:.0f} s" if self.occasions and not self.faults else super().summary()
