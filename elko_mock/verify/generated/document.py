"""The document as schemathesis is to see it: this run's operations, one representation, no servers, no security."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from elko_mock.verify.survey import Facts
from elko_mock.wire.media_type import kind_of

Form = Literal["json", "xml"]

_BY_GRAMMAR = frozenset({"quantity", "stockQuantity"})
"""Properties whose pattern our own check judges, with a better message; one fault is to be found once."""
_PRODUCTS = frozenset({"elkocode", "elkocodes", "kitid"})
_LANGUAGES = ("EN", "LV", "EE", "RO")
_VERBS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})


class ForeignReference(ValueError):
    """The document points outside of itself; what it points to would be fetched behind the guard's back."""


def narrowed(document: Mapping[str, Any], operations: Iterable[str], form: Form, facts: Facts) -> dict[str, Any]:
    """A copy with only these operationIds, bodies in one form, and real values among those that may be generated.

    Raises ForeignReference.
    """
    wanted = set(operations)
    narrow: dict[str, Any] = copy.deepcopy(dict(document))
    narrow["servers"] = [{"url": "/"}]
    narrow.pop("security", None)
    narrow.get("components", {}).pop("securitySchemes", None)
    kept = {}
    for path, item in narrow.get("paths", {}).items():
        for verb in [verb for verb in item if verb in _VERBS]:
            if item[verb].get("operationId") in wanted:
                _narrow_operation(item[verb], wanted, form)
            else:
                del item[verb]
        if any(verb in item for verb in _VERBS):
            kept[path] = item
    narrow["paths"] = kept
    _walk(narrow)
    _plant(narrow, facts)
    return narrow


def _narrow_operation(operation: dict[str, Any], wanted: set[str], form: Form) -> None:
    operation.pop("security", None)
    operation.pop("servers", None)
    operation.pop("callbacks", None)
    content = operation.get("requestBody", {}).get("content")
    if content:
        for media_type in [each for each in content if kind_of(each) != form or "*" in each]:
            del content[media_type]
    for answer in operation.get("responses", {}).values():
        links = answer.get("links", {})
        for name in [name for name, link in links.items() if link.get("operationId") not in wanted]:
            del links[name]


def _walk(node: Any) -> None:
    """Leave nothing in it that would be fetched from elsewhere, and no pattern that our own check judges."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            raise ForeignReference(f"{reference} points outside of the document; bundle it into one file first")
        node.pop("externalValue", None)
        properties = node.get("properties")
        if isinstance(properties, dict):
            for name in _BY_GRAMMAR & properties.keys():
                if isinstance(properties[name], dict):
                    properties[name].pop("pattern", None)
        for value in node.values():
            _walk(value)
    elif isinstance(node, list):
        for value in node:
            _walk(value)


def _plant(document: dict[str, Any], facts: Facts) -> None:
    """Offer what the survey saw beside what the schema allows, so that many calls ask for real things."""
    codes = [code for code, row in facts.products.items() if not row["obligatoryKit"]][:12] or facts.codes[:12]
    parameters = list(document.get("components", {}).get("parameters", {}).values())
    for item in document["paths"].values():
        parameters += item.get("parameters", [])
        for operation in item.values():
            if isinstance(operation, dict):
                parameters += operation.get("parameters", [])
    for parameter in parameters:
        if "schema" in parameter:
            name = parameter.get("name", "").lower()
            parameter["schema"] = _offered(name, parameter["schema"], codes, facts)
    schemas = document.get("components", {}).get("schemas", {})
    for name in _sent(document, schemas):
        properties = schemas[name].get("properties", {})
        for field in properties:
            if field.lower() in _PRODUCTS:
                values = facts.kits if field.lower() == "kitid" else codes
                properties[field] = _or_one_of(properties[field], values)


def _sent(document: Mapping[str, Any], schemas: Mapping[str, Any]) -> set[str]:
    """The schemas that bodies of requests are made of."""
    found: set[str] = set()
    waiting = [
        operation["requestBody"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "requestBody" in operation
    ]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def _offered(name: str, schema: dict[str, Any], codes: Sequence[int], facts: Facts) -> dict[str, Any]:
    values: Sequence[Any] = {
        "vendorcode": facts.vendors[:6],
        "catalog": facts.categories[:6],
        "lang": _LANGUAGES,
        "id": (facts.orders[:3] + facts.reservations[:3]),
        "datefrom": facts.invoice_days[:3],
        "dateto": facts.invoice_days[:3],
    }.get(name, codes if name in _PRODUCTS else ())
    if schema.get("type") == "array" and values:
        return schema | {"items": _or_one_of(schema.get("items", {}), values)}
    return _or_one_of(schema, values)


def _or_one_of(schema: dict[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    if not values or "enum" in schema or "$ref" in schema:
        return schema
    return {"anyOf": [{"enum": list(values)}, schema]}
