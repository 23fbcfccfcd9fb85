"""Whether files can be written, found out before a run rather than after it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def folder_for(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """The folder is there while this lasts, and takes files of these names. If nothing has come into it by the end, it
    goes again. Raises OSError that names the file."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try_files(folder / name for name in names)
        yield
    finally:
        for one in missing:
            with suppress(OSError):  # it is in use, or could not be made
                one.rmdir()


def try_files(files: Iterable[Path]) -> None:
    """Opens each as if to write it; what is in it stays, and what was not there goes again. Raises OSError that names
    the file."""
    for file in files:
        if file.exists():
            if file.is_file() or file.is_dir():  # a pipe or a device would take the opening for the writing
                file.open("ab").close()
        else:
            file.open("xb").close()
            file.unlink()
