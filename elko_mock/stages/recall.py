"""Recall: a read asked again in a world where nothing has changed since gets the same bytes again."""

import weakref
from collections import OrderedDict
from functools import partial
from typing import NamedTuple

from elko_mock.exchange.exchange import Violation
from elko_mock.exchange.messages import Response
from elko_mock.exchange.pieces import Pieces
from elko_mock.exchange.pipeline import Proceed
from elko_mock.exchange.redaction import without_secrets
from elko_mock.stages.call import Call
from elko_mock.trade.trade import Trade

_MOST = 16 * 1024 * 1024
_OVERHEAD = 1024
"""Bytes that an answer takes beside its bodies and its target."""

_REMEMBERED = 10_000
"""Reads of which is known that they were asked once."""

_Key = tuple[str, str, str, str | None, str | None]
"""All of a request that an answer depends on: world, path, query, `Accept`, `Accept-Encoding`."""


class _Known(NamedTuple):
    trade: weakref.ref[Trade]
    """A world that is reset or restored has another trade under the same name; with the former one this goes."""
    version: int
    response: Response
    violations: tuple[Violation, ...]
    shown: tuple[bytes, bytes | Pieces]
    example: bool
    weight: int


class Recall:
    """Keeps the answers to reads, the one unused for longest going first. What an answer was found to violate when it
    was made and checked is kept with it."""

    __slots__ = ("_asked", "_bytes", "_known", "_most")

    def __init__(self, *, most: int = _MOST) -> None:
        """At most so many bytes are kept."""
        self._most = most
        self._bytes = 0
        self._asked: set[int] = set()
        self._known: OrderedDict[_Key, _Known] = OrderedDict()

    async def __call__(self, call: Call, proceed: Proceed[Call]) -> Response:
        request, match, trade = call.request, call.match, call.world.trade
        if match is None or request.method != "GET" or request.body:
            return await proceed(call)
        key = (
            call.world.name,
            request.path,
            request.query,
            request.header(b"accept"),
            request.header(b"accept-encoding"),
        )
        trade.settle(call.at)
        version = trade.version
        known = self._known.get(key)
        if known is not None and known.version == version and known.trade() is trade:
            self._known.move_to_end(key)
            call.violations += known.violations
            call.shown = known.shown
            call.example = known.example
            return known.response
        before = len(call.violations)
        response = await proceed(call)
        if call.answer is not None and trade.version == version and self._asked_before(key):
            self._keep(key, call, response, call.violations[before:])
        return response

    def _asked_before(self, key: _Key) -> bool:
        """Many reads are never asked again; to keep their answers would only drive out others."""
        mark = hash(key)
        if mark in self._asked:
            return True
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked.add(mark)
        return False

    def _keep(self, key: _Key, call: Call, response: Response, violations: tuple[Violation, ...]) -> None:
        body = response.body
        if not isinstance(body, bytes):
            return
        if call.shown is None:
            plain = body if call.packed is None else call.packed[1]
            call.shown = (body, without_secrets(plain[: call.world.journal.body_limit]))
        shown = call.shown[1]
        beside = len(shown) if isinstance(shown, bytes) and shown is not body else 0
        weight = _OVERHEAD + len(body) + beside + 2 * sum(len(part) for part in key if part)
        if weight > self._most // 4:
            return
        former = self._known.pop(key, None)
        if former is not None:
            self._bytes -= former.weight
        trade = call.world.trade
        held = weakref.ref(trade, partial(self._forget, key))
        self._known[key] = _Known(held, trade.version, response, violations, call.shown, call.example, weight)
        self._bytes += weight
        while self._bytes > self._most:
            self._bytes -= self._known.popitem(last=False)[1].weight

    def _forget(self, key: _Key, gone: weakref.ref[Trade]) -> None:
        """No world can be asked for it any more."""
        known = self._known.get(key)
        if known is not None and known.trade is gone:
            self._bytes -= self._known.pop(key).weight
