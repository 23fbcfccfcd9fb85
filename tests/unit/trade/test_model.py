"""The trade against a plain reference model: whatever is done in whatever order, nothing is sold twice or lost."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from elko_mock.clock import DAY, HOUR
from elko_mock.trade.money import tax, to_cents
from elko_mock.trade.product import Kit, KitPart
from elko_mock.trade.refusals import Refusal
from elko_mock.trade.trade import Trade
from elko_mock.trade.twists import DeliveryKind, Twists
from tests.unit.trade.dealing import BULK, INK, OPENED, PAD, PEN, SET, lines, product, shop

CODES = st.sampled_from([PEN, INK, PAD, SET, BULK])
WANTED = st.lists(st.tuples(CODES, st.integers(1, 9)), min_size=1, max_size=4)
START = {PEN: 9, INK: 7, PAD: 2, BULK: 30}
COMING = {PAD: 5}
ARRIVAL = (OPENED // DAY + 2) * DAY
PARTS = {SET: {PEN: 1, INK: 2}}
PRICES = {PEN: 333, INK: 99, PAD: 1_001, SET: 499, BULK: 1}


def pieces(code: int, quantity: int) -> dict[int, int]:
    return {part: each * quantity for part, each in PARTS.get(code, {code: 1}).items()}


class Dealing(RuleBasedStateMachine):
    """Orders and reservations in any order, under one way of delivering."""

    delivery: DeliveryKind = "whole"
    orders = Bundle("orders")
    kept = Bundle("kept")

    def __init__(self) -> None:
        super().__init__()
        self.trade = shop(
            product(PEN, 9, 333),
            product(INK, 7, 99),
            product(PAD, 2, 1_001, incoming=5, incoming_day=2),
            product(SET, 0, 499, kit=Kit((KitPart(PEN, 1), KitPart(INK, 2)), (PAD,))),
            product(BULK, 30, 1),
            twists=Twists(delivery=self.delivery),
        )
        self.now = OPENED
        # The model: what is where, by piece; what each order and reservation has.
        self.sold: dict[str, dict[int, int]] = {}
        self.waiting: dict[str, dict[int, int]] = {}
        self.held: dict[str, dict[int, int]] = {}
        self.ends: dict[str, int] = {}

    # -------------------------------------------------------------------------------------------- reference model

    def left(self) -> dict[int, int]:
        """Pieces of parts on the shelf by the model."""
        arrived = self.now >= ARRIVAL
        free = {code: START[code] + (COMING.get(code, 0) if arrived else 0) for code in START}
        for lot in self.sold.values():
            for code, quantity in lot.items():
                for part, count in pieces(code, quantity).items():
                    free[part] -= count
        if arrived:
            free[PAD] -= self.promised()
        for lot in self.held.values():
            for code, quantity in lot.items():
                for part, count in pieces(code, quantity).items():
                    free[part] -= count
        return free

    def promised(self) -> int:
        return sum(lot.get(PAD, 0) for lot in self.waiting.values())

    def fill(self, free: dict[int, int], code: int, wanted: int) -> int:
        """As many as fit, taken off `free`."""
        fits = min(free[part] // each for part, each in PARTS.get(code, {code: 1}).items())
        taken = min(wanted, fits)
        for part, count in pieces(code, taken).items():
            free[part] -= count
        return taken

    def added_up(self, wanted: list[tuple[int, int]]) -> dict[int, int]:
        found: dict[int, int] = {}
        for code, quantity in wanted:
            found[code] = found.get(code, 0) + quantity
        return found

    def to_come(self) -> int:
        return COMING[PAD] - self.promised() if self.now < ARRIVAL else 0

    # ------------------------------------------------------------------------------------------------------ rules

    @rule(target=orders, wanted=WANTED, strict=st.booleans())
    def order(self, wanted: list[tuple[int, int]], strict: bool) -> Any:
        return self.placed(wanted, strict, None)

    @rule(target=orders, wanted=WANTED, strict=st.booleans(), source=kept)
    def order_reserved(self, wanted: list[tuple[int, int]], strict: bool, source: str) -> Any:
        if not any(self.held.get(source, {}).values()):
            answer = self.trade.place_order(self.now, lines(*wanted, reservationId=source))
            assert isinstance(answer, Refusal)
            assert answer.code == "reservation-not-active"
            return multiple()
        return self.placed(wanted, strict, source)

    def placed(self, wanted: list[tuple[int, int]], strict: bool, source: str | None) -> Any:
        request = lines(*wanted, orderIfAllAvailable=strict, reservationId=source)
        free, asked = self.left(), self.added_up(wanted)
        held = dict(self.held.get(source or "", {}))
        sold, waits = {}, {}
        to_come = self.to_come() if self.delivery == "backorder" else 0
        for code, quantity in asked.items():
            from_held = min(held.get(code, 0), quantity)
            fresh = self.fill(free, code, quantity - from_held)
            sold[code] = from_held + fresh
            waits[code] = min(quantity - sold[code], to_come) if code == PAD else 0
        answer = self.trade.place_order(self.now, request)
        short = any(sold[code] < quantity for code, quantity in asked.items())
        if (strict and short) or not any((*sold.values(), *waits.values())):
            assert isinstance(answer, Refusal)
            assert answer.code in {"out-of-stock", "above-stock"}
            return multiple()
        assert not isinstance(answer, Refusal)
        assert {line["elkoCode"]: line["quantity"] for line in answer["lines"]} == {
            code: sold[code] + waits[code] for code in asked
        }
        assert {line["elkoCode"]: line["quantityRequested"] for line in answer["lines"]} == asked
        number = str(answer["id"])
        if source is not None:
            for code, quantity in asked.items():
                self.held[source][code] = held.get(code, 0) - min(held.get(code, 0), quantity)
        self.sold[number], self.waiting[number] = sold, waits
        return number

    @rule(number=orders)
    def cancel(self, number: str) -> None:
        status = self.trade.order(self.now, number)["status"]  # type: ignore[index]
        answer = self.trade.cancel_order(self.now, number)
        if status in {"Placed", "Confirmed"}:
            assert not isinstance(answer, Refusal)
            self.sold[number], self.waiting[number] = {}, {}
        else:
            assert isinstance(answer, Refusal)
            assert answer.code == "order-not-open"

    @rule(target=kept, wanted=WANTED, strict=st.booleans())
    def reserve(self, wanted: list[tuple[int, int]], strict: bool) -> Any:
        free, asked = self.left(), self.added_up(wanted)
        lot = {code: self.fill(free, code, quantity) for code, quantity in asked.items()}
        answer = self.trade.reserve(self.now, lines(*wanted, allOrNothing=strict))
        if (strict and lot != asked) or not any(lot.values()):
            assert isinstance(answer, Refusal)
            return multiple()
        assert not isinstance(answer, Refusal)
        number = str(answer["id"])
        self.held[number] = lot
        self.ends[number] = (self.now // DAY + 8) * DAY
        return number

    @rule(number=kept, wanted=WANTED, strict=st.booleans())
    def change(self, number: str, wanted: list[tuple[int, int]], strict: bool) -> None:
        answer = self.trade.change_reservation(self.now, number, lines(*wanted, allOrNothing=strict))
        before = self.held[number]
        if not any(before.values()):
            assert isinstance(answer, Refusal)
            assert answer.code == "reservation-not-active"
            return
        asked = self.added_up(wanted)
        lot = {code: min(before.get(code, 0), quantity) for code, quantity in asked.items()}
        self.held[number] = dict(lot)
        free = self.left()
        for code, quantity in asked.items():
            lot[code] += self.fill(free, code, quantity - lot[code])
        if (strict and lot != asked) or not any(lot.values()):
            assert isinstance(answer, Refusal)
            self.held[number] = before
        else:
            assert not isinstance(answer, Refusal)
            assert {line["elkoCode"]: line["quantity"] for line in answer["lines"]} == lot
            self.held[number] = lot

    @rule(number=consumes(kept))
    def release(self, number: str) -> None:
        answer = self.trade.release(self.now, number)
        assert isinstance(answer, Refusal) != any(self.held[number].values())
        self.held[number] = {}

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 3, 24 * 9]))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR
        for number, end in self.ends.items():
            if end <= self.now:
                self.held[number] = {}

    @rule()
    def restart(self) -> None:
        self.trade = Trade.restore(self.trade.catalog, self.trade.snapshot())

    # ------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def stock_is_what_the_model_says(self) -> None:
        free = self.left()
        assert min(free.values()) >= 0
        rows = {row["id"]: row for row in self.trade.products(self.now)}
        for code in START:
            assert rows[code]["quantity"] == str(free[code])
        assert rows[SET]["quantity"] == str(min(free[PEN], free[INK] // 2))
        assert rows[PAD]["incomingQuantity"] == self.to_come()
        for code, row in rows.items():
            assert row["reservedQuantity"] == sum(lot.get(code, 0) for lot in self.held.values())

    @invariant()
    def nothing_is_lost_or_sold_twice(self) -> None:
        """All that was ever there is on the shelf, in a reservation, in an order, or on its way."""
        taken = dict.fromkeys(START, 0)
        for order in self.trade.orders(self.now):
            for line in order["lines"] if order["status"] != "Cancelled" else ():
                for part, count in pieces(line["elkoCode"], line["quantity"]).items():
                    taken[part] += count
        rows = {row["id"]: row for row in self.trade.products(self.now)}
        held = dict.fromkeys(START, 0)
        for code, row in rows.items():
            for part, count in pieces(code, row["reservedQuantity"]).items():
                held[part] += count
        for code, start in START.items():
            there = int(rows[code]["quantity"]) + rows[code]["incomingQuantity"]
            assert there + taken[code] + held[code] == start + COMING.get(code, 0)

    @invariant()
    def sums_are_right_to_the_cent(self) -> None:
        for order in self.trade.orders(self.now):
            for line in order["lines"]:
                amount = line["quantity"] * PRICES[line["elkoCode"]]
                assert to_cents(line["sum"]) == amount
                assert to_cents(line["vat"]) == tax(amount, 21)
            assert to_cents(order["sum"]) == sum(to_cents(line["sum"]) for line in order["lines"])
            assert to_cents(order["vat"]) == sum(to_cents(line["vat"]) for line in order["lines"])

    @invariant()
    def invoices_are_for_what_was_ordered(self) -> None:
        invoices = self.trade.invoices(self.now, additional=True)
        assert not isinstance(invoices, Refusal)
        billed: dict[tuple[str, int], int] = {}
        net: dict[str, int] = {}
        serials: list[str] = []
        for invoice in invoices:
            for detail in invoice["details"]:
                key = detail["orderNumber"], int(detail["elkoCode"])
                billed[key] = billed.get(key, 0) + detail["quantityShipped"]
                serials += detail["serials"]
            number = invoice["details"][0]["orderNumber"]
            net[number] = net.get(number, 0) + to_cents(invoice["additionalInfo"]["amountWithoutVAT"])
        assert len(serials) == len(set(serials)) == sum(billed.values())
        for order in self.trade.orders(self.now):
            ordered = {(order["id"], line["elkoCode"]): line["quantity"] for line in order["lines"]}
            if order["status"] == "Invoiced":
                assert {key: billed.get(key, 0) for key in ordered} == ordered
                assert net[order["id"]] == to_cents(order["sum"])
            else:
                assert all(billed.get(key, 0) <= most for key, most in ordered.items())


class DealingInParts(Dealing):
    """Two parcels an order."""

    delivery = "partial"


class DealingAhead(Dealing):
    """Of what is coming too."""

    delivery = "backorder"


FEW = settings(max_examples=40, stateful_step_count=30, deadline=None)
for machine in (Dealing, DealingInParts, DealingAhead):
    machine.TestCase.settings = FEW
TestDealing = Dealing.TestCase
TestDealingInParts = DealingInParts.TestCase
TestDealingAhead = DealingAhead.TestCase
