"""Documents from anywhere: sound ones become contracts, broken ones a message that says where."""

import copy
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.contract.document import DocumentProblem, load, prepare, read
from elko_mock.contract.fetching import fetch

OK = {"200": {"description": "ok"}}


def _small() -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/things/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"operationId": "getThing", "responses": {"200": {"description": "ok"}}},
            }
        },
        "components": {"schemas": {"Thing": {"type": "object", "properties": {"id": {"type": "integer"}}}}},
    }


Change = Callable[[dict[str, Any]], object]


def _operation(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/things/{id}"]["get"]
    return operation


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (lambda d: d.update(openapi="2.0"), "", "OpenAPI 2.0 is not understood; 3.0 and 3.1 are"),
        (lambda d: d.update(openapi=3.0), "", "OpenAPI 3.0 is not understood"),
        (lambda d: d.update(openapi="3.2.0"), "", "OpenAPI 3.2.0 is not understood"),
        (lambda d: d.pop("openapi"), "", "the key openapi is missing"),
        (lambda d: d.update(swagger="2.0"), "", "this is Swagger 2.0; OpenAPI 3.0 or 3.1 is needed"),
        (lambda d: d.pop("paths"), "", "there are no paths in it"),
        (lambda d: d.update(paths={}), "", "there are no paths in it"),
        (lambda d: d.update(paths=[]), "", "there are no paths in it"),
        (lambda d: d.update(info="x"), "#/info", "must be an object, not text"),
        (lambda d: d.update(components=[1]), "#/components", "must be an object, not a list"),
        (lambda d: d.update(servers={"url": "/"}), "#/servers", "must be a list of objects with a url"),
        (lambda d: d.update(servers=[{}]), "#/servers", "must be a list of objects with a url"),
        (
            lambda d: d.update(servers=[{"url": "/{base"}]),
            "#/paths/~1things~1{id}",
            "{base has a brace too many",
        ),
        (lambda d: d["paths"].update({"/a": None}), "#/paths/~1a", "a path must be an object, not nothing"),
        (lambda d: d["paths"].update({"a": {}}), "#/paths/a", "a path begins with /"),
        (lambda d: d["paths"].update({"/{a": {}}), "#/paths/~1{a", "a brace too many"),
        (lambda d: d["paths"].update({"/{}": {}}), "#/paths/~1{}", "a name too few"),
        (lambda d: d["paths"].update({"/{a}/{a}": {}}), "#/paths/~1{a}~1{a}", "the same name stands in it twice"),
        (lambda d: d["paths"].update({"/a": {"$ref": "x"}}), "#/paths/~1a", "a path that is a $ref"),
        (
            lambda d: d["paths"]["/things/{id}"].update(get=[]),
            "#/paths/~1things~1{id}/get",
            "an operation must be an object, not a list",
        ),
        (lambda d: _operation(d).pop("responses"), "#/paths/~1things~1{id}/get", "responses are missing"),
        (
            lambda d: _operation(d)["responses"].update({"ok": {}}),
            "#/paths/~1things~1{id}/get/responses/ok",
            "ok is no status code",
        ),
        (
            lambda d: _operation(d).update(operationId=7),
            "#/paths/~1things~1{id}/get/operationId",
            "must be text, not a number",
        ),
        (
            lambda d: _operation(d).update(parameters={}),
            "#/paths/~1things~1{id}/get/parameters",
            "must be a list",
        ),
        (
            lambda d: _operation(d).update(parameters=[{"in": "query", "schema": {}}]),
            "#/paths/~1things~1{id}/get/parameters/0",
            "a parameter needs a name",
        ),
        (
            lambda d: _operation(d).update(parameters=[{"name": "a", "in": "body", "schema": {}}]),
            "#/paths/~1things~1{id}/get/parameters/0",
            "in must be path, query, header or cookie, not 'body'",
        ),
        (
            lambda d: _operation(d).update(parameters=[{"name": "a", "in": "query"}]),
            "#/paths/~1things~1{id}/get/parameters/0",
            "a parameter needs a schema",
        ),
        (
            lambda d: _operation(d).update(parameters=[{"$ref": "#/components/parameters/A"}]),
            "#/paths/~1things~1{id}/get/parameters/0",
            "#/components/parameters/A leads nowhere: there is no 'parameters'",
        ),
        (
            lambda d: d["paths"]["/things/{id}"].pop("parameters"),
            "#/paths/~1things~1{id}/get",
            "{id} of the path is not among its parameters",
        ),
        (
            lambda d: _operation(d).update(parameters=[{"name": "x", "in": "path", "schema": {}}]),
            "#/paths/~1things~1{id}/get",
            "the path parameter 'x' is not in the path",
        ),
        (
            lambda d: (
                d["paths"].update({"/THINGS/{other}/": copy.deepcopy(d["paths"]["/things/{id}"])})
                or d["paths"]["/THINGS/{other}/"]["parameters"][0].update(name="other")
            ),
            "#/paths/~1THINGS~1{other}~1/get",
            "answers to the same path as /things/{id}",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"type": "int"}),
            "#/components/schemas/Bad/type",
            "'int' is no type",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"properties": {"a": {"items": {"$ref": "#/x"}}}}),
            "#/components/schemas/Bad/properties/a/items",
            "#/x leads nowhere",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"$ref": "other.yaml#/Thing"}),
            "#/components/schemas/Bad",
            "leads out of the document; bundle",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"$ref": "#/paths"}),
            "#/components/schemas/Bad",
            "#/paths leads to something that is no schema",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"$ref": 7}),
            "#/components/schemas/Bad",
            "7 leads to something that is no schema",
        ),
        (
            lambda d: d["components"]["schemas"].update(A={"$ref": "#/components/schemas/A"}),
            "#/components/schemas/A",
            "leads in a circle",
        ),
        (
            lambda d: d["components"]["schemas"].update(A={"allOf": [{"$ref": "#/components/schemas/A"}]}),
            "#/components/schemas/A",
            "is made of itself",
        ),
        (
            lambda d: d["components"]["schemas"].update(
                A={"oneOf": [{"type": "string"}, {"not": {"$ref": "#/components/schemas/A"}}]}
            ),
            "#/components/schemas/A",
            "is made of itself",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"required": "id"}),
            "#/components/schemas/Bad/required",
            "must be a list of names, not text",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"properties": []}),
            "#/components/schemas/Bad/properties",
            "must be an object, not a list",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"properties": {"a": "string"}}),
            "#/components/schemas/Bad/properties/a",
            "a schema must be an object, not text",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"pattern": "("}),
            "#/components/schemas/Bad/pattern",
            "( is no regular expression",
        ),
        (
            lambda d: d["components"]["schemas"].update(Bad={"type": "string", "maxLength": "5"}),
            "#/components/schemas/Bad/maxLength",
            "must be a count, not text",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: Change, where: str, words: str) -> None:
    document = _small()
    change(document)
    with pytest.raises(DocumentProblem) as caught:
        Contract.from_document(document, "mine.json")
    assert [finding.where for finding in caught.value.findings] == [where]
    assert words in caught.value.findings[0].message
    assert str(caught.value).startswith("mine.json: ")


