"""What clients do that a Connexion application, left as it comes, answers wrongly. Each is cured; each stays cured."""

import gzip
import http.client
import json
from urllib.parse import urlsplit

import pytest

from elko_mock.server.app import Mock
from elko_mock.world.world import World
from tests.journeys.driving import BASE, Client, Reply, in_process

LINE = {"lines": [{"elkoCode": 1341426, "quantity": 1}]}


def _raw(mock: Mock, world: World, method: str, target: str, body: bytes = b"", **headers: str) -> Reply:
    given = {"Authorization": f"Bearer {world.gate.account.token}"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    status, answered, raw = in_process(mock)(method, target, given, body)
    data = json.loads(raw) if raw and "json" in answered.get("content-type", "") else raw.decode()
    return Reply(status, answered, raw, data)


def _order(mock: Mock, world: World, body: bytes, **headers: str) -> Reply:
    return _raw(mock, world, "POST", f"{BASE}/Orders", body, **headers)


def test_a_chunked_body_without_a_length(mock: Mock, world: World, port: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(port).netloc, timeout=10)
    body = json.dumps(LINE).encode()
    connection.putrequest("POST", f"{BASE}/Orders")
    connection.putheader("Authorization", f"Bearer {world.gate.account.token}")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for part in (body[:10], body[10:]):
        connection.send(b"%x\r\n%b\r\n" % (len(part), part))
    connection.send(b"0\r\n\r\n")
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["lines"][0]["elkoCode"] == 1341426
    connection.close()


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/vnd.elko+json",
        None,
    ],
)
def test_json_under_any_of_its_names_and_under_none(mock: Mock, world: World, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content_Type": content_type}
    assert _order(mock, world, json.dumps(LINE).encode(), **headers).status == 200


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1"])
def test_a_body_in_another_charset(mock: Mock, world: World, charset: str) -> None:
    order = {**LINE, "enduser": {"company": "Kūms Ü" if charset.startswith("utf") else "Müller"}}
    body = json.dumps(order, ensure_ascii=False).encode(charset)
    reply = _order(mock, world, body, Content_Type=f"application/json; charset={charset}")
    assert reply.status == 200
    assert reply.data["enduser"]["company"] == order["enduser"]["company"]  # type: ignore[index]


def test_a_byte_order_mark(mock: Mock, world: World) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(LINE).encode()
    assert _order(mock, world, body, Content_Type="application/json").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe{",
        b'{"lines": [{"elkoCode": NaN, "quantity": 1}]}',
        b'{"lines": [{"elkoCode": 1341426, "quantity": Infinity}]}',
        b'{"lines": [{"elkoCode": 1' + b"0" * 400 + b', "quantity": 1}]}',
        b'{"lines": [{"elkoCode": 1341426, "quantity": 2147483648}]}',
        b'{"lines": [{"elkoCode": 1341426, "quantity": 1.5}]}',
        b'{"lines": [{"elkoCode": 1341426, "quantity": "1"}]}',
        b'{"lines": [{"elkoCode": 1341426, "quantity": true}]}',
        b'{"lines": "all"}',
        b"[" * 100_000,
        b'{"lines": [',
        b"null",
        b"",
        b"   ",
    ],
    ids=lambda body: body[:40].decode("latin-1") or "empty",
)
def test_a_body_that_makes_no_sense_is_400_and_says_where(mock: Mock, world: World, body: bytes) -> None:
    reply = _order(mock, world, body, Content_Type="application/json")
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json; charset=utf-8"
    assert reply.data["status"] == 400
    assert all(isinstance(text, str) and text for texts in reply.data["errors"].values() for text in texts)
    assert reply.data["errors"]


def test_property_names_in_any_case(mock: Mock, world: World) -> None:
    """ASP.NET Core reads JSON so, and C# clients write PascalCase unless told otherwise."""
    body = json.dumps({"Lines": [{"ElkoCode": 1341426, "QUANTITY": 1}], "OrderIfAllAvailable": True}).encode()
    reply = _order(mock, world, body, Content_Type="application/json")
    assert reply.status == 200
    assert reply.data["orderIfAllAvailable"] is True
    wrong = _order(mock, world, b'{"LINES": [{"elkocode": "x"}]}', Content_Type="application/json")
    assert set(wrong.data["errors"]) == {"lines[0].elkoCode", "lines[0].quantity"}


def test_the_place_of_a_fault_is_named(mock: Mock, world: World) -> None:
    body = {"lines": [{"elkoCode": 1341426, "quantity": 1}, {"elkoCode": "x", "quantity": "many"}], "vat": "low"}
    reply = _order(mock, world, json.dumps(body).encode(), Content_Type="application/json")
    assert set(reply.data["errors"]) == {"lines[1].elkoCode", "lines[1].quantity", "vat"}


