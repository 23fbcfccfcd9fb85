"""Worlds: whose request is whose, and how they come and go."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elko_mock.clock import DAY, HOUR, MINUTE, SECOND, ClockMisuse
from elko_mock.exchange.journal import Journal
from elko_mock.exchange.messages import Fields, Request
from elko_mock.faults.kinds import Respond
from elko_mock.faults.plan import Rule
from elko_mock.gate.account import DEFAULT_TOKEN, AccountSettings
from elko_mock.gate.throttle import Limit
from elko_mock.gate.token import issue
from elko_mock.scenario.loader import ScenarioProblem, load
from elko_mock.scenario.model import ClockStart, Scenario
from elko_mock.trade.catalog import Catalog
from elko_mock.world.catalogs import Catalogs
from elko_mock.world.seeding import Soil
from elko_mock.world.world import World
from elko_mock.world.worlds import DefaultStays, NoRoom, UnknownWorld, WorldExists, WorldProblem, Worlds
from tests.unit.gate.test_token import LIVE

T = 1_772_438_400 * SECOND
SMALL = Scenario(products=30, clock=ClockStart(T, frozen=True))


class Ticks:
    """Real time, turned by hand."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at


def request(
    authorization: str | None = None,
    *,
    world: str | None = None,
    method: str = "GET",
    path: str = "/v3.0/api/Orders",
    body: bytes = b"",
) -> Request:
    headers = Fields(() if world is None else ((b"x-elko-world", world.encode()),))
    return Request(method, path, "", headers, body, "127.0.0.1", authorization)


def bearer(world: World) -> str:
    return f"Bearer {world.gate.account.token}"


def sign_in(username: str, form: str = "json", path: str = "/v3.0/api/Token") -> Request:
    bodies = {
        "json": f'{{"username": "{username}", "password": "x"}}',
        "json, other case": f'{{"Password":"x","UserName":"{username}"}}',
        "xml": f"<TokenRequest><username>{username}</username><password>x</password></TokenRequest>",
        "xml, other case": f'<r xmlns="u"><Username xml:space="x"> {username} </Username></r>',
    }
    return request(method="POST", path=path, body=bodies[form].encode())


def test_the_default_world_is_that_of_the_well_known_token() -> None:
    worlds = Worlds(SMALL)
    assert worlds.default.name == "default"
    assert worlds.of(request(f"Bearer {DEFAULT_TOKEN}")) is worlds.default
    assert worlds.of(request()) is worlds.default
    assert bearer(worlds.default) == f"Bearer {DEFAULT_TOKEN}"


@pytest.mark.parametrize("form", ["Bearer {}", "bearer  {}", "{}", '"{}"', "Bearer {}\n", "Basic {}"])
def test_a_token_names_a_world_however_it_is_written(form: str) -> None:
    """So that the refusal of a malformed header happens in, and is recorded by, the world it was meant for."""
    worlds = Worlds(SMALL)
    world = worlds.create()
    assert worlds.of(request(form.format(world.gate.account.token))) is world
    assert worlds.of(request(form.format(world.gate.account.token), world="default")) is world


def test_a_dead_token_still_names_its_world() -> None:
    worlds = Worlds(SMALL)
    world = worlds.create("shop-1")
    dead = bearer(world)
    world.gate.account.create_token("000000")
    assert worlds.of(request(dead)) is world
    assert world.gate.authorise(dead) is not None
    assert worlds.of(request(bearer(world))) is world
    assert world.gate.authorise(bearer(world)) is None


@pytest.mark.parametrize("other", ["Bearer nonsense", f"Bearer {LIVE}", "", "Bearer"])
def test_any_other_token_is_the_default_world_s_to_refuse(other: str) -> None:
    worlds = Worlds(SMALL)
    named = worlds.create("named")
    assert worlds.of(request(other)) is worlds.default
    assert worlds.default.gate.authorise(other) is not None
    assert worlds.of(request(other, world="named")) is named


def test_a_foreign_token_is_kept_nowhere() -> None:
    worlds = Worlds(SMALL)
    asked = request(f"Bearer {LIVE}")
    world = worlds.of(asked)
    kept = repr([vars(worlds), world.credential_of(asked), world.gate.snapshot()])
    kept += repr([getattr(world, part) for part in World.__slots__])
    assert LIVE not in kept
    assert LIVE.split(".")[2] not in kept


def test_ten_thousand_spellings_of_a_token_are_not_kept_for_ever() -> None:
    worlds = Worlds(SMALL)
    world = worlds.create("a")
    for serial in range(1, 10_003):
        assert worlds.of(request(f"Bearer {issue('elko-mock+a', serial)}")) is world
    kept = [value for value in vars(worlds).values() if isinstance(value, dict)]
    assert max(map(len, kept)) <= 10_000


