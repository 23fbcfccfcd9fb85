"""YAML: to plain data that knows where everything stands: each value's and each key's line by path.

Plain scalars are read as YAML 1.2 means them: `no`, `on` and `2026-03-01` are texts, `010` is ten. What a scenario
needs no use for (tags, merge keys, several documents) is a problem, not a surprise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from elko_mock.faults.shape import Path

LARGEST = 256 * 1024
"""Bytes of a scenario file."""
_DEEPEST = 40
_MOST_NODES = 50_000

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "value")}


class YamlProblem(NamedTuple):
    """What is wrong with the text as YAML."""

    line: int
    """1 is the first."""
    message: str


@dataclass(slots=True)
class Marked:
    """The data of a YAML text, and where it stands."""

    data: Any = field(repr=False)
    lines: dict[Path, int] = field(default_factory=dict)
    """Line of each value."""
    key_lines: dict[Path, int] = field(default_factory=dict)
    """Line of each key."""
    problems: list[YamlProblem] = field(default_factory=list)

    def line_of(self, path: Path, *, at_key: bool = False) -> int:
        """The line where that place stands, or the nearest place around it."""
        if at_key and path in self.key_lines:
            return self.key_lines[path]
        for end in range(len(path), -1, -1):
            found = self.lines.get(path[:end]) if end == len(path) else self.key_lines.get(path[:end])
            if found is not None:
                return found
        return self.lines.get((), 1)


def read_yaml(content: bytes) -> Marked:
    """The data of a YAML file with the line of everything in it. All problems are in `problems`; none raises."""
    marked = Marked(None)
    if len(content) > LARGEST:
        marked.problems.append(YamlProblem(1, f"the file is larger than {LARGEST // 1024} KiB"))
        return marked
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        marked.problems.append(YamlProblem(line, "the file is not UTF-8"))
        return marked
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        said = " ".join(part for part in (wrong.context, wrong.problem) if part)
        marked.problems.append(YamlProblem(1 if mark is None else mark.line + 1, f"not YAML: {said}"))
        return marked
    except yaml.YAMLError as wrong:  # a character that YAML does not take
        at = getattr(wrong, "position", 0)
        marked.problems.append(YamlProblem(text.count("\n", 0, at) + 1, "not YAML: a control character stands here"))
        return marked
    except RecursionError:
        marked.problems.append(YamlProblem(1, "nested too deeply"))
        return marked
    if node is not None:
        marked.data = _Walk(marked).value(node, ())
    return marked


def write_yaml(data: Any) -> str:
    """Plain data of printable text as YAML, keys in their order; `read_yaml` reads it back."""
    text: str = yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Writer(yaml.SafeDumper):
    """Quotes what YAML 1.1, which PyYAML writes for, takes for a text and 1.2 does not: `0E0` for one."""


def _written(writer: _Writer, text: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, None if isinstance(_meant(text), str) else "'")


_Writer.add_representer(str, _written)


def _meant(plain: str) -> Any:
    """What YAML 1.2 means by a plain scalar."""
    if plain in _WORDS:
        return _WORDS[plain]
    if _INT.fullmatch(plain):
        return int(plain)
    return float(plain) if _FLOAT.fullmatch(plain) else plain


class _Walk:
    """Nodes to data, noting lines."""

    def __init__(self, marked: Marked) -> None:
        self._marked = marked
        self._nodes = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._nodes += 1
        line = node.start_mark.line + 1
        self._marked.lines[path] = line
        if len(path) > _DEEPEST or self._nodes > _MOST_NODES:
            self._complain(line, "nested too deeply, or too much repeated by aliases")
            return None
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain(line, "a key must be a text")
                continue
            key = key_node.value
            if key == "<<" and key_node.style is None:
                self._complain(line, "merge keys are not taken; `extends` builds on another scenario")
                continue
            if key in seen:
                self._complain(line, f"the key {key!r} stands here twice; the first is in line {seen[key]}")
                continue
            seen[key] = line
            self._marked.key_lines[(*path, key)] = line
            yield key, self.value(value_node, (*path, key))

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text = node.value
        if node.style is not None:
            if node.tag != "tag:yaml.org,2002:str":
                self._complain(node.start_mark.line + 1, f"the tag {node.tag} is not taken")
            return text
        if node.tag not in _PLAIN_TAGS:
            self._complain(node.start_mark.line + 1, f"the tag {node.tag} is not taken")
            return text
        return _meant(text)

    def _complain(self, line: int, message: str) -> None:
        if len(self._marked.problems) < 50:
            self._marked.problems.append(YamlProblem(line, message))
