"""What was sent in secret comes out nowhere: every way into a journal, every way out of it."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest

from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, over_port
from tests.secrets.canaries import PASSWORD, PERSON, SECOND_FACTOR, TOKEN, USERNAME, sightings
from tests.secrets.sending import in_xml

JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
ORDER = {"lines": [{"elkoCode": 9000001, "quantity": 1}], "enduser": dict(PERSON)}
CREDENTIALS = {"username": USERNAME, "password": PASSWORD}
KEPT = 2000
"""Bytes kept of a body."""


@pytest.fixture(scope="module")
def control() -> Iterator[ControlClient]:
    with Live(assemble(Settings(products=60, limit=0, journal_body_bytes=KEPT))) as live:
        yield ControlClient(live.url)


@pytest.fixture
def world(control: ControlClient) -> Iterator[RemoteWorld]:
    made = control.create_world()
    yield made
    made.delete()


def _sent(body: bytes, kind: str = JSON, path: str = "/Orders", **headers: str) -> tuple[str, bytes, Mapping[str, str]]:
    return path, body, {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


def _json(data: Any) -> bytes:
    return json.dumps(data).encode()


PADDED = {"clientNote": "x" * (KEPT - 250), **ORDER}
WAYS = {
    "JSON": _sent(_json(ORDER)),
    "XML": _sent(in_xml("createOrder", ORDER), XML),
    "names in any case": _sent(_json({"LINES": ORDER["lines"], "ENDUSER": {n.upper(): v for n, v in PERSON.items()}})),
    "UTF-16": _sent(json.dumps(ORDER).encode("utf-16"), f"{JSON}; charset=utf-16"),
    "escaped names": _sent(_json(ORDER).replace(b'"c', b'"\\u0063')),
    "gzip": _sent(gzip.compress(_json(ORDER)), Content_Encoding="gzip"),
    "gzip in gzip": _sent(gzip.compress(gzip.compress(_json(ORDER))), Content_Encoding="gzip, gzip"),
    "gzip unsaid": _sent(gzip.compress(_json(ORDER))),
    "deflate": _sent(zlib.compress(_json(ORDER)), Content_Encoding="deflate"),
    "raw deflate": _sent(zlib.compress(_json(ORDER))[2:-4], Content_Encoding="deflate"),
    "said to be packed": _sent(_json(ORDER), Content_Encoding="br"),
    "cut by the journal": _sent(_json(PADDED)),
    "broken": _sent(_json(ORDER)[:-2]),
    "credentials": _sent(_json(CREDENTIALS), path="/Token"),
    "credentials in XML": _sent(in_xml("issueToken", CREDENTIALS), XML, "/Token"),
    "credentials in a form": _sent(urlencode(CREDENTIALS).encode(), FORM, "/Token"),
    "in the query": _sent(b"", path=f"/Orders?{urlencode({**CREDENTIALS, **PERSON, 'access_token': TOKEN})}"),
    "in header fields": _sent(b"{}", Cookie=f"session={PASSWORD}", X_Api_Key=PASSWORD, X_Token=TOKEN, X_Other=TOKEN),
    "in the path": _sent(b"{}", path=f"/Orders/{TOKEN}"),
    "a token in the body": _sent(_json({"lines": [], "clientNote": TOKEN, "shipTo": [TOKEN]})),
    "to nowhere": _sent(_json(ORDER), path="/Nowhere"),
    "without an answer": _sent(_json(ORDER), X_Elko_Fault="cut=lost"),
    "with a fault's answer": _sent(_json(ORDER), X_Elko_Fault=f'status=400; body="{TOKEN}"'),
    "to the shop": _sent(_json({"billing": {"first_name": PERSON["contactName"], "email": PERSON["contactMail"]}}),
                         path="/_elko/sink/orders?consumer_secret=" + PASSWORD),
    "to the shop, packed": _sent(gzip.compress(_json(CREDENTIALS)), path="/_elko/sink/login", Content_Encoding="gzip"),
}  # fmt: skip


def _out(world: RemoteWorld) -> Iterator[tuple[str, bytes]]:
    """Everything that a journal can be had as."""
    ask, headers = over_port(world.url), {"X-Elko-World": world.name, "Content-Type": JSON}
    for method, target, body in (
        ("GET", f"{world.path}/journal", b""),
        ("GET", f"{world.path}/journal/export?format=ndjson", b""),
        ("GET", f"{world.path}/journal/export?format=har", b""),
        ("GET", "/__admin/requests", b""),
        ("POST", "/__admin/requests/find", b"{}"),
        ("GET", "/__admin/requests/unmatched", b""),
    ):
        status, _, raw = ask(method, target, headers, body)
        assert status == 200
        yield target, raw


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _texts(each)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """What can be unpacked out of the texts of an export by whoever tries."""
    whole = raw.startswith(b"{") and not raw.rstrip().count(b"\n{")
    for document in [raw] if whole else raw.splitlines():
        for text in _texts(json.loads(document)):
            packed = [text.encode("latin-1", "replace")]
            with suppress(ValueError):
                packed.append(base64.b64decode(text, validate=True))
            for _ in range(2):
                for one in tuple(packed):
                    for bits in (47, -15):
                        with suppress(zlib.error):
                            packed.append(zlib.decompressobj(bits).decompress(one))
            yield from packed


@pytest.mark.parametrize("name", WAYS)
def test_nothing_comes_out_that_was_sent_in_secret(world: RemoteWorld, name: str) -> None:
    path, body, headers = WAYS[name]
    for bearer in (world.token, TOKEN):
        target = path if path.startswith("/_elko") else BASE + path
        sent = {"Authorization": f"Bearer {bearer}", "X-Elko-World": world.name, **headers}
        try:
            over_port(world.url)("POST", target, sent, body)
        except OSError:
            assert name == "without an answer"
    assert world.journal.count() == 2
    for where, came in _out(world):
        assert not sightings(came), where
        assert not [one for one in _unpacked(came) if sightings(one)], where
        assert not any(part.encode() in came for part in world.token.split(".")), where


def test_what_a_plugin_or_a_report_makes_of_it_is_made_of_the_same_records(world: RemoteWorld) -> None:
    over_port(world.url)("POST", f"{BASE}/Orders", {"Authorization": f"Bearer {world.token}"}, _json(ORDER))
    (exchange,) = world.journal.select()
    assert not sightings(repr(exchange.request.body).encode())
    assert exchange.request.body.count(b"[personal-") == len(PERSON)


def test_what_a_fault_s_header_fields_hold_does_not_come_out_either(world: RemoteWorld) -> None:
    fields = {
        "Set-Cookie": f"session={SECOND_FACTOR}",
        "X-Auth-Token": PASSWORD,
        "X-Debug": f"Bearer {TOKEN}",
        "X-A": "b",
    }
    world.faults.add(respond={"status": 503, "headers": fields})
    status, received, _ = over_port(world.url)("GET", f"{BASE}/Cart", {"Authorization": f"Bearer {world.token}"}, b"")
    assert status == 503
    assert fields.items() <= {name.title(): value for name, value in dict(received).items()}.items()
    for where, came in _out(world):
        assert not sightings(came), where
    (exchange,) = world.journal.select()
    assert exchange.response is not None
    assert exchange.response.header(b"x-a") == "b"
