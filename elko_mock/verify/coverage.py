"""Coverage: which operations, codes, media types, parameters and nullable properties recorded traffic has exercised."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from elko_mock.contract.contract import Contract, Match
from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Exchange
from elko_mock.wire.codec import Codec, Undecodable
from elko_mock.wire.media_type import parse_content_type

KINDS = ("operation", "code", "media type", "parameter", "null")
"""What is counted, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be exercised, and how often it was."""

    operation: str
    """operationId."""
    kind: str
    """One of KINDS."""
    name: str
    """`403`, `application/xml`, `elkoCode`, `lines[].price` ..."""
    times: int


@dataclass(slots=True)
class _Tally:
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, operation: str, kind: str, name: str) -> None:
        self.counts[operation, kind, name] += 1


def coverage(contract: Contract, exchanges: Iterable[Exchange]) -> tuple[Item, ...]:
    """Everything the document offers, with how often the exchanges met it. One pass; bodies that were cut count as
    far as their status and media type go."""
    tally = _Tally()
    codecs: dict[str, Codec] = {}
    for exchange in exchanges:
        found = contract.match(exchange.request.method, exchange.request.path)
        if isinstance(found, Match) and exchange.response is not None:
            _meet(tally, contract, codecs, found, exchange)
    return tuple(
        Item(operation.id, kind, name, tally.counts[operation.id, kind, name])
        for operation in contract.operations
        for kind, name in _offered(operation, contract.components)
    )


def share(items: Iterable[Item], kind: str | None = None) -> float:
    """What part of the items of a kind (of all, without one) was exercised, from 0 to 1; 1 when there are none."""
    chosen = [item for item in items if kind is None or item.kind == kind]
    return sum(item.times > 0 for item in chosen) / len(chosen) if chosen else 1.0


def _offered(operation: Operation, components: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "operation", operation.id
    for status in sorted(operation.answers):
        yield "code", str(status)
    good = operation.answers.get(200)
    if good is not None:
        for media_type in good.media_types:
            yield "media type", media_type
    for parameter in operation.parameters:
        yield "parameter", parameter.name
    if good is not None:
        for path in dict.fromkeys(_nullable(good.schema, components, "", ())):
            yield "null", path


def _meet(tally: _Tally, contract: Contract, codecs: dict[str, Codec], match: Match, exchange: Exchange) -> None:
    operation, response = match.operation, exchange.response
    if response is None:
        return
    tally.add(operation.id, "operation", operation.id)
    tally.add(operation.id, "code", str(response.status))
    bound = operation.bind(match.path_values, exchange.request.query).values
    given = {name.lower() for name in bound}
    for parameter in operation.parameters:
        if parameter.known_as.lower() in given or parameter.name.lower() in given:
            tally.add(operation.id, "parameter", parameter.name)
    content_type = parse_content_type(response.header(b"content-type"))
    answer = operation.answers.get(response.status)
    if response.status != 200 or answer is None:
        return
    tally.add(operation.id, "media type", content_type.media_type)
    if not isinstance(response.body, bytes):
        return
    codec = codecs.get(operation.id)
    if codec is None:
        codec = codecs[operation.id] = Codec(answer.schema, contract.components)
    try:
        data = codec.decode(response.body, content_type)
    except Undecodable:  # cut at the journal's limit, or spoiled by a fault
        return
    for path in set(_nulls(data, "")):
        tally.add(operation.id, "null", path)


def _nullable(
    schema: Mapping[str, Any], components: Mapping[str, Any], path: str, seen: tuple[str, ...]
) -> Iterator[str]:
    """Paths of the nullable properties of an answer; a schema within itself is gone through once."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        if name not in seen and name in components:
            yield from _nullable(components[name], components, path, (*seen, name))
        return
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _nullable(part, components, path, seen)
    if "items" in schema:
        yield from _nullable(schema["items"], components, f"{path}[]", seen)
    for name, inner in schema.get("properties", {}).items():
        inside = f"{path}.{name}" if path else name
        if inner.get("nullable"):
            yield inside
        yield from _nullable(inner, components, inside, seen)


def _nulls(data: Any, path: str) -> Iterator[str]:
    if data is None:
        yield path
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _nulls(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for value in data:
            yield from _nulls(value, f"{path}[]")