def test_a_content_type_that_is_not_read_is_400(mock: Mock, world: World) -> None:
    reply = _order(mock, world, b"lines=1", Content_Type="application/x-www-form-urlencoded")
    assert reply.status == 400
    assert "application/json" in str(reply.data["errors"])


def test_a_compressed_body(mock: Mock, world: World) -> None:
    body = gzip.compress(json.dumps(LINE).encode())
    assert _order(mock, world, body, Content_Type="application/json", Content_Encoding="gzip").status == 200
    assert _order(mock, world, body[:-9], Content_Type="application/json", Content_Encoding="gzip").status == 400
    assert _order(mock, world, body, Content_Type="application/json", Content_Encoding="br").status == 400
    bomb = gzip.compress(b" " * 50_000_000)
    assert _order(mock, world, bomb, Content_Type="application/json", Content_Encoding="gzip").status == 400


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/Orders", "GET, POST"),
        ("PATCH", "/Orders", "GET, POST"),
        ("POST", "/Orders/1", "DELETE, GET"),
        ("GET", "/Token", "POST"),
        ("DELETE", "/Catalog/Products", "GET"),
        ("HEAD", "/Catalog/Products", "GET"),
        ("OPTIONS", "/Orders", "GET, POST"),
        ("TRACE", "/Orders", "GET, POST"),
        ("BREW", "/Orders", "GET, POST"),
    ],
)
def test_a_wrong_method_is_405_with_every_method_the_path_has(
    mock: Mock, world: World, method: str, path: str, allow: str
) -> None:
    reply = _raw(mock, world, method, BASE + path)
    assert (reply.status, reply.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    "path",
    [
        "/v3.0/api/Catalog/Vendors",
        "/V3.0/API/catalog/VENDORS",
        "/v3.0/api/Catalog/Vendors/",
        "/v3.0/api/catalog/vendors/",
    ],
)
def test_routes_without_regard_to_case_and_with_a_slash_at_the_end(mock: Mock, world: World, path: str) -> None:
    reply = _raw(mock, world, "GET", path)
    assert reply.status == 200
    assert reply.data[0].keys() == {"name", "code"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v3.0",
        "/v3.0/api",
        "/v3.0/api/Catalog",
        "/v3.0/api/Nothing",
        "/v3.0/api//Orders",
        "/v3.0/api/../api/Orders",
        "/v3.0/api/%2e%2e/api/Orders",
        "/v3.0/api/Orders%2f1",
        "/v3.0/api/Orders%00",
        "/v3.0/Catalogs/Products",
    ],
)
def test_a_path_of_no_operation_is_404(mock: Mock, world: World, path: str) -> None:
    assert _raw(mock, world, "GET", path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/Finances/Invoices/maybe",
        "/Finances/Invoices/a/b",
        "/Catalog/Products/abc/Description",
        "/Catalog/MediaItems/99999999999",
        "/Catalog/AvailabilityAndPrice/Everything",
    ],
)
def test_a_path_value_of_the_wrong_type_is_400(mock: Mock, world: World, path: str) -> None:
    assert _raw(mock, world, "GET", BASE + path).status == 400


@pytest.mark.parametrize(
    "query",
    [
        "elkoCode=1341426&elkoCode=9000001",
        "elkoCode=1341426,9000001",
        "elkoCode=1341426%2C9000001",
        "elkoCode=1341426,&elkoCode=9000001",
        "ELKOcode=1341426&elkocode=9000001",
        "elkoCode=1341426,9000001&vendorCode=&catalog=&lang=&somethingElse=7",
    ],
)
def test_every_way_a_list_is_written_gives_the_same_answer(client: Client, query: str) -> None:
    reply = client.get("/Catalog/Products", query)
    assert sorted(one["elkoCode"] for one in reply.data) == [1341426, 9000001]


def test_an_empty_filter_filters_nothing(client: Client) -> None:
    whole = client.get("/Catalog/Vendors").data
    assert len(client.get("/Catalog/Products", "elkoCode=&vendorCode=").data) > 2000
    assert whole


def test_a_query_value_of_the_wrong_type_is_400(client: Client) -> None:
    reply = client.get("/Catalog/Products", "elkoCode=abc")
    assert reply.status == 400
    assert set(reply.data["errors"]) == {"elkoCode"}


def test_a_get_with_a_content_type_and_no_body(client: Client) -> None:
    client.headers["Content-Type"] = "application/json"
    assert client.get("/Catalog/Vendors").status == 200


def test_a_body_over_the_limit_is_400_and_ends_the_connection(mock: Mock, world: World, port: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(port).netloc, timeout=10)
    connection.putrequest("POST", f"{BASE}/Orders")
    connection.putheader("Authorization", f"Bearer {world.gate.account.token}")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 400
    assert answer.getheader("connection") == "close"
    connection.close()
