"""The one token and the limit: what production enforces and every client must live with (manual, limits and access)."""

from elko_mock.clock import SECOND
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply

LIMIT = 50
_WINDOW = 10 * SECOND
_BLOCK = 60 * SECOND
_MARGIN = SECOND // 2
_DEAD = frozenset({401, 403})
"""That it has to be 403 is for `token-needed` to say."""
_AT_MOST = 120
"""Calls after which there seems to be no limit at all."""


def one_token(trial: Trial) -> None:
    """A new token works, and the former is dead from that moment on."""
    credentials = trial.credentials
    if credentials is None:
        trial.nothing_there("it takes a user name and a password (--username, --password)")
        return
    former, user, word = trial.asker.line.token, credentials.username, credentials.password
    wrong = _issue(trial, {"username": user, "password": "no"})
    trial.expect(wrong.status == 403, "issueToken", f"a wrong password is answered {wrong.status}, not 403", wrong)
    empty = _issue(trial, {})
    trial.expect(empty.status == 400, "issueToken", f"a body without a user is answered {empty.status}, not 400", empty)
    issued = _issue(trial, {"username": user, "password": word})
    if not trial.expect(issued.status == 200, "issueToken", f"answered {issued.status}", issued) or not issued.sound:
        return
    token = str(issued.data)
    works = trial.ask("getVendors", authorization=f"Bearer {token}", may_be_refused=True)
    if trial.expect(works.status == 200, "issueToken", f"the new token is answered {works.status}", issued, works):
        trial.asker.line.token = token
        if former is not None:
            dead = trial.ask("getVendors", authorization=f"Bearer {former}", may_be_refused=True)
            message = f"the former token is answered {dead.status} after a new one was made"
            if not trial.expect(dead.status in _DEAD, "issueToken", message, issued, dead):
                return
            works = trial.ask("getVendors", authorization=f"Bearer {token}", may_be_refused=True)
            if works.status != 200:  # so it was perhaps not the token that was refused
                trial.unjudged(f"after the former token was refused the new one was too ({works.status}): a block?")


def _issue(trial: Trial, body: dict[str, str]) -> Reply:
    # The token goes with it, which it need not, so that a mock knows whose world is meant.
    return trial.ask("issueToken", body=body, authorization=trial.bearer, may_be_refused=True)


def fifty(trial: Trial) -> None:
    """Fifty calls in ten seconds pass; the next is refused."""
    trial.time.pass_time(_WINDOW + _MARGIN)
    passed = _until_refused(trial, LIMIT + 1)
    trial.look()
    if passed != LIMIT:
        more = " and more" if passed > LIMIT else ""
        trial.fail("*", f"{passed}{more} calls in a row were let through; the limit is {LIMIT} in 10 s")
    trial.time.pass_time(_BLOCK + _MARGIN)


def sixty(trial: Trial) -> None:
    """The block lasts sixty seconds: not less, not more. Never asked twice within one block, which might extend it."""
    for pause, blocked in ((_BLOCK + _MARGIN, False), (_BLOCK - _MARGIN, True)):
        trial.time.pass_time(_WINDOW + _MARGIN)
        if _until_refused(trial, _AT_MOST) == _AT_MOST:
            trial.nothing_there(f"{_AT_MOST} calls in a row were not blocked")
            return
        trial.time.pass_time(pause)
        after = trial.ask("getVendors", authorization=_bearer(trial), may_be_refused=True)
        wanted = "be blocked" if blocked else "be free again"
        message = f"{pause / SECOND:g} s after the block began a call should {wanted}, and is answered {after.status}"
        trial.expect((after.status == 403) is blocked, "*", message, after)
    trial.time.pass_time(_BLOCK + _MARGIN)


def _until_refused(trial: Trial, most: int) -> int:
    """How many calls in a row are let through, up to `most`."""
    for passed in range(most):
        reply = trial.ask("getVendors", authorization=_bearer(trial), may_be_refused=True)
        if reply.status == 403:
            return passed
    return most


def _bearer(trial: Trial) -> str:
    return f"Bearer {trial.limited_token or trial.asker.line.token}"


CHECKS = (
    Check(
        "one-token",
        "A new token works and the former is dead at once",
        one_token,
        ("issueToken", "getVendors"),
        writes=True,
    ),
    Check("limit-50", "Exactly 50 calls in 10 seconds pass", fifty, ("getVendors",), writes=True, last=True),
    Check(
        "block-60", "The block lasts 60 seconds, not less and not more", sixty, ("getVendors",), writes=True, last=True
    ),
)