@pytest.mark.parametrize("data", [None, [], "openapi", 7, True])
def test_what_is_no_object(data: Any) -> None:
    with pytest.raises(DocumentProblem, match="an OpenAPI document is an object"):
        prepare(data)


def test_all_findings_come_at_once() -> None:
    document = _small()
    document["components"]["schemas"] = {"A": {"type": "int"}, "B": {"$ref": "#/nowhere"}, "C": {"enum": 1}}
    with pytest.raises(DocumentProblem) as caught:
        prepare(document)
    assert [finding.where for finding in caught.value.findings] == [
        "#/components/schemas/A/type",
        "#/components/schemas/B",
        "#/components/schemas/C/enum",
    ]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1"])
def test_versions_that_are_understood(version: str) -> None:
    assert Contract.from_document({**_small(), "openapi": version}).by_id["getThing"].path == "/things/{id}"


def test_circles_in_a_path_are_told_too() -> None:
    document = _small()
    where = "#/paths/~1things~1{id}/parameters/0/schema"
    document["paths"]["/things/{id}"]["parameters"][0]["schema"] = {"allOf": [{"$ref": where}]}
    with pytest.raises(DocumentProblem) as caught:
        prepare(document)
    assert [finding.where for finding in caught.value.findings] == [where]


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("/", ""),
        ("", ""),
        ("v3.0/api/", "/v3.0/api"),
        ("https://example.com", ""),
        ("https://example.com:8443/v3.0/api?x=1", "/v3.0/api"),
        ("//example.com/api", "/api"),
        ("http://[::1/api", "/api"),
        ("{scheme}://example.com/{base}", "/v3.0"),
    ],
)
def test_base_paths(url: str, base: str) -> None:
    variables = {"scheme": {"default": "https"}, "base": {"default": "v3.0"}}
    document = {**_small(), "servers": [{"url": url, "variables": variables}]}
    assert Contract.from_document(document).by_id["getThing"].path == f"{base}/things/{{id}}"


