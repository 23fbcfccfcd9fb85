"""C04: a rate block, a refused address and a dead token are met differently."""

from dataclasses import dataclass
from itertools import combinations

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import TOKEN, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts

_CAUSES = {"rate": "rate block", "blocked": "rate block", "address": "refused address", "token": "dead token"}


@dataclass(frozen=True)
class ToldApart(Rule):
    """What the client does between a refusal and the next call that is let in, cause by cause."""

    id = "C04"
    name = "403-told-apart"
    wording = "behaves differently for a rate block, a refused address and a dead token"
    seen = (
        "All three causes in one run: whether it waited out a minute, asked for a new token, gave up. Shows the two "
        "causes that it met in the same way."
    )
    severity = Severity.WARNING
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("three-403s",)
    fix = (
        "All three are the same 403, so try the remedies in the order that does no harm: wait out a minute if you "
        "were near the limit, then ask once for a new token. If that is refused as well, the address is not allowed: "
        "stop and tell a person."
    )

    block_seconds: float = threshold(60.0, "a pause of this length, in seconds, counts as waiting out the block")

    def watch(self, facts: Facts) -> "ToldApartWatch":
        """Begin to watch a session."""
        return ToldApartWatch(self, facts)


class ToldApartWatch(Watch[ToldApart]):
    """Holds the reaction under way and the first one to each cause."""

    nothing = "not all three causes of a 403 occurred in one run"
    kept = "met each of the three in its own way"

    def __init__(self, rule: ToldApart, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._cause: str | None = None
        self._first: Call | None = None
        self._latest: Instant = 0
        self._did: set[str] = set()
        self._met: dict[str, tuple[Call, frozenset[str]]] = {}

    def see(self, call: Call) -> None:
        """Follow the reaction to a refusal until a call is let in again."""
        if not call.is_api:
            return
        if self._cause is not None:
            if call.at - self._latest >= self.rule.block_seconds * SECOND:
                self._did.add("waited out a minute")
            if call.operation == TOKEN:
                self._did.add("asked for a new token")
        self._latest = call.at
        cause = _CAUSES.get(call.reason or "") if call.refused else None
        if cause is not None and call.operation != TOKEN and cause != self._cause:
            self._settle()
            self._cause, self._first, self._did = cause, call, set()
        elif not call.refused and call.operation != TOKEN:
            self._settle()

    def _settle(self) -> None:
        if self._cause is not None and self._first is not None:
            self._met.setdefault(self._cause, (self._first, frozenset(self._did)))
        self._cause = None

    def end(self) -> None:
        """Who is still refused at the end has given up."""
        if self._cause is not None:
            self._did.add("gave up")
        self._settle()
        if len(self._met) < len(set(_CAUSES.values())):
            return
        self.occasions += 1
        for (one, (call, did)), (other, (_, same)) in combinations(self._met.items(), 2):
            if did == same:
                reaction = " and ".join(sorted(did)) or "went on as if nothing had happened"
                self.fault(call, f"{one} and {other}: {reaction}, both times")
