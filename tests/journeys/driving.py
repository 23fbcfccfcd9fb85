"""Drives a mock as a client would: over a real port or in process, in JSON or in XML."""

import asyncio
import gzip
import http.client
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from elko_mock.contract.contract import Contract, Match
from elko_mock.server.app import Mock
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation, parse_content_type

Form = Literal["json", "xml"]
BASE = "/v3.0/api"
_TYPES: Mapping[Form, str] = {"json": "application/json", "xml": "application/xml"}


@dataclass(frozen=True)
class Reply:
    """An answer, read."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    data: Any

    @property
    def reason(self) -> str | None:
        """Why it was refused, as the debug header says."""
        return self.headers.get("x-elko-reason")


Send = Callable[[str, str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]]


def over_port(url: str) -> Send:
    """Each request on a connection of its own."""
    host = urlsplit(url).netloc

    def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            return _sent(connection, method, target, headers, body)
        finally:
            connection.close()

    return send


@contextmanager
def over_one_connection(url: str) -> Iterator[Send]:
    """All requests on one connection, kept open; a new one after it has failed. For one thread."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        try:
            return _sent(connection, method, target, headers, body)
        except BaseException:
            connection.close()
            raise

    with closing(connection):
        yield send


def _sent(
    connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    connection.request(method, target, body=body or None, headers=dict(headers))
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def in_process(app: Callable[..., Any]) -> Send:
    """Each request as one ASGI scope, from 127.0.0.1."""

    def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(app(scope, receive, collect))
        answered = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return sent[0]["status"], answered, b"".join(one.get("body", b"") for one in sent[1:])

    return send


@dataclass
class Client:
    """A client of the API: one token, one representation."""

    send: Send
    form: Form = "json"
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    contract: Contract = field(default_factory=Contract.load)

    def get(self, path: str, query: Mapping[str, Any] | Sequence[tuple[str, Any]] | str = "") -> Reply:
        """GET below the base path."""
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Any) -> Reply:
        """POST below the base path."""
        return self.ask("POST", path, body=body)

    def put(self, path: str, body: Any) -> Reply:
        """PUT below the base path."""
        return self.ask("PUT", path, body=body)

    def delete(self, path: str) -> Reply:
        """DELETE below the base path."""
        return self.ask("DELETE", path)

    def ask(self, method: str, path: str, *, query: Any = "", body: Any = None) -> Reply:
        """One request, its body in the client's representation."""
        target = BASE + quote(path, safe="/,:@%")
        if query:
            target += "?" + (query if isinstance(query, str) else urlencode(query, doseq=True))
        headers = {"Accept": _TYPES[self.form], **self.headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        raw = b""
        if body is not None:
            headers["Content-Type"] = _TYPES[self.form]
            raw = self._encoded(method, path, body)
        status, answered, answer = self.send(method, target, headers, raw)
        if answered.get("content-encoding") == "gzip":
            answer = gzip.decompress(answer)
        return Reply(status, answered, answer, self._decoded(method, path, status, answered, answer))

    def _encoded(self, method: str, path: str, body: Any) -> bytes:
        if self.form == "json":
            return json.dumps(body).encode()
        found = self.contract.match(method, BASE + path)
        assert isinstance(found, Match)
        assert found.operation.body is not None
        codec = Codec(found.operation.body.schema, self.contract.components)
        return codec.encode(body, Representation("application/xml", "xml"))

    def _decoded(self, method: str, path: str, status: int, headers: Mapping[str, str], raw: bytes) -> Any:
        content_type = parse_content_type(headers.get("content-type"))
        if not raw:
            return None
        if "json" in content_type.media_type:
            return json.loads(raw)
        found = self.contract.match(method, BASE + path)
        if status != 200 or not isinstance(found, Match):
            return raw.decode()
        codec = Codec(found.operation.answers[200].schema, self.contract.components)
        return codec.decode(raw, content_type)


def world_of(mock: Mock, **wanted: Any) -> Any:
    """A new world of a mock in this process."""
    return mock.worlds.create(**wanted)
