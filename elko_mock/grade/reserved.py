"""Reserved: what each reservation holds, as the service's answers told it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from elko_mock.grade.call import Call
from elko_mock.grade.purchase import Purchase
from elko_mock.grade.told import read_code, read_quantity

_TELLS = frozenset({"createReservation", "getReservation", "updateReservation", "listReservations"})
_NOTHING: Mapping[int, int] = {}


class Reserved:
    """Grows with each answer about a reservation."""

    def __init__(self) -> None:
        self._held: dict[str, Mapping[int, int]] = {}

    def see(self, call: Call) -> None:
        """Note what an answer says of one reservation or several."""
        if call.operation in _TELLS and call.succeeded:
            value = call.answer.value
            for row in value if isinstance(value, list) else [value]:
                if isinstance(row, dict) and isinstance(row.get("lines"), list):
                    self._held[str(row.get("id"))] = _pieces(row["lines"])

    def held_for(self, purchase: Purchase) -> Mapping[int, int] | None:
        """Pieces by code that the order's reservation holds: nothing if it names none, None if what it names was
        never told."""
        return _NOTHING if purchase.reservation is None else self._held.get(purchase.reservation)


def _pieces(lines: list[Any]) -> Mapping[int, int]:
    total: Counter[int] = Counter()
    for line in lines:
        if isinstance(line, dict):
            code, quantity = read_code(line.get("elkoCode")), read_quantity(line.get("quantity"))
            if code is not None and quantity is not None:
                total[code] += quantity.pieces
    return total
