"""C13: the token comes as `Bearer <token>`, in the header."""

from collections.abc import Mapping
from dataclasses import dataclass

from elko_mock.exchange.exchange import CredentialForm
from elko_mock.grade.call import TOKEN, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.rules.c28_secrets_kept import MARK
from elko_mock.grade.session import Facts

_WRONG: Mapping[CredentialForm, str] = {
    CredentialForm.NONE: "no Authorization header",
    CredentialForm.BARE: "the word Bearer is missing before the token",
    CredentialForm.QUOTED: "the token stands in quotes",
    CredentialForm.LINE_END: "there is a line end in the token",
    CredentialForm.OTHER_SCHEME: "another scheme than Bearer",
}


@dataclass(frozen=True)
class BearerWellformed(Rule):
    """The form of the Authorization value, call by call. More than one space after the scheme is let pass."""

    id = "C13"
    name = "bearer-wellformed"
    wording = "sends Bearer and the token: scheme there, no quotes, no line end, nothing in the query string"
    seen = (
        "The form of the Authorization header on every call but Token, and the query of every call. Shows the call and "
        "what is wrong with it."
    )
    severity = Severity.ERROR
    sources = (Source.MANUAL, Source.OBSERVED)
    scenarios = ("default", "calm")
    fix = (
        "Send exactly `Authorization: Bearer ` and the token, on every call but POST Token. POST Token answers a JSON"
        " string when you accept JSON, so parse it, and trim what you read from a file."
    )

    def watch(self, facts: Facts) -> "BearerWellformedWatch":
        """Begin to watch a session."""
        return BearerWellformedWatch(self, facts)


class BearerWellformedWatch(Watch[BearerWellformed]):
    """Looks at each call by itself."""

    nothing = "no call was made that needs a token"
    kept = "every call carried a well-formed token"

    def see(self, call: Call) -> None:
        """Judge the form."""
        form = call.exchange.credential.form
        if not call.is_api:
            return
        if MARK.search(call.exchange.request.query):
            self.fault(call, f"{call.line}: the token is in the query string")
        elif call.operation != TOKEN and (call.operation is not None or form is not CredentialForm.NONE):
            self.occasions += 1
            if form in _WRONG:
                self.fault(call, f"{call.line}: {_WRONG[form]}")
