"""A mock in a process of its own; what it says while it is maltreated is part of every test."""

from collections.abc import Iterator

import pytest

from tests.hostile.wire import Served, serving


@pytest.fixture(scope="session")
def _process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("hostile"), "--products", "50", "--limit", "0") as served:
        yield served


@pytest.fixture
def served(_process: Served) -> Iterator[Served]:
    """Checks afterwards that it lives, still answers, and has said nothing of anything unforeseen."""
    before = len(_process.complaints())
    yield _process
    assert _process.process.poll() is None
    assert _process.well()
    assert _process.complaints()[before:] == []
