"""Importing: a live document in the place of the reconstruction, with the evidence marks that still hold."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from elko_mock.contract import document as documents
from elko_mock.contract.changes import Change
from elko_mock.contract.contract import Contract
from elko_mock.contract.diff import counterparts, diff, paired_parameters
from elko_mock.contract.marking import EVIDENCE, Marker
from elko_mock.contract.structure import check
from elko_mock.contract.syntax import CORE_SCALARS, parse
from elko_mock.contract.walking import Kind, Part, parts

_LINE_ENDS = re.compile("[\x85\u2028\u2029\ufeff]")


class Imported(NamedTuple):
    """A live document, vendored."""

    document: dict[str, Any]
    """As it was, with evidence marks; nothing else is added, so that it stays comparable with its source."""
    changes: tuple[Change, ...]
    """What differs from the document whose place it takes."""
    kept: tuple[str, ...]
    """JSON pointers of what is as it was, and keeps its mark."""
    unmarked: tuple[str, ...]
    """JSON pointers of operations, parameters, bodies and properties that are new or other than they were: only the
    live document speaks for them."""

    def text(self, name: str = "document.yaml") -> str:
        """The document as the text of a file of that name: JSON for `.json`, else YAML. What is read back is equal."""
        if name.lower().endswith(".json"):
            return json.dumps(self.document, indent=2, ensure_ascii=False) + "\n"
        return yaml.dump(self.document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def import_document(source: str | Path, onto: Contract | None = None) -> Imported:
    """Takes the document of a file or an http(s) address in the place of `onto`, by default the vendored one.

    Raises DocumentProblem, which says where.
    """
    raw, name = documents.read(source)
    live = check(parse(raw, name), name)
    before = set(_marked(live))
    onto = onto or Contract.load()
    contract = Contract.from_document(copy.deepcopy(live), name)
    marker = Marker(onto.document, contract.document)
    for old, new in counterparts(onto, contract):
        marker.operation(old.id, new.id, paired_parameters(old, new))
    # what is served has bounds and ids added, but its parts are those of the document as it came, in the same order
    for served, part in zip(parts(contract.document), parts(live), strict=True):
        if EVIDENCE in served.node:
            part.node[EVIDENCE] = served.node[EVIDENCE]
    kept = tuple(pointer for pointer in _marked(live) if pointer not in before)
    unmarked = tuple(part.pointer for part in parts(live) if _is_markable(part) and EVIDENCE not in part.node)
    return Imported(live, diff(onto, contract), kept, unmarked)


def _marked(document: Mapping[str, Any]) -> Iterator[str]:
    return (part.pointer for part in parts(document) if EVIDENCE in part.node)


def _is_markable(part: Part) -> bool:
    if part.kind in (Kind.PARAMETER, Kind.BODY):
        return "$ref" not in part.node
    is_property = part.kind is Kind.SCHEMA and part.pointer.rpartition("/")[0].endswith("/properties")
    return part.kind is Kind.OPERATION or is_property


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or 1.2 would read as something else than text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write everything where it stands."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # only between double quotes are these escaped; elsewhere they would be read as ends of lines
    style = '"' if _LINE_ENDS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
for _tag, _pattern, _first in CORE_SCALARS:
    _Dumper.add_implicit_resolver(_tag, _pattern, _first)
