"""All that one run found, as data: written to a file, so that the page can be made anew without measuring again."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Results:
    """Sections as the measures give them: lists of plain records."""

    facts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    """Of the peers that were there."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Peers that were not, and why."""
    run: dict[str, Any] = field(default_factory=dict)
    """How it was measured: rounds, seconds, load of the machine."""
    throughput: list[dict[str, Any]] = field(default_factory=list)
    start: list[dict[str, Any]] = field(default_factory=list)
    memory: list[dict[str, Any]] = field(default_factory=list)
    catalogues: list[dict[str, Any]] = field(default_factory=list)
    worlds: list[dict[str, Any]] = field(default_factory=list)
    latency: dict[str, Any] = field(default_factory=dict)
    curves: list[dict[str, Any]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Results":
        """What was written."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def rate(self, case: str, server: str) -> float | None:
        """Requests per second of a cell; None when it was not measured."""
        return self._throughput(case, server, "rate")

    def cpu(self, case: str, server: str) -> float | None:
        """Microseconds of processor time of a request."""
        return self._throughput(case, server, "cpu")

    def _throughput(self, case: str, server: str, name: str) -> float | None:
        return next((one[name] for one in self.throughput if (one["case"], one["server"]) == (case, server)), None)

    def started(self, server: str, name: str) -> float | None:
        """`seconds` or `memory` of a start."""
        return next((one[name] for one in self.start if one["server"] == server), None)

    def used(self, server: str, at_least: int) -> float | None:
        """MB after so many requests."""
        return next(
            (one["megabytes"] for one in self.memory if one["server"] == server and one["requests"] >= at_least),
            None,
        )

    def catalogue(self, products: int, form: str, name: str) -> float | None:
        """A figure of one catalogue."""
        return next((one[name] for one in self.catalogues if (one["products"], one["form"]) == (products, form)), None)

    def world(self, products: int, name: str) -> float | None:
        """A figure of worlds over so many products."""
        return next((one[name] for one in self.worlds if one["products"] == products), None)
