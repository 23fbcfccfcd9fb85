"""A crowd: clients in threads that do all that can be done to worlds until their server dies, and keep the ledgers."""

import http.client
import random
import threading
from collections.abc import Callable, Sequence

from elko_mock.server.client import ControlClient, RemoteWorld
from tests.durability.customer import Customer, fine, lines_of
from tests.durability.ledger import Coming, Going, Ledger, Placing, Told
from tests.durability.serving import PLENTY
from tests.journeys.driving import Client, Reply, over_port

GONE = (OSError, http.client.HTTPException)
"""How a client meets the end of its server."""


class Crowd:
    """The clients of one running server."""

    def __init__(
        self, url: str, shared: Sequence[Ledger], homes: Sequence[Ledger], passing: Ledger | None, seed: str
    ) -> None:
        """Each client has one of the `homes` to itself; the `shared` worlds are everybody's. Given a `passing` world,
        one more client does what writes most."""
        self._problems: list[BaseException] = []
        work: list[Callable[[], None]] = [
            Customer(number, url, shared, home, random.Random(f"{seed}/{number}")).live
            for number, home in enumerate(homes)
        ]
        if passing is not None:
            work.append(_Restless(len(homes), url, shared, passing).live)
        self._threads = [threading.Thread(target=self._until_the_end, args=(live,)) for live in work]
        for thread in self._threads:
            thread.start()

    def _until_the_end(self, live: Callable[[], None]) -> None:
        try:
            live()
        except GONE:
            return
        except BaseException as problem:
            self._problems.append(problem)

    def join(self) -> None:
        """Wait for all of them, once their server is dead. Raises what went wrong before that."""
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive()
        if self._problems:
            raise self._problems[0]


class _Restless:
    """Makes the file do all it can besides writing down calls: moves clocks a little, which writes the whole world each
    time, and has a world come, trade and go."""

    def __init__(self, who: int, url: str, shared: Sequence[Ledger], passing: Ledger) -> None:
        self._who = who
        self._url = url
        self._control = ControlClient(url)
        self._shared = shared
        self._passing = passing

    def live(self) -> None:
        while True:
            for ledger in self._shared:
                told = self._control.ask("POST", f"/_elko/worlds/{ledger.world}/clock/advance", {"seconds": 0.001})
                ledger.known.at = max(ledger.known.at, told["now"])
            if self._passing.told is None:
                self._come()
            self._go()

    def _come(self) -> None:
        passing = self._passing

        def learn(world: RemoteWorld) -> None:
            passing.told = Told(world.token)

        passing.attempt(self._who, Coming(Told("")), lambda: self._control.create_world(name=passing.world), learn)

    def _go(self) -> None:
        passing, told = self._passing, self._passing.known
        client = Client(over_port(self._url), token=told.token)
        mark, lines = f"passing-{len(told.orders)}", ((PLENTY, 1),)
        body = {"lines": lines_of(lines), "deliveryInstructions": mark}

        def learn(reply: Reply) -> None:
            told.orders[fine(reply).data["id"]] = reply.data

        passing.attempt(self._who, Placing(mark, lines), lambda: client.post("/Orders", body), learn)

        def gone(_: object) -> None:
            passing.told = None

        passing.attempt(self._who, Going(), lambda: self._control.ask("DELETE", f"/_elko/worlds/{passing.world}"), gone)
