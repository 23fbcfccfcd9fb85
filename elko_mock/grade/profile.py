"""Profiles: how much is asked of a client."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from elko_mock.grade.rule import Severity

_MINIMAL = frozenset({"C01", "C02", "C03", "C05", "C10", "C13", "C17", "C18", "C28", "C29"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A choice of rules, and what it takes to fail."""

    name: str
    line: str
    """What it is for."""
    rules: frozenset[str] | None
    """Ids; None for all."""
    failing: frozenset[Severity]
    """Severities whose rules fail the run when broken."""
    least_exercised: float
    """Share of the error rules that must have been put to the test for a pass, 0 to 1."""

    def takes(self, rule: str) -> bool:
        """Whether the rule of that id belongs to it."""
        return self.rules is None or rule in self.rules

    def counts(self, severity: Severity) -> bool:
        """Whether breaking such a rule fails the run."""
        return severity in self.failing


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        one.name: one
        for one in (
            Profile(
                "minimal",
                "does no harm: what blocks the account, orders twice or gives the token away",
                _MINIMAL,
                frozenset({Severity.ERROR}),
                0.3,
            ),
            Profile(
                "standard",
                "fit for production: every rule is judged, and the errors must not be broken",
                None,
                frozenset({Severity.ERROR}),
                0.4,
            ),
            Profile(
                "strict",
                "nothing to complain of: warnings fail too, and most rules must have been exercised",
                None,
                frozenset({Severity.ERROR, Severity.WARNING}),
                0.75,
            ),
        )
    }
)
