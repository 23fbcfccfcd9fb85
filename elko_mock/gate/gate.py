"""The gate of one account: terms, then address, then rate; later the token. Says no with a reason, or nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from elko_mock.clock import Instant
from elko_mock.gate.account import Account, AccountSettings
from elko_mock.gate.addresses import AddressSet
from elko_mock.gate.bearer import parse_bearer
from elko_mock.gate.throttle import Limit, Ruling, Throttle

Reason = Literal["terms", "address", "rate", "blocked", "token"]


class Denial(NamedTuple):
    """Why a call is refused. The service answers 403 to all of them alike (manual)."""

    reason: Reason
    message: str
    """For the debug header and the journal, not for the answer."""
    until: Instant | None = None
    """World time at which the block ends, for `rate` and `blocked`."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happens to the account behind the client's back: any of its users may do so any time."""

    at_call: int | None = None
    """When: just before the call of that number (1, 2, 3 ... of all calls that reach the gate) is looked at."""
    after: int | None = None
    """When: that many microseconds of world time after the world opened."""
    replace_token: bool = False
    use_up_limit: bool = False
    """Another program of the same account makes all the calls that the limit allows."""
    addresses: tuple[str, ...] | None = None
    """The list of addresses from then on."""
    terms_accepted: bool | None = None


class GateCounts(NamedTuple):
    """What the run bill wants to know."""

    calls: int
    """Calls that reached the gate."""
    blocks: int
    """Blocks begun."""
    blocked_for: int
    """Microseconds of world time of all blocks together."""
    tokens_replaced: int


_TERMS = Denial("terms", "the API terms and conditions are not accepted")
_NO_TOKEN = Denial("token", "no token: send the header Authorization: Bearer <token>")
_FORM = Denial("token", "the Authorization value is not of the form Bearer <token>")
_NOT_IN_FORCE = Denial("token", "this is not the account's token, or not any more")


class Gate:
    """Terms, addresses, limit and token of one account, over instants that the caller brings."""

    __slots__ = ("_calls", "_changes", "_due_at", "_due_call", "_opened", "account", "throttle")

    def __init__(
        self,
        account: AccountSettings | None = None,
        limit: Limit | None = None,
        *,
        changes: Sequence[Change] = (),
        opened: Instant = 0,
    ) -> None:
        """`opened` is the world time from which `changes` count. Raises ValueError on a malformed address."""
        self.account = Account(account or AccountSettings())
        self.throttle = Throttle(limit or Limit())
        self._opened = opened
        self._calls = 0
        self._changes = tuple(changes)
        self._plan_changes()

    @property
    def counts(self) -> GateCounts:
        """What the run bill wants to know."""
        throttle = self.throttle
        return GateCounts(self._calls, throttle.blocks, throttle.blocked_for, self.account.tokens_replaced)

    def admit(self, now: Instant, address: str) -> Denial | None:
        """Let one call in, or say why not. Counts the call. `address` is the client's, proxies seen through."""
        self._calls += 1
        if self._changes and (self._calls >= self._due_call or now >= self._due_at):
            self._change(now)
        account = self.account
        if not account.terms_accepted:
            return _TERMS
        if address not in account.allowed:
            return Denial("address", f"{address} is not among the account's addresses")
        ruling = self.throttle.count(now)
        if ruling is Ruling.PASSED:
            return None
        return self._over(ruling, now)

    def authorise(self, authorization: str | None) -> Denial | None:
        """Let the bearer of this `Authorization` value in, or say why not."""
        token = self.account.token
        if token is not None and authorization == f"Bearer {token}":
            return None
        bearer = parse_bearer(authorization)
        if not bearer.token:
            return _NO_TOKEN
        if not bearer.well_formed:
            return _FORM
        return None if bearer.token == token else _NOT_IN_FORCE

    def snapshot(self) -> dict[str, Any]:
        """The whole state as plain data."""
        return {
            "opened": self._opened,
            "calls": self._calls,
            "changes": [asdict(change) for change in self._changes],
            "account": self.account.snapshot(),
            "throttle": self.throttle.snapshot(),
        }

    @classmethod
    def restore(cls, account: AccountSettings, limit: Limit, state: dict[str, Any]) -> "Gate":
        """The gate a snapshot was taken of. Raises KeyError, TypeError or ValueError on other data."""
        changes = [_restored_change(change) for change in state["changes"]]
        gate = cls(account, limit, changes=changes, opened=int(state["opened"]))
        gate._calls = int(state["calls"])
        gate.account = Account.restore(account, state["account"])
        gate.throttle = Throttle.restore(limit, state["throttle"])
        return gate

    def _over(self, ruling: Ruling, now: Instant) -> Denial:
        throttle = self.throttle
        seconds = (throttle.blocked_until - now) / 1_000_000
        if ruling is Ruling.BLOCKED:
            return Denial("blocked", f"blocked for {seconds:g} more seconds", throttle.blocked_until)
        limit = throttle.limit
        return Denial(
            "rate",
            f"more than {limit.calls} calls in {limit.window / 1_000_000:g} seconds: blocked for {seconds:g} seconds",
            throttle.blocked_until,
        )

    def _plan_changes(self) -> None:
        """The next call number and the next instant at which something is due; comparing two figures is cheap."""
        calls = [change.at_call for change in self._changes if change.at_call is not None]
        times = [change.after for change in self._changes if change.after is not None]
        self._due_call: float = min(calls, default=float("inf"))
        self._due_at: float = self._opened + min(times, default=float("inf"))

    def _change(self, now: Instant) -> None:
        due = [change for change in self._changes if self._is_due(change, now)]
        self._changes = tuple(change for change in self._changes if change not in due)
        self._plan_changes()
        account = self.account
        for change in due:
            if change.terms_accepted is not None:
                account.terms_accepted = change.terms_accepted
            if change.addresses is not None:
                account.allowed = AddressSet.of(change.addresses)
            if change.use_up_limit:
                self.throttle.use_up(now)
        if account.token is not None and any(change.replace_token for change in due):
            account.replace_token()

    def _is_due(self, change: Change, now: Instant) -> bool:
        by_call = change.at_call is not None and self._calls >= change.at_call
        by_time = change.after is not None and now >= self._opened + change.after
        return by_call or by_time


def _restored_change(state: dict[str, Any]) -> Change:
    addresses = state["addresses"]
    return Change(**{**state, "addresses": None if addresses is None else tuple(addresses)})
