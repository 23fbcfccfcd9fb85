"""The catalogue agrees with itself: quantities, availability, categories, vendors, descriptions, pictures."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from elko_mock.verify.asker import Arguments
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply
from elko_mock.verify.survey import rows

_QUANTITY = re.compile(r"(>?[0-9]+)?")
"""A figure, or `>` and a figure when there is more (evidence 3.1); empty when it is not told."""
_TYPES = {
    "Availability": (False, False),
    "AvailabilityIncoming": (True, False),
    "AvailabilityIncomingPrice": (True, True),
    "AvailabilityPrice": (False, True),
}
"""`type` -> whether `incoming` and `prices` may be filled (evidence 3.4)."""
_NO_CODES = "the product list showed no product to ask for"


def quantity_grammar(trial: Trial) -> None:
    """Every quantity that is a string is a figure, or `>` and a figure."""
    for name, reply in _stock(trial):
        for row in rows(reply):
            for where, value in _quantities(row):
                if isinstance(value, str):
                    good = bool(_QUANTITY.fullmatch(value))
                    trial.expect(good, name, f"{where} is {value!r}; wanted a figure, or > and a figure", reply)


def availability_agrees(trial: Trial) -> None:
    """Stock and prices of Availability, AvailabilityAndPrice and the product list are the same.

    Asked before and after: what moved in between proves nothing."""
    if not trial.facts.codes:
        trial.nothing_there(_NO_CODES)
        return
    codes = ",".join(map(str, trial.facts.codes))
    asked = Arguments((), (("elkoCode", codes),))
    for name, arguments in (
        ("getAvailability", asked),
        ("getAvailabilityAndPrice", Arguments(("AvailabilityPrice",), (("elkoCodes", codes),))),
    ):
        if not trial.has(name):
            continue
        pair = trial.steady(
            trial.ask("getProducts", asked),
            partial(trial.ask, "getProducts", asked),
            partial(trial.ask, name, arguments),
            lambda listed, told: not list(_disagreements(listed, told)),
        )
        if pair is not None and pair[0].sound and pair[1].sound:
            found = list(_disagreements(*pair))
            trial.expect(not found, name, "\n".join(found[:5]), *pair)


def availability_types(trial: Trial) -> None:
    """Which of `incoming` and `prices` are filled follows `type`. Either may be null in a row all the same."""
    codes = ",".join(map(str, trial.facts.codes[:10]))
    if not codes:
        trial.nothing_there(_NO_CODES)
        return
    here = "getAvailabilityAndPrice"
    for kind, (incoming, prices) in _TYPES.items():
        reply = trial.ask(here, Arguments((kind,), (("elkoCodes", codes),)))
        for row in rows(reply):
            told = f"type {kind}: {row['productId']} has"
            trial.expect(incoming or row["incoming"] is None, here, f"{told} incoming, not asked for", reply)
            trial.expect(prices or row["prices"] is None, here, f"{told} prices, not asked for", reply)
        if prices:
            _priced(trial, kind, reply)


def _priced(trial: Trial, kind: str, reply: Reply) -> None:
    """Prices that were asked for and are in no row, though the product list has them, are not served."""
    priced = {code for code, row in trial.facts.products.items() if row["discountPrice"]}
    told = [row for row in rows(reply) if row["productId"] in priced]
    if any(row["stockQuantity"] is not None for row in told):
        good = any(row["prices"] is not None for row in told)
        trial.expect(good, "getAvailabilityAndPrice", f"type {kind}: {len(told)} products, and no prices", reply)
    elif told:
        trial.unjudged(f"type {kind}: all that may be null is null, in all {len(told)} rows")


def families(trial: Trial) -> None:
    """Products name categories and vendors that are in the lists; the tree's leaves are in the flat list."""
    vendors, categories = set(trial.facts.vendors), set(trial.facts.categories)
    for code, row in trial.facts.products.items():
        if vendors:
            known = row["vendorCode"] in vendors
            trial.expect(known, "getVendors", f"product {code} is of vendor {row['vendorCode']!r}, not in the list")
        if categories:
            known = row["catalog"] in categories
            trial.expect(known, "getCategories", f"product {code} is in category {row['catalog']!r}, not in the list")
    if trial.has("getCategoryTree") and categories:
        tree = trial.ask("getCategoryTree")
        for node in _nodes(rows(tree)):
            if node["code"]:
                known = node["code"] in categories
                trial.expect(known, "getCategoryTree", f"leaf {node['code']!r} is not in the flat list", tree)


def main_picture(trial: Trial) -> None:
    """The first of a product's media is its `imagePath` (evidence 3.3)."""
    codes = [code for code, row in trial.facts.products.items() if row["imagePath"]][:10]
    if not codes:
        trial.nothing_there("no product with a picture was seen")
        return
    reply = trial.ask("getMediaItems", Arguments((",".join(map(str, codes)),)))
    for item in rows(reply):
        first = next((file["link"] for file in item["mediaFiles"] if file["sequence"] == 1), None)
        product = trial.facts.products.get(item["id"])
        if product is not None:
            good = first == product["imagePath"]
            message = f"{item['id']}: the first of its media is {first!r}, its imagePath {product['imagePath']!r}"
            trial.expect(good, "getMediaItems", message, reply)


def _stock(trial: Trial) -> Iterator[tuple[str, Reply]]:
    codes = ",".join(map(str, trial.facts.codes))
    if not codes:
        trial.nothing_there(_NO_CODES)
        return
    yield "getProducts", trial.ask("getProducts", Arguments((), (("elkoCode", codes),)))
    if trial.has("getAvailability"):
        yield "getAvailability", trial.ask("getAvailability", Arguments((), (("elkoCode", codes),)))
    if trial.has("getAvailabilityAndPrice"):
        arguments = Arguments(("AvailabilityIncoming",), (("elkoCodes", codes),))
        yield "getAvailabilityAndPrice", trial.ask("getAvailabilityAndPrice", arguments)


def _quantities(row: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "quantity", row.get("quantity")
    yield "stockQuantity", row.get("stockQuantity")
    yield "incoming/quantity", (row.get("incoming") or {}).get("quantity")


def _disagreements(listed: Reply, told: Reply) -> Iterator[str]:
    products = {row["elkoCode"]: row for row in rows(listed)}
    for row in rows(told):
        product = products.get(row["productId"])
        if product is None:
            continue
        pairs = {"quantity": (product["quantity"], row["stockQuantity"])}
        for field, value in (row["prices"] or {}).items():
            pairs[field] = (product.get(field), value)
        for field, (one, other) in pairs.items():
            if one != other:
                yield f"{row['productId']}: {field} is {one!r} in the product list, {other!r} here"


def _nodes(tree: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    waiting = list(tree)
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node["childs"])


CHECKS = (
    Check("quantity-grammar", "A quantity is a figure, or > and a figure", quantity_grammar, ("getProducts",)),
    Check(
        "availability-agrees",
        "Availability and prices are those of the product list",
        availability_agrees,
        ("getProducts",),
        one_of=("getAvailability", "getAvailabilityAndPrice"),
    ),
    Check(
        "availability-types",
        "Which of incoming and prices are filled follows the type",
        availability_types,
        ("getAvailabilityAndPrice",),
    ),
    Check(
        "families-agree", "Products, tree and lists name the same categories and vendors", families, ("getProducts",)
    ),
    Check("main-picture", "The first of a product's media is its imagePath", main_picture, ("getMediaItems",)),
)
