"""A check of our own, and the trial in which it runs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from elko_mock.clock import SECOND
from elko_mock.verify.asker import NOTHING, Arguments, Asker, NoReply
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.model import Finding
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import Facts

_TRIES = 3


class Timekeeper(Protocol):
    """Lets the provider's time pass: by waiting, or by moving a mock's clock."""

    quick: bool
    """Whether days can be made to pass."""

    def pass_time(self, microseconds: int) -> None:
        """Returns once that much of the provider's time has gone by."""


class RealTime:
    """Time that passes by waiting for it."""

    quick = False

    def pass_time(self, microseconds: int) -> None:
        """Wait."""
        time.sleep(microseconds / SECOND)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What `POST Token` asks for."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "<Credentials>"


@dataclass(slots=True)
class Trial:
    """One check at work."""

    check: str
    asker: Asker
    facts: Facts
    ledger: Ledger
    time: Timekeeper
    credentials: Credentials | None = None
    limited_token: str | None = field(default=None, repr=False)
    """A token under the real limit, where the run's own is not."""

    def ask(self, name: str, arguments: Arguments = NOTHING, **how: Any) -> Reply:
        """`Asker.ask`."""
        return self.asker.ask(name, arguments, **how)

    @property
    def bearer(self) -> str | None:
        """The run's token as a header value, for calls that do not need it by themselves."""
        token = self.asker.line.token
        return None if token is None else f"Bearer {token}"

    def look(self) -> None:
        """Something was really compared."""
        self.ledger.look(self.check)

    def fail(self, operation: str, message: str, *replies: Reply) -> None:
        """A finding, with the calls that show it."""
        known = self.asker.operations.get(operation)
        name = known.id if known is not None else operation
        self.ledger.find(Finding(self.check, name, message, self.asker.evidence(replies)))

    def expect(self, good: bool, operation: str, message: str, *replies: Reply) -> bool:
        """Look; and fail unless it is good. Answers whether it was."""
        self.look()
        if not good:
            self.fail(operation, message, *replies)
        return good

    def steady(
        self,
        first: Reply,
        again: Callable[[], Reply],
        other: Callable[[], Reply],
        agree: Callable[[Reply, Reply], bool],
    ) -> tuple[Reply, Reply] | None:
        """Two answers that ought to agree, as they were at one time: where they do not, the first is asked `again`,
        and only if it is as it was does the `other` stand against it. None when it moved each time, which the ledger
        then says."""
        for _ in range(_TRIES):
            second = other()
            if agree(first, second):
                return first, second
            before, first = first, again()
            if same([before, first]):
                return first, second
        self.unjudged("what it compares moved each time it was asked for")
        return None

    def nothing_there(self, reason: str) -> None:
        """There is nothing to judge by."""
        self.ledger.nothing_there.setdefault(self.check, reason)

    def unjudged(self, reason: str) -> None:
        """There is something to judge, and it could not be."""
        self.ledger.unjudged.setdefault(self.check, reason)

    def has(self, *operations: str) -> bool:
        """Whether the document has all of these."""
        return all(name in self.asker.operations for name in operations)


@dataclass(frozen=True, slots=True)
class Check:
    """What a provider is held to, and how it is found out."""

    id: str
    title: str
    """Says what is right, in one line."""
    run: Callable[[Trial], None]
    needs: tuple[str, ...] = ()
    """Operations without which it cannot run."""
    one_of: tuple[str, ...] = ()
    """Operations of which it takes at least one; empty where it takes what there is."""
    writes: bool = False
    """Whether it changes something at the provider."""
    last: bool = False
    """Whether it must come after everything else, because it gets the account blocked."""

    def on(self, trial: Trial) -> None:
        """Run it; a call that was not answered ends it early, and the ledger says so. Raises Stopped."""
        try:
            self.run(trial)
        except NoReply as none:
            trial.ledger.unjudged.setdefault(self.id, str(none))


def same(first: Sequence[Reply]) -> bool:
    """Whether replies can be relied on and hold the same data."""
    return all(reply.sound for reply in first) and all(reply.data == first[0].data for reply in first[1:])
