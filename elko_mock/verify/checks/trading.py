"""Trading: what is ordered or reserved leaves the stock once, comes back when given back, and can be read again."""

from collections.abc import Iterator
from typing import Any

from elko_mock.verify.asker import JSON, XML, Arguments, NoReply
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.checks.money import order_mistakes
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import rows, sellable

_NO_STOCK = "no product with a few pieces in stock was seen"


def order_read_back(trial: Trial) -> None:
    """An order that was placed can be read, alone and in the list."""
    with_stock = next(_candidates(trial), None)
    if with_stock is None:
        return
    code, _ = with_stock
    placed = trial.ask("createOrder", body=_order(code, 1))
    if not trial.expect(placed.status == 200, "createOrder", f"an order is answered {placed.status}", placed):
        return
    if not placed.sound:
        return
    try:
        number = placed.data["id"]
        alone = trial.ask("getOrder", Arguments((number,)))
        good = alone.status == 200 and (not alone.sound or _lines(alone.data) == _lines(placed.data))
        trial.expect(good, "getOrder", f"order {number}, just placed, is not read back as it was placed", placed, alone)
        every = trial.ask("listOrders")
        if every.sound:
            listed = number in [row["id"] for row in rows(every)]
            trial.expect(listed, "listOrders", f"order {number}, just placed, is not in the list", placed, every)
    finally:
        _cancel(trial, placed)


def order_adds_up(trial: Trial) -> None:
    """An order of two lines adds up to the cent."""
    candidates = [code for code, _ in _candidates(trial)][:2]
    if not candidates:
        return
    lines = [{"elkoCode": code, "quantity": 3 - place} for place, code in enumerate(candidates)]
    placed = trial.ask("createOrder", body={"lines": lines})
    if placed.sound:
        trial.look()
        for wrong in order_mistakes(placed.data):
            trial.fail("createOrder", wrong, placed)
    _cancel(trial, placed)


def sold_once(trial: Trial) -> None:
    """Stock goes down by what is ordered, and no more is ever sold than there is."""
    with_stock = next(_candidates(trial), None)
    if with_stock is None:
        return
    code, there = with_stock
    first = trial.ask("createOrder", body=_order(code, 2))
    left = _stock(trial, code)
    if first.sound and left is not None:
        message = f"{there} pieces of {code} were there, 2 were ordered, {left} are left"
        trial.expect(left == there - 2, "createOrder", message, first)
    second = trial.ask("createOrder", body=_order(code, there + 5))
    if first.sound and second.sound:
        filled = sum(line["quantity"] for line in second.data["lines"])
        message = f"{there} pieces of {code} were there; the orders were filled with 2 and {filled}"
        trial.expect(filled + 2 <= there, "createOrder", message, first, second)
    _cancel(trial, first)
    _cancel(trial, second)


def all_or_nothing(trial: Trial) -> None:
    """With `orderIfAllAvailable`, an order beyond stock is refused and takes nothing."""
    with_stock = next(_candidates(trial), None)
    if with_stock is None:
        return
    code, there = with_stock
    reply = trial.ask("createOrder", body=_order(code, there + 5) | {"orderIfAllAvailable": True})
    message = f"all or nothing, {there + 5} pieces of {there}: answered {reply.status}, not 400"
    if trial.expect(reply.status == 400, "createOrder", message, reply):
        left = _stock(trial, code)
        trial.expect(left == there, "createOrder", f"the refused order left {left} pieces of {there}", reply)
    else:
        _cancel(trial, reply)


def cancel_gives_back(trial: Trial) -> None:
    """A cancelled order says so, and its pieces are there again."""
    with_stock = next(_candidates(trial), None)
    if with_stock is None:
        return
    code, there = with_stock
    placed = trial.ask("createOrder", body=_order(code, 2))
    if not placed.sound:
        return
    cancelled = trial.ask("cancelOrder", Arguments((placed.data["id"],)))
    if not trial.expect(
        cancelled.status == 200, "cancelOrder", f"an order just placed: answered {cancelled.status}", cancelled
    ):
        return
    if cancelled.sound:
        status = cancelled.data["status"]
        trial.expect(status == "Cancelled", "cancelOrder", f"a cancelled order has the status {status}", cancelled)
    left = _stock(trial, code)
    message = f"{there} pieces of {code} were there, 2 were ordered and given back, {left} are left"
    trial.expect(left == there, "cancelOrder", message, placed, cancelled)


