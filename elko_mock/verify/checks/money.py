"""Money adds up to the cent: orders, invoices; and invoices are found by their day."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from elko_mock.verify.asker import Arguments
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.survey import rows

_CENT = Decimal("0.01")


def order_totals(trial: Trial) -> None:
    """Lines are price times quantity; the order is the sum of its lines."""
    reply = trial.ask("listOrders")
    if reply.sound and not reply.data:
        trial.nothing_there("the account has no orders")
    for order in rows(reply):
        trial.look()
        for wrong in order_mistakes(order):
            trial.fail("listOrders", wrong, reply)


def invoice_sums(trial: Trial) -> None:
    """Net and VAT make gross; the lines make net; no more is open than was billed."""
    reply = trial.ask("listInvoices", Arguments(("true",)))
    if reply.sound and not reply.data:
        trial.nothing_there("the account has no invoices")
    for invoice in rows(reply):
        trial.look()
        for wrong in invoice_mistakes(invoice):
            trial.fail("listInvoices", wrong, reply)


def invoices_by_day(trial: Trial) -> None:
    """A range of days holds the invoices of those days, both ends included, and no other."""
    every = trial.ask("listInvoices", Arguments(("false",)))
    if every.sound and not every.data:
        trial.nothing_there("the account has no invoices")
        return
    days = sorted({row["dateCreate"] for row in rows(every)})
    for first, last in {(days[0], days[0]), (days[0], days[-1]), (days[-1], days[-1])} if days else ():
        reply = trial.ask("listInvoicesByDate", Arguments((str(first), str(last))))
        if not reply.sound:
            continue
        wanted = {row["invoiceId"] for row in rows(every) if first <= row["dateCreate"] <= last}
        got = {row["invoiceId"] for row in rows(reply)}
        lacking, too_many = sorted(wanted - got), sorted(got - wanted)
        message = f"days {first} to {last}: lacking {lacking or 'none'}, too many {too_many or 'none'}"
        trial.expect(wanted == got, "listInvoicesByDate", message, every, reply)


def order_mistakes(order: Mapping[str, Any]) -> Iterator[str]:
    """Where an order does not add up."""
    total, vat = Decimal(0), Decimal(0)
    for line in order["lines"]:
        wanted = _money(line["price"]) * line["quantity"]
        if _money(line["sum"]) != wanted:
            yield (
                f"order {order['id']}, line {line['id']}: {line['quantity']} pieces at {_money(line['price'])} are "
                f"{wanted}, sum is {_money(line['sum'])}"
            )
        total += _money(line["sum"])
        vat += _money(line["vat"])
    for field, wanted in (("sum", total), ("vat", vat)):
        if _money(order[field]) != wanted:
            yield f"order {order['id']}: the lines' {field} is {wanted}, the order's {_money(order[field])}"


def invoice_mistakes(invoice: Mapping[str, Any]) -> Iterator[str]:
    """Where an invoice does not add up. Whether copyright tax is part of the net is not known: both are right."""
    name, info = invoice["invoiceId"], invoice["additionalInfo"]
    if info is None:
        yield f"invoice {name}: additionalInfo is null though it was asked for"
        return
    net, vat, gross = (_money(info[field]) for field in ("amountWithoutVAT", "vatAmount", "amountWithVAT"))
    if net + vat != gross:
        yield f"invoice {name}: {net} and {vat} VAT are {net + vat}, amountWithVAT is {gross}"
    if _money(info["amountOpen"]) > gross:
        yield f"invoice {name}: {_money(info['amountOpen'])} is open of {gross}"
    goods = sum((_money(line["price"]) * line["quantityShipped"] for line in invoice["details"]), Decimal(0))
    taxed = goods + sum(
        (_money(line["copyrightTax"]) * line["quantityShipped"] for line in invoice["details"]), Decimal(0)
    )
    if net not in (goods, taxed):
        yield f"invoice {name}: its lines are {goods}, amountWithoutVAT is {net}"


def _money(value: object) -> Decimal:
    """An amount, whatever it was written as, to the cent; what is no amount counts as one that nothing equals."""
    try:
        return Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)
    except ArithmeticError:
        return Decimal("-1e9")


CHECKS = (
    Check("order-totals", "Orders add up to the cent", order_totals, ("listOrders",)),
    Check("invoice-sums", "Invoices add up to the cent", invoice_sums, ("listInvoices",)),
    Check(
        "invoices-by-day",
        "A range of days holds the invoices of those days and no other",
        invoices_by_day,
        ("listInvoices", "listInvoicesByDate"),
    ),
)
