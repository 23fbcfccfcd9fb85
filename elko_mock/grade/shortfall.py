"""Shortfall: whether an order got less than it asked for."""

from collections import Counter

from elko_mock.grade.call import Call
from elko_mock.grade.told import read_code

STOCK_REFUSALS = frozenset({"out-of-stock", "above-stock"})


def is_stock_refusal(call: Call) -> bool:
    """Whether an order was refused because there is not enough."""
    return call.operation == "createOrder" and call.status == 400 and call.reason in STOCK_REFUSALS


def missing_by_code(call: Call) -> dict[int, int]:
    """Pieces of an accepted order that are not there, by ELKO code; nothing as well when the answer cannot be read."""
    if call.operation != "createOrder" or call.status != 200:
        return {}
    rows = call.answered("lines")
    missing: Counter[int] = Counter()
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            code, wanted, got = read_code(row.get("elkoCode")), row.get("quantityRequested"), row.get("quantity")
            if code is not None and isinstance(wanted, int) and isinstance(got, int) and wanted > got:
                missing[code] += wanted - got
    return dict(missing)
