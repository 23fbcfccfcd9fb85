"""Traffic as real clients make it, mixed: reads old and new, orders, carts, tokens, mistakes; JSON and XML."""

import http.client
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.process import Process
from benchmarks.workloads import BASE, ORDERS, PRODUCTS
from elko_mock.contract.contract import Contract
from elko_mock.trade.fixed import PLENTY
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

_NUMBER = re.compile(rb'(?:"id":"|<id>)(\d+)')
_REQUESTS_PER_CONNECTION = 40
_LIFE = 60.0
"""Seconds after which a world of its own is let go for a new one, or begun anew."""
_LATE = 1.0
"""A lane so many seconds behind its pace does not try to catch up."""


@dataclass
class Book:
    """What the clients have met since it was last read. Several threads write into it."""

    seconds: list[float] = field(default_factory=list)
    """How long each answer took to come whole; those of whole catalogues are left out."""
    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float, problem: str | None) -> None:
        """One answer, or none."""
        with self._lock:
            self.answers += 1
            if kind != "whole catalogue":
                self.seconds.append(seconds)
            if problem is not None:
                self.wrong.append(f"{kind}: {problem}")

    def take(self) -> tuple[list[float], int, list[str]]:
        """All of it; the book is empty afterwards."""
        with self._lock:
            taken = (self.seconds, self.answers, self.wrong)
            self.seconds, self.answers, self.wrong = [], 0, []
            return taken


@dataclass
class Pace:
    """How fast the lanes go together, and until when."""

    rate: float
    """Requests per second of all lanes."""
    hurry: threading.Event = field(default_factory=threading.Event)
    """While it is set, lanes of the default world go as fast as they can, but leave whole catalogues alone: many at a
    time would take memory once, in which a small leak could hide for long."""
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Bodies:
    """Request bodies in one representation."""

    kind: str
    """Content type."""
    order: bytes
    reservation: bytes
    change: bytes
    cart: bytes

    @classmethod
    def of(cls, form: str) -> "Bodies":
        """JSON or XML."""
        contract = Contract.load()

        def encoded(operation: str, data: object) -> bytes:
            body = contract.by_id[operation].body
            if form == "json" or body is None:
                return orjson.dumps(data)
            return Codec(body.schema, contract.components).encode(data, Representation("application/xml", "xml"))

        line = {"elkoCode": PLENTY, "quantity": 2}
        return cls(
            f"application/{form}",
            encoded("createOrder", {"lines": [line], "deliveryInstructions": "to the back door"}),
            encoded("createReservation", {"lines": [line], "customerReference": "soak"}),
            encoded("updateReservation", {"lines": [{**line, "quantity": 1}], "customerReference": "soaked"}),
            encoded("addToCart", line),
        )


