"""Breaks C07: orders what the daily list had in stock, without asking again."""

from collections.abc import Mapping, Sequence
from typing import Any

from daily_job import DailyJob, main


class TrustsTheMorning(DailyJob):
    def stock_before_order(self, products: Sequence[Mapping[str, Any]]) -> dict[int, int | None]:
        return {int(product["elkoCode"]): self.pieces(product["quantity"]) for product in products}


main(TrustsTheMorning)
