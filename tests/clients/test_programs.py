"""The good client programs do a shop's day against a real port, and keep their heads when it goes wrong."""

import json
from collections import Counter

import pytest

from elko_mock.server.client import ControlClient, RemoteWorld
from tests.clients.conftest import CommandOf
from tests.clients.running import PROGRAMS, Program, programs, run

GOOD = [program for program in programs() if not program.fails and not program.planted]
BATCHES = "/products/batch"


def _cases(*names: str) -> list[object]:
    """Each good program on a usual day, those in Python in the other scenarios too: what the other languages' programs
    do there is told by their verdicts. One language stays in one worker, so that it is compiled once."""
    return [
        pytest.param(
            program, scenario, id=f"{program.name}-{scenario}", marks=pytest.mark.xdist_group(program.language)
        )
        for program in GOOD
        for scenario in names
        if scenario == "default" or program.language == "python"
    ]


def _run(program: Program, scenario: str, server: ControlClient, command_of: CommandOf) -> tuple[RemoteWorld, int]:
    command = command_of(program)
    # Programs take their timeouts on the world's clock: where nothing has to be sat out, a slower one bears more load.
    scale = 20 if scenario in {"default", "lost-answer"} else program.scale
    world = server.create_world(scenario=scenario, clock={"scale": scale})
    done = run(command, world, scale)
    assert "Traceback" not in done.stderr, done.stderr
    return world, done.returncode


def _written(world: RemoteWorld) -> dict[str, dict[str, object]]:
    """The shop's products as the sink was told, by SKU."""
    shop: dict[str, dict[str, object]] = {}
    for call in world.journal.select(operation="sink"):
        if call.request.path.endswith(BATCHES):
            for change in json.loads(call.request.body)["update"]:
                shop.setdefault(change["sku"], {}).update(change)
    return shop


@pytest.mark.parametrize(("program", "scenario"), _cases("default"))
def test_a_day(program: Program, scenario: str, elko_server: ControlClient, command_of: CommandOf) -> None:
    world, status = _run(program, scenario, elko_server, command_of)
    assert status == 0
    calls = Counter(call.operation for call in world.journal)
    assert (
        calls["getProducts"] == calls["createOrder"] == calls["createReservation"] == calls["releaseReservation"] == 1
    )
    assert not [call for call in world.journal if call.status != 200 or call.violations]
    shop = _written(world)
    assert (shop["1341426"]["stock_quantity"], shop["9000002"]["stock_quantity"]) == (50, 0)
    assert "stock_quantity" not in shop["9000013"], "an empty quantity says nothing"
    assert "stock_quantity" not in shop["9000014"], "null says nothing"
    assert float(str(shop["9000006"]["regular_price"])) == 100.0


@pytest.mark.parametrize(("program", "scenario"), _cases("rate-limited", "token-rotated-midway"))
def test_a_day_with_an_interruption(
    program: Program, scenario: str, elko_server: ControlClient, command_of: CommandOf
) -> None:
    world, status = _run(program, scenario, elko_server, command_of)
    assert status == 0
    assert world.journal.count(reason="blocked") == 0, "no call into the block"
    assert world.journal.count(operation="issueToken") == (1 if scenario == "token-rotated-midway" else 0)
    assert world.journal.count(operation="createOrder", status=200) == 1


@pytest.mark.parametrize(("program", "scenario"), _cases("address-not-allowed", "maintenance"))
def test_a_day_on_which_nothing_can_be_read(
    program: Program, scenario: str, elko_server: ControlClient, command_of: CommandOf
) -> None:
    world, status = _run(program, scenario, elko_server, command_of)
    assert status == {"address-not-allowed": 3, "maintenance": 4}[scenario]
    assert world.journal.count(operation="sink") == 0, "the shop stays as it is"
    assert world.journal.count() <= 5


@pytest.mark.parametrize(("program", "scenario"), _cases("lost-answer"))
def test_an_order_whose_answer_got_lost(
    program: Program, scenario: str, elko_server: ControlClient, command_of: CommandOf
) -> None:
    world, status = _run(program, scenario, elko_server, command_of)
    assert status == 0
    assert world.journal.count(operation="createOrder") == 1, "looked, found it, and did not post again"
    assert world.journal.count(operation="listOrders") == 2


def test_the_manifest_lists_every_program() -> None:
    libraries = {
        *("python/elko_wire.py", "python/elko_client.py", "python/daily_job.py"),
        *("php/ElkoClient.php", "php/DailyJob.php", "node/elko-client.mjs", "node/daily-job.mjs"),
        *("curl/elko.sh", "curl/job.sh"),
    }
    there = {
        str(path.relative_to(PROGRAMS)) for path in PROGRAMS.glob("*/*") if path.is_file() and path.suffix != ".pyc"
    }
    assert {program.name for program in programs()} == there - libraries
