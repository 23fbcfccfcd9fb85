"""The fidelity ledger: behaviours no schema can say, and how well each is known."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from elko_mock.contract.location import LEDGER, data_file
from elko_mock.contract.problem import DocumentProblem, Finding
from elko_mock.contract.syntax import parse


class Level(StrEnum):
    """How well a behaviour is known, the surest first."""

    DOCUMENTED = "documented"
    """ELKO's manual states it."""
    RECORDED = "recorded"
    """A published response or payload shows it."""
    OBSERVED = "observed"
    """Public clients depend on it, or a user has seen it on the live service."""
    ASSUMED = "assumed"
    """Nobody outside knows."""


class Entry(NamedTuple):
    """One behaviour."""

    id: str
    """Stable: documentation and reports name it."""
    topic: str
    behaviour: str
    level: Level
    reason: str
    """Why this and not something else."""
    source: str
    """Where it is stated or seen; `evidence 3.1` is that section of openapi/PROVENANCE.md. `none` for mere guesses."""
    setting: str | None = None
    """What changes it: settings of `elko-mock serve`, or `scenario` and a key."""

    def as_data(self) -> dict[str, Any]:
        """As plain data for JSON."""
        return {**self._asdict(), "level": self.level.value}


class Fidelity:
    """The whole ledger."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        """In the order of the ledger."""

    @classmethod
    def load(cls) -> "Fidelity":
        """The ledger that comes with elko-mock. Raises DocumentProblem when it has been damaged."""
        return cls.parse(data_file(LEDGER).read_bytes(), LEDGER)

    @classmethod
    def parse(cls, raw: bytes, source: str) -> "Fidelity":
        """A ledger from the bytes of its file. Raises DocumentProblem that says where."""
        entries = tuple(_entries(parse(raw, source), source))
        for id_, count in Counter(entry.id for entry in entries).items():
            if count > 1:
                raise DocumentProblem(source, Finding("", f"{id_} is there {count} times"))
        return cls(entries)

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """Entries by their ids."""
        return MappingProxyType({entry.id: entry for entry in self.entries})

    def counts(self) -> Mapping[str, int]:
        """How many entries there are of each level, the surest first."""
        counted = Counter(entry.level for entry in self.entries)
        return {level.value: counted[level] for level in Level}


_REQUIRED = {"id", "behaviour", "level", "reason", "source"}


def _entries(data: Any, source: str) -> Iterator[Entry]:
    if not isinstance(data, list):
        raise DocumentProblem(source, Finding("", "a ledger is a list of topics"))
    for number, group in enumerate(data):
        if not isinstance(group, dict) or set(group) != {"topic", "entries"} or not isinstance(group["entries"], list):
            raise DocumentProblem(source, Finding(f"#/{number}", "a topic has the keys topic and entries"))
        for index, raw in enumerate(group["entries"]):
            yield _entry(raw, str(group["topic"]), source, f"#/{number}/entries/{index}")


def _entry(raw: Any, topic: str, source: str, where: str) -> Entry:
    if not isinstance(raw, dict) or not _REQUIRED <= set(raw) <= _REQUIRED | {"setting"}:
        wanted = ", ".join(sorted(_REQUIRED))
        raise DocumentProblem(source, Finding(where, f"an entry has the keys {wanted} and perhaps setting"))
    for key, value in raw.items():
        if not isinstance(value, str) or not value:
            raise DocumentProblem(source, Finding(f"{where}/{key}", "must be text"))
    try:
        level = Level(raw["level"])
    except ValueError:
        known = ", ".join(Level)
        raise DocumentProblem(source, Finding(f"{where}/level", f"{raw['level']} is no level; {known} are")) from None
    return Entry(raw["id"], topic, raw["behaviour"], level, raw["reason"], raw["source"], raw.get("setting"))
