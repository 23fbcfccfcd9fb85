"""The control plane: its document, its token, its problems; and faults asked for in each of the three ways."""

import gzip
import http.client
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from openapi_spec_validator import validate

from elko_mock.server.app import Mock
from elko_mock.server.assembly import AssemblyProblem, assemble
from elko_mock.server.client import ControlClient, ControlRefused, RemoteWorld
from elko_mock.server.control.problems import KINDS
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.world.world import World
from tests.journeys.driving import BASE, Client, in_process, over_port

TOKEN = "a-control-token"


@pytest.fixture(scope="module")
def control(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    with Live(assemble(Settings(products=60))) as live:
        yield ControlClient(live.url)


@pytest.fixture
def remote(control: ControlClient) -> Iterator[RemoteWorld]:
    made = control.create_world(scenario={"limit": {"calls": 0}}, clock={"frozen": True})
    yield made
    made.delete()


def test_its_document_is_valid_and_every_operation_of_it_is_answered(control: ControlClient) -> None:
    document = control.ask("GET", "/_elko/openapi.json")
    validate(document)
    asked = {
        (method.upper(), path.replace("{world}", "default").replace("{scenario}", "flaky"))
        for path, item in document["paths"].items()
        for method in set(item) & {"get", "put", "post", "delete"}
    }
    answers = {one: _problem(control, *one) for one in sorted(asked)}
    assert {code for code in answers.values() if code not in KINDS} == {None}
    assert len([code for code in answers.values() if code is None]) > 25
    control.ask("PUT", "/_elko/worlds/default/account/terms")


def _problem(control: ControlClient, method: str, path: str) -> str | None:
    """The code of the problem an operation answers without any argument; None when it answers well."""
    try:
        control.ask(method, path)
    except ControlRefused as refused:
        return refused.code
    return None


def test_no_limit_is_a_limit_of_0_calls_as_the_document_has_it(control: ControlClient, remote: RemoteWorld) -> None:
    told = control.ask("GET", f"{remote.path}/account")["limit"]
    assert (told["calls"], told["windowSeconds"], told["blockedUntil"]) == (0, 10, None)


def test_health_and_readiness_say_who_answers(control: ControlClient) -> None:
    for path in ("/_elko/health", "/_elko/ready"):
        answer = control.ask("GET", path)
        assert (answer["status"], answer["product"]) == ("ok", "elko-mock")


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "status"),
    [
        ("GET", "/_elko/nothing", None, "unknown-path", 404),
        ("DELETE", "/_elko/health", None, "wrong-method", 405),
        ("GET", "/_elko/worlds/nobody", None, "unknown-world", 404),
        ("GET", "/_elko/scenarios/nothing", None, "unknown-scenario", 404),
        ("DELETE", "/_elko/worlds/default", None, "default-world", 400),
        ("POST", "/_elko/worlds/default/account/addresses", {"address": "somewhere"}, "bad-address", 400),
        ("POST", "/_elko/worlds/default/account/addresses", {"address": "0.0.0.0/0"}, "duplicate-address", 409),
        ("DELETE", "/_elko/worlds/default/account/addresses?address=192.0.2.1", None, "unknown-address", 400),
        ("POST", "/_elko/worlds/default/account/token", {"secondFactor": "123456"}, "second-factor", 403),
        ("POST", "/_elko/worlds/default/faults", {"operation": "x", "respond": 1}, "bad-fault", 400),
        ("PUT", "/_elko/worlds/default/faults", [{"respond": 404}, {"delay": "soon"}], "bad-fault", 400),
        ("PUT", "/_elko/worlds/default/faults", {"respond": 404}, "invalid-request", 400),
        ("GET", "/_elko/worlds/default/journal?since=yesterday", None, "bad-time", 400),
        ("GET", "/_elko/worlds/default/journal?limit=0", None, "invalid-request", 400),
        ("POST", "/_elko/worlds/default/clock/run", {"scale": -1}, "bad-clock", 400),
        ("POST", "/_elko/worlds/default/clock/run", {"scale": "fast"}, "invalid-request", 400),
    ],
)
def test_a_problem_has_a_stable_code_and_a_link_that_explains_it(
    control: ControlClient, method: str, path: str, body: Any, code: str, status: int
) -> None:
    raw = b"" if body is None else json.dumps(body).encode()
    got, headers, answer = over_port(control.url)(method, path, {"Content-Type": "application/json"}, raw)
    problem = json.loads(answer)
    assert (got, problem["status"], problem["code"]) == (status, status, code)
    assert headers["content-type"] == "application/problem+json"
    page, _, anchor = problem["type"].partition("#")
    html = over_port(control.url)("GET", page, {}, b"")[2].decode()
    assert f'id="{anchor}"' in html


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("GET", "/_elko/worlds/default/journal/count?operation=getVendor", b"",
         "there is no operation 'getVendor'; did you mean 'getVendors'?"),
        ("GET", "/_elko/worlds/default/journal?operaton=getVendors", b"",
         "there is no parameter 'operaton'; did you mean 'operation'?"),
        ("GET", "/_elko/worlds/default/journal?unmatched=maybe", b"", "unmatched: 'maybe' is not of type 'boolean'"),
        ("GET", "/_elko/worlds/default/journal?limit=x", b"", "limit: 'x' is not of type 'integer'"),
        ("POST", "/_elko/worlds/default/clock/advance", b"", "RequestBody is required"),
        ("POST", "/_elko/worlds/default/faults", b'{"operation": "getVendor", "respond": 404}',
         "operation: there is no operation 'getVendor'; did you mean 'getVendors'?"),
        ("POST", "/_elko/worlds", b'{"scenario": {"faults": [{"operation": "getVendor", "respond": 404}]}}',
         "faults[0]: operation: there is no operation 'getVendor'; did you mean 'getVendors'?"),
        ("POST", "/_elko/worlds", b'{"clock": {"start": "x"}}', "clock.start: 'x' is not a time such as 20"),
        ("POST", "/__admin/requests/count", b'{"method": 5}', "method is a text"),
        ("POST", "/__admin/requests/find", b'{"urlPathPattern": 5}', "urlPathPattern is a text"),
        ("GET", "/__admin/requests?limit=x", b"", "limit: 'x' is not a whole number"),
        ("GET", "/__admin/requests?since=x", b"", "since: 'x' is not a time such as"),
        ("GET", "/__admin/requests?sinse=x", b"", "there is no parameter 'sinse'; did you mean 'since'?"),
    ],
)  # fmt: skip
def test_a_slip_in_a_question_is_said_and_not_answered_for_something_else(
    control: ControlClient, method: str, path: str, body: bytes, says: str
) -> None:
    status, _, answer = over_port(control.url)(method, path, {"Content-Type": "application/json"}, body)
    problem = json.loads(answer)
    assert status == 400
    assert problem["detail"].startswith(says)


