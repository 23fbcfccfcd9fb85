"""A document from a file or an address, sound and ready to be served; or a DocumentProblem that says where."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elko_mock.contract.location import VENDORED_DOCUMENT, data_file
from elko_mock.contract.problem import DocumentProblem, Finding
from elko_mock.contract.structure import check
from elko_mock.contract.syntax import parse
from elko_mock.contract.walking import METHODS, Kind, parts

__all__ = ["DocumentProblem", "Finding", "load", "prepare", "read"]

_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}

Document = dict[str, Any]


def load(source: str | Path | None = None) -> Document:
    """The document of a file or an http(s) address; the vendored one without any. Raises DocumentProblem."""
    raw, name = read(source)
    data = parse(raw, name)
    return prepare(data, name)


def prepare(data: Any, source: str = "the document") -> Document:
    """Checks parsed data and makes it servable, in place: integer formats get their bounds, operations their ids.

    Raises DocumentProblem.
    """
    document = check(data, source)
    for part in parts(document):
        if part.kind is Kind.SCHEMA:
            _bound(part.node)
    _name_operations(document)
    return document


def read(source: str | Path | None) -> tuple[bytes, str]:
    """The bytes of a document and the name to call it by. Raises DocumentProblem."""
    if source is None:
        return data_file(VENDORED_DOCUMENT).read_bytes(), VENDORED_DOCUMENT
    if isinstance(source, str) and re.match(r"https?://", source, re.IGNORECASE):
        from elko_mock.contract.fetching import fetch  # noqa: PLC0415 - the HTTP client costs a third of the start

        return fetch(source)
    name = str(source)
    if "://" in name:
        raise DocumentProblem(name, Finding("", "only http and https addresses are fetched; or give a file"))
    try:
        return Path(source).read_bytes(), name
    except FileNotFoundError:
        raise DocumentProblem(name, Finding("", "there is no such file")) from None
    except OSError as wrong:
        raise DocumentProblem(name, Finding("", f"cannot be read: {wrong.strerror or wrong}")) from None
    except ValueError as wrong:  # a NUL in the name
        raise DocumentProblem(name, Finding("", f"is no file name: {wrong}")) from None


def _bound(schema: Any) -> None:
    """`format: int32` alone is checked by nothing that reads a schema; its minimum and maximum are."""
    if not isinstance(schema, dict) or schema.get("format") not in _BOUNDS:
        return
    type_ = schema.get("type")
    if type_ == "integer" or (isinstance(type_, list) and "integer" in type_):
        low, high = _BOUNDS[schema["format"]]
        if "exclusiveMinimum" not in schema:
            schema.setdefault("minimum", low)
        if "exclusiveMaximum" not in schema:
            schema.setdefault("maximum", high)


def _name_operations(document: Document) -> None:
    """A unique operationId for each: Connexion gives all that have none one slot between them."""
    operations = [
        (path, method, item[method])
        for path, item in document["paths"].items()
        if isinstance(item, Mapping)
        for method in METHODS
        if method in item
    ]
    wanted = [operation.get("operationId") for _, _, operation in operations]
    taken = {name for name in wanted if name}
    used: set[str] = set()
    for path, method, operation in operations:
        name = operation.get("operationId") or ""
        if not name or name in used:
            stem = name or "_".join([method, *re.findall(r"[A-Za-z0-9]+", path)])
            number = 1
            name = stem
            while name in taken or name in used:
                number += 1
                name = f"{stem}_{number}"
            operation["operationId"] = name
        used.add(name)
