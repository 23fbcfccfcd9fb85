"""Access: no answer without the token, and a 403 that is the same whatever the cause (manual, response codes)."""

from collections.abc import Callable, Iterator
from typing import Any

from elko_mock.verify.asker import NOTHING, Arguments
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply
from elko_mock.verify.scope import READ_ONLY

WRONG = "Bearer aGVhZGVy.bm90LWEtdG9rZW4.c2lnbmF0dXJl"
_NO_SUCH = 999999999
_THAT_ONE = Arguments((str(_NO_SUCH),))
_ORDER = {"lines": [{"elkoCode": _NO_SUCH, "quantity": 1}]}
_WRITES: dict[str, tuple[Arguments, Any]] = {
    "createOrder": (NOTHING, _ORDER),
    "cancelOrder": (_THAT_ONE, None),
    "createReservation": (NOTHING, _ORDER),
    "updateReservation": (_THAT_ONE, _ORDER),
    "releaseReservation": (_THAT_ONE, None),
    "clearCart": (NOTHING, None),
    "addToCart": (NOTHING, {"elkoCode": _NO_SUCH, "quantity": 1}),
    "addKitToCart": (NOTHING, {"kitId": _NO_SUCH, "quantity": 1}),
    "removeFromCart": (_THAT_ONE, None),
}
"""As the document wants them, and of things that are not there: should one be let in, it does no harm. Only the cart
is emptied, as other checks do with the token."""


def token_needed(trial: Trial) -> None:
    """Every operation without a token, and with a wrong one: 403."""
    for words, value in (("without a token", None), ("with a wrong token", WRONG)):
        for name, arguments, body in _calls(trial):
            reply = trial.ask(name, arguments, body=body, authorization=value, may_be_refused=True)
            trial.expect(reply.status == 403, name, f"{words}: answered {reply.status}, not 403", reply)
        let_in(trial.ask)


def alike(trial: Trial) -> None:
    """No token, a wrong one, another scheme: the same 403, but for a traceId, which is each call's own."""
    first: Reply | None = None
    for words, value in (("no token", None), ("a wrong token", WRONG), ("another scheme", "Basic YTpi")):
        reply = trial.ask("getVendors", authorization=value, may_be_refused=True)
        if reply.status != 403:
            continue
        first = first or reply
        good = _told(reply) == _told(first)
        trial.expect(good, "getVendors", f"the 403 for {words} tells itself apart from that for no token", first, reply)


def two_spaces(trial: Trial) -> None:
    """Real clients write two spaces behind `Bearer`, and are let in."""
    token = trial.asker.line.token
    if token is None:
        trial.nothing_there("there is no token")
        return
    reply = trial.ask("getVendors", authorization=f"Bearer  {token}", may_be_refused=True)
    if reply.status != 200:
        let_in(trial.ask)
    trial.expect(reply.status == 200, "getVendors", f"two spaces behind Bearer are answered {reply.status}", reply)


def _calls(trial: Trial) -> Iterator[tuple[str, Arguments, Any]]:
    """A call of each operation that takes the token."""
    for name in trial.asker.operations:
        if name in _WRITES:
            yield (name, *_WRITES[name])
        elif name in READ_ONLY:
            arguments = trial.facts.arguments(name)
            if arguments is not None:
                yield name, arguments, None


def let_in(ask: Callable[[str], Reply]) -> None:
    """A 403 proves nothing while everything is refused: the right token must still open the door. Raises Stopped."""
    ask("getVendors")


def _told(reply: Reply) -> object:
    """What an answer says about its cause."""
    data = reply.data
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name != "traceId"}
    return reply.content_type, reply.response.body if data is None else data


CHECKS = (
    Check(
        "token-needed", "Without the token, or with a wrong one: 403 and no other code", token_needed, ("getVendors",)
    ),
    Check(
        "forbidden-alike",
        "The 403 is the same, but for a traceId, whatever is wrong with the token",
        alike,
        ("getVendors",),
    ),
    Check("bearer-two-spaces", "Two spaces behind Bearer are tolerated", two_spaces, ("getVendors",)),
)
