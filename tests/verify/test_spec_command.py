"""`elko-mock spec`: what changed between documents, a live one vendored, what a run has exercised."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from elko_mock.cli import main
from elko_mock.contract.contract import Contract
from elko_mock.exchange.export import write_ndjson
from elko_mock.server.assembly import assemble
from elko_mock.settings import Settings
from tests.journeys.driving import Client, in_process


def _document(tmp_path: Path, name: str, change: Any = None) -> str:
    document = deepcopy(Contract.load().document)
    if change is not None:
        change(document)
    (tmp_path / name).write_text(json.dumps(document))
    return str(tmp_path / name)


def _renamed_price(document: dict[str, Any]) -> None:
    product = document["components"]["schemas"]["Product"]["properties"]
    product["netPrice"] = product.pop("price")


def _new_operation(document: dict[str, Any]) -> None:
    document["paths"]["/v3.0/api/News"] = {"get": {"responses": {"200": {"description": "News"}}}}


def test_nothing_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = _document(tmp_path, "same.json")
    assert main(["spec", "diff", "vendored", same]) == 0
    assert capsys.readouterr().out == "nothing changed\n"


def test_a_breaking_change_is_told_from_a_harmless_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renamed = _document(tmp_path, "renamed.json", _renamed_price)
    assert main(["spec", "diff", "vendored", renamed]) == 1
    shown = capsys.readouterr().out
    assert "breaks clients" in shown
    assert "Product.price" in shown
    assert main(["spec", "diff", "vendored", renamed, "--json"]) == 1
    kinds = {one["kind"]: one["breaks"] for one in json.loads(capsys.readouterr().out)}
    assert "client" in kinds.values() or "both" in kinds.values()


def test_a_live_document_is_vendored_with_its_marks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = _document(tmp_path, "live.json", _new_operation)
    out = tmp_path / "vendored.yaml"
    assert main(["spec", "import", live, "--out", str(out)]) == 0
    assert "/v3.0/api/News" in capsys.readouterr().out
    assert "x-elko-evidence: manual" in out.read_text()
    assert main(["spec", "import", live, "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["spec", "import", live, "--out", str(out), "--force"]) == 0
    Contract.load(out)


@pytest.mark.parametrize(
    "words",
    [
        ["spec", "diff", "vendored", "nowhere.json"],
        ["spec", "import", "nowhere.json", "--out", "x.yaml"],
        ["spec", "import", "nowhere.json", "--out", "x.txt"],
        ["spec", "coverage", "--journal", "nowhere.ndjson"],
        ["spec", "nonsense"],
        ["spec"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_read_is_said(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_journal_s_line_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "j.ndjson").write_text("{}\n")
    assert main(["spec", "coverage", "--journal", str(tmp_path / "j.ndjson")]) == 2
    assert "line 1" in capsys.readouterr().err


def test_coverage_says_what_a_run_has_met_and_what_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mock = assemble(Settings(products=40))
    world = mock.worlds.default
    client = Client(in_process(mock), token=world.gate.account.token or "")
    client.get("/Catalog/Products", "ELKOCODE=9000012")
    client.form = "xml"
    client.get("/Catalog/Products", "elkoCode=9000012&lang=EN")
    client.get("/Orders/1")
    journal = tmp_path / "run.ndjson"
    journal.write_bytes(b"".join(write_ndjson(world.journal, None)))

    assert main(["spec", "coverage", "--journal", str(journal), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    times = {(one["operation"], one["kind"], one["name"]): one["times"] for one in report["items"]}
    assert times["getProducts", "operation", "getProducts"] == 2
    assert times["getProducts", "parameter", "elkoCode"] == 2
    assert times["getProducts", "parameter", "lang"] == 1
    assert times["getProducts", "parameter", "vendorCode"] == 0
    assert times["getProducts", "media type", "application/xml"] == 1
    assert times["getProducts", "media type", "text/xml"] == 0
    assert times["getProducts", "null", "[].imagePath"] == 2
    assert times["getOrder", "code", "404"] == 1
    assert times["getOrder", "code", "200"] == 0
    assert times["createOrder", "operation", "createOrder"] == 0
    assert report["shares"]["operation"] == pytest.approx(2 / len(Contract.load().operations))

    assert main(["spec", "coverage", "--journal", str(journal)]) == 0
    shown = capsys.readouterr().out
    assert "getProducts: called 2 times" in shown
    assert "createOrder: not called" in shown
    assert main(["spec", "coverage", "--journal", str(journal), "--at-least", "0.5"]) == 1
    assert main(["spec", "coverage", "--journal", str(journal), "--at-least", "0"]) == 0


def test_a_journal_without_a_call_of_the_document_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.ndjson").write_text("")
    assert main(["spec", "coverage", "--journal", str(tmp_path / "empty.ndjson")]) == 0
    assert "empty.ndjson: holds no call of this document" in capsys.readouterr().err


@pytest.mark.parametrize("share", ["nan", "NaN", "inf", "-0.1", "1.01", "80", "x"])
def test_a_share_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], share: str) -> None:
    assert main(["spec", "coverage", "--journal", str(tmp_path / "none"), f"--at-least={share}"]) == 2
    assert "write a figure from 0 to 1" in capsys.readouterr().err.replace("\n", " ")
