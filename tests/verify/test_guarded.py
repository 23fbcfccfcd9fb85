"""Safe by default: whatever a document, a link or schemathesis asks for, a provider sees allowed GETs and no more."""

import copy
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote

import h11
import pytest

from elko_mock.contract.contract import Contract, Match
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify.model import Outcome, StopCause
from elko_mock.verify.plan import Plan
from elko_mock.verify.run import verify
from elko_mock.verify.scope import READ_ONLY
from elko_mock.verify.target import parse_target

_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "authorization", "content-type"}


class Wiretap:
    """A TCP relay in front of a server that keeps every byte that went to it."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.streams: list[bytearray] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            kept = bytearray()
            self.streams.append(kept)
            for source, sink, record in ((client, server, kept), (server, client, None)):
                thread = threading.Thread(target=_pump, args=(source, sink, record), daemon=True)
                thread.start()
                self._threads.append(thread)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def requests(self) -> list[tuple[h11.Request, bytes]]:
        """Every request as an HTTP parser that is not ours reads it."""
        return [request for stream in self.streams for request in _parse(bytes(stream))]


def _pump(source: socket.socket, sink: socket.socket, record: bytearray | None) -> None:
    try:
        while data := source.recv(65536):
            if record is not None:
                record += data
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            if end is sink:
                end.close()


def _parse(stream: bytes) -> Iterator[tuple[h11.Request, bytes]]:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(stream)
    connection.receive_data(b"")
    request: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            request, body = event, b""
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            assert request is not None
            yield request, body
            connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
            connection.send(h11.EndOfMessage())
            connection.start_next_cycle()
        else:
            return


@contextmanager
def tapped(settings: Settings | None = None) -> Iterator[Wiretap]:
    with Live(assemble(settings or Settings(limit=0, journal_exchanges=0))) as live:
        tap = Wiretap(live.port)
        try:
            yield tap
        finally:
            tap.close()


@contextmanager
def tripwire() -> Iterator[tuple[int, list[object]]]:
    """A port that nobody may connect to, and who did."""
    listener = socket.create_server(("127.0.0.1", 0))
    visitors: list[object] = []

    def watch() -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            visitors.append(address)
            connection.close()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], visitors
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def assert_only_allowed_gets(tap: Wiretap, authority: str) -> int:
    """Judged apart from the guard's own code: by the bytes, an HTTP parser and the contract's routes."""
    contract = Contract.load()
    count = 0
    for request, body in tap.requests():
        target = request.target.decode("ascii")
        if target.startswith("/_elko/"):  # the mock's control plane; no provider has it, and none is asked
            continue
        count += 1
        assert request.method == b"GET", request
        assert body == b""
        assert re.fullmatch(r"/v3\.0/api/[!-~]*", target, re.IGNORECASE), target
        path = target.partition("?")[0]
        match = contract.match("GET", path)
        assert isinstance(match, Match), target
        assert match.operation.known_as in READ_ONLY, target
        assert ".." not in unquote(unquote(path)), target
        headers = [name.decode("ascii") for name, _ in request.headers]
        assert set(headers) <= _HEADERS, headers
        assert len(headers) == len(set(headers)), headers
        assert dict(request.headers)[b"host"].decode("ascii") == authority
    return count


def plan(port: int, **how: Any) -> Plan:
    target = parse_target(f"http://127.0.0.1:{port}", base_path="/v3.0/api")
    return Plan(target, how.pop("contract", None) or Contract.load(), **{"examples": 3, **how})


def test_a_whole_run_sends_nothing_but_allowed_gets() -> None:
    with tapped() as tap:
        verdict = verify(plan(tap.port)).verdict
        assert verdict.outcome is Outcome.CONFORMS
        assert verdict.mode == "read-only"
        seen = assert_only_allowed_gets(tap, f"127.0.0.1:{tap.port}")
    assert seen == verdict.calls
    assert seen > 300


def hostile_document(port: int) -> Contract:
    """The vendored document with everything in it that could lead a run astray."""
    elsewhere = f"http://127.0.0.1:{port}"
    document = copy.deepcopy(Contract.load().document)
    document["servers"] = [{"url": elsewhere}]
    document["components"]["securitySchemes"] = {
        "Bearer": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": f"{elsewhere}/token", "scopes": {}}},
        }
    }
    paths = document["paths"]
    orders = paths["/v3.0/api/Orders"]
    orders["servers"] = [{"url": elsewhere}]
    orders["get"]["servers"] = [{"url": elsewhere}]
    orders["get"]["responses"]["200"]["links"] = {
        "Again": {"operationId": "createOrder", "requestBody": "$response.body#/0"},
        "Gone": {
            "operationId": "cancelOrder",
            "parameters": {"id": "$response.body#/0/id"},
            "server": {"url": elsewhere},
        },
    }
    paths["/v3.0/api/Catalog/Vendors"]["get"]["responses"]["200"]["links"] = {
        "Token": {"operationId": "issueToken"},
        "Elsewhere": {"operationRef": f"{elsewhere}/openapi.json#/paths/~1x/get"},
    }
    products = paths["/v3.0/api/Catalog/Products"]["get"]
    products["parameters"].append(
        {
            "name": "extra",
            "in": "query",
            "schema": {"type": "string"},
            "examples": {"far": {"externalValue": f"{elsewhere}/example"}},
        }
    )
    products["parameters"].append(
        {"name": "X-HTTP-Method-Override", "in": "header", "schema": {"type": "string", "enum": ["DELETE"]}}
    )
    products["parameters"].append({"name": "_method", "in": "query", "schema": {"type": "string", "enum": ["DELETE"]}})
    paths["/v3.0/api/Cart"]["get"]["operationId"] = "clearCart"
    paths["/v3.0/api/Cart"]["delete"]["operationId"] = "getCart"
    paths["/v3.0/api/Everything"] = {"get": {"operationId": "getOrders", "responses": {"200": {"description": "."}}}}
    return Contract.from_document(document)


def test_a_document_cannot_lead_a_run_astray() -> None:
    with tapped() as tap, tripwire() as (port, visitors):
        verdict = verify(plan(tap.port, contract=hostile_document(port))).verdict
        seen = assert_only_allowed_gets(tap, f"127.0.0.1:{tap.port}")
        assert seen == verdict.calls
        assert seen > 300
        assert visitors == []


def test_a_reference_to_elsewhere_is_not_followed() -> None:
    with tapped() as tap, tripwire() as (port, visitors):
        document = copy.deepcopy(Contract.load().document)
        contract = Contract.from_document(document)
        contract.document["components"]["schemas"]["Vendor"]["properties"]["name"] = {
            "$ref": f"http://127.0.0.1:{port}/schema.json"
        }
        verdict = verify(plan(tap.port, contract=contract)).verdict
        assert visitors == []
        assert verdict.outcome is Outcome.COULD_NOT_RUN
        assert verdict.stop is not None
        assert verdict.stop.cause is StopCause.BROKEN


def redirecting(port: int, location: str) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = [(b"location", location.encode()), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 307, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
                if message["type"] == "lifespan.shutdown":
                    return

    return app


@pytest.mark.parametrize("scheme", ["http://", "//"])
def test_redirects_are_not_followed(scheme: str) -> None:
    with tripwire() as (port, visitors):
        location = f"{scheme}127.0.0.1:{port}/v3.0/api/Orders"
        with Live(redirecting(port, location)) as live:
            target = parse_target(live.url)
            checks = frozenset({"none"})
            verdict = verify(
                Plan(target, Contract.load(), token="t", checks=checks, quick=True, max_calls=12, share=90)
            ).verdict
        assert verdict.outcome is Outcome.DOES_NOT
        assert {finding.check for finding in verdict.findings} == {"status_code_conformance"}
        assert verdict.cases > 0
        assert visitors == []


def test_writes_are_sent_only_where_they_are_allowed() -> None:
    with tapped() as tap:
        target = parse_target(f"http://127.0.0.1:{tap.port}", base_path="/v3.0/api", writes="127.0.0.1")
        verify(Plan(target, Contract.load(), examples=1, quick=True, forms=("json",)))
        methods = {request.method for request, _ in tap.requests() if not request.target.startswith(b"/_elko/")}
    assert methods == {b"GET", b"POST", b"PUT", b"DELETE", b"PATCH"}
