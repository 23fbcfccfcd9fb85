"""Breaks C11: takes every 403 for the rate limit, so a replaced token keeps it waiting and asking in vain."""

from typing import Any

from daily_job import main
from elko_client import Elko
from elko_wire import Answer, Refused


class AlwaysTheLimit(Elko):
    def sit_out(self, method: str, path: str, body: Any, patience: float) -> Answer:
        for _ in range(3):
            answer = super().sit_out(method, path, body, patience)
            if answer.status != 403:
                return answer
        return answer

    def refresh(self) -> None:
        raise Refused("still blocked after three minutes")


main(elko=AlwaysTheLimit)
