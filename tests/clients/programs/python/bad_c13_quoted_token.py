"""Breaks C13: the pictures' helper reads the token from a JSON settings cache and forgets to take the quotes off."""

import json
from collections.abc import Sequence
from typing import Any

from daily_job import main
from elko_client import BLOCK, Elko


class QuotedForPictures(Elko):
    quoted = False
    pictures = True

    def headers(self) -> dict[str, str]:
        token = json.dumps(self.token) if self.quoted else self.token
        return super().headers() | {"Authorization": f"Bearer {token}"}

    def media(self, codes: Sequence[int]) -> list[dict[str, Any]]:
        if self.pictures:
            self.quoted = True
            self.pictures = self.attempt("GET", f"/Catalog/MediaItems/{codes[0]}").status == 200
            self.quoted = False
            self.time.sleep(BLOCK + 1)
        return []


main(elko=QuotedForPictures)
