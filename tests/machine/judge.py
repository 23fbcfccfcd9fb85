"""Sums to the cent, and never more sold than there was: judged on answers alone, without the model."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.machine.model.amounts import cents
from tests.machine.model.goods import PARTS

_CENT = Decimal("0.01")
Row = Mapping[str, Any]


def judge(kind: str, data: Any, vat_percent: int) -> None:
    """Whether an answer adds up by itself. Raises AssertionError."""
    if kind.startswith("ArrayOf"):
        for one in data:
            judge(kind.removeprefix("ArrayOf"), one, vat_percent)
    elif kind == "Order":
        _order(data, vat_percent)
    elif kind == "Cart":
        _cart(data)
    elif kind == "Invoice" and data["additionalInfo"] is not None:
        _invoice(data, vat_percent)


def _tax(amount: Decimal, percent: int) -> Decimal:
    return (amount * percent / 100).quantize(_CENT, ROUND_HALF_UP)


def _order(order: Row, vat_percent: int) -> None:
    lines = order["lines"]
    for line in lines:
        assert 0 <= line["quantity"] <= line["quantityRequested"], f"more than was asked for: {line}"
        assert cents(line["sum"]) == cents(line["price"]) * line["quantity"], f"a line that does not add up: {line}"
        assert line["vat"] == _tax(line["sum"], vat_percent), f"a line's VAT is wrong: {line}"
    assert order["sum"] == sum(line["sum"] for line in lines), f"order {order['id']} is not the sum of its lines"
    assert order["vat"] == sum(line["vat"] for line in lines), f"order {order['id']} has another VAT than its lines"
    assert any(line["quantity"] for line in lines), f"order {order['id']} is an order of nothing"


def _cart(cart: Row) -> None:
    for line in cart["lines"]:
        assert cents(line["sum"]) == cents(line["price"]) * line["quantity"], f"a line that does not add up: {line}"
    assert cart["sum"] == sum(line["sum"] for line in cart["lines"]), "the cart is not the sum of its lines"


def _invoice(invoice: Row, vat_percent: int) -> None:
    told, lines = invoice["additionalInfo"], invoice["details"]
    nets = [Decimal(line["price"]) * line["quantityShipped"] for line in lines]
    assert Decimal(told["amountWithoutVAT"]) == sum(nets), f"invoice {invoice['invoiceId']} is not its lines"
    assert Decimal(told["vatAmount"]) == sum(_tax(net, vat_percent) for net in nets), f"VAT of {invoice['invoiceId']}"
    assert Decimal(told["amountWithVAT"]) == Decimal(told["amountWithoutVAT"]) + Decimal(told["vatAmount"])
    for line in lines:
        assert len(line["serials"]) == line["quantityShipped"] > 0, f"serials of {invoice['invoiceId']}"


def invoices_make_their_orders(invoices: Iterable[Row], orders: Iterable[Row]) -> None:
    """What was invoiced is what was ordered: every piece once, every net amount to the cent, VAT to a cent a line."""
    by_order: dict[str, list[Row]] = {}
    for invoice in invoices:
        by_order.setdefault(invoice["details"][0]["orderNumber"], []).append(invoice)
    for order in orders:
        papers = by_order.pop(order["id"], [])
        shipped = Counter[int]()
        for paper in papers:
            for line in paper["details"]:
                shipped[int(line["elkoCode"])] += line["quantityShipped"]
        ordered = Counter({line["elkoCode"]: line["quantity"] for line in order["lines"]})
        assert all(shipped[code] <= ordered[code] for code in shipped), f"more shipped than ordered: {order['id']}"
        assert not (papers and order["status"] == "Cancelled"), f"order {order['id']} is cancelled, yet invoiced"
        if order["status"] == "Invoiced":
            assert +shipped == +ordered, f"order {order['id']} is not what was invoiced"
            infos = [paper["additionalInfo"] for paper in papers]
            assert sum(Decimal(info["amountWithoutVAT"]) for info in infos) == order["sum"]
            drift = abs(sum(Decimal(info["vatAmount"]) for info in infos) - order["vat"])
            assert drift <= _CENT * len(order["lines"]) * max(0, len(papers) - 1), f"VAT of order {order['id']}"
    assert not by_order, f"invoices of no order: {sorted(by_order)}"


def never_below_zero(orders: Iterable[Row], products: Iterable[Row], ever: Mapping[int, int]) -> None:
    """What orders and reservations have is never more than there ever was. `ever` has it by code, what is still to come
    and may be promised included; products that never run out are not in it."""
    gone = Counter[int]()
    for order in orders:
        if order["status"] != "Cancelled":
            for line in order["lines"]:
                gone.update(_pieces(line["elkoCode"], line["quantity"]))
    for product in products:
        gone.update(_pieces(product["elkoCode"], product["reservedQuantity"]))
        assert product["quantity"] is None or not product["quantity"].startswith("-"), f"below zero: {product}"
        assert product["reservedQuantity"] >= 0, f"below zero: {product}"
        assert product["incomingQuantity"] >= 0, f"below zero: {product}"
    for code, pieces in gone.items():
        assert code not in ever or pieces <= ever[code], f"of {code} there were {ever[code]}, and {pieces} are sold"


def _pieces(code: int, many: int) -> dict[int, int]:
    return {part: each * many for part, each in PARTS.get(code, {code: 1}).items()}
