"""Limits: how much, and how long, one connection may take before it is told 400 or closed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Kestrel's defaults where it has one, because the service runs on it: KestrelServerLimits in the .NET reference.

    Sizes in bytes, times in seconds of real time. Kestrel answers 414, 431 and 408; the manual knows 400.
    """

    line: int = 8 * 1024
    """The target of a request."""
    head: int = 32 * 1024
    """Names and values of all header fields."""
    fields: int = 100
    """Header fields."""
    framing: int = 64 * 1024
    """What chunk sizes, chunk extensions and trailer fields may take beyond eight bytes for each byte of a body."""
    head_seconds: float = 10.0
    """From the first byte of a request to the end of its header fields."""
    body_seconds: float = 30.0
    """From there to the end of its body."""
    idle_seconds: float = 130.0
    """Without any request under way."""
    stall_seconds: float = 60.0
    """With an answer half sent, of which the client takes nothing."""
    linger_seconds: float = 2.0
    """After a 400 that closes the connection, so that a client still sending can read it."""
    connections: int = 60_000
    """Above so many, an idle connection is closed for each one that comes."""
