"""Breaks C18: no answer to an order means no order, it thinks, and posts again."""

from typing import Any

from daily_job import main
from elko_client import Elko
from elko_wire import AnswerLost


class PostsAgain(Elko):
    def place(self, order: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.request("POST", "/Orders", order)
        except AnswerLost:
            self.time.sleep(5)
            return self.request("POST", "/Orders", order)


main(elko=PostsAgain)
