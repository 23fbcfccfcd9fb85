"""The default catalogue: the same everywhere, in the house's style, with codes of fixed meaning."""

import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.clock import DAY
from elko_mock.trade import fixed
from elko_mock.trade.catalog import Catalog, walk
from elko_mock.trade.fixed import FIXED_CODES
from elko_mock.trade.languages import LANGUAGES, warranty_text
from elko_mock.trade.making import ean13, made_products
from elko_mock.trade.nullable import PRODUCT
from elko_mock.trade.product import Product
from elko_mock.trade.trade import Trade
from tests.unit.trade.dealing import DEFAULT, OPENED, TODAY, got, lines, refused, shown

WHOLE = Catalog.generate(1)


def test_the_same_on_every_machine_and_python() -> None:
    """The digest was taken once; whoever changes what is made has to know that every user's catalogue changes."""
    digest = hashlib.sha256()
    for product in Catalog.generate(7, 500).products.values():
        digest.update(repr(product).encode())
    assert digest.hexdigest()[:16] == "2b5dbecc0867ff70"


def test_seeds_differ_and_the_count_only_cuts() -> None:
    short, other = Catalog.generate(1, 300), Catalog.generate(2, 300)
    assert list(short.products.values()) == list(WHOLE.products.values())[:300]
    assert list(short.products) != list(other.products)
    assert short.identity != other.identity != Catalog.generate(2, 301).identity


@pytest.mark.parametrize("count", [0, 1, 5, 21, 22, 2_300])
def test_any_count(count: int) -> None:
    assert len(Catalog.generate(3, count)) == count


@pytest.mark.parametrize("count", [-1, 500_001])
def test_absurd_counts(count: int) -> None:
    with pytest.raises(ValueError, match="0 to 500000"):
        Catalog.generate(1, count)


def test_a_hundred_thousand_codes_are_different_ones() -> None:
    codes = set(Catalog.generate(5, 100_000).products)
    assert len(codes) == 100_000
    assert {len(str(code)) for code in codes} == {5, 7}
    assert fixed.UNKNOWN not in codes


def test_codes_set_aside_are_passed_over() -> None:
    usual = [product.code for product in made_products(1, 40, frozenset())]
    others = [product.code for product in made_products(1, 40, frozenset(usual[5:8]))]
    assert others[:37] == usual[:5] + usual[8:]
    assert len(set(others)) == 40


def test_it_looks_like_the_real_one() -> None:
    products = list(WHOLE.products.values())
    five = [product for product in products if product.code < 100_000]
    assert len(products) == 2_300
    assert 50 < len(five) < 200
    assert all(product.name == product.name.upper() for product in products)
    assert 300 < sum("|" in product.name for product in products) < 700
    for share, least in (
        (lambda one: one.stock == 0, 400),
        (lambda one: one.stock > 50, 500),
        (lambda one: 0 < one.stock <= 50, 800),
        (lambda one: one.incoming, 300),
        (lambda one: one.promotion, 80),
        (lambda one: one.price2, 120),
        (lambda one: one.lot, 50),
        (lambda one: one.copyright_tax, 200),
        (lambda one: one.media == 0, 50),
        (lambda one: one.ean is None, 50),
        (lambda one: one.warranty is None, 80),
        (lambda one: one.pay != one.price, 1_000),
    ):
        assert least < sum(map(bool, map(share, products)))
    assert len({product.name for product in products}) > 2_290


def test_every_product_has_a_vendor_and_a_leaf_that_exist() -> None:
    leaves = {node.code for node in walk(WHOLE.tree) if not node.childs}
    vendors = {vendor.code for vendor in WHOLE.vendors}
    assert {product.category for product in WHOLE.products.values()} == leaves
    assert {product.vendor for product in WHOLE.products.values()} <= vendors
    assert {"SA", "DJ"} <= vendors
    assert all(len(code) == 2 for code in vendors)


