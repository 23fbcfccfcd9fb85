"""The run as a pytest suite: `pytest --pyargs elko_mock.verify --elko-url URL`; one run, told test by test."""

from typing import Any

import pytest

from elko_mock.verify import run as running
from elko_mock.verify.command import is_mock
from elko_mock.verify.model import Verdict
from elko_mock.verify.option_table import OPTIONS
from elko_mock.verify.options import UsageProblem, plan_of
from elko_mock.verify.plan import Plan, checks_of, scope_of
from elko_mock.verify.report.console import text_of

_PLAN = pytest.StashKey[Plan]()
_VERDICT = pytest.StashKey[Verdict]()


def pytest_configure(config: pytest.Config) -> None:
    """The plan; a usage that makes no sense ends pytest here, with exit code 4."""
    url = config.getoption("--elko-url", None)  # the options are the plugin's: pytest reads this file too late for that
    if url is None:
        return
    if hasattr(config, "workerinput"):
        raise pytest.UsageError("a run has one budget: leave -n out, or its workers would share one provider's limit")
    given = {option.name: config.getoption(f"--elko-{option.name}") for option in OPTIONS}
    try:
        plan = plan_of(url, given)
        if plan.token is None and not is_mock(plan):
            raise UsageProblem(f"{plan.target.host} wants a token: give --elko-token-file FILE")
    except UsageProblem as wrong:
        raise pytest.UsageError(str(wrong)) from None
    config.stash[_PLAN] = plan


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each operation in scope, and for each check."""
    plan = metafunc.config.stash.get(_PLAN, None)
    if "operation" in metafunc.fixturenames:
        names = [] if plan is None else [operation.id for operation in scope_of(plan)]
        metafunc.parametrize("operation", names)
    if "check" in metafunc.fixturenames:
        metafunc.parametrize("check", [] if plan is None else checks_of(plan))


@pytest.fixture(scope="session")
def verdict(request: pytest.FixtureRequest) -> Verdict:
    """The one run that all tests tell of."""
    config = request.config
    plan = config.stash.get(_PLAN, None)
    if plan is None:
        pytest.skip("--elko-url URL says which server to check")
    made = config.stash[_VERDICT] = running.verify(plan).verdict
    return made


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The whole report at the end."""
    made = config.stash.get(_VERDICT, None)
    if made is not None:
        terminalreporter.section("elko-mock verify")
        terminalreporter.write_line(text_of(made))
