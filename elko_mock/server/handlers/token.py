"""Token: a new one for user name and password; the account's former one is dead at once."""

from typing import Any

from elko_mock.gate.account import AccessProblem
from elko_mock.server.api import Denied
from elko_mock.stages.call import Call


async def issue_token(call: Call) -> Any:
    """The token as a bare string. Raises Denied for wrong credentials: 403 (manual: wrong token and its like)."""
    issued = call.world.gate.account.issue_token(call.body["username"], call.body["password"])
    if isinstance(issued, AccessProblem):
        raise Denied(issued.code)
    return issued
