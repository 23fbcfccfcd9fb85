"""Settings: what the mock can be told, and the only reader of the environment and of elko-mock.toml.

A flag wins over `ELKO_MOCK_*`, that over the `[serve]` table of elko-mock.toml, that over the default.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

FILE_NAME = "elko-mock.toml"
PREFIX = "ELKO_MOCK_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
"""Names the settings file where no flag does."""

_SERVE = "serve"
_OTHER_TABLES = ("grade", "verify")
_ORCHESTRATOR = re.compile(r"ELKO_MOCK_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_\w+)$|ELKO_MOCK_(NAME|ENV_\w+)$")
"""Variables that Kubernetes and linked containers set by themselves for a service called elko-mock."""

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_SIZE = re.compile(r"(\d{1,15})\s*(?:([kmg])(?:i?b)?|b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}


class SettingsProblem(ValueError):
    """A setting is wrong; the message says where it stands, what stands there and what is wanted."""


class Kind(NamedTuple):
    """How a setting is written and read."""

    wanted: str
    """Ends the sentence "wants ..."."""
    metavar: str
    """The word for the value in a usage line; empty for a switch."""
    parse: Callable[[Any], Any]
    """Text or a native value to the setting's value. Raises ValueError when it is not what is wanted."""
    choices: tuple[str, ...] = ()
    relative: Callable[[Any, Path], Any] | None = None
    """For values that name files: resolves one against the folder of the file it was written in."""


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


def _setting(default: Any, kind: Kind, text: str, *, group: str, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"kind": kind, "help": text, "group": group})


def _number_of(value: Any, convert: Callable[[Any], Any]) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    if isinstance(value, float) and convert is int:
        raise ValueError
    return convert(value)


