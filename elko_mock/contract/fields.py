"""What the fields of a document's parts must look like, so far as this package relies on it."""

from collections.abc import Callable, Mapping
from typing import Any

from elko_mock.contract.walking import Kind

Rule = tuple[tuple[str, ...], Callable[[Any], bool], str]
"""Some keys, what their value must be like, and that in words."""


def is_list_of(value: Any, type_: type) -> bool:
    """Whether it is a list, and all in it are of that type."""
    return isinstance(value, list) and all(isinstance(one, type_) for one in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_some_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(*keys: str) -> Rule:
    return keys, _is_text, "text"


def _flags(*keys: str) -> Rule:
    return keys, _is_flag, "true or false"


def _objects(*keys: str) -> Rule:
    return keys, _is_object, "an object"


def _lists(*keys: str) -> Rule:
    return keys, _is_list, "a list"


FIELDS: Mapping[Kind, tuple[Rule, ...]] = {
    Kind.PATH: (_lists("parameters"),),
    Kind.OPERATION: (
        _texts("operationId", "summary", "description", "x-elko-evidence"),
        _objects("responses", "requestBody"),
        _lists("parameters"),
        (("tags",), lambda value: is_list_of(value, str), "a list of names"),
        (("security",), lambda value: is_list_of(value, Mapping), "a list of objects"),
    ),
    Kind.PARAMETER: (
        _texts("style", "description", "x-elko-evidence"),
        _flags("required", "explode"),
        _objects("content"),
    ),
    Kind.HEADER: (_texts("description"), _flags("required"), _objects("content")),
    Kind.BODY: (_flags("required"), _objects("content")),
    Kind.RESPONSE: (_texts("description"), _objects("content", "headers", "links")),
    Kind.MEDIA_TYPE: ((("examples",), lambda value: is_map_of(value, Mapping), "an object of objects"),),
    Kind.LINK: (_texts("operationId"), _objects("parameters")),
    Kind.SCHEMA: (
        _texts("format", "pattern", "$ref", "title", "description"),
        _flags("nullable", "readOnly", "writeOnly", "uniqueItems"),
        _objects("properties", "patternProperties", "dependentSchemas", "xml"),
        _lists("examples", "prefixItems"),
        (("allOf", "oneOf", "anyOf", "enum"), _is_some_list, "a list that is not empty"),
        (("required",), lambda value: is_list_of(value, str), "a list of names"),
        (("minLength", "maxLength", "minItems", "maxItems"), _is_count, "a count"),
        (("minProperties", "maxProperties", "minContains", "maxContains"), _is_count, "a count"),
        (("minimum", "maximum"), _is_number, "a number"),
        (("multipleOf",), lambda value: _is_number(value) and value > 0, "a number above 0"),
        (
            ("exclusiveMinimum", "exclusiveMaximum"),
            lambda value: isinstance(value, bool) or _is_number(value),
            "true or false, in 3.1 a number",
        ),
        (("dependentRequired",), lambda value: is_map_of(value, list), "an object of lists"),
    ),
}


def is_map_of(value: Any, type_: type) -> bool:
    """Whether it is an object, and all its values are of that type."""
    return isinstance(value, Mapping) and all(isinstance(one, type_) for one in value.values())
