"""The server and a plain model of it, side by side over HTTP: never a difference, whatever is done in whatever order.

`MACHINE_STEPS=1000000` makes a long run, `MACHINE_SEED=n` another one; the seed is printed, and the same seed does the
same again.
"""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.machine.bench import Bench, bench
from tests.machine.rules.access import AccessRules
from tests.machine.rules.cart import CartRules
from tests.machine.rules.catalogue import CatalogueRules
from tests.machine.rules.orders import OrderRules
from tests.machine.rules.reservations import ReservationRules
from tests.machine.rules.time import TimeRules
from tests.machine.rules.wrong import WrongRules

STEPS = int(os.environ.get("MACHINE_STEPS", "1500"))
SEED = int(os.environ.get("MACHINE_SEED", "1"))
AT_ONCE = 60
"""Steps in one world."""
ROUND = 6_000
"""Steps after which hypothesis begins anew, so that it need not remember a million of them."""


class ElkoMachine(
    AccessRules, CatalogueRules, OrderRules, ReservationRules, CartRules, TimeRules, WrongRules
):  # all rules together
    """Every rule there is; a rule that has several names here is drawn as often."""

    place_order_2 = place_order_3 = place_order_4 = place_order_5 = OrderRules.place_order
    reserve_2 = reserve_3 = ReservationRules.reserve
    change_2 = change_3 = ReservationRules.change_reservation
    from_a_reservation_2 = from_a_reservation_3 = OrderRules.order_from_a_reservation
    cancel_2 = OrderRules.cancel_order
    edge_2 = edge_3 = TimeRules.go_to_an_edge


def _run(made: Bench, steps: int, number: int) -> None:
    @seed(number)
    def machine() -> RuleBasedStateMachine:
        return ElkoMachine(made)

    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]  # hypothesis takes any callable that makes one
        settings=settings(
            max_examples=-(-steps // AT_ONCE),
            stateful_step_count=AT_ONCE,
            database=None,
            phases=(Phase.generate,) if os.environ.get("NOSHRINK") else (Phase.generate, Phase.shrink),
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_server_and_its_model_never_differ() -> None:
    with bench() as made:
        number = SEED
        while (done := made.steps.total()) < STEPS:
            _run(made, min(ROUND, STEPS - done), number)
            number += 1
        print(f"{made.steps.total()} steps from seed {SEED} on; by rule: {dict(made.steps)}; met: {dict(made.met)}")
    assert made.steps.total() >= STEPS
