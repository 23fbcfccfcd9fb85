"""The street: as many mocks as runs are under way, started when first needed, used again and again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from elko_mock.grade.house import House
from elko_mock.grade.tame import tame_catalog
from elko_mock.settings import Settings


class Street:
    """Mocks over the tame catalogue, and over those that scenarios bring."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._idle: dict[bool, list[House]] = {True: [], False: []}
        self._all: list[House] = []

    @contextmanager
    def house(self, *, whole_catalog: bool) -> Iterator[House]:
        """A mock for one run. Raises HouseProblem."""
        with self._lock:
            idle = self._idle[whole_catalog]
            house = idle.pop() if idle else None
        if house is None:
            house = House(self._settings, None if whole_catalog else tame_catalog()).__enter__()
            with self._lock:
                self._all.append(house)
        try:
            yield house
        finally:
            with self._lock:
                self._idle[whole_catalog].append(house)

    def __enter__(self) -> Self:
        """No mock runs yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them all."""
        for house in self._all:
            house.__exit__(None, None, None)
