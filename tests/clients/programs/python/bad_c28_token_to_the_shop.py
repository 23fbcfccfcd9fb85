"""Breaks C28: one set of default headers for everything, so the shop's server is handed ELKO's token too."""

from daily_job import Shop, main
from elko_wire import Settings


class SharedHeaders(Shop):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.token = settings.token

    def headers(self) -> dict[str, str]:
        return super().headers() | {"Authorization": f"Bearer {self.token}"}


main(shop=SharedHeaders)
