"""Breaks C24: never looks at the status of an order's answer: a refusal for stock brings it down."""

from typing import Any

from daily_job import main
from elko_client import Elko
from elko_wire import Rejected


class NoWasNotExpected(Elko):
    def place(self, order: dict[str, Any]) -> dict[str, Any]:
        try:
            placed = super().place(order)
        except Rejected as no:
            placed = {"title": no.reason}
        return {"id": placed["id"], "lines": [line | {"quantity": line["quantity"]} for line in placed["lines"]]}


main(elko=NoWasNotExpected)
