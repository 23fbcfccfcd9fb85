"""When faults strike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import HOUR, MINUTE, SECOND
from elko_mock.faults.kinds import Cut, Delay, Respond
from elko_mock.faults.plan import FaultPlan, Moment, Rule

T = 1_772_000_000 * SECOND
BUSY = Respond(503)


def strikes(plan: FaultPlan, calls: int, operation: str = "getProducts", at: int = T) -> list[int]:
    """Numbers of the calls that were struck, of so many."""
    return [number for number in range(1, calls + 1) if plan.decide(at, operation) is not None]


def test_no_rules_no_strikes() -> None:
    plan = FaultPlan()
    assert plan.decide(T, "getProducts") is None
    assert not plan.active
    assert not plan.wants_parameters


@pytest.mark.parametrize(
    ("operations", "struck"),
    [
        (("*",), True),
        (("getProducts",), True),
        (("GETPRODUCTS",), True),
        (("get*",), True),
        (("*Products",), True),
        (("getProduct?",), True),
        (("createOrder", "getProducts"), True),
        (("getProduct",), False),
        (("Products",), False),
        (("getProductDescription",), False),
    ],
)
def test_by_operation(operations: tuple[str, ...], struck: bool) -> None:
    plan = FaultPlan([Rule((BUSY,), operations=operations)])
    assert (plan.decide(T, "getProducts") is not None) is struck


def test_by_method() -> None:
    plan = FaultPlan([Rule((BUSY,), method="POST")])
    assert plan.decide(T, "createOrder", "GET") is None
    assert plan.decide(T, "createOrder", "post") is not None


@pytest.mark.parametrize(
    ("wanted", "given_", "struck"),
    [
        ({"lang": "EE"}, {"lang": "EE"}, True),
        ({"LANG": "EE"}, {"lang": "EE"}, True),
        ({"lang": "EE"}, {"lang": "LV"}, False),
        ({"lang": "EE"}, {}, False),
        ({"lang": "EE"}, {"lang": None}, False),
        ({"elkoCode": "7"}, {"elkoCode": [5, 7]}, True),
        ({"elkoCode": "7"}, {"elkoCode": (5, 70)}, False),
        ({"withAdditionalInfo": "true"}, {"withAdditionalInfo": True}, True),
        ({"lang": "EE", "elkoCode": "7"}, {"lang": "EE", "elkoCode": [7]}, True),
        ({"lang": "EE", "elkoCode": "7"}, {"lang": "EE"}, False),
    ],
)
def test_by_parameter(wanted: dict[str, str], given_: dict[str, object], struck: bool) -> None:
    plan = FaultPlan([Rule((BUSY,), parameters=wanted)])
    assert plan.wants_parameters
    assert (plan.decide(T, "getProducts", "GET", given_) is not None) is struck


def test_by_number_of_the_call() -> None:
    assert strikes(FaultPlan([Rule((BUSY,), calls=(2, 5))]), 10) == [2, 5]
    assert strikes(FaultPlan([Rule((BUSY,), every=3)]), 10) == [3, 6, 9]
    assert strikes(FaultPlan([Rule((BUSY,), first=2)]), 10) == [1, 2]
    assert strikes(FaultPlan([Rule((BUSY,), every=2, times=2)]), 10) == [2, 4]
    assert strikes(FaultPlan([Rule((BUSY,), every=2, first=5)]), 10) == [2, 4]


def test_only_calls_that_it_concerns_are_numbered() -> None:
    plan = FaultPlan([Rule((BUSY,), operations=("createOrder",), calls=(2,))])
    operations = ["createOrder", "getProducts", "getProducts", "createOrder", "createOrder"]
    assert [plan.decide(T, operation) is not None for operation in operations] == [False, False, False, True, False]


def test_by_world_time() -> None:
    offset = FaultPlan([Rule((BUSY,), since=Moment(after=MINUTE), until=Moment(after=HOUR))], opened=T)
    absolute = FaultPlan([Rule((BUSY,), since=Moment(at=T + MINUTE), until=Moment(at=T + HOUR))], opened=0)
    for plan in (offset, absolute):
        times = (T, T + MINUTE - 1, T + MINUTE, T + HOUR - 1, T + HOUR)
        assert [plan.decide(at, "x") is not None for at in times] == [False, False, True, True, False]


def test_by_chance_the_same_in_every_run_of_one_seed() -> None:
    once = strikes(FaultPlan([Rule((BUSY,), probability=0.3)], seed=7), 1000)
    assert once == strikes(FaultPlan([Rule((BUSY,), probability=0.3)], seed=7), 1000)
    assert once != strikes(FaultPlan([Rule((BUSY,), probability=0.3)], seed=8), 1000)
    assert 250 < len(once) < 350
    assert strikes(FaultPlan([Rule((BUSY,), probability=0.0)]), 100) == []


def test_chance_of_one_rule_is_not_that_of_another() -> None:
    plan = FaultPlan([Rule((BUSY,), probability=0.5), Rule((Cut(0),), probability=0.5)])
    seen = {(strike.respond is None, strike.cut is None) for _ in range(100) if (strike := plan.decide(T, "x"))}
    assert seen == {(True, False), (False, True), (False, False)}


def test_all_rules_that_hold_strike_together() -> None:
    plan = FaultPlan(
        [Rule((Delay("fixed", 5, 5),), name="slow"), Rule((BUSY, Cut(3)), name="busy"), Rule((Respond(404),))]
    )
    strike = plan.decide(T, "getProducts")
    assert strike is not None
    assert (strike.name, strike.delay, strike.respond, strike.cut) == ("slow+busy+respond", 5, BUSY, Cut(3))
    assert plan.struck == {"slow": 1, "busy": 1, "respond": 1}


def test_rules_come_and_go_by_name() -> None:
    plan = FaultPlan([Rule((BUSY,)), Rule((BUSY,)), Rule((BUSY,), name="respond")])
    assert [rule.name for rule in plan.rules] == ["respond", "respond-2", "respond-3"]
    assert plan.add(Rule((Cut(1),))).name == "cut"
    assert plan.remove("respond-2")
    assert not plan.remove("respond-2")
    assert [rule.name for rule in plan.rules] == ["respond", "respond-3", "cut"]
    plan.clear()
    assert plan.rules == ()


rules = st.builds(
    Rule,
    faults=st.sampled_from([(BUSY,), (Cut(0),), (Delay("uniform", 0, 9),)]),
    operations=st.sampled_from([("*",), ("get*",), ("createOrder",)]),
    calls=st.lists(st.integers(1, 9), max_size=2).map(tuple),
    every=st.none() | st.integers(1, 4),
    first=st.none() | st.integers(1, 9),
    probability=st.floats(0, 1),
    since=st.none() | st.builds(Moment, after=st.integers(0, 20)),
    times=st.none() | st.integers(1, 3),
)


@given(
    st.lists(rules, max_size=3),
    st.integers(0, 2**63 - 1),
    st.lists(st.sampled_from(["getProducts", "createOrder"]), max_size=25),
    st.integers(0, 25),
)
def test_a_plan_resumed_from_a_snapshot_goes_on_the_same(
    some: list[Rule], seed: int, operations: list[str], saved_after: int
) -> None:
    plan = FaultPlan(some, seed=seed, opened=T)
    twin = FaultPlan(some, seed=seed, opened=T)
    for number, operation in enumerate(operations):
        if number == saved_after:
            twin = FaultPlan.resumed(plan.rules, plan.progress(), seed=seed, opened=T)
        assert twin.decide(T + number, operation) == plan.decide(T + number, operation)


def test_rules_and_progress_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        FaultPlan.resumed([Rule((BUSY,))], [], seed=0, opened=0)
