"""A live document takes the place of the reconstruction, and says what it knew before."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.changes import Breaks
from elko_mock.contract.contract import Contract
from elko_mock.contract.diff import diff
from elko_mock.contract.document import read
from elko_mock.contract.importing import Imported, import_document
from elko_mock.contract.pointer import look_up
from elko_mock.contract.problem import DocumentProblem
from elko_mock.contract.syntax import parse
from elko_mock.contract.walking import Kind, parts
from tests.unit.contract.test_syntax import PLAIN

EVIDENCE = "x-elko-evidence"
BASE = "/v3.0/api"
VENDORED = Contract.load()


def _reconstruction() -> dict[str, Any]:
    written: dict[str, Any] = parse(*read(None))
    return written


def _live() -> dict[str, Any]:
    """As the live service would serve it: no evidence, schemas under names of its own."""

    def strip(node: Any) -> Any:
        if isinstance(node, list):
            return [strip(item) for item in node]
        if isinstance(node, dict):
            return {key: strip(value) for key, value in node.items() if key != EVIDENCE}
        return node.replace("#/components/schemas/", "#/components/schemas/Elko.") if isinstance(node, str) else node

    document: dict[str, Any] = strip(_reconstruction())
    document["components"]["schemas"] = {f"Elko.{k}": one for k, one in document["components"]["schemas"].items()}
    return document


def _import(document: dict[str, Any], folder: Path) -> Imported:
    file = folder / "live.json"
    file.write_text(json.dumps(document))
    return import_document(file)


def _marks(document: dict[str, Any]) -> dict[str, str]:
    return {part.pointer: part.node[EVIDENCE] for part in parts(document) if EVIDENCE in part.node}


def test_the_same_document_keeps_every_mark_that_can_be_reached(tmp_path: Path) -> None:
    imported = _import(_live(), tmp_path)
    assert imported.changes == ()
    assert imported.unmarked == ()
    before = {
        pointer.replace("/schemas/", "/schemas/Elko."): mark for pointer, mark in _marks(_reconstruction()).items()
    }
    after = _marks(imported.document)
    assert after.items() <= before.items()
    lost = set(before) - set(after)
    # what no operation leads to, and what is marked beside operations, parameters, bodies and schemas
    assert {pointer for pointer in lost if "/responses/" not in pointer} == {"#/components/schemas/Elko.ActionResult"}
    assert set(imported.kept) == set(after)


def test_nothing_but_marks_is_added(tmp_path: Path) -> None:
    live = _live()
    imported = _import(live, tmp_path)
    for part in parts(imported.document):
        part.node.pop(EVIDENCE, None)
    assert imported.document == live


def test_what_is_other_than_it_was_loses_its_mark(tmp_path: Path) -> None:
    live = _live()
    product = live["components"]["schemas"]["Elko.Product"]
    product["properties"]["quantity"] = {"type": "integer", "format": "int32"}
    product["properties"]["rrp"] = {"type": "number"}
    product["required"].remove("warranty")
    del product["properties"]["lotNumber"]
    products = live["paths"][f"{BASE}/Catalog/Products"]["get"]
    products["parameters"][2]["required"] = True
    products["parameters"].append({"name": "page", "in": "query", "schema": {"type": "integer"}})
    live["paths"][f"{BASE}/New"] = {"get": {"responses": {"200": {"description": "new"}}}}
    imported = _import(live, tmp_path)
    at = "#/components/schemas/Elko.Product/properties"
    page = "#/paths/~1v3.0~1api~1Catalog~1Products/get/parameters"
    assert set(imported.unmarked) == {
        f"{at}/quantity",
        f"{at}/rrp",
        f"{at}/warranty",
        f"{page}/2",
        f"{page}/4",
        "#/paths/~1v3.0~1api~1New/get",
    }
    assert look_up(imported.document, f"{at}/price")[EVIDENCE] == "observed"
    assert {(change.where, change.breaks) for change in imported.changes} >= {
        ("answers: Product.quantity", Breaks.BOTH),
        ("answers: Product.lotNumber", Breaks.CLIENT),
        (f"GET {BASE}/New", Breaks.SERVER),
    }
    assert imported.changes == diff(VENDORED, Contract.from_document(copy.deepcopy(live)))


def test_dress_does_not_matter(tmp_path: Path) -> None:
    """Base path in the servers, other case, other parameter names, parameters written out."""
    live = _live()
    live["servers"] = [{"url": BASE}]
    live["paths"] = {path.removeprefix(BASE).lower(): item for path, item in live["paths"].items()}
    live["paths"] = {
        path.replace("{elkocode}", "{codes}")
        .replace("{lineid}", "{line}")
        .replace("{withadditionalinfo}", "{withAdditionalInfo}")
        .replace("{datefrom}", "{dateFrom}")
        .replace("{dateto}", "{dateTo}"): item
        for path, item in live["paths"].items()
    }
    live["components"]["parameters"]["ElkoCodePath"]["name"] = "codes"
    live["paths"]["/cart/{line}"]["delete"]["parameters"][0]["name"] = "line"
    for item in live["paths"].values():
        for node in item.values():
            if isinstance(node, dict):
                node.pop("operationId", None)
    imported = _import(live, tmp_path)
    assert imported.unmarked == ()
    assert {change.kind for change in imported.changes} == {"operation-renamed"}


def test_a_reference_may_carry_a_mark(tmp_path: Path) -> None:
    """The live document refers to `Prices` plainly, where ours has it in an `allOf`."""
    live = _live()
    availability = live["components"]["schemas"]["Elko.AvailabilityAndPrice"]["properties"]
    availability["prices"] = {"$ref": "#/components/schemas/Elko.Prices"}
    imported = _import(live, tmp_path)
    assert imported.changes == ()
    marked = imported.document["components"]["schemas"]["Elko.AvailabilityAndPrice"]["properties"]["prices"]
    assert marked == {"$ref": "#/components/schemas/Elko.Prices", EVIDENCE: "single-client"}
    assert Contract.from_document(imported.document).operations


def test_marks_that_are_there_stay(tmp_path: Path) -> None:
    live = _live()
    live["paths"][f"{BASE}/Orders/{{id}}"]["get"][EVIDENCE] = "recorded"
    imported = _import(live, tmp_path)
    assert imported.document["paths"][f"{BASE}/Orders/{{id}}"]["get"][EVIDENCE] == "recorded"
    assert "#/paths/~1v3.0~1api~1Orders~1{id}/get" not in imported.kept


def test_a_stranger_has_no_marks(tmp_path: Path) -> None:
    stranger = {
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/pets": {"get": {"responses": {"200": {"description": "ok"}}}}},
    }
    imported = _import(stranger, tmp_path)
    assert imported.document == stranger
    assert imported.kept == ()
    assert imported.unmarked == ("#/paths/~1pets/get",)
    assert {change.kind for change in imported.changes} == {"operation-removed", "operation-added"}


def test_what_was_imported_can_be_imported_upon(tmp_path: Path) -> None:
    first = _import(_live(), tmp_path)
    onto = Contract.from_document(copy.deepcopy(first.document))
    again = import_document(tmp_path / "live.json", onto)
    assert again.changes == ()
    assert again.document == first.document


@pytest.mark.parametrize("name", ["vendored.yaml", "vendored.json", "VENDORED.JSON"])
def test_its_text_is_read_back_as_it_is(name: str, tmp_path: Path) -> None:
    imported = _import(_live(), tmp_path)
    file = tmp_path / name
    file.write_text(imported.text(name), "utf-8")
    assert parse(file.read_bytes(), name) == imported.document
    assert diff(VENDORED, Contract.load(file)) == ()
    kinds = {part.kind for part in parts(imported.document) if EVIDENCE in part.node}
    assert kinds == {Kind.OPERATION, Kind.PARAMETER, Kind.BODY, Kind.SCHEMA}


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), PLAIN | st.text(max_size=9)))
def test_any_text_survives_being_written(data: dict[str, Any]) -> None:
    """`NO`, `1e3`, `0x1F`, `2018-09-26`: neither version of YAML may take it for something else."""
    imported = Imported({"a": data}, (), (), ())
    for name in ("a.yaml", "a.json"):
        try:
            raw = imported.text(name).encode()
        except UnicodeEncodeError:
            return
        assert parse(raw, name) == {"a": data}


@pytest.mark.parametrize(
    "value", ["NO", "yes", "1e3", "0E0", "0x1F", "010", "1_000", "12:30", "2018-09-26", "~", "<<", "=", ""]
)
def test_words_that_yaml_would_take_for_something_else(value: str) -> None:
    assert parse(Imported({"a": value, value: 1}, (), (), ()).text().encode(), "a.yaml") == {"a": value, value: 1}


def test_a_broken_document_says_where(tmp_path: Path) -> None:
    live = _live()
    live["components"]["schemas"]["Elko.Product"]["type"] = "thing"
    with pytest.raises(DocumentProblem, match="'thing' is no type"):
        _import(live, tmp_path)