def test_the_header_names_a_world_and_a_misspelt_one_is_told() -> None:
    worlds = Worlds(SMALL)
    world = worlds.create("shop-1")
    assert worlds.of(request(world=" shop-1 ")) is world
    with pytest.raises(UnknownWorld, match="there is no world 'shop-2'") as caught:
        worlds.of(request(world="shop-2"))
    assert caught.value.code == "unknown-world"


@pytest.mark.parametrize("form", ["json", "json, other case", "xml", "xml, other case"])
@pytest.mark.parametrize("path", ["/v3.0/api/Token", "/V3.0/API/token/"])
def test_a_user_name_names_a_world_where_a_token_is_asked_for(form: str, path: str) -> None:
    worlds = Worlds(SMALL)
    world = worlds.create("shop-1")
    assert worlds.of(sign_in("elko-mock+shop-1", form, path)) is world
    assert worlds.of(sign_in("elko-mock", form, path)) is worlds.default
    assert worlds.of(sign_in("elko-mock+shop-2", form, path)) is worlds.default


def test_a_user_name_elsewhere_means_nothing() -> None:
    worlds = Worlds(SMALL)
    worlds.create("shop-1")
    assert worlds.of(sign_in("elko-mock+shop-1", path="/v3.0/api/Orders")) is worlds.default
    assert worlds.of(request(method="POST", path="/v3.0/api/Token", body=b"{}")) is worlds.default
    assert worlds.of(request(method="POST", path="/v3.0/api/Token")) is worlds.default


def test_new_worlds_have_users_tokens_and_state_of_their_own() -> None:
    worlds = Worlds(SMALL)
    first, second = worlds.create(), worlds.create()
    assert [world.name for world in worlds] == ["default", "w1", "w2"]
    assert len({bearer(world) for world in worlds}) == 3
    assert first.gate.account.settings.username == "elko-mock+w1"
    assert isinstance(first.gate.account.issue_token("elko-mock+w1", "elko-mock"), str)
    for _ in range(51):
        first.gate.admit(T, "127.0.0.1")
    first.faults.add(Rule((Respond(503),)))
    first.clock.advance(HOUR)
    first.trade.place_order(T, {"lines": [{"elkoCode": 9000004, "quantity": 1}]})
    first.refusals["rate"] += 1
    first.journal.next_number()
    for other in (worlds.default, second):
        assert other.gate.counts.calls == 0
        assert not other.faults.active
        assert other.clock.now() == T
        assert other.trade.orders(T) == []
        assert not other.refusals
        assert other.journal.count == 0
    assert first.trade.catalog is second.trade.catalog
    assert (repr(first), first.seed) == ("<World w1>", 1)


def test_names_are_made_that_are_free() -> None:
    worlds = Worlds(SMALL)
    worlds.create("w1")
    assert worlds.create().name == "w2"
    worlds.delete("w2")
    assert worlds.create().name == "w3"
    assert len(worlds) == 3


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a/b", "x" * 65, "ä", "a+b", "a\n"])
def test_names_that_are_none(name: str) -> None:
    worlds = Worlds(SMALL)
    with pytest.raises(WorldProblem, match="is no name for a world") as caught:
        worlds.create(name)
    assert caught.value.code == "bad-world-name"
    assert len(worlds) == 1


def test_what_cannot_be_is_said_and_changes_nothing() -> None:
    worlds = Worlds(SMALL, most=2)
    worlds.create("a")
    with pytest.raises(WorldExists, match="'a'"):
        worlds.create("a")
    with pytest.raises(NoRoom, match="there are 2 worlds"):
        worlds.create("b")
    with pytest.raises(DefaultStays):
        worlds.delete("default")
    for verb in (worlds.delete, worlds.reset, worlds.snapshot):
        with pytest.raises(UnknownWorld):
            verb("b")
    assert [world.name for world in worlds] == ["default", "a"]
    assert worlds.get("b") is None


def test_a_world_of_a_scenario_and_what_is_changed_in_it(tmp_path: Path) -> None:
    base = Scenario(products=30, limit=Limit(7))
    worlds = Worlds(load("slow", base), base=base)
    assert worlds.scenario.name == worlds.create().scenario.name == "slow"
    assert worlds.create(scenario="fresh-account").scenario == load("fresh-account", base)
    assert worlds.create(scenario={"seed": 5}).scenario == Scenario(name="inline", seed=5, products=30, limit=Limit(7))
    assert worlds.create(scenario=Scenario(name="own", products=1)).scenario.name == "own"
    file = tmp_path / "mine.yaml"
    file.write_text("extends: flaky\nproducts: 3\n", encoding="utf-8")
    mine = worlds.create(scenario=str(file), seed=8, products=4, clock_start=T, clock_frozen=True, clock_scale=2.0)
    assert (mine.scenario.name, mine.seed, len(mine.trade.catalog)) == ("mine", 8, 4)
    assert (mine.clock.now(), mine.clock.frozen, mine.clock.scale, mine.opened) == (T, True, 2.0, T)


