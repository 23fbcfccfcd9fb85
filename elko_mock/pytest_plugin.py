"""The pytest plugin: `elko`, a world for each test, `elko_verdict` on it, and `elko_server`, the one mock they share.

Imported by pytest in every run of every project that has elko-mock installed, so it imports the mock only when a
fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from elko_mock.verify.option_table import OPTIONS

if TYPE_CHECKING:
    from elko_mock.grade.fixture import Verdicts
    from elko_mock.server.client import ControlClient, RemoteWorld

_WORLD = pytest.StashKey["RemoteWorld"]()
_SHOWN = 40
"""Exchanges shown of a failed test's journal, the latest ones."""
_MARKER = (
    "elko(scenario=..., products=..., seed=..., clock=..., faults=...): the world that `elko` makes for this "
    "test; as POST /_elko/worlds takes it, and `faults` as a scenario holds them"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--elko-mock-url`: use a mock that runs already; and the options of the suite in `elko_mock.verify`."""
    group = parser.getgroup("elko-mock")
    group.addoption("--elko-mock-url", metavar="URL", help="use the mock running there instead of starting one")
    group.addoption("--elko-mock-control-token", metavar="TOKEN", help="its control token, if it wants one")
    verify = parser.getgroup("elko-verify", "check a provider with `pytest --pyargs elko_mock.verify`")
    verify.addoption("--elko-url", metavar="URL", help="the server to check")
    for option in OPTIONS:
        text = option.help.replace("%", "%%")
        if option.metavar is None:
            verify.addoption(f"--elko-{option.name}", action="store_true", help=text)
        else:
            verify.addoption(f"--elko-{option.name}", metavar=option.metavar, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def elko_server(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    """The mock all tests of this process share, on a free port; its control plane as an object, its address as `url`.
    Under pytest-xdist each worker has its own."""
    from elko_mock.server.client import ControlClient

    url = request.config.getoption("--elko-mock-url")
    if url:
        yield ControlClient(url, request.config.getoption("--elko-mock-control-token"))
        return
    from elko_mock.server.assembly import assemble
    from elko_mock.server.live import Live
    from elko_mock.settings import Settings

    with Live(assemble(Settings())) as live:
        yield ControlClient(live.url)


@pytest.fixture
def elko(request: pytest.FixtureRequest, elko_server: ControlClient) -> Iterator[RemoteWorld]:
    """A world of this test's own: `url`, `base_url`, `token`, `clock`, `journal`, `faults`, ..."""
    wanted, faults = _wanted(request.node)
    world = elko_server.create_world(**wanted)
    if faults:
        world.faults.set(faults)
    request.node.stash[_WORLD] = world
    try:
        yield world
    finally:
        world.delete()


@pytest.fixture
def elko_verdict(elko: RemoteWorld) -> Verdicts:
    """How the client treated the API, judged over what has happened in this test's world so far."""
    from elko_mock.grade.fixture import Verdicts

    return Verdicts(lambda: elko.journal, elko.scenario, elko.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:  # the wrapper's type is pytest's to check
    """Show a failed test's journal beside its output."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    world = item.stash.get(_WORLD, None)
    if world is not None and call.when == "call" and report.failed:
        report.sections.append((f"elko-mock journal of world {world.name}", _journal(world)))
    return report  # type: ignore[return-value]


def _wanted(node: pytest.Item) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the markers ask for, the closest one's word counting."""
    wanted: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("elko"))):
        if marker.args:
            raise pytest.UsageError(
                f"{node.nodeid}: @pytest.mark.elko takes named arguments, for example scenario='flaky'"
            )
        wanted |= marker.kwargs
    faults = list(wanted.pop("faults", []))
    known = {"name", "scenario", "seed", "products", "clock", "snapshot"}
    if unknown := sorted(set(wanted) - known):
        raise pytest.UsageError(
            f"{node.nodeid}: @pytest.mark.elko does not know {', '.join(unknown)}; "
            f"it knows {', '.join(sorted(known | {'faults'}))}"
        )
    return wanted, faults


def _journal(world: RemoteWorld) -> str:
    """One line for each exchange, and one for each thing that was wrong with it."""
    try:
        exchanges = world.journal.select(limit=_SHOWN)
    except OSError as gone:
        return f"could not be had: {gone}"
    lines = [f"{world.journal.count()} exchanges" + (", the latest:" if exchanges else "")]
    for one in exchanges:
        why = f"  {one.reason}" if one.reason else ""
        struck = f"  fault {one.fault}" if one.fault else ""
        lines.append(
            f"{one.number:5}  {one.request.method:6} {one.request.target}  ->  {one.status or 'cut'}{why}{struck}"
        )
        lines += [f"         {violation.where}: {violation.message}" for violation in one.violations]
        if one.near_miss is not None:
            lines += [f"         did you mean {one.near_miss.operation}? {' '.join(one.near_miss.differs)}"]
    return "\n".join(lines)
