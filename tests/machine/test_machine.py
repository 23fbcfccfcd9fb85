"""The server and a plain model of it, side by side over HTTP: never a difference, whatever is done in whatever order.

`MACHINE_STEPS=1000000` makes a long run, `MACHINE_SEED=n` another one; the seed is told, and the same seed does the
same again.
"""

import ast
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.machine import needed
from tests.machine.agreement import Difference
from tests.machine.bench import Bench, bench
from tests.machine.manner import PLAIN, XML, Manner
from tests.machine.model.days import MINUTE
from tests.machine.model.setting import Limit, Setting
from tests.machine.rules import wrong
from tests.machine.rules.access import AccessRules
from tests.machine.rules.cart import CartRules
from tests.machine.rules.catalogue import CatalogueRules
from tests.machine.rules.orders import OrderRules
from tests.machine.rules.reservations import ReservationRules
from tests.machine.rules.time import TimeRules
from tests.machine.rules.wrong import WrongRules

STEPS = int(os.environ.get("MACHINE_STEPS", "1500"))
SEED = int(os.environ.get("MACHINE_SEED", "1"))
IN_ONE_WORLD = 60
"""Steps."""
ROUND = 6_000
"""Steps after which hypothesis begins anew, so that it need not remember a million of them."""
MANY = 10_000
"""Steps in which everything has to be met."""


class ElkoMachine(AccessRules, CatalogueRules, OrderRules, ReservationRules, CartRules, TimeRules, WrongRules):
    """Every rule there is; one that has several names here is drawn as much more often."""

    place_order_2 = place_order_3 = place_order_4 = place_order_5 = OrderRules.place_order
    reserve_2 = reserve_3 = ReservationRules.reserve
    change_reservation_2 = ReservationRules.change_reservation
    order_from_a_reservation_2 = OrderRules.order_from_a_reservation
    add_to_cart_2 = CartRules.add_to_cart
    remove_from_cart_2 = CartRules.remove_from_cart
    cancel_order_2 = OrderRules.cancel_order
    go_to_an_edge_2 = go_to_an_edge_3 = TimeRules.go_to_an_edge
    look_at_invoices_2 = OrderRules.look_at_invoices


def _run(made: Bench, steps: int, number: int, *phases: Phase) -> None:
    @seed(number)
    def machine() -> RuleBasedStateMachine:
        return ElkoMachine(made)

    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]  # hypothesis takes any callable that makes one
        settings=settings(
            max_examples=-(-steps // IN_ONE_WORLD),
            stateful_step_count=IN_ONE_WORLD,
            phases=(Phase.generate, *phases),
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_server_and_its_model_never_differ(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", 90)
    with bench() as made:
        number = SEED
        while (done := made.steps.total()) < STEPS:
            _run(made, min(ROUND, STEPS - done), number, Phase.shrink)
            number += 1
    told = (
        f"{made.steps.total()} steps, {made.calls} calls, seeds {SEED} to {number - 1}\n"
        f"by rule: {dict(made.steps.most_common())}\nmet: {dict(made.met.most_common())}"
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
    wanted = needed.ALWAYS | (needed.IN_MANY_STEPS if STEPS >= MANY else set())
    assert not [one for one in wanted if not made.met[one]], f"never met; {told}"
    rules = {one.function.__name__ for one in ElkoMachine.setup_state().rules}
    assert rules == set(made.steps), f"rules that never ran; {told}"


@pytest.mark.parametrize("manner", [PLAIN, XML])
def test_every_wrong_call_is_refused_as_the_model_says(manner: Manner) -> None:
    with bench() as made:
        machine = ElkoMachine(made)
        machine.begin(setting=Setting(limit=Limit(0)))
        for call in wrong.ALL:
            machine.send(call, manner)
        machine.teardown()
    assert made.met["validation"] > 50
    assert made.met["method"] > 50


LIES: dict[str, Callable[[Setting], Setting]] = {
    "another VAT": lambda true: replace(true, country="EE" if true.country != "EE" else "SK"),
    "a block of a microsecond more": lambda true: replace(true, limit=replace(true.limit, block=true.limit.block + 1)),
    "a call more in the window": lambda true: replace(true, limit=replace(true.limit, calls=true.limit.calls + 1)),
    "one piece more": lambda true: replace(true, stock={9000018: true.stock.get(9000018, 400) + 1}),
    "a later confirmation": lambda true: replace(true, house=replace(true.house, confirm_after=31 * MINUTE)),
    "due a day later": lambda true: replace(true, house=replace(true.house, payment_days=31)),
    "prices a cent off": lambda true: replace(true, price_factor=true.price_factor + Fraction(1, 1000)),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_planted_difference_is_found_and_told(lie: Callable[[Setting], Setting]) -> None:
    with bench(lie) as made, pytest.raises(Difference) as found:
        _run(made, ROUND, 1)
    assert "came" in str(found.value)
    story = "\n".join(found.value.__notes__)
    assert "state.begin(" in story, "the story of what was done is told"
    assert "-> 200" in story


def test_the_model_and_those_who_compare_import_nothing_of_the_product() -> None:
    here = Path(__file__).parent
    modules = [one for one in here.rglob("*.py") if one.name not in {"bench.py", "test_machine.py"}]
    assert len(modules) > 20
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith("elko_mock")], f"{module} imports {names}"
