"""The journal: every exchange of one world in order, bounded by count and by size."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.pieces import Pieces

_OVERHEAD = 1024
"""Bytes an exchange is taken to weigh beside its bodies, its target and what its header fields say."""


class Journal:
    """Exchanges as they ended. The oldest go when either bound is reached; `dropped` says how many went."""

    __slots__ = ("_body_limit", "_bytes", "_count", "_entries", "_max_bytes", "_max_exchanges", "_weights", "dropped")

    def __init__(
        self, max_exchanges: int = 10_000, max_bytes: int = 32 * 1024 * 1024, body_limit: int = 64 * 1024
    ) -> None:
        """At most so many exchanges, so many bytes in all, and so many bytes kept of one body."""
        self._entries: deque[Exchange] = deque()
        self._weights: deque[int] = deque()
        self._max_exchanges = max_exchanges
        self._max_bytes = max_bytes
        self._body_limit = body_limit
        self._bytes = 0
        self._count = 0
        self.dropped = 0
        """How many exchanges were let go to stay within the bounds."""

    @property
    def body_limit(self) -> int:
        """Bytes kept of one body."""
        return self._body_limit

    @property
    def count(self) -> int:
        """How many exchanges there have been, dropped ones included."""
        return self._count

    def next_number(self) -> int:
        """The number of the exchange that is opening now: 1, 2, 3 ..."""
        self._count += 1
        return self._count

    def append(self, exchange: Exchange) -> None:
        """Add an exchange that has ended, its bodies already cut to `body_limit`. An answer's body may be Pieces, which
        are kept as they are and joined when the exchange is read."""
        entries, weights = self._entries, self._weights
        weight = _weight(exchange)
        entries.append(exchange)
        weights.append(weight)
        self._bytes += weight
        while len(entries) > self._max_exchanges or (self._bytes > self._max_bytes and len(entries) > 1):
            entries.popleft()
            self._bytes -= weights.popleft()
            self.dropped += 1

    def clear(self) -> None:
        """Forget all exchanges and begin counting anew."""
        self._entries.clear()
        self._weights.clear()
        self._bytes = self._count = self.dropped = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Exchange]:
        """The kept exchanges, oldest first; of a copy, so that serving may go on meanwhile."""
        return map(whole, tuple(self._entries))

    def select(self, **conditions: Any) -> Iterator[Exchange]:
        """The kept exchanges that fit every given condition, see `find`; of a copy."""
        return map(whole, self.find(**conditions))

    def find(
        self,
        *,
        operation: str | None = None,
        status: int | None = None,
        reason: str | None = None,
        method: str | None = None,
        path: str | None = None,
        since: int | None = None,
        until: int | None = None,
        unmatched: bool = False,
    ) -> tuple[Exchange, ...]:
        """The kept exchanges that fit every given condition, as they are kept: to have all their bodies joined would
        take long where they are only counted, or few of them read. `path` is a prefix, without regard to case;
        `since` and `until` are world times (until not included); `unmatched`: those that met no operation."""
        prefix = path.lower() if path is not None else None
        return tuple(
            one
            for one in self._entries
            if (
                (operation is None or one.operation == operation)
                and (status is None or one.status == status)
                and (reason is None or one.reason == reason)
                and (method is None or one.request.method == method.upper())
                and (prefix is None or one.request.path.lower().startswith(prefix))
                and (since is None or one.at >= since)
                and (until is None or one.at < until)
                and (not unmatched or one.operation is None)
            )
        )


def whole(exchange: Exchange) -> Exchange:
    """The exchange with its answer's body in one."""
    response = exchange.response
    if response is None or not isinstance(response.body, Pieces):
        return exchange
    return exchange._replace(response=response._replace(body=response.body.joined()))


def _weight(exchange: Exchange) -> int:
    """Bytes it is taken to hold. Pieces count in full, for nobody knows how long the others that share them stay."""
    request, response = exchange.request, exchange.response
    answered = 0
    if response is not None:
        answered = len(response.body) if isinstance(response.body, bytes) else exchange.response_length
    asked = len(request.path) + len(request.query) + request.headers.size + len(request.body)
    return _OVERHEAD + asked + answered
