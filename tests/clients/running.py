"""The client programs as their manifest lists them, and how one is run against a world."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from elko_mock.server.client import RemoteWorld

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(__file__).resolve().parent / "programs"
SCALE = 60.0
"""World seconds per real second, unless the manifest says otherwise."""
PATIENCE = 180.0
"""Seconds of real time after which a program is stopped."""


@dataclass(frozen=True)
class Program:
    """One program of the manifest."""

    name: str
    fails: str | None = None
    planted: str | None = None
    scale: float = SCALE
    run: tuple[str, ...] = field(default=(), repr=False)
    needs: tuple[str, ...] = field(default=(), repr=False)

    @property
    def language(self) -> str:
        """The folder it lies in."""
        return self.name.partition("/")[0]

    @property
    def missing(self) -> tuple[str, ...]:
        """What it needs and this machine has not."""
        return tuple(need for need in self.needs if shutil.which(need) is None)

    def command(self, classes: Path) -> list[str]:
        """How it is run; `classes` holds the compiled Java programs."""
        file = PROGRAMS / self.name
        places = {"python": sys.executable, "file": str(file), "stem": file.stem, "classes": str(classes)}
        return [part.format_map(places) for part in self.run]


@cache
def programs() -> tuple[Program, ...]:
    """All programs, as the manifest has them."""
    manifest = tomllib.loads((PROGRAMS / "manifest.toml").read_text(encoding="utf-8"))
    found = []
    for entry in manifest["program"]:
        language = entry["name"].partition("/")[0]
        usual = {"run": manifest["run"][language], "needs": manifest["needs"][language]}
        given: dict[str, Any] = {
            key: tuple(one) if isinstance(one, list) else one for key, one in (usual | entry).items()
        }
        found.append(Program(**given))
    return tuple(found)


def compiled(into: Path) -> Path:
    """The Java programs, compiled; nothing when there is no compiler."""
    into.mkdir(parents=True, exist_ok=True)
    if shutil.which("javac"):
        sources = sorted(str(path) for path in (PROGRAMS / "java").glob("*.java"))
        subprocess.run(["javac", "-d", str(into), *sources], check=True)
    return into


def environment(world: RemoteWorld, scale: float = SCALE) -> dict[str, str]:
    """What a program is told, on top of what this process was told."""
    return (
        dict(os.environ)
        | world.environment
        | {"ELKO_SINK_URL": f"{world.url}/_elko/sink/@{world.name}", "ELKO_TIME_SCALE": f"{scale:g}"}
    )


def run(command: Sequence[str], world: RemoteWorld, scale: float = SCALE) -> "subprocess.CompletedProcess[str]":
    """Run a program in a world to its end."""
    return subprocess.run(
        command,
        env=environment(world, scale),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
