"""Reservations: stock set aside until it is released, expires or is ordered."""

from typing import Any

from elko_mock.stages.call import Call


async def list_reservations(call: Call) -> Any:
    """All reservations of the account."""
    return call.world.trade.reservations(call.at)


async def create_reservation(call: Call) -> Any:
    """Set stock aside."""
    return call.world.trade.reserve(call.at, call.body)


async def get_reservation(call: Call) -> Any:
    """One reservation."""
    return call.world.trade.reservation(call.at, call.arguments["id"])


async def update_reservation(call: Call) -> Any:
    """Replace what a reservation holds."""
    return call.world.trade.change_reservation(call.at, call.arguments["id"], call.body)


async def release_reservation(call: Call) -> Any:
    """Give the stock back."""
    return call.world.trade.release(call.at, call.arguments["id"])
