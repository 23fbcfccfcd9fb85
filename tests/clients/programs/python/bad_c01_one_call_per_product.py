"""Breaks C01: asks for each new product's text and pictures by itself, as fast as the line allows."""

from collections.abc import Sequence

from daily_job import DailyJob, main
from elko_client import Elko


class Unpaced(Elko):
    def pace(self) -> None:
        pass


class OneByOne(DailyJob):
    def read_details(self, codes: Sequence[int]) -> None:
        for code in codes[:30]:
            self.elko.descriptions([code])
            self.elko.media([code])


main(OneByOne, Unpaced)
