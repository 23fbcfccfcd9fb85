"""A recalled answer is never a stale one: whatever is asked, written, advanced, reset or restored in between."""

import asyncio
import gzip
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR
from elko_mock.contract.contract import Match
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.handlers import HANDLERS
from elko_mock.settings import Settings
from elko_mock.stages.call import Call
from elko_mock.stages.recall import Recall
from elko_mock.trade import fixed
from elko_mock.trade.refusals import Refusal
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import negotiate
from elko_mock.world.world import World
from tests.journeys.driving import BASE, Client, Reply, in_process

SOLD = (fixed.PLENTY, fixed.COMING, fixed.KIT, fixed.SELLS_OUT, fixed.PRICE_MOVES, fixed.RECORDED)
CODES = ",".join(map(str, SOLD))
TARGETS = (
    f"/Catalog/Products?elkoCode={CODES}",
    f"/Catalog/Products?elkoCode={fixed.KIT},{fixed.COMING}&lang=LV",
    "/Catalog/Products",
    f"/Catalog/AvailabilityAndPrice/AvailabilityIncomingPrice?elkoCodes={CODES}",
    f"/Catalog/Availability?elkoCode={CODES}",
    f"/Catalog/MediaItems/{fixed.RECORDED}",
    "/Catalog/Categories",
    "/Orders",
    "/Reservations",
    "/Cart",
    "/Finances/Invoices/true",
    "/Accounts/My",
)
WAYS = (
    ("application/json", ""),
    ("application/json", "gzip"),
    ("application/xml", ""),
    ("text/plain", "br;q=1, *"),
)
"""`Accept` and `Accept-Encoding`."""

