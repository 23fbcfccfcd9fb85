"""C28: the token is in no URL and goes to no other host."""

import re
from dataclasses import dataclass

from elko_mock.exchange.redaction import token_mark
from elko_mock.grade.call import TOKEN, Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts

MARK = re.compile(r"\[token-[0-9a-f]{8}\]")
"""What the journal puts in a token's place."""
_SHORTEST = 8


@dataclass(frozen=True)
class SecretsKept(Rule):
    """Where tokens turn up beside the Authorization header of calls to the service."""

    id = "C28"
    name = "secrets-kept"
    wording = "puts the token into no URL and sends it to no other host"
    seen = (
        "The target of every call, and everything sent to the sink, which stands for the shop: whether a token known "
        "from a Token answer or an Authorization header is there. Shows the call, never the token."
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
    """Holds what stands for the account's tokens: fingerprints in headers, marks wherever else one was recorded."""

    nothing = "no token was used"
    kept = "the token was seen in the Authorization header alone"

    def __init__(self, rule: SecretsKept, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._fingerprints: set[str] = set()
        secrets = [one for one in facts.secrets if len(one) >= _SHORTEST]
        self._marks = {*secrets, *(token_mark(one) for one in secrets)}
        self._strange: dict[str, Call] = {}
        """Marks at the shop that are not known yet, each with the first call that had it."""

    def see(self, call: Call) -> None:
        """Look for tokens where they do not belong."""
        if call.is_api:
            self._learn(call)
            if call.fingerprint:
                self.occasions += 1
                self._fingerprints.add(call.fingerprint)
            if self._in_target(call):
                self.fault(call, f"{call.method} {call.exchange.request.path}: the token is part of the URL")
        elif call.is_sink and self._at_the_shop(call):
            self._sent_to_the_shop(call)

    def end(self) -> None:
        """What was sent to the shop before it was known for a token."""
        for mark, call in self._strange.items():
            if mark in self._marks:
                self._sent_to_the_shop(call)

    def _sent_to_the_shop(self, call: Call) -> None:
        self.fault(call, f"{call.method} {call.exchange.request.path}: the token was sent to the shop")

    def _learn(self, call: Call) -> None:
        """The marks of tokens that were handed out, or used as such."""
        self._marks.update(MARK.findall(call.exchange.request.header(b"authorization") or ""))
        response = call.exchange.response
        if call.operation == TOKEN and call.status == 200 and response is not None and isinstance(response.body, bytes):
            self._marks.update(MARK.findall(response.body.decode("latin-1")))

    def _in_target(self, call: Call) -> bool:
        """A JWT in a URL of the service is the service's, whether its mark is known or not."""
        target = call.exchange.request.target
        return MARK.search(target) is not None or any(mark in target for mark in self._marks)

    def _at_the_shop(self, call: Call) -> bool:
        """The shop may have tokens of its own: only those known to be ELKO's count."""
        if call.fingerprint and call.fingerprint in self._fingerprints:
            return True
        request = call.exchange.request
        fields = [request.body, *(value for _, value in request.headers)]
        sent = "\n".join([request.target, *(field.decode("latin-1") for field in fields)])
        if any(mark in sent for mark in self._marks):
            return True
        for mark in MARK.findall(sent):
            self._strange.setdefault(mark, call)
        return False
