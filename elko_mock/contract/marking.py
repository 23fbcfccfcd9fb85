"""Marking: evidence from one document put on what is the same in another."""

from collections.abc import Iterator, Mapping
from typing import Any

from elko_mock.contract.changes import Direction
from elko_mock.contract.comparing import Comparison
from elko_mock.contract.pointer import follow
from elko_mock.contract.walking import operations_by_id

EVIDENCE = "x-elko-evidence"

Node = dict[str, Any]


class Marker:
    """Puts marks of an old document on a new one, in place; a mark that is there already stays."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Two prepared documents."""
        self._old = old
        self._new = new
        self._compare = Comparison(old, new)
        self._seen: set[tuple[int, int]] = set()
        self._old_operations = operations_by_id(old)
        self._new_operations = operations_by_id(new)

    def operation(self, before: str, after: str, parameters: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Two operations that are the same, by their operationIds, and all they consist of.

        `parameters`: place and name in the new document -> place and name in the old one.
        """
        old_item, old = self._old_operations[before]
        new_item, new = self._new_operations[after]
        _mark(old, new)
        known = dict(_parameters(self._old, old_item, old))
        for identity, node in _parameters(self._new, new_item, new):
            counterpart = known.get(parameters.get(identity, ("", "")))
            if counterpart is not None and _required(counterpart) == _required(node):
                self._schema(counterpart.get("schema"), node.get("schema"), Direction.REQUEST)
                if self._is_same(counterpart.get("schema"), node.get("schema"), Direction.REQUEST):
                    _mark(counterpart, node)
        self._body(follow(self._old, old.get("requestBody")), follow(self._new, new.get("requestBody")))
        for status, raw in new["responses"].items():
            if status in old["responses"]:
                answer = follow(self._old, old["responses"][status])
                self._content(answer, follow(self._new, raw), Direction.ANSWER)

    def _body(self, old: Any, new: Any) -> None:
        if not old or not new:
            return
        if _required(old) == _required(new) and self._content(old, new, Direction.REQUEST):
            _mark(old, new)

    def _content(self, old: Node, new: Node, direction: Direction) -> bool:
        """Whether the schemas are the same in themselves."""
        ours = old.get("content") or {}
        same = bool(ours)
        for name, media in (new.get("content") or {}).items():
            counterpart = ours.get(name) or next(iter(ours.values()), None)
            if counterpart is None:
                continue
            self._schema(counterpart.get("schema"), media.get("schema"), direction)
            same = same and self._is_same(counterpart.get("schema"), media.get("schema"), direction)
        return same

    def _schema(self, old: Any, new: Any, direction: Direction, *, keep: bool = True) -> None:
        """`keep`: whether the schema's own mark may hold; those of what is in it may in any case."""
        if not (isinstance(old, dict) and isinstance(new, dict)) or (id(old), id(new)) in self._seen:
            return
        self._seen.add((id(old), id(new)))
        if keep and self._is_same(old, new, direction):
            _mark(old, new)
        before, after = self._inner(self._old, old), self._inner(self._new, new)
        if before is not old or after is not new:
            self._schema(before, after, direction)
            return
        was, is_ = set(old.get("required") or ()), set(new.get("required") or ())
        ours = old.get("properties") or {}
        for name, node in (new.get("properties") or {}).items():
            if name in ours:
                self._schema(ours[name], node, direction, keep=(name in was) == (name in is_))
        self._schema(old.get("items"), new.get("items"), direction)

    def _inner(self, document: Mapping[str, Any], schema: Node) -> Node:
        """What a schema is, past references and an `allOf` of one."""
        inner = schema.get("allOf") or []
        if "$ref" not in schema and len(inner) == 1 and "properties" not in schema:
            return self._inner(document, inner[0])
        target: Node = follow(document, schema)
        return target if target is schema else self._inner(document, target)

    def _is_same(self, old: Any, new: Any, direction: Direction) -> bool:
        return next(self._compare.own(old or {}, new or {}, direction, ""), None) is None


def _mark(old: Mapping[str, Any], new: Node) -> None:
    if EVIDENCE in old:
        new.setdefault(EVIDENCE, old[EVIDENCE])


def _required(node: Mapping[str, Any]) -> bool:
    return node.get("required") is True


def _parameters(document: Mapping[str, Any], item: Node, operation: Node) -> Iterator[tuple[tuple[str, str], Node]]:
    for raw in [*item.get("parameters", []), *operation.get("parameters", [])]:
        node = follow(document, raw)
        yield (node["in"], node["name"]), node
