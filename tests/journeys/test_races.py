"""200 clients at one moment over a real port, for the last piece, the 50th call, the token; also with --state."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from elko_mock.server.client import RemoteWorld
from tests.durability.serving import Served
from tests.journeys.driving import Client, Form, Reply, over_port
from tests.journeys.racing import LANES, Ask, race

MANY = 200
ROUNDS = range(4)
LAST, FANS, DEAR, KIT, PLENTY = 9000004, 9000009, 9000015, 9000007, 9000001


@pytest.fixture(scope="module", params=["in memory", "with --state"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A process of its own, so that server and clients really run at once."""
    folder = tmp_path_factory.mktemp("served")
    mock = Served(folder, keeping=request.param == "with --state")
    try:
        assert mock.url
        yield mock
    finally:
        mock.kill()


@pytest.fixture(params=ROUNDS, ids=lambda seed: f"round-{seed}")
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def lanes() -> Iterator[ThreadPoolExecutor]:
    """Threads for all races, begun once: coverage does not bear many beginnings at a time."""
    with ThreadPoolExecutor(LANES) as pool:
        yield pool


class Arena:
    """A world of this race's own, and clients of it that send JSON and XML in turn."""

    def __init__(self, served: Served, lanes: ThreadPoolExecutor, **wanted: Any) -> None:
        self.url = served.url
        self._lanes = lanes
        self.world: RemoteWorld = served.control.create_world(clock={"frozen": True}, **wanted)
        self._clients = [self.client("json"), self.client("xml")]

    def client(self, form: Form = "json") -> Client:
        return Client(over_port(self.url), form, token=self.world.token)

    def race(self, asks: list[Ask], seed: int) -> list[Reply]:
        return race(self._lanes, self.url, [(self._clients[place % 2], ask) for place, ask in enumerate(asks)], seed)

    def free(self, code: int) -> int:
        rows = self.client().get("/Catalog/AvailabilityAndPrice/Availability", {"elkoCodes": code}).data
        return int(rows[0]["stockQuantity"])


@pytest.fixture
def arena(served: Served, lanes: ThreadPoolExecutor) -> Iterator[Arena]:
    made = Arena(served, lanes, scenario={"limit": {"calls": 0}})
    yield made
    made.world.delete()


def _order(code: int, pieces: int = 1, **more: Any) -> Ask:
    return lambda client: client.post("/Orders", {"lines": [{"elkoCode": code, "quantity": pieces}], **more})


def _reserve(code: int, pieces: int = 1) -> Ask:
    return lambda client: client.post("/Reservations", {"lines": [{"elkoCode": code, "quantity": pieces}]})


