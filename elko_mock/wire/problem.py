"""Problem details (RFC 7807) in JSON and XML, in the shape ASP.NET Core writes them in."""

from collections.abc import Mapping
from typing import Any

from elko_mock.wire.charset import to_text
from elko_mock.wire.json_codec import read_json, write_json
from elko_mock.wire.media_type import ContentType, Representation
from elko_mock.wire.undecodable import Undecodable
from elko_mock.wire.xml_text import decode_name, encode_name, escape, unescape

NAMESPACE = "urn:ietf:rfc:7807"
JSON = Representation("application/problem+json", "json")
XML = Representation("application/problem+xml", "xml")

_ORDER = ("detail", "instance", "status", "title", "type")
_ERRORS, _EMPTY = "MVC-Errors", "MVC-Empty"


def encode_problem(problem: Mapping[str, Any], representation: Representation) -> tuple[bytes, str]:
    """A problem's body and its `Content-Type`: XML if the representation is of that kind, JSON for all others.

    The XML is that of ASP.NET Core's ProblemDetailsWrapper: the standard members in alphabetical order, then the
    extensions, then `errors` as `MVC-Errors` with one element a field, its messages joined by a space; what is null
    is left out; a field without a name is `MVC-Empty`; names are encoded as XmlConvert.EncodeLocalName does.
    """
    if representation.kind != "xml":
        return write_json(dict(problem)), JSON.content_type
    names = [*_ORDER, *(each for each in problem if each not in _ORDER and each != "errors")]
    parts = [_element(name, problem[name]) for name in names if problem.get(name) is not None]
    errors = problem.get("errors")
    if errors:
        inner = "".join(_element(name or _EMPTY, messages) for name, messages in errors.items())
        parts.append(f"<{_ERRORS}>{inner}</{_ERRORS}>")
    return f'<problem xmlns="{NAMESPACE}">{"".join(parts)}</problem>'.encode(), XML.content_type


def decode_problem(body: bytes, content_type: ContentType) -> Any:
    """The data of a problem's body. In XML, `status` is a number again; the messages of a field are one text, because
    nothing tells them apart. Raises Undecodable."""
    if content_type.kind == "json":
        return read_json(body, content_type.charset)
    if content_type.kind != "xml":
        raise Undecodable("", "a problem is written in JSON or XML")
    from elko_mock.wire.xml_reader import parse  # noqa: PLC0415 - see Codec

    problem: dict[str, Any] = {}
    for element in parse(to_text(body, content_type.charset, xml=True)):
        name, text = decode_name(_local(element.tag)), unescape(element.text or "")
        if name == _ERRORS:
            problem["errors"] = {_field(each.tag): [unescape(each.text or "")] for each in element}
        else:
            problem[name] = int(text) if name == "status" and text.isascii() and text.isdigit() else text
    return problem


def _element(name: str, value: Any) -> str:
    encoded = encode_name(name)
    return f"<{encoded}>{escape(_text(value))}</{encoded}>"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return " ".join(map(_text, value))
    return write_json(value).decode()


def _field(tag: str) -> str:
    name = decode_name(_local(tag))
    return "" if name == _EMPTY else name


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
