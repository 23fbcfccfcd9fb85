"""Configuration: the `[grade]` table of elko-mock.toml and the command's flags, as one checked value."""

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from elko_mock.grade.profile import PROFILES, Profile
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rule import Rule
from elko_mock.settings import written

MOST_SCALE = 60.0
ENVIRONMENT: Mapping[str, str] = {
    "ELKO_BASE_URL": "{base_url}",
    "ELKO_TOKEN": "{token}",
    "ELKO_USERNAME": "{username}",
    "ELKO_PASSWORD": "{password}",
    "ELKO_SINK_URL": "{sink_url}",
    "ELKO_TIME_SCALE": "{scale}",
}
"""What the client's command is given, unless configured otherwise."""
PLACEHOLDERS = ("base_url", "url", "host", "port", "token", "username", "password", "sink_url", "scale", "scenario")


class GradingProblem(ValueError):
    """The configuration is wrong; the message says where, what stands there and what is wanted."""


@dataclass(frozen=True, slots=True)
class Grading:
    """How a client is to be graded."""

    profile: Profile = PROFILES["standard"]
    rules: tuple[Rule, ...] = ()
    """The chosen rules with their thresholds."""
    scenarios: tuple[str, ...] = ()
    """The situations to run; empty for those that the chosen rules need."""
    timeout: float = 180.0
    """Seconds of real time after which a run of the command is stopped."""
    scale: float = 1.0
    """World seconds per real second."""
    jobs: int = 2
    """Runs at the same time, each in a world of its own."""
    environment: Mapping[str, str] = field(default_factory=lambda: dict(ENVIRONMENT), repr=False)
    """Variables for the command; their values may hold placeholders such as `{token}`."""
    prepare: str = ""
    """The user's own command, run before each run of the client, for example to clear its caches."""
    assertion: str = ""
    """The user's own command, run after each run of the client; it fails C05 when its exit status is not 0."""


def read_grading(table: Mapping[str, Any], flags: Mapping[str, Any] | None = None, where: str = "[grade]") -> Grading:
    """The configuration of a `[grade]` table with flags over it (None: not given). Raises GradingProblem."""
    classes = rule_classes()
    by_name = {name: one for one in classes for name in (one.id, one.name)}
    given = {key.replace("-", "_") if key not in by_name else key: value for key, value in table.items()}
    thresholds: dict[str, dict[str, Any]] = {}
    plain: dict[str, Any] = {}
    for key, value in given.items():
        if key in by_name:
            thresholds[by_name[key].id] = _thresholds(by_name[key], value, f"{where} {key}")
        elif key in _KEYS:
            plain[key] = _KEYS[key](value, f"{where} {key}")
        else:
            raise GradingProblem(f"{where} {key}: there is no such setting{_near(key, [*_KEYS, *by_name])}")
    for key, value in (flags or {}).items():
        if value is not None and value != []:
            plain[key] = _KEYS[key](value, _FLAGS.get(key, "--" + key.replace("_", "-")))
    profile = PROFILES[plain.pop("profile", "standard")]
    if "least_exercised" in plain:
        profile = dataclasses.replace(profile, least_exercised=plain.pop("least_exercised"))
    on, off = _ids(plain.pop("on", ()), by_name), _ids(plain.pop("off", ()), by_name)
    if on & off:
        raise GradingProblem(f"{where}: {', '.join(sorted(on & off))} is switched on and off")
    only = _ids(plain.pop("only", ()), by_name)
    chosen = [one for one in classes if (one.id in only if only else profile.takes(one.id) or one.id in on)]
    rules = tuple(one(**thresholds.get(one.id, {})) for one in chosen if one.id not in off)
    if not rules:
        raise GradingProblem(f"{where}: no rule is left to judge by")
    return Grading(profile=profile, rules=rules, **plain)


def _ids(names: Iterable[str], by_name: Mapping[str, type[Rule]]) -> set[str]:
    ids = set()
    for name in names:
        found = by_name.get(name) or by_name.get(name.upper()) or by_name.get(name.lower())
        if found is None:
            raise GradingProblem(f"there is no rule {name!r}{_near(name, by_name)}")
        ids.add(found.id)
    return ids


