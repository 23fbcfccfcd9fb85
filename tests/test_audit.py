"""`make audit` says clean only when every package was looked up: silence of the advisory service is no good news."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
SKIPPED: dict[str, Any] = {"name": "b", "skip_reason": "Dependency not found and could not be audited: b (1)"}
BAD: dict[str, Any] = {"name": "c", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    path = Path(__file__).resolve().parent.parent / ".ci" / "audit.py"
    spec = importlib.util.spec_from_file_location("audit", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("looked_at", "code", "said"),
    [
        ([CLEAN, CLEAN], 0, "no known vulnerability among 2 pinned packages"),
        ([CLEAN, SKIPPED], 77, "did not answer for 1 of 2 pinned packages (b), so nothing is known of these"),
        ([SKIPPED], 77, "did not answer for 1 of 1"),
        ([], 77, "did not answer"),
        ([CLEAN, BAD], 1, "c 1: X-1, fixed in 2"),
        ([SKIPPED, BAD], 1, "1 known vulnerabilities among 2 pinned packages"),
    ],
)
def test_it_tells_clean_from_not_known(
    audit: ModuleType, capsys: pytest.CaptureFixture[str], looked_at: list[dict[str, Any]], code: int, said: str
) -> None:
    assert audit.judged(looked_at) == code
    assert said in capsys.readouterr().out
