"""Breaks C02: "50 calls in 10 seconds" is read as "wait 10 seconds and go on", so it keeps calling into the block."""

from typing import Any

from daily_job import main
from elko_client import BLOCK, WINDOW, Elko
from elko_wire import Answer


class TenSecondsWillDo(Elko):
    def sit_out(self, method: str, path: str, body: Any, patience: float) -> Answer:
        for _ in range(BLOCK // WINDOW + 1):
            self.time.sleep(WINDOW)
            answer = self.attempt(method, path, body, patience=patience)
            if answer.status != 403:
                break
        return answer


main(elko=TenSecondsWillDo)
