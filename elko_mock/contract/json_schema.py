"""From a document's schemas to JSON Schema that a validator takes, `nullable` and references included.

Those of OpenAPI 3.0 become draft 4, which they are a dialect of: `1.0` is no integer there, nor is it one to .NET.
Those of 3.1 are of draft 2020-12 already.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from elko_mock.contract.pointer import look_up
from elko_mock.exchange.exchange import Side

JsonSchema = dict[str, Any] | bool

NULL: JsonSchema = {"type": "null"}

_ONE = {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"}
_LIST = {"allOf", "oneOf", "anyOf", "prefixItems"}
_MAP = {"properties", "patternProperties", "dependentSchemas"}
_APPLIES = {"allOf", "oneOf", "anyOf", "not"}
_PLAIN = {
    *("type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf"),
    *("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems", "minProperties"),
    *("maxProperties", "required", "dependentRequired", "minContains", "maxContains"),
}


class Translator:
    """Makes self-contained JSON Schemas out of the schemas of one document, as one side reads them."""

    def __init__(self, document: Mapping[str, Any], side: Side) -> None:
        """`side`: in requests `readOnly` properties, in responses `writeOnly` ones need not be there."""
        self._document = document
        self._mute = "readOnly" if side is Side.REQUEST else "writeOnly"
        self._old = is_old(document)
        self._done: dict[str, JsonSchema] = {}
        self._uses: dict[str, set[str]] = {}

    def __call__(self, schema: Any) -> JsonSchema:
        """The schema with all it refers to under `$defs`."""
        uses: set[str] = set()
        top = self._translate(schema, uses)
        if isinstance(top, bool) or not uses:
            return top
        reached: dict[str, JsonSchema] = {}
        waiting = list(uses)
        while waiting:
            reference = waiting.pop()
            if reference not in reached:
                reached[reference] = self._definition(reference)
                waiting.extend(self._uses[reference])
        return {**top, "$defs": {_key(reference): made for reference, made in reached.items()}}

    def _definition(self, reference: str) -> JsonSchema:
        made = self._done.get(reference)
        if made is None:
            uses: set[str] = set()
            made = self._done[reference] = self._translate(look_up(self._document, reference), uses)
            self._uses[reference] = uses
        return made

    def _translate(self, schema: Any, uses: set[str]) -> JsonSchema:
        if isinstance(schema, bool):
            return schema
        reference = schema.get("$ref")
        if reference is not None:
            uses.add(reference)
            pointing: dict[str, Any] = {"$ref": f"#/$defs/{_key(reference)}"}
            if self._old:  # what stands beside a $ref does not count in 3.0
                return pointing
        else:
            pointing = {}
        made: dict[str, Any] = {**pointing, **{key: schema[key] for key in schema if key in _PLAIN}}
        for key in schema:
            if key in _ONE:
                made[key] = self._translate(schema[key], uses)
            elif key in _LIST:
                made[key] = [self._translate(item, uses) for item in schema[key]]
            elif key in _MAP:
                made[key] = {name: self._translate(item, uses) for name, item in schema[key].items()}
        self._forgive(schema, made)
        if self._old and schema.get("nullable") is True:
            return _or_null(made)
        return made

    def _forgive(self, schema: Mapping[str, Any], made: dict[str, Any]) -> None:
        """Properties of the other direction are not required in this one."""
        properties = schema.get("properties")
        if "required" in made and isinstance(properties, Mapping):
            made["required"] = [name for name in made["required"] if not self._is_mute(properties.get(name))]

    def _is_mute(self, schema: Any) -> bool:
        return isinstance(schema, Mapping) and schema.get(self._mute) is True


def is_old(document: Mapping[str, Any]) -> bool:
    """Whether it is of OpenAPI 3.0."""
    return str(document.get("openapi", "3.0")).startswith("3.0")


def _key(reference: str) -> str:
    """A name without any character that a pointer would have to escape."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else f"_{ord(c):x}_" for c in reference)


def _or_null(made: dict[str, Any]) -> JsonSchema:
    """Null, or what the schema says. Kept flat where it can be, so that errors keep their place and wording.

    Strictly, OpenAPI 3.0.3 lets `nullable` count only beside a `type` of the same schema; Swashbuckle writes it beside
    `allOf`, and means it.
    """
    if not any(key in made for key in _APPLIES) and "$ref" not in made:
        if "type" in made:
            made["type"] = [*_as_list(made["type"]), "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    return {"anyOf": [NULL, made]}


def _as_list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
