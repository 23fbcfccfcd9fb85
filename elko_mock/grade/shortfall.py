"""Shortfall: whether an order got less than it asked for."""

from elko_mock.grade.call import Call

STOCK_REFUSALS = frozenset({"out-of-stock", "above-stock", "short-of-stock", "sold-out"})


def is_stock_refusal(call: Call) -> bool:
    """Whether an order was refused because there is not enough."""
    return call.operation == "createOrder" and call.status == 400 and call.reason in STOCK_REFUSALS


def missing_pieces(call: Call) -> int:
    """How many pieces of an accepted order are not there; 0 as well when the answer cannot be read."""
    if call.operation != "createOrder" or call.status != 200:
        return 0
    rows = call.answered("lines")
    missing = 0
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            wanted, got = row.get("quantityRequested"), row.get("quantity")
            if isinstance(wanted, int) and isinstance(got, int) and wanted > got:
                missing += wanted - got
    return missing