WRITES = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(SOLD), st.integers(1, 6)),
    st.tuples(st.just("reserve"), st.sampled_from(SOLD), st.integers(1, 6)),
    st.tuples(st.just("cart"), st.sampled_from(SOLD), st.integers(1, 3)),
    st.tuples(st.sampled_from(("clear", "cancel", "release", "reset", "keep", "restore", "elsewhere"))),
    st.tuples(st.just("advance"), st.sampled_from((1, HOUR - 1, HOUR, DAY // 2, DAY, 3 * DAY, 9 * DAY))),
)


@pytest.fixture(scope="module")
def served() -> Mock:
    """A mock of few products."""
    return assemble(Settings(products=60))


def expected(mock: Mock, world: World, target: str, accept: str) -> bytes:
    """What the trade says now, written and encoded in one piece, past all that is kept ready."""
    path, _, query = (BASE + target).partition("?")
    match = mock.contract.match("GET", path)
    assert isinstance(match, Match)
    operation = match.operation
    call = Call(Request("GET", path, query, Fields(), b"", ""), world, world.clock.now(), 0, match)
    call.arguments = operation.bind(match.path_values, query).values
    data = asyncio.run(HANDLERS[operation.id](call))
    assert not isinstance(data, Refusal)
    if not isinstance(data, dict | list):
        data = list(data)
    assert operation.answer_violations(200, data) == ()
    promised = operation.answers[200]
    return Codec(promised.schema, mock.contract.components).encode(data, negotiate(accept, promised.media_types))


class Run:
    """One world of a mock, driven step by step."""

    def __init__(self, mock: Mock, scenario: dict[str, Any]) -> None:
        wanted = {"limit": {"calls": 0}, "products": 60, **scenario}
        self.mock = mock
        self.world = mock.worlds.create(scenario=wanted, clock_frozen=True)
        self.other = mock.worlds.create(scenario=wanted, clock_frozen=True)
        self.kept: bytes | None = None

    def client(self, world: World, **headers: str) -> Client:
        return Client(in_process(self.mock), "json", token=world.gate.account.token or "", headers=headers)

    def step(self, step: Sequence[Any]) -> None:
        what, *given = step
        client = self.client(self.world)
        if what == "order":
            client.post("/Orders", {"lines": [{"elkoCode": given[0], "quantity": given[1]}]})
        elif what == "reserve":
            client.post("/Reservations", {"lines": [{"elkoCode": given[0], "quantity": given[1]}]})
        elif what == "cart":
            client.post("/Cart/Add", {"elkoCode": given[0], "quantity": given[1]})
        elif what == "clear":
            client.delete("/Cart")
        elif what in ("cancel", "release"):
            rows = client.get("/Orders" if what == "cancel" else "/Reservations").data
            if rows:
                client.delete(f"/{'Orders' if what == 'cancel' else 'Reservations'}/{rows[-1]['id']}")
        elif what == "advance":
            self.world.clock.advance(given[0])
        else:
            self.whole_world(what)

    def whole_world(self, what: str) -> None:
        worlds, name = self.mock.worlds, self.world.name
        if what == "reset":
            worlds.reset(name)
        elif what == "keep":
            self.kept = worlds.snapshot(name)
        elif what == "restore" and self.kept is not None:
            worlds.restore(name, self.kept)
        elif what == "elsewhere":
            self.client(self.other).post("/Orders", {"lines": [{"elkoCode": fixed.PLENTY, "quantity": 1}]})

    def read(self, target: str, accept: str, encoding: str) -> None:
        headers = {"accept": accept, **({"accept-encoding": encoding} if encoding else {})}
        for world in (self.world, self.other):
            headers["authorization"] = f"Bearer {world.gate.account.token}"
            status, answered, raw = in_process(self.mock)("GET", BASE + target, headers, b"")
            wanted = expected(self.mock, world, target, accept)  # later: it settles the trade itself
            assert status == 200
            assert ("content-encoding" in answered) == bool(encoding)
            assert (gzip.decompress(raw) if answered.get("content-encoding") == "gzip" else raw) == wanted
            noted = list(world.journal)[-1]
            assert (noted.violations, noted.operation is not None) == ((), True)
            assert isinstance(noted.response, Response)
            assert noted.response.body == wanted[: world.journal.body_limit]
            assert noted.response_length == len(raw)

    def close(self) -> None:
        for world in (self.world, self.other):
            self.mock.worlds.delete(world.name)


@given(
    st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3, unique=True),
    st.lists(WRITES, max_size=10),
    st.booleans(),
)
@settings(max_examples=100)
def test_a_read_is_answered_as_things_stand(
    served: Mock, targets: list[str], steps: list[tuple[Any, ...]], drifting: bool
) -> None:
    run = Run(served, {"twists": {"hourly_drift": True}} if drifting else {})
    try:
        for step in [(), (), *steps]:  # what is asked a second time is kept
            if step:
                run.step(step)
            for target in targets:
                for accept, encoding in WAYS:
                    run.read(target, accept, encoding)
    finally:
        run.close()


def test_another_trade_of_the_same_version_is_another(mock: Mock) -> None:
    world = mock.worlds.create(scenario={"limit": {"calls": 0}}, clock_frozen=True)
    client = Client(in_process(mock), "json", token=world.gate.account.token or "")
    shown = []
    for quantity in (2, 5):
        client.post("/Orders", {"lines": [{"elkoCode": fixed.PLENTY, "quantity": quantity}]})
        shown.append([client.get("/Orders").data[0]["lines"][0]["quantity"] for _ in range(3)])
        mock.worlds.reset(world.name)
    assert shown == [[2] * 3, [5] * 3]


def asked(mock: Mock, world: World, path: str = "/Catalog/Vendors", query: str = "", **headers: str) -> Reply:
    token = world.gate.account.token or ""
    return Client(in_process(mock), "json", token=token, headers=headers).get(path, query)


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many answers have been kept."""
    kept: list[object] = []
    keep = Recall._keep

    def spy(recall: Recall, *arguments: Any) -> None:
        kept.append(arguments)
        keep(recall, *arguments)

    monkeypatch.setattr(Recall, "_keep", spy)
    return lambda: len(kept)


def test_what_is_asked_a_second_time_is_kept_and_then_recalled(
    mock: Mock, world: World, spied: Callable[[], int]
) -> None:
    replies = [asked(mock, world) for _ in range(4)]
    assert spied() == 1
    assert len({reply.raw for reply in replies}) == 1
    assert [reply.headers["x-elko-exchange"] for reply in replies] == ["1", "2", "3", "4"]
    assert [one.status for one in world.journal] == [200] * 4


def test_a_recalled_answer_passes_gate_token_and_faults(mock: Mock, world: World) -> None:
    for _ in range(3):
        assert asked(mock, world).status == 200
    assert asked(mock, world, **{"X-Elko-Fault": "status=404"}).status == 404
    assert asked(mock, world).status == 200
    world.gate.account.replace_token()
    stale = Client(in_process(mock), "json", token="not.the.token", headers={"X-Elko-World": world.name})
    assert stale.get("/Catalog/Vendors").status == 403
    assert [one.reason for one in world.journal][-1] == "token"


def test_refusals_are_made_anew_each_time(mock: Mock, world: World) -> None:
    traces = {asked(mock, world, "/Orders/12345").data["traceId"] for _ in range(4)}
    assert len(traces) == 4


def test_a_violation_is_told_with_every_recalled_answer(mock: Mock) -> None:
    wrong = {"limit": {"calls": 0}, "twists": {"rows": {fixed.PLENTY: {"price": "a lot"}}}}
    world = mock.worlds.create(scenario=wrong, clock_frozen=True)
    for _ in range(4):
        asked(mock, world, "/Catalog/Products", f"elkoCode={fixed.RECORDED},{fixed.PLENTY}")
    found = [[(one.code, one.where) for one in exchange.violations] for exchange in world.journal]
    assert found == [[("response.type", "response/1/price")]] * 4