def test_a_world_that_cannot_be_made_leaves_no_trace() -> None:
    worlds = Worlds(SMALL)
    with pytest.raises(ScenarioProblem):
        worlds.create("a", scenario="nonsense")
    with pytest.raises(ScenarioProblem):
        worlds.create("a", products=-1)
    with pytest.raises(ClockMisuse):
        worlds.create("a", clock_start=-1)
    with pytest.raises(ClockMisuse):
        worlds.create("a", clock_scale=float("nan"))
    with pytest.raises(ValueError, match="cannot be read"):
        worlds.create("a", scenario=Scenario(catalog=Path("nowhere.json")))
    assert len(worlds) == 1
    assert worlds.of(sign_in("elko-mock+a")) is worlds.default


def test_reset_is_as_new_and_for_everyone_who_holds_the_world() -> None:
    worlds = Worlds(SMALL)
    world = worlds.create("a", scenario=Scenario(products=30, clock=ClockStart(T), faults=(Rule((Respond(503),)),)))
    first = bearer(world)
    world.gate.account.create_token("000000")
    world.gate.account.withdraw_terms()
    world.faults.clear()
    world.clock.advance(DAY)
    world.trade.place_order(T, {"lines": [{"elkoCode": 9000004, "quantity": 1}]})
    world.journal.next_number()
    world.refusals["rate"] += 1
    assert worlds.reset("a") is world
    assert bearer(world) == first
    assert world.gate.account.terms_accepted
    assert world.faults.active
    assert world.clock.now() < T + MINUTE
    assert world.trade.orders(T) == []
    assert (world.journal.count, len(world.refusals), world.name) == (0, 0, "a")
    assert worlds.of(request(first)) is world


def test_a_deleted_world_is_gone_and_its_token_opens_nothing() -> None:
    worlds = Worlds(SMALL)
    world = worlds.create("a")
    token = bearer(world)
    assert worlds.of(request(token)) is world
    worlds.delete("a")
    assert worlds.of(request(token)) is worlds.default
    assert worlds.default.gate.authorise(token) is not None
    assert worlds.of(sign_in("elko-mock+a")) is worlds.default


def test_idle_worlds_are_let_go_and_busy_ones_stay() -> None:
    ticks = Ticks()
    worlds = Worlds(SMALL, idle=HOUR, tick=ticks)
    busy, asked_for, idle = worlds.create("busy"), worlds.create("asked-for"), worlds.create("idle")
    ticks.at += HOUR
    worlds.of(request(bearer(busy)))
    assert worlds.get("asked-for") is asked_for
    assert worlds.sweep() == ()
    ticks.at += 1
    assert worlds.sweep() == ("idle",)
    assert [world.name for world in worlds] == ["default", "busy", "asked-for"]
    ticks.at += 2 * HOUR
    assert worlds.of(request(bearer(idle))) is worlds.default  # any call looks after the house now and then
    assert [world.name for world in worlds] == ["default"]


def test_idle_worlds_make_room() -> None:
    ticks = Ticks()
    worlds = Worlds(SMALL, most=2, idle=HOUR, tick=ticks)
    worlds.create("a")
    ticks.at += 2 * HOUR
    assert worlds.create("b").name == "b"


def test_a_first_token_of_ones_own_is_the_default_world_s_alone() -> None:
    own = Scenario(products=3, account=AccountSettings("shop", "pass", first_token="my-own-token"))
    worlds = Worlds(own)
    other = worlds.create("a")
    assert other.gate.account.settings.username == "shop+a"
    assert other.gate.account.token != "my-own-token"
    assert worlds.of(request("Bearer my-own-token", world="a")) is worlds.default
    worlds.default.gate.account.replace_token()
    assert worlds.of(request("Bearer my-own-token")) is worlds.default
    assert worlds.of(sign_in("shop")) is worlds.default
    assert worlds.of(sign_in("shop+a")) is other
    worlds.reset("default")
    assert worlds.default.gate.authorise("Bearer my-own-token") is None


