"""Scope: the curated list of operations that only read, and what a run may therefore send."""

from collections.abc import Iterable, Sequence

from elko_mock.contract.operations import Operation
from elko_mock.stages.guard import Permit

READ_ONLY = frozenset(
    {
        "getCategories",
        "getCategoryTree",
        "getVendors",
        "getProducts",
        "getProductDescription",
        "getMediaItems",
        "getAvailabilityAndPrice",
        "getAvailability",
        "listOrders",
        "getOrder",
        "listReservations",
        "getReservation",
        "getCart",
        "listInvoices",
        "listInvoicesByDate",
        "getMyAccount",
    }
)
"""Chosen by hand, by name: that an operation is a GET does not prove that it changes nothing (a token could be issued
by one), and a document read from elsewhere may say anything. The names are those of the vendored document; an
operation of another document counts when it was recognised as one of these by its method and path."""

_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
"""What a provider that may be written to is sent, on the paths of the document: also verbs that a path does not have,
for the 405 they are due."""


def is_read_only(operation: Operation) -> bool:
    """Whether the curated list has it, and it is a GET."""
    return operation.known_as in READ_ONLY and operation.method == "GET"


def in_scope(operations: Iterable[Operation], *, writes: bool) -> tuple[Operation, ...]:
    """The operations that a run may exercise, in the document's order."""
    return tuple(operation for operation in operations if writes or is_read_only(operation))


def permits(operations: Sequence[Operation], *, writes: bool) -> tuple[Permit, ...]:
    """What the guard lets through for these operations."""
    if writes:
        return tuple(Permit(verb, operation.path) for operation in operations for verb in _VERBS)
    return tuple(Permit("GET", operation.path) for operation in operations if is_read_only(operation))
