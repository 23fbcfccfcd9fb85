"""The small judges inside our own checks: sums, differences, dates, whole lists."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.stages.guard import HeldBack
from elko_mock.verify.asker import Arguments, fill
from elko_mock.verify.checks.money import invoice_mistakes, order_mistakes
from elko_mock.verify.checks.representations import difference
from elko_mock.verify.conclude import ANSWERED
from elko_mock.verify.generated.tuning import CHECKS
from elko_mock.verify.plan import Plan, checks_of, own_checks_of, scope_of
from elko_mock.verify.scope import READ_ONLY, in_scope, permits
from elko_mock.verify.sparing import Sparing, wants_everything
from elko_mock.verify.target import parse_target

CONTRACT = Contract.load()
CENTS = st.integers(1, 10_000_000)


def order(prices: list[tuple[int, int]]) -> dict[str, Any]:
    lines = [
        {"id": str(place), "price": price / 100, "quantity": count, "sum": price * count / 100, "vat": price / 100}
        for place, (price, count) in enumerate(prices)
    ]
    return {
        "id": "1",
        "lines": lines,
        "sum": sum(price * count for price, count in prices) / 100,
        "vat": sum(price for price, _ in prices) / 100,
    }


@given(
    prices=st.lists(st.tuples(CENTS, st.integers(0, 50)), min_size=1, max_size=5), off=st.sampled_from([-0.01, 0.01])
)
def test_an_order_adds_up_or_is_a_cent_off(prices: list[tuple[int, int]], off: float) -> None:
    good = order(prices)
    assert list(order_mistakes(good)) == []
    assert list(order_mistakes(good | {"sum": round(good["sum"] + off, 2)}))
    assert list(order_mistakes(good | {"vat": round(good["vat"] + off, 2)}))
    good["lines"][0]["sum"] = round(good["lines"][0]["sum"] + off, 2)
    assert list(order_mistakes(good))


def text(cents: int) -> str:
    return f"{cents / 100:.2f}"


@given(price=CENTS, count=st.integers(1, 50), tax=st.integers(0, 500), vat=st.integers(0, 1000), levy=st.booleans())
def test_an_invoice_adds_up_or_does_not(price: int, count: int, tax: int, vat: int, levy: bool) -> None:
    net = (price + (tax if levy else 0)) * count
    info = {
        "amountWithoutVAT": text(net),
        "vatAmount": text(vat),
        "amountWithVAT": text(net + vat),
        "amountOpen": text(net),
    }
    line = {"price": text(price), "quantityShipped": count, "copyrightTax": text(tax)}
    good = {"invoiceId": "9", "additionalInfo": info, "details": [line]}
    assert list(invoice_mistakes(good)) == []
    for wrong in (
        {"amountWithVAT": text(net + vat + 1)},
        {"amountOpen": text(net + vat + 1)},
        {"amountWithoutVAT": "a lot"},
    ):
        assert list(invoice_mistakes(good | {"additionalInfo": info | wrong})), wrong
    assert list(invoice_mistakes(good | {"additionalInfo": None}))


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ({"a": 1}, {"a": 2}, "/a: 1 and 2"),
        ([{"a": [1, 2]}], [{"a": [1, 3]}], "/0/a/1: 2 and 3"),
        ({"a": 1}, {}, "/a: only one"),
        ({}, {"b": 1}, "/b: only one"),
        ([1], [1, 2], "/: 1 items and 2 items"),
        ("x", None, "/: 'x' and None"),
    ],
)
def test_where_two_answers_differ(one: Any, other: Any, where: str) -> None:
    assert difference(one, other).startswith(where)


@pytest.mark.parametrize(
    ("template", "values", "path"),
    [
        ("/a/{x}/b/{y}", ("1,2", "ü/ ?"), "/a/1,2/b/%C3%BC%2F%20%3F"),
        ("/a", (), "/a"),
    ],
)
def test_paths_are_filled_in(template: str, values: tuple[str, ...], path: str) -> None:
    assert fill(template, values) == path
    assert Arguments() == Arguments((), ())


def get(path: str, query: str = "") -> Request:
    return Request("GET", f"/v3.0/api/Catalog/{path}", query, Fields(), b"", "")


@pytest.mark.parametrize(
    ("request_", "everything"),
    [
        (get("Products"), True),
        (get("products/", "lang=EN&unknown=1"), True),
        (get("Products", "elkoCode=&vendorCode="), True),
        (get("Products", "elkoCode=1"), False),
        (get("Products", "elkoCode=x"), False),
        (get("Products", "CATALOG=CPU"), False),
        (get("Availability"), True),
        (get("AvailabilityAndPrice/Availability"), True),
        (get("AvailabilityAndPrice/Availability", "elkoCodes=1"), False),
        (get("Vendors"), False),
    ],
)
def test_what_asks_for_a_whole_list(request_: Request, everything: bool) -> None:
    assert wants_everything(CONTRACT, request_) is everything


def test_whole_lists_are_asked_for_once() -> None:
    async def proceed(_: Request) -> Response:
        return Response(200, (), b"")

    async def main() -> None:
        sparing = Sparing(CONTRACT, 1)
        await sparing(get("Products"), proceed)
        await sparing(get("Products", "elkoCode=1"), proceed)
        with pytest.raises(HeldBack, match="once a day"):
            await sparing(get("Availability"), proceed)

    asyncio.run(main())


def test_read_only_is_what_the_curated_list_says() -> None:
    assert {operation.id for operation in CONTRACT.operations} >= READ_ONLY
    reading = in_scope(CONTRACT.operations, writes=False)
    assert {operation.id for operation in reading} == READ_ONLY
    assert {operation.method for operation in reading} == {"GET"}
    assert {permit.method for permit in permits(CONTRACT.operations, writes=False)} == {"GET"}
    assert len(in_scope(CONTRACT.operations, writes=True)) == len(CONTRACT.operations)


def test_a_plan_makes_only_the_checks_that_its_operations_allow() -> None:
    target = parse_target("https://api.example")
    plan = Plan(target, CONTRACT, only=frozenset({"getVendors"}))
    assert [operation.id for operation in scope_of(plan)] == ["getVendors"]
    ids = {check.id for check in own_checks_of(plan)}
    assert "accept-rules" in ids
    assert "quantity-grammar" not in ids
    assert not any(check.writes for check in own_checks_of(plan))
    assert set(checks_of(plan)) == {ANSWERED, *CHECKS, *ids}
    assert CONTRACT.prefix == "/v3.0/api"
