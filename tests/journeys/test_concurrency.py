"""Exact under concurrency: the limit, the stock, the token."""

import asyncio
import json
from collections import Counter
from typing import Any

from elko_mock.server.app import Mock
from elko_mock.world.world import World
from tests.journeys.driving import BASE


async def _at_once(mock: Mock, requests: list[tuple[str, str, dict[str, str], bytes]]) -> list[tuple[int, bytes]]:
    """All requests as tasks of one loop, as the server runs them."""

    async def one(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            await asyncio.sleep(0)
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
        }
        await mock(scope, receive, send)
        return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:])

    return list(await asyncio.gather(*(one(*request) for request in requests)))


def _bearer(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.gate.account.token}", "Content-Type": "application/json"}


def test_of_1000_calls_at_once_exactly_50_pass(mock: Mock) -> None:
    world = mock.worlds.create(clock_frozen=True)
    answers = asyncio.run(_at_once(mock, [("GET", f"{BASE}/Catalog/Vendors", _bearer(world), b"")] * 1000))
    assert Counter(status for status, _ in answers) == {200: 50, 403: 950}


def test_200_clients_for_the_last_piece(mock: Mock, world: World) -> None:
    body = json.dumps({"lines": [{"elkoCode": 9000004, "quantity": 1}], "orderIfAllAvailable": True}).encode()
    answers = asyncio.run(_at_once(mock, [("POST", f"{BASE}/Orders", _bearer(world), body)] * 200))
    assert Counter(status for status, _ in answers) == {200: 1, 400: 199}


def test_200_clients_for_a_token_leave_one(mock: Mock, world: World) -> None:
    account = world.gate.account
    body = json.dumps({"username": account.settings.username, "password": account.settings.password}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    answers = asyncio.run(_at_once(mock, [("POST", f"{BASE}/Token", headers, body)] * 200))
    tokens = [json.loads(raw) for status, raw in answers if status == 200]
    assert len(set(tokens)) == 200
    tried = [("GET", f"{BASE}/Catalog/Vendors", {"Authorization": f"Bearer {token}"}, b"") for token in tokens]
    assert Counter(status for status, _ in asyncio.run(_at_once(mock, tried))) == {200: 1, 403: 199}
