"""The peers that npm packages carry: installed into a cache folder, fed the same document and the same answers."""

import copy
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.workloads import ORDERS, PRODUCTS, Answers
from elko_mock.contract.contract import Contract

HERE = Path(__file__).parent / "peers"
NAMES = {
    "Prism": "@stoplight/prism-cli",
    "Mockoon": "@mockoon/cli",
    "Specmatic": "specmatic",
    "WireMock": "wiremock",
}
_JSON_ONLY = re.compile(r"application/(problem\+)?json")


class Peer(NamedTuple):
    """A peer that is installed."""

    name: str
    version: str
    command: tuple[str, ...]
    """With `{port}` where its port goes."""
    joined: bool
    """Whether it takes codes joined by commas."""


def install(cache: Path) -> str | None:
    """Install the pinned packages, unless they are there. None, or why it could not be done."""
    if shutil.which("npm") is None:
        return "npm is not installed"
    wanted = (HERE / "package.json").read_bytes()
    there = cache / "package.json"
    if there.exists() and there.read_bytes() == wanted and (cache / "node_modules").is_dir():
        return None
    cache.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, cache / name)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=cache,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        there.unlink()
        return f"npm ci failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    return None


def prepare(cache: Path, answers: Answers) -> Iterator[Peer | tuple[str, str]]:
    """The peers ready to start; a name and a reason for one that cannot be had."""
    versions = {name: _version(cache, package) for name, package in NAMES.items()}
    work = cache / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    bin_ = cache / "node_modules" / ".bin"
    document = _document(answers)
    (work / "elko.json").write_bytes(orjson.dumps(document))
    yield Peer(
        "Prism",
        versions["Prism"],
        (
            *(str(bin_ / "prism"), "mock", "--host", "127.0.0.1", "--port", "{port}"),
            *("--verboseLevel", "silent", str(work / "elko.json")),
        ),
        joined=False,
    )
    (work / "mockoon.json").write_bytes(orjson.dumps(_mockoon(answers)))
    yield Peer(
        "Mockoon",
        versions["Mockoon"],
        (
            *(str(bin_ / "mockoon-cli"), "start", "--data", str(work / "mockoon.json"), "--repair"),
            *("--hostname", "127.0.0.1", "--port", "{port}"),
            *("--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "1"),
        ),
        joined=True,
    )
    if shutil.which("java") is None:
        yield "Specmatic", "java is not installed"
        yield "WireMock", "java is not installed"
        return
    _specmatic(work / "specmatic", document, answers)
    yield Peer(
        "Specmatic",
        versions["Specmatic"],
        (
            *("java", "-jar", str(cache / "node_modules" / "specmatic" / "specmatic.jar"), "stub"),
            *("--host", "127.0.0.1", "--port", "{port}", "--noConsoleLog", "--hot-reload=disabled"),
            *("--data", str(work / "specmatic" / "examples"), str(work / "specmatic" / "elko.json")),
        ),
        joined=False,
    )
    _wiremock(work / "wiremock", answers)
    jar = next((cache / "node_modules" / "wiremock" / "build").glob("*.jar"))
    wiremock = (
        *("java", "-jar", str(jar), "--port", "{port}", "--bind-address", "127.0.0.1"),
        *("--root-dir", str(work / "wiremock"), "--disable-banner", "--disable-request-logging"),
    )
    yield Peer("WireMock", versions["WireMock"], wiremock, joined=True)
    yield Peer("WireMock, no journal", versions["WireMock"], (*wiremock, "--no-request-journal"), joined=True)


def _version(cache: Path, package: str) -> str:
    described = orjson.loads((cache / "node_modules" / package / "package.json").read_bytes())
    return str(described["version"])


def _document(answers: Answers) -> dict[str, Any]:
    """The served document, with our answers as its examples."""
    document = copy.deepcopy(Contract.load().document)
    rows = orjson.loads((answers.folder / "same.json").read_bytes())
    for path, method, example in ((PRODUCTS, "get", rows), (ORDERS, "post", answers.order)):
        for content in document["paths"][path][method]["responses"]["200"]["content"].values():
            content.pop("examples", None)
            content["example"] = example
    return document


def _specmatic(folder: Path, document: dict[str, Any], answers: Answers) -> None:
    """It cannot serve a document that answers in XML, so it gets the JSON half of it."""
    (folder / "examples").mkdir(parents=True)
    half = copy.deepcopy(document)
    _without_xml(half)
    (folder / "elko.json").write_bytes(orjson.dumps(half))
    example = {
        "http-request": {
            "method": "GET",
            "path": PRODUCTS,
            "query": {"elkoCode": [str(code) for code in answers.same]},
            "headers": {"Authorization": "Bearer any"},
        },
        "http-response": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "body": orjson.loads((answers.folder / "same.json").read_bytes()),
        },
    }
    (folder / "examples" / "same.json").write_bytes(orjson.dumps(example))


def _without_xml(node: Any) -> None:
    if isinstance(node, list):
        for one in node:
            _without_xml(one)
    elif isinstance(node, dict):
        node.pop("xml", None)
        if isinstance(node.get("content"), dict):
            node["content"] = {key: one for key, one in node["content"].items() if _JSON_ONLY.fullmatch(key)}
        for one in node.values():
            _without_xml(one)


def _wiremock(folder: Path, answers: Answers) -> None:
    (folder / "mappings").mkdir(parents=True)
    (folder / "__files").mkdir()
    shutil.copy(answers.folder / "same.json", folder / "__files" / "same.json")
    mapping = {
        "request": {"method": "GET", "urlPath": PRODUCTS},
        "response": {
            "status": 200,
            "bodyFileName": "same.json",
            "headers": {"Content-Type": "application/json; charset=utf-8"},
        },
    }
    (folder / "mappings" / "products.json").write_bytes(orjson.dumps(mapping))


def _mockoon(answers: Answers) -> dict[str, Any]:
    """An environment of one route; from the document it would make an answer of a single product."""
    response = {
        "uuid": "00000000-0000-4000-8000-000000000002",
        "body": (answers.folder / "same.json").read_text(encoding="utf-8"),
        "latency": 0,
        "statusCode": 200,
        "label": "",
        "headers": [{"key": "Content-Type", "value": "application/json; charset=utf-8"}],
        "bodyType": "INLINE",
        "filePath": "",
        "databucketID": "",
        "sendFileAsBody": False,
        "rules": [],
        "rulesOperator": "OR",
        "disableTemplating": True,
        "fallbackTo404": False,
        "default": True,
        "crudKey": "id",
        "callbacks": [],
    }
    route = {
        "uuid": "00000000-0000-4000-8000-000000000003",
        "type": "http",
        "documentation": "",
        "method": "get",
        "endpoint": PRODUCTS.removeprefix("/"),
        "responses": [response],
        "responseMode": None,
    }
    return {
        "uuid": "00000000-0000-4000-8000-000000000001",
        "lastMigration": 33,
        "name": "elko",
        "endpointPrefix": "",
        "latency": 0,
        "port": 1,
        "hostname": "127.0.0.1",
        "folders": [],
        "routes": [route],
        "rootChildren": [{"type": "route", "uuid": route["uuid"]}],
        "proxyMode": False,
        "cors": True,
        "headers": [],
        "data": [],
        "callbacks": [],
    }
