"""Routing: which operation a method and a path mean, without regard to case or a trailing slash."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from elko_mock.contract.operations import Operation
from elko_mock.contract.templates import Template, fold


class Match(NamedTuple):
    """The operation meant, and what its path says."""

    operation: Operation
    path_values: tuple[str, ...] = ()
    """Decoded, in the order of the template."""


class NoRoute(NamedTuple):
    """No operation has this path."""


class WrongMethod(NamedTuple):
    """The path is there, but not for this method."""

    allow: tuple[str, ...]
    """The methods there are, in alphabetical order."""


_NO_ROUTE = NoRoute()
_WHOLE = ".+?"
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\]")

_Methods = dict[str, Operation]


class _Node(NamedTuple):
    """One template and its operations."""

    template: Template
    methods: _Methods
    patterns: tuple[tuple[int, re.Pattern[str] | None], ...]
    """Index of each segment that is not fixed, with its pattern; None where the whole segment is the value."""


class Router:
    """Finds operations; made once for a document.

    A path that is fixed comes before one with parameters, and one that is fixed further to the left before others, as
    in ASP.NET Core; a path's methods are those of all the templates it fits.
    """

    __slots__ = ("_exact", "_folded", "_templated")

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[str, dict[str, Match]] = {}
        self._folded: dict[str, dict[str, Match]] = {}
        nodes: dict[tuple[str, ...], _Node] = {}
        for operation in operations:
            template = Template.of(operation.path)
            if template.names:
                node = nodes.get(template.shape) or nodes.setdefault(template.shape, _node(template))
                node.methods[operation.method] = operation
            else:
                spelled = "/" + "/".join(operation.path.strip("/").split("/"))
                self._folded.setdefault(fold(spelled), {})[operation.method] = Match(operation)
                self._exact.setdefault(spelled, {})[operation.method] = Match(operation)
        # number of segments -> [(indexes of the fixed ones, their text -> nodes)], the most fixed to the left first
        self._templated: dict[int, list[tuple[tuple[int, ...], dict[tuple[str, ...], list[_Node]]]]] = {}
        for node in sorted(nodes.values(), key=_precedence):
            groups = self._templated.setdefault(len(node.template.segments), [])
            fixed = node.template.fixed
            group = next((table for indexes, table in groups if indexes == fixed), None)
            if group is None:
                group = {}
                groups.append((fixed, group))
            key = tuple(part for part in node.template.segments if isinstance(part, str))
            group.setdefault(key, []).append(node)

    def __call__(self, method: str, path: str) -> Match | NoRoute | WrongMethod:
        """`path` as sent: percent-encoded, without the query."""
        exact = self._exact.get(path)
        if exact is not None:
            match = exact.get(method)
            if match is not None:
                return match
        segments = _segments(path)
        if segments is None:
            return _NO_ROUTE
        return self._search(method.upper(), segments)

    def _search(self, method: str, segments: list[str]) -> Match | NoRoute | WrongMethod:
        folded = [fold(segment) for segment in segments]
        allowed: set[str] = set()
        fixed = self._folded.get("/" + "/".join(folded))
        if fixed is not None:
            match = fixed.get(method)
            if match is not None:
                return match
            allowed.update(fixed)
        for indexes, table in self._templated.get(len(segments), ()):
            for node in table.get(tuple([folded[index] for index in indexes]), ()):
                values = _values(node, segments)
                if values is None:
                    continue
                operation = node.methods.get(method)
                if operation is not None:
                    return Match(operation, values)
                allowed.update(node.methods)
        return WrongMethod(tuple(sorted(allowed))) if allowed else _NO_ROUTE


def _node(template: Template) -> _Node:
    return _Node(
        template,
        {},
        tuple(
            (index, None if part.pattern == f"({_WHOLE})" else part)
            for index, part in enumerate(template.segments)
            if not isinstance(part, str)
        ),
    )


def _precedence(node: _Node) -> tuple[int, ...]:
    """Segment by segment: fixed, then mixed, then a whole parameter."""
    whole = {index for index, pattern in node.patterns if pattern is None}
    return tuple(
        0 if isinstance(part, str) else 2 if index in whole else 1 for index, part in enumerate(node.template.segments)
    )


def _segments(path: str) -> list[str] | None:
    """The decoded segments; None for a path no route can have: `..`, an encoded slash, an empty segment, a control
    character, bytes that are not UTF-8."""
    if path[:1] != "/":
        return None
    if path == "/":
        return []
    raw = (path[1:-1] if path[-1] == "/" and len(path) > 1 else path[1:]).split("/")
    if "%" in path:
        try:
            # an escape that is none stays as it is
            raw = [unquote(segment, errors="strict") for segment in raw]
        except UnicodeDecodeError:
            return None
    for segment in raw:
        if not segment or segment in (".", "..") or _FORBIDDEN.search(segment):
            return None
    return raw


def _values(node: _Node, segments: list[str]) -> tuple[str, ...] | None:
    if len(node.patterns) == 1 and node.patterns[0][1] is None:
        return (segments[node.patterns[0][0]],)
    values: list[str] = []
    for index, pattern in node.patterns:
        if pattern is None:
            values.append(segments[index])
            continue
        found = pattern.fullmatch(segments[index])
        if found is None:
            return None
        values += found.groups()
    return tuple(values)
