"""Exchanges for tests."""

from typing import Any

from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Fields, Request, Response


def an_exchange(number: int = 1, *, path: str = "/v3.0/api/Orders", query: str = "", **changes: Any) -> Exchange:
    """One exchange; `method`, `body`, `headers`, `status`, `answer` and any field of Exchange can be given."""
    headers, body = Fields(changes.pop("headers", ())), changes.pop("body", b"")
    request = Request(changes.pop("method", "GET"), path, query, headers, body, "127.0.0.1")
    status, answer = changes.pop("status", 200), changes.pop("answer", b"")
    response = None if status is None else Response(status, (), answer)
    return Exchange(number, "w1", changes.pop("at", number * 1000), 5, request, response, **changes)
