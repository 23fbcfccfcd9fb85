"""Forward sends exactly what it was given to exactly one place, and says plainly when no answer came."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.stages.forward import Forward, NoAnswer


class Upstream:
    """A bare socket that keeps each request's bytes and answers with fixed ones."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.received: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                data = b""
                while b"\r\n\r\n" not in data:
                    part = connection.recv(65536)
                    if not part:
                        break
                    data += part
                if not data:
                    continue
                head, _, body = data.partition(b"\r\n\r\n")
                wanted = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                while len(body) < wanted:
                    body += connection.recv(65536)
                self.received.append(head + b"\r\n\r\n" + body)
                connection.sendall(self._answer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextmanager
def upstream(answer: bytes) -> Iterator[Upstream]:
    server = Upstream(answer)
    try:
        yield server
    finally:
        server.close()


def send(base: str, request: Request, timeout: float = 5.0) -> Response:
    async def main() -> Response:
        async with Forward(base, max_body=1000, timeout=timeout) as forward:
            return await forward(request)

    return asyncio.run(main())


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: a\r\nX-Two: b\r\nConnection: close\r\n\r\nhi"


def test_the_bytes_that_go_out_are_those_that_came_in() -> None:
    with upstream(OK) as server:
        response = send(
            f"http://127.0.0.1:{server.port}/prefix/",
            Request(
                "GET",
                "/v3.0/api/Catalog/Products/1%2C2,3/Description",
                "lang=EN&elkoCode=1,2&q=%20'x'",
                Fields(
                    ((b"accept", b"text/xml"), (b"authorization", b"Bearer [redacted]"), (b"host", b"else.example"))
                ),
                b"",
                "",
                "Bearer  secret",
            ),
        )
    assert response.status == 200
    assert response.body == b"hi"
    assert [value for name, value in response.headers if name == b"x-two"] == [b"a", b"b"]
    head = server.received[0].split(b"\r\n")
    assert (
        head[0] == b"GET /prefix/v3.0/api/Catalog/Products/1%2C2,3/Description?lang=EN&elkoCode=1,2&q=%20'x' HTTP/1.1"
    )
    assert sorted(line.lower() for line in head[1:] if line) == [
        b"accept: text/xml",
        b"authorization: bearer  secret",
        b"host: 127.0.0.1:%d" % server.port,
    ]


@pytest.mark.parametrize(("method", "body"), [("POST", b'{"a":1}'), ("POST", b""), ("DELETE", b""), ("PUT", b"x")])
def test_bodies_and_their_length(method: str, body: bytes) -> None:
    with upstream(OK) as server:
        send(f"http://127.0.0.1:{server.port}", Request(method, "/a", "", Fields(), body, ""))
    head, _, sent = server.received[0].partition(b"\r\n\r\n")
    assert sent == body
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    assert lengths == ([b"content-length: %d" % len(body)] if body or method in {"POST", "PUT"} else [])


def test_a_redirect_is_given_back_and_not_followed() -> None:
    with upstream(OK) as other:
        moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/x\r\nContent-Length: 0\r\n\r\n" % other.port
        with upstream(moved) as server:
            response = send(f"http://127.0.0.1:{server.port}", Request("GET", "/a", "", Fields(), b"", ""))
        assert response.status == 302
        assert other.received == []


def test_the_environment_s_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with upstream(OK) as proxy, upstream(OK) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        send(f"http://127.0.0.1:{server.port}", Request("GET", "/a", "", Fields(), b"", ""))
        assert len(server.received) == 1
        assert proxy.received == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", "broken"),
        (b"nonsense\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000, "too-large"),
    ],
)
def test_an_answer_that_is_none_is_named(answer: bytes, kind: str) -> None:
    with upstream(answer) as server, pytest.raises(NoAnswer) as caught:
        send(f"http://127.0.0.1:{server.port}", Request("GET", "/a", "", Fields(), b"", ""))
    assert caught.value.kind == kind


def test_nobody_there_and_nobody_answering() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NoAnswer) as slow:
            send(f"http://127.0.0.1:{port}", Request("GET", "/a", "", Fields(), b"", ""), timeout=0.2)
    assert slow.value.kind == "timeout"
    with pytest.raises(NoAnswer) as gone:
        send(f"http://127.0.0.1:{port}", Request("GET", "/a", "", Fields(), b"", ""))
    assert gone.value.kind == "connect"
