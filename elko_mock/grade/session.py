"""Sessions: one run of a client in one world, as the rules are told of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from elko_mock.clock import Instant
from elko_mock.exchange.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a session before its first call."""

    world: str
    scenario: str | None = None
    """None when it is not known, as with a journal from a file."""
    scale: float = 1.0
    """World seconds per real second."""
    workers: int = 1
    """Processes of the client at work at the same time."""
    calm: bool | None = None
    """Whether the same command came to a good end in the calm world; None when that was not tried. A bad end in a
    hostile world is held against the client only if the calm one was survived."""
    wrong_certificate: bool = False
    """The session spoke to the listener whose certificate names another host."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Tokens and passwords the client was given, to be looked for where they do not belong; never printed."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known of a session once it is over. None: not known."""

    at: Instant | None = None
    """World time at which the command ended."""
    exit_status: int | None = None
    """0 is a good end; negative is a signal's number, as the standard library has it."""
    timed_out: bool = False
    """The command was still running when its time was up, and was stopped."""
    crashed: bool = False
    """Its output shows a stack trace or an uncaught exception."""
    last_words: str = ""
    """The last line of its output that says something, without secrets."""
    open_reservations: frozenset[str] | None = None
    """Ids of the reservations that were still active."""
    connections: int = 0
    """TCP connections made to the listener with the wrong certificate."""
    assertion: int | None = None
    """Exit status of the user's own assertion command."""

    @property
    def known(self) -> bool:
        """Whether it is known how the command ended."""
        return self.exit_status is not None or self.timed_out

    @property
    def good(self) -> bool:
        """Whether the command came to a good end."""
        return self.exit_status == 0 and not self.timed_out

    @property
    def story(self) -> str:
        """How it ended, for people."""
        if self.timed_out:
            how = "still running when its time was up"
        elif self.exit_status is not None and self.exit_status < 0:
            how = f"killed by signal {-self.exit_status}"
        else:
            how = f"exit status {self.exit_status}"
        return f"{how}: {self.last_words}" if self.last_words else how


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a client in one world. `exchanges` is gone through once, in order."""

    facts: Facts
    exchanges: Iterable[Exchange]
    ending: Ending = Ending()
