"""Finances: the account's invoices."""

from typing import Any

from elko_mock.stages.call import Call


async def list_invoices(call: Call) -> Any:
    """All invoices, with or without additional information."""
    return call.world.trade.invoices(call.at, additional=call.arguments["withAdditionalInfo"])


async def list_invoices_by_date(call: Call) -> Any:
    """The invoices of a range of JDE dates, both ends included."""
    given = call.arguments
    return call.world.trade.invoices(call.at, given["dateFrom"], given["dateTo"])
