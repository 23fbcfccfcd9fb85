"""What the tests of client programs share."""

from pathlib import Path

import pytest

from tests.clients.running import compiled


@pytest.fixture(scope="session")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled Java programs."""
    return compiled(tmp_path_factory.mktemp("classes"))
