"""Doubt: what became of an order whose answer got lost, and which calls tell."""

from elko_mock.grade.call import Call


def order_id(call: Call) -> str:
    """The id in an order's answer; empty when there is none to be seen."""
    return str(call.answered("id") or "")


def tells_of(call: Call, order: str) -> bool:
    """Whether the client was told what became of that order: by all its orders, or by this one's state."""
    if not call.succeeded:
        return False
    return call.operation == "listOrders" or (call.operation == "getOrder" and named_order(call) == order)


def named_order(call: Call) -> str:
    """The id at the end of the path."""
    return call.exchange.request.path.rstrip("/").rpartition("/")[2]
