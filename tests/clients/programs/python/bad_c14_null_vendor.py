"""Breaks C14: every product has a vendor, it thinks."""

from collections.abc import Mapping
from typing import Any

from daily_job import DailyJob, main


class VendorsHaveNames(DailyJob):
    def brand(self, product: Mapping[str, Any]) -> str | None:
        return product["vendorName"].strip().title()


main(VendorsHaveNames)
