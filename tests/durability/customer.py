"""A customer: one client that does all that can be done to worlds until its server dies, and keeps their ledgers."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from elko_mock.server.client import ControlClient, RemoteWorld
from tests.durability.ledger import (
    ANYWHERE,
    KIT,
    STOCK,
    Becoming,
    Cancelling,
    Changing,
    Coming,
    Going,
    Ledger,
    Lines,
    NewToken,
    Placing,
    Releasing,
    Reserving,
    Row,
    Told,
    changed,
)
from tests.durability.serving import PLENTY
from tests.journeys.driving import Client, Form, Reply, over_one_connection, over_port

_CODES = (PLENTY, PLENTY, KIT, *STOCK)
_END_USER = {"company": "Ā & <B>", "contactName": "Žanna", "city": "Rīga", "isNaturalPerson": False, "pickupPoint": 3}


class Customer:
    """Trades in the shared worlds, and does as it likes in a world that it has to itself."""

    def __init__(self, who: int, url: str, shared: Sequence[Ledger], home: Ledger, chance: random.Random) -> None:
        self._who = who
        self._url = url
        self._shared = shared
        self._home = home
        self._chance = chance
        self._count = 0
        self._mark = f"{who}-{chance.getrandbits(48):x}"
        self._control = ControlClient(url)
        self._saved: tuple[bytes, Told] | None = None

    def live(self) -> None:
        """Until it raises, as the end of its server makes it."""
        form: Form = "xml" if self._who % 2 else "json"
        with over_one_connection(self._url) as kept:
            send = over_port(self._url) if self._who % 3 else kept
            self._clients = {one.world: Client(send, form, token=one.known.token) for one in self._shared}
            self._inside = Client(send, form)
            self._do_something_for_ever()

    def _do_something_for_ever(self) -> None:
        while True:
            if self._chance.random() < 0.6:
                ledger = self._chance.choice(self._shared)
                self._trade(ledger, self._clients[ledger.world])
            else:
                self._at_home()

    # ------------------------------------------------------------------------------------------------------ trade

    def _trade(self, ledger: Ledger, client: Client) -> None:
        verbs = (self._place, self._cancel, self._reserve, self._change, self._release, self._draw)
        self._chance.choices(verbs, (45, 20, 12, 8, 8, 7))[0](ledger, client)

    def _place(self, ledger: Ledger, client: Client) -> None:
        lines = self._lines()
        body = {"lines": lines_of(lines), "orderIfAllAvailable": self._chance.random() < 0.3}
        if self._chance.random() < 0.3:
            body["enduser"] = _END_USER
        self._ordered(ledger, client, body, lines, None)

    def _draw(self, ledger: Ledger, client: Client) -> None:
        row = self._mine(ledger.known.reservations, "customerReference", "Active")
        if row is None:
            return self._place(ledger, client)
        lines = tuple((line["elkoCode"], line["quantity"]) for line in row["lines"] if line["quantity"])
        body = {"lines": lines_of(lines), "reservationId": row["id"]}
        return self._ordered(ledger, client, body, lines, row["id"])

    def _ordered(self, ledger: Ledger, client: Client, body: Row, lines: Lines, reservation: str | None) -> None:
        mark = self._next()
        told = ledger.known

        def learn(reply: Reply) -> None:
            if _granted(reply):
                assert reply.data["deliveryInstructions"] == mark
                told.orders[reply.data["id"]] = reply.data
                if reservation is not None:
                    told.reservations[reservation] = {**told.reservations[reservation], "status": "Ordered"}

        attempt = Placing(mark, lines, reservation)
        ledger.attempt(
            self._who, attempt, lambda: client.post("/Orders", {**body, "deliveryInstructions": mark}), learn
        )

    def _cancel(self, ledger: Ledger, client: Client) -> None:
        row = self._mine(ledger.known.orders, "deliveryInstructions", "Placed", "Confirmed")
        if row is None:
            return self._place(ledger, client)
        told = ledger.known

        def learn(reply: Reply) -> None:
            if _granted(reply):
                assert reply.data["status"] == "Cancelled"
                told.orders[row["id"]] = reply.data

        attempt = Cancelling(row["id"])
        ledger.attempt(self._who, attempt, lambda: client.delete(f"/Orders/{row['id']}"), learn)
        return None

    def _reserve(self, ledger: Ledger, client: Client) -> None:
        mark, lines = self._next(), self._lines()
        body = {"lines": lines_of(lines), "customerReference": mark, "allOrNothing": self._chance.random() < 0.5}
        self._reserved(ledger, Reserving(mark, lines), lambda: client.post("/Reservations", body))

    def _change(self, ledger: Ledger, client: Client) -> None:
        row = self._mine(ledger.known.reservations, "customerReference", "Active")
        if row is None:
            return self._reserve(ledger, client)
        mark, lines = self._next(), self._lines()
        body = {"lines": lines_of(lines), "customerReference": mark, "allOrNothing": self._chance.random() < 0.5}
        ask = lambda: client.put(f"/Reservations/{row['id']}", body)  # noqa: E731
        return self._reserved(ledger, Changing(row["id"], mark, lines), ask)

    def _release(self, ledger: Ledger, client: Client) -> None:
        row = self._mine(ledger.known.reservations, "customerReference", "Active")
        if row is None:
            return self._reserve(ledger, client)
        return self._reserved(ledger, Releasing(row["id"]), lambda: client.delete(f"/Reservations/{row['id']}"))

    def _reserved(self, ledger: Ledger, attempt: Reserving | Changing | Releasing, ask: Callable[[], Reply]) -> None:
        told = ledger.known

        def learn(reply: Reply) -> None:
            if _granted(reply):
                told.reservations[reply.data["id"]] = reply.data

        ledger.attempt(self._who, attempt, ask, learn)

    # ------------------------------------------------------------------------------------------------------- home

    def _at_home(self) -> None:
        home = self._home
        if home.told is None:
            self._come()
            return
        self._inside.token = home.told.token
        verbs: dict[Callable[[], None], int] = {
            lambda: self._trade(home, self._inside): 40,
            self._fill_the_cart: 8,
            self._take_out_of_the_cart: 4,
            self._empty_the_cart: 3,
            self._issue: 8,
            self._press_the_button: 4,
            self._let_in: 4,
            self._withdraw: 3,
            self._plan_faults: 6,
            self._pass_time: 6,
            self._begin_anew: 3,
            self._save: 3,
            self._put_back: 3,
            self._go: 4,
        }
        self._chance.choices(tuple(verbs), tuple(verbs.values()))[0]()

    def _come(self) -> None:
        home = self._home
        told = Told("", stands=self._who % 2 == 0)

        def learn(world: RemoteWorld) -> None:
            home.told = changed(told, token=world.token)

        wanted = {"name": home.world, "clock": {"frozen": told.stands}}
        home.attempt(self._who, Coming(told), lambda: self._control.create_world(**wanted), learn)
        self._saved = None
        self._look_at_the_clock()

    def _go(self) -> None:
        home = self._home

        def learn(_: object) -> None:
            home.told = None

        home.attempt(self._who, Going(), lambda: self._ask("DELETE", ""), learn)

    def _becomes(self, told: Told, ask: Callable[[], Any]) -> Any:
        home = self._home

        def learn(_: object) -> None:
            home.told = told

        return home.attempt(self._who, Becoming(told), ask, learn)

    def _fill_the_cart(self) -> None:
        code, pieces = self._chance.choice((PLENTY, 9000008, 9000016)), self._chance.randint(1, 3)
        told = self._home.known
        cart = {**told.cart, code: told.cart.get(code, 0) + pieces}
        self._becomes(
            changed(told, cart=cart),
            lambda: fine(self._inside.post("/Cart/Add", {"elkoCode": code, "quantity": pieces})),
        )

    def _take_out_of_the_cart(self) -> None:
        lines = self._inside.get("/Cart").data["lines"]
        if lines:
            line = self._chance.choice(lines)
            cart = {code: pieces for code, pieces in self._home.known.cart.items() if code != line["elkoCode"]}
            path = f"/Cart/{line['lineId']}"
            self._becomes(changed(self._home.known, cart=cart), lambda: fine(self._inside.delete(path)))

    def _empty_the_cart(self) -> None:
        self._becomes(changed(self._home.known, cart={}), lambda: fine(self._inside.delete("/Cart")))

    def _issue(self) -> None:
        body = {"username": f"elko-mock+{self._home.world}", "password": "elko-mock"}
        self._new_token(lambda: fine(self._inside.post("/Token", body)).data)

    def _press_the_button(self) -> None:
        self._new_token(lambda: self._ask("POST", "/account/token", {"secondFactor": "000000"})["token"])

    def _new_token(self, ask: Callable[[], str]) -> None:
        told = self._home.known

        def learn(token: str) -> None:
            told.dead.append(told.token)
            told.token = token

        self._home.attempt(self._who, NewToken(), ask, learn)

    def _let_in(self) -> None:
        told = self._home.known
        if told.addresses == ANYWHERE:
            self._becomes(
                changed(told, addresses=(*ANYWHERE, "192.0.2.7")),
                lambda: self._ask("POST", "/account/addresses", {"address": "192.0.2.7"}),
            )
        else:
            self._becomes(
                changed(told, addresses=ANYWHERE), lambda: self._ask("DELETE", "/account/addresses?address=192.0.2.7")
            )

    def _withdraw(self) -> None:
        told = self._home.known
        self._becomes(changed(told, terms=False), lambda: self._ask("DELETE", "/account/terms"))
        self._becomes(told, lambda: self._ask("PUT", "/account/terms"))

    def _plan_faults(self) -> None:
        told = self._home.known
        if told.faults:
            self._becomes(changed(told, faults=()), lambda: self._ask("DELETE", "/faults"))
        else:
            rule = {"name": "none", "operation": "getMediaItems", "respond": 404}
            self._becomes(changed(told, faults=("none",)), lambda: self._ask("PUT", "/faults", [rule]))

    def _pass_time(self) -> None:
        told = self._home.known
        self._becomes(
            changed(told, at=told.at + 1_000_000), lambda: self._ask("POST", "/clock/advance", {"seconds": 1})
        )
        self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        self._home.known.at = self._ask("GET", "/clock")["now"]

    def _begin_anew(self) -> None:
        fresh = Told("", stands=self._home.known.stands)
        if self._chance.random() < 0.5:
            answer = self._becomes(fresh, lambda: self._ask("POST", "/reset"))
            fresh.token = answer["token"]
        else:
            headers = {"X-Elko-World": self._home.world}
            send = over_port(self._url)
            self._becomes(fresh, lambda: _fine_status(send("POST", "/__admin/reset", headers, b"")[0]))
            fresh.token = self._control.world(self._home.world).token
        self._look_at_the_clock()

    def _save(self) -> None:
        self._saved = (self._ask("GET", "/snapshot"), changed(self._home.known))

    def _put_back(self) -> None:
        if self._saved is None:
            return self._save()
        data, told = self._saved
        self._becomes(changed(told, dead=[]), lambda: self._ask("PUT", "/snapshot", data))
        return self._look_at_the_clock()

    # ---------------------------------------------------------------------------------------------------- helpers

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        return self._control.ask(method, f"/_elko/worlds/{self._home.world}{path}", body)

    def _next(self) -> str:
        self._count += 1
        return f"{self._mark}-{self._count}"

    def _lines(self) -> Lines:
        codes = self._chance.sample(_CODES, self._chance.randint(1, 3))
        return tuple((code, self._chance.randint(1, 3)) for code in dict.fromkeys(codes))

    def _mine(self, rows: dict[str, Row], mark: str, *statuses: str) -> Row | None:
        """One that this client made; others have theirs."""
        found = [
            row for row in list(rows.values()) if (row[mark] or "").startswith(self._mark) and row["status"] in statuses
        ]
        return self._chance.choice(found) if found else None


def lines_of(lines: Lines) -> list[Row]:
    """As a request has them."""
    return [{"elkoCode": code, "quantity": pieces} for code, pieces in lines]


def _granted(reply: Reply) -> bool:
    """Done, or refused as business is: there was not enough, or it was too late."""
    assert reply.status in {200, 400}, (reply.status, reply.reason, reply.raw)
    return reply.status == 200


def fine(reply: Reply) -> Reply:
    """The reply, which is no refusal."""
    assert reply.status == 200, (reply.status, reply.reason, reply.raw)
    return reply


def _fine_status(status: int) -> None:
    assert status == 200