def xml_body(trial: Trial) -> None:
    """An order in XML is the order it would be in JSON."""
    with_stock = next(_candidates(trial), None)
    if with_stock is None:
        return
    code, _ = with_stock
    placed = []
    for body_type in (JSON, XML, "text/xml", "text/json"):
        reply = trial.ask("createOrder", body=_order(code, 1), body_type=body_type)
        placed.append(reply)
        _cancel(trial, reply)
        trial.expect(reply.status == 200, "createOrder", f"an order as {body_type} is answered {reply.status}", reply)
        if placed[0].sound and reply.sound:
            good = _lines(reply.data) == _lines(placed[0].data)
            trial.expect(good, "createOrder", f"an order as {body_type} is another order", placed[0], reply)


def reservation_keeps(trial: Trial) -> None:
    """A reservation takes stock, changes with its lines, and gives all back when released."""
    with_stock = next(_candidates(trial), None)
    if with_stock is None:
        return
    code, there = with_stock
    line = {"elkoCode": code, "quantity": 2}
    made = trial.ask("createReservation", body={"lines": [line]})
    if not trial.expect(made.status == 200, "createReservation", f"answered {made.status}", made) or not made.sound:
        return
    number = Arguments((made.data["id"],))
    steps: list[tuple[str, Reply, int]] = [("createReservation", made, 2)]
    _left(trial, code, there, steps[-1])
    if trial.has("updateReservation"):
        changed = trial.ask("updateReservation", number, body={"lines": [line | {"quantity": 1}]})
        _left(trial, code, there, ("updateReservation", changed, 1))
    released = trial.ask("releaseReservation", number)
    if trial.expect(released.status == 200, "releaseReservation", f"answered {released.status}", released):
        _left(trial, code, there, ("releaseReservation", released, 0))


def _left(trial: Trial, code: int, there: int, step: tuple[str, Reply, int]) -> None:
    name, reply, kept = step
    left = _stock(trial, code)
    if reply.status == 200 and left is not None:
        message = f"{there} pieces of {code} were there, {kept} should be kept, {left} are left"
        trial.expect(left == there - kept, name, message, reply)


def _candidates(trial: Trial) -> Iterator[tuple[int, int]]:
    """Products that may be ordered, with what is left of them now."""
    found = False
    for code, row in trial.facts.products.items():
        if sellable(code, row):
            left = _stock(trial, code)
            if left is not None and left >= 4:
                found = True
                yield code, left
    if not found:
        trial.nothing_there(_NO_STOCK)


def _stock(trial: Trial, code: int) -> int | None:
    """Pieces that availability tells of; None when it tells no figure."""
    reply = trial.ask("getAvailability", Arguments((), (("elkoCode", str(code)),)))
    quantity = next((row["stockQuantity"] for row in rows(reply)), None)
    text = str(quantity).removeprefix("-")
    return int(str(quantity)) if text.isascii() and text.isdigit() else None


def _cancel(trial: Trial, placed: Reply) -> None:
    """Put things back as far as they can be."""
    if placed.status == 200 and isinstance(placed.data, dict) and trial.has("cancelOrder"):
        try:
            trial.ask("cancelOrder", Arguments((str(placed.data.get("id")),)))
        except NoReply:
            return


def _order(code: int, quantity: int) -> dict[str, Any]:
    return {"orderIfAllAvailable": False, "lines": [{"elkoCode": code, "quantity": quantity}]}


def _lines(order: dict[str, Any]) -> list[tuple[int, int, int]]:
    return [(line["elkoCode"], line["quantity"], line["quantityRequested"]) for line in order["lines"]]


_ORDERING = ("createOrder", "cancelOrder", "getAvailability")
CHECKS = (
    Check(
        "order-read-back",
        "An order can be read after it was placed",
        order_read_back,
        ("createOrder", "getOrder", "listOrders", "getAvailability"),
        writes=True,
    ),
    Check("order-adds-up", "A new order adds up to the cent", order_adds_up, _ORDERING, writes=True),
    Check("sold-once", "Stock is counted once, and no more is sold than there is", sold_once, _ORDERING, writes=True),
    Check(
        "all-or-nothing", "orderIfAllAvailable: beyond stock, nothing is taken", all_or_nothing, _ORDERING, writes=True
    ),
    Check("cancel-gives-back", "A cancelled order gives its pieces back", cancel_gives_back, _ORDERING, writes=True),
    Check("xml-body", "A body in XML means what it means in JSON", xml_body, _ORDERING, writes=True),
    Check(
        "reservation-keeps",
        "A reservation takes stock and gives it back",
        reservation_keeps,
        ("createReservation", "releaseReservation", "getAvailability"),
        writes=True,
    ),
)
