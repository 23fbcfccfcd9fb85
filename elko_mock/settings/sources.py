"""Sources: the only reader of the environment and of elko-mock.toml; a flag wins over both.

Every message says where the value stands, what stands there and what is wanted.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from elko_mock.settings.kinds import Kind

FILE_NAME = "elko-mock.toml"
PREFIX = "ELKO_MOCK_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
"""Names the settings file where no flag does."""

SERVE_TABLE = "serve"
OTHER_TABLES = ("grade", "verify")
_ORCHESTRATOR = re.compile(r"ELKO_MOCK_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_\w+|NAME|ENV_\w+)$")
"""Variables that Kubernetes and linked containers set by themselves for a service called elko-mock."""


class SettingsProblem(ValueError):
    """A setting is wrong; the message says where it stands, what stands there and what is wanted."""


class Setting(NamedTuple):
    """One setting as the command's flags and the documentation's table show it."""

    name: str
    default: Any
    help: str
    kind: Kind
    group: str
    secret: bool

    @property
    def flag(self) -> str:
        """For example `--port-file`."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """For example `ELKO_MOCK_PORT_FILE`."""
        return PREFIX + self.name.upper()


Known = Mapping[str, Setting]
"""Every setting by name."""


def environment() -> dict[str, str]:
    """A copy of the process's environment."""
    return dict(os.environ)


def settings_file(named: Path | None, variables: Mapping[str, str], folder: Path) -> Path | None:
    """The settings file: the one a flag names, else `ELKO_MOCK_CONFIG`, else `folder`'s elko-mock.toml if there."""
    if named is not None:
        return named
    if variables.get(CONFIG_VARIABLE):
        return Path(variables[CONFIG_VARIABLE])
    return folder / FILE_NAME if (folder / FILE_NAME).is_file() else None


def gather(known: Known, flags: Mapping[str, Any], variables: Mapping[str, str], file: Path | None) -> dict[str, Any]:
    """The values given, by name: flag over variable over file; with them the other tables of the file, as they stand.

    None as a flag and an empty variable count as not given. Raises SettingsProblem.
    """
    text = "" if file is None else _text(file)
    document = {} if file is None else _document(known, file, text)
    return {
        **{table: document.get(table, {}) for table in OTHER_TABLES},
        **({} if file is None else dict(_from_file(known, document.get(SERVE_TABLE, {}), file, text))),
        **dict(_from_variables(known, variables)),
        **dict(_from_flags(known, flags)),
    }


def _from_flags(known: Known, flags: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in flags.items():
        if value is not None:
            where = "--" + name.replace("_", "-")
            yield name, _parsed(_find(known, name, where, lambda setting: setting.flag), value, where)


def _from_variables(known: Known, variables: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for variable, value in variables.items():
        if not variable.startswith(PREFIX) or not value or variable == CONFIG_VARIABLE:
            continue
        if _ORCHESTRATOR.match(variable) or (variable == f"{PREFIX}PORT" and value.startswith("tcp://")):
            continue
        name = variable.removeprefix(PREFIX).lower()
        setting = _find(known, name, variable, lambda setting: setting.variable)
        yield name, _parsed(setting, value, variable)


def _from_file(known: Known, table: Mapping[str, Any], file: Path, text: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = key.replace("-", "_")
        where = f"{file} [{SERVE_TABLE}] {key}{_line(text, key)}"
        setting = _find(known, name, where, lambda setting: setting.name)
        parsed = _parsed(setting, value, where)
        relative = setting.kind.relative
        yield name, parsed if relative is None else relative(parsed, file.resolve().parent)


def _find(known: Known, name: str, where: str, spelling: Callable[[Setting], str]) -> Setting:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {spelling(known[near[0]])}?" if near else "`elko-mock serve --help` lists what there is"
    raise SettingsProblem(f"{where}: there is no such setting; {hint}")


def _parsed(setting: Setting, value: Any, where: str) -> Any:
    try:
        return setting.kind.parse(value)
    except (ValueError, TypeError):
        shown = "the value given (not shown)" if setting.secret else written(value)
        near = difflib.get_close_matches(str(value).lower(), setting.kind.choices, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingsProblem(f"{where}: wants {setting.kind.wanted}, not {shown}{hint}") from None


def written(value: Any) -> str:
    """As the file or the flag has it: what TOML makes of a value is Python's, not the user's."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else repr(value)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")  # some editors on Windows begin a file with a mark
    except OSError as problem:
        raise SettingsProblem(f"{file}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsProblem(f"{file}: is not UTF-8 text") from None


def _document(known: Known, file: Path, text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SettingsProblem(f"{file}: is not TOML: {problem}") from None
    tables = (SERVE_TABLE, *OTHER_TABLES)
    for name, value in document.items():
        if name not in tables:
            raise SettingsProblem(
                f"{file}: {name}{_line(text, name)} has no meaning here; {_hint(known, name, tables)}"
            )
        if not isinstance(value, dict):
            raise SettingsProblem(f"{file}: {name}{_line(text, name)} is a table; write [{name}] on a line of its own")
    return document


def _hint(known: Known, name: str, tables: tuple[str, ...]) -> str:
    if name.replace("-", "_") in known:
        return f"write it below a line [{SERVE_TABLE}]"
    near = difflib.get_close_matches(name, tables, n=1)
    return f"did you mean [{near[0]}]?" if near else "the tables are " + ", ".join(f"[{table}]" for table in tables)


def _line(text: str, key: str) -> str:
    """Where a key or a table stands, if it can be found: the standard library's TOML reader does not tell."""
    pattern = re.compile(rf"""\s*(?:["']?{re.escape(key)}["']?\s*=|\[+\s*["']?{re.escape(key)}["']?\s*[].])""")
    found = [number for number, line in enumerate(text.splitlines(), start=1) if pattern.match(line)]
    return f" (line {found[0]})" if len(found) == 1 else ""
