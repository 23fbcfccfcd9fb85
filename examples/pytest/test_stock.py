"""Tests of your code. `pip install elko-mock` brings the fixture: each test has a world of its own.

Run with `pytest examples/pytest`; nothing has to be started before.
"""

import pytest
from stock import NotNow, stock

PLENTY, EMPTY_QUANTITY = 9000001, 9000013


def test_more_than_fifty_is_fifty_at_least(elko):
    assert stock(elko.base_url, elko.token, PLENTY) == 50


def test_an_empty_quantity_is_not_zero(elko):
    assert stock(elko.base_url, elko.token, EMPTY_QUANTITY) is None


def test_a_block_is_not_zero_either_and_ends_after_a_minute(elko):
    elko.clock.freeze()
    for _ in range(50):
        stock(elko.base_url, elko.token, PLENTY)
    with pytest.raises(NotNow):
        stock(elko.base_url, elko.token, PLENTY)
    elko.clock.advance(60)  # takes no time
    assert stock(elko.base_url, elko.token, PLENTY) == 50
    assert elko.journal.count(reason="rate") == 1


def test_a_gateway_in_trouble_is_not_zero(elko):
    elko.faults.add(operation="getAvailability", respond={"status": 503})
    with pytest.raises(NotNow):
        stock(elko.base_url, elko.token, PLENTY)


@pytest.mark.elko(scenario="address-not-allowed")
def test_a_refused_address_is_not_zero(elko):
    with pytest.raises(NotNow):
        stock(elko.base_url, elko.token, PLENTY)


def test_what_was_really_sent(elko):
    stock(elko.base_url, elko.token, PLENTY)
    (call,) = elko.journal
    assert (call.operation, call.request.query) == ("getAvailability", f"elkoCode={PLENTY}")
    assert not call.violations
