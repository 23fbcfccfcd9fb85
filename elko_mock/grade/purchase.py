"""Purchase: what a `POST Orders` asks for, read for comparison."""

import re
from collections import Counter
from typing import Any, NamedTuple

from elko_mock.exchange.redaction import folded
from elko_mock.grade.told import read_code

_ADDRESS = (
    "company", "contactname", "addressline1", "street", "house", "apartment", "city", "postalcode", "country",
    "pickuppoint",
)  # fmt: skip
_FIGURE = re.compile(r"\s*+([0-9]{1,18})\s*+")
"""More digits are no quantity of anything."""


class Line(NamedTuple):
    """One line asked for."""

    code: int | None
    quantity: Any
    """As sent."""
    price: Any
    """As sent; None when left out."""

    @property
    def pieces(self) -> int | None:
        """The quantity, if it is a whole number of at least one piece."""
        if isinstance(self.quantity, bool):
            return None
        if isinstance(self.quantity, str):
            figure = _FIGURE.fullmatch(self.quantity)
            return (int(figure[1]) or None) if figure else None
        if isinstance(self.quantity, float) and self.quantity.is_integer():
            return int(self.quantity) if self.quantity >= 1 else None
        return self.quantity if isinstance(self.quantity, int) and self.quantity >= 1 else None


class Purchase(NamedTuple):
    """One order as the client asked for it."""

    lines: tuple[Line, ...]
    reference: str
    """The end customer's purchase order number; empty when not given."""
    address: tuple[str, ...]
    """Where it is to go; in an exported journal the parts are marks, equal for equal values."""
    reservation: str | None

    @property
    def codes(self) -> frozenset[int]:
        """The ELKO codes ordered."""
        return frozenset(line.code for line in self.lines if line.code is not None)

    @property
    def pieces(self) -> dict[int, int]:
        """Pieces by code, lines of the same code together; lines that make no sense left out."""
        total: Counter[int] = Counter()
        for line in self.lines:
            if line.code is not None and line.pieces is not None:
                total[line.code] += line.pieces
        return dict(total)

    @property
    def contents(self) -> frozenset[tuple[int, int]]:
        """What is ordered, whatever the order of its lines."""
        return frozenset(self.pieces.items())

    def same_order(self, other: "Purchase") -> bool:
        """Whether the two would be taken for one order: the same reference, or the same lines to the same address."""
        if self.reference and self.reference == other.reference:
            return True
        return bool(self.contents) and self.contents == other.contents and self.address == other.address


def read_purchase(data: Any) -> Purchase | None:
    """The order in a request's body; None when there is none to be seen. Property names without regard to case."""
    order = _lower(data)
    rows = order.get("lines")
    if not isinstance(rows, list):
        return None
    lines = []
    for row in rows:
        fields = _lower(row)
        lines.append(Line(read_code(fields.get("elkocode")), fields.get("quantity"), fields.get("price")))
    user = _lower(order.get("enduser"))
    return Purchase(
        tuple(lines),
        _text(user.get("customerpo")),
        (_text(order.get("shipto")), *(_text(user.get(name)) for name in _ADDRESS)),
        _scalar(order.get("reservationid")) or None,
    )


def _lower(data: Any) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in data.items()} if isinstance(data, dict) else {}


def _text(value: Any) -> str:
    """As it is compared: without regard to case and spacing."""
    return folded(_scalar(value))


def _scalar(value: Any) -> str:
    """As sent; nothing for what is no text or number."""
    return str(value) if isinstance(value, str | int | float) else ""
