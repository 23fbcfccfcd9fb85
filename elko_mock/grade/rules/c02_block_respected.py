"""C02: no call until a rate block is over."""

from dataclasses import dataclass

from elko_mock.clock import SECOND, Instant
from elko_mock.grade.call import LIMIT_REASONS, Call
from elko_mock.grade.chain import Chain
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class BlockRespected(Rule):
    """Calls made after the block began; a tight loop is left to C03, so that one habit is charged once."""

    id = "C02"
    name = "block-respected"
    wording = "after a rate block makes no call until 60 seconds have passed"
    seen = (
        "The clock of its world, from the refusal that began the block. Calls under way when the refusal was answered "
        "do not count, nor do a few different ones within a second: other workers' that have not heard of it. A repeat "
        "or a new token counts at once; a tight loop is C03's. Shows the call and how long it should still have waited."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("rate-limited", "three-403s")
    fix = (
        "When a call is refused and you made about 50 in the last ten seconds, stop all workers for a full minute. "
        "Then repeat the refused call first; nothing else needs to change."
    )

    block_seconds: float = threshold(60.0, "length of the block, in seconds")
    spacing_seconds: float = threshold(1.0, "until other workers have heard of the refusal, in seconds; as in C03")
    repeats: int = threshold(3, "repeated calls that make a chain a tight loop; as in C03")
    in_flight: int = threshold(10, "different calls that may be such workers'; as in C03")

    def watch(self, facts: Facts) -> "BlockRespectedWatch":
        """Begin to watch a session."""
        return BlockRespectedWatch(self, facts)


class BlockRespectedWatch(Watch[BlockRespected]):
    """Holds the block under way and the chain of calls made into it."""

    nothing = "no rate block began"
    kept = "no call was made before the block was over"

    def __init__(self, rule: BlockRespected, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._until: Instant = 0
        self._known_since: Instant = 0
        """When the client had the refusal that began the block."""
        self._exact = False
        """The block's beginning was seen. One that was under way before is over as soon as a call is let in."""
        self._chain: Chain | None = None
        self._block = False
        self._hammered = False

    def see(self, call: Call) -> None:
        """A refusal for the limit begins a block, or is a call made into one."""
        if not call.is_api:
            return
        limited = call.reason in LIMIT_REASONS
        inside = call.at < self._until and (limited or self._exact)
        if call.reason == "rate" or (limited and not inside):
            self._settle()
            self._block = True
            self._until = call.at + int(self.rule.block_seconds * SECOND)
            self._exact = call.reason == "rate"
            self._known_since = call.answered_at(self.facts.scale)
            self._begin(call)
        elif inside:
            self._made_into_block(call)

    def _begin(self, call: Call, known_since: Instant | None = None) -> None:
        self._chain = Chain(call, self.rule, self.facts.scale, known_since)

    def _made_into_block(self, call: Call) -> None:
        chain = self._chain
        if chain is not None and chain.continues(call):
            chain.add(call)
            return
        self._close()
        self._begin(call, known_since=self._known_since)

    def _close(self) -> None:
        """A chain that is no tight loop breaks this rule by every call made in spite of the refusal."""
        chain, self._chain = self._chain, None
        if chain is None:
            return
        if chain.hammering:
            self._hammered = True
            return
        for call in chain.knowing:
            left = (self._until - call.at) / SECOND
            self.fault(call, f"called with {left:.1f} s of the block still to go: {call.line}")

    def _settle(self) -> None:
        """The block is over. One that was hammered is not charged here, and is no pass either: it is C03's."""
        self._close()
        if self._block and not self._hammered:
            self.occasions += 1
        elif self._hammered:
            self.nothing = "a tight loop was made into the block, which is C03's to judge"
        self._block = self._hammered = False

    def end(self) -> None:
        """Judge the last block."""
        self._settle()

    def summary(self) -> str:
        """One sentence."""
        return "called before the block was over" if self.faults else super().summary()
