"""C12: two workers do not invalidate each other's token for ever."""

from dataclasses import dataclass

from elko_mock.grade.call import TOKEN, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.rules.c11_rotation_survived import WELL_FORMED
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class NoTokenThrash(Rule):
    """Tokens killed by the run's own Token calls while somebody still used them."""

    id = "C12"
    name = "no-token-thrash"
    wording = "runs twice at once without the two invalidating each other's token for ever"
    seen = (
        "Two workers in one world: how many working tokens were killed by a Token call of the other, and replaced in "
        "turn. Shows the first refusals."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("two-workers",)
    fix = (
        "Keep one token where all workers find it, and before asking for a new one look whether another worker "
        "already has. Let only one of them ask, under a lock."
    )

    rounds: int = threshold(3, "tokens in use that may be killed by the run itself")

    def concerns(self, facts: Facts) -> bool:
        """Two workers are its occasion; one alone may have a worker beside it that is not known of."""
        return not facts.wrong_certificate

    def watch(self, facts: Facts) -> "NoTokenThrashWatch":
        """Begin to watch a session."""
        return NoTokenThrashWatch(self, facts)


class NoTokenThrashWatch(Watch[NoTokenThrash]):
    """Holds which tokens worked, and which of them a Token call of the run has killed."""

    nothing = "no two workers were at work"

    def __init__(self, rule: NoTokenThrash, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._working: set[str] = set()
        self._killed: set[str] = set()
        self._victims: dict[str, Call] = {}
        self._calls = 0

    def see(self, call: Call) -> None:
        """Token calls kill what works; refusals show who was hit."""
        if not call.is_api:
            return
        token = call.fingerprint
        if call.operation == TOKEN:
            if call.status == 200:
                self._killed |= self._working
                self._working.clear()
        elif call.reason == "token":
            if token in self._killed and call.exchange.credential.form in WELL_FORMED:
                self._victims.setdefault(token, call)
        elif token and not call.refused and call.operation is not None:
            self._calls += 1
            if token not in self._killed:
                self._working.add(token)

    def end(self) -> None:
        """Judge the number of rounds."""
        if self._victims or (self.facts.workers > 1 and self._calls > 1):
            self.occasions += 1
        if len(self._victims) > self.rule.rounds:
            for call in self._victims.values():
                self.fault(call, f"{call.line}: this token worked until the run made another")

    def summary(self) -> str:
        """One sentence."""
        if not self.occasions:
            return self.nothing
        return f"{len(self._victims)} working tokens killed by the run itself"
