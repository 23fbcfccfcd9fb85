"""Breaks C12: a stock watcher that signs in at its start and whenever its token is dead, however often that is.

One of it is harmless. Two of it on one account kill each other's token for ever.
"""

from collections.abc import Sequence
from typing import Any

from daily_job import DailyJob, main
from elko_client import Elko
from elko_wire import Refused

ROUNDS = 16
INTERVAL = 40
TRIES = 4


class NeverGivesUp(Elko):
    def request(self, method: str, path: str, body: Any = None, *, patience: float = 30) -> Any:
        for _ in range(TRIES - 1):
            try:
                return super().request(method, path, body, patience=patience)
            except Refused:  # the other one has signed in as well, between this one's signing in and asking
                continue
        return super().request(method, path, body, patience=patience)

    def refresh(self) -> None:
        self.token = self.new_token()


class Watcher(DailyJob):
    def __call__(self) -> None:
        self.elko.token = self.elko.new_token()
        super().__call__()

    def sync(self, products: Sequence[dict[str, Any]]) -> None:
        super().sync(products)
        codes = [int(product["elkoCode"]) for product in products[:20]]
        for _ in range(ROUNDS if codes else 0):
            self.elko.time.sleep(INTERVAL)
            stock = self.elko.availability(codes)
            known = [{"sku": str(code), "stock_quantity": left} for code, left in stock.items() if left is not None]
            self.shop.update_products(known)


main(Watcher, NeverGivesUp)