class Lane:
    """One client: asks one thing after the other, by chance but from a seed. It lives in the default world and reads
    there, or in a world of its own where it does everything."""

    def __init__(self, number: int, of: int, mock: Process, codes: tuple[int, ...], pace: Pace, book: Book) -> None:
        self._chance = random.Random(number)
        self._number = number
        self._of = of
        self._mock = mock
        self._codes = codes
        self._pace = pace
        self._book = book
        self._bodies = Bodies.of("xml" if number % 3 == 2 else "json")
        self._connection: http.client.HTTPConnection | None = None
        self._world: dict[str, Any] = {}
        self._until = 0.0
        self._generation = 0
        self._orders: list[str] = []
        self._reservations: list[str] = []
        self._token = ""
        self._at_home = number % 2 == 0
        """In the default world."""
        self._kinds = _READS if self._at_home else {**_READS, **_WRITES}

    def live(self) -> None:
        """Until the pace says it is over."""
        due = time.perf_counter()
        while not self._pace.over.is_set():
            if not (self._at_home and self._pace.hurry.is_set()):
                due += self._chance.expovariate(self._pace.rate / self._of)
                ahead = due - time.perf_counter()
                if ahead > 0 and self._pace.over.wait(ahead):
                    break
                due = max(due, time.perf_counter() - _LATE)
            kind = self._chance.choices(tuple(self._kinds), tuple(self._kinds.values()))[0]
            if kind is Lane._whole_catalogue and self._pace.hurry.is_set():
                kind = Lane._same_read
            if time.monotonic() > self._until:
                kind = Lane._settle
            began = time.perf_counter()
            try:
                problem = kind(self)
            except (OSError, http.client.HTTPException) as gone:
                problem = repr(gone)
                self._hang_up()
            self._book.note(kind.__name__.strip("_").replace("_", " "), time.perf_counter() - began, problem)
        self._hang_up()

    # ------------------------------------------------------------------------------------------------------ worlds

    def _settle(self) -> str | None:
        """The default world stays. One's own is begun anew, or let go for another, at some time of its own."""
        self._orders, self._reservations = [], []
        if self._at_home:
            self._world = self._control("GET", "/worlds/default")
        elif self._world and self._chance.random() < 0.5:
            self._world = self._control("POST", f"/worlds/{self._world['name']}/reset")
        else:
            former, self._world = self._world, {}
            if former:
                self._control("DELETE", f"/worlds/{former['name']}")
            self._generation += 1
            self._world = self._control("POST", "/worlds", {"name": f"lane-{self._number}-{self._generation}"})
        self._token = self._world["token"]
        self._until = time.monotonic() + self._chance.uniform(0.5, 1.5) * _LIFE
        return None

    def _control(self, method: str, path: str, body: object = None) -> Any:
        raw = b"" if body is None else orjson.dumps(body)
        status, answer = self._mock.ask(method, f"/_elko{path}", {"Content-Type": "application/json"}, raw)
        if status != 200:
            raise http.client.HTTPException(f"{method} {path} was answered {status}: {answer[:200]!r}")
        return orjson.loads(answer)

    # ---------------------------------------------------------------------------------------------------- requests

    def _ask(
        self, method: str, target: str, body: bytes = b"", wanted: int = 200, headers: Mapping[str, str] | None = None
    ) -> tuple[str | None, bytes]:
        if self._connection is None or self._chance.random() < 1 / _REQUESTS_PER_CONNECTION:
            self._hang_up()
            self._connection = http.client.HTTPConnection("127.0.0.1", self._mock.port, timeout=60)
        sent = {"Authorization": f"Bearer {self._token}", "Accept": self._bodies.kind}
        if self._number % 4 == 0:
            sent["Accept-Encoding"] = "gzip"
        if body:
            sent["Content-Type"] = self._bodies.kind
        self._connection.request(method, target, body or None, {**sent, **(headers or {})})
        answer = self._connection.getresponse()
        raw = answer.read()
        if answer.status != wanted:
            return f"{answer.status} to {method} {target[:60]}, wanted {wanted}: {raw[:120]!r}", raw
        return None, raw

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _some(self, count: int) -> str:
        return ",".join(map(str, self._chance.sample(self._codes, count)))

    def _same_read(self) -> str | None:
        codes = self._codes[:: len(self._codes) // 20][:20]
        return self._ask("GET", f"{PRODUCTS}?elkoCode={','.join(map(str, codes))}")[0]

    def _new_read(self) -> str | None:
        return self._ask("GET", f"{PRODUCTS}?elkoCode={self._some(20)}")[0]

    def _descriptions(self) -> str | None:
        return self._ask("GET", f"{PRODUCTS}/{self._some(5)}/Description")[0]

    def _pictures(self) -> str | None:
        return self._ask("GET", f"{BASE}/Catalog/MediaItems/{self._some(5)}")[0]

    def _availability(self) -> str | None:
        return self._ask("GET", f"{BASE}/Catalog/AvailabilityAndPrice/AvailabilityPrice?elkoCodes={self._some(10)}")[0]

    def _small_read(self) -> str | None:
        paths = ("Catalog/Vendors", "Catalog/Categories", "Catalog/Categories/Tree", "Accounts/My", "Cart")
        return self._ask("GET", f"{BASE}/{self._chance.choice(paths)}")[0]

    def _whole_catalogue(self) -> str | None:
        return self._ask("GET", PRODUCTS)[0]

    def _bad_request(self) -> str | None:
        return self._ask("GET", f"{PRODUCTS}?elkoCode=none", wanted=400)[0]

    def _no_such_path(self) -> str | None:
        return self._ask("GET", f"{BASE}/Catalog/Nothing{self._chance.randrange(1000)}", wanted=404)[0]

    def _wrong_method(self) -> str | None:
        return self._ask("POST", f"{BASE}/Catalog/Vendors", wanted=405)[0]

    def _wrong_token(self) -> str | None:
        """Another each time, so that nothing may keep them."""
        token = f"{self._token[:-8]}{self._chance.getrandbits(32):08x}"
        return self._ask("GET", PRODUCTS, wanted=403, headers={"Authorization": f"Bearer {token}"})[0]

    def _left_in_the_middle(self) -> str | None:
        """A client that goes away with its request half sent."""
        with socket.create_connection(("127.0.0.1", self._mock.port), timeout=10) as sock:
            sock.sendall(b"POST /v3.0/api/Orders HTTP/1.1\r\nHost: elko-mock.test\r\nContent-Length: 1000\r\n\r\n{")
        return None

    def _look_from_outside(self) -> str | None:
        path = self._chance.choice(("", "/account", "/clock", "/faults"))
        return self._ask("GET", f"/_elko/worlds/{self._world['name']}{path}")[0]

    def _journal_read(self) -> str | None:
        path = self._chance.choice(("/journal?limit=10", "/journal/count"))
        return self._ask("GET", f"/_elko/worlds/{self._world['name']}{path}")[0]

    def _order(self) -> str | None:
        problem, raw = self._ask("POST", ORDERS, self._bodies.order)
        if found := _NUMBER.search(raw):
            self._orders.append(found[1].decode())
        return problem

    def _cancel(self) -> str | None:
        if not self._orders:
            return self._order()
        return self._ask("DELETE", f"{ORDERS}/{self._orders.pop()}")[0]

    def _orders_read(self) -> str | None:
        return self._ask(
            "GET", self._chance.choice((ORDERS, f"{BASE}/Reservations", f"{BASE}/Finances/Invoices/true"))
        )[0]

    def _reservation(self) -> str | None:
        problem, raw = self._ask("POST", f"{BASE}/Reservations", self._bodies.reservation)
        if found := _NUMBER.search(raw):
            self._reservations.append(found[1].decode())
        return problem

    def _reservation_changed(self) -> str | None:
        if not self._reservations:
            return self._reservation()
        return self._ask("PUT", f"{BASE}/Reservations/{self._reservations[-1]}", self._bodies.change)[0]

    def _reservation_released(self) -> str | None:
        if not self._reservations:
            return self._reservation()
        return self._ask("DELETE", f"{BASE}/Reservations/{self._reservations.pop()}")[0]

    def _into_the_cart(self) -> str | None:
        return self._ask("POST", f"{BASE}/Cart/Add", self._bodies.cart)[0]

    def _cart_emptied(self) -> str | None:
        return self._ask("DELETE", f"{BASE}/Cart")[0]

    def _token_changed(self) -> str | None:
        body = orjson.dumps({"username": self._world["username"], "password": self._world["password"]})
        as_json = {"Accept": "application/json", "Content-Type": "application/json", "Accept-Encoding": "identity"}
        problem, raw = self._ask("POST", f"{BASE}/Token", body, headers=as_json)
        if problem is None:
            self._token = orjson.loads(raw)
        return problem

    def _a_day_later(self) -> str | None:
        as_json = {"Content-Type": "application/json"}
        path = f"/_elko/worlds/{self._world['name']}/clock/advance"
        self._orders, self._reservations = [], []  # shipped by then, and some day expired
        return self._ask("POST", path, b'{"seconds": 86400}', headers=as_json)[0]


Kind = Callable[[Lane], str | None]
"""Asks, and answers what was wrong with the answer."""

_READS: Mapping[Kind, float] = {
    Lane._same_read: 20,
    Lane._new_read: 20,
    Lane._descriptions: 8,
    Lane._pictures: 6,
    Lane._availability: 10,
    Lane._small_read: 10,
    Lane._whole_catalogue: 0.3,
    Lane._bad_request: 2,
    Lane._no_such_path: 2,
    Lane._wrong_method: 1,
    Lane._wrong_token: 2,
    Lane._left_in_the_middle: 0.5,
    Lane._look_from_outside: 1,
    Lane._journal_read: 0.1,
}
_WRITES: Mapping[Kind, float] = {
    Lane._order: 8,
    Lane._cancel: 6,
    Lane._orders_read: 3,
    Lane._reservation: 4,
    Lane._reservation_changed: 2,
    Lane._reservation_released: 3,
    Lane._into_the_cart: 4,
    Lane._cart_emptied: 2,
    Lane._token_changed: 1,
    Lane._a_day_later: 0.5,
}
