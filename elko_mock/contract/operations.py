"""Operations as values: what each takes, what it answers, and how well that is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from elko_mock.contract.binding import Binder, Bound
from elko_mock.contract.checks import Checks, Violations
from elko_mock.contract.examples import Examples

Schema = Mapping[str, Any]
"""A schema of the document; may hold `{"$ref": "#/components/schemas/X"}`."""

__all__ = ["Answer", "Body", "Bound", "Link", "Operation", "Parameter", "Schema"]


class Parameter(NamedTuple):
    """One parameter of an operation."""

    name: str
    """As the document spells it."""
    known_as: str
    """As the handlers know it: the vendored document's name for it, where that has it."""
    location: str
    """`path`, `query`, `header` or `cookie`."""
    required: bool
    schema: Schema
    evidence: str | None
    """Its `x-elko-evidence`, if the document says."""
    description: str


class Body(NamedTuple):
    """What an operation takes."""

    required: bool
    media_types: tuple[str, ...]
    schema: Schema


class Answer(NamedTuple):
    """What an operation answers under one status."""

    media_types: tuple[str, ...]
    schema: Schema
    """Empty when the document does not say."""
    example: Any = None
    """The document's own example of the whole answer, if it has one."""
    borrowed: bool = False
    """Whether the document does not say, and this is what the vendored one says."""


class Link(NamedTuple):
    """Where an answer leads: one of its values goes into a parameter of another operation."""

    status: int
    name: str
    operation: str
    """The operationId it leads to."""
    parameters: Mapping[str, Any]
    """Parameter name -> runtime expression (`$response.body#/id`) or constant."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a document."""

    id: str
    method: str
    """Upper case."""
    path: str
    """Template with the base path, as the document spells it."""
    tag: str
    summary: str
    parameters: tuple[Parameter, ...]
    """Path parameters in the order of the path, then the others in the order of the document."""
    body: Body | None
    answers: Mapping[int, Answer]
    """By status. A document's `2XX` or `default` stands in for 200 where that is not named."""
    evidence: str | None
    """Its `x-elko-evidence`, if the document says."""
    known_as: str | None
    """The operationId of the vendored document this operation was recognised as; None for a stranger."""
    links: tuple[Link, ...]
    needs_token: bool
    """Whether a call needs the token: of operations that are known, what the vendored document says."""
    secured: bool
    """Whether the document itself asks for a token."""
    _binder: Binder = field(repr=False)
    _request: Checks = field(repr=False)
    _response: Checks = field(repr=False)
    _examples: Examples = field(repr=False)
    _known: "Operation | None" = field(repr=False)
    """The vendored operation it was recognised as; None for a stranger, and for the vendored ones themselves."""

    @property
    def name(self) -> str:
        """The operationId that journals, faults and reports speak of: the vendored document's where it is known."""
        return self.known_as or self.id

    def bind(self, path_values: tuple[str, ...], query: str) -> Bound:
        """Typed values out of decoded path values and a query as sent.

        Query names in any case; lists comma-joined, repeated or mixed; an empty value means not given; names that no
        parameter has are ignored (evidence, section 2, `GET Catalog/Products`).
        """
        return self._binder(path_values, query)

    def body_violations(self, data: Any) -> Violations:
        """All that the document has against a request's body, as data."""
        return () if self.body is None else self._request.violations(self.body.schema, data, "body")

    @property
    def needs_body(self) -> bool:
        """Whether a call cannot do without a body: the document says so, or the vendored one of an operation that was
        recognised."""
        return any(one.body is not None and one.body.required for one in (self, self._known) if one is not None)

    def unfit(self, data: Any) -> Violations:
        """Why a body that the document has nothing against cannot be served: the handlers rely on what the vendored
        document says, and many a document leaves out what is required."""
        return () if self._known is None else self._known.body_violations(data)

    def answer_violations(self, status: int, data: Any) -> Violations:
        """All that the document has against an answer's body, as data. Nothing for a status it does not describe."""
        answer = self.answers.get(status)
        return () if answer is None else self._response.violations(answer.schema, data, "response")

    def example(self, status: int = 200) -> Any:
        """A deterministic, schema-valid answer. Raises KeyError for a status that the document does not name."""
        answer = self.answers[status]
        return self._examples(answer.schema, answer.example)

    def body_example(self) -> Any:
        """A deterministic, schema-valid request body; None for an operation that takes none."""
        return None if self.body is None else self._examples.of_request(self.body.schema)
