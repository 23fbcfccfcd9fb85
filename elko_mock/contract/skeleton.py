"""A skeleton: what a framework that knows OpenAPI 3.0 alone needs to serve a contract of any version."""

import re
from collections.abc import Iterable
from typing import Any

from elko_mock.contract.operations import Operation
from elko_mock.contract.templates import Template

_ANSWERS = {"200": {"description": "Described in the document itself."}}


def skeleton(operations: Iterable[Operation]) -> dict[str, Any]:
    """A sound OpenAPI 3.0 document with every operation's path, method and operationId, and path parameters named by
    their places. Everything else (types, bodies, answers) is the contract's own business."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        names = [f"p{place}" for place, _ in enumerate(Template.of(operation.path).names)]
        item = paths.setdefault(_renamed(operation.path, names), {})
        item[operation.method.lower()] = {
            "operationId": operation.id,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ],
            "responses": _ANSWERS,
        }
    return {"openapi": "3.0.3", "info": {"title": "skeleton", "version": "1"}, "paths": paths}


def _renamed(path: str, names: list[str]) -> str:
    given = iter(names)
    return re.sub(r"\{[^{}/]*\}", lambda _: f"{{{next(given)}}}", path)
