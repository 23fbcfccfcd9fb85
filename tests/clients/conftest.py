"""What the tests of client programs share."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.clients.running import Program, compiled

CommandOf = Callable[[Program], list[str]]


@pytest.fixture(scope="session")
def command_of(tmp_path_factory: pytest.TempPathFactory) -> CommandOf:
    """How a program is run on this machine; the Java programs are compiled when the first of them is asked for."""

    @cache
    def classes() -> Path:
        return compiled(tmp_path_factory.mktemp("classes"))

    def command(program: Program) -> list[str]:
        if program.missing:
            pytest.skip(f"{', '.join(program.missing)} not found")
        return program.command(classes() if program.language == "java" else Path())

    return command
