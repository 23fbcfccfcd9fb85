"""Bare ASGI behind uvicorn as it comes, at its fastest settings: the two limits. `python -m benchmarks.bare`.

`/ready/NAME` sends a file's bytes ready made; `/anew` parses the codes of the query and serialises their rows with
orjson; `/anew/same` serialises the same rows again and again.
"""

import sys
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from elko_mock.exchange.asgi import Receive, Scope, Send

_TYPES = {".json": b"application/json; charset=utf-8", ".xml": b"application/xml; charset=utf-8"}


class Bare:
    """The least an ASGI application can do."""

    def __init__(self, answers: Path) -> None:
        """`answers`: the folder of the files to send."""
        self._ready = {f"/ready/{path.name}": _whole(path.read_bytes(), path.suffix) for path in answers.iterdir()}
        self._same = orjson.loads((answers / "same.json").read_bytes())
        self._rows = {row["elkoCode"]: row for row in orjson.loads((answers / "full.json").read_bytes())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection scope."""
        if scope["type"] == "lifespan":
            for phase in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{phase}.complete"})
            return
        path = scope["path"]
        if path == "/anew":
            codes = scope["query_string"].partition(b"=")[2].split(b",")
            start, body = _whole(orjson.dumps([self._rows[int(code)] for code in codes]), ".json")
        elif path == "/anew/same":
            start, body = _whole(orjson.dumps(self._same), ".json")
        else:
            start, body = self._ready[path]
        await send(start)
        await send(body)


def _whole(body: bytes, suffix: str) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [(b"content-type", _TYPES[suffix]), (b"content-length", b"%d" % len(body))]
    return (
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


if __name__ == "__main__":
    uvicorn.run(
        Bare(Path(sys.argv[2])),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
    )
