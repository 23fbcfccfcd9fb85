"""Breaks C14: every product has a name, it thinks."""

from collections.abc import Mapping
from typing import Any

from daily_job import DailyJob, main


class NamesAreText(DailyJob):
    def title(self, product: Mapping[str, Any]) -> str | None:
        return product["name"].strip().title()


main(NamesAreText)
