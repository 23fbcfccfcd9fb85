"""Mistakes of scenarios, as values."""

from elko_mock.scenario.loader import Finding, ScenarioProblem, load


def mistakes(name_or_path: str) -> tuple[Finding, ...]:
    """Every mistake in a scenario and in what it extends; empty when there is none."""
    try:
        load(name_or_path)
    except ScenarioProblem as problem:
        return problem.findings
    return ()
