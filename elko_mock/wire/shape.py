"""What an OpenAPI 3.0 schema object says of a value's form, references followed."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Schema = Mapping[str, Any]
"""An OpenAPI 3.0 schema object; may hold `{"$ref": "#/components/schemas/X"}`."""

Kind = Literal["object", "array", "string", "integer", "number", "boolean", "any"]

_KINDS: Mapping[str, Kind] = {
    "object": "object",
    "array": "array",
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}


class Shape(NamedTuple):
    """A schema with its references and compositions resolved one level deep."""

    kind: Kind
    schema: Schema
    """The merged schema; what is inside of it (properties, items) is not resolved yet."""
    name: str | None = None
    """The name of its type: `xml.name`, the component's name or `title`."""
    key: str | None = None
    """The component or composition it stands for: equal keys are equal shapes, as long as the document lives."""
    nullable: bool = False

    @property
    def properties(self) -> Mapping[str, Schema]:
        """The named properties, in the schema's order."""
        return _properties(self.schema)

    @property
    def items(self) -> Schema:
        """The schema of an array's items."""
        found = self.schema.get("items")
        return found if isinstance(found, Mapping) else {}

    @property
    def extra(self) -> Schema:
        """The schema of properties that are not named; empty if it says nothing."""
        found = self.schema.get("additionalProperties")
        return found if isinstance(found, Mapping) else {}


ANY = Shape("any", {})


def resolve(schema: Schema, components: Mapping[str, Schema], _seen: frozenset[str] = frozenset()) -> Shape:
    """The shape of a schema. What cannot be told (a dangling or circular reference, alternatives that are no objects)
    is `any`: never an error, because documents come from users."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if name in _seen or not isinstance(components.get(name), Mapping):
            return ANY
        target = resolve(components[name], components, _seen | {name})
        nullable = target.nullable or schema.get("nullable") is True
        return target._replace(name=_xml_name(components[name]) or name, key=name, nullable=nullable)
    whole_of = [resolve(each, components, _seen) for each in _schemas(schema, "allOf")]
    choices = [resolve(each, components, _seen) for each in _schemas(schema, "oneOf") + _schemas(schema, "anyOf")]
    given = [each for each in choices if each.schema.get("type") != "null"]
    nullable = schema.get("nullable") is True or len(given) < len(choices) or "null" in _types(schema)
    if len(given) > 1 and any(each.kind != "object" for each in given):
        return ANY._replace(nullable=nullable)
    parts = whole_of + given
    if len(parts) == 1 and not schema.keys() & {"properties", "items", "type", "additionalProperties"}:
        return parts[0]._replace(nullable=nullable or parts[0].nullable)
    merged = _merged(schema, parts)
    kind = _kind(merged)
    title = _text(schema.get("title")) if kind in ("object", "array") else None
    key = f"@{id(schema)}" if parts else None  # what is merged may hold itself, and has no name to be known by
    return Shape(kind, merged, _xml_name(schema) or title, key, nullable)


def xml_object(schema: Schema) -> Mapping[str, Any]:
    """The OpenAPI `xml` object of a schema, empty if it has none."""
    found = schema.get("xml")
    return found if isinstance(found, Mapping) else {}


def _xml_name(schema: Schema) -> str | None:
    return _text(xml_object(schema).get("name"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _schemas(schema: Schema, keyword: str) -> list[Schema]:
    found = schema.get(keyword)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _types(schema: Schema) -> list[str]:
    found = schema.get("type")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _properties(schema: Schema) -> Mapping[str, Schema]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {str(key): each if isinstance(each, Mapping) else {} for key, each in found.items()}


def _merged(schema: Schema, parts: list[Shape]) -> Schema:
    if not parts:
        return schema
    merged: dict[str, Any] = {}
    properties: dict[str, Schema] = {}
    for part in [*(each.schema for each in parts), schema]:
        merged.update(part)
        properties.update(_properties(part))
    return merged | {"properties": properties} if properties else merged


def _kind(schema: Schema) -> Kind:
    named = schema.get("type")
    if isinstance(named, list):
        names = [each for each in _types(schema) if each != "null"]
        named = names[0] if len(names) == 1 else None
        if named is None:
            return "any"
    if isinstance(named, str):
        return _KINDS.get(named, "any")
    if schema.get("properties") or isinstance(schema.get("additionalProperties"), Mapping):
        return "object"
    if isinstance(schema.get("items"), Mapping):
        return "array"
    values = schema.get("enum")
    if isinstance(values, list) and all(each is None or isinstance(each, str) for each in values):
        return "string"
    return "any"
