"""The model of one world: clock, gate and trade, and the order in which a call meets them."""

import copy
import re
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.machine.model.answers import Expected, No, Told, Yes, bad
from tests.machine.model.bodies import faults
from tests.machine.model.brief import Brief
from tests.machine.model.days import DAY, day_of, midnight
from tests.machine.model.gate import Gate
from tests.machine.model.goods import Goods
from tests.machine.model.setting import Setting
from tests.machine.model.trade import Trade


@dataclass(frozen=True)
class Unreadable:
    """A body that is neither JSON nor XML."""

    raw: bytes
    media_type: str | None = None
    """In place of its form's."""


@dataclass(frozen=True, repr=False)
class Call(Brief):
    """One call, as the model hears it."""

    operation: str
    """Name of a verb of `Trade`, `issue_token`, or `` for none."""
    method: str
    path: str
    """Below the base path, as the document spells it."""
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What path and query say to the verb."""
    wrong: No | None = None
    """What is wrong with its path, method or parameters."""


class World:
    """One account, heard by its model."""

    def __init__(self, goods: Goods, setting: Setting, made: Mapping[str, Any]) -> None:
        """`made` is how the control plane describes the new world."""
        self.name: str = made["name"]
        self.now = setting.opened
        self.setting = setting
        self.goods = goods
        self.gate = Gate(setting, made["username"], made["password"], made["token"])
        self.trade = Trade(goods, setting)
        self.exchanges = 0
        """In the journal."""
        self.refused: Counter[str] = Counter()
        """Of them, by reason."""

    def copied(self) -> "World":
        """As it is now."""
        shared = {id(self.goods): self.goods, id(self.setting): self.setting}
        return copy.deepcopy(self, shared)

    def hear(self, call: Call, authorization: str | None, caller: str) -> Expected:
        """What is to be answered: terms, address, rate, route, token, parameters, body, trade (ledger, gate-order)."""
        self.exchanges += 1
        self.trade.settle(self.now)
        if no := self.gate.admit(self.now, caller):
            return no
        if call.wrong is not None and call.wrong.status != 400:
            return call.wrong
        if call.operation != "issue_token" and not self.gate.knows(authorization):
            return No(403, "token")
        if call.wrong is not None:
            return call.wrong
        if isinstance(call.body, Unreadable):
            return bad("validation", "$")
        arguments = dict(call.arguments)
        if call.body is not None:
            if wrong := faults(call.operation, call.body):
                return bad("validation", *wrong)
            arguments["body"] = call.body
        if call.operation == "issue_token":
            return self._issue(call.body)
        answer: Expected = getattr(self.trade, call.operation)(self.now, **arguments)
        return answer

    def _issue(self, body: Mapping[str, str]) -> Expected:
        if (body["username"], body["password"]) != (self.gate.username, self.gate.password):
            return No(403, "credentials")
        self.gate.new_token(None)
        return Yes(self.token(), "string")

    def token(self) -> Told:
        """What the newest token has to look like (ledger, token-form)."""
        gate = self.gate
        return Told(self.trade.known, ("token", len(gate.tokens)), lambda got: _is_token(got, gate.username), "a token")

    def edges(self) -> list[int]:
        """Moments at which something will change: time is best moved to them, and to a microsecond before."""
        gate, trade, limit = self.gate, self.trade, self.gate.limit
        found = {gate.blocked_until, gate.used_up_until, midnight(day_of(self.now)) + DAY}
        found |= {then + limit.window for then in gate.counted[-limit.calls :][:1]}
        if limit.kind == "fixed":
            found.add((self.now // limit.window + 1) * limit.window)
        found |= {one.ends for one in trade.reservations if one.status == "Active"}
        found |= {at for order in trade.orders if not order.cancelled for at in order.turns()}
        days = {expected[1] for code in self.goods.goods if (expected := trade.shelf.expected(code))}
        found |= {midnight(day_of(self.setting.opened)) + day * DAY for day in days}
        return sorted(at for at in found if at > self.now)


def _is_token(got: Any, username: str) -> bool:
    parts = re.fullmatch(r"([\w-]+)\.([\w-]+)\.([\w-]+)", got) if isinstance(got, str) else None
    if parts is None or not 250 <= len(got) <= 450:
        return False
    claims = urlsafe_b64decode(parts[2] + "==").decode()
    return f'"{username}@' in claims and '"Api"' in claims
