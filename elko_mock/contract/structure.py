"""Is this data an OpenAPI 3 document that can be served? Every finding at once, each with its JSON pointer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from elko_mock.contract.checks import is_pattern
from elko_mock.contract.fields import FIELDS, is_list_of
from elko_mock.contract.pointer import Unresolvable, follow, join
from elko_mock.contract.problem import DocumentProblem, Finding
from elko_mock.contract.templates import Template, TemplateProblem, base_path
from elko_mock.contract.walking import METHODS, Kind, Part, parts

_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}
_PLACES = ("path", "query", "header", "cookie")


def check(data: Any, source: str) -> dict[str, Any]:
    """The data itself when it is a sound document. Raises DocumentProblem with all that is wrong."""
    problem = _not_ours(data)
    if problem:
        raise DocumentProblem(source, Finding("", problem))
    everything = list(parts(data))
    findings = list(_skeleton(data, everything))
    findings = findings or list(_bodies(data, everything))
    findings = findings or [*_circles(everything), *_routes(data)]
    if findings:
        raise DocumentProblem(source, *findings)
    document: dict[str, Any] = data
    return document


def _not_ours(data: Any) -> str | None:
    if not isinstance(data, Mapping):
        return f"an OpenAPI document is an object with the keys openapi, info and paths; this is {_named(data)}"
    if "swagger" in data:
        return (
            f"this is Swagger {data['swagger']}; OpenAPI 3.0 or 3.1 is needed. Swashbuckle serves that too (unless"
            " SerializeAsV2 is set), and converters such as swagger2openapi make it"
        )
    version = data.get("openapi")
    if version is None:
        return "this is no OpenAPI document: the key openapi is missing"
    if not isinstance(version, str) or not version.startswith(("3.0.", "3.1.")):
        return f"OpenAPI {version} is not understood; 3.0 and 3.1 are"
    if not isinstance(data.get("paths"), Mapping) or not data["paths"]:
        return "there are no paths in it, so there is nothing to serve"
    return None


def _skeleton(document: Mapping[str, Any], everything: Sequence[Part]) -> Iterator[Finding]:
    """What must hold before anything else can be looked at."""
    for key in ("info", "components"):
        if not isinstance(document.get(key, {}), Mapping):
            yield Finding(f"#/{key}", f"must be an object, not {_named(document[key])}")
    servers = document.get("servers", [])
    if not isinstance(servers, list) or not all(map(_is_server, servers)):
        yield Finding("#/servers", "must be a list of objects with a url")
    if not is_list_of(document.get("security", []), Mapping):
        yield Finding("#/security", "must be a list of objects")
    for part in everything:
        if not isinstance(part.node, Mapping):
            a = "an" if part.kind is Kind.OPERATION else "a"
            yield Finding(part.pointer, f"{a} {part.kind} must be an object, not {_named(part.node)}")


def _bodies(document: Mapping[str, Any], everything: Sequence[Part]) -> Iterator[Finding]:
    """Each part by itself."""
    known = {(part.kind, part.pointer) for part in everything}
    for part in everything:
        if "$ref" in part.node and part.kind is not Kind.PATH:
            reference = part.node["$ref"]
            try:
                follow(document, part.node)
            except Unresolvable as wrong:
                yield Finding(part.pointer, str(wrong))
            else:
                if not isinstance(reference, str) or (part.kind, unquote(reference)) not in known:
                    yield Finding(part.pointer, f"{reference} leads to something that is no {part.kind}")
            continue
        for keys, fits, wanted in FIELDS[part.kind]:
            for key in keys:
                if key in part.node and not fits(part.node[key]):
                    yield Finding(join(part.pointer, key), f"must be {wanted}, not {_named(part.node[key])}")
        more = _MORE.get(part.kind)
        if more is not None:
            yield from more(part)


def _is_server(server: Any) -> bool:
    variables = server.get("variables", {}) if isinstance(server, Mapping) else None
    return (
        isinstance(variables, Mapping)
        and all(isinstance(variable, Mapping) for variable in variables.values())
        and isinstance(server.get("url"), str)
    )


def _operation(part: Part) -> Iterator[Finding]:
    responses = part.node.get("responses")
    if responses is None:
        yield Finding(part.pointer, "responses are missing: an operation says what it answers")
    for code in responses if isinstance(responses, Mapping) else ():
        if not (code == "default" or str(code).startswith("x-") or _is_code(str(code))):
            yield Finding(join(part.pointer, "responses", code), f"{code} is no status code; 200, 4XX or default are")


def _is_code(code: str) -> bool:
    return len(code) == 3 and code[0] in "12345" and (code[1:].isdecimal() or code[1:] == "XX")


def _parameter(part: Part) -> Iterator[Finding]:
    node = part.node
    if not isinstance(node.get("name"), str) or not node["name"]:
        yield Finding(part.pointer, "a parameter needs a name")
    if node.get("in") not in _PLACES:
        yield Finding(part.pointer, f"in must be path, query, header or cookie, not {node.get('in')!r}")
    if "schema" not in node and "content" not in node:
        yield Finding(part.pointer, "a parameter needs a schema")


def _schema(part: Part) -> Iterator[Finding]:
    node = part.node
    types = node.get("type", [])
    for name in types if isinstance(types, list) else [types]:
        if not isinstance(name, str) or name not in _TYPES:
            yield Finding(join(part.pointer, "type"), f"{name!r} is no type; {', '.join(sorted(_TYPES))} are")
    pattern = node.get("pattern")
    if isinstance(pattern, str) and not is_pattern(pattern):
        yield Finding(join(part.pointer, "pattern"), f"{pattern} is no regular expression of ECMA 262")


_MORE: Mapping[Kind, Callable[[Part], Iterator[Finding]]] = {
    Kind.OPERATION: _operation,
    Kind.PARAMETER: _parameter,
    Kind.SCHEMA: _schema,
}


def _circles(everything: Sequence[Part]) -> Iterator[Finding]:
    """Schemas made of themselves, with no property or item between: no validator comes to an end with them."""
    schemas = [part for part in everything if part.kind is Kind.SCHEMA]
    made_of: dict[str, list[str]] = {}
    for part in schemas:
        reference = part.node.get("$ref")
        pieces = [unquote(reference)] if reference else []
        for key in ("allOf", "oneOf", "anyOf"):
            pieces += [join(part.pointer, key, index) for index, _ in enumerate(part.node.get(key, ()))]
        if isinstance(part.node.get("not"), Mapping):
            pieces.append(join(part.pointer, "not"))
        made_of[part.pointer] = pieces
    referred = {unquote(part.node["$ref"]) for part in schemas if part.node.get("$ref")}
    done: set[str] = set()
    for start in made_of:
        if start in referred and _reaches(start, made_of, done):
            yield Finding(start, "is made of itself; something has to lie between, a property or a list")


def _reaches(start: str, made_of: Mapping[str, list[str]], done: set[str]) -> bool:
    """Whether a schema is made of itself, directly or by way of others."""
    waiting, seen = list(made_of[start]), set[str]()
    while waiting:
        pointer = waiting.pop()
        if pointer == start:
            return True
        if pointer not in seen and pointer not in done:
            seen.add(pointer)
            waiting += made_of.get(pointer, ())
    done.add(start)
    return False


def _routes(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Paths against each other and against their parameters."""
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    base = base_path(document)
    for path, item in document["paths"].items():
        if path.startswith("x-"):
            continue
        pointer = join("#/paths", path)
        try:
            template = Template.of(path)
            Template.of(base + path)
        except TemplateProblem as wrong:
            yield Finding(pointer, str(wrong))
            continue
        if "$ref" in item:
            yield Finding(pointer, "a path that is a $ref is not understood; write its operations here")
            continue
        for method in METHODS:
            if method not in item:
                continue
            shape = (method, template.shape)
            if shape in seen:
                yield Finding(join(pointer, method), f"answers to the same path as {seen[shape]}")
            seen[shape] = path
            declared = {
                str(node.get("name")) for node in _parameters(document, item, item[method]) if node.get("in") == "path"
            }
            for name in template.names:
                if name not in declared:
                    yield Finding(join(pointer, method), f"{{{name}}} of the path is not among its parameters")
            for name in sorted(declared - set(template.names)):
                yield Finding(join(pointer, method), f"the path parameter {name!r} is not in the path")


def _parameters(document: Any, item: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for raw in [*item.get("parameters", []), *operation.get("parameters", [])]:
        try:
            node = follow(document, raw)
        except Unresolvable:
            continue  # told already
        if isinstance(node, Mapping):
            yield node


def _named(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "nothing")
