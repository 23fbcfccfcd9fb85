"""Planting: real values among those that may be generated, so that many calls ask for things that are there."""

from collections.abc import Sequence
from typing import Any

import orjson

from elko_mock.verify.survey import Facts

_PRODUCTS = frozenset({"elkocode", "elkocodes"})
_LANGUAGES = ("EN", "LV", "EE", "RO")
_FEW = (1, 2)
_LINES = 3
_SUFFIX = "-sent"
_MANY = 12


def plant(document: dict[str, Any], facts: Facts, *, sure: bool) -> None:
    """Offer what the survey saw beside what the schemas allow; where `sure`, nothing but it, and nothing that may be
    left out. In place. Schemas of answers stay as they are: bodies that are sent get copies of their own."""
    values = _values(facts)
    for parameter in _parameters(document):
        if "schema" in parameter:
            known = values.get(parameter.get("name", "").lower(), ())
            parameter["schema"] = _offered(parameter["schema"], known, sure=sure)
    for schema in _sent_schemas(document):
        _plant_body(schema, values, sure=sure)


def _values(facts: Facts) -> dict[str, Sequence[Any]]:
    """By name in lower case."""
    kits = set(facts.kits)
    codes = [code for code in facts.codes if code not in kits][:_MANY]
    return {
        **dict.fromkeys(_PRODUCTS, codes),
        "kitid": facts.kits[:_MANY],
        "quantity": _FEW,
        "vendorcode": facts.vendors[:_MANY],
        "catalog": facts.categories[:_MANY],
        "lang": _LANGUAGES,
        "id": facts.orders[:3] + facts.reservations[:3],
        "datefrom": facts.invoice_days[:3],
        "dateto": facts.invoice_days[:3],
    }


def _plant_body(schema: dict[str, Any], values: dict[str, Sequence[Any]], *, sure: bool) -> None:
    properties = schema.get("properties", {})
    if sure:
        for name in properties.keys() - set(schema.get("required", ())):
            del properties[name]
    # Names nobody knows and long lists are taken, and teach nothing. What breaks these two is not held against the
    # provider: the contract is asked again whether a request was really wrong.
    schema.setdefault("additionalProperties", False)
    for name, part in properties.items():
        if part.get("type") == "array":
            part["maxItems"] = min(part.get("maxItems", _LINES), _LINES)
        else:
            properties[name] = _offered(part, values.get(name.lower(), ()), sure=sure)


def _offered(schema: dict[str, Any], values: Sequence[Any], *, sure: bool) -> dict[str, Any]:
    if not values or "enum" in schema or "$ref" in schema:
        return schema
    if schema.get("type") == "array":
        return schema | {"items": _offered(schema.get("items", {}), values, sure=sure)}
    known = {"enum": list(values)}
    return known if sure else {"anyOf": [known, schema]}


def _parameters(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(document.get("components", {}).get("parameters", {}).values())
    for item in document["paths"].values():
        found += item.get("parameters", [])
        for operation in item.values():
            if isinstance(operation, dict):
                found += operation.get("parameters", [])
    return found


def _sent_schemas(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas that bodies of requests are made of, as copies that nothing else refers to."""
    schemas = document.get("components", {}).get("schemas", {})
    copies: dict[str, dict[str, Any]] = {}
    waiting: list[Any] = [
        operation["requestBody"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "requestBody" in operation
    ]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas:
                if name not in copies:
                    copies[name] = orjson.loads(orjson.dumps(schemas[name]))
                    waiting.append(copies[name])
                node["$ref"] = f"#/components/schemas/{name}{_SUFFIX}"
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    schemas.update({name + _SUFFIX: schema for name, schema in copies.items()})
    return list(copies.values())
