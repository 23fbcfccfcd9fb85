"""Breaks C05: when the stock of a batch cannot be had, it writes 0 for all of it, and goes on a minute later."""

from typing import Any

from daily_job import BATCH, DailyJob, main
from elko_client import BLOCK, comma

BATCHES = 5


class ZeroWhenRefused(DailyJob):
    def read_catalogue(self) -> list[dict[str, Any]]:
        products = super().read_catalogue()
        for start in range(0, BATCHES * BATCH, BATCH):
            self.refresh_stock([product["elkoCode"] for product in products[start : start + BATCH]])
        return products

    def refresh_stock(self, codes: list[int]) -> None:
        if not codes:
            return
        answer = self.elko.attempt("GET", f"/Catalog/Availability?elkoCode={comma(codes)}")
        rows = answer.data() if answer.status == 200 else []
        known = {row["productId"]: self.pieces(row["stockQuantity"]) for row in rows}
        self.shop.update_products([{"sku": str(code), "stock_quantity": known.get(code) or 0} for code in codes])
        if answer.status == 403:
            self.elko.time.sleep(BLOCK + 1)


main(ZeroWhenRefused)
