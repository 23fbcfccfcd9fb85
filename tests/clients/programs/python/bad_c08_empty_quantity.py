"""Breaks C08: knows `>50` and null, and falls over `""`."""

from daily_job import DailyJob, main


class NumbersOnly(DailyJob):
    def pieces(self, quantity: str | None) -> int | None:
        return None if quantity is None else int(quantity.lstrip(">"))


main(NumbersOnly)