def test_the_tree_is_as_recorded() -> None:
    trade = Trade(WHOLE, OPENED)
    seen: list[tuple[int, str, int]] = []

    def visit(nodes: list[dict[str, object]], parent: int, depth: int) -> None:
        for node in nodes:
            childs = node["childs"]
            assert node["parentId"] == parent
            assert isinstance(childs, list)
            assert isinstance(node["id"], int)
            assert isinstance(node["code"], str)
            if childs:
                assert node["code"] == ""
                visit(childs, node["id"], depth + 1)
            else:
                assert re.fullmatch(r"[A-Z0-9]{2,3}", node["code"])
                assert depth == 3
            seen.append((node["id"], node["code"], depth))

    visit(trade.tree(OPENED), 0, 1)
    assert len({number for number, _, _ in seen}) == len(seen)
    assert (4028, "CPU", 3) in seen
    codes = [code for _, code, _ in seen if code]
    assert {"CPU", "MBA", "LC3", "NB"} <= set(codes)
    assert len(codes) == len(set(codes)) + 1, "one leaf stands under two parents"


def test_flat_categories_have_each_code_once() -> None:
    rows = Trade(WHOLE, OPENED).categories(OPENED)
    codes = [row["code"] for row in rows if row["code"]]
    assert len(codes) == len(set(codes))
    assert set(codes) == {product.category for product in WHOLE.products.values()}
    assert any(row["code"] == "" for row in rows)


def test_every_name_is_there_in_every_language() -> None:
    for node in walk(WHOLE.tree):
        assert len(node.names) == len(LANGUAGES)
        assert all(name.strip() for name in node.names)


def test_language_is_seen() -> None:
    trade = Trade(WHOLE, OPENED)

    def cpu(language: str | None) -> str:
        return str(next(row["name"] for row in trade.categories(OPENED, language) if row["code"] == "CPU"))

    assert (cpu(None), cpu("en"), cpu("xx")) == ("Processors",) * 3
    assert (cpu("LV"), cpu("ru"), cpu("RO")) == ("Procesori", "Процессоры", "Procesoare")
    rows = {language: trade.products(OPENED, [fixed.RECORDED], language=language)[0] for language in LANGUAGES}
    assert len({row["fullDsc"] for row in rows.values()}) == len(LANGUAGES)
    assert {row["name"] for row in rows.values()} == {"NET SWITCH 48PORT 1000M 4SFP+/6100 JL675A ARUBA BY HPE"}
    assert [rows[language]["warranty"] for language in ("EN", "LV", "EE")] == ["2 years", "2 gadi", "2 aastat"]


def test_warranties_in_words() -> None:
    assert warranty_text(12, 0) == "1 year"
    assert warranty_text(120, 0) == "10 years"
    assert warranty_text(6, 0) == "6 months"
    assert warranty_text(None, 0) is None


@given(st.integers(0, 10**12 - 1))
def test_article_numbers_have_the_right_check_digit(body: int) -> None:
    number = ean13(body)
    assert len(number) == 13
    weights = [1, 3] * 6 + [1]
    assert sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 10 == 0


def test_a_known_article_number() -> None:
    assert ean13(400638133393) == "4006381333931"


# ------------------------------------------------------------------------------------------------------- selecting


def test_filters_join() -> None:
    some = next(product for product in DEFAULT.products.values() if product.vendor == "SA")
    both = DEFAULT.select((), ["sa"], [some.category.lower()])
    assert some in both
    assert {(product.vendor, product.category) for product in both} == {("SA", some.category)}
    assert DEFAULT.select([some.code], ["DJ"]) == []
    assert DEFAULT.select((), (), [f"{some.category}_4028"]) == DEFAULT.select((), (), [some.category])
    assert list(DEFAULT.select((), [""], [" "])) == list(DEFAULT.products.values())


def test_codes_come_as_asked_each_once_unknown_left_out() -> None:
    wanted = [fixed.KIT, fixed.UNKNOWN, fixed.RECORDED, fixed.KIT]
    found = DEFAULT.select(wanted)
    assert [product.code for product in found] == [fixed.KIT, fixed.RECORDED]
    assert len(found) == 2
    assert found[-1] is DEFAULT.products[fixed.RECORDED]
    assert found[:1] == [DEFAULT.products[fixed.KIT]]
    assert fixed.UNKNOWN not in {product.code for product in found}


# ------------------------------------------------------------------------------------------------ codes that mean


