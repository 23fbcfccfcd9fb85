"""Five codes and no other, whatever is sent (manual); 403 says the same for all its causes."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.settings import Settings
from elko_mock.world.world import World
from tests.journeys.driving import Client, Form, Reply, in_process

CODES = {200, 400, 403, 404, 405}
_PATHS = sorted({operation.path for operation in Contract.load().operations})
_SEGMENTS = st.text(st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters="?#"), max_size=12)
_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, blacklist_characters="\x7f"), max_size=40)


@st.composite
def _targets(draw: st.DrawFn) -> str:
    path = draw(st.sampled_from(_PATHS) | st.builds("/{}/{}".format, _SEGMENTS, _SEGMENTS))
    for variable in ("{elkoCode}", "{id}", "{type}", "{lineId}", "{withAdditionalInfo}", "{dateFrom}", "{dateTo}"):
        path = path.replace(variable, draw(st.sampled_from(["1", "1341426", "true", "Availability", "0"]) | _SEGMENTS))
    query = draw(st.text(st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters="#"), max_size=30))
    return f"{path}?{query}" if query else path


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["lines", "elkoCode", "quantity", "enduser", "username", "kitId"]), inner)
    ),
    max_leaves=12,
)
_BODIES = (
    st.binary(max_size=80) | _JSON.map(lambda data: json.dumps(data).encode()) | st.just(b"<Order><lines/></Order>")
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
    target=_targets(),
    body=_BODIES,
    headers=st.dictionaries(
        st.sampled_from(["Accept", "Content-Type", "Accept-Encoding", "Content-Encoding", "X-Forwarded-For", "Host"]),
        _VALUES
        | st.sampled_from(
            ["application/json", "application/xml", "text/xml; charset=utf-16", "*/*", "gzip", "text/plain"]
        ),
        max_size=4,
    ),
    authorised=st.booleans(),
)
@settings(max_examples=400)
def test_nothing_but_the_five_codes(
    mock: Mock, open_world: World, method: str, target: str, body: bytes, headers: dict[str, str], authorised: bool
) -> None:
    if authorised:
        headers = headers | {"Authorization": f"Bearer {open_world.gate.account.token}"}
    headers = headers | {"X-Elko-World": open_world.name}
    status, answered, raw = in_process(mock)(method, target, headers, body)
    assert status in CODES
    kind = answered["content-type"]
    if status == 200 and "json" in kind and "content-encoding" not in answered:
        json.loads(raw)
    if status != 200:
        assert kind.startswith("application/problem+")


@pytest.fixture(scope="module")
def open_world(mock: Mock) -> World:
    """One world for all examples: what they do to it is part of the test."""
    return mock.worlds.create(scenario={"limit": {"calls": 0}, "products": 50}, clock_frozen=True)


def _all_causes(mock: Mock) -> dict[str, Reply]:
    fresh = {"account": {"terms_accepted": False, "addresses": [], "token_created": False}, "limit": {"calls": 3}}
    world = mock.worlds.create(scenario=fresh, clock_frozen=True)
    client = Client(in_process(mock), headers={"X-Elko-World": world.name})
    causes = {"terms": client.get("/Orders")}
    world.gate.account.accept_terms()
    causes["address"] = client.get("/Orders")
    world.gate.account.add_address("127.0.0.1")
    causes["token"] = client.get("/Orders")
    client.get("/Orders")
    client.get("/Orders")
    causes["rate"] = client.get("/Orders")
    causes["blocked"] = client.get("/Orders")
    return causes


def test_403_has_one_body_for_all_causes_and_the_cause_in_a_debug_header(mock: Mock) -> None:
    causes = _all_causes(mock)
    assert {cause: reply.reason for cause, reply in causes.items()} == {cause: cause for cause in causes}
    assert {reply.status for reply in causes.values()} == {403}
    assert len({reply.raw for reply in causes.values()}) == 1


def test_faithful_sends_no_debug_header() -> None:
    mock = assemble(Settings(faithful=True, products=50))
    client = Client(in_process(mock), token=mock.worlds.default.gate.account.token or "")
    for reply in (*_all_causes(mock).values(), client.get("/Catalog/Vendors"), client.get("/Nothing")):
        assert not [name for name in reply.headers if name.startswith("x-elko")]


def test_faithful_takes_no_orders_about_faults() -> None:
    mock = assemble(Settings(faithful=True, products=50))
    client = Client(in_process(mock), token=mock.worlds.default.gate.account.token or "")
    client.headers = {"Prefer": "code=404", "X-Elko-Fault": "status=404"}
    assert client.get("/Catalog/Vendors").status == 200


def test_problem_details_come_in_the_representation_asked_for(mock: Mock, world: World, form: Form) -> None:
    client = Client(in_process(mock), form, token=world.gate.account.token or "")
    reply = client.get("/Catalog/Products", "elkoCode=x")
    assert reply.headers["content-type"] == f"application/problem+{form}; charset=utf-8"
    assert (b"<problem " in reply.raw) == (form == "xml")


def test_a_refusal_of_the_trade_is_400_and_an_unknown_thing_404(client: Client) -> None:
    refused = client.post("/Orders", {"lines": [{"elkoCode": 1, "quantity": 1}]})
    assert (refused.status, refused.reason) == (400, "unknown-product")
    assert set(refused.data["errors"]) == {"lines[0].elkoCode"}
    assert (client.get("/Orders/1").status, client.delete("/Reservations/1").status) == (404, 404)
