"""C28: the token is in no URL and goes to no other host."""

from dataclasses import dataclass

from elko_mock.exchange.exchange import CredentialForm
from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts

MARK = "[token-redacted]"
"""What the journal puts in a token's place."""


@dataclass(frozen=True)
class SecretsKept(Rule):
    """Where tokens turn up beside the Authorization header of calls to the service."""

    id = "C28"
    name = "secrets-kept"
    wording = "puts the token into no URL and sends it to no other host"
    seen = (
        "The target of every call, and everything sent to the sink, which stands for the shop. Shows the call, never "
        "the token."
    )
    severity = Severity.ERROR
    sources = (Source.INFERRED,)
    scenarios = ("default", "calm")
    fix = (
        "Send the token in the Authorization header of calls to the service, and nowhere else. Use a separate HTTP "
        "client, with headers of its own, for the shop; and ask for a new token if the old one was in a URL."
    )

    def watch(self, facts: Facts) -> "SecretsKeptWatch":
        """Begin to watch a session."""
        return SecretsKeptWatch(self, facts)


class SecretsKeptWatch(Watch[SecretsKept]):
    """Holds the tokens' fingerprints."""

    nothing = "no token was used"
    kept = "the token was seen in the Authorization header alone"

    def __init__(self, rule: SecretsKept, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._tokens: set[str] = set()
        self._secrets = frozenset(one for one in facts.secrets if len(one) >= 8)

    def see(self, call: Call) -> None:
        """Look for tokens where they do not belong."""
        form = call.exchange.credential.form
        if call.is_api:
            if call.fingerprint:
                self.occasions += 1
                self._tokens.add(call.fingerprint)
            if form is CredentialForm.IN_QUERY or self._in_target(call):
                self.fault(call, f"{call.method} {call.exchange.request.path}: the token is part of the URL")
        elif call.is_sink and self._at_the_shop(call):
            self.fault(call, f"{call.method} {call.exchange.request.path}: the token was sent to the shop")

    def _in_target(self, call: Call) -> bool:
        target = call.exchange.request.target
        return MARK in target or any(secret in target for secret in self._secrets)

    def _at_the_shop(self, call: Call) -> bool:
        if call.fingerprint and call.fingerprint in self._tokens:
            return True
        request = call.exchange.request
        if self._in_target(call):
            return True
        parts = [request.body, *(value for _, value in request.headers)]
        wanted = [MARK.encode(), *(secret.encode() for secret in self._secrets)]
        return any(secret in part for part in parts for secret in wanted)
