"""Breaks C17: the shop's "paid" and "processing" hooks both hand the order on; nobody asks whether it went already."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from daily_job import DailyJob, main


class TwoHooks(DailyJob):
    def submit(self, reference: str, lines: list[dict[str, Any]], expected: Mapping[int, Decimal | None]) -> None:
        for _hook in ("woocommerce_payment_complete", "woocommerce_order_status_processing"):
            super().submit(reference, lines, expected)


main(TwoHooks)
