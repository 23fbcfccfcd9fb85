"""From a document to its operations: references followed, parameters bound, strangers recognised."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from elko_mock.contract.binding import Binder, Slot
from elko_mock.contract.checks import Checks
from elko_mock.contract.examples import Examples
from elko_mock.contract.loan import Loan
from elko_mock.contract.operations import Answer, Body, Link, Operation, Parameter
from elko_mock.contract.pointer import follow
from elko_mock.contract.recognition import Recognition
from elko_mock.contract.slots import flatten, kind_of, schema_of, slot
from elko_mock.contract.templates import Template, base_path, fold
from elko_mock.contract.walking import METHODS
from elko_mock.exchange.exchange import Side

_EVIDENCE = "x-elko-evidence"
_PREFERRED = ("application/json", "text/json", "application/problem+json")


class Built(NamedTuple):
    """What a document comes to."""

    operations: tuple[Operation, ...]
    """In the order of the document."""
    schemas: Mapping[str, Any]
    """The document's schemas by name, and those that its operations borrow."""


def build(document: dict[str, Any], vendored: Built | None) -> Built:
    """The operations of a prepared document.

    `vendored`: what to recognise operations as; None when this is the vendored document itself.
    """
    builder = _Builder(document, vendored)
    return Built(tuple(builder.operations()), MappingProxyType(builder.schemas))


