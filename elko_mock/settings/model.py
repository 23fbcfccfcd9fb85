"""Settings: what the mock can be told, each setting with its default, its kind and its help text."""

import ipaddress
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from elko_mock.settings.kinds import (
    BYTES,
    FILE,
    MOMENT,
    NETWORKS,
    SCALE,
    SCENARIO,
    SPEC,
    SWITCH,
    TEXT,
    TOKEN,
    Kind,
    choice,
    seconds,
    whole,
)
from elko_mock.settings.sources import Setting, environment, gather, settings_file


def _setting(default: Any, kind: Kind, text: str, *, group: str, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"kind": kind, "help": text, "group": group})


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the mock can be told. Times are in seconds, sizes in bytes; None means "not given"."""

    host: str = _setting("127.0.0.1", TEXT, "address to listen on", group="Server")
    port: int = _setting(3556, whole(0, 65535), "port to listen on; 0 takes a free one", group="Server")
    port_file: Path | None = _setting(None, FILE, "write the port in use to this file once listening", group="Server")
    spec: str | None = _setting(  # a URL may hold a user and a password
        None, SPEC, "serve this OpenAPI document instead of the vendored one", group="Server", secret=True
    )
    state: Path | None = _setting(None, FILE, "keep every acknowledged write in this file", group="Server")
    max_body: int = _setting(10 * 1024**2, BYTES, "refuse a request body larger than this", group="Server")
    trusted_proxies: tuple[str, ...] = _setting(
        (), NETWORKS, "believe X-Forwarded-For when it comes from these", group="Server"
    )
    control_token: str | None = _setting(
        None, TOKEN, "token of the control plane, wanted when listening beyond loopback", group="Server", secret=True
    )
    log_level: str = _setting(
        "info", choice("debug", "info", "warning", "error", "critical"), "how much is logged", group="Server"
    )

    scenario: str = _setting("default", SCENARIO, "the situation the default world starts in", group="World")
    products: int = _setting(2300, whole(0, 100_000), "number of products in the generated catalogue", group="World")
    catalog: Path | None = _setting(None, FILE, "take the catalogue from this JSON, XML or CSV file", group="World")
    seed: int = _setting(1, whole(0, 2**63 - 1), "same seed, same catalogue and same faults", group="World")
    clock_start: datetime | None = _setting(None, MOMENT, "world time at the start; else the machine's", group="World")
    clock_frozen: bool = _setting(False, SWITCH, "world time stands still until it is advanced", group="World")
    clock_scale: float = _setting(1.0, SCALE, "world seconds per real second", group="World")
    max_worlds: int = _setting(10_000, whole(1, 1_000_000), "most worlds at a time", group="World")
    idle_world_seconds: float = _setting(
        3600.0, seconds(1, 31_536_000), "let a world go after this long without a call", group="World"
    )

    username: str | None = _setting(
        None, TEXT, "user name for POST Token; else the well-known one", group="Account", secret=True
    )
    password: str | None = _setting(
        None, TEXT, "password for POST Token; else the well-known one", group="Account", secret=True
    )
    token: str | None = _setting(
        None, TOKEN, "token of the default world; else the well-known one", group="Account", secret=True
    )

    limit: int = _setting(50, whole(0, 1_000_000_000), "calls allowed in one window; 0 for no limit", group="Limit")
    window_seconds: float = _setting(10.0, seconds(0.001, 86_400), "length of the window", group="Limit")
    window_kind: str = _setting(
        "sliding",
        choice("sliding", "fixed"),
        "any stretch of that length, or stretches that begin at whole multiples of it",
        group="Limit",
    )
    block_seconds: float = _setting(60.0, seconds(0, 86_400), "length of the block once over the limit", group="Limit")
    block_extends: bool = _setting(False, SWITCH, "a call made while blocked starts the block anew", group="Limit")
    refused_count: bool = _setting(False, SWITCH, "calls that the limit refuses fill the window too", group="Limit")

    lenient: bool = _setting(
        False, SWITCH, "accept numbers and booleans sent as strings, as Newtonsoft.Json does", group="Behaviour"
    )
    faithful: bool = _setting(
        False, SWITCH, "send no header and no hint that production would not send", group="Behaviour"
    )

    journal_exchanges: int = _setting(10_000, whole(0, 10_000_000), "exchanges kept of a world", group="Journal")
    journal_bytes: int = _setting(64 * 1024**2, BYTES, "bytes kept of a world", group="Journal")
    journal_body_bytes: int = _setting(64 * 1024, BYTES, "bytes kept of one body", group="Journal")

    grade: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The `[grade]` table of elko-mock.toml, as it stands."""
    verify: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The `[verify]` table of elko-mock.toml, as it stands."""

    given: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """Names of the settings that were told, be it with the default's own value; the others are the defaults."""

    @classmethod
    def from_sources(
        cls, flags: Mapping[str, Any], variables: Mapping[str, str], file: Path | None = None
    ) -> "Settings":
        """Flag over environment over file over default.

        `flags` maps setting names to values, None for "not given"; only the `ELKO_MOCK_*` part of `variables` is
        looked at; an empty variable counts as not given. Raises SettingsProblem.
        """
        values = gather(_BY_NAME, flags, variables, file)
        return cls(**values, given=frozenset(values) & frozenset(_BY_NAME))

    def was_given(self, name: str) -> bool:
        """Whether the setting of that name was told by somebody, be it with the default's own value."""
        return name in self.given or getattr(self, name) != _BY_NAME[name].default

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


def load(flags: Mapping[str, Any], *, file: Path | None = None) -> Settings:
    """The settings of this process: `flags` over its environment over its settings file. Raises SettingsProblem.

    The file is the one given, else the one `ELKO_MOCK_CONFIG` names, else elko-mock.toml in the working folder.
    """
    variables = environment()
    return Settings.from_sources(flags, variables, settings_file(file, variables, Path.cwd()))
