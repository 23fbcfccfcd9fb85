"""A catalogue of one's own: product rows in the API's shape out of a JSON, XML or CSV file."""

import csv
from pathlib import Path
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.loading import CatalogProblem
from elko_mock.wire.codec import Codec, Undecodable
from elko_mock.wire.lenient import coerce
from elko_mock.wire.media_type import ContentType


class CatalogFileProblem(ValueError):
    """A catalogue's file cannot be used; the message names the file, and the row and the field where it is one."""


_LIST = "getProducts"
_KINDS = {".json": "application/json", ".xml": "application/xml"}


def read_catalog(path: Path) -> Catalog:
    """The catalogue of a file, told by its ending. Raises CatalogFileProblem naming the file, the row and the field."""
    ending = path.suffix.lower()
    try:
        if ending == ".csv":
            rows = _csv_rows(path)
        elif ending in _KINDS:
            rows = _rows(path.read_bytes(), ending)
        else:
            raise CatalogFileProblem(f"it ends in {ending or 'nothing'}; a catalogue is a .json, .xml or .csv file")
        return Catalog.from_rows(rows)
    except OSError as problem:
        raise CatalogFileProblem(f"the catalogue {path} cannot be read: {problem.strerror or problem}") from None
    except (CatalogProblem, CatalogFileProblem) as problem:
        raise CatalogFileProblem(f"the catalogue {path}: {problem}") from None


def _rows(content: bytes, ending: str) -> list[Any]:
    contract = Contract.load()
    codec = Codec(contract.by_id[_LIST].answers[200].schema, contract.components)
    try:
        if ending == ".json":
            rows = codec.decode(content, ContentType("application/json", "json", None))
        else:
            rows = codec.decode(content, ContentType("application/xml", "xml", None))
    except Undecodable as wrong:
        raise CatalogFileProblem(str(wrong)) from None
    if not isinstance(rows, list):
        raise CatalogFileProblem("it is no list of products, as GET Catalog/Products answers it")
    return rows


def _csv_rows(path: Path) -> list[Any]:
    """Column names are the API's property names; an empty cell is null, except for `quantity`, where it is a value."""
    contract = Contract.load()
    schema = contract.by_id[_LIST].answers[200].schema
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            sample = file.read(4096)
            file.seek(0)
            dialect = csv.Sniffer().sniff(sample, delimiters=",;\t") if sample.strip() else csv.excel
            found = csv.DictReader(file, dialect=dialect, strict=True)
            raw = [
                {
                    name: (value if value or name == "quantity" else None)
                    for name, value in row.items()
                    if name is not None
                }
                for row in found
            ]
        except (csv.Error, UnicodeDecodeError) as wrong:
            raise CatalogFileProblem(f"it is no CSV in UTF-8: {wrong}") from None
    coerced: list[Any] = coerce(raw, schema, contract.components)
    return coerced
