"""C27: a server with a wrong certificate is refused."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class TlsVerified(Rule):
    """A listener whose certificate names another host."""

    id = "C27"
    name = "tls-verified"
    wording = "refuses a server with a wrong certificate"
    seen = (
        "A listener with a certificate for another name: a request that arrives there should not have been sent. "
        "Shows that request."
    )
    severity = Severity.ERROR
    sources = (Source.INFERRED,)
    scenarios = ("wrong-certificate",)
    fix = (
        "Leave certificate and host name verification on, and point your library to the system's certificates "
        "instead. Without it anybody on the way reads the token."
    )

    def concerns(self, facts: Facts) -> bool:
        """This session is for this rule alone."""
        return facts.wrong_certificate

    def watch(self, facts: Facts) -> "TlsVerifiedWatch":
        """Begin to watch a session."""
        return TlsVerifiedWatch(self, facts)


class TlsVerifiedWatch(Watch[TlsVerified]):
    """Any request that arrives is one too many."""

    nothing = "no connection was made to a server with a wrong certificate"
    kept = "broke off when it saw the certificate"

    def see(self, call: Call) -> None:
        """A request arrived."""
        if call.is_api:
            self.fault(call, f"{call.line}: sent to a server whose certificate is for another host")

    def end(self) -> None:
        """Connections without a request are the good end."""
        if self.ending.connections:
            self.occasions += 1
