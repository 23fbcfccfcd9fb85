"""Breaks C03: retries any failure at once, eight times, and only then waits the minute."""

from typing import Any

from daily_job import main
from elko_client import Elko
from elko_wire import Answer


class Impatient(Elko):
    def sit_out(self, method: str, path: str, body: Any, patience: float) -> Answer:
        for _ in range(8):
            answer = self.attempt(method, path, body, patience=patience)
            if answer.status != 403:
                return answer
        return super().sit_out(method, path, body, patience)


main(elko=Impatient)
