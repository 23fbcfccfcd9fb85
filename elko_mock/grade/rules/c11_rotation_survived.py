"""C11: after the token was replaced from outside: one refresh, one retry, no loop."""

from dataclasses import dataclass

from elko_mock.exchange.exchange import CredentialForm
from elko_mock.grade.call import TOKEN, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch, threshold
from elko_mock.grade.session import Facts

WELL_FORMED = frozenset({CredentialForm.BEARER, CredentialForm.TWO_SPACES})


@dataclass(frozen=True)
class RotationSurvived(Rule):
    """A token that had worked is refused, and the client itself has made no other."""

    id = "C11"
    name = "rotation-survived"
    wording = "after its token was replaced: one refresh, one retry, no loop"
    seen = (
        "A token that had worked is refused although this run made no other: then one Token call and the refused call"
        " again, with the new one. Shows the refusal and what was done instead."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL,)
    scenarios = ("token-rotated-midway", "three-403s")
    fix = (
        "When a call is refused and it was not the limit, ask POST Token once, repeat that call once, and go on with "
        "the new token. If that is refused too, stop and tell a person."
    )

    refreshes: int = threshold(1, "Token calls allowed until a call is let in again")
    in_vain: int = threshold(20, "calls with the dead token before the refresh; to wait first is no fault")

    def watch(self, facts: Facts) -> "RotationSurvivedWatch":
        """Begin to watch a session."""
        return RotationSurvivedWatch(self, facts)


class _Rotation:
    """One replacement of the token, from its first refusal until it is survived."""

    def __init__(self, refused: Call) -> None:
        self.refused = refused
        self.dead = refused.fingerprint
        self.refreshes = 0
        self.refused_calls = {refused.meaning}
        self.in_vain = 1
        self.helpless = False
        """A new token was asked for and refused: what comes of it is not the client's doing."""
        self.repeated = False


class RotationSurvivedWatch(Watch[RotationSurvived]):
    """Holds which tokens worked and the rotation under way."""

    nothing = "no token was replaced from outside"
    kept = "one refresh and the refused call again"

    def __init__(self, rule: RotationSurvived, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._worked: set[str] = set()
        self._own: set[str] = set()
        """Tokens that stopped working because this run made a new one."""
        self._rotation: _Rotation | None = None
        self._last: _Rotation | None = None

    def see(self, call: Call) -> None:
        """Follow a token from its first use to its end."""
        if not call.is_api:
            return
        if call.operation == TOKEN:
            self._token_made(call)
        elif call.reason == "token":
            self._token_refused(call)
        elif call.fingerprint and not call.refused and call.operation is not None:
            self._worked.add(call.fingerprint)
            self._let_in(call)

    def _token_made(self, call: Call) -> None:
        rotation = self._rotation
        if call.status != 200:
            if rotation is not None and call.refused:
                rotation.helpless = True
            return
        if rotation is None:
            self._own |= self._worked
            return
        rotation.refreshes += 1
        if rotation.refreshes == self.rule.refreshes + 1:
            self.fault(
                call, f"{call.line}: new token number {rotation.refreshes}, and not one call let in since the first"
            )

    def _token_refused(self, call: Call) -> None:
        token, rotation = call.fingerprint, self._rotation
        if not token or call.exchange.credential.form not in WELL_FORMED:
            return
        if rotation is None or token != rotation.dead:
            if rotation is None and token in self._worked and token not in self._own:
                self._rotation = _Rotation(call)
            return
        if rotation.refreshes:
            return  # calls under way; a loop shows in the number of refreshes, or below at the end
        rotation.in_vain += 1
        if len(rotation.refused_calls) < self.rule.in_vain:
            rotation.refused_calls.add(call.meaning)
        if rotation.in_vain == self.rule.in_vain + 1:
            self.fault(call, f"{call.line}: still the dead token, {rotation.in_vain} calls after it was replaced")

    def _let_in(self, call: Call) -> None:
        rotation = self._rotation
        if rotation is not None and call.fingerprint != rotation.dead:
            self._own.add(rotation.dead)
            self._last, self._rotation = rotation, None
        last = self._last
        if last is not None and not last.repeated and call.meaning in last.refused_calls:
            last.repeated = True
            self.occasions += 1

    def end(self) -> None:
        """Judge a rotation that was not survived, and a refused call that was never repeated."""
        rotation, last = self._rotation, self._last
        if rotation is not None and not rotation.helpless and not self.faults and self.ending.known:
            if rotation.refreshes:
                self.fault(
                    rotation.refused, f"{rotation.refused.line}: asked for a new token, and made no call with it"
                )
            else:
                self.fault(
                    rotation.refused, f"{rotation.refused.line}: never asked for a new token; {self.ending.story}"
                )
        if last is not None and not last.repeated and self.ending.known:
            self.fault(last.refused, f"{last.refused.line}: went on with the new token, and never made this call again")

    def summary(self) -> str:
        """One sentence."""
        return "did not survive that its token was replaced" if self.faults else super().summary()
