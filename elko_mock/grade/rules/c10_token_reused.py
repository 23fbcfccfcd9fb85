"""C10: one token for many calls."""

from dataclasses import dataclass

from elko_mock.grade.call import TOKEN, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class TokenReused(Rule):
    """The share of Token calls that nothing called for."""

    id = "C10"
    name = "token-reused"
    wording = "does not make a new token per call"
    seen = (
        "Token calls made while the token in hand was still good, as a share of all other calls. Shows the first ones"
        " that nothing called for."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("default", "calm")
    fix = (
        "Keep the token where every job finds it, and use it until a call is refused; it does not expire. Each new "
        "one kills the one before, for everybody on the account."
    )

    spare: int = threshold(2, "needless Token calls that are let pass in one run")
    share: float = threshold(0.1, "largest share of needless Token calls among the other calls")

    def watch(self, facts: Facts) -> "TokenReusedWatch":
        """Begin to watch a session."""
        return TokenReusedWatch(self, facts)


class TokenReusedWatch(Watch[TokenReused]):
    """Counts, and remembers the first needless Token calls."""

    nothing = "too few calls were made with a token"

    def __init__(self, rule: TokenReused, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._others = 0
        self._needless: list[Call] = []
        self._count = 0
        self._called_for = True

    def see(self, call: Call) -> None:
        """A refusal calls for a token; so does the beginning."""
        if not call.is_api:
            return
        if call.operation != TOKEN:
            self._others += 1
            self._called_for = self._called_for or call.refused
            return
        if call.status != 200:
            return
        if not self._called_for:
            self._count += 1
            if len(self._needless) < 3:
                self._needless.append(call)
        self._called_for = False

    def end(self) -> None:
        """Judge the share."""
        if self._others < 3:
            return
        self.occasions += 1
        if self._count > self.rule.spare and self._count > self.rule.share * self._others:
            for call in self._needless:
                self.fault(call, f"{call.line}, while the token before it was good")
            self.faults = self._count

    def summary(self) -> str:
        """One sentence."""
        return f"{self._count} needless Token calls, {self._others} others" if self.occasions else self.nothing
