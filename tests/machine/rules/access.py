"""Rules: terms, addresses, tokens, the limit; what is refused changes nothing."""

from datetime import datetime
from typing import Literal
from urllib.parse import quote

from hypothesis import strategies as st

from tests.machine.draws import ALMOST_ALWAYS
from tests.machine.machine import HERE, Machine, step
from tests.machine.manner import MANNERS, PLAIN, Manner
from tests.machine.model.days import moment
from tests.machine.model.setting import SECOND_FACTOR

ADDRESSES = (
    *("0.0.0.0/0", "127.0.0.1", "203.0.113.5", "203.0.113.0/24", "203.0.113.4-203.0.113.6", "2001:db8::/32", "::/0"),
    *("::ffff:203.0.113.5", "nonsense", "203.0.113.9-203.0.113.7", "203.0.113.77/24", "1.2.3.4-::1", "::1-", ""),
)
EVERY_ONE = "every one"
"""Of those on the list, to be removed; to be added it is no address."""
CALLERS = st.sampled_from((HERE, HERE, "203.0.113.5", "203.0.113.7", "2001:db8::5", "::ffff:203.0.113.5"))
Change = tuple[Literal["token", "revoke", "terms", "add", "remove"], str]
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from((("token", "told"), ("token", "untold"), ("token", "without the second factor"))),
    st.sampled_from((("terms", "withdraw"), ("revoke", "once"), ("terms", "accept"), ("revoke", "twice"))),
    st.tuples(st.sampled_from(("add", "remove")), st.sampled_from((*ADDRESSES, EVERY_ONE))),
)
BAD_CREDENTIALS = st.sampled_from(("dead", "none", "garbage", "bare", "quoted", "basic", "two"))


class AccessRules(Machine):
    """Getting in, and not."""

    @step(terms=ALMOST_ALWAYS, how=st.sampled_from(("told", "untold", "without the second factor")))
    def ask_the_page_too_early(self, terms: bool, how: str) -> None:
        """A token, while a step that comes before it is not done."""
        gate = self.world.gate
        if not gate.terms:
            self._change("terms", "accept")
        self._change("remove", EVERY_ONE)
        if not terms:
            self._change("terms", "withdraw")
        self._change("token", how)
        self._look_at_the_page()

    @step(good=ALMOST_ALWAYS, carries=st.booleans(), manner=MANNERS)
    def ask_for_a_token(self, good: bool, carries: bool, manner: Manner) -> None:
        """By user name and password; whoever has the former one is out."""
        body = {"username": self.world.gate.username, "password": self.world.gate.password + ("" if good else "!")}
        if carries:
            self.ask("issue_token", "POST", "/Token", manner, body=body)
        else:
            self.ask("issue_token", "POST", "/Token", manner, body=body, authorization=None)

    @step(changes=st.lists(CHANGES, min_size=1, max_size=4), saved=st.booleans())
    def change_the_page(self, changes: list[Change], saved: bool) -> None:
        """The self-service page: what it refuses, and how it stands then, be the world put back or not."""
        for what, how in changes:
            self._change(what, how)
        if saved:
            self.put_back(self.control("GET", "/snapshot"))
        self._look_at_the_page()

    def _change(self, what: str, how: str) -> None:
        gate = self.world.gate
        match what:
            case "token":
                self._create_a_token(how)
            case "revoke":
                for _ in range(2 if how == "twice" else 1):
                    self.control("DELETE", "/account/token", expected=gate.revoke())
            case "terms":
                gate.terms = how == "accept"
                self.control("PUT" if gate.terms else "DELETE", "/account/terms")
            case "add":
                self.control("POST", "/account/addresses", {"address": how}, gate.add_address(how))
            case "remove":
                for address in list(gate.addresses) if how == EVERY_ONE else [how]:
                    path = f"/account/addresses?address={quote(address, safe='')}"
                    self.control("DELETE", path, expected=gate.remove_address(address))

    def _create_a_token(self, how: str) -> None:
        """With the second factor; another user does it without telling this client."""
        factor = "123456" if how == "without the second factor" else SECOND_FACTOR
        refused = self.world.gate.page_token(factor)
        if refused is not None:
            self.control("POST", "/account/token", {"secondFactor": factor}, refused)
            return
        before = self.hand
        self.new_token_on_the_page()
        if how == "untold":
            self.hand = before

    def _look_at_the_page(self) -> None:
        """Terms, addresses, token and limit as they stand."""
        gate, now = self.world.gate, self.world.now
        told = self.control("GET", "/account")
        limit = told.pop("limit")
        assert told == gate.page(), f"the page says {told}, expected {gate.page()}"
        until = None if limit["blockedUntil"] is None else datetime.fromisoformat(limit["blockedUntil"])
        expected = moment(gate.blocked_until) if gate.blocked_until > now else None
        assert until == expected, f"the page says blocked until {until}, expected {expected}"
        assert limit["calls"] == gate.limit.calls, f"the page says {limit}, expected {gate.limit}"

    @step(caller=CALLERS, stays=st.booleans(), manner=MANNERS)
    def call_from_elsewhere(self, caller: str, stays: bool, manner: Manner) -> None:
        """From another address, once or from now on."""
        if stays:
            self.caller = caller
        self.ask("list_orders", "GET", "/Orders", manner, caller=caller)

    @step(how=BAD_CREDENTIALS, manner=MANNERS)
    def call_with_a_bad_token(self, how: str, manner: Manner) -> None:
        """Dead, none, or written in a way that the service does not take (ledger, authorization-form)."""
        tokens = [token for token in self.world.gate.tokens if token is not None]
        live = self.hand or "nothing"
        dead = next((token for token in reversed(tokens) if token != self.world.gate.tokens[-1]), "a.b.c")
        said = {
            "dead": f"Bearer {dead}",
            "none": None,
            "garbage": "Bearer a.b.c",
            "bare": live,
            "quoted": f'Bearer "{live}"',
            "basic": f"Basic {live}",
            "two": f"Bearer {live} {live}",
        }[how]
        self.ask("list_orders", "GET", "/Orders", manner, authorization=said)

    @step(extra=st.integers(-1, 5))
    def hurry(self, extra: int) -> None:
        """As many calls as the limit still lets through, a few more or one less."""
        left = self.world.gate.left(self.world.now)
        pause = self.world.setting.pace
        for _ in range(min(60, 3 if left is None or pause else left + extra)):
            self.ask("cart", "GET", "/Cart", PLAIN)
