"""Saved worlds: a scenario file, and its catalogue beside it, that repeat a failure."""

import re
from pathlib import Path
from typing import Any

from elko_mock.grade.fuzz.trial import Failure
from elko_mock.grade.fuzz.world import HostileWorld, catalog_of

_LONGEST_LINE = 160
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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
    return "\n".join([*head, *_block(document, 0)]) + "\n"


def _block(data: dict[str, Any], depth: int) -> list[str]:
    lines = []
    for key, value in data.items():
        name = f"{'  ' * depth}{key if _PLAIN.fullmatch(key) else _quoted(key)}:"
        if isinstance(value, dict):
            lines += [name, *_block(value, depth + 1)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(name)
            for item in value:
                inner = _block(item, depth + 2)
                lines += [f"{'  ' * (depth + 1)}- {inner[0].lstrip()}", *inner[1:]]
        else:
            lines.append(f"{name} {_scalar(value)}")
    return lines


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(one) for one in value) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar in ASCII."""
    out = []
    for letter in text:
        point = ord(letter)
        if letter in {'"', "\\"}:
            out.append("\\" + letter)
        elif 0x20 <= point < 0x7F:
            out.append(letter)
        elif point <= 0xFF:
            out.append(f"\\x{point:02x}")
        else:
            out.append(f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}")
    return '"' + "".join(out) + '"'


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]
