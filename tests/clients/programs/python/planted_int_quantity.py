"""Planted for fuzz-client: `int(">50")`."""

from daily_job import DailyJob, main


class PlainInt(DailyJob):
    def pieces(self, quantity: str | None) -> int | None:
        return int(quantity) if quantity else None


main(PlainInt)
