"""The plan of a run, and what it comes to: operations and checks."""

from dataclasses import dataclass, field

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.verify.check import Check, Credentials
from elko_mock.verify.checks.catalogue import OWN
from elko_mock.verify.conclude import ANSWERED
from elko_mock.verify.generated.document import Form
from elko_mock.verify.generated.tuning import CHECKS
from elko_mock.verify.scope import in_scope
from elko_mock.verify.target import Target


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do."""

    target: Target
    contract: Contract
    token: str | None = field(default=None, repr=False)
    credentials: Credentials | None = None
    share: int | None = None
    """Percent of the real limit that may be used; None: 20, and no pace at all against a mock."""
    max_calls: int | None = None
    examples: int | None = None
    """Generated calls per operation and phase; None: few against a real provider, many against a mock."""
    quick: bool = False
    """Without the generated calls that go through every boundary of every schema."""
    seed: int = 1
    only: frozenset[str] | None = None
    """Operation ids; None for all that may be exercised."""
    checks: frozenset[str] | None = None
    """Ids of our own checks; None for all."""
    forms: tuple[Form, ...] = ("json", "xml")
    timeout: float = 60.0
    verify_tls: bool = True


def warning_of(plan: Plan) -> str | None:
    """What the user ought to know before the first call goes out; the verdict has it too."""
    if plan.token is None or not plan.target.in_clear:
        return None
    return f"the token goes to {plan.target.host} in clear, for all to read on its way; use https:// if it can"


def scope_of(plan: Plan) -> tuple[Operation, ...]:
    """The operations that a plan exercises."""
    every = in_scope(plan.contract.operations, writes=plan.target.writes)
    return tuple(each for each in every if plan.only is None or each.id in plan.only)


def own_checks_of(plan: Plan) -> tuple[Check, ...]:
    """Our own checks that a plan can make."""
    inside = {operation.known_as for operation in scope_of(plan)}
    return tuple(
        check
        for check in OWN
        if (plan.checks is None or check.id in plan.checks)
        and (plan.target.writes or not check.writes)
        and inside.issuperset(check.needs)
        and not (check.one_of and inside.isdisjoint(check.one_of))
    )


def checks_of(plan: Plan) -> tuple[str, ...]:
    """The ids of all checks that a plan makes."""
    return (ANSWERED, *CHECKS, *(check.id for check in own_checks_of(plan)))
