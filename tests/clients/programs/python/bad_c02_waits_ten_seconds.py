"""Breaks C02: "50 calls in 10 seconds" is read as "wait 10 seconds and go on", in the middle of the block."""

from typing import Any

from daily_job import main
from elko_client import WINDOW, Elko
from elko_wire import Answer


class TenSecondsWillDo(Elko):
    def sit_out(self, method: str, path: str, body: Any, patience: float) -> Answer:
        self.time.sleep(WINDOW)
        return self.attempt(method, path, body, patience=patience)


main(elko=TenSecondsWillDo)
