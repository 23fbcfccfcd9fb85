"""Conformance: lets schemathesis loose on the line and writes down what it saw."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from schemathesis import BaseSchema, Case, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core import deserialization
from schemathesis.core.deserialization import DeserializationContext
from schemathesis.core.failures import Failure
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.transport import SerializationContext
from schemathesis.transport.asgi import ASGI_TRANSPORT

from elko_mock.contract.contract import Contract, Match
from elko_mock.contract.operations import Operation
from elko_mock.exchange.messages import Fields, Request
from elko_mock.exchange.redaction import is_personal
from elko_mock.stages.forward import NoAnswer
from elko_mock.stages.guard import Guard, HeldBack
from elko_mock.verify.asker import JSON, XML, Asker
from elko_mock.verify.generated.bridge import EXCHANGE_HEADER, Bridge
from elko_mock.verify.generated.document import Form, narrowed
from elko_mock.verify.generated.planting import plant
from elko_mock.verify.generated.tuning import CHECKS, Conventions, Effort, config
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.line import Stopped
from elko_mock.verify.model import Finding, Stop, StopCause
from elko_mock.verify.sparing import wants_everything
from elko_mock.verify.survey import Facts
from elko_mock.wire.media_type import parse_content_type
from elko_mock.wire.undecodable import Undecodable

_OURS = (HeldBack, Stopped, NoAnswer)
"""What our own line raises; it has been counted there."""
_XML_TYPES = ("application/xml", "text/xml")
_JSON_TYPES = ("application/json", "text/json")
_PROBLEM_TYPES = ("application/problem+xml", "application/problem+json")
_SHOWN = 700
_LONGEST = 4000
"""Characters of a path and its query; servers give up at 8000 or so."""


class Generated:
    """One run of schemathesis's phases (examples, coverage, fuzzing, links) over some operations in one form."""

    def __init__(self, asker: Asker, contract: Contract, facts: Facts, ledger: Ledger, guard: Guard) -> None:
        self._asker = asker
        self._guard = guard
        self._contract = contract
        self._facts = facts
        self._ledger = ledger
        self._paths = {f"{operation.method} {operation.path}": operation for operation in contract.operations}

    def run(self, operations: Sequence[Operation], *, form: Form, effort: Effort) -> int:
        """Answers how many calls went out. Returns early when the line stops; what happened is in the ledger.

        Raises ForeignReference, or KeyboardInterrupt.
        """
        line = self._asker.line
        before = line.calls
        bridge = Bridge(line, self._contract, JSON if form == "json" else XML, self._count)
        with self._codecs():
            for linked in (False, True):
                if line.stop is None:
                    schema = self._schema(operations, form, effort, bridge, linked=linked)
                    stream = from_schema(schema).execute()
                    for event in stream:
                        if line.stop is not None:
                            stream.stop()
                        self._take(event, bridge)
        return line.calls - before

    def _schema(
        self, operations: Sequence[Operation], form: Form, effort: Effort, bridge: Bridge, *, linked: bool
    ) -> BaseSchema:
        document = narrowed(self._contract.document, [one.id for one in operations], form)
        plant(document, self._facts, sure=linked)
        settings = SchemathesisConfig.from_dict(config(effort, form, linked=linked))
        schema = schemathesis.openapi.from_dict(document, config=settings)
        schema.app = bridge
        conventions = Conventions(self._contract, self._asker.reader)

        @schema.hook
        def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
            del context
            return conventions.stands(failure, case, response)

        @schema.hook
        def filter_case(context: HookContext, case: Case[Any]) -> bool:
            del context
            return self._may_go(_as_request(case), bridge)

        return schema

    def _may_go(self, request: Request, bridge: Bridge) -> bool:
        """Whether there is a point in generating it: what the guard holds back, or a whole list, is not sent anyway;
        and what a server's front does with an overlong line is no matter of the contract."""
        out = bridge.outgoing(request)
        return (
            len(out.target) <= _LONGEST
            and self._guard.objection(out) is None
            and not wants_everything(self._contract, out)
        )

    def _take(self, event: events.EngineEvent, bridge: Bridge) -> None:
        if isinstance(event, events.Interrupted):
            if self._asker.line.stop is None:
                raise KeyboardInterrupt
        elif isinstance(event, events.ScenarioFinished):
            self._scenario(event.recorder, bridge)
        elif isinstance(event, (events.NonFatalError, events.FatalError)):
            error = event.value if isinstance(event, events.NonFatalError) else event.exception
            if not _is_ours(error):
                where = event.label if isinstance(event, events.NonFatalError) else "schemathesis"
                self._asker.line.halt(Stop(StopCause.BROKEN, f"{where}: {type(error).__name__}: {error}"[:_SHOWN]))

    def _scenario(self, recorder: ScenarioRecorder, bridge: Bridge) -> None:
        for case_id, checks in recorder.checks.items():
            operation = self._paths.get(recorder.cases[case_id].value.operation.label)
            for check in checks:
                if check.name in CHECKS:
                    self._ledger.look(check.name)
                    if check.status is Status.FAILURE and check.failure_info is not None and operation is not None:
                        self._found(check.name, operation, check.failure_info.failure, recorder, case_id, bridge)

    def _found(
        self,
        check: str,
        operation: Operation,
        failure: Failure,
        recorder: ScenarioRecorder,
        case_id: str,
        bridge: Bridge,
    ) -> None:
        response = recorder.interactions[failure.case_id or case_id].response
        number = None if response is None else int(response.headers.get(EXCHANGE_HEADER, ["0"])[0])
        exchange = bridge.exchanges.get(number or 0)
        samples = () if exchange is None else (self._asker.sample(exchange),)
        status = "" if response is None else str(response.status_code)
        self._ledger.find(Finding(check, operation.id, self._message(failure), samples), kind=status)

    def _count(self, match: Match | None, status: int) -> None:
        if match is not None:
            self._ledger.count(match.operation.id, sent=1, judged=int(status != 403), succeeded=int(status == 200))

    def _message(self, failure: Failure) -> str:
        """What schemathesis says, without the schema it prints after it, secrets and personal values."""
        place = [str(one) for one in getattr(failure, "instance_path", None) or ()]
        text = failure.message.split("\n\nValidated against")[0].split("\n\nSchema")[0].strip()
        if any(map(is_personal, place)):
            text = "the value, which may be personal, is not as the schema says"
        if place:
            text = f"{'/'.join(place)}: {text}"
        return self._asker.harmless(f"{failure.title}: {text}")[:_SHOWN] if text else failure.title

    @contextmanager
    def _codecs(self) -> Iterator[None]:
        """Our XML in schemathesis's place for it, whose own writes arrays and null otherwise, and reads no answers; and
        our reader of JSON, for what its own cannot read may be more than it expects.

        The registries are schemathesis's, and process-wide; they are as before when this ends.
        """

        def write(context: SerializationContext, value: Any) -> dict[str, bytes]:
            operation = self._paths[context.case.operation.label]
            return {"data": self._asker.reader.encode_body(operation, value, XML)}

        def read(context: DeserializationContext, response: Response) -> Any:
            operation = self._paths[context.operation.label]
            content_type = parse_content_type(response.headers.get("content-type", [""])[0])
            try:
                return self._asker.reader.decode(operation, response.status_code, response.content, content_type)
            except Undecodable as wrong:
                raise ValueError(str(wrong)) from None  # schemathesis expects no other kind everywhere

        writers = {each: ASGI_TRANSPORT._serializers.get(each) for each in _XML_TYPES}
        readers = dict(deserialization._DESERIALIZERS)
        ASGI_TRANSPORT.serializer(*_XML_TYPES)(write)
        deserialization.register_deserializer(read, *_XML_TYPES, *_JSON_TYPES, *_PROBLEM_TYPES)
        try:
            yield
        finally:
            ASGI_TRANSPORT.unregister_serializer(*_XML_TYPES)
            for each, former in writers.items():
                if former is not None:
                    ASGI_TRANSPORT.serializer(each)(former)
            deserialization._DESERIALIZERS.clear()
            deserialization._DESERIALIZERS.update(readers)


def _as_request(case: Case[Any]) -> Request:
    """What a case will look like on the wire."""
    arguments = case.as_transport_kwargs(base_url="http://provider.invalid")
    prepared = requests.Request(**arguments).prepare()
    parts = urlsplit(str(prepared.url))
    body = prepared.body or b""
    return Request(
        method=str(prepared.method),
        path=parts.path,
        query=parts.query,
        headers=Fields(
            (name.lower().encode("latin-1", "replace"), str(value).encode("latin-1", "replace"))
            for name, value in prepared.headers.items()
        ),
        body=body if isinstance(body, bytes) else str(body).encode(),
        client="",
    )


def _is_ours(error: BaseException | None) -> bool:
    """Whether an error began as one of our line's, however it was wrapped."""
    while error is not None:
        if isinstance(error, _OURS):
            return True
        if isinstance(error, BaseExceptionGroup):
            return all(_is_ours(each) for each in error.exceptions)
        error = error.__cause__ or error.__context__
    return False
