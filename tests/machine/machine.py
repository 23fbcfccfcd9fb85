"""The machine: sends each call to the server, tells it to the model, and compares what came with what was expected."""

import functools
import sys
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import Any, Concatenate, ParamSpec

from hypothesis import currently_in_test_context, note
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.machine import draws
from tests.machine.agreement import Difference, agree
from tests.machine.bench import Bench
from tests.machine.draws import Amount, Wanted
from tests.machine.judge import invoices_make_their_orders, judge, never_below_zero
from tests.machine.manner import PLAIN, XML, Manner
from tests.machine.model.answers import Expected, No, Yes
from tests.machine.model.days import SECOND, moment
from tests.machine.model.goods import PARTS, PLENTY
from tests.machine.model.setting import SECOND_FACTOR, Setting
from tests.machine.model.world import Call, World

HERE = "127.0.0.1"
P = ParamSpec("P")
_CREDENTIAL = object()


class Machine(RuleBasedStateMachine):
    """One world, its model, and a client with a token in its hand. Rules stand in `tests.machine.rules`."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.client = bench.client
        self.world: World = None  # type: ignore[assignment]  # made by `begin`, which comes first
        self.hand: str | None = None
        """The token that the client holds, in force or dead."""
        self.caller = HERE
        self.patience = 0
        self.whole = False
        self.last_read: Call | None = None

    @initialize(setting=draws.settings())
    def begin(self, setting: Setting) -> None:
        """A world of its own."""
        self.world = self.bench.world(setting)
        self.hand = self.world.gate.tokens[-1] if setting.token_created else None
        self.whole = True

    # ------------------------------------------------------------------------------------------------- calls

    def ask(
        self,
        operation: str,
        method: str,
        path: str,
        manner: Manner = PLAIN,
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: Any = None,
        wrong: No | None = None,
        authorization: Any = _CREDENTIAL,
        caller: str | None = None,
        **arguments: Any,
    ) -> tuple[Expected, Any]:
        """One call: what was expected of it, and the data of its answer. Raises Difference."""
        return self.send(
            Call(operation, method, path, query, body, arguments, wrong), manner, authorization, caller or self.caller
        )

    def send(
        self, call: Call, manner: Manner, authorization: Any = _CREDENTIAL, caller: str = HERE
    ) -> tuple[Expected, Any]:
        """The same, for a call put together already."""
        world = self.world
        self.wait(world.setting.pace)
        if authorization is _CREDENTIAL:
            authorization = None if self.hand is None else f"{manner.scheme}{self.hand}"
        headers = {} if authorization is None else {"Authorization": authorization}
        if not _names_its_world(call, authorization, world):
            headers["X-Elko-World"] = world.name
        if caller != HERE:
            headers["X-Forwarded-For"] = caller
        expected = world.hear(call, authorization, caller)
        reply = self.client.call(call, manner, headers)
        tell(f"    {_told(call, manner)} -> {reply.status} {reply.reason or ''}")
        try:
            data = agree(expected, reply, manner, head=call.method == "HEAD")
            date = format_datetime(moment(world.now).replace(microsecond=0), usegmt=True)
            assert reply.headers["date"] == date, f"dated {reply.headers['date']}, expected {date}"
            where = reply.headers["x-elko-world"], int(reply.headers["x-elko-exchange"])
            assert where == (world.name, world.exchanges), f"in world and exchange {where}"
            if reply.status == 403 and call.method != "HEAD":  # whatever the cause (ledger, forbidden-is-one)
                first = self.bench.forbidden.setdefault(manner.problem_type, reply.raw)
                assert reply.raw == first, f"403 is not always the same: {reply.raw!r}, before {first!r}"
            if isinstance(expected, Yes):
                judge(expected.kind, data, world.setting.vat_percent)
        except AssertionError as wrong:
            raise Difference(f"{_told(call, manner)}\n{wrong}") from None
        if call.method == "GET":
            self.last_read = call
        self._count(call, expected, data)
        self.bench.met["packed"] += "content-encoding" in reply.headers
        return expected, data

    def _count(self, call: Call, expected: Expected, data: Any) -> None:
        self.bench.calls += 1
        met, gate, now = self.bench.met, self.world.gate, self.world.now
        if isinstance(expected, No):
            self.world.refused[expected.reason] += 1
            met["a microsecond before the block ends"] += expected.reason == "blocked" and now == gate.blocked_until - 1
            met[expected.reason] += 1
            return
        met["200"] += 1
        met["without a limit"] += not gate.limit.calls
        met["in a fixed window"] += gate.limit.kind == "fixed"
        met["the moment the block ends"] += now == gate.blocked_until and gate.limit.block > 0
        met["a window after a call"] += now - gate.limit.window in gate.counted
        if expected.kind == "string":
            self.hand = self.world.gate.tokens[-1] = data
        if expected.kind == "Order" and call.method == "POST":
            lines, shelf = self.world.trade.orders[-1].lines, self.world.trade.shelf
            met["not the price for many"] += any(x.got < (shelf.goods[x.code].from2 or 0) <= x.asked for x in lines)
            met["price for many"] += any(
                shelf.goods[x.code].from2 and x.price != shelf.prices(x.code)[1] for x in lines
            )
            met["sold out when asked for"] += bool(shelf.sold_out)
            met["dearer when ordered"] += any(line.code in shelf.moved for line in lines)
            met["a kit"] += any(line.code in PARTS and line.got for line in lines)
            met["in part"] += any(line.got < line.asked for line in lines)
            met["promised"] += any(line.promised for line in lines)
            met["two parcels"] += len(self.world.trade.orders[-1].parcels) > 1
            met["from a reservation"] += data["reservationId"] is not None
        if expected.kind.removeprefix("ArrayOf") in {"Order", "Reservation"}:
            met.update(one["status"] for one in (data if isinstance(data, list) else [data]))
        if expected.kind == "ArrayOfInvoice":
            met["invoices"] += bool(data)

    def control(self, method: str, path: str, body: Any = None, expected: tuple[int, str] | None = None) -> Any:
        """One call of the control plane, below this world. Raises Difference when it is not answered as expected."""
        status, data = self.client.control(method, f"/{self.world.name}{path}", body)
        shown = "bytes" if isinstance(body, bytes) else body or ""
        tell(f"    {method} /_elko/worlds/{self.world.name}{path} {shown} -> {status}")
        code = data.get("code") if status != 200 and isinstance(data, dict) else None
        wanted = expected or (200, None)
        if (status, code) != wanted:
            raise Difference(f"{method} {path} {body or ''}: expected {wanted}, came {status} {data}")
        if expected is not None:
            self.bench.met[expected[1]] += 1
        return data

    def wait(self, microseconds: int) -> None:
        """Let the world's time pass."""
        if microseconds:
            self.world.now += microseconds
            how = {"seconds": microseconds / SECOND} if microseconds < 1000 * SECOND else {"until": str(self.world.now)}
            clock = self.control("POST", "/clock/advance", how)
            assert clock["now"] == self.world.now, (clock, self.world.now)

    # ----------------------------------------------------------------------------------------- bad situations

    @property
    def shut_out(self) -> str | None:
        """Why the next call will be refused whatever it asks for."""
        gate = self.world.gate
        if not gate.terms:
            return "terms"
        if not gate.lets_in(self.caller):
            return "address"
        if gate.left(self.world.now) == 0:
            return "rate"
        return None if gate.live and self.hand is not None and gate.tokens[-1] == self.hand else "token"

    def come_round(self) -> None:
        """After a few refusals a client sorts its access out."""
        if self.shut_out is None:
            return
        if self.patience > 0:
            self.patience -= 1
            return
        self.let_in()

    def let_in(self) -> None:
        """Do all that the account's page and some waiting can do."""
        gate = self.world.gate
        if not gate.terms:
            gate.terms = True
            self.control("PUT", "/account/terms")
        if not gate.lets_in(self.caller):
            address = "203.0.113.0/24" if self.caller.startswith("203.") else f"{self.caller}"
            self.control("POST", "/account/addresses", {"address": address}, gate.add_address(address))
        if self.hand is None or not gate.live or gate.tokens[-1] != self.hand:
            self.new_token_on_the_page()
        if (
            gate.left(self.world.now) == 0
        ):  # a microsecond too early; in the moment itself, if that began the block anew
            now = self.world.now
            end = gate.blocked_until if now < gate.blocked_until else self.world.edges()[0]
            self.wait(max(0, end - now - self.world.setting.pace - 1))
            self.ask("cart", "GET", "/Cart")
            self.wait(1)
            if gate.left(self.world.now) == 0:
                self.ask("cart", "GET", "/Cart")
        while gate.left(self.world.now) == 0:
            self.wait(self.world.edges()[0] - self.world.now)
        self.patience = self.world.exchanges % 4

    def new_token_on_the_page(self) -> None:
        """Made by the client itself."""
        gate = self.world.gate
        told = self.control("POST", "/account/token", {"secondFactor": SECOND_FACTOR})["token"]
        gate.new_token(told)
        if complaint := self.world.token().complaint(told):
            raise Difference(f"a new token is {told}, expected {complaint}")
        self.hand = told

    def put_back(self, taken: bytes) -> None:
        """Put a snapshot in this world's place; its journal begins anew."""
        self.control("PUT", "/snapshot", taken)
        self.world.exchanges = 0
        self.world.refused.clear()
        self.bench.met["put back"] += 1

    # ---------------------------------------------------------------------------------------------- drawn things

    def code(self, drawn: int) -> int:
        """A product's code."""
        others = [code for code in self.world.goods.goods if not 9_000_000 < code < 9_000_100 and code != 1341426]
        return others[drawn] if drawn < 10 else drawn

    def pieces(self, code: int, amount: Amount) -> int:
        """How many pieces are meant."""
        if isinstance(amount, int):
            return amount
        free = self.world.trade.shelf.free(code, self.world.now) if code in self.world.goods.goods else 1
        return max(1, free + {"all": 0, "all but one": -1, "one too many": 1}[amount])

    def lines(self, wanted: list[Wanted]) -> list[dict[str, Any]]:
        """Lines of a request."""
        found = []
        for one in wanted:
            code = self.code(one.code)
            found.append({"elkoCode": code, "quantity": self.pieces(code, one.amount)} | dict(one.beside))
        return found

    def order_number(self, pick: int) -> str:
        """One of the orders, the latest first, mostly an open one; 7, and where there is none: an unknown one."""
        trade, now = self.world.trade, self.world.now
        open_ones = [one for one in trade.orders if one.status(now) in {"Placed", "Confirmed"}]
        orders = open_ones if open_ones and pick < 5 else trade.orders
        return orders[-1 - pick % len(orders)].id if orders and pick < 7 else "no-such-order"

    def reservation_number(self, pick: int) -> str:
        """One of the reservations, likewise."""
        there = self.world.trade.reservations
        active = [one for one in there if one.held]
        reservations = active if active and pick < 5 else there
        return reservations[-1 - pick % len(reservations)].id if reservations and pick < 7 else "7"

    def have_a_reservation(self, wanted: list[Wanted], manner: Manner) -> None:
        """One that holds something, if stock allows."""
        if not any(one.held for one in self.world.trade.reservations):
            body = {"lines": self.lines(wanted), "allOrNothing": False}
            self.ask("reserve", "POST", "/Reservations", manner, body=body)

    # ------------------------------------------------------------------------------------------------- always

    def nothing_is_below_zero(self) -> None:
        """In the model, which agrees with the server in all that was asked so far."""
        shelf, now = self.world.trade.shelf, self.world.now
        for order in self.world.trade.orders[-3:]:
            for line in order.lines:
                for part in self.world.goods.goods[line.code].contents:
                    promised = 0 if shelf.has_come(part, now) else shelf.promised(part)
                    assert part == PLENTY or shelf.taken(part) - promised <= shelf.ever(part, now), part

    def teardown(self) -> None:
        """In the end everything is read once more, in both forms."""
        if self.world is None:
            return
        try:
            if self.whole and sys.exc_info()[0] is None:
                self._read_everything()
        finally:
            self.client.control("DELETE", f"/{self.world.name}")

    def _read_everything(self) -> None:
        tell("in the end:")
        seen: dict[str, Any] = {}
        for manner in (PLAIN, XML):
            for operation, path, arguments in _EVERYTHING:
                seen[path] = None
                while seen[path] is None:  # another user may yet do something behind the client's back
                    self.let_in()
                    seen[path] = self.ask(operation, "GET", path, manner, **arguments)[1]
        invoices_make_their_orders(seen["/Finances/Invoices/true"], seen["/Orders"])
        shelf = self.world.trade.shelf
        ever = {
            code: shelf.pieces(code) + (shelf.expected(code) or (0, 0))[0]
            for code in self.world.goods.goods
            if code != PLENTY
        }
        never_below_zero(seen["/Orders"], seen["/Catalog/Products"], ever)
        told = self.control("GET", "")
        assert told["exchanges"] == self.world.exchanges, f"{told}, expected {self.world.exchanges} exchanges"
        for reason, many in self.world.refused.most_common(1):
            count = self.control("GET", f"/journal/count?reason={reason}")["count"]
            assert count == many, f"the journal has {reason} {count} times, expected {many}"