class _Builder:
    def __init__(self, document: dict[str, Any], vendored: Built | None) -> None:
        components = document.get("components") or {}
        self.schemas: dict[str, Any] = dict(components.get("schemas") or {})
        # as the document, with what is borrowed: `schemas` grows while operations are built
        self._document = {**document, "components": {**components, "schemas": self.schemas}}
        self._base = base_path(document)
        self._recognition = None if vendored is None else Recognition(vendored.operations)
        self._loan = Loan(self.schemas, {} if vendored is None else vendored.schemas)
        self._request = Checks(self._document, Side.REQUEST)
        self._response = Checks(self._document, Side.RESPONSE)
        self._examples = Examples(self._document, self._request, self._response)

    def operations(self) -> Iterator[Operation]:
        for path, item in self._document["paths"].items():
            if path.startswith("x-"):
                continue
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method.upper(), item, item[method])

    def _operation(self, path: str, method: str, item: Mapping[str, Any], node: Mapping[str, Any]) -> Operation:
        full = self._base + path
        known, before = self._recognise(method, full)
        names = Template.of(full).names
        nodes = self._parameters(item, node, names)
        parameters = []
        slots: list[Slot] = []
        for raw in nodes:
            position = names.index(raw["name"]) - before if raw["in"] == "path" else None
            counterpart = _counterpart(known, raw, position)
            parameters.append(self._parameter(raw, counterpart))
            if raw["in"] in ("path", "query"):
                slots.append(self._slot(raw, counterpart, known))
        security = node.get("security", self._document.get("security"))
        secured = bool(security) and {} not in security
        return Operation(
            id=node["operationId"],
            method=method,
            path=full or "/",
            tag=(node.get("tags") or [""])[0],
            summary=node.get("summary", ""),
            parameters=tuple(parameters),
            body=self._body(node, known),
            answers=self._answers(node, known),
            evidence=node.get(_EVIDENCE),
            known_as=node["operationId"] if self._recognition is None else known.id if known else None,
            links=tuple(self._links(node)),
            needs_token=known.needs_token if known else secured,
            secured=secured,
            _binder=Binder(slots),
            _request=self._request,
            _response=self._response,
            _examples=self._examples,
            _known=known,
        )

    def _recognise(self, method: str, full: str) -> tuple[Operation | None, int]:
        found = self._recognition(method, full) if self._recognition else None
        return found or (None, 0)

    def _parameters(
        self, item: Mapping[str, Any], node: Mapping[str, Any], names: tuple[str, ...]
    ) -> list[Mapping[str, Any]]:
        """The path's and the operation's own, the latter winning; path parameters first, in the path's order."""
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for raw in [*item.get("parameters", []), *node.get("parameters", [])]:
            parameter = follow(self._document, raw)
            found[parameter["in"], parameter["name"]] = parameter
        path = [
            found.get(("path", name)) or {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
        return [*path, *(parameter for (place, _), parameter in found.items() if place != "path")]

    def _parameter(self, node: Mapping[str, Any], counterpart: Parameter | None) -> Parameter:
        return Parameter(
            name=node["name"],
            known_as=counterpart.name if counterpart else node["name"],
            location=node["in"],
            required=node.get("required") is True,
            schema=schema_of(self._document, node),
            evidence=node.get(_EVIDENCE),
            description=node.get("description", ""),
        )

    def _slot(self, node: Mapping[str, Any], counterpart: Parameter | None, known: Operation | None) -> Slot:
        """Where the document and the vendored one name different types (a list of codes as one text, say), the value
        is read as the handlers need it."""
        if counterpart is None or known is None:
            return slot(self._document, node, node["name"], self._request)
        theirs = flatten(self._document, schema_of(self._document, node))
        ours = counterpart.schema
        if _types(self._document, theirs) == _types({}, ours):
            return slot(self._document, node, counterpart.name, self._request)
        borrowed = {**node, "schema": ours}
        return slot({}, borrowed, counterpart.name, self._request)

    def _body(self, node: Mapping[str, Any], known: Operation | None) -> Body | None:
        body = follow(self._document, node.get("requestBody"))
        media_types, schema, _ = self._content(body or {})
        if not schema and known is not None and known.body is not None:
            return known.body._replace(schema=self._loan(known.body.schema))
        return Body(body.get("required") is True, media_types, schema) if body else None

    def _answers(self, node: Mapping[str, Any], known: Operation | None) -> Mapping[int, Answer]:
        raw = {str(code): follow(self._document, answer) for code, answer in node["responses"].items()}
        answers = {int(code): Answer(*self._content(answer)) for code, answer in raw.items() if code.isdecimal()}
        if 200 not in answers:
            stand_in = raw.get("2XX") or next((raw[code] for code in sorted(raw) if code[0] == "2"), raw.get("default"))
            answers[200] = Answer(*self._content(stand_in or {}))
        if not answers[200].schema and known is not None:
            # Swashbuckle writes a bare "Success" where a controller does not say what it answers
            answers[200] = known.answers[200]._replace(schema=self._loan(known.answers[200].schema), borrowed=True)
        return MappingProxyType(answers)

    def _content(self, node: Mapping[str, Any]) -> tuple[tuple[str, ...], Any, Any]:
        """Media types, schema and example; JSON's schema where the media types differ."""
        content = node.get("content") or {}
        if not content:
            return (), {}, None
        media = content[next((name for name in _PREFERRED if name in content), next(iter(content)))]
        example = media.get("example")
        if example is None and media.get("examples"):
            example = follow(self._document, next(iter(media["examples"].values()))).get("value")
        return tuple(content), media.get("schema", {}), example

    def _links(self, node: Mapping[str, Any]) -> Iterator[Link]:
        for code, raw in node["responses"].items():
            for name, link in (follow(self._document, raw).get("links") or {}).items():
                target = follow(self._document, link)
                if "operationId" in target and str(code).isdecimal():
                    yield Link(int(code), name, target["operationId"], target.get("parameters") or {})


def _counterpart(known: Operation | None, node: Mapping[str, Any], position: int | None) -> Parameter | None:
    """The vendored operation's parameter for this one: by place in the path, by name in the query."""
    if known is None:
        return None
    if position is not None:
        path = [parameter for parameter in known.parameters if parameter.location == "path"]
        return path[position] if 0 <= position < len(path) else None
    for parameter in known.parameters:
        if parameter.location == node["in"] and fold(parameter.name) == fold(node["name"]):
            return parameter
    return None


def _types(document: Any, schema: Any) -> tuple[str, str]:
    flat = flatten(document, schema)
    return kind_of(flat), kind_of(flatten(document, flat.get("items") or {}))
