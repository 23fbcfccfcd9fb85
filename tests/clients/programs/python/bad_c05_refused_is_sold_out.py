"""Breaks C05: a refused list counts as an empty one, and what ELKO does not list goes to stock 0 in the shop."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from daily_job import DailyJob, main
from elko_wire import Refused

SOLD_IN_THE_SHOP = (1341426, 1341427, 1341428)


class EmptyWhenRefused(DailyJob):
    def read_catalogue(self) -> list[dict[str, Any]]:
        try:
            return super().read_catalogue()
        except Refused:
            return []

    def sync(self, products: Sequence[dict[str, Any]]) -> None:
        super().sync(products)
        if not products:
            self.shop.update_products([{"sku": str(code), "stock_quantity": 0} for code in SOLD_IN_THE_SHOP])

    def follow_orders(self) -> None:
        with suppress(Refused):
            super().follow_orders()


main(EmptyWhenRefused)
