"""Catalogues from rows in the API's own shape: tolerant of what is missing, clear about what is wrong."""

from typing import Any

import pytest

from elko_mock.clock import DAY
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.loading import CatalogProblem
from elko_mock.trade.product import Vendor
from elko_mock.trade.trade import Trade
from tests.unit.trade.dealing import DEFAULT, OPENED, got, lines, refused, shown


def row(**more: Any) -> dict[str, Any]:
    return {"elkoCode": 11001, "name": "A THING"} | more


def trade_of(*rows: dict[str, Any], **more: Any) -> Trade:
    return Trade(Catalog.from_rows(rows, **more), OPENED)


def test_the_default_catalogue_survives_its_own_rows() -> None:
    """What the house shows is what it shows again when loaded: all but what the row cannot say."""
    first = list(Trade(DEFAULT, OPENED).products(OPENED))
    loaded = Catalog.from_rows(first)
    for before, after in zip(first, Trade(loaded, OPENED).products(OPENED), strict=True):
        assert after == before
    assert len(loaded.vendors) == len({row["vendorCode"] for row in first})
    assert {leaf.code for leaf in loaded.tree[0].childs} == {row["catalog"] for row in first}


def test_the_least_there_can_be() -> None:
    trade = trade_of({"elkoCode": 11001, "name": "A THING"})
    (found,) = trade.products(OPENED)
    assert found["id"] == found["elkoCode"] == 11001
    assert found["quantity"] == "0" or found["quantity"] is None
    assert found["httpDescription"] is found["imagePath"] is found["fullDsc"] is found["eanCode"] is None
    assert (found["packagingQuantity"], found["promDate"], found["price"]) == (1, 0, 0)
    assert (found["vendorCode"], found["vendorName"], found["catalog"]) == ("", None, "")
    refused(trade.place_order(OPENED, lines((11001, 1))), "no-price")
    assert trade.vendors(OPENED) == []
    assert trade.tree(OPENED)[0]["childs"] == []
    assert trade.descriptions(OPENED, [11001])[0]["description"]
    assert trade.media(OPENED, [11001]) == [{"id": 11001, "mediaFiles": []}]


def test_an_empty_catalogue() -> None:
    trade = trade_of()
    assert list(trade.products(OPENED)) == trade.tree(OPENED) == trade.categories(OPENED) == []
    assert trade.catalog.identity.startswith("rows ")


def test_the_id_alone_will_do_and_strings_are_figures() -> None:
    trade = trade_of({"id": "11001", "name": "A", "quantity": " 7 ", "price": "12.50", "incomingQuantity": 3.0})
    (found,) = trade.products(OPENED)
    assert (found["quantity"], found["price"], found["discountPrice"]) == ("7", 12.5, 12.5)
    assert shown(trade, 11001, OPENED + 7 * DAY) == "10", "what is coming comes after a week"


@pytest.mark.parametrize(
    ("quantity", "pieces", "said"),
    [
        ("0", 0, "0"),
        ("8", 8, "8"),
        (8, 8, "8"),
        (8.0, 8, "8"),
        (">50", 100, ">50"),
        ("> 10", 20, ">10"),
        ("75", 75, "75"),
        (">0", 1, ">0"),
    ],
)
def test_quantities(quantity: object, pieces: int, said: str) -> None:
    trade = trade_of(row(quantity=quantity, price=1))
    assert shown(trade, 11001) == said
    order = trade.place_order(OPENED, lines((11001, 10_000)))
    if pieces:
        assert got(order)["lines"][0]["quantity"] == pieces
    else:
        refused(order, "out-of-stock")


def test_a_price_of_nothing_is_none() -> None:
    trade = trade_of(row(quantity="3", price=0, discountPrice=0), row(elkoCode=11002, quantity="3", discountPrice="4"))
    refused(trade.place_order(OPENED, lines((11001, 1))), "no-price")
    assert got(trade.place_order(OPENED, lines((11002, 1))))["sum"] == 4.0


@pytest.mark.parametrize("quantity", ["", None, "  "])
def test_quantities_that_say_nothing_are_shown_as_they_were(quantity: str | None) -> None:
    trade = trade_of(row(quantity=quantity, price=1))
    assert trade.products(OPENED)[0]["quantity"] == (None if quantity is None else "")
    refused(trade.place_order(OPENED, lines((11001, 1))), "out-of-stock")


def test_unknown_properties_are_kept() -> None:
    (found,) = trade_of(row(rrp=9.5, discount={"status": True})).products(OPENED)
    assert (found["rrp"], found["discount"]) == (9.5, {"status": True})


