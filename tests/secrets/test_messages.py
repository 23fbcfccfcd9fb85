"""What is refused is not repeated with its secrets: error bodies of both planes, and the command's messages."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient, RemoteWorld
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, over_port
from tests.secrets.canaries import CONTROL_TOKEN, OWN_TOKEN, PASSWORD, PERSON, SECOND_FACTOR, TOKEN, USERNAME, sightings
from tests.secrets.sending import ENVIRONMENT

JSON, XML = "application/json", "application/xml"
LINES = [{"elkoCode": 9000001, "quantity": 1}]


@pytest.fixture(scope="module")
def world() -> Iterator[RemoteWorld]:
    with Live(assemble(Settings(products=60, limit=0))) as live:
        yield ControlClient(live.url).world()


Asked = tuple[str, str, str, bytes]
"""Method, path below the base path, Content-Type, body."""


def _order(data: Any = None, kind: str = JSON, **wrong: Any) -> Asked:
    """An order of a planted person's, with something wrong about it."""
    if not isinstance(data, bytes):
        data = json.dumps({"lines": LINES, "enduser": {**PERSON, **wrong}, **(data or {})}).encode()
    return "POST", "/Orders", kind, data


def _token(data: Any, kind: str = JSON) -> Asked:
    """A request for a token with a planted password, with something wrong about it."""
    return "POST", "/Token", kind, data if isinstance(data, bytes) else json.dumps(data).encode()


def _read(path: str, method: str = "GET") -> Asked:
    return method, path, JSON, b""


IN_XML = f"<Credentials><password>{PASSWORD}</password>".encode()
FORM = f"username={USERNAME}&password={PASSWORD}".encode()
CODE = "<Order><lines><OrderLine><elkoCode>{}</elkoCode></OrderLine></lines></Order>"
REFUSED: dict[str, Asked] = {
    "a person with a wrong switch": _order(isNaturalPerson="perhaps"),
    "a name that is a list": _order(contactName=[PERSON["contactName"]]),
    "a name that is an object": _order(contactName={"first": PERSON["contactName"]}),
    "an address that is a figure": _order(pickupPoint=PERSON["addressLine1"]),
    "a person that is a text": _order({"enduser": PERSON["city"]}),
    "a code that is a name": _order({"lines": [{"elkoCode": PERSON["company"], "quantity": 1}]}),
    "a person cut off": _order(_order()[3][:-3]),
    "a person in XML cut off": _order(f"<Order><enduser><city>{PERSON['city']}".encode(), XML),
    "what is out of stock": _order({"lines": [{"elkoCode": 9000002, "quantity": 1}], "orderIfAllAvailable": True}),
    "a password without a user": _token({"password": PASSWORD}),
    "a password that is a list": _token({"username": USERNAME, "password": [PASSWORD]}),
    "a password that is an object": _token({"username": 5, "password": {"is": PASSWORD}}),
    "a password instead of a body": _token(PASSWORD),
    "a wrong password": _token({"username": USERNAME, "password": PASSWORD}),
    "a password without its quote": _token(f'{{"username": "x", "password": "{PASSWORD}'.encode()),
    "a password without quotes": _token(f'{{"username": "x", "password": {PASSWORD}}}'.encode()),
    "a password in XML cut off": _token(IN_XML, XML),
    "a password in broken XML": _token(IN_XML + b"</other>", XML),
    "a form": _token(FORM, "application/x-www-form-urlencoded"),
    "a form said to be JSON": _token(FORM),
    "a token as an order": _read(f"/Orders/{TOKEN}"),
    "a token as a reservation": _read(f"/Reservations/{TOKEN}", "DELETE"),
    "a token as a code": _read(f"/Catalog/Products/{TOKEN}/Description"),
    "a token as a kind": _read(f"/Catalog/AvailabilityAndPrice/{TOKEN}"),
    "a token as a filter": _read(f"/Catalog/Products?elkoCode={TOKEN}"),
    "a token as a path": _read(f"/{TOKEN}"),
    "a token as a content type": _order(b"{}", TOKEN),
    "a token in XML": _order(CODE.format(TOKEN).encode(), XML),
}


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize("name", REFUSED)
def test_error_bodies_repeat_no_secret(world: RemoteWorld, name: str, accept: str) -> None:
    method, path, kind, body = REFUSED[name]
    headers = {"Content-Type": kind, "Accept": accept, "Authorization": f"Bearer {world.token}"}
    status, answered, raw = over_port(world.url)(method, BASE + path, headers, body)
    assert status in {400, 403, 404}
    assert raw
    assert not sightings(raw + repr(answered).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", f"Bearer {TOKEN}"),
        ("Authorization", f"Basic {TOKEN}"),
        ("X-Elko-World", TOKEN),
        ("X-Elko-Fault", f"status={TOKEN}"),
        ("X-Elko-Fault", TOKEN),
        ("Prefer", f"code={TOKEN}"),
        ("Accept", TOKEN),
        ("Content-Encoding", TOKEN),
    ],
)
def test_nor_does_what_is_said_of_header_fields(world: RemoteWorld, name: str, value: str) -> None:
    headers = {"Content-Type": JSON, "Authorization": f"Bearer {world.token}", name: value}
    status, answered, raw = over_port(world.url)("POST", f"{BASE}/Orders", headers, b'{"lines": []}')
    assert status in {400, 403}
    assert not sightings(raw + repr(answered).encode())


