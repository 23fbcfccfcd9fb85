"""The difference between two documents: what changed, and whether it breaks clients, servers, both or nobody."""

from collections.abc import Iterator, Mapping
from typing import Any

from elko_mock.contract.changes import Breaks, Change, Direction
from elko_mock.contract.comparing import Comparison
from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Answer, Body, Operation, Parameter
from elko_mock.contract.security import Ways, compare_ways, ways
from elko_mock.contract.templates import Template, fold
from elko_mock.contract.walking import operations_by_id

__all__ = ["Breaks", "Change", "breaks_anyone", "diff"]


def diff(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Every change between two documents, in the order of the old one, what is new at the end.

    Operations are the same when they have the same method and path, or when both are recognised as the same operation
    of the vendored document; parameters when they have the same name in whatever case, in a path the same place.
    Names of schemas and of security schemes, descriptions and examples are not compared.
    """
    return tuple(_Diff(old, new).changes())


def breaks_anyone(changes: tuple[Change, ...]) -> bool:
    """Whether any of them is more than an addition that nobody has to know."""
    return any(change.breaks is not Breaks.NONE for change in changes)


def counterparts(old: Contract, new: Contract) -> Iterator[tuple[Operation, Operation]]:
    """The operations that are the same in both, moved ones included."""
    after = {_identity(one): one for one in new.operations}
    for before in old.operations:
        counterpart = after.get(_identity(before))
        if counterpart is not None:
            yield before, counterpart


def paired_parameters(old: Operation, new: Operation) -> dict[tuple[str, str], tuple[str, str]]:
    """Place and name of each parameter of the new operation that the old one has -> place and name there."""
    before = _by_identity(old)
    return {
        (one.location, one.name): (before[identity].location, before[identity].name)
        for identity, one in _by_identity(new).items()
        if identity in before
    }


class _Diff:
    def __init__(self, old: Contract, new: Contract) -> None:
        self._old = old
        self._new = new
        self._compare = Comparison(_whole(old), _whole(new))
        self._ways = _ways_of_each(old), _ways_of_each(new)
        self._usual = _usual_ways(old), _usual_ways(new)
        self._told_usual = False

    def changes(self) -> Iterator[Change]:
        left = {_identity(one): one for one in self._new.operations}
        for before in self._old.operations:
            after = left.pop(_identity(before), None)
            place = f"{before.method} {before.path}"
            if after is None:
                yield Change("operation-removed", place, Breaks.CLIENT, "is gone")
            else:
                yield from self._operation(before, after, place)
        for after in left.values():
            yield Change("operation-added", f"{after.method} {after.path}", Breaks.SERVER, "is new")

    def _operation(self, before: Operation, after: Operation, place: str) -> Iterator[Change]:
        if Template.of(before.path).shape != Template.of(after.path).shape:
            yield Change("operation-moved", place, Breaks.BOTH, f"is at {after.path} now")
        if before.id != after.id:
            message = f"operationId was {before.id}, is {after.id}; generated code calls it so"
            yield Change("operation-renamed", place, Breaks.NONE, message)
        if after.secured != before.secured:
            if after.secured:
                yield Change("token-required", place, Breaks.CLIENT, "needs the token now")
            else:
                yield Change("token-not-required", place, Breaks.SERVER, "needs no token any more")
        yield from self._authentication(self._ways[0][before.id], self._ways[1][after.id], place)
        yield from self._parameters(before, after, place)
        yield from self._body(before.body, after.body, f"{place}: body")
        yield from self._answers(before.answers, after.answers, place)

    def _authentication(self, before: Ways, after: Ways, place: str) -> Iterator[Change]:
        """What holds for the whole document is told once."""
        usual = (before, after) == self._usual
        if not usual or not self._told_usual:
            yield from compare_ways(before, after, "security" if usual else place)
        self._told_usual |= usual

    def _parameters(self, before: Operation, after: Operation, place: str) -> Iterator[Change]:
        left = _by_identity(after)
        for identity, old in _by_identity(before).items():
            new = left.pop(identity, None)
            where = f"{place}: {old.location} {old.name}"
            if new is None:
                yield _gone("parameter", where, required=old.required, effect="sent, it has no effect any more")
                continue
            if new.required and not old.required:
                yield Change("parameter-required", where, Breaks.CLIENT, "must be sent now")
            elif old.required and not new.required:
                yield Change("parameter-optional", where, Breaks.SERVER, "may be left out now")
            yield from self._compare(old.schema, new.schema, Direction.REQUEST, where)
        for new in left.values():
            where = f"{place}: {new.location} {new.name}"
            yield _come("parameter", where, required=new.required)

    def _body(self, old: Body | None, new: Body | None, where: str) -> Iterator[Change]:
        if old is None or new is None:
            if old is not None:
                yield _gone("body", where, required=old.required, effect="sent, it is not read any more")
            if new is not None:
                yield _come("body", where, required=new.required)
            return
        if new.required and not old.required:
            yield Change("body-required", where, Breaks.CLIENT, "must be sent now")
        elif old.required and not new.required:
            yield Change("body-optional", where, Breaks.SERVER, "may be left out now")
        yield from _media_types(old.media_types, new.media_types, where)
        yield from self._compare(old.schema, new.schema, Direction.REQUEST, where)

    def _answers(self, before: Mapping[int, Answer], after: Mapping[int, Answer], place: str) -> Iterator[Change]:
        for status, old in before.items():
            where = f"{place}: answer {status}"
            new = after.get(status)
            if new is None:
                yield Change(
                    "answer-removed", where, Breaks.SERVER, "is not described any more; an old server gives it"
                )
            elif new.borrowed != old.borrowed:
                said = "is not described any more" if new.borrowed else "is described now; it was not before"
                yield Change("answer-undescribed" if new.borrowed else "answer-described", where, Breaks.NONE, said)
            else:
                yield from _media_types(old.media_types, new.media_types, where)
                yield from self._compare(old.schema, new.schema, Direction.ANSWER, where)
        for status in after:
            if status not in before:
                where = f"{place}: answer {status}"
                yield Change("answer-added", where, Breaks.CLIENT, "is new; an old client does not expect it")


def _whole(contract: Contract) -> Mapping[str, Any]:
    """The document with what its operations borrow."""
    document = contract.document
    return {**document, "components": {**(document.get("components") or {}), "schemas": contract.components}}


def _usual_ways(contract: Contract) -> Ways:
    return ways(contract.document, contract.document.get("security"))


def _ways_of_each(contract: Contract) -> dict[str, Ways]:
    """By operationId: how a call is authenticated."""
    document = contract.document
    return {
        name: ways(document, operation.get("security", document.get("security")))
        for name, (_, operation) in operations_by_id(document).items()
    }


def _identity(operation: Operation) -> tuple[str, ...]:
    if operation.known_as is not None:
        return ("", operation.known_as)
    return (operation.method, *Template.of(operation.path).shape)


def _by_identity(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """By name; in the path by place, counted from the end, so that a base path's own parameters do not shift it."""
    names = Template.of(operation.path).names
    return {
        (one.location, str(len(names) - names.index(one.name)) if one.location == "path" else fold(one.name)): one
        for one in operation.parameters
    }


def _gone(what: str, where: str, *, required: bool, effect: str) -> Change:
    said = f"is gone; {'an old server still demands it' if required else effect}"
    return Change(f"{what}-removed", where, Breaks.BOTH if required else Breaks.CLIENT, said)


def _come(what: str, where: str, *, required: bool) -> Change:
    said = "is new, and has to be sent" if required else "is new; an old server takes no notice of it"
    return Change(f"{what}-added", where, Breaks.BOTH if required else Breaks.SERVER, said)


def _media_types(old: tuple[str, ...], new: tuple[str, ...], where: str) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Change("media-type-removed", where, Breaks.CLIENT, f"{name} is gone")
    for name in new:
        if name not in old:
            yield Change("media-type-added", where, Breaks.SERVER, f"{name} is new")
