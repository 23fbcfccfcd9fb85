"""The verdict as a test asks for it: over what has happened in its world so far."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console

from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Exchange
from elko_mock.grade.config import read_grading
from elko_mock.grade.recorded import grade_exchanges
from elko_mock.grade.report.console import print_verdict
from elko_mock.grade.session import Ending
from elko_mock.grade.verdict import Exit, Verdict
from elko_mock.settings import load

_WIDTH = 140


class Verdicts:
    """What the fixture `elko_verdict` answers. Call it for the verdict, or `check` to fail the test by it."""

    def __init__(self, exchanges: Callable[[], Iterable[Exchange]], scenario: str, name: str) -> None:
        """`exchanges` answers the journal as it stands when it is asked."""
        self._exchanges = exchanges
        self._scenario = scenario
        self._name = name

    def __call__(self, *, exit_status: int | None = None, **choice: Any) -> Verdict:
        """The verdict so far. `choice`: `profile`, `only`, `on`, `off`, `least_exercised`, and rules' thresholds by id
        (`C07={"minutes": 30}`), over those of elko-mock.toml. Raises GradingProblem or SettingsProblem."""
        grading = read_grading({**load({}).grade, **choice}, where="elko_verdict")
        ending = None if exit_status is None else Ending(exit_status=exit_status)
        contract = Contract.load()
        return grade_exchanges(
            self._exchanges(), grading, contract, scenario=self._scenario, ending=ending, name=self._name
        )

    def check(self, *, exit_status: int | None = None, **choice: Any) -> Verdict:
        """The verdict, if there was something to judge and no rule that counts was broken. Raises AssertionError with
        the report otherwise."""
        found = self(exit_status=exit_status, **choice)
        nothing = not any(one.exercised for one in found.judged)
        if nothing or found.exit is Exit.FAILED:
            raise AssertionError(("nothing was judged: no rule was exercised\n" if nothing else "") + text_of(found))
        return found


def text_of(verdict: Verdict) -> str:
    """The console's report as plain text."""
    out = io.StringIO()
    print_verdict(verdict, Console(file=out, width=_WIDTH, highlight=False, color_system=None))
    return out.getvalue()