CONTROL: list[tuple[str, str, Any]] = [
    ("POST", "/_elko/worlds", {"scenario": {"account": {"password": [PASSWORD]}}}),
    ("POST", "/_elko/worlds", {"scenario": {"account": {"password": PASSWORD * 20}}}),
    ("POST", "/_elko/worlds", {"scenario": {"account": {"second_factor": SECOND_FACTOR * 5}}}),
    ("POST", "/_elko/worlds", {"scenario": {"account": {"first_token": f"{OWN_TOKEN} "}}}),
    ("POST", "/_elko/worlds", {"scenario": {"account": {"first_token": TOKEN}}}),
    ("POST", "/_elko/worlds", {"scenario": TOKEN}),
    ("POST", "/_elko/worlds", {"clock": {"start": TOKEN}}),
    ("GET", f"/_elko/{TOKEN}", None),
    ("GET", f"/_elko/worlds/{TOKEN}", None),
    ("GET", f"/__admin/{TOKEN}", None),
    ("POST", f"/_elko/sink/@{TOKEN}/x", {"password": PASSWORD}),
    ("GET", f"/_elko/worlds/default/journal?since={TOKEN}", None),
    ("POST", "/_elko/worlds/default/account/token", {"secondFactor": SECOND_FACTOR}),
    ("POST", "/_elko/worlds/default/account/addresses", {"address": TOKEN}),
    ("POST", "/_elko/worlds/default/faults", {"name": "x", "respond": TOKEN}),
    ("PUT", "/_elko/worlds/default/snapshot", {"password": PASSWORD}),
]


@pytest.mark.parametrize(
    ("method", "path", "body"), CONTROL, ids=[f"{one[1][:40]} {n}" for n, one in enumerate(CONTROL)]
)
def test_the_control_plane_repeats_none(world: RemoteWorld, method: str, path: str, body: Any) -> None:
    raw = b"" if body is None else json.dumps(body).encode()
    status, answered, said = over_port(world.url)(method, path, {"Content-Type": JSON}, raw)
    assert 400 <= status < 500
    assert not sightings(said + repr(answered).encode())


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--token", f"{OWN_TOKEN} x"],
        ["serve", "--token", TOKEN],
        ["serve", "--control-token", f"{CONTROL_TOKEN} x"],
        ["serve", "--password", PASSWORD, "--port", "x"],
        ["serve", "--username", USERNAME, "--scenario", "nowhere"],
        ["serve", "--spec", f"http://{USERNAME}:{PASSWORD}@127.0.0.1:9/swagger.json?key={OWN_TOKEN}"],
        ["serve", "--host", "0.0.0.0", "--password", PASSWORD, "--token", OWN_TOKEN],
        ["verify", f"http://{USERNAME}:{PASSWORD}@127.0.0.1:9", "--token", TOKEN],
        ["verify", "http://127.0.0.1:9", "--token", TOKEN, "--quick"],
        ["observe", f"http://127.0.0.1:9/?token={TOKEN}"],
        ["record", f"http://{USERNAME}:{PASSWORD}@127.0.0.1:9"],
        ["spec", "diff", f"http://{USERNAME}:{PASSWORD}@127.0.0.1:9/a", "b"],
        ["grade", "--token", OWN_TOKEN, "--password", PASSWORD, "--scenario", "nowhere", "--", "true"],
        ["scenario", "check", "wrong.yaml"],
        ["serve", "--scenario", "wrong.yaml"],
        ["serve", "--config", "wrong.toml"],
    ],
    ids=lambda words: " ".join(words)[:50],
)
def test_the_command_repeats_none(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "wrong.yaml").write_text(
        f"account:\n  password: [{PASSWORD}]\n  first_token: '{OWN_TOKEN} x'\n  second_factor: {SECOND_FACTOR * 3}\n"
    )
    (tmp_path / "wrong.toml").write_text(f'[serve]\ntoken = "{OWN_TOKEN} x"\npassword = ["{PASSWORD}"]\n')
    ended = subprocess.run(
        [sys.executable, "-m", "elko_mock", *words],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert ended.stdout + ended.stderr
    assert not sightings(ended.stdout + ended.stderr)
    for name in ("wrong.yaml", "wrong.toml"):
        (tmp_path / name).unlink()
