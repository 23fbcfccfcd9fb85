"""Cart: what is being put together, kits included."""

from typing import Any

from elko_mock.stages.call import Call


async def get_cart(call: Call) -> Any:
    """The account's cart."""
    return call.world.trade.cart(call.at)


async def add_to_cart(call: Call) -> Any:
    """Add a product."""
    return call.world.trade.add_to_cart(call.at, call.body)


async def add_kit_to_cart(call: Call) -> Any:
    """Add a kit with the parts selected (manual: AddToCartKitModel)."""
    return call.world.trade.add_kit(call.at, call.body)


async def remove_from_cart(call: Call) -> Any:
    """Take one line out."""
    return call.world.trade.remove_line(call.at, call.arguments["lineId"])


async def clear_cart(call: Call) -> Any:
    """Empty the cart."""
    return call.world.trade.clear_cart(call.at)
