"""One account as the eCom self-service page keeps it: terms, addresses, the one token, its user and password."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from elko_mock.gate.addresses import AddressSet, Malformed, parse_range
from elko_mock.gate.token import is_foreign, issue

ANYWHERE = ("0.0.0.0/0", "::/0")
DEFAULT_USER = "elko-mock"
DEFAULT_PASSWORD = "elko-mock"  # noqa: S105 - well known on purpose, never a live one
DEFAULT_SECOND_FACTOR = "000000"
DEFAULT_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."  # noqa: S105 - well known on purpose; `issue("elko-mock", 1)` for ever
    "eyJodHRwOi8vc2NoZW1hcy54bWxzb2FwLm9yZy93cy8yMDA1LzA1L2lkZW50aXR5L2NsYWltcy9uYW1lIjoiZWxrby1tb2NrQDEi"
    "LCJodHRwOi8vc2NoZW1hcy5taWNyb3NvZnQuY29tL3dzLzIwMDgvMDYvaWRlbnRpdHkvY2xhaW1zL3JvbGUiOiJBcGkiLCJleHAi"
    "OjQxMDI0NDQ4MDAsImlzcyI6Imh0dHBzOi8vZWxrby1tb2NrLmludmFsaWQiLCJhdWQiOiJlbGtvLW1vY2suaW52YWxpZCJ9."
    "-JrKzxdfKvPcIWNTDtY4D8E8B2Ub5Ig6JDgLSB66ynQ"
)
"""The well-known token of the default account. It can never be a live one: nothing at `.invalid` exists."""


class AccessProblem(NamedTuple):
    """Why the self-service page or `POST Token` says no; a value, for people."""

    code: str
    """Stable: `terms-first`, `addresses-first`, `second-factor`, `credentials`, `bad-address`, `duplicate-address`,
    `unknown-address`, `no-token`."""
    message: str


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """How an account stands when its world opens. Ready to use from anywhere, unless told otherwise."""

    username: str = field(default=DEFAULT_USER, repr=False)
    password: str = field(default=DEFAULT_PASSWORD, repr=False)
    second_factor: str = field(default=DEFAULT_SECOND_FACTOR, repr=False)
    terms_accepted: bool = True
    addresses: tuple[str, ...] = ANYWHERE
    """From where calls are let in. Anywhere: a container's client comes from a bridge address nobody knows before."""
    token_created: bool = True
    """Whether there is a token from the start."""
    first_token: str | None = field(default=None, repr=False)
    """What the first token is, where the mock shall not make it. Never a live one: see `Account`."""


class Account:
    """The account's present state and the verbs that change it."""

    __slots__ = ("allowed", "serial", "settings", "terms_accepted", "token", "tokens_replaced")

    def __init__(self, settings: AccountSettings) -> None:
        """Raises ValueError when the settings hold a malformed address, or a first token that may be a live one."""
        if settings.first_token is not None and is_foreign(settings.first_token):
            raise ValueError("the token looks like one that another service issued; a mock must never be given it")
        self.settings = settings
        self.terms_accepted = settings.terms_accepted
        self.allowed = AddressSet.of(settings.addresses)
        """From where calls are let in."""
        self.serial = 0
        """How many tokens there have been."""
        self.token: str | None = None
        """The one in force."""
        self.tokens_replaced = 0
        if settings.token_created:
            self.replace_token()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The ranges as they were added."""
        return tuple(entry.text for entry in self.allowed.ranges)

    def accept_terms(self) -> None:
        """Accept the API terms and conditions: the first step."""
        self.terms_accepted = True

    def withdraw_terms(self) -> None:
        """Take the acceptance back; every call is refused until it is given again."""
        self.terms_accepted = False

    def add_address(self, text: str) -> AccessProblem | None:
        """Let in an address or a range: the second step."""
        if not self.terms_accepted:
            return AccessProblem("terms-first", "accept the API terms and conditions before adding addresses")
        entry = parse_range(text)
        if isinstance(entry, Malformed):
            return AccessProblem("bad-address", entry.message)
        if any(entry[:3] == known[:3] for known in self.allowed.ranges):
            return AccessProblem("duplicate-address", f"{entry.text} is on the list already")
        self.allowed = AddressSet((*self.allowed.ranges, entry))
        return None

    def remove_address(self, text: str) -> AccessProblem | None:
        """Take an address or a range off the list, named as it was added or in another spelling of the same."""
        entry = parse_range(text)
        if isinstance(entry, Malformed):
            return AccessProblem("bad-address", entry.message)
        kept = tuple(known for known in self.allowed.ranges if known[:3] != entry[:3])
        if len(kept) == len(self.allowed.ranges):
            listed = ", ".join(self.addresses) or "nothing"
            return AccessProblem("unknown-address", f"{entry.text} is not on the list; it holds {listed}")
        self.allowed = AddressSet(kept)
        return None

    def create_token(self, second_factor: str) -> str | AccessProblem:
        """The page's token button: a new token, and the former is dead. The third step, protected by 2FA (manual)."""
        if not self.terms_accepted:
            return AccessProblem("terms-first", "accept the API terms and conditions before creating a token")
        if not self.allowed:
            return AccessProblem("addresses-first", "add at least one IP address before creating a token")
        if second_factor != self.settings.second_factor:
            return AccessProblem("second-factor", "the second factor is wrong; the mock's default is 000000")
        return self.replace_token()

    def issue_token(self, username: str, password: str) -> str | AccessProblem:
        """`POST Token`: a new token for user name and password, and the former is dead."""
        if (username, password) != (self.settings.username, self.settings.password):
            return AccessProblem("credentials", "user name or password is wrong")
        return self.replace_token()

    def revoke_token(self) -> AccessProblem | None:
        """Make the token dead without a new one."""
        if self.token is None:
            return AccessProblem("no-token", "there is no token to revoke")
        self.token = None
        return None

    def replace_token(self) -> str:
        """A new token; whoever asked for it, the former is dead at once (manual)."""
        if self.token is not None:
            self.tokens_replaced += 1
        self.serial += 1
        self.token = _token(self.settings, self.serial)
        return self.token

    def snapshot(self) -> dict[str, Any]:
        """The state as plain data. The token is not in it: user and serial say which one it is."""
        return {
            "terms": self.terms_accepted,
            "addresses": list(self.addresses),
            "serial": self.serial,
            "token": self.token is not None,
            "replaced": self.tokens_replaced,
        }

    @classmethod
    def restore(cls, settings: AccountSettings, state: dict[str, Any]) -> "Account":
        """The account a snapshot was taken of. Raises KeyError, TypeError or ValueError on other data."""
        account = cls(settings)
        account.terms_accepted = bool(state["terms"])
        account.allowed = AddressSet.of(state["addresses"])
        account.serial = int(state["serial"])
        account.token = _token(settings, account.serial) if state["token"] else None
        account.tokens_replaced = int(state["replaced"])
        return account


def _token(settings: AccountSettings, serial: int) -> str:
    if serial == 1 and settings.first_token is not None:
        return settings.first_token
    return issue(settings.username, serial)