def _thresholds(rule: type[Rule], table: Any, where: str) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise GradingProblem(f"{where}: a rule's settings are a table, such as [grade.{rule.id}]")
    known = rule.thresholds()
    values = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in known:
            what = f"{rule.id} has " + (f"the thresholds {', '.join(known)}" if known else "no thresholds")
            raise GradingProblem(f"{where}.{key}: {what}{_near(name, known)}")
        values[name] = _like(known[name][0], value, f"{where}.{key}")
    return values


def _like(default: Any, value: Any, where: str) -> Any:
    """A value of the default's kind."""
    if isinstance(default, bool):
        return _switch(value, where)
    if isinstance(default, tuple):
        return _texts(value, where)
    if isinstance(default, int):
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9:
            return value
        raise GradingProblem(f"{where}: wants a whole number of 0 or more, not {written(value)}")
    return _number(0, 10**9)(value, where)


def _number(low: float, high: float) -> Any:
    def read(value: Any, where: str) -> float:
        number = value
        if isinstance(value, str):
            try:
                number = float(value)
            except ValueError:
                number = None
        if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
            raise GradingProblem(f"{where}: wants a number from {low:g} to {high:g}, not {written(value)}")
        return float(number)

    return read


def _whole(low: int, high: int) -> Any:
    def read(value: Any, where: str) -> int:
        number = _number(low, high)(value, where)
        if number != int(number):
            raise GradingProblem(f"{where}: wants a whole number, not {written(value)}")
        return int(number)

    return read


def _switch(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise GradingProblem(f"{where}: wants true or false, not {written(value)}")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise GradingProblem(f"{where}: wants a text, not {written(value)}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise GradingProblem(f"{where}: wants a list of texts, not {written(value)}")
    return tuple(piece.strip() for part in parts for piece in part.split(",") if piece.strip())


def _profile(value: Any, where: str) -> str:
    name = _text(value, where).lower()
    if name not in PROFILES:
        raise GradingProblem(
            f"{where}: wants one of {', '.join(PROFILES)}, not {written(value)}{_near(name, PROFILES)}"
        )
    return name


def _environment(value: Any, where: str) -> dict[str, str]:
    """Further variables, or other names for those there are: an empty text takes one out."""
    if isinstance(value, list):  # flags: NAME=TEMPLATE
        pairs = [str(one).partition("=") for one in value]
        if any(not equals for _, equals, _ in pairs):
            raise GradingProblem(f"{where}: wants NAME=VALUE, for example SHOP_ELKO_URL={{base_url}}")
        value = {name: template for name, _, template in pairs}
    if not isinstance(value, Mapping):
        raise GradingProblem(f'{where}: wants a table of variables, for example SHOP_ELKO_URL = "{{base_url}}"')
    merged = dict(ENVIRONMENT)
    for name, template in value.items():
        text = _text(template, f"{where}.{name}")
        try:
            text.format_map(dict.fromkeys(PLACEHOLDERS, ""))
        except (KeyError, ValueError, IndexError, AttributeError):
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise GradingProblem(f"{where}.{name}: {text!r} is no template; the placeholders are {known}") from None
        if text:
            merged[name] = text
        else:
            merged.pop(name, None)
    return merged


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    number = re.fullmatch(r"[cC]?(\d{1,2})", name)
    padded = f"C{int(number[1]):02}" if number else ""
    near = [padded] if padded in names else difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]}?" if near else ""


_KEYS: dict[str, Any] = {
    "profile": _profile,
    "on": _texts,
    "off": _texts,
    "only": _texts,
    "least_exercised": _number(0, 1),
    "scenarios": _texts,
    "timeout": _number(1, 86_400),
    "scale": _number(0.1, MOST_SCALE),
    "jobs": _whole(1, 64),
    "environment": _environment,
    "prepare": _text,
    "assertion": _text,
}
_FLAGS = {"environment": "--env"}
"""Those that do not have their setting's name."""
