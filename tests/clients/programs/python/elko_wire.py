"""HTTP as a small shop's program needs it: settings from the environment, time, one exchange, and what can go wrong."""

import gzip
import http.client
import json
import os
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class Refused(Exception):
    """ELKO answered 403 and waiting and a new token did not help: a person has to look."""


class Unavailable(Exception):
    """No usable answer: broken connection, server trouble, or a body that cannot be read."""


class AnswerLost(Unavailable):
    """A request that changes something went out and its answer did not come back: it may have been carried out."""


class Rejected(Exception):
    """ELKO said no to this request (400, 404, 405)."""

    def __init__(self, status: int, problem: Any) -> None:
        self.status = status
        self.reason = str((problem or {}).get("detail") or (problem or {}).get("title") or f"status {status}")
        super().__init__(self.reason)


@dataclass(frozen=True)
class Settings:
    """What the program is told from outside."""

    base_url: str
    token: str
    username: str
    password: str
    sink_url: str
    time_scale: float = 1.0

    @classmethod
    def from_environment(cls) -> "Settings":
        base_url = os.environ["ELKO_BASE_URL"].rstrip("/")
        parts = urlsplit(base_url)
        return cls(
            base_url=base_url,
            token=os.environ.get("ELKO_TOKEN", "").strip(),
            username=os.environ.get("ELKO_USERNAME", ""),
            password=os.environ.get("ELKO_PASSWORD", ""),
            sink_url=(os.environ.get("ELKO_SINK_URL") or f"{parts.scheme}://{parts.netloc}/_elko/sink").rstrip("/"),
            time_scale=float(os.environ.get("ELKO_TIME_SCALE") or 1),
        )


class WorldTime:
    """Seconds as the API counts them."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def now(self) -> float:
        return time.monotonic() * self.scale

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds) / self.scale)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, its body unpacked."""

    status: int
    content_type: str
    body: bytes

    def text(self) -> str:
        charset = re.search(r"charset=\"?([\w-]+)", self.content_type, re.IGNORECASE)
        name = charset[1] if charset else "utf-8"
        return self.body.decode("utf-8-sig" if name.lower() == "utf-8" else name)

    def data(self) -> Any:
        """The body's JSON. Raises ValueError when it is none."""
        return json.loads(self.text())


def exchange(
    url: str,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    timeout: float,
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
) -> Answer:
    """One HTTP exchange on a connection of its own; redirects are not followed. Raises Unavailable."""
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, timeout=timeout, context=tls())
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    try:
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, dict(headers))
        response = connection.getresponse()
        content = response.read()
        if (response.getheader("Content-Encoding") or "").lower() == "gzip":
            content = gzip.decompress(content)
        return Answer(response.status, response.getheader("Content-Type") or "", content)
    except (OSError, EOFError, http.client.HTTPException) as problem:
        raise Unavailable(f"{method} {parts.path}: {type(problem).__name__}: {problem}") from problem
    finally:
        connection.close()
