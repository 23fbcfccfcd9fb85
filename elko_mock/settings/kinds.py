"""Kinds: how a setting's value is written, read and bounded.

One parser serves flags, variables and the file, so each takes text as well as a native value.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_SIZE = re.compile(r"([0-9]{1,15})\s*(?:([kmg])(?:i?b)?|b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}


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


def _between(low: float, high: float, convert: type[int] | type[float]) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | convert | str):  # True is an int to Python
            raise ValueError
        if isinstance(value, str) and not value.isascii():  # Python reads the figures of all scripts
            raise ValueError
        number = convert(value)
        if not low <= number <= high:  # also refuses NaN
            raise ValueError
        return number

    return parse


def whole(low: int, high: int) -> Kind:
    """Whole numbers, both ends included."""
    return Kind(f"a whole number from {low} to {high}", "N", _between(low, high, int))


def seconds(low: float, high: float) -> Kind:
    """Durations in seconds, both ends included."""
    return Kind(f"a number of seconds from {low:.15g} to {high:.15g}", "SECONDS", _between(low, high, float))


def _parse_switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0"}:
        return False
    raise ValueError


def choice(*words: str) -> Kind:
    """One of some words, without regard to case."""

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


SWITCH = Kind("true or false", "", _parse_switch)
TEXT = Kind("a text that is not empty", "TEXT", _parse_text)
TOKEN = Kind("8 or more printable ASCII characters without spaces", "TOKEN", _parse_token)
FILE = Kind("the name of a file", "FILE", _parse_path, relative=_beside)
SPEC = Kind("a file or a URL", "FILE-or-URL", _parse_text, relative=_beside_unless_elsewhere)
SCENARIO = Kind(
    "the name of a bundled scenario or a file", "NAME-or-FILE", _parse_text, relative=_beside_unless_elsewhere
)
BYTES = Kind("a size from 1 byte to 1 TiB, such as 65536, 64KiB or 10MiB", "SIZE", _parse_size)
NETWORKS = Kind("addresses or networks, such as 10.0.0.1 or 10.0.0.0/8,fd00::/8", "ADDRESS,...", _parse_networks)
MOMENT = Kind("a time between 1970 and 2100 with its zone, such as 2026-03-01T08:00:00Z", "TIME", _parse_moment)
SCALE = Kind("a number from 0.001 to 1000000", "FACTOR", _between(0.001, 1_000_000, float))
