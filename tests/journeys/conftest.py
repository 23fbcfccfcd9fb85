"""Mocks and clients for the journeys."""

from collections.abc import Iterator

import pytest

from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.world.world import World
from tests.journeys.driving import Client, Form, in_process


@pytest.fixture(scope="session")
def mock() -> Mock:
    """One mock for all tests of this process that make worlds of their own."""
    return assemble(Settings())


@pytest.fixture(scope="session")
def port(mock: Mock) -> Iterator[str]:
    """The same mock behind a real port: its address."""
    with Live(mock) as live:
        yield live.url


@pytest.fixture
def world(mock: Mock) -> World:
    """A world of this test's own, without a limit, its clock standing still."""
    return mock.worlds.create(scenario={"limit": {"calls": 0}}, clock_frozen=True)


@pytest.fixture(params=["json", "xml"])
def form(request: pytest.FixtureRequest) -> Form:
    """Each representation in turn."""
    return "json" if request.param == "json" else "xml"


@pytest.fixture
def client(mock: Mock, world: World) -> Client:
    """A client of this test's world, in JSON."""
    return Client(in_process(mock), "json", token=world.gate.account.token or "")
