"""Account: the eCom page Services > API Integration, verb by verb."""

from typing import Any

from elko_mock.clock import SECOND
from elko_mock.gate.account import AccessProblem
from elko_mock.server.control.problems import ControlProblem
from elko_mock.server.control.state import ControlState, iso
from elko_mock.world.world import World


class AccountVerbs:
    """Terms, then addresses, then the token (manual)."""

    def __init__(self, state: ControlState) -> None:
        self._state = state

    async def get_account(self, world: str) -> Any:
        """How it stands."""
        return _account(self._state.world(world))

    async def accept_terms(self, world: str) -> Any:
        """The first step."""
        there = self._state.world(world)
        there.gate.account.accept_terms()
        return _account(there)

    async def withdraw_terms(self, world: str) -> Any:
        """Take it back."""
        there = self._state.world(world)
        there.gate.account.withdraw_terms()
        return _account(there)

    async def list_addresses(self, world: str) -> Any:
        """The list."""
        return list(self._state.world(world).gate.account.addresses)

    async def add_address(self, world: str, body: dict[str, Any]) -> Any:
        """The second step."""
        account = self._state.world(world).gate.account
        _done(account.add_address(body["address"]))
        return list(account.addresses)

    async def remove_address(self, world: str, address: str) -> Any:
        """Off the list."""
        account = self._state.world(world).gate.account
        _done(account.remove_address(address))
        return list(account.addresses)

    async def create_token(self, world: str, body: dict[str, Any]) -> Any:
        """The third step; the former token is dead at once."""
        created = self._state.world(world).gate.account.create_token(body["secondFactor"])
        if isinstance(created, AccessProblem):
            raise ControlProblem(created.code, created.message)
        return {"token": created}

    async def revoke_token(self, world: str) -> Any:
        """Dead without a new one."""
        there = self._state.world(world)
        _done(there.gate.account.revoke_token())
        return _account(there)


def _done(problem: AccessProblem | None) -> None:
    if problem is not None:
        raise ControlProblem(problem.code, problem.message)


def _account(world: World) -> dict[str, Any]:
    account, throttle = world.gate.account, world.gate.throttle
    blocked = throttle.blocked_until
    return {
        "termsAccepted": account.terms_accepted,
        "addresses": list(account.addresses),
        "hasToken": account.token is not None,
        "tokensReplaced": account.tokens_replaced,
        "username": account.settings.username,
        "limit": {
            "calls": throttle.limit.calls or 0,
            "windowSeconds": throttle.limit.window / SECOND,
            "blockSeconds": throttle.limit.block / SECOND,
            "blockedUntil": iso(blocked) if blocked > world.clock.now() else None,
        },
    }
