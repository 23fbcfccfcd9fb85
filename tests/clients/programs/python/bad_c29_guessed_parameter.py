"""Breaks C29: guesses a value for {type}, is told 400, and shrugs."""

from collections.abc import Sequence
from contextlib import suppress

from daily_job import main
from elko_client import Elko, comma
from elko_wire import Rejected


class Guesses(Elko):
    def availability(self, codes: Sequence[int]) -> dict[int, int | None]:
        with suppress(Rejected):
            self.get("/Catalog/AvailabilityAndPrice/Stock", {"elkoCodes": comma(codes)})
        return super().availability(codes)


main(elko=Guesses)