def _statuses(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


@pytest.mark.parametrize(
    "asks",
    [
        [_order(LAST), _order(LAST, orderIfAllAvailable=True)],
        [_reserve(LAST)],
        [_order(LAST), _reserve(LAST)],
    ],
    ids=["orders", "reservations", "both"],
)
def test_for_the_last_piece_one_gets_it(arena: Arena, asks: list[Ask], seed: int) -> None:
    replies = arena.race((asks * MANY)[:MANY], seed)
    assert _statuses(replies) == {200: 1, 400: MANY - 1}
    assert arena.free(LAST) == 0
    client = arena.client()
    taken = [*client.get("/Orders").data, *client.get("/Reservations").data]
    assert [line["quantity"] for one in taken for line in one["lines"]] == [1]
    assert [one["id"] for one in taken] == [reply.data["id"] for reply in replies if reply.status == 200]


def test_for_three_pieces_three_get_one(arena: Arena, seed: int) -> None:
    assert _statuses(arena.race([_order(DEAR), _reserve(DEAR)] * (MANY // 2), seed)) == {200: 3, 400: MANY - 3}
    assert arena.free(DEAR) == 0


def test_for_a_kit_and_its_parts_nothing_is_sold_twice(arena: Arena, seed: int) -> None:
    replies = arena.race([_order(KIT), _order(FANS)] * (MANY // 2), seed)
    kits, fans = (_statuses(replies[first::2])[200] for first in (0, 1))
    assert 2 * kits + fans == 9
    assert (arena.free(FANS), arena.free(9000008)) == (0, 12 - kits)


def test_of_200_calls_50_pass_and_one_begins_the_block(served: Served, lanes: ThreadPoolExecutor, seed: int) -> None:
    arena = Arena(served, lanes, scenario={"limit": {"calls": 50, "window": "10s", "block": "1m"}})
    reads: list[Ask] = [
        lambda client: client.get("/Catalog/Vendors"),
        _order(PLENTY),
        lambda client: client.get("/nowhere"),
        lambda client: client.get("/Catalog/Products", {"elkoCode": PLENTY}),
    ]
    replies = arena.race(reads * (MANY // 4), seed)
    assert sum(reply.status != 403 for reply in replies) == 50
    assert Counter(reply.reason for reply in replies if reply.status == 403) == {"rate": 1, "blocked": MANY - 51}
    arena.world.clock.advance(59.999)
    assert arena.client().get("/Catalog/Vendors").status == 403
    arena.world.clock.advance(0.001)
    assert arena.client().get("/Catalog/Vendors").status == 200
    arena.world.delete()


def test_of_200_tokens_one_lives(arena: Arena, seed: int) -> None:
    world = arena.world
    credentials = {"username": world.username, "password": world.password}
    replies = arena.race([lambda client: client.post("/Token", credentials)] * MANY, seed)
    assert _statuses(replies) == {200: MANY}
    tokens = [world.token, *(reply.data for reply in replies)]
    assert len(set(tokens)) == MANY + 1
    alive = [token for token in tokens if Client(over_port(arena.url), token=token).get("/Cart").status == 200]
    assert alive == [world.control.world(world.name).token]


_MAKE: dict[str, tuple[Ask, Callable[[str], Ask], int]] = {
    "cancels": (_order(FANS, 4), lambda number: lambda client: client.delete(f"/Orders/{number}"), 400),
    "releases": (_reserve(FANS, 4), lambda number: lambda client: client.delete(f"/Reservations/{number}"), 400),
}


@pytest.mark.parametrize("what", _MAKE)
def test_of_200_that_give_back_the_same_one_does(arena: Arena, what: str, seed: int) -> None:
    make, undo, refused = _MAKE[what]
    made = make(arena.client())
    assert arena.free(FANS) == 5
    assert _statuses(arena.race([undo(made.data["id"])] * MANY, seed)) == {200: 1, refused: MANY - 1}
    assert arena.free(FANS) == 9


def test_of_200_orders_out_of_one_reservation_one_draws_it(arena: Arena, seed: int) -> None:
    number = _reserve(FANS, 9)(arena.client()).data["id"]
    assert _statuses(arena.race([_order(FANS, 9, reservationId=number)] * MANY, seed)) == {200: 1, 400: MANY - 1}
    assert [one["status"] for one in arena.client().get("/Reservations").data] == ["Ordered"]
    assert arena.free(FANS) == 0


def test_200_pieces_put_into_the_cart_are_200_and_their_line_is_taken_out_once(arena: Arena, seed: int) -> None:
    body = {"elkoCode": PLENTY, "quantity": 1}
    assert _statuses(arena.race([lambda client: client.post("/Cart/Add", body)] * MANY, seed)) == {200: MANY}
    (line,) = arena.client().get("/Cart").data["lines"]
    assert line["quantity"] == MANY
    removals: list[Ask] = [lambda client: client.delete(f"/Cart/{line['lineId']}")] * MANY
    assert _statuses(arena.race(removals, seed)) == {200: 1, 404: MANY - 1}


def test_200_orders_at_once_are_200_with_a_number_each_and_are_there_after_a_kill(
    tmp_path: Path, lanes: ThreadPoolExecutor
) -> None:
    """With --state; the file has them in the order in which the world has them."""
    first = Served(tmp_path)
    try:
        client = Client(over_port(first.url), token=first.control.world().token)
        asks: list[tuple[Client, Ask]] = [(client, _order(PLENTY, 1 + place % 7)) for place in range(MANY)]
        told = {reply.data["id"]: reply.data for reply in race(lanes, first.url, asks, 1)}
    finally:
        first.kill()
    assert len(told) == MANY
    second = Served(tmp_path)
    try:
        shown = {one["id"]: one for one in second.client().get("/Orders").data}
    finally:
        second.kill()
    assert shown == told
