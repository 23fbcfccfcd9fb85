"""What a framework of OpenAPI 3.0 is given to serve a contract of any version."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from elko_mock.contract.contract import Contract
from elko_mock.contract.templates import Template

OK: dict[str, Any] = {"responses": {"200": {}}}
PATH = {"name": "a-b", "in": "path", "schema": {}}

DOCUMENTS: dict[str, dict[str, Any]] = {
    "3.1": {"openapi": "3.1.0", "paths": {"/pets": {"get": OK}}},
    "no info": {"openapi": "3.0.1", "paths": {"/pets": {"get": OK}}},
    "keys of its own": {"openapi": "3.0.1", "info": {}, "more": 1, "paths": {"/pets": {"get": OK}, "x-more": 1}},
    "a base path with a parameter": {
        "openapi": "3.0.1",
        "servers": [{"url": "https://example.com/{version}"}],
        "paths": {"/pets/{a-b}": {"parameters": [PATH], "get": OK}},
    },
    "one path under two names": {
        "openapi": "3.0.1",
        "paths": {
            "/pets/{a-b}": {"get": {**OK, "parameters": [PATH]}},
            "/pets/{c}.{d}": {"get": {**OK, "parameters": [{**PATH, "name": "c"}, {**PATH, "name": "d"}]}},
            "/pets/{b}": {"delete": {**OK, "parameters": [{**PATH, "name": "b"}]}},
        },
    },
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_that_is_accepted_has_a_sound_one(name: str) -> None:
    contract = Contract.from_document(DOCUMENTS[name])
    skeleton = contract.skeleton()
    OpenAPIV30SpecValidator(skeleton).validate()
    found = {
        operation["operationId"]: (method.upper(), Template.of(path).shape)
        for path, item in skeleton["paths"].items()
        for method, operation in item.items()
    }
    assert found == {one.id: (one.method, Template.of(one.path).shape) for one in contract.operations}


def test_that_of_the_vendored_document() -> None:
    contract = Contract.load()
    skeleton = contract.skeleton()
    OpenAPIV30SpecValidator(skeleton).validate()
    assert sum(len(item) for item in skeleton["paths"].values()) == len(contract.operations)
    assert len(str(skeleton)) < len(str(contract.document)) / 10
