"""C03: no tight loop of retries inside a block."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.chain import Chain
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts

_BLOCKS = frozenset({"rate", "blocked", "address", "terms"})


@dataclass(frozen=True)
class NoHammering(Rule):
    """Refused calls in close succession, whether the limit or the address is what refuses them."""

    id = "C03"
    name = "no-hammering"
    wording = "does not retry in a tight loop inside a block"
    seen = (
        "The spacing of refused calls: less than a second apart the same call again and again, or more calls than "
        "workers that have not heard of the refusal can have made. Calls under way when it was answered do not count. "
        "Shows where the loop began and how long it was. A dead token's loop is C11's."
    )
    severity = Severity.ERROR
    sources = (Source.OBSERVED,)
    scenarios = ("rate-limited", "address-not-allowed", "three-403s")
    fix = (
        "Never repeat a call at once because it got a 403: the answer will be the same, and the service sees an "
        "attack. Take 403 out of your HTTP library's automatic retries."
    )

    spacing_seconds: float = threshold(1.0, "calls closer than this, in seconds, form one chain")
    repeats: int = threshold(3, "repeated calls that make a chain a tight loop")
    in_flight: int = threshold(10, "different calls that may be those of workers that have not heard of the refusal")

    def watch(self, facts: Facts) -> "NoHammeringWatch":
        """Begin to watch a session."""
        return NoHammeringWatch(self, facts)


class NoHammeringWatch(Watch[NoHammering]):
    """Holds the chain of refused calls under way."""

    nothing = "no call was blocked"
    kept = "no tight loop of refused calls"

    def __init__(self, rule: NoHammering, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._chain: Chain | None = None

    def see(self, call: Call) -> None:
        """A refused call begins a chain or lengthens it."""
        if not call.is_api:
            return
        if call.reason not in _BLOCKS:
            self._close()
            return
        self.occasions += 1
        if self._chain is not None and self._chain.continues(call):
            self._chain.add(call)
            return
        self._close()
        self._chain = Chain(call, self.rule, self.facts.scale)

    def _close(self) -> None:
        chain, self._chain = self._chain, None
        if chain is not None and chain.hammering:
            spent = (chain.latest - chain.first.at) / 1_000_000
            what = f"{chain.length} more calls in {spent:.2f} s, {chain.repeated} of them repeats"
            self.fault(chain.first, f"{chain.first.line}, then {what}")

    def end(self) -> None:
        """Judge the last chain."""
        self._close()
