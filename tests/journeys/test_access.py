"""Access as eCom > Services > API Integration works: terms, addresses, one token."""

import base64
import json

import pytest

from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.settings import Settings
from elko_mock.world.world import World
from tests.journeys.driving import Client, Form, in_process


@pytest.mark.parametrize(
    ("listed", "peer", "let_in"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.0/24", "192.0.2.200", True),
        ("192.0.2.3-192.0.2.9", "192.0.2.9", True),
        ("192.0.2.3-192.0.2.9", "192.0.2.10", False),
        ("2001:db8::/32", "2001:db8::1", True),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("2001:db8::1", "192.0.2.7", False),
    ],
)
def test_only_listed_addresses_are_let_in(listed: str, peer: str, let_in: bool) -> None:
    mock = assemble(Settings(products=20, trusted_proxies=("127.0.0.1/32",)))
    account = mock.worlds.default.gate.account
    for address in account.addresses:
        account.remove_address(address)
    assert account.add_address(listed) is None
    client = Client(in_process(mock), token=account.token or "", headers={"X-Forwarded-For": peer})
    assert (client.get("/Catalog/Vendors").status == 200) == let_in


def test_x_forwarded_for_is_not_believed_from_just_anyone(mock: Mock, world: World) -> None:
    account = world.gate.account
    for address in account.addresses:
        account.remove_address(address)
    account.add_address("192.0.2.7")
    client = Client(in_process(mock), token=account.token or "", headers={"X-Forwarded-For": "192.0.2.7"})
    assert client.get("/Catalog/Vendors").reason == "address"


def test_the_token_comes_raw_as_text_and_quoted_as_json(mock: Mock, world: World) -> None:
    settings = world.gate.account.settings
    client = Client(in_process(mock))
    credentials = {"username": settings.username, "password": settings.password}
    for accept, quoted in (("text/plain", False), ("*/*", False), ("application/json", True), ("text/json", True)):
        client.headers["Accept"] = accept
        raw = client.post("/Token", credentials).raw.decode()
        token = json.loads(raw) if quoted else raw
        assert token == world.gate.account.token
        header, claims, _ = token.split(".")
        assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS256", "typ": "JWT"}
        assert json.loads(base64.urlsafe_b64decode(claims + "=="))["iss"] == "https://elko-mock.invalid"


def test_a_new_token_makes_the_former_inactive_at_once(mock: Mock, world: World, form: Form) -> None:
    account = world.gate.account
    client = Client(in_process(mock), form, token=account.token or "")
    assert client.get("/Orders").status == 200
    issued = client.post("/Token", {"username": account.settings.username, "password": account.settings.password})
    assert client.get("/Orders").reason == "token"
    client.token = issued.data
    assert client.get("/Orders").status == 200


def test_wrong_credentials_are_403_and_change_nothing(mock: Mock, world: World) -> None:
    account = world.gate.account
    token = account.token
    client = Client(in_process(mock), headers={"X-Elko-World": world.name})
    reply = client.post("/Token", {"username": account.settings.username, "password": "guess"})
    assert (reply.status, reply.reason) == (403, "credentials")
    assert account.token == token


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer {}", 200),
        ("Bearer  {}", 200),
        ("bearer {}", 200),
        ("{}", 403),
        ('Bearer "{}"', 403),
        ("Basic {}", 403),
        ("Bearer", 403),
        ("", 403),
        ("Bearer {}x", 403),
    ],
)
def test_the_ways_a_token_is_sent(mock: Mock, world: World, header: str, status: int) -> None:
    send = in_process(mock)
    headers = {"Authorization": header.format(world.gate.account.token), "X-Elko-World": world.name}
    assert send("GET", "/v3.0/api/Orders", headers, b"")[0] == status


def test_a_foreign_token_is_kept_nowhere(mock: Mock) -> None:
    claims = base64.urlsafe_b64encode(b'{"iss":"https://somewhere.example","name":"live"}').decode().rstrip("=")
    foreign = f"eyJhbGciOiJIUzI1NiJ9.{claims}.c2VjcmV0LXNpZ25hdHVyZQ"
    world = mock.worlds.create()
    send = in_process(mock)
    headers = {"Authorization": f"Bearer {foreign}", "X-Elko-World": world.name, "X-Copy": foreign}
    assert send("GET", f"/v3.0/api/Orders?token={foreign}", headers, foreign.encode())[0] == 403
    (exchange,) = world.journal
    kept = repr(exchange) + str(tuple(exchange.request)) + str(tuple(exchange.response or ()))
    assert foreign not in kept
    assert claims not in kept
    assert exchange.credential.fingerprint