def test_a_detail_does_not_repeat_all_that_was_sent(control: ControlClient) -> None:
    body = json.dumps({"name": "w" * 100_000}).encode()
    status, _, answer = over_port(control.url)("POST", "/_elko/worlds", {"Content-Type": "application/json"}, body)
    assert status == 400
    assert len(answer) < 3000


def test_wiremock_s_listing_is_bounded_as_asked(remote: RemoteWorld) -> None:
    client = Client(over_port(remote.url), token=remote.token)
    for _ in range(3):
        client.get("/Catalog/Vendors")
        remote.clock.advance(60)
    send, headers = over_port(remote.url), {"X-Elko-World": remote.name}
    since = (remote.clock.now() - timedelta(seconds=150)).isoformat().replace("+", "%2B")
    for query, count in (("", 3), ("?limit=2", 2), (f"?since={since}", 2), (f"?since={since}&limit=1", 1)):
        listed = json.loads(send("GET", f"/__admin/requests{query}", headers, b"")[2])["requests"]
        assert len(listed) == count


def test_a_fault_plan_with_a_mistake_changes_nothing(remote: RemoteWorld) -> None:
    remote.faults.add(name="kept", operation="getVendors", respond=404)
    with pytest.raises(ControlRefused, match="bad-fault"):
        remote.faults.set([{"respond": 405}, {"nonsense": 1}])
    assert [one["name"] for one in remote.faults.list()] == ["kept"]


def test_beyond_loopback_it_wants_its_token() -> None:
    with pytest.raises(AssemblyProblem, match="--control-token"):
        assemble(Settings(host="0.0.0.0", products=20))
    with Live(assemble(Settings(host="0.0.0.0", products=20, control_token=TOKEN))) as live:
        send = over_port(live.url)
        for path in ("/_elko/worlds", "/_elko/spec.json", "/__admin/requests"):
            for headers in ({}, {"X-Elko-Control-Token": "wrong"}, {"X-Elko-Control-Token": ""}):
                status, _, answer = send("GET", path, headers, b"")
                assert (status, json.loads(answer)["code"]) == (403, "control-token")
            assert send("GET", path, {"X-Elko-Control-Token": TOKEN}, b"")[0] == 200
        assert send("GET", "/_elko/health", {}, b"")[0] == 200
        assert send("PUT", "/_elko/sink/wp-json/products/1", {}, b'{"stock": 0}')[0] == 200
        world = ControlClient(live.url, TOKEN).create_world()
        assert Client(send, token=world.token).get("/Catalog/Vendors").status == 200


def test_the_sink_takes_anything_and_the_journal_shows_it(remote: RemoteWorld) -> None:
    send = over_port(remote.url)
    path = f"/_elko/sink/@{remote.name}/wp-json/wc/v3/products/1341426"
    status, _, answer = send("PUT", path, {"Content-Type": "application/json"}, b'{"stock_quantity": 0}')
    assert (status, json.loads(answer)) == (200, {"stock_quantity": 0})
    assert send("DELETE", path, {}, b"")[0] == 200
    assert send("POST", "/_elko/sink/anything", {"X-Elko-World": remote.name}, b"<not json>")[0] == 200
    written = remote.journal.select(operation="sink")
    assert [one.request.method for one in written] == ["PUT", "DELETE", "POST"]
    assert written[0].request.body == b'{"stock_quantity": 0}'
    assert send("PUT", "/_elko/sink/@nobody/x", {}, b"")[0] == 404


