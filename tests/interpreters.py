"""Which other Pythons this machine has: `python -m tests.interpreters` prints the paths of those that are supported."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = tuple((3, minor) for minor in range(11, 15))


def interpreters() -> dict[tuple[int, int], Path]:
    """By version, one Python of each that can make virtual environments; this one is among them."""
    found = {sys.version_info[:2]: Path(sys._base_executable)}  # type: ignore[attr-defined]
    for candidate in _candidates():
        version = _version(candidate)
        if version in SUPPORTED:
            found.setdefault(version, candidate)
    return dict(sorted(found.items()))


def _candidates() -> Iterator[Path]:
    for major, minor in SUPPORTED:
        on_path = shutil.which(f"python{major}.{minor}")
        if on_path is not None:
            yield Path(on_path)
    yield from sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/3.*/bin/python"))


def _version(python: Path) -> tuple[int, int] | None:
    asked = "import ensurepip, sys, venv; print(*sys.version_info[:2])"
    try:
        said = subprocess.run([python, "-c", asked], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None  # a stand-in of a version manager, or a broken one
    major, minor = said.split()
    return int(major), int(minor)


if __name__ == "__main__":
    for path in interpreters().values():
        print(path)  # noqa: T201
