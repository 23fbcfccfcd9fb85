"""Saved worlds: a scenario file, and its catalogue beside it, that repeat a failure."""

import re
from pathlib import Path
from typing import Any

from elko_mock.grade.fuzz.trial import Failure
from elko_mock.grade.fuzz.world import HostileWorld, catalog_of
from elko_mock.scenario.yaml_marks import write_yaml

_LONGEST_LINE = 160


def save(folder: Path, world: HostileWorld, failure: Failure) -> Path:
    """Write the scenario `<kind>.yaml` and its catalogue into the folder; answers the scenario's path."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", failure.kind.lower()).strip("-")
    catalog = folder / f"{stem}.catalog.json"
    catalog.write_bytes(catalog_of(world.size))
    scenario = folder / f"{stem}.yaml"
    scenario.write_text(as_yaml(world, failure, catalog.name), encoding="utf-8")
    return scenario


def as_yaml(world: HostileWorld, failure: Failure, catalog: str) -> str:
    """The scenario's text."""
    comments = ["Found and made small by elko-mock fuzz-client. The client failed here:", f"  {failure.story}"]
    comments += ["Repeat it with elko-mock serve --scenario and this file, then run the client against it."]
    line = world.line if len(world.line) <= _LONGEST_LINE else f"{world.line[: _LONGEST_LINE - 3]}..."
    document: dict[str, Any] = {"line": line, "catalog": catalog, **world.document()}
    head = [f"# {_one_line(comment)}" for comment in comments]
    return "\n".join([*head, write_yaml(document)])


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]