def fresh() -> Trade:
    return Trade(WHOLE, OPENED)


def test_the_table_names_every_fixed_code_once() -> None:
    codes = [entry.code for entry in FIXED_CODES]
    assert len(codes) == len(set(codes))
    in_catalogue = {product.code for product in fixed.fixed_products()}
    assert set(codes) == in_catalogue | {fixed.UNKNOWN}


def test_recorded_product() -> None:
    (row,) = fresh().products(OPENED, [1341426])
    assert row["id"] == row["elkoCode"] == 1341426
    assert row["name"] == "NET SWITCH 48PORT 1000M 4SFP+/6100 JL675A ARUBA BY HPE"
    assert row["quantity"] == ">50"
    assert row["currency"] == "EUR"


def test_plenty_never_runs_out() -> None:
    trade = fresh()
    for _ in range(3):
        assert got(trade.place_order(OPENED, lines((fixed.PLENTY, 9_999))))["lines"][0]["quantity"] == 9_999
    assert shown(trade, fixed.PLENTY) == ">50"


def test_out_of_stock_for_ever() -> None:
    trade = fresh()
    assert shown(trade, fixed.OUT_OF_STOCK) == "0"
    refused(trade.place_order(OPENED, lines((fixed.OUT_OF_STOCK, 1))), "out-of-stock")
    assert shown(trade, fixed.OUT_OF_STOCK, OPENED + 400 * DAY) == "0"


def test_coming_in_three_days() -> None:
    trade = fresh()
    (row,) = trade.availability(OPENED, [fixed.COMING], "AvailabilityIncoming")
    assert row["incoming"] == {"quantity": "20", "expectedDate": str(TODAY + 3)}
    assert shown(trade, fixed.COMING, OPENED + 2 * DAY) == "0"
    assert shown(trade, fixed.COMING, OPENED + 3 * DAY) == "20"
    (row,) = trade.availability(OPENED + 3 * DAY, [fixed.COMING], "AvailabilityIncoming")
    assert row["incoming"] is None


def test_last_piece() -> None:
    trade = fresh()
    assert shown(trade, fixed.LAST_PIECE) == "1"
    got(trade.place_order(OPENED, lines((fixed.LAST_PIECE, 1))))
    refused(trade.place_order(OPENED, lines((fixed.LAST_PIECE, 1))), "out-of-stock")
    assert shown(trade, fixed.LAST_PIECE) == "0"


@pytest.mark.parametrize("verb", ["place_order", "reserve"])
def test_sells_out_between_availability_and_order(verb: str) -> None:
    trade = fresh()
    assert shown(trade, fixed.SELLS_OUT) == "5"
    refused(getattr(trade, verb)(OPENED, lines((fixed.SELLS_OUT, 1))), "out-of-stock")
    assert shown(trade, fixed.SELLS_OUT) == "0"


def test_price_changes_at_order() -> None:
    trade = fresh()
    (before,) = trade.availability(OPENED, [fixed.PRICE_MOVES], "AvailabilityPrice")
    order = got(trade.place_order(OPENED, lines((fixed.PRICE_MOVES, 2))))
    (after,) = trade.availability(OPENED, [fixed.PRICE_MOVES], "AvailabilityPrice")
    assert before["prices"]["discountPrice"] == 100.0
    assert order["lines"][0]["price"] == after["prices"]["discountPrice"] == 110.0
    assert order["sum"] == 220.0
    assert got(trade.place_order(OPENED, lines((fixed.PRICE_MOVES, 1))))["sum"] == 110.0, "it moves once"


def test_kit_is_as_scarce_as_its_scarcest_part() -> None:
    trade = fresh()
    assert shown(trade, fixed.KIT) == "4"
    assert trade.products(OPENED, [fixed.KIT])[0]["obligatoryKit"] == 1
    got(trade.place_order(OPENED, lines((fixed.KIT, 3))))
    assert [shown(trade, code) for code in (fixed.KIT, fixed.KIT_BOARD, fixed.KIT_FAN)] == ["1", "9", "3"]
    assert shown(trade, fixed.KIT_OPTION_A) == "30"
    assert shown(trade, fixed.KIT_OPTION_B) == "0"


