"""Places for a state file that can run out of room, or that may only be read, for whichever user runs the tests."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.durability.serving import Served

_PIECE = 4096


class Place(Protocol):
    """Where a state file lies."""

    @property
    def state(self) -> Path:
        """The state file, as the mock is told."""

    @property
    def through(self) -> tuple[str, ...]:
        """The command through which the mock comes to see it."""

    def fill(self, served: Served) -> None:
        """No room from now on, or next to none."""

    def clear(self, served: Served) -> None:
        """Room again."""


class Rationed:
    """A folder, and a limit on the size of the files that the process writes: SQLite meets it where a full disk is."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state.db"
        self.through: tuple[str, ...] = ()

    def fill(self, served: Served) -> None:
        largest = max(one.stat().st_size for one in self.state.parent.glob("state.db*"))
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (largest + 20_000, resource.RLIM_INFINITY))

    def clear(self, served: Served) -> None:
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class Disk:
    """A filesystem that only those see who come `through`: it goes with the last of them, and leaves nothing behind."""

    def __init__(self, keeper: int, mounted: Path, *, as_root: bool) -> None:
        self.state = mounted / "state.db"
        entering = ("--mount",) if as_root else ("--user", "--preserve-credentials", "--mount")
        self.through: tuple[str, ...] = ("nsenter", f"--target={keeper}", *entering)
        self.seen = Path(f"/proc/{keeper}/root") / mounted.relative_to("/")
        """The same folder as it is seen from here."""

    def fill(self, served: Served) -> None:
        del served
        with (self.seen / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"x" * _PIECE):
                pass

    def clear(self, served: Served) -> None:
        del served
        (self.seen / "filler").unlink()

    def may_only_be_read(self) -> None:
        """From now on."""
        mounted = str(self.state.parent)
        subprocess.run([*self.through, "mount", "-o", "remount,ro", mounted], check=True)


@contextmanager
def disk(folder: Path, size: str) -> Iterator[Disk]:
    """A filesystem of that size, mounted at a folder in a mount namespace of its own. Skips where that is not allowed,
    as in a container without privileges."""
    folder.mkdir()
    ways = ((("--mount",), True), (("--user", "--map-root-user", "--mount"), False))
    for apart, as_root in ways if os.geteuid() == 0 else ways[1:]:
        try:
            keeper = subprocess.Popen(
                [
                    "unshare",
                    *apart,
                    "sh",
                    "-c",
                    f'mount -t tmpfs -o size={size} none "$0" && echo there && cat',
                    folder,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except FileNotFoundError:
            pytest.skip("there is no unshare here (util-linux)")
        assert keeper.stdout is not None
        try:
            if keeper.stdout.readline() == b"there\n":
                yield Disk(keeper.pid, folder, as_root=as_root)
                return
        finally:
            keeper.communicate()  # its input ends, so it does
    pytest.skip("this user may not mount anything here")
