"""What did my client really send? The journal answers, and no secret gets into it."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from elko_mock.exchange.pieces import Pieces
from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import Client, Send, in_process, over_port
from tests.secrets.canaries import PASSWORD, PERSON, sightings
from tests.unit.exchange.making import an_exchange

ORDER = {
    "lines": [{"elkoCode": 9000001, "quantity": 1}],
    "enduser": dict(PERSON),
}


@pytest.fixture(scope="module")
def control() -> Iterator[ControlClient]:
    with Live(assemble(Settings(products=60))) as live:
        yield ControlClient(live.url)


@pytest.fixture
def world(control: ControlClient) -> Iterator[RemoteWorld]:
    made = control.create_world(
        scenario={"limit": {"calls": 0}, "account": {"password": PASSWORD}}, clock={"frozen": True}
    )
    yield made
    made.delete()


@pytest.fixture
def client(world: RemoteWorld) -> Client:
    return Client(over_port(world.url), token=world.token)


def test_each_exchange_is_there_with_what_was_decided(world: RemoteWorld, client: Client) -> None:
    client.get("/Catalog/Vendors")
    world.clock.advance(5)
    client.post("/Orders", {"lines": [{"elkoCode": "x", "quantity": 1}]})
    client.token = "nonsense"
    client.headers["X-Elko-World"] = world.name
    client.get("/Orders")
    vendors, order, refused = world.journal
    assert (vendors.operation, vendors.status, vendors.reason) == ("getVendors", 200, None)
    assert (order.operation, order.status, order.reason) == ("createOrder", 400, "validation")
    assert [(one.side, one.where) for one in order.violations] == [("request", "body/lines/0/elkoCode")]
    assert (refused.status, refused.reason, refused.credential.form) == (403, "token", "bearer")
    assert order.at - vendors.at == timedelta(seconds=5) // timedelta(microseconds=1)
    assert b"elkoCode" in order.request.body
    assert vendors.response is not None
    assert json.loads(vendors.response.body)  # type: ignore[arg-type]


def test_only_the_bodies_that_are_read_are_put_together() -> None:
    """Else a look at a full journal would hold up every other client."""
    joined: list[int] = []

    class Counted(Pieces):
        def joined(self) -> bytes:
            joined.append(1)
            return super().joined()

    mock = assemble(Settings(products=30))
    for number in range(1, 101):
        mock.worlds.default.journal.append(an_exchange(number, answer=Counted(b"[", [b"1", b"2"], b",", b"]")))
    ask = in_process(mock)
    for path, most in (("count", 0), ("not-called", 0), ("?limit=3", 3)):
        status, _, answer = ask("GET", f"/_elko/worlds/default/journal{'' if most else '/'}{path}", {}, b"")
        assert status == 200
        assert len(joined) == most
    assert [one["response"]["body"] for one in json.loads(answer)["exchanges"]] == ["[1,2]"] * 3


def test_it_can_be_asked(world: RemoteWorld, client: Client) -> None:
    began = world.clock.now()
    client.get("/Catalog/Vendors")
    client.get("/Nowhere")
    world.clock.advance(60)
    client.get("/Orders")
    journal = world.journal
    assert journal.count() == len(journal) == 3
    assert [one.operation for one in journal.select(operation="listOrders")] == ["listOrders"]
    assert journal.count(status=404) == 1
    assert [one.request.path for one in journal.select(unmatched=True)] == ["/v3.0/api/Nowhere"]
    assert journal.count(since=(began + timedelta(seconds=30)).isoformat()) == 1
    assert journal.count(until=(began + timedelta(seconds=30)).isoformat()) == 2
    assert journal.count(path="/v3.0/api/cat", method="get") == 1
    assert len(journal.select(limit=2)) == 2
    assert "getVendors" not in journal.not_called()
    assert "createOrder" in journal.not_called()
    journal.clear()
    assert len(journal) == 0


@pytest.mark.parametrize("form", ["ndjson", "har"])
def test_an_export_holds_no_secret_and_no_personal_data(world: RemoteWorld, client: Client, form: str) -> None:
    credentials = {"username": world.username, "password": world.password}
    client.headers["Accept-Encoding"] = "gzip"
    client.token = json.loads(client.post("/Token", credentials).raw)
    del client.headers["Accept-Encoding"]
    client.post("/Orders", {**ORDER, "lines": [{"elkoCode": code, "quantity": 1} for code in range(9000001, 9000010)]})
    headers = {"Authorization": f"Bearer {client.token}", "Accept-Encoding": "gzip"}
    _, answered, _ = client.send("GET", "/v3.0/api/Orders", headers, b"")
    assert dict(answered)["content-encoding"] == "gzip"
    exported = world.journal.export(form).decode()
    assert client.token not in exported
    assert world.token not in exported
    assert client.token.split(".")[1] not in exported
    assert not sightings(exported.encode())
    if form == "har":
        log = json.loads(exported)["log"]
        assert (log["version"], len(log["entries"])) == ("1.2", 3)
        assert log["entries"][1]["request"]["method"] == "POST"
        assert '"elkoCode":9000001' in log["entries"][2]["response"]["content"]["text"]
    else:
        assert [json.loads(line)["operation"] for line in exported.splitlines()] == [
            "issueToken",
            "createOrder",
            "listOrders",
        ]


def test_it_is_bounded_by_count_and_by_size() -> None:
    mock = assemble(Settings(products=60, journal_exchanges=5, journal_body_bytes=100, limit=0))
    with Live(mock) as live:
        world = ControlClient(live.url).world()
        client = Client(over_port(world.url), token=world.token)
        for _ in range(8):
            client.get("/Catalog/Products")
        exchanges = world.journal.select()
        assert [one.number for one in exchanges] == [4, 5, 6, 7, 8]
        assert {len(one.response.body) for one in exchanges if one.response} == {100}  # type: ignore[arg-type]
        assert exchanges[0].response_length > 10_000


def test_a_lost_answer_is_in_it_with_what_would_have_been_answered(control: ControlClient) -> None:
    world = control.create_world(scenario="lost-answer")
    client = Client(over_port(world.url), token=world.token)
    with pytest.raises((OSError, HTTPException)):
        client.post("/Orders", ORDER)
    assert len(client.get("/Orders").data) == 1
    lost, _ = world.journal
    assert (lost.operation, lost.fault) == ("createOrder", "lost-answer")
    world.delete()


@pytest.mark.parametrize(
    ("method", "target", "authorization", "operation", "says"),
    [
        ("GET", "/v3.0/Catalogs/Products", "good", "GET /v3.0/api/Catalog/Products", "Another region"),
        ("GET", "/v3.0/api/Catalog/Product", "good", "GET /v3.0/api/Catalog/Products", "singular and plural"),
        ("GET", "/v3.0/api/Catalog/Prodcts", "good", "GET /v3.0/api/Catalog/Products", "spelling"),
        ("GET", "/Orders", "good", "GET /v3.0/api/Orders", "base path"),
        ("GET", "/v3.0/api/v3.0/api/Orders", "good", "GET /v3.0/api/Orders", "twice"),
        ("GET", "/v3.0/api//Orders", "good", "GET /v3.0/api/Orders", "empty segment"),
        ("GET", "/v3.0/api/Orders%3Fx=1", "good", "GET /v3.0/api/Orders", "percent-encoded"),
        ("GET", "/v3.0/api/Catalog/Prodcts?a=1?b=2", "good", "GET /v3.0/api/Catalog/Products", "second `?`"),
        ("PUT", "/v3.0/api/Orders", "good", "GET /v3.0/api/Orders", "not PUT"),
        ("POST", "/v3.0/api/Catalog/Vendors", "good", "GET /v3.0/api/Catalog/Vendors", "not POST"),
        ("GET", "/v3.0/api/Orders", "bare", "GET /v3.0/api/Orders", "`Bearer `"),
        ("GET", "/v3.0/api/Orders", "quoted", "GET /v3.0/api/Orders", "quotes"),
        ("GET", "/v3.0/api/Orders", "none", "GET /v3.0/api/Orders", "there was none"),
        ("GET", "/v3.0/api/Orders", "line end", "GET /v3.0/api/Orders", "line end"),
        ("GET", "/v3.0/api/Orders?token=abc", "none", "GET /v3.0/api/Orders", "not into the query"),
    ],
)
def test_a_stray_request_is_told_what_it_probably_meant(
    world: RemoteWorld, method: str, target: str, authorization: str, operation: str, says: str
) -> None:
    written = {
        "good": f"Bearer {world.token}",
        "bare": world.token,
        "quoted": f'Bearer "{world.token}"',
        "line end": f"Bearer {world.token}\\n",
    }.get(authorization)
    headers = {"X-Elko-World": world.name} | ({} if written is None else {"Authorization": written})
    status, _, _ = over_port(world.url)(method, target, headers, b"")
    assert status in {403, 404, 405}
    (exchange,) = world.journal
    assert exchange.near_miss is not None
    assert exchange.near_miss.operation == operation
    assert says in " ".join(exchange.near_miss.differs)


def test_a_request_that_is_like_nothing_has_no_near_miss(world: RemoteWorld) -> None:
    over_port(world.url)("GET", "/wp-login.php", {"X-Elko-World": world.name}, b"")
    (exchange,) = world.journal
    assert exchange.near_miss is None


class TestWireMock:
    """WireMock's own clients can be pointed at it."""

    @pytest.fixture
    def admin(self, world: RemoteWorld) -> Send:
        send = over_port(world.url)
        return lambda method, target, headers, body: send(method, target, {**headers, "X-Elko-World": world.name}, body)

    def _ask(self, admin: Send, method: str, path: str, body: object = None) -> tuple[int, Any]:
        raw = b"" if body is None else json.dumps(body).encode()
        status, _, answer = admin(method, f"/__admin{path}", {"Content-Type": "application/json"}, raw)
        return status, json.loads(answer)

    def test_requests_latest_first(self, admin: Send, client: Client) -> None:
        client.get("/Catalog/Vendors", "lang=EN")
        client.get("/Nowhere")
        status, listed = self._ask(admin, "GET", "/requests")
        assert status == 200
        assert listed["meta"] == {"total": 2}
        latest, first = listed["requests"]
        assert (latest["wasMatched"], first["wasMatched"]) == (False, True)
        assert first["request"]["url"] == "/v3.0/api/Catalog/Vendors?lang=EN"
        assert self._ask(admin, "GET", "/requests/unmatched")[1]["meta"] == {"total": 1}

    @pytest.mark.parametrize(
        ("pattern", "count"),
        [
            ({}, 3),
            ({"method": "GET"}, 2),
            ({"method": "ANY", "urlPath": "/v3.0/api/Orders"}, 1),
            ({"url": "/v3.0/api/Catalog/Vendors?lang=EN"}, 1),
            ({"urlPathPattern": "/v3.0/api/Cat.*"}, 2),
            ({"urlPattern": ".*lang=.*"}, 1),
            ({"queryParameters": {"lang": {"equalTo": "EN"}}}, 1),
            ({"headers": {"Accept": {"contains": "json"}}}, 3),
            ({"headers": {"X-None": {"absent": True}}}, 3),
            ({"bodyPatterns": [{"contains": "9000001"}]}, 1),
            ({"bodyPatterns": [{"equalToJson": {"lines": [{"elkoCode": 9000001, "quantity": 1}]}}]}, 1),
            ({"headers": {"Accept": {"equalTo": "APPLICATION/JSON", "caseInsensitive": True}}}, 3),
            ({"headers": {"Accept": {"matches": "app.*"}}, "method": "POST"}, 1),
            ({"headers": {"Accept": {"doesNotMatch": "app.*"}}}, 0),
        ],
        ids=json.dumps,
    )
    def test_count_by_pattern(self, admin: Send, client: Client, pattern: object, count: int) -> None:
        client.get("/Catalog/Vendors", "lang=EN")
        client.get("/Catalog/Vendors")
        client.post("/Orders", {"lines": [{"elkoCode": 9000001, "quantity": 1}]})
        assert self._ask(admin, "POST", "/requests/count", pattern)[1]["count"] == count
        assert len(self._ask(admin, "POST", "/requests/find", pattern)[1]["requests"]) == count

    @pytest.mark.parametrize(
        "pattern",
        [
            {"scenarioName": "x"},
            {"urlPattern": "("},
            {"headers": {"a": "b"}},
            {"headers": {"a": {"matchesJsonPath": "$"}}},
            {"headers": {"a": {"equalTo": "1", "contains": "2"}}},
            [],
        ],
        ids=json.dumps,
    )
    def test_a_pattern_that_is_not_understood_is_refused(self, admin: Send, pattern: object) -> None:
        status, problem = self._ask(admin, "POST", "/requests/count", pattern)
        assert (status, problem["code"]) == (400, "invalid-request")

    def test_reset_and_health(self, admin: Send, client: Client, world: RemoteWorld) -> None:
        client.post("/Orders", {"lines": [{"elkoCode": 9000001, "quantity": 1}]})
        assert self._ask(admin, "GET", "/health")[1]["status"] == "healthy"
        assert self._ask(admin, "DELETE", "/requests")[0] == 200
        assert self._ask(admin, "GET", "/requests")[1]["meta"] == {"total": 0}
        assert self._ask(admin, "POST", "/reset")[0] == 200
        assert client.get("/Orders").data == []
        assert self._ask(admin, "GET", "/mappings")[0] == 404


@pytest.mark.parametrize("fault", ["hang=30s", "cut=after:0", "delay=30s"])
def test_a_long_list_that_is_never_sent_is_in_it(control: ControlClient, fault: str) -> None:
    """Beyond ten thousand products it is made while it is sent; here nothing of it is."""
    world = control.create_world(products=10_100)
    connection = HTTPConnection(world.url.removeprefix("http://"), timeout=1.5)
    headers = {**world.headers, "X-Elko-Fault": fault}
    connection.request("GET", "/v3.0/api/Catalog/Products", headers=headers)
    with pytest.raises((OSError, HTTPException)):
        connection.getresponse()
    connection.close()
    for _ in range(100):
        if len(world.journal):
            break
        time.sleep(0.05)
    (exchange,) = world.journal
    assert (exchange.number, exchange.operation, exchange.fault) == (1, "getProducts", "header")
    world.delete()
