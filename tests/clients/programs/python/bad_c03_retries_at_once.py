"""Breaks C03: takes a 403 for a dead token, and when there is no other to be had tries and tries, at once."""

from contextlib import suppress
from typing import Any

from daily_job import main
from elko_client import Elko
from elko_wire import Answer, Refused


class TriesAndTries(Elko):
    def sit_out(self, method: str, path: str, body: Any, patience: float) -> Answer:
        with suppress(Refused):
            self.token = self.new_token()
        for _ in range(4):
            answer = self.attempt(method, path, body, patience=patience)
            if answer.status != 403:
                return answer
        return super().sit_out(method, path, body, patience)


main(elko=TriesAndTries)