def test_two_worlds_never_share_a_user() -> None:
    worlds = Worlds(Scenario(products=3, account=AccountSettings("shop+a")))
    other = Scenario(products=3, account=AccountSettings("shop"))
    with pytest.raises(WorldExists, match=r"the user name 'shop\+a' is that of the world 'default'"):
        worlds.create("a", scenario=other)
    assert len(worlds) == 1
    saved = Worlds(other).snapshot("default")
    worlds.create("b", scenario=other)
    worlds.create("a")
    with pytest.raises(WorldExists):
        worlds.restore("a", saved)
    assert worlds.get("a") is worlds.of(sign_in("shop+a+a"))


def test_journals_and_fingerprints_are_the_process_s() -> None:
    soil = Soil(journal=lambda: Journal(3), salt=b"pepper")
    worlds = Worlds(SMALL, soil)
    asked = request(f"Bearer {DEFAULT_TOKEN}")
    assert worlds.default.credential_of(asked) != Worlds(SMALL).default.credential_of(asked)
    assert worlds.create().credential_of(asked) == worlds.default.credential_of(asked)


def test_fingerprints_follow_the_token_in_force() -> None:
    world = Worlds(SMALL).default
    first = request(bearer(world))
    assert world.credential_of(first) == world.credential_of(first)
    world.gate.account.replace_token()
    second = request(bearer(world))
    fingerprints = [world.credential_of(one).fingerprint for one in (first, second, first, request(), second)]
    assert fingerprints[0] == fingerprints[2] != fingerprints[1] == fingerprints[4]
    assert fingerprints[3] == ""


def test_a_running_world_follows_the_machine() -> None:
    machine = Ticks()
    machine.at = T
    worlds = Worlds(Scenario(products=3), Soil(wall=machine))
    assert worlds.default.opened == T
    machine.at += DAY
    assert worlds.default.clock.now() == T + DAY
    assert worlds.reset("default").opened == T + DAY


def test_catalogues_are_shared_and_the_oldest_is_let_go(tmp_path: Path) -> None:
    file = tmp_path / "goods.json"
    file.write_text("1", encoding="utf-8")
    read: list[Path] = []

    def reader(path: Path) -> Catalog:
        read.append(path)
        return Catalog.generate(0, 1)

    catalogs = Catalogs(reader, most=2)
    one, other, own = Scenario(products=1), Scenario(products=2), Scenario(catalog=file)
    assert catalogs.of(one) is catalogs.of(one)
    kept = catalogs.of(own)
    assert catalogs.of(Scenario(catalog=tmp_path / "." / "goods.json", seed=9)) is kept
    assert read == [file]
    first = catalogs.of(one)
    catalogs.of(other)
    assert catalogs.of(one) is first
    assert catalogs.of(own) is not kept
    file.write_text("12", encoding="utf-8")
    catalogs.of(own)
    assert len(read) == 3
    with pytest.raises(ValueError, match="cannot be read here"):
        Catalogs().of(own)


def test_making_and_resetting_take_milliseconds_over_100_000_products() -> None:
    """A promise of the product, so it is timed; the best of several runs, since the machine may be busy."""
    worlds = Worlds(load("huge-catalog"))
    assert len(worlds.default.trade.catalog) == 100_000

    def best(verb: object) -> float:
        assert callable(verb)
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            verb()
            times.append(time.perf_counter() - begun)
        return min(times)

    world = worlds.create("a")
    world.trade.place_order(world.clock.now(), {"lines": [{"elkoCode": 9000001, "quantity": 1}]})
    assert best(worlds.create) < 0.005
    assert best(lambda: worlds.reset("a")) < 0.005
    assert best(lambda: worlds.create_from_snapshot(worlds.snapshot("a"))) < 0.02


names = st.sampled_from(["a", "b", "c", "default"])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["create", "delete", "reset", "rotate", "call"]), names), max_size=40))
def test_every_token_ever_given_leads_to_its_world_or_the_default_one(steps: list[tuple[str, str]]) -> None:
    worlds = Worlds(SMALL)
    given_: list[tuple[str, str]] = [(bearer(worlds.default), "default")]
    for verb, name in steps:
        world = worlds.get(name)
        if verb == "create" and world is None:
            world = worlds.create(name)
        elif world is None:
            continue
        elif verb == "delete" and name != "default":
            worlds.delete(name)
        elif verb == "reset":
            worlds.reset(name)
        elif verb == "rotate":
            world.gate.account.replace_token()
        if worlds.get(name) is not None:
            given_.append((bearer(world), name))
        for token, owner in given_:
            there = worlds.get(owner)
            found = worlds.of(request(token))
            assert found is (there or worlds.default)
            assert (found.gate.authorise(token) is None) == (bearer(found) == token)
