"""Breaks C10: signs in again before every call."""

from typing import Any

from daily_job import main
from elko_client import Elko
from elko_wire import Answer


class SignsInEachTime(Elko):
    def attempt(self, method: str, path: str, body: Any = None, *, patience: float = 30) -> Answer:
        self.token = self.new_token()
        return super().attempt(method, path, body, patience=patience)


main(elko=SignsInEachTime)
