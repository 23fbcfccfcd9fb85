"""The world's clock: exact, bounded, never backwards."""

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock import clock
from elko_mock.clock import (
    DAY,
    EARLIEST,
    LATEST,
    SECOND,
    ClockMisuse,
    WorldClock,
    from_datetime,
    stopwatch,
    system_now,
    to_date,
    to_datetime,
)

START = from_datetime(datetime(2026, 3, 2, 8, tzinfo=UTC))


class Machine:
    """A machine's clock that a test turns by hand."""

    def __init__(self, at: int = START) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


def test_runs_with_the_machine() -> None:
    machine = Machine()
    world = WorldClock(source=machine)
    machine.at += 7
    assert world.now() == START + 7
    assert (world.frozen, world.scale) == (False, 1.0)


def test_starts_where_told_and_runs_from_there() -> None:
    machine = Machine()
    world = WorldClock(SECOND, source=machine)
    machine.at += DAY
    assert world.now() == SECOND + DAY


def test_scale_makes_a_day_of_a_second() -> None:
    machine = Machine()
    world = WorldClock(START, scale=86_400, source=machine)
    machine.at += SECOND
    assert world.now() == START + DAY


def test_frozen_stands_still_and_is_moved_by_hand() -> None:
    machine = Machine()
    world = WorldClock(START, frozen=True, source=machine)
    machine.at += DAY
    assert world.now() == START
    assert world.advance(3) == START + 3 == world.now()
    assert world.set(START + 10) == START + 10 == world.now()


def test_freezing_and_running_on_lose_no_time() -> None:
    machine = Machine()
    world = WorldClock(START, source=machine)
    machine.at += 5
    assert world.freeze() == START + 5
    machine.at += 100
    assert world.now() == START + 5
    assert world.run(2) == START + 5
    machine.at += 10
    assert world.now() == START + 25
    assert (world.frozen, world.scale) == (False, 2.0)


def test_running_on_without_a_scale_is_real_time_again() -> None:
    machine = Machine()
    world = WorldClock(START, scale=60, source=machine)
    world.run()
    machine.at += 10
    assert world.now() == START + 10


@pytest.mark.parametrize("step", [-1, -DAY, LATEST])
def test_absurd_steps_change_nothing(step: int) -> None:
    world = WorldClock(START, frozen=True, source=Machine())
    with pytest.raises(ClockMisuse):
        world.advance(step)
    assert world.now() == START


@pytest.mark.parametrize("at", [START - 1, EARLIEST, -1, LATEST + 1])
def test_absurd_instants_change_nothing(at: int) -> None:
    world = WorldClock(START, frozen=True, source=Machine())
    with pytest.raises(ClockMisuse):
        world.set(at)
    assert world.now() == START


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf"), 1_000_001])
def test_absurd_scales_change_nothing(scale: float) -> None:
    with pytest.raises(ClockMisuse, match="scale"):
        WorldClock(START, scale=scale)
    machine = Machine()
    world = WorldClock(START, frozen=True, source=machine)
    with pytest.raises(ClockMisuse, match="scale"):
        world.run(scale)
    machine.at += SECOND
    assert (world.now(), world.frozen, world.scale) == (START, True, 1.0)


@pytest.mark.parametrize("start", [-1, LATEST + 1])
def test_absurd_starts_are_refused(start: int) -> None:
    with pytest.raises(ClockMisuse, match="between 1970-01-01 and 2100-01-01"):
        WorldClock(start)


def test_stops_at_the_latest() -> None:
    machine = Machine()
    world = WorldClock(LATEST - 1, scale=1000, source=machine)
    machine.at += DAY
    assert world.now() == LATEST


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("machine"), st.integers(-2 * DAY, 2 * DAY)),
            st.tuples(st.just("advance"), st.integers(-DAY, DAY)),
            st.tuples(st.just("set"), st.integers(START - DAY, START + 9 * DAY)),
            st.tuples(st.just("run"), st.integers(-1, 90)),
            st.tuples(st.just("freeze"), st.just(0)),
        ),
        max_size=30,
    )
)
def test_never_goes_backwards(steps: list[tuple[str, int]]) -> None:
    """Not even when the machine's clock is put back."""
    machine = Machine()
    world = WorldClock(START, source=machine)
    seen = world.now()
    for verb, figure in steps:
        try:
            match verb:
                case "machine":
                    machine.at += figure
                case "advance":
                    assert world.advance(figure) >= seen + figure
                case "set":
                    assert world.set(figure) == figure
                case "run":
                    world.run(figure)
                case _:
                    world.freeze()
        except ClockMisuse:
            assert figure < 0 or verb in {"set", "run"}
        now = world.now()
        assert seen <= now <= LATEST
        seen = now


def test_several_threads_advance_without_losing_a_step() -> None:
    world = WorldClock(START, frozen=True)

    def step() -> None:
        for _ in range(500):
            world.advance(1)

    threads = [threading.Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.now() == START + 2000


@given(st.integers(EARLIEST, LATEST))
def test_instants_and_datetimes_are_the_same_thing(at: int) -> None:
    moment = to_datetime(at)
    assert moment.tzinfo is not None
    assert from_datetime(moment) == at
    assert to_date(at) == moment.date()


def test_other_time_zones_are_understood_and_none_is_refused() -> None:
    riga = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=2)))
    assert from_datetime(riga) == START
    assert to_date(START) == date(2026, 3, 2)
    with pytest.raises(ClockMisuse, match="2026-03-02T10:00:00Z"):
        from_datetime(riga.replace(tzinfo=None))


def test_the_machine_is_read_in_microseconds() -> None:
    before = datetime.now(UTC)
    assert abs(to_datetime(system_now()) - before) < timedelta(minutes=1)
    assert stopwatch() <= stopwatch()
    assert abs(WorldClock().now() - system_now()) < 60 * clock.SECOND