_EVERYTHING: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("products", "/Catalog/Products", {}),
    ("availability", "/Catalog/AvailabilityAndPrice/AvailabilityIncomingPrice", {"kind": "AvailabilityIncomingPrice"}),
    ("list_orders", "/Orders", {}),
    ("list_reservations", "/Reservations", {}),
    ("cart", "/Cart", {}),
    ("invoices", "/Finances/Invoices/true", {"additional": True}),
)


def step(**drawn: Any) -> Callable[[Callable[Concatenate[Any, P], None]], Callable[Concatenate[Any, P], None]]:
    """A rule that counts as a step."""

    def made(method: Callable[Concatenate[Any, P], None]) -> Callable[Concatenate[Any, P], None]:
        @functools.wraps(method)
        def stepped(self: Machine, *given: P.args, **named: P.kwargs) -> None:
            self.bench.steps[method.__name__] += 1
            self.whole = False
            self.come_round()
            method(self, *given, **named)
            self.nothing_is_below_zero()
            self.whole = True

        ruled: Callable[Concatenate[Any, P], None] = rule(**drawn)(stepped)  # type: ignore[no-untyped-call]
        return ruled

    return made


def tell(text: str) -> None:
    """A line of the story that hypothesis tells of a failure."""
    if currently_in_test_context():
        note(text)


def _names_its_world(call: Call, authorization: str | None, world: World) -> bool:
    """Whether the call itself says whose it is: by a token of that world, or by its user's name."""
    words = (authorization or "").split()
    if len(words) in {1, 2} and words[-1].strip('"') in world.gate.tokens:
        return True
    named = isinstance(call.body, dict) and call.body.get("username") == world.gate.username
    return named and call.method == "POST" and authorization is None


def _told(call: Call, manner: Manner) -> str:
    query = "".join(f"{'&' if place else '?'}{name}={value}" for place, (name, value) in enumerate(call.query))
    body = "" if call.body is None else f" {call.body}"
    return f"{call.method} {call.path}{query}{body} ({manner.body} in, {manner.accept} out)"
