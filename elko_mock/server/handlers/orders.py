"""Orders: placed, read, cancelled while open."""

from typing import Any

from elko_mock.stages.call import Call


async def list_orders(call: Call) -> Any:
    """All orders of the account."""
    return call.world.trade.orders(call.at)


async def create_order(call: Call) -> Any:
    """Place an order."""
    return call.world.trade.place_order(call.at, call.body)


async def get_order(call: Call) -> Any:
    """One order."""
    return call.world.trade.order(call.at, call.arguments["id"])


async def cancel_order(call: Call) -> Any:
    """Cancel an order that is still open."""
    return call.world.trade.cancel_order(call.at, call.arguments["id"])
