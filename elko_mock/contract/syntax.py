"""From the bytes of a JSON or YAML file to plain data, with the line of what is wrong."""

import json
import re
from collections.abc import Hashable
from typing import Any, NoReturn

import yaml

from elko_mock.contract.problem import DocumentProblem, Finding

MAX_NODES = 2_000_000
"""Values in a document once its YAML aliases are spread out; more is a bomb, not a description."""
MAX_DEPTH = 200
"""Levels of nesting."""
_SUSPICIOUS = 5000
"""Fewer openings than that cannot nest deeply enough to matter."""

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """YAML 1.2's core schema (so that `NO` is Norway and a date stays text), and no key twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
            if key in seen and key != "<<":
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands here twice", key_node.start_mark)
            seen.add(key)
        self.flatten_mapping(node)
        # a key is its text, whatever value that text would be: 200, 1.10, true
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


CORE_SCALARS = tuple(
    (f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
    for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
        ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("merge", r"<<", "<"),
    )
)
"""What plain text stands for in YAML 1.2: tag, pattern, first characters."""

for _tag, _pattern, _first in CORE_SCALARS:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


def _core_int(loader: Any, node: Any) -> int:
    text: str = loader.construct_scalar(node)
    return int(text, 16) if text.startswith("0x") else int(text)


def _core_float(loader: Any, node: Any) -> float:
    return float(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _core_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _core_float)


def parse(raw: bytes, source: str) -> Any:
    """The data in a JSON or YAML file; mapping keys are text. Raises DocumentProblem with line and column."""
    text = _decode(raw, source)
    start = text.lstrip()
    if not start:
        raise DocumentProblem(source, Finding("", "it is empty"))
    if start[0] == "<":
        raise DocumentProblem(
            source,
            Finding(
                "",
                "this is a page for the browser, not the description itself; a Swagger page links to it right under"
                " its title, at an address that ends in swagger.json",
            ),
        )
    if start[0] in "{[" and not source.lower().endswith((".yaml", ".yml")):
        return _parse_json(text, source)
    return _parse_yaml(text, source)


def _decode(raw: bytes, source: str) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise DocumentProblem(
            source, Finding(f"line {line}", f"this is not {encoding.removesuffix('-sig').upper()} text")
        ) from None


def _parse_json(text: str, source: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise DocumentProblem(source, Finding("", f"{twice!r} stands twice in one object"))
        return made

    def no_constant(name: str) -> NoReturn:
        raise DocumentProblem(source, Finding("", f"{name} is not JSON"))

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except json.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise DocumentProblem(source, Finding(where, f"not valid JSON: {wrong.msg}")) from None
    except RecursionError:
        raise DocumentProblem(source, Finding("", "nested too deeply")) from None
    except ValueError as wrong:  # a figure of thousands of digits
        if isinstance(wrong, DocumentProblem):
            raise
        raise DocumentProblem(source, Finding("", f"not valid JSON: {wrong}")) from None


def _parse_yaml(text: str, source: str) -> Any:
    try:
        _refuse_depth(text, source)
        return _spread(yaml.load(text, _Loader), source)  # noqa: S506 - a safe loader, made stricter
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        said = " ".join(filter(None, [wrong.problem, wrong.context])) or "cannot be read"
        raise DocumentProblem(source, Finding(where, f"not valid YAML: {said}")) from None
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        raise DocumentProblem(source, Finding(f"line {line}", f"not valid YAML: {wrong.reason}")) from None
    except (yaml.YAMLError, ValueError) as wrong:
        if isinstance(wrong, DocumentProblem):
            raise
        raise DocumentProblem(source, Finding("", f"not valid YAML: {wrong}")) from None
    except RecursionError:
        raise DocumentProblem(source, Finding("", "nested too deeply")) from None


def _refuse_depth(text: str, source: str) -> None:
    """The C parser goes down level by level and takes the process with it some 20,000 levels deep."""
    if sum(text.count(opening) for opening in ("[", "{", "- ", "? ")) < _SUSPICIOUS:
        return
    depth = 0
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                where = f"line {event.start_mark.line + 1}" if event.start_mark else ""
                raise DocumentProblem(source, Finding(where, "nested too deeply"))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _spread(data: Any, source: str) -> Any:
    """Each alias becomes a value of its own, so that what is served as JSON is what was read."""
    left = MAX_NODES

    def copy(node: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if depth > MAX_DEPTH:
            raise DocumentProblem(source, Finding("", "nested too deeply, or its aliases lead in a circle"))
        if left < 0:
            raise DocumentProblem(source, Finding("", "its aliases spread out beyond all measure"))
        if isinstance(node, dict):
            return {key: copy(value, depth + 1) for key, value in node.items()}
        if isinstance(node, list):
            return [copy(value, depth + 1) for value in node]
        return node

    return copy(data, 0)
