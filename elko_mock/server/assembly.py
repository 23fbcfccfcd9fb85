"""Assembly: settings in, a mock out. The one place that knows how the parts are put together."""

from dataclasses import replace
from pathlib import Path

from elko_mock.clock import SECOND, from_datetime
from elko_mock.contract.contract import Contract
from elko_mock.exchange.asgi import ASGIApp
from elko_mock.exchange.journal import Journal
from elko_mock.gate.account import AccountSettings
from elko_mock.gate.throttle import Limit
from elko_mock.scenario.loader import load as load_scenario
from elko_mock.scenario.model import ClockStart, Scenario
from elko_mock.server.app import Mock
from elko_mock.server.catalog_file import read_catalog
from elko_mock.server.durability import Durability
from elko_mock.server.handlers import HANDLERS
from elko_mock.server.later import Later
from elko_mock.settings import Settings
from elko_mock.world.catalogs import Catalogs
from elko_mock.world.seeding import Soil
from elko_mock.world.state_file import StateProblem
from elko_mock.world.worlds import Worlds


class AssemblyProblem(ValueError):
    """The settings do not go together; the message says which and what to do."""


def assemble(settings: Settings) -> Mock:
    """A mock ready to serve. Raises AssemblyProblem or DocumentProblem."""
    if not settings.loopback and settings.control_token is None:
        raise AssemblyProblem(
            f"{settings.host} can be reached from other machines, so the control plane needs a token: "
            "give --control-token (or ELKO_MOCK_CONTROL_TOKEN), or listen on 127.0.0.1"
        )
    contract = Contract.load(settings.spec)
    worlds = _worlds(settings)

    def control() -> ASGIApp:
        from elko_mock.server.control.assembly import control_plane  # noqa: PLC0415 - a sixth of the start

        return control_plane(contract, worlds, contract.prefix, settings.control_token, durability)

    try:
        durability = None if settings.state is None else Durability(settings.state, worlds, HANDLERS)
    except StateProblem as problem:
        raise AssemblyProblem(str(problem)) from None
    handlers = HANDLERS if durability is None else durability.handlers
    return Mock(contract, worlds, settings, handlers, Later(control), durability)


def _worlds(settings: Settings) -> Worlds:
    base = base_scenario(settings)
    soil = Soil(
        catalogs=Catalogs(read_catalog),
        journal=lambda: Journal(settings.journal_exchanges, settings.journal_bytes, settings.journal_body_bytes),
    )
    try:
        return Worlds(
            _with_flags(load_scenario(settings.scenario, base), settings),
            soil,
            base=base,
            most=settings.max_worlds,
            idle=round(settings.idle_world_seconds * SECOND),
        )
    except ValueError as problem:  # a scenario with mistakes, a catalogue that cannot be had
        raise AssemblyProblem(str(problem)) from None


def base_scenario(settings: Settings) -> Scenario:
    """What every scenario takes from the settings, unless it says otherwise itself."""
    usual = AccountSettings()
    return Scenario(
        seed=settings.seed,
        products=settings.products,
        catalog=None if settings.catalog is None else Path(settings.catalog),
        account=replace(
            usual,
            username=settings.username or usual.username,
            password=settings.password or usual.password,
            first_token=settings.token or usual.first_token,
        ),
        limit=Limit(
            calls=settings.limit or None,  # as a scenario has it, so that a world brought back is no other
            window=round(settings.window_seconds * SECOND),
            block=round(settings.block_seconds * SECOND),
            kind="fixed" if settings.window_kind == "fixed" else "sliding",
            blocked_calls_extend=settings.block_extends,
            refused_calls_count=settings.refused_count,
        ),
        clock=ClockStart(
            start=None if settings.clock_start is None else from_datetime(settings.clock_start),
            frozen=settings.clock_frozen,
            scale=settings.clock_scale,
        ),
    )


def _with_flags(scenario: Scenario, settings: Settings) -> Scenario:
    """What was given for the default world wins over its scenario: it was typed for this run."""
    if settings.was_given("seed"):
        scenario = replace(scenario, seed=settings.seed)
    if settings.was_given("products"):
        scenario = replace(scenario, products=settings.products)
    if settings.catalog is not None:
        scenario = replace(scenario, catalog=Path(settings.catalog))
    return scenario
