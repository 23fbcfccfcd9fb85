"""Which representation an answer takes, and what a body says it is."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

DEFAULT = "application/json"

_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*\Z")
_QUALITY = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_MAX_RANGES = 100
"""An `Accept` of more entries than any client writes is not worth the time."""


class Representation(NamedTuple):
    """The form one answer is sent in."""

    media_type: str
    kind: Literal["json", "xml", "text"]

    @property
    def content_type(self) -> str:
        """The `Content-Type` value: the media type with its charset, which is always UTF-8."""
        return f"{self.media_type}; charset=utf-8"


class ContentType(NamedTuple):
    """What a `Content-Type` value says of a body."""

    media_type: str
    """In lower case, without parameters; empty if the header is missing or cannot be read."""
    kind: Literal["json", "xml", "none", "other"]
    """`none`: there was no header value."""
    charset: str | None
    """As sent, in lower case, without quotes; not checked here: the decoder names one it does not know."""


class _Accepted(NamedTuple):
    type: str
    subtype: str
    quality: float
    servable: bool
    """False for a range with a parameter that no answer of ours carries (`;v=2`, `;charset=utf-16`)."""

    def takes(self, media_type: str) -> bool:
        main, _, sub = media_type.partition("/")
        if not self.servable or self.type not in (main, "*"):
            return False
        # `application/json` takes `application/problem+json` too, as MVC's MediaType.IsSubsetOf does
        return self.subtype in ("*", sub, sub.rpartition("+")[2])

    @property
    def specificity(self) -> int:
        return (self.type != "*") + (self.subtype != "*")


def negotiate(accept: str | None, offered: tuple[str, ...], *, bare_string: bool = False) -> Representation:
    """The representation to answer in, by the rules of ASP.NET Core MVC's formatter selection. Never refuses.

    Ranges are taken by falling quality, equal ones in the order they were written (MVC does not look at specificity);
    for each the first offered type that it takes wins. A range of quality 0 excludes (RFC 9110, 12.4.2).
    `text/plain` serves bare strings only: an object asked for as `text/plain` comes back as JSON (evidence, section 4).
    Whatever cannot be served gets the default: `text/plain` for a bare string, else `application/json`.

    An `Accept` that holds `*/*`, alone or among others, whatever its quality, is ignored as a whole, because
    MVC's `RespectBrowserAcceptHeader` is false unless switched on: `application/xml, */*;q=0.1` is answered in JSON.

    Entries that cannot be read are skipped, as are those after the hundredth; a quality that cannot be read is 1.
    """
    return _negotiate(accept, offered, bare_string)


@lru_cache(maxsize=128)
def _negotiate(accept: str | None, offered: tuple[str, ...], bare_string: bool) -> Representation:
    usable = tuple(each for each in offered if bare_string or each != "text/plain") or (DEFAULT,)
    default = _default(usable, bare_string=bare_string)
    if not accept or accept in ("*/*", default):
        return _representation(default)
    ranges = _parse_accept(accept)
    if any(each.specificity == 0 for each in ranges):
        return _representation(default)
    usable = tuple(each for each in usable if not _excluded(each, ranges))
    for wanted in sorted(ranges, key=lambda each: -each.quality):
        for media_type in usable:
            if wanted.quality > 0 and wanted.takes(media_type):
                return _representation(media_type)
    return _representation(default)


def parse_content_type(value: str | None) -> ContentType:
    """Reads a `Content-Type` value; never raises. `+json` and `+xml` suffixes count as JSON and XML."""
    return _parse_content_type(value)


@lru_cache(maxsize=128)
def _parse_content_type(value: str | None) -> ContentType:
    if value is None or not value.strip():
        return ContentType("", "none", None)
    name, parameters = _split_media(value)
    match = _RANGE.match(name)
    if match is None:
        return ContentType("", "other", None)
    media_type = f"{match[1]}/{match[2]}".lower()
    charset = next((given.lower() for key, given in parameters if key == "charset" and given), None)
    kind = kind_of(media_type)
    return ContentType(media_type, "other" if kind == "text" else kind, charset)


def kind_of(media_type: str) -> Literal["json", "xml", "text"]:
    """How bodies of that (lower-case) media type are written; `text` for all that is neither JSON nor XML."""
    subtype = media_type.partition("/")[2].rpartition("+")[2]
    if subtype == "json":
        return "json"
    return "xml" if subtype == "xml" else "text"


def _default(usable: tuple[str, ...], *, bare_string: bool) -> str:
    if bare_string and "text/plain" in usable:
        return "text/plain"
    if DEFAULT in usable:
        return DEFAULT
    return next((each for each in usable if kind_of(each) == "json"), usable[0])


def _representation(media_type: str) -> Representation:
    return Representation(media_type, kind_of(media_type))


def _excluded(media_type: str, ranges: list[_Accepted]) -> bool:
    taking = [each for each in ranges if each.takes(media_type)]
    return bool(taking) and max(taking, key=lambda each: (each.specificity, each.quality)).quality == 0


def _parse_accept(value: str) -> list[_Accepted]:
    found = []
    for entry in _split(value, ",")[:_MAX_RANGES]:
        name, parameters = _split_media(entry)
        match = _RANGE.match(name)
        if match is None or (match[1] == "*" != match[2]):
            continue
        quality, servable = 1.0, True
        for key, given in parameters:
            if key == "q":
                quality = min(float(given), 1.0) if _QUALITY.fullmatch(given) else 1.0
                break  # what follows q is no parameter of the media type
            servable = servable and (key, given.lower()) == ("charset", "utf-8")
        found.append(_Accepted(match[1].lower(), match[2].lower(), quality, servable))
    return found


def _split_media(entry: str) -> tuple[str, list[tuple[str, str]]]:
    """`a/b; c="d"` as `a/b` and its parameters, names in lower case, values without quotes; nameless ones left out."""
    name, *rest = _split(entry, ";")
    parameters = []
    for each in rest:
        key, _, value = each.partition("=")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] == '"':
            value = re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
        if key.strip():
            parameters.append((key.strip().lower(), value))
    return name, parameters


def _split(value: str, delimiter: str) -> list[str]:
    """Splits at a delimiter that stands outside of quoted strings, in linear time."""
    if '"' not in value:
        return value.split(delimiter)
    parts, start, quoted, escaped = [], 0, False, False
    for at, character in enumerate(value):
        if escaped:
            escaped = False
        elif character == '"':
            quoted = not quoted
        elif quoted:
            escaped = character == "\\"
        elif character == delimiter:
            parts.append(value[start:at])
            start = at + 1
    return [*parts, value[start:]]
