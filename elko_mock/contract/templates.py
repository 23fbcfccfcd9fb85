"""Path templates: what they consist of, and what a path sent says for each of their names."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_NAME = re.compile(r"\{([^{}/]*)\}")


class TemplateProblem(ValueError):
    """A path cannot be a template; the message says why."""


class Template(NamedTuple):
    """One path of a document, by its segments."""

    segments: tuple[str | re.Pattern[str], ...]
    """Lower-case text for what is fixed; for the rest a pattern with one group for each name."""
    names: tuple[str, ...]
    """The parameters' names, in the order of the path."""

    @classmethod
    def of(cls, path: str) -> "Template":
        """From a document's path such as `/Orders/{id}`. Raises TemplateProblem."""
        if not path.startswith("/"):
            raise TemplateProblem("a path begins with /")
        segments: list[str | re.Pattern[str]] = []
        names: list[str] = []
        for segment in path.rstrip("/").split("/")[1:]:
            found = _NAME.findall(segment)
            if "{" in _NAME.sub("", segment) or "}" in _NAME.sub("", segment) or "" in found:
                raise TemplateProblem(f"{segment} has a brace too many or a name too few")
            names += found
            segments.append(_pattern(segment) if found else fold(segment))
        if len(set(names)) < len(names):
            raise TemplateProblem("the same name stands in it twice")
        return cls(tuple(segments), tuple(names))

    @property
    def shape(self) -> tuple[str, ...]:
        """Equal for templates that answer to the same paths, whatever their names."""
        return tuple(part if isinstance(part, str) else part.pattern for part in self.segments)

    @property
    def fixed(self) -> tuple[int, ...]:
        """Which segments are fixed."""
        return tuple(index for index, part in enumerate(self.segments) if isinstance(part, str))


def fold(text: str) -> str:
    """Lower case for comparing; only ASCII letters have two cases on the service's routes."""
    return text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)


def base_path(document: Mapping[str, Any]) -> str:
    """The path of a document's first server, without a slash at the end."""
    servers = document.get("servers") or [{"url": "/"}]
    url: str = servers[0]["url"]
    for name, variable in (servers[0].get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    if "://" in url or url.startswith("//"):
        _, _, rest = url.partition("//")
        url = rest.partition("/")[2]
    return ("/" + url.partition("?")[0].strip("/")).rstrip("/")


def _pattern(segment: str) -> re.Pattern[str]:
    pieces = re.split(r"\{[^{}]*\}", segment)
    return re.compile("(.+?)".join(re.escape(fold(piece)) for piece in pieces), re.IGNORECASE | re.ASCII | re.DOTALL)