def test_what_the_sink_keeps_holds_no_secret_even_when_it_came_compressed(remote: RemoteWorld) -> None:
    body = gzip.compress(b'{"password": "planted-secret", "stock_quantity": 0}')
    headers = {"Content-Encoding": "gzip", "X-Elko-World": remote.name}
    assert over_port(remote.url)("PUT", "/_elko/sink/products/1", headers, body)[0] == 200
    (written,) = remote.journal.select(operation="sink")
    assert b"stock_quantity" in written.request.body
    assert b"planted-secret" not in written.request.body


class TestFaults:
    """From the control plane, from a header, and as Prism's users know it."""

    @pytest.fixture
    def client(self, remote: RemoteWorld) -> Client:
        return Client(over_port(remote.url), token=remote.token)

    def test_matched_by_operation_parameter_and_nth_call(self, remote: RemoteWorld, client: Client) -> None:
        remote.faults.add(operation="getProducts", parameters={"elkoCode": "1341426"}, call=2, respond=404)
        wanted = [client.get("/Catalog/Products", "elkoCode=1341426").status for _ in range(3)]
        assert wanted == [200, 404, 200]
        assert client.get("/Catalog/Products", "elkoCode=9000001").status == 200
        assert remote.faults.list()[0]["struck"] == 1

    def test_in_a_window_of_the_world_s_time(self, remote: RemoteWorld, client: Client) -> None:
        remote.faults.add(operation="*", respond=403, **{"from": "1h", "until": "2h"})
        seen = []
        for _ in range(3):
            seen.append(client.get("/Catalog/Vendors").status)
            remote.clock.advance(3600)
        assert seen == [200, 403, 200]

    def test_a_delay_on_the_world_s_clock_moves_it(self, remote: RemoteWorld, client: Client) -> None:
        remote.faults.add(operation="*", delay={"fixed": "90s", "clock": "world"})
        before = remote.clock.now()
        assert client.get("/Catalog/Vendors").status == 200
        assert (remote.clock.now() - before).total_seconds() == 90

    def test_truncated_corrupted_and_cut(self, remote: RemoteWorld, client: Client) -> None:
        whole = client.get("/Catalog/Vendors").raw
        deformed = {
            fault: client.send("GET", f"{BASE}/Catalog/Vendors", {**remote.headers, "X-Elko-Fault": fault}, b"")[2]
            for fault in ("truncate=50%", "corrupt=bytes")
        }
        assert deformed["truncate=50%"] == whole[: len(whole) // 2]
        assert deformed["corrupt=bytes"] != whole
        assert len(deformed["corrupt=bytes"]) == len(whole)
        for fault in ("cut=after:0", "cut=after:10"):
            with pytest.raises((OSError, http.client.HTTPException)):
                client.send("GET", f"{BASE}/Catalog/Vendors", {**remote.headers, "X-Elko-Fault": fault}, b"")

    def test_the_fields_that_a_fault_dictates_stand_once_and_as_written(
        self, remote: RemoteWorld, client: Client
    ) -> None:
        dictated = {"Retry-After": "7", "Content-Type": "text/plain", "X-Said-By": "K\u00f6ln"}
        remote.faults.add(operation="getVendors", respond={"status": 403, "headers": dictated})
        connection = http.client.HTTPConnection(remote.url.removeprefix("http://"))
        connection.request("GET", f"{BASE}/Catalog/Vendors", headers=remote.headers)
        answered = connection.getresponse()
        assert answered.status == 403
        assert [answered.headers.get_all(name) for name in dictated] == [["7"], ["text/plain"], ["K\u00f6ln"]]
        connection.close()

    @pytest.mark.parametrize("code", [400, 403, 404, 405])
    def test_prefer_a_code_gives_the_service_s_own_answer(self, client: Client, code: int) -> None:
        client.headers["Prefer"] = f"code={code}"
        reply = client.get("/Catalog/Vendors")
        assert (reply.status, reply.data["status"]) == (code, code)
        assert client.get("/Catalog/Vendors").headers["x-elko-fault"] == "prefer"

    @pytest.mark.parametrize("header", ["status=abc", "explode=now", "", "status=404; status=405", "delay=-1s"])
    def test_a_header_that_makes_no_sense_is_400_and_says_why(self, client: Client, header: str) -> None:
        client.headers["X-Elko-Fault"] = header
        reply = client.get("/Catalog/Vendors")
        assert reply.status == 400
        assert set(reply.data["errors"]) == {"x-elko-fault"}


def test_the_fidelity_ledger_is_served(mock: Mock, world: World) -> None:
    _, _, raw = in_process(mock)("GET", "/_elko/fidelity", {}, b"")
    ledger = json.loads(raw)
    assert sum(ledger["counts"].values()) == len(ledger["behaviours"]) > 20
    assert {one["level"] for one in ledger["behaviours"]} <= {"documented", "recorded", "observed", "assumed"}
    assert all(one["reason"] for one in ledger["behaviours"])
