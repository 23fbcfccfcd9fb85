"""The model's gate: terms, addresses, limit and token, told again in plain words from the manual and the ledger."""

import ipaddress
import re
from typing import Any

from tests.machine.model.answers import No
from tests.machine.model.setting import SECOND_FACTOR, Setting

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(text: str) -> Address | None:
    """An address; an IPv4 address written as IPv6 is the IPv4 address (ledger, addresses)."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def span_of(text: str) -> tuple[Address, Address] | None:
    """First and last address of a range: a network, two addresses with a dash between, or one; None for no range."""
    if "/" in text:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            return None
        return network[0], network[-1]
    parts = [address_of(part) for part in text.split("-")]
    first, last = parts[0], parts[-1]
    if len(parts) > 2 or first is None or last is None or first.version != last.version or int(first) > int(last):
        return None
    return first, last


class Gate:
    """One account's access."""

    def __init__(self, setting: Setting, username: str, password: str, token: str | None) -> None:
        self.username, self.password = username, password
        self.terms = setting.terms_accepted
        self.addresses = list(setting.addresses)
        self.tokens: list[str | None] = [token] if setting.token_created else []
        """All there have been; None for one that another user made and we have not seen."""
        self.live = setting.token_created
        """Whether the last of them is in force."""
        self.replaced = 0
        self.limit = setting.limit
        self.counted: list[int] = []
        """When the calls were made that fill the window."""
        self.blocked_until = 0
        self.used_up_until = 0
        self.calls = 0
        self.behind = list(setting.behind)

    # ------------------------------------------------------------------------------------------------ calls

    def admit(self, now: int, caller: str) -> No | None:
        """Terms, then address, then rate (ledger, gate-order)."""
        self.calls += 1
        for change in [one for one in self.behind if self.calls >= one.at_call]:
            self.behind.remove(change)
            if change.what == "withdraw_terms":
                self.terms = False
            elif change.what == "use_up_limit":
                self.used_up_until = self._window_end(now)
            elif self.live:
                self.new_token(None)
        if not self.terms:
            return No(403, "terms")
        if not self.lets_in(caller):
            return No(403, "address")
        ruling = self._rate(now)
        return None if ruling is None else No(403, ruling)

    def lets_in(self, caller: str) -> bool:
        """Whether the address is on the list."""
        address = address_of(caller)
        assert address is not None
        spans = [span for text in self.addresses if (span := span_of(text)) is not None]
        return any(
            first.version == address.version and int(first) <= int(address) <= int(last) for first, last in spans
        )

    def filled(self, now: int) -> int:
        """How many calls are in the window of this moment."""
        if self.limit.kind == "fixed":
            return sum(then // self.limit.window == now // self.limit.window for then in self.counted)
        return sum(now - then < self.limit.window for then in self.counted)

    def left(self, now: int) -> int | None:
        """How many more calls pass at this moment; None without a limit."""
        if not self.limit.calls:
            return None
        if now < max(self.blocked_until, self.used_up_until):
            return 0
        return max(0, self.limit.calls - self.filled(now))

    def _rate(self, now: int) -> str | None:
        limit = self.limit
        if not limit.calls:
            return None
        if now < self.blocked_until:
            if limit.blocked_calls_extend:
                self.blocked_until = now + limit.block
            if limit.refused_calls_count:
                self.counted.append(now)
            return "blocked"
        passes = self.filled(now) < limit.calls and now >= self.used_up_until
        if passes or limit.refused_calls_count:
            self.counted.append(now)
        if passes:
            return None
        self.blocked_until = now + limit.block
        return "rate"

    def _window_end(self, now: int) -> int:
        window = self.limit.window
        return now + window if self.limit.kind == "sliding" else (now // window + 1) * window

    def knows(self, authorization: str | None) -> bool:
        """`Bearer`, in any case, one or more spaces, the token in force (ledger, authorization-form)."""
        said = re.fullmatch(r"(?i:bearer) +(\S+)", (authorization or "").strip(" "))
        return said is not None and self.live and said[1] == self.tokens[-1]

    # --------------------------------------------------------------------------------------------- the account

    def new_token(self, token: str | None) -> None:
        """One token an account: the former is dead at once."""
        self.replaced += self.live
        self.tokens.append(token)
        self.live = True

    def page_token(self, second_factor: str) -> tuple[int, str] | None:
        """What the self-service page says to a new token; None when it makes one (ledger, access-steps-refused)."""
        if not self.terms:
            return 409, "terms-first"
        if not self.addresses:
            return 409, "addresses-first"
        return (403, "second-factor") if second_factor != SECOND_FACTOR else None

    def revoke(self) -> tuple[int, str] | None:
        """The token is dead, and there is no other."""
        if not self.live:
            return 409, "no-token"
        self.live = False
        return None

    def add_address(self, text: str) -> tuple[int, str] | None:
        """The second step, after the terms."""
        span = span_of(text)
        if not self.terms:
            return 409, "terms-first"
        if span is None:
            return 400, "bad-address"
        if span in map(span_of, self.addresses):
            return 409, "duplicate-address"
        self.addresses.append(text)
        return None

    def remove_address(self, text: str) -> tuple[int, str] | None:
        """By any spelling of it."""
        span = span_of(text)
        if span is None:
            return 400, "bad-address"
        kept = [known for known in self.addresses if span_of(known) != span]
        if kept == self.addresses:
            return 400, "unknown-address"
        self.addresses = kept
        return None

    def page(self) -> dict[str, Any]:
        """The page as it stands, but for `blockedUntil`."""
        return {
            "termsAccepted": self.terms,
            "addresses": self.addresses,
            "hasToken": self.live,
            "tokensReplaced": self.replaced,
            "username": self.username,
        }
