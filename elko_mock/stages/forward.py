"""Forward: the last step of every line that ends at a real server; sends one request and gives back its answer."""

from types import TracebackType
from typing import Self

import httpx

from elko_mock.exchange.messages import Request, Response

_OWN = frozenset({b"authorization", b"host", b"content-length"})
"""Header fields that are written anew: the first was lifted out of the message, the others follow from it."""

_NEEDS_LENGTH = frozenset({"POST", "PUT", "PATCH"})


class NoAnswer(Exception):
    """The provider gave no answer: not reached, TLS refused, timed out, or the connection broke."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        """`connect`, `tls`, `timeout`, `broken` or `too-large`."""


class Forward:
    """Sends requests to one base URL and no other: redirects are given back, not followed; proxies, `.netrc` and all
    other settings of the environment are not looked at; bodies come back as sent, still compressed."""

    __slots__ = ("_base", "_client", "_max_body", "_prefix")

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 60.0,
        verify_tls: bool = True,
        max_body: int = 512 * 1024 * 1024,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`base_url`: scheme, host, port and perhaps a path put before every request's. `timeout`: seconds without a
        byte. `max_body`: bytes of an answer's body as sent. `transport`: instead of the network, for tests."""
        url = httpx.URL(base_url)
        self._base = url
        self._prefix = url.raw_path.split(b"?")[0].rstrip(b"/")
        self._max_body = max_body
        self._client = httpx.AsyncClient(
            transport=transport,
            verify=verify_tls,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=4),
        )

    async def __call__(self, call: Request) -> Response:
        """Raises NoAnswer."""
        url = self._base.copy_with(raw_path=self._prefix + call.target.encode("ascii"))
        headers = [(name, value) for name, value in call.headers if name.lower() not in _OWN]
        if call.authorization is not None:
            headers.append((b"authorization", call.authorization.encode("latin-1")))
        if not call.body and call.method in _NEEDS_LENGTH:
            headers.append((b"content-length", b"0"))
        request = httpx.Request(call.method, url, headers=headers, content=call.body or None)
        try:
            answer = await self._client.send(request, stream=True, auth=None)
            try:
                body = await self._body(answer)
            finally:
                await answer.aclose()
        except httpx.TimeoutException:
            raise NoAnswer("timeout", "no byte for too long") from None
        except httpx.ConnectError as wrong:
            text = str(wrong)
            raise NoAnswer(
                "tls" if "certificate" in text.lower() or "ssl" in text.lower() else "connect", text
            ) from wrong
        except (httpx.TransportError, httpx.DecodingError) as wrong:
            raise NoAnswer("broken", str(wrong) or type(wrong).__name__) from wrong
        fields = tuple((name.lower(), value) for name, value in answer.headers.raw)
        return Response(answer.status_code, fields, body)

    async def _body(self, answer: httpx.Response) -> bytes:
        parts: list[bytes] = []
        length = 0
        async for part in answer.aiter_raw():
            length += len(part)
            if length > self._max_body:
                raise NoAnswer("too-large", f"the body is longer than {self._max_body} bytes")
            parts.append(part)
        return b"".join(parts)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