def test_circles_of_several_are_all_told() -> None:
    document = _small()
    document["components"]["schemas"].update(
        A={"allOf": [{"$ref": "#/components/schemas/B"}]},
        B={"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]},
        C={"allOf": [{"$ref": "#/components/schemas/A"}]},
        D={"properties": {"d": {"$ref": "#/components/schemas/D"}}},
    )
    with pytest.raises(DocumentProblem) as caught:
        prepare(document)
    assert [finding.where for finding in caught.value.findings] == ["#/components/schemas/A", "#/components/schemas/B"]


def test_property_names_that_look_like_keywords_are_no_findings() -> None:
    document = _small()
    names = ("type", "required", "properties", "enum", "items", "$ref", "allOf", "x-a")
    document["components"]["schemas"]["Odd"] = {"properties": {name: {"type": "string"} for name in names}}
    document["components"]["schemas"]["Example"] = {"example": {"type": "int", "$ref": 3, "items": []}, "default": []}
    assert Contract.from_document(document).components["Odd"]["properties"]["type"] == {"type": "string"}


def _mutations() -> st.SearchStrategy[tuple[list[Any], Any]]:
    return st.tuples(
        st.lists(st.integers(0, 5), min_size=1, max_size=8),
        st.sampled_from([None, 0, "", "x", [], {}, [1], {"a": 1}, True, {"$ref": "#/paths"}, {"$ref": 1}, -1, 1.5]),
    )


@given(st.lists(_mutations(), min_size=1, max_size=3))
def test_any_document_is_served_or_told_about(mutations: list[tuple[list[Any], Any]]) -> None:
    """Some value of the vendored document is another: never anything but a contract that works, or a problem."""
    document = copy.deepcopy(VENDORED)
    for path, value in mutations:
        node: Any = document
        for step in path[:-1]:
            if not isinstance(node, dict | list) or not node:
                break
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            following = node[keys[step % len(keys)]]
            if not isinstance(following, dict | list) or not following:
                break
            node = following
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        node[keys[path[-1] % len(keys)]] = value
    try:
        contract = Contract.from_document(document)
    except DocumentProblem:
        return
    for operation in contract.operations:
        operation.answer_violations(200, operation.example())
        operation.body_violations(operation.body_example())
        operation.bind(("1",) * operation.path.count("{"), "elkoCode=1&elkoCodes=x&lang=EN")


VENDORED = copy.deepcopy(Contract.load().document)


def test_missing_operation_ids_are_made_and_doubles_made_single() -> None:
    document = _small()
    item = document["paths"]["/things/{id}"]
    item["delete"] = {"operationId": "getThing", "responses": OK}
    item["put"] = {"responses": OK}
    item["post"] = {"operationId": "put_things_id", "responses": OK}
    document["paths"]["/"] = {"get": {"operationId": "", "responses": OK}}
    contract = Contract.from_document(document)
    ids = {(one.method, one.path): one.id for one in contract.operations}
    assert ids == {
        ("GET", "/things/{id}"): "getThing",
        ("DELETE", "/things/{id}"): "getThing_2",
        ("PUT", "/things/{id}"): "put_things_id_2",
        ("POST", "/things/{id}"): "put_things_id",
        ("GET", "/"): "get",
    }
    assert contract.document["paths"]["/"]["get"]["operationId"] == "get"


def test_int32_gets_its_bounds_and_keeps_tighter_ones() -> None:
    document = _small()
    document["components"]["schemas"] = {
        "A": {"type": "integer", "format": "int32"},
        "B": {"type": "integer", "format": "int32", "minimum": 1},
        "C": {"type": ["integer", "null"], "format": "int64"},
        "D": {"type": "string", "format": "int32"},
        "E": {"type": "integer"},
        "F": {"example": {"type": "integer", "format": "int32"}},
        "G": {"properties": {"format": {"type": "integer", "format": "int32"}}},
    }
    schemas = prepare({**document, "openapi": "3.1.0"})["components"]["schemas"]
    assert schemas["A"] == {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}
    assert (schemas["B"]["minimum"], schemas["B"]["maximum"]) == (1, 2**31 - 1)
    assert (schemas["C"]["minimum"], schemas["C"]["maximum"]) == (-(2**63), 2**63 - 1)
    assert set(schemas["D"]) == {"type", "format"}
    assert set(schemas["E"]) == {"type"}
    assert schemas["F"] == {"example": {"type": "integer", "format": "int32"}}
    assert schemas["G"]["properties"]["format"]["maximum"] == 2**31 - 1


def test_a_file_of_either_kind(tmp_path: Path) -> None:
    as_json, as_yaml = tmp_path / "a.json", tmp_path / "b.yml"
    as_json.write_text(json.dumps(_small()))
    as_yaml.write_text(
        "openapi: 3.0.3\ninfo: {}\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: ok}\n"
    )
    assert "getThing" in Contract.load(as_json).by_id
    assert "get_a" in Contract.load(str(as_yaml)).by_id
    assert Contract.load(as_yaml).by_id["get_a"].answers[200].schema == {}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name, words in ((tmp_path / "none.json", "there is no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(DocumentProblem, match=words):
            load(name)
    with pytest.raises(DocumentProblem, match="is no file name"):
        load("a\0b")


def test_the_vendored_document_is_loaded_without_a_source() -> None:
    assert load()["info"]["title"] == "ELKO eCom API"
    assert read(None)[1] == "openapi/elko-v3.0.yaml"


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/open.json" or (path == "/open-private.json" and "Authorization" not in self.headers):
            path = "/swagger.json"
        if path == "/private.json" and self.headers["Authorization"] == "Basic bWU6cEBzcw==":
            path = "/swagger.json"
        if path in ("/moved.json", "/moved-private.json"):
            self.send_response(302)
            self.send_header("Location", path.replace("moved", "open"))
            self.end_headers()
            return
        if path == "/elsewhere.json":
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
            return
        if path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"{")
            return
        found = {"/swagger.json": json.dumps(_small()).encode(), "/index.html": b"<html>", "/broken.json": b"{"}.get(
            path
        )
        status = {"/secret.json": 401}.get(path, 404) if found is None else 200
        self.send_response(status)
        self.end_headers()
        self.wfile.write(found or b"no")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Server) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{httpd.server_port}"
        finally:
            httpd.shutdown()
            thread.join()


@pytest.mark.parametrize("path", ["swagger.json", "moved.json"])
def test_an_address(server: str, path: str) -> None:
    assert "getThing" in Contract.load(f"http://{server}/{path}").by_id


def test_an_address_with_user_and_password(server: str) -> None:
    assert "getThing" in Contract.load(f"HTTP://me:p%40ss@{server}/private.json").by_id
    with pytest.raises(DocumentProblem, match="404"):
        load(f"http://{server}/private.json")


def test_a_password_is_not_sent_on_to_where_a_redirection_leads(server: str) -> None:
    assert "getThing" in Contract.load(f"http://me:p%40ss@{server}/moved-private.json").by_id


@pytest.mark.parametrize("scheme", ["http", "https", "ftp"])
def test_a_redirection_to_another_host_is_not_followed(server: str, scheme: str) -> None:
    port = server.rpartition(":")[2]
    there = f"{scheme}://me:secret@localhost:{port}/swagger.json"
    with pytest.raises(DocumentProblem, match=f"sends on to {scheme}://localhost; give that address") as caught:
        load(f"http://{server}/elsewhere.json?{there}")
    assert "secret" not in str(caught.value)


def test_proxies_of_the_environment_are_not_looked_at(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setattr(urllib.request, "_opener", None)  # what the library would remember of an earlier environment
    assert "getThing" in Contract.load(f"http://{server}/swagger.json").by_id


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("none.json", "the server answered 404"),
        ("secret.json", "the server answered 401; save the document from a browser"),
        ("index.html", "this is a page for the browser"),
        ("broken.json", "line 1, column 2: not valid JSON"),
        ("cut", "cannot be fetched"),
    ],
)
def test_addresses_with_no_document(server: str, path: str, words: str) -> None:
    with pytest.raises(DocumentProblem) as caught:
        load(f"http://user:secret@{server}/{path}?key=secret")
    assert words in str(caught.value)
    assert "secret@" not in str(caught.value)
    assert "key=" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/a", "http://[::1", "http://127.0.0.1:notaport/", "http://"])
def test_addresses_that_do_not_answer(address: str) -> None:
    with pytest.raises(DocumentProblem, match="cannot be fetched"):
        load(address)


def test_a_document_beyond_all_size_is_refused(server: str) -> None:
    with pytest.raises(DocumentProblem, match="larger than"):
        fetch(f"http://{server}/swagger.json", max_bytes=10)
