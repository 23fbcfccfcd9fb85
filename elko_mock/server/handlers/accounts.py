"""Accounts: the account's own data."""

from typing import Any

from elko_mock.stages.call import Call


async def get_my_account(call: Call) -> Any:
    """Company, addresses to deliver to, currency."""
    return call.world.trade.account(call.at)
