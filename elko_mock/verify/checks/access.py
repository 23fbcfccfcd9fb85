"""Access: no answer without the token, and a 403 that is the same whatever the cause (manual, response codes)."""

from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply
from elko_mock.verify.scope import READ_ONLY

_WRONG = "Bearer aGVhZGVy.bm90LWEtdG9rZW4.c2lnbmF0dXJl"


def token_needed(trial: Trial) -> None:
    """Every reading operation without a token, and one with a wrong token: 403."""
    for name in trial.asker.operations:
        arguments = trial.facts.arguments(name) if name in READ_ONLY else None
        if arguments is not None:
            without = trial.ask(name, arguments, authorization=None, may_be_refused=True)
            _forbidden(trial, name, without, "without a token")
    wrong = trial.ask("getVendors", authorization=_WRONG, may_be_refused=True)
    _forbidden(trial, "getVendors", wrong, "with a wrong token")
    # A 403 proves nothing while everything is refused: the right token must still open the door.
    trial.ask("getVendors")


def alike(trial: Trial) -> None:
    """No token, a wrong one, another scheme: byte for byte the same 403."""
    first: Reply | None = None
    for words, value in (("no token", None), ("a wrong token", _WRONG), ("another scheme", "Basic YTpi")):
        reply = trial.ask("getVendors", authorization=value, may_be_refused=True)
        if reply.status != 403:
            continue
        first = first or reply
        good = reply.response.body == first.response.body
        trial.expect(good, "getVendors", f"the 403 for {words} tells itself apart from that for no token", first, reply)


def two_spaces(trial: Trial) -> None:
    """Real clients write two spaces behind `Bearer`, and are let in."""
    token = trial.asker.line.token
    if token is None:
        trial.nothing_there("there is no token")
        return
    reply = trial.ask("getVendors", authorization=f"Bearer  {token}", may_be_refused=True)
    trial.expect(reply.status == 200, "getVendors", f"two spaces behind Bearer are answered {reply.status}", reply)


def _forbidden(trial: Trial, name: str, reply: Reply, words: str) -> None:
    trial.expect(reply.status == 403, name, f"{words}: answered {reply.status}, not 403", reply)


CHECKS = (
    Check(
        "token-needed", "Without the token, or with a wrong one: 403 and no other code", token_needed, ("getVendors",)
    ),
    Check(
        "forbidden-alike",
        "The 403 is the same, byte for byte, whatever is wrong with the token",
        alike,
        ("getVendors",),
    ),
    Check("bearer-two-spaces", "Two spaces behind Bearer are tolerated", two_spaces, ("getVendors",)),
)
