"""Asker: makes our own checks' calls, reads the answers, and holds each against what every answer owes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Operation
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Fields, Request
from elko_mock.exchange.redaction import PersonalFields, without_secrets
from elko_mock.stages.forward import NoAnswer
from elko_mock.stages.guard import HeldBack
from elko_mock.verify.ledger import Ledger
from elko_mock.verify.line import Line
from elko_mock.verify.model import Finding, Sample
from elko_mock.verify.reply import Reader, Reply
from elko_mock.verify.report.samples import sample

JSON = "application/json"
XML = "application/xml"
USER_AGENT = b"elko-mock-verify"
_VIOLATIONS_SHOWN = 5


class NoReply(Exception):
    """The call was not answered, or not sent; the ledger already says so."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call of an operation says beside its method and path."""

    path: tuple[str, ...] = ()
    """Values of the path's parameters, not encoded."""
    query: tuple[tuple[str, str], ...] = ()
    """Not encoded; commas are sent as they are."""


NOTHING = Arguments()


class Asker:
    """One call after the other; every answer is tallied and held against the document."""

    def __init__(
        self,
        line: Line,
        contract: Contract,
        scope: Iterable[Operation],
        ledger: Ledger,
        base: str,
        personal: PersonalFields,
    ) -> None:
        """`scope`: the operations that may be called. `base`: the target's URL, for evidence."""
        self.line = line
        self.reader = Reader(contract)
        self._ledger = ledger
        self._base = base
        self._personal = personal
        self.contract = contract
        self.operations = {operation.known_as: operation for operation in scope if operation.known_as}
        """Those in scope, by the names of the vendored document."""

    def ask(
        self,
        name: str,
        arguments: Arguments = NOTHING,
        *,
        accept: str | None = JSON,
        body: Any = None,
        body_type: str = JSON,
        method: str | None = None,
        path: str | None = None,
        query: str | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
        authorization: str | None = "",
        may_be_refused: bool = False,
        own_status: bool = False,
    ) -> Reply:
        """Call an operation by its vendored name.

        `method`, `path` and `query` stand in for the document's, as they are to be sent. `authorization` is the whole
        header value, None for none; the run's token unless given. `own_status`: the caller judges the status, so that
        one fault is found once; so it is with `may_be_refused`, which says that a 403 is no reason to stop the run.
        Raises NoReply, or Stopped.
        """
        operation = self.operations[name]
        fields = [(b"user-agent", USER_AGENT), *headers]
        if accept is not None:
            fields.append((b"accept", accept.encode("latin-1")))
        raw = b""
        if body is not None:
            raw = body if isinstance(body, bytes) else self.reader.encode_body(operation, body, body_type)
            fields.append((b"content-type", body_type.encode("latin-1")))
        if authorization == "":
            authorization = f"Bearer {self.line.token}" if self.line.token and operation.needs_token else None
        if authorization is not None:
            fields.append((b"authorization", b"Bearer [redacted]"))
        request = Request(
            method=method or operation.method,
            path=path if path is not None else fill(operation.path, arguments.path),
            query=query if query is not None else urlencode(arguments.query, safe=","),
            headers=Fields(fields),
            body=raw,
            client="",
            authorization=authorization,
        )
        return self._send(operation, request, may_be_refused=may_be_refused, own_status=own_status or may_be_refused)

    def evidence(self, replies: Sequence[Reply]) -> tuple[Sample, ...]:
        """The calls behind a finding, as samples."""
        return tuple(self.sample(reply.exchange) for reply in replies)

    def sample(self, exchange: Exchange) -> Sample:
        """One exchange as evidence."""
        return sample(exchange, self._base, self._personal)

    def harmless(self, text: str) -> str:
        """A text that may quote an answer, without secrets and personal fields."""
        data = self.line.secrets.hidden(text.encode("utf-8", "replace"))
        return self._personal.hide(without_secrets(data)).decode("utf-8", "replace")

    def _send(self, operation: Operation, request: Request, *, may_be_refused: bool, own_status: bool) -> Reply:
        try:
            answered = self.line.send(request, may_be_refused=may_be_refused)
        except HeldBack as held:
            self._ledger.count(operation.id, held_back=1)
            raise NoReply(str(held)) from held
        except NoAnswer as none:
            self._ledger.count(operation.id, sent=1)
            raise NoReply(str(none)) from none
        reply = self.reader.reply(operation, request, answered)
        if operation.known_as == "issueToken" and isinstance(reply.data, str):
            self.line.secrets.learn(reply.data)
        judged = reply.status != 403 or may_be_refused
        self._ledger.count(operation.id, sent=1, judged=int(judged), succeeded=int(reply.status == 200))
        self._hold(reply, own_status=own_status)
        return reply

    def _hold(self, reply: Reply, *, own_status: bool) -> None:
        """What every answer owes: no 5xx, a documented code, a documented media type, a body as the schema says."""
        operation, status = reply.operation, reply.status
        for check, message in owed(reply):
            if own_status and check == "status_code_conformance":
                continue
            self._ledger.look(check)
            if message:
                self._ledger.find(Finding(check, operation.id, message, self.evidence([reply])), kind=str(status))


def owed(reply: Reply) -> list[tuple[str, str]]:
    """Per check that applies: its name, and what is wrong or an empty string."""
    operation, status = reply.operation, reply.status
    if status >= 500:
        return [("not_a_server_error", f"the provider answered {status}, an error of its own")]
    found = [("not_a_server_error", "")]
    answer = operation.answers.get(status)
    if answer is None:
        documented = ", ".join(str(code) for code in sorted(operation.answers))
        return [*found, ("status_code_conformance", f"answered {status}; documented are {documented}")]
    found.append(("status_code_conformance", ""))
    if answer.media_types:
        media_type = reply.content_type.media_type
        if media_type not in answer.media_types:
            shown = media_type or "no media type"
            message = f"answered {shown} with {status}; documented are {', '.join(answer.media_types)}"
            return [*found, ("content_type_conformance", message)]
        found.append(("content_type_conformance", ""))
    if reply.unreadable:
        return [*found, ("response_schema_conformance", f"the body cannot be read: {reply.unreadable}")]
    lines = [f"{one.where}: {one.message}" for one in reply.violations[:_VIOLATIONS_SHOWN]]
    if len(reply.violations) > _VIOLATIONS_SHOWN:
        lines.append(f"and {len(reply.violations) - _VIOLATIONS_SHOWN} more")
    return [*found, ("response_schema_conformance", "\n".join(lines))]


def fill(template: str, values: Sequence[str]) -> str:
    """A path template with its parameters filled in, in order, percent-encoded but for commas."""
    left = iter(values)
    return "/".join(
        quote(next(left), safe=",") if segment.startswith("{") else segment for segment in template.split("/")
    )
