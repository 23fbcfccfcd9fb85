"""The guard passes what its permits name and nothing else, however the rest is dressed up."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.stages.guard import Guard, HeldBack, Permit

PERMITS = (
    Permit("GET", "/v3.0/api/Orders"),
    Permit("GET", "/v3.0/api/Orders/{id}"),
    Permit("GET", "/v3.0/api/Catalog/Products"),
    Permit("GET", "/v3.0/api/Catalog/Products/{elkoCode}/Description"),
)
GUARD = Guard("api.example.test:8443", PERMITS)


def request(
    *,
    method: str = "GET",
    path: str = "/v3.0/api/Orders",
    query: str = "",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    body: bytes = b"",
    authorization: str | None = "Bearer t",
) -> Request:
    return Request(method, path, query, Fields(headers), body, "", authorization)


def passes(guard: Guard, call: Request) -> bool:
    """Whether the stage passed the call on, unchanged; if not, it must have said why."""
    seen: list[Request] = []

    async def proceed(passed: Request) -> Response:
        seen.append(passed)
        return Response(200, (), b"")

    async def go() -> Response:
        return await guard(call, proceed)

    if guard.objection(call) is None:
        asyncio.run(go())
        assert seen == [call]
        return True
    with pytest.raises(HeldBack, match=r"held back: .{10}"):
        asyncio.run(go())
    assert seen == []
    return False


@pytest.mark.parametrize(
    "call",
    [
        request(),
        request(path="/v3.0/api/orders/"),
        request(path="/V3.0/API/ORDERS/123"),
        request(path="/v3.0/api/Catalog/Products", query="elkoCode=1,2&elkoCode=3&vendorCode=&lang=EN"),
        request(path="/v3.0/api/Catalog/Products/1%2C2/Description"),
        request(path="/v3.0/api/Orders/%C3%A9"),
        request(
            headers=(
                (b"accept", b"application/xml"),
                (b"accept-encoding", b"gzip"),
                (b"content-type", b"application/json"),
                (b"user-agent", b"x"),
                (b"host", b"API.example.test:8443"),
                (b"authorization", b"Bearer [redacted]"),
            )
        ),
    ],
)
def test_what_a_permit_names_goes_through(call: Request) -> None:
    assert passes(GUARD, call)


@pytest.mark.parametrize(
    "method",
    ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get", "GET ", "", "GE"],
)
def test_every_other_verb_is_held_back(method: str) -> None:
    assert not passes(GUARD, request(method=method))


@pytest.mark.parametrize(
    "path",
    [
        "/v3.0/api/Token",
        "/v3.0/api/Cart/Add",
        "/v3.0/api/Orders/1/2",
        "/v3.0/api",
        "/",
        "",
        "*",
        "v3.0/api/Orders",
        "//evil.example/v3.0/api/Orders",
        "http://api.example.test:8443/v3.0/api/Orders",
        "https://evil.example/v3.0/api/Orders",
        "/v3.0/api/Orders?x=1",
        "/v3.0/api/Orders#x",
        "/v3.0/api/Orders/..",
        "/v3.0/api/Orders/.",
        "/v3.0/api/Orders/%2e%2e",
        "/v3.0/api/Orders/%252e%252e",
        "/v3.0/api/Orders/..;a",
        "/v3.0/api/Orders/..%2FToken",
        "/v3.0/api/Orders/a%5Cb",
        "/v3.0/api/Orders/a\\b",
        "/v3.0/api/Orders/a%00",
        "/v3.0/api/Orders/a%0d%0aX:1",
        "/v3.0/api/Orders/a b",
        "/v3.0/api/Orders/a\r\nX: 1",
        "/v3.0/api/Orders/é",
        "/v3.0/api/Orders/%zz",
        "/v3.0/api/Orders/%",
        "/v3.0/api//Orders",
        "/v3.0/api/Orders//",
        "/v3.0/api/Catalog/Products//Description",
    ],
)
def test_every_other_target_is_held_back(path: str) -> None:
    assert not passes(GUARD, request(path=path))


@pytest.mark.parametrize(
    "query",
    [
        "_method=DELETE",
        "a=1&_METHOD=put",
        "%5Fmethod=DELETE",
        "X-HTTP-Method-Override=POST",
        "a=1;_method=x",
        "a b",
        "a\n",
        "é=1",
        "a=%",
    ],
)
def test_a_query_that_overrides_or_breaks_out_is_held_back(query: str) -> None:
    assert not passes(GUARD, request(query=query))


@pytest.mark.parametrize(
    "headers",
    [
        ((b"x-http-method-override", b"DELETE"),),
        ((b"X-HTTP-Method", b"DELETE"),),
        ((b"x-method-override", b"DELETE"),),
        ((b"x-original-url", b"/v3.0/api/Token"),),
        ((b"x-rewrite-url", b"/v3.0/api/Token"),),
        ((b"x-forwarded-host", b"evil.example"),),
        ((b"forwarded", b"host=evil.example"),),
        ((b"transfer-encoding", b"chunked"),),
        ((b"connection", b"upgrade"),),
        ((b"upgrade", b"h2c"),),
        ((b"content-length", b"5"),),
        ((b"host", b"evil.example"),),
        ((b"host", b"api.example.test"),),
        ((b"accept", b"a\r\nX-HTTP-Method-Override: DELETE"),),
        ((b"accept", b"a"), (b"Accept", b"b")),
        ((b"cookie", b"a=b"),),
    ],
)
def test_every_other_header_is_held_back(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert not passes(GUARD, request(headers=headers))


def test_a_get_with_a_body_and_a_token_with_a_line_end_are_held_back() -> None:
    assert not passes(GUARD, request(body=b"x"))
    assert not passes(GUARD, request(authorization="Bearer a\r\nX-HTTP-Method-Override: DELETE"))


def test_writes_pass_only_where_a_permit_names_them() -> None:
    guard = Guard("h", (*PERMITS, Permit("POST", "/v3.0/api/Orders")))
    assert passes(guard, request(method="POST", body=b"{}", headers=((b"content-length", b"2"),)))
    assert not passes(guard, request(method="DELETE", path="/v3.0/api/Orders"))
    assert not passes(guard, request(method="POST", path="/v3.0/api/Orders/1"))


@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "HEAD"]),
    path=st.text(st.sampled_from("/.%25Ff0;:\\?#aOrders v3pi{}é\r\n"), max_size=40),
    query=st.text(st.sampled_from("_method=&;%5Fa\r\n #"), max_size=20),
)
def test_whatever_is_asked_only_a_get_of_a_known_shape_goes_through(method: str, path: str, query: str) -> None:
    if GUARD.objection(request(method=method, path="/v3.0/api/Orders" + path, query=query)) is None:
        assert method == "GET"
        rest = path.removesuffix("/").split("/")
        assert rest in ([""], ["", rest[-1]])
        assert "method" not in query.lower().replace("%5f", "_").split("=")[0].lstrip("_&;a")
        assert not set(path + query) & set("\\#\r\n é")
