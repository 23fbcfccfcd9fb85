"""Fuzzes one target under atheris; `python -m tests.fuzz` runs it with a target and libFuzzer's own arguments."""

import sys
import time

import atheris

with atheris.instrument_imports(include=["elko_mock"]):
    from tests.fuzz.targets import TARGETS

MOST_SECONDS = 2.0
"""Of processor time for one input of a few thousand bytes; what is measured is slowed down by the measuring."""


def main(name: str, arguments: list[str]) -> None:
    """Does not return: libFuzzer ends the process."""
    target = TARGETS[name]

    def timed(data: bytes) -> None:
        began = time.process_time()
        target(data)
        assert time.process_time() - began < MOST_SECONDS, "this takes too long"

    atheris.Setup([sys.argv[0], *arguments], timed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