def test_stock_that_moves_is_shown_moved() -> None:
    trade = trade_of(row(quantity="8", price=1, reservedQuantity=5))
    assert trade.products(OPENED)[0]["reservedQuantity"] == 0
    got(trade.reserve(OPENED, lines((11001, 3))))
    assert (shown(trade, 11001), trade.products(OPENED)[0]["reservedQuantity"]) == ("5", 3)


def test_pictures_are_the_rows_own() -> None:
    trade = trade_of(row(imagePath="https://static.elko.cloud/ProductImages/x.Jpeg"))
    assert trade.media(OPENED, [11001])[0]["mediaFiles"] == [
        {"sequence": 1, "link": "https://static.elko.cloud/ProductImages/x.Jpeg", "type": "Image"}
    ]


def test_a_kit_of_unknown_parts_takes_its_own_stock() -> None:
    trade = trade_of(row(obligatoryKit=7, quantity="3", price=2))
    got(trade.add_kit(OPENED, {"kitId": 11001, "quantity": 1}))
    assert got(trade.place_order(OPENED, lines((11001, 2))))["sum"] == 4.0
    assert shown(trade, 11001) == "1"
    assert trade.products(OPENED)[0]["obligatoryKit"] == 7
    awaited = trade_of(row(obligatoryKit=1, quantity="3", price=2, incomingQuantity=4))
    assert shown(awaited, 11001, OPENED + 7 * DAY) == "7"


def test_currency_is_the_rows_own() -> None:
    trade = trade_of(row(currency="RON", price=1, quantity="1"), row(elkoCode=11002, currency=None))
    assert {found["currency"] for found in trade.products(OPENED)} == {"RON"}
    assert trade.account(OPENED)["currency"] == "RON"
    assert got(trade.place_order(OPENED, lines((11001, 1), currency="RON")))["currency"] == "RON"


def test_tree_and_vendors_may_be_given() -> None:
    trade = trade_of(row(catalog="CPU", vendorCode="ZZ"), tree=DEFAULT.tree, vendors=(Vendor("ZZ", "ZED"),))
    assert trade.vendors(OPENED) == [{"name": "ZED", "code": "ZZ"}]
    (found,) = trade.products(OPENED, category="CPU_4028")
    assert found["vendorName"] == "ZED"


def test_a_vendor_is_named_by_the_first_row_that_names_it() -> None:
    trade = trade_of(
        row(vendorCode="ZZ", vendorName=None),
        row(elkoCode=11002, vendorCode="ZZ", vendorName="ZED"),
        row(elkoCode=11003, vendorCode="ZZ", vendorName="ZEE"),
    )
    assert trade.vendors(OPENED) == [{"name": "ZED", "code": "ZZ"}]
    assert [found["vendorName"] for found in trade.products(OPENED)] == [None, "ZED", "ZEE"]


def test_identity_is_of_the_rows() -> None:
    one, same, other = (Catalog.from_rows([row(price=price)]) for price in (1, 1, 2))
    assert one.identity == same.identity != other.identity
    assert 11001 in one
    assert 11002 not in one


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name": "A"}, "elkoCode", "missing"),
        (row(elkoCode=0), "elkoCode", "missing"),
        (row(elkoCode="abc"), "elkoCode", "whole number"),
        (row(elkoCode=1.5), "elkoCode", "whole number"),
        (row(elkoCode=2**31), "elkoCode", "whole number"),
        (row(elkoCode=True), "elkoCode", "whole number"),
        ({"elkoCode": 11001}, "name", "missing"),
        (row(name=["x"]), "name", "not text"),
        (row(name=True), "name", "not text"),
        (row(price="a lot"), "price", "amount"),
        (row(price=-1), "price", "amount"),
        (row(quantity="50+"), "quantity", "not a quantity"),
        (row(quantity=-1), "quantity", "not a quantity"),
        (row(quantity=True), "quantity", "not a quantity"),
        (row(promDate="soon"), "promDate", "whole number"),
        (row(elkoCode=11000), "elkoCode", "earlier row"),
        (row(currency="USD"), "currency", "earlier rows"),
        ("text", "all of it", "not an object"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_field(wrong: Any, field: str, says: str) -> None:
    with pytest.raises(CatalogProblem, match=says) as problem:
        Catalog.from_rows([{"elkoCode": 11000, "name": "FIRST", "currency": "EUR"}, wrong])
    assert (problem.value.row, problem.value.field) == (2, field)
    assert str(problem.value).startswith(f"row 2: {field}: ")


def test_a_problem_of_the_whole_file() -> None:
    problem = CatalogProblem("is no list")
    assert (str(problem), problem.row, problem.field) == ("is no list", None, None)
