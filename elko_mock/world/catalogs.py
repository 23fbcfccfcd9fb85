"""Catalogues by seed, count or file: made once, shared by every world that starts from the same."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from elko_mock.scenario.model import Scenario
from elko_mock.trade.catalog import Catalog

_Key = tuple[int, int] | tuple[str, int, int]


class Catalogs:
    """A small store of immutable catalogues; the one unused for longest goes first."""

    __slots__ = ("_files", "_kept", "_most", "_read")

    def __init__(self, read: Callable[[Path], Catalog] | None = None, *, most: int = 16) -> None:
        """`read` makes a catalogue of a file; it raises a ValueError for people when it cannot."""
        self._read = read
        self._most = most
        self._kept: OrderedDict[_Key, Catalog] = OrderedDict()
        self._files: set[Path] = set()

    def knows(self, path: Path) -> bool:
        """Whether a catalogue has been made of that file."""
        return path.resolve() in self._files

    def of(self, scenario: Scenario) -> Catalog:
        """The scenario's catalogue. Raises ValueError for a file that makes none."""
        key = _key(scenario)
        catalog = self._kept.get(key)
        if catalog is None:
            catalog = self._make(scenario)
            self._kept[key] = catalog
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return catalog

    def _make(self, scenario: Scenario) -> Catalog:
        if scenario.catalog is None:
            return Catalog.generate(scenario.seed, scenario.products)
        if self._read is None:
            raise ValueError(f"the catalogue {scenario.catalog} cannot be read here")
        catalog = self._read(scenario.catalog)
        self._files.add(scenario.catalog.resolve())
        return catalog


def _key(scenario: Scenario) -> _Key:
    """A file that was written anew is another one."""
    path = scenario.catalog
    if path is None:
        return (scenario.seed, scenario.products)
    try:
        state = path.stat()
    except OSError as wrong:
        raise ValueError(f"the catalogue {path} cannot be read: {wrong.strerror or wrong}") from None
    return (str(path.resolve()), state.st_mtime_ns, state.st_size)
