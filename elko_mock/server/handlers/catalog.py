"""Catalog: what is for sale, described, pictured, in stock."""

from typing import Any

from elko_mock.stages.call import Call


async def get_categories(call: Call) -> Any:
    """Flat list of categories."""
    return call.world.trade.categories(call.at, call.arguments.get("lang"))


async def get_category_tree(call: Call) -> Any:
    """The three-level tree."""
    return call.world.trade.tree(call.at, call.arguments.get("lang"))


async def get_vendors(call: Call) -> Any:
    """All vendors."""
    return call.world.trade.vendors(call.at)


async def get_products(call: Call) -> Any:
    """Products by code, vendor and category; all of them when nothing is asked for."""
    given = call.arguments
    return call.world.trade.products(
        call.at,
        codes=given.get("elkoCode", ()),
        vendor_codes=given.get("vendorCode", ()),
        category=given.get("catalog"),
        language=given.get("lang"),
    )


async def get_product_description(call: Call) -> Any:
    """Criteria of one product or of several, comma-joined in the path."""
    return call.world.trade.descriptions(call.at, call.arguments["elkoCode"], call.arguments.get("lang"))


async def get_media_items(call: Call) -> Any:
    """Pictures of one product or of several, comma-joined in the path."""
    return call.world.trade.media(call.at, call.arguments["elkoCode"])


async def get_availability_and_price(call: Call) -> Any:
    """Stock, and by `type` incoming pieces and prices."""
    return call.world.trade.availability(call.at, call.arguments.get("elkoCodes", ()), call.arguments["type"])


async def get_availability(call: Call) -> Any:
    """Stock of the codes asked for."""
    return call.world.trade.availability(call.at, call.arguments.get("elkoCode", ()), "Availability")