def _between(low: float, high: float, convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        number = _number_of(value, convert)
        if not low <= number <= high:  # also refuses NaN
            raise ValueError
        return number

    return parse


def _whole(low: int, high: int) -> Kind:
    return Kind(f"a whole number from {low} to {high}", "N", _between(low, high, int))


def _seconds(low: float, high: float) -> Kind:
    return Kind(f"a number of seconds from {low:g} to {high:g}", "SECONDS", _between(low, high, float))


def _parse_switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0"}:
        return False
    raise ValueError


def _choice(*words: str) -> Kind:
    def parse(value: Any) -> str:
        word = str(value).strip().lower()
        if word not in words:
            raise ValueError
        return word

    return Kind("one of " + ", ".join(words), "|".join(words), parse, choices=words)


def _parse_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _parse_token(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[!-~]{8,4096}", value):
        raise ValueError
    return value


def _parse_path(value: Any) -> Path:
    return value if isinstance(value, Path) else Path(_parse_text(value)).expanduser()


def _parse_size(value: Any) -> int:
    match = _SIZE.fullmatch(str(value).strip())
    if isinstance(value, bool) or match is None:
        raise ValueError
    size = int(match[1]) * int(1024 ** _POWERS[(match[2] or "").lower()])
    if not 1 <= size <= 1024**4:
        raise ValueError
    return size


def _parse_networks(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else list(value)
    return tuple(str(ipaddress.ip_network(str(part).strip())) for part in parts if str(part).strip())


def _parse_moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(_parse_text(value).strip())
    if moment.tzinfo is None or not _EARLIEST <= moment <= _LATEST:
        raise ValueError
    return moment


def _beside(value: Any, folder: Path) -> Path:
    return folder / _parse_path(value)


def _beside_unless_elsewhere(value: Any, folder: Path) -> str:
    """A file's name is resolved; a URL, or a bare word that names something bundled, stays as it is."""
    text = _parse_text(value)
    is_file = "://" not in text and ("/" in text or Path(text).suffix != "")
    return str(folder / Path(text).expanduser()) if is_file else text


_SWITCH = Kind("true or false", "", _parse_switch)
_TEXT = Kind("a text that is not empty", "TEXT", _parse_text)
_TOKEN = Kind("8 or more printable ASCII characters without spaces", "TOKEN", _parse_token)
_FILE = Kind("the name of a file", "FILE", _parse_path, relative=_beside)
_SPEC = Kind("a file or a URL", "FILE-or-URL", _parse_text, relative=_beside_unless_elsewhere)
_SCENARIO = Kind(
    "the name of a bundled scenario or a file", "NAME-or-FILE", _parse_text, relative=_beside_unless_elsewhere
)
_BYTES = Kind("a size from 1 byte to 1 TiB, such as 65536, 64KiB or 10MiB", "SIZE", _parse_size)
_NETWORKS = Kind("addresses or networks, such as 10.0.0.1 or 10.0.0.0/8,fd00::/8", "ADDRESS,...", _parse_networks)
_MOMENT = Kind("a time between 1970 and 2100 with its zone, such as 2026-03-01T08:00:00Z", "TIME", _parse_moment)
_SCALE = Kind("a number from 0.001 to 1000000", "FACTOR", _between(0.001, 1_000_000, float))


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the mock can be told. Times are in seconds, sizes in bytes; None means "not given"."""

    host: str = _setting("127.0.0.1", _TEXT, "address to listen on", group="Server")
    port: int = _setting(3556, _whole(0, 65535), "port to listen on; 0 takes a free one", group="Server")
    port_file: Path | None = _setting(None, _FILE, "write the port in use to this file once listening", group="Server")
    spec: str | None = _setting(None, _SPEC, "serve this OpenAPI document instead of the vendored one", group="Server")
    state: Path | None = _setting(None, _FILE, "keep every acknowledged write in this file", group="Server")
    max_body: int = _setting(10 * 1024**2, _BYTES, "refuse a request body larger than this", group="Server")
    trusted_proxies: tuple[str, ...] = _setting(
        (), _NETWORKS, "believe X-Forwarded-For when it comes from these", group="Server"
    )
    control_token: str | None = _setting(
        None, _TOKEN, "token of the control plane, wanted when listening beyond loopback", group="Server", secret=True
    )
    log_level: str = _setting(
        "info", _choice("debug", "info", "warning", "error", "critical"), "how much is logged", group="Server"
    )

    scenario: str = _setting("default", _SCENARIO, "the situation the default world starts in", group="World")
    products: int = _setting(2300, _whole(0, 100_000), "number of products in the generated catalogue", group="World")
    catalog: Path | None = _setting(None, _FILE, "take the catalogue from this JSON, XML or CSV file", group="World")
    seed: int = _setting(1, _whole(0, 2**63 - 1), "same seed, same catalogue and same faults", group="World")
    clock_start: datetime | None = _setting(None, _MOMENT, "world time at the start; else the machine's", group="World")
    clock_frozen: bool = _setting(False, _SWITCH, "world time stands still until it is advanced", group="World")
    clock_scale: float = _setting(1.0, _SCALE, "world seconds per real second", group="World")
    max_worlds: int = _setting(10_000, _whole(1, 1_000_000), "most worlds at a time", group="World")
    idle_world_seconds: float = _setting(
        3600.0, _seconds(1, 31_536_000), "let a world go after this long without a call", group="World"
    )

    username: str | None = _setting(
        None, _TEXT, "user name for POST Token; else the well-known one", group="Account", secret=True
    )
    password: str | None = _setting(
        None, _TEXT, "password for POST Token; else the well-known one", group="Account", secret=True
    )
    token: str | None = _setting(
        None, _TOKEN, "token of the default world; else the well-known one", group="Account", secret=True
    )

    limit: int = _setting(50, _whole(1, 1_000_000_000), "calls allowed in one window", group="Limit")
    window_seconds: float = _setting(10.0, _seconds(0.001, 86_400), "length of the window", group="Limit")
    window_kind: str = _setting(
        "sliding", _choice("sliding", "fixed"), "the window slides with each call, or starts anew", group="Limit"
    )
    block_seconds: float = _setting(60.0, _seconds(0, 86_400), "length of the block once over the limit", group="Limit")
    block_extends: bool = _setting(False, _SWITCH, "a call made while blocked starts the block anew", group="Limit")
    refused_count: bool = _setting(False, _SWITCH, "calls refused while blocked count in the window", group="Limit")

    lenient: bool = _setting(
        False, _SWITCH, "accept numbers and booleans sent as strings, as Newtonsoft.Json does", group="Behaviour"
    )
    faithful: bool = _setting(
        False, _SWITCH, "send no header and no hint that production would not send", group="Behaviour"
    )
    default_representation: str = _setting(
        "json", _choice("json", "xml"), "what is sent when the client has no preference", group="Behaviour"
    )

    journal_exchanges: int = _setting(10_000, _whole(0, 10_000_000), "exchanges kept of a world", group="Journal")
    journal_bytes: int = _setting(64 * 1024**2, _BYTES, "bytes kept of a world", group="Journal")
    journal_body_bytes: int = _setting(64 * 1024, _BYTES, "bytes kept of one body", group="Journal")

    grade: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The `[grade]` table of elko-mock.toml, as it stands."""
    verify: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The `[verify]` table of elko-mock.toml, as it stands."""

    @classmethod
    def from_sources(
        cls, flags: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None
    ) -> "Settings":
        """Flag over environment over file over default.

        `flags` maps setting names to values, None for "not given"; only the `ELKO_MOCK_*` part of `environment` is
        looked at; an empty variable counts as not given. Raises SettingsProblem.
        """
        document = {} if file is None else _read(file)
        given: dict[str, Any] = {
            **dict(_from_file(document, file)),
            **dict(_from_environment(environment)),
            **dict(_from_flags(flags)),
            **{table: document.get(table, {}) for table in _OTHER_TABLES},
        }
        return cls(**given)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the mock."""
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"


def _described(of: Field[Any]) -> Setting:
    return Setting(of.name, of.default, of.metadata["help"], of.metadata["kind"], of.metadata["group"], not of.repr)


SETTINGS: tuple[Setting, ...] = tuple(_described(one) for one in fields(Settings) if one.metadata)
"""Every setting, in the order in which help and documentation show them."""

_BY_NAME: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in SETTINGS})


def environment() -> dict[str, str]:
    """A copy of the process's environment."""
    return dict(os.environ)


def settings_file(named: Path | None, variables: Mapping[str, str], folder: Path) -> Path | None:
    """The settings file: the one named by a flag, else by `ELKO_MOCK_CONFIG`, else `folder`'s elko-mock.toml if any."""
    if named is not None:
        return named
    if variables.get(CONFIG_VARIABLE):
        return Path(variables[CONFIG_VARIABLE])
    return folder / FILE_NAME if (folder / FILE_NAME).is_file() else None


def load(flags: Mapping[str, Any], *, file: Path | None = None) -> Settings:
    """The settings of this process: `flags` over its environment over its settings file. Raises SettingsProblem."""
    variables = environment()
    return Settings.from_sources(flags, variables, settings_file(file, variables, Path.cwd()))


def _from_flags(flags: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in flags.items():
        if value is not None:
            setting = _known(name, "--" + name.replace("_", "-"), lambda known: known.flag)
            yield name, _parsed(setting, value, setting.flag)


def _from_environment(variables: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for variable, value in variables.items():
        if not variable.startswith(PREFIX) or not value or variable == CONFIG_VARIABLE:
            continue
        if _ORCHESTRATOR.match(variable) or (variable == f"{PREFIX}PORT" and value.startswith("tcp://")):
            continue
        setting = _known(variable.removeprefix(PREFIX).lower(), variable, lambda known: known.variable)
        yield setting.name, _parsed(setting, value, variable)


def _from_file(document: Mapping[str, Any], file: Path | None) -> Iterator[tuple[str, Any]]:
    if file is None:
        return
    for key, value in document.get(_SERVE, {}).items():
        name = key.replace("-", "_")
        where = _place(file, key)
        setting = _known(name, where, lambda known: known.name)
        if setting.kind.relative is None:
            yield name, _parsed(setting, value, where)
        else:
            yield name, _parsed(setting, value, where, file.resolve().parent)


def _known(name: str, where: str, spelling: Callable[[Setting], str]) -> Setting:
    if name in _BY_NAME:
        return _BY_NAME[name]
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f"did you mean {spelling(_BY_NAME[near[0]])}?" if near else "`elko-mock serve --help` lists what there is."
    raise SettingsProblem(f"{where}: there is no such setting; {hint}")


def _parsed(setting: Setting, value: Any, where: str, folder: Path | None = None) -> Any:
    try:
        parsed = setting.kind.parse(value)
        if folder is not None and setting.kind.relative is not None:
            return setting.kind.relative(parsed, folder)
        return parsed
    except (ValueError, TypeError, OverflowError):
        shown = "the value given (not shown)" if setting.secret else repr(value)
        hint = ""
        if setting.kind.choices:
            near = difflib.get_close_matches(str(value).lower(), setting.kind.choices, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingsProblem(f"{where}: wants {setting.kind.wanted}, not {shown}{hint}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsProblem(f"{file}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsProblem(f"{file}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as problem:
        raise SettingsProblem(f"{file}: is not TOML: {problem}") from None
    tables = (_SERVE, *_OTHER_TABLES)
    for name, value in document.items():
        if name not in tables:
            near = difflib.get_close_matches(name, tables, n=1)
            inside = f"; write it below [{_SERVE}]" if name.replace("-", "_") in _BY_NAME else ""
            hint = f"; did you mean [{near[0]}]?" if near else inside
            raise SettingsProblem(f"{file}: has no place for {name!r}, its tables are [serve], [grade], [verify]{hint}")
        if not isinstance(value, dict):
            raise SettingsProblem(f"{file}: {name} is a table; write [{name}] on a line of its own")
    return document


def _place(file: Path, key: str) -> str:
    """File, table and, if it can be found, the line: the TOML reader of the standard library does not tell it."""
    table = ""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            table = header[1]
        elif table == _SERVE and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
            return f"{file} [{_SERVE}] {key} (line {number})"
    return f"{file} [{_SERVE}] {key}"
