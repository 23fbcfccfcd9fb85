"""Scenarios from files: bundled ones by name, one's own by path; every mistake with its file and line."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

from elko_mock.contract.location import data_file
from elko_mock.scenario.document import apply, read_document
from elko_mock.scenario.model import Scenario
from elko_mock.scenario.yaml_marks import LARGEST, Marked, read_yaml

_SUFFIXES = (".yaml", ".yml")
_LONGEST_CHAIN = 20


class Finding(NamedTuple):
    """One mistake in a scenario."""

    file: str
    """The file as it was named, or `scenario` for data that came without one."""
    line: int | None
    """1 is the first; None for data that came without a file."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line is not None else f"{self.file}: {self.message}"


class ScenarioProblem(ValueError):
    """A scenario cannot be used; says every mistake, each with file and line."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


class UnknownScenario(ScenarioProblem):
    """There is no scenario of that name, and no such file."""


class _File(NamedTuple):
    """One scenario file, read."""

    shown: str
    name: str
    marked: Marked
    given: Mapping[str, Any]
    folder: Path | None
    """What paths in it are relative to; None for a bundled one."""


def bundled() -> tuple[str, ...]:
    """Names of the bundled scenarios, in alphabetical order, `default` first."""
    found = (Path(entry.name) for entry in data_file("scenarios").iterdir())
    return tuple(
        sorted((path.stem for path in found if path.suffix == ".yaml"), key=lambda name: (name != "default", name))
    )


def source(name_or_path: str) -> str:
    """The text of a scenario, bundled or in a file, as it is written. Raises UnknownScenario."""
    path = _is_path(name_or_path)
    raw = _content(Path(name_or_path)) if path else _bundled_file(name_or_path).read_bytes()
    return raw.decode("utf-8", "replace")


def load(name_or_path: str, base: Scenario | None = None) -> Scenario:
    """The scenario of that name (bundled) or file (with a slash, or ending in .yaml).

    What neither it nor what it extends says, `base` says. Raises ScenarioProblem with every mistake, and
    UnknownScenario when there is none.
    """
    findings: list[Finding] = []
    chain = _chain(name_or_path, findings)
    if findings:
        raise ScenarioProblem(tuple(findings))
    return _built([(file.name, file.given) for file in chain], base or Scenario())


def read(data: Any, base: Scenario | None = None, name: str = "inline") -> Scenario:
    """The scenario that plain data describes. It may extend bundled scenarios only: whoever sends data to a mock shall
    not make it read files. Raises ScenarioProblem with every mistake."""
    read_data, problems = read_document(data)
    given = read_data or {}
    findings = [Finding("scenario", None, str(problem)) for problem in problems]
    if "catalog" in given:
        findings.append(Finding("scenario", None, "catalog: only a scenario file may name a file"))
    parents: list[_File] = []
    parent = given.get("extends")
    if parent is not None and _is_path(parent):
        findings.append(Finding("scenario", None, "extends: only a bundled scenario can be extended here"))
    elif parent is not None:
        try:
            parents = _chain(parent, findings)
        except UnknownScenario as unknown:
            findings.append(Finding("scenario", None, f"extends: {unknown.findings[0].message}"))
    if findings:
        raise ScenarioProblem(tuple(findings))
    return _built([*((file.name, file.given) for file in parents), (name, given)], base or Scenario())


def _built(chain: list[tuple[str, Mapping[str, Any]]], base: Scenario) -> Scenario:
    scenario = base
    for name, given in chain:
        scenario = apply(given, scenario, name)
    return scenario


def _chain(name_or_path: str, findings: list[Finding]) -> list[_File]:
    """The file and what it extends, the farthest ancestor first."""
    wanted, folder, asked_by = name_or_path, Path(), None
    files: list[_File] = []
    seen: set[str] = set()
    while True:
        try:
            file, identity = _read_file(wanted, folder, findings)
        except UnknownScenario as unknown:
            if asked_by is None:
                raise
            line = asked_by.marked.line_of(("extends",))
            findings.append(Finding(asked_by.shown, line, f"extends: {unknown.findings[0].message}"))
            break
        if identity in seen or len(files) >= _LONGEST_CHAIN:
            last = files[-1]
            said = "extends: this comes back to a scenario that extends this one"
            findings.append(Finding(last.shown, last.marked.line_of(("extends",)), said))
            break
        seen.add(identity)
        files.append(file)
        parent = file.given.get("extends")
        if parent is None:
            break
        wanted, folder, asked_by = parent, file.folder or Path(), file
    return files[::-1]


def _read_file(wanted: str, folder: Path, findings: list[Finding]) -> tuple[_File, str]:
    if _is_path(wanted):
        path = folder / Path(wanted).expanduser()
        shown, name, home, identity = str(path), path.stem, path.parent, str(path.resolve())
        content = _content(path)
    else:
        shown, name, home, identity = f"scenarios/{wanted}.yaml", wanted, None, wanted
        content = _bundled_file(wanted).read_bytes()
    marked = read_yaml(content)
    findings.extend(Finding(shown, problem.line, problem.message) for problem in marked.problems)
    data = {} if marked.data is None else marked.data
    given, problems = read_document(data)
    for problem in problems:
        line = marked.line_of(problem.path, at_key=problem.at_key)
        findings.append(Finding(shown, line, str(problem)))
    if given is None:
        given = {key: data[key] for key in ("extends",) if isinstance(data, dict) and isinstance(data.get(key), str)}
    elif "catalog" in given:
        given["catalog"] = (home or Path()) / given["catalog"]
        if not given["catalog"].is_file():
            said = f"catalog: there is no file {given['catalog']}"
            findings.append(Finding(shown, marked.line_of(("catalog",)), said))
    return _File(shown, name, marked, given, home), identity


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UnknownScenario((Finding(str(path), None, f"there is no file {path}"),)) from None
    except OSError as wrong:
        said = f"{path} cannot be read: {wrong.strerror or wrong}"
        raise UnknownScenario((Finding(str(path), None, said),)) from None


def _bundled_file(name: str) -> Traversable:
    names = bundled()
    if name not in names:
        said = f"there is no bundled scenario {name!r}; there are {', '.join(names)}; a file's name ends in .yaml"
        raise UnknownScenario((Finding(name, None, said),))
    return data_file("scenarios").joinpath(f"{name}.yaml")


def _is_path(wanted: str) -> bool:
    return "/" in wanted or "\\" in wanted or wanted.endswith(_SUFFIXES)
