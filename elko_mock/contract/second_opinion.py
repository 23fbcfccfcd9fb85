"""A second opinion: openapi-core, written by others, judges recorded exchanges against the same document.

It is slow (about a millisecond a message) and strict where the service is known to be lenient, so what the service
takes is put in its plain form first: route case, names of parameters and properties, lists joined by commas, empty
values, XML, gzip.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from elko_mock.contract.binding import spelled
from elko_mock.contract.checks import kebab
from elko_mock.contract.contract import Contract, Match, WrongMethod
from elko_mock.contract.operations import Answer, Operation, Schema
from elko_mock.contract.slots import flatten, kind_of
from elko_mock.contract.templates import Template, base_path, fold
from elko_mock.exchange.exchange import Side, Violation
from elko_mock.exchange.messages import Request, Response
from elko_mock.wire.codec import Codec
from elko_mock.wire.compression import Unpackable, decompress
from elko_mock.wire.media_type import parse_content_type
from elko_mock.wire.problem import decode_problem
from elko_mock.wire.undecodable import Undecodable

if TYPE_CHECKING:
    from openapi_core.datatypes import RequestParameters

_HOST = "http://elko.invalid"
_MAX_BODY = 256 * 1024**2
_CREDENTIAL = "Bearer recorded"


class SecondOpinionMissing(RuntimeError):
    """openapi-core is not installed; the message says how to get it."""


@dataclass(slots=True)
class _Asked:
    """A request as openapi-core wants it."""

    host_url: str
    method: str
    path: str
    content_type: str
    body: bytes | None = field(repr=False)
    parameters: "RequestParameters"


class _Told(NamedTuple):
    """A response as openapi-core wants it."""

    status_code: int
    content_type: str
    headers: Mapping[str, str]
    data: bytes | None

    def __repr__(self) -> str:
        return f"<_Told {self.status_code} {self.content_type}>"


class SecondOpinion:
    """Judges requests and responses of one contract. For one thread at a time."""

    def __init__(self, contract: Contract) -> None:
        """Raises SecondOpinionMissing without the extra `verify`."""
        try:
            import openapi_core  # noqa: PLC0415 - 0.3 s, and an extra
            from openapi_core.datatypes import RequestParameters  # noqa: PLC0415
            from werkzeug.datastructures import Headers, ImmutableMultiDict  # noqa: PLC0415
        except ImportError:
            message = "a second opinion needs openapi-core: pip install 'elko-mock[verify]'"
            raise SecondOpinionMissing(message) from None
        self._contract = contract
        document = {**contract.document, "servers": [{"url": _HOST + base_path(contract.document)}]}
        document["components"] = {**(document.get("components") or {}), "schemas": dict(contract.components)}
        media_types = {name for one in contract.operations for name in _media_types(one)} | {"application/json"}
        config = openapi_core.Config(
            spec_validator_cls=None, extra_media_type_deserializers=dict.fromkeys(media_types, _loads)
        )
        self._core = openapi_core.OpenAPI.from_dict(document, config=config)
        self._parameters, self._headers, self._query = RequestParameters, Headers, ImmutableMultiDict
        self._codecs: dict[tuple[int, bool], tuple[Schema, Codec]] = {}

    def request(self, request: Request) -> tuple[Violation, ...]:
        """What is wrong with a request, in the words of openapi-core."""
        found = self._contract.match(request.method, request.path)
        if not isinstance(found, Match):
            return (_no_route(request, found),)
        try:
            asked = self._asked(request, found)
        except Undecodable as wrong:
            return (Violation(Side.REQUEST, "body.syntax", "body", str(wrong)),)
        return tuple(self._violations(self._core.iter_request_errors(asked), Side.REQUEST))

    def response(self, request: Request, response: Response) -> tuple[Violation, ...]:
        """What is wrong with the answer to a request. Nothing when the request belongs to no operation.

        `response.body` has to be bytes. An answer that was cut by a fault is judged as it stands.
        """
        found = self._contract.match(request.method, request.path)
        if not isinstance(found, Match):
            return ()
        answer = found.operation.answers.get(response.status)
        try:
            told = self._told(response, answer)
        except Undecodable as wrong:
            return (Violation(Side.RESPONSE, "response.syntax", "response", str(wrong)),)
        asked = self._asked(request._replace(body=b""), found)
        return tuple(self._violations(self._core.iter_response_errors(asked, told), Side.RESPONSE))

    def _asked(self, request: Request, found: Match) -> _Asked:
        operation = found.operation
        names = Template.of(operation.path).names
        values = dict(zip(names, found.path_values, strict=True))
        for parameter in operation.parameters:
            if parameter.location == "path":
                values[parameter.name] = self._spelled(parameter.schema, values[parameter.name])
        content_type, body = self._body(request, operation)
        parameters = self._parameters(
            path=values,
            query=self._query(self._query_of(request.query, operation)),
            header=self._headers(_header_fields(request)),
        )
        # the template itself for a path: the values are told apart from it
        return _Asked(_HOST, request.method.lower(), operation.path, content_type, body, parameters)

    def _query_of(self, query: str, operation: Operation) -> list[tuple[str, str]]:
        """Names as the document spells them, one pair for each element of a list, nothing for an empty value."""
        known = {fold(p.name): p for p in reversed(operation.parameters) if p.location == "query"}
        pairs: list[tuple[str, str]] = []
        for name, text in parse_qsl(query, keep_blank_values=True):
            parameter = known.get(fold(name))
            if parameter is None:
                continue
            flat = flatten(self._contract.document, parameter.schema)
            if kind_of(flat) == "array":
                elements = [element.strip() for element in text.split(",")]
                pairs += [(parameter.name, self._spelled(flat.get("items"), each)) for each in elements if each]
            elif text.strip():
                pairs.append((parameter.name, self._spelled(parameter.schema, text)))
        return pairs

    def _spelled(self, schema: Any, text: str) -> str:
        """A value of an enumeration or a truth value as the document spells it."""
        flat = flatten(self._contract.document, schema or {})
        if kind_of(flat) == "boolean":
            return fold(text.strip())
        return spelled(flat.get("enum") or (), text)

    def _body(self, request: Request, operation: Operation) -> tuple[str, bytes | None]:
        given = parse_content_type(request.header(b"content-type"))
        if operation.body is None or not request.body:
            return given.media_type or "application/json", request.body or None
        name = given.media_type
        if name not in operation.body.media_types and name.endswith("+json"):
            name = "application/json"
        if name not in operation.body.media_types:
            return name or "none", request.body
        raw = _unpacked(request.body, request.header(b"content-encoding"))
        return name, _dumps(self._codec(operation.body.schema, any_case=True).decode(raw, given))

    def _told(self, response: Response, answer: Answer | None) -> _Told:
        given = parse_content_type(response.header(b"content-type"))
        raw = response.whole
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
        if answer is None or not raw or given.media_type not in answer.media_types:
            return _Told(response.status, given.media_type or "none", headers, raw or None)
        raw = _unpacked(raw, response.header(b"content-encoding"))
        if given.media_type.startswith("application/problem+"):
            data = decode_problem(raw, given)
        else:
            data = self._codec(answer.schema).decode(raw, given)
        return _Told(response.status, given.media_type, headers, _dumps(data))

    def _codec(self, schema: Schema, *, any_case: bool = False) -> Codec:
        key = (id(schema), any_case)
        known = self._codecs.get(key)
        if known is None:
            known = self._codecs[key] = (schema, Codec(schema, self._contract.components, any_case=any_case))
        return known[1]

    def _violations(self, errors: Iterable[Exception], side: Side) -> Iterator[Violation]:
        for error in errors:
            yield from _tell(error, side)


def _tell(error: Exception, side: Side) -> Iterator[Violation]:
    place = _place(error, side)
    cause = error.__cause__
    details = list(getattr(cause, "schema_errors", ()))
    kind = place.partition("/")[0]
    if not details:
        said = str(cause or error)
        yield Violation(side, f"{kind}.{_kind_of_error(error)}", place, said)
    for detail in details:
        steps = [*detail.absolute_path, *_missing(detail)]
        where = "/".join([place, *(str(step).replace("~", "~0").replace("/", "~1") for step in steps)])
        yield Violation(side, f"{kind}.{kebab(detail.validator)}", where, _said(detail))


def _said(detail: Any) -> str:
    """jsonschema's words without the value they begin with: it may be a password or somebody's name."""
    value = repr(detail.instance)
    if detail.validator == "required":
        return str(detail.message)
    if detail.message.startswith(value):
        return str(detail.message[len(value) :].strip())
    return f"does not keep to {detail.validator}"


def _missing(detail: Any) -> list[str]:
    """The property that a `required` error is about, which it tells in its message only."""
    if detail.validator != "required":
        return []
    return [name for name in detail.validator_value if detail.message.startswith(f"{name!r} ")]


def _place(error: Exception, side: Side) -> str:
    location, name = getattr(error, "location", None), getattr(error, "name", None)
    if location and name:
        return f"{location}/{name}"
    said = type(error).__name__
    if "Security" in said:
        return "header/authorization"
    if "Header" in said:
        return f"header/{name}"
    return "body" if side is Side.REQUEST else "response"


def _kind_of_error(error: Exception) -> str:
    said = type(error.__cause__ or error).__name__
    for word, code in (
        ("MissingRequired", "required"),
        ("MissingData", "required"),
        ("MediaType", "media-type"),
        ("ResponseNotFound", "status"),
        ("Security", "missing"),
    ):
        if word in said:
            return code
    return "type"


def _no_route(request: Request, found: object) -> Violation:
    if isinstance(found, WrongMethod):
        allowed = ", ".join(found.allow)
        return Violation(Side.REQUEST, "path.method", "path", f"{request.path} takes {allowed}, not {request.method}")
    return Violation(Side.REQUEST, "path.unknown", "path", f"no operation has the path {request.path}")


def _header_fields(request: Request) -> list[tuple[str, str]]:
    """The recorded fields; that a token was sent is known, the token is not."""
    fields = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in request.headers
        if name.lower() != b"authorization"
    ]
    if request.authorization is not None or request.header(b"authorization") is not None:
        fields.append(("Authorization", _CREDENTIAL))
    return fields


def _media_types(operation: Operation) -> Iterator[str]:
    if operation.body is not None:
        yield from operation.body.media_types
    for answer in operation.answers.values():
        yield from answer.media_types


def _unpacked(raw: bytes, encoding: str | None) -> bytes:
    if encoding is None:
        return raw
    unpacked = decompress(raw, _MAX_BODY, encoding)
    if isinstance(unpacked, Unpackable):
        raise Undecodable("", unpacked.message)
    return unpacked


def _dumps(data: Any) -> bytes:
    return json.dumps(data).encode()


def _loads(body: bytes, **_: Any) -> Any:
    return json.loads(body)