def test_all_null_and_odd_quantities_can_still_be_ordered() -> None:
    trade = fresh()
    rows = {
        row["elkoCode"]: row
        for row in trade.products(OPENED, [fixed.ALL_NULL, fixed.EMPTY_QUANTITY, fixed.NULL_QUANTITY])
    }

    assert {name for name, value in rows[fixed.ALL_NULL].items() if value is None} == set(PRODUCT)
    assert rows[fixed.EMPTY_QUANTITY]["quantity"] == ""
    assert rows[fixed.NULL_QUANTITY]["quantity"] is None
    for code, pieces in ((fixed.ALL_NULL, 8), (fixed.EMPTY_QUANTITY, 7), (fixed.NULL_QUANTITY, 7)):
        assert got(trade.place_order(OPENED, lines((code, 99))))["lines"][0]["quantity"] == pieces


def test_dear_hostile_bare_cheap_and_priceless() -> None:
    trade = fresh()
    dear, hostile, bare, priceless = trade.products(
        OPENED, [fixed.DEAR_LOT, fixed.HOSTILE_TEXT, fixed.NO_MEDIA, fixed.NO_PRICE]
    )
    assert (dear["price"], dear["lotNumber"]) == (99_999.99, "LOT09015")
    assert {"<", "&", '"', "'", "🙂", "Š"} <= set(hostile["name"])
    assert (bare["imagePath"], bare["thumbnailImagePath"]) == (None, None)
    assert trade.media(OPENED, [fixed.NO_MEDIA]) == [{"id": fixed.NO_MEDIA, "mediaFiles": []}]
    assert (priceless["price"], priceless["discountPrice"]) == (0, 0)
    refused(trade.place_order(OPENED, lines((fixed.NO_PRICE, 1))), "no-price")
    refused(trade.reserve(OPENED, lines((fixed.NO_PRICE, 1))), "no-price")
    refused(trade.add_to_cart(OPENED, {"elkoCode": fixed.NO_PRICE, "quantity": 1}), "no-price")
    sums = [got(trade.place_order(OPENED, lines((fixed.CHEAPER_BY_TEN, pieces))))["sum"] for pieces in (9, 10)]
    assert sums == [90.0, 90.0]


def test_ships_in_parts() -> None:
    trade = fresh()
    order = got(trade.place_order(OPENED, lines((fixed.IN_PARTS, 3))))
    statuses = [got(trade.order(OPENED + day * DAY, order["id"]))["status"] for day in (0, 1, 2, 3)]
    assert statuses == ["Placed", "PartiallyShipped", "Shipped", "Invoiced"]


def test_unknown_code() -> None:
    trade = fresh()
    assert list(trade.products(OPENED, [fixed.UNKNOWN])) == []
    refused(trade.place_order(OPENED, lines((fixed.UNKNOWN, 1))), "unknown-product")


def test_promotions_end_after_the_day_the_trade_opened() -> None:
    trade = fresh()
    ends = [row["promDate"] for row in trade.products(OPENED) if row["promQuant"]]
    assert ends
    assert all(end > TODAY for end in ends)
    assert all(row["promDate"] == 0 for row in trade.products(OPENED) if not row["promQuant"])


def test_pictures_of_different_products_differ() -> None:
    pictures = [row["imagePath"] for row in fresh().products(OPENED) if row["imagePath"]]
    assert len(set(pictures)) == len(pictures)
    shape = re.compile(
        r"https://static\.elko\.cloud/ProductImages/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[ab][0-9a-f]{3}-[0-9a-f]{12}\.Jpeg"
    )
    assert all(shape.fullmatch(picture) for picture in pictures)


def test_products_are_frozen_and_equal_by_value() -> None:
    one, same = (Catalog.generate(1, 30).products[fixed.KIT] for _ in range(2))
    assert one == same
    assert one is not same
    with pytest.raises(AttributeError):
        one.stock = 3  # type: ignore[misc]
    assert isinstance(one, Product)
    assert [part.quantity for part in one.pieces] == [1, 2]
    assert all(first < second for first, second in pairwise(sorted(WHOLE.products)))
