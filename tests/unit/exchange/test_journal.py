"""The journal keeps what it promises to keep, and no more."""

from hypothesis import given
from hypothesis import strategies as st

from elko_mock.exchange.journal import Journal
from tests.unit.exchange.making import an_exchange


def test_the_oldest_go_when_the_count_is_reached() -> None:
    journal = Journal(max_exchanges=3)
    for number in range(1, 6):
        journal.append(an_exchange(number))
    assert [one.number for one in journal] == [3, 4, 5]
    assert journal.dropped == 2


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(3000, 20000))
def test_the_bound_on_bytes_holds_whatever_the_bodies(sizes: list[int], bound: int) -> None:
    journal = Journal(max_bytes=bound)
    for number, size in enumerate(sizes, start=1):
        journal.append(an_exchange(number, answer=b"x" * size))
    kept = list(journal)
    lengths = [len(one.response.body) for one in kept if one.response and isinstance(one.response.body, bytes)]
    assert len(kept) <= 1 or sum(lengths) <= bound
    assert journal.dropped + len(kept) == len(sizes)
    assert [one.number for one in kept] == list(range(len(sizes) - len(kept) + 1, len(sizes) + 1))


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(3000, 20000))
def test_the_bound_on_bytes_holds_whatever_the_header_fields(sizes: list[int], bound: int) -> None:
    journal = Journal(max_bytes=bound)
    for number, size in enumerate(sizes, start=1):
        journal.append(an_exchange(number, headers=((b"x", b"y" * size),)))
    kept = list(journal)
    assert len(kept) <= 1 or sum(len(one.request.headers[0][1]) for one in kept) <= bound


def test_one_exchange_larger_than_the_bound_is_still_kept() -> None:
    journal = Journal(max_bytes=10)
    journal.append(an_exchange(1, answer=b"x" * 100))
    assert len(journal) == 1


def test_clearing_begins_anew() -> None:
    journal = Journal(max_exchanges=1)
    assert [journal.next_number(), journal.next_number()] == [1, 2]
    journal.append(an_exchange(1))
    journal.append(an_exchange(2))
    journal.clear()
    assert (len(journal), journal.dropped, journal.count, journal.next_number()) == (0, 0, 0, 1)


def test_each_condition_selects() -> None:
    journal = Journal()
    journal.append(an_exchange(1, operation="listOrders", at=10))
    journal.append(an_exchange(2, operation="createOrder", method="POST", status=403, reason="rate", at=20))
    journal.append(an_exchange(3, path="/v3.0/api/Nowhere", status=404, at=30))

    def numbers(**conditions: object) -> list[int]:
        return [one.number for one in journal.select(**conditions)]

    assert numbers() == [1, 2, 3]
    assert numbers(operation="listOrders") == [1]
    assert numbers(status=403) == [2]
    assert numbers(reason="rate") == [2]
    assert numbers(method="post") == [2]
    assert numbers(path="/V3.0/API/orders") == [1, 2]
    assert numbers(since=20) == [2, 3]
    assert numbers(until=20) == [1]
    assert numbers(unmatched=True) == [3]
    assert numbers(status=403, method="GET") == []


def test_appending_while_reading_is_harmless() -> None:
    journal = Journal()
    for number in range(1, 4):
        journal.append(an_exchange(number))
    seen = []
    for one in journal:
        seen.append(one.number)
        journal.append(an_exchange(one.number + 10))
    assert seen == [1, 2, 3]
