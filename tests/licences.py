"""The licences of everything that is installed with the project: docs/licences.md, and what may stand in it.

`python -m tests.licences` writes the page anew from what pip-licenses reads in the installed packages (`make licences`
installs it and all that is pinned); `--check` only says whether that would change it.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
CONSTRAINTS = ROOT / "constraints.txt"
SERVING, TOOLKIT, WORKSHOP = "The serving install", "The toolkit: `elko-mock[verify]`", "Only to develop"
PERMISSIVE = frozenset(
    {
        *("0BSD", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause"),
        *("ISC License (ISCL)", "MIT", "MIT License", "MIT-0", "PSF-2.0", "Python Software Foundation License"),
    }
)
"""In the words of the packages' own metadata."""
PER_FILE = frozenset({"MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"})
"""Its copyleft ends at the package's own files, which are passed on unchanged: fit to ship beside MIT."""
SAID_ELSEWHERE = {"atheris": "Apache-2.0"}
"""Where the metadata says nothing and the licence file in the package does."""
_HEAD = """\
# Licences

What is installed with elko-mock, and under which licence, in the words of each package's own metadata. Made by
`make licences`; `tests/test_licences.py` holds it to `constraints.txt`, and refuses what the serving install could not
be shipped with.
"""


class Row(NamedTuple):
    """One package of the page."""

    section: str
    name: str
    version: str
    licence: str


def pinned() -> dict[str, tuple[str, str]]:
    """The pinned packages: canonical name -> name and version as pinned."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    found = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): (name, version) for name, version in found}


def needed(*extras: str) -> set[str]:
    """Canonical names of what an install with these extras brings on this machine, the project itself left out."""
    wanted: dict[str, frozenset[str]] = {}
    ahead = [("elko-mock", frozenset(extras))]
    while ahead:
        name, given = ahead.pop()
        if wanted.get(name, frozenset({""})) >= given and name in wanted:
            continue
        wanted[name] = wanted.get(name, frozenset()) | given
        for each in _requirements(name):
            if each.marker is None or any(each.marker.evaluate({"extra": one}) for one in (*given, "")):
                ahead.append((canonicalize_name(each.name), frozenset(each.extras)))
    return set(wanted) - {"elko-mock"}


def _requirements(name: str) -> Iterator[Requirement]:
    try:
        return map(Requirement, distribution(name).requires or ())
    except PackageNotFoundError:
        return iter(())


def rows(text: str) -> list[Row]:
    """What the page says."""
    found, section = [], ""
    for line in text.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif cells := re.fullmatch(r"\| (\S+) \| (\S+) \| (.+) \|", line):
            found.append(Row(section, cells[1], cells[2], cells[3]))
    return [one for one in found if one.name not in ("package", "---")]


def objections(listed: Iterable[Row]) -> list[str]:
    """What must not stay so: unknown licences, and ones that the project cannot be passed on with."""
    found = []
    for one in listed:
        parts = [part for part in re.split(r"; | AND | OR |[()]", one.licence) if part.strip()]
        if one.licence in PER_FILE | PERMISSIVE:
            continue
        if "UNKNOWN" in parts or not parts:
            found.append(f"{one.name}: nobody has said under which licence it is")
        elif not all(part.strip() in PERMISSIVE | PER_FILE for part in parts):
            found.append(f"{one.name}: {one.licence} is not among the licences that were looked at")
    return found


def page() -> str:
    """The page as it should be. Everything that is pinned has to be installed."""
    said: dict[str, str] = {canonicalize_name(one["Name"]): one["License"] for one in _pip_licenses()}
    said |= SAID_ELSEWHERE
    serving, toolkit = needed(), needed("verify")
    sections: dict[str, list[str]] = {SERVING: [], TOOLKIT: [], WORKSHOP: []}
    for name, (spelled, version) in pinned().items():
        section = SERVING if name in serving else TOOLKIT if name in toolkit else WORKSHOP
        sections[section].append(f"| {spelled} | {version} | {said.get(name, 'UNKNOWN')} |")
    tables = (
        "\n".join([f"\n## {section}\n", "| package | version | licence |", "| --- | --- | --- |", *lines])
        for section, lines in sections.items()
    )
    return _HEAD + "\n".join(tables) + "\n"


def _pip_licenses() -> list[dict[str, str]]:
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed", "--with-system"]
    found: list[dict[str, str]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def main(words: list[str]) -> int:
    """Write the page, or with `--check` say whether it would change."""
    wanted = page()
    if words == ["--check"]:
        same = PAGE.read_text(encoding="utf-8") == wanted
        sys.stdout.write("docs/licences.md is as the packages say\n" if same else "docs/licences.md: `make licences`\n")
        return 0 if same else 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
