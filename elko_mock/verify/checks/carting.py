"""The cart: lines add up, and can be taken out once."""

from decimal import Decimal
from typing import Any

from elko_mock.verify.asker import Arguments
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply


def cart_adds_up(trial: Trial) -> None:
    """What is added is in it, at price times quantity; what is taken out is gone; what is gone is 404."""
    codes = [
        code
        for code, row in trial.facts.products.items()
        if not row["obligatoryKit"] and row["discountPrice"] and str(row["quantity"]) != "0"
    ][:2]
    if not codes:
        trial.nothing_there("no product for the cart was seen")
        return
    trial.ask("clearCart")
    for code in codes:
        added = trial.ask("addToCart", body={"elkoCode": code, "quantity": 2})
        if not trial.expect(added.status == 200, "addToCart", f"{code} is answered {added.status}", added):
            return
    cart = trial.ask("getCart")
    if not cart.sound:
        return
    got = {line["elkoCode"]: line["quantity"] for line in cart.data["lines"]}
    wanted = dict.fromkeys(codes, 2)
    if trial.expect(got == wanted, "addToCart", f"added {wanted}, the cart holds {got}", cart):
        _sums(trial, cart)
        _take_out(trial, cart.data["lines"][0]["lineId"])
    trial.ask("clearCart")
    after = trial.ask("getCart")
    if after.sound:
        trial.expect(after.data["lines"] == [], "clearCart", "the cart, just emptied, still holds lines", after)


def kit(trial: Trial) -> None:
    """A kit goes in by its own verb, and not by that of products."""
    if not trial.facts.kits:
        trial.nothing_there("no kit was seen")
        return
    code = trial.facts.kits[0]
    trial.ask("clearCart")
    plain = trial.ask("addToCart", body={"elkoCode": code, "quantity": 1})
    trial.expect(plain.status == 400, "addToCart", f"kit {code} as a plain product: answered {plain.status}", plain)
    added = trial.ask("addKitToCart", body={"kitId": code, "quantity": 1})
    if (
        trial.expect(added.status == 200, "addKitToCart", f"kit {code} is answered {added.status}", added)
        and added.sound
    ):
        kits = [line["kitId"] for line in added.data["lines"]]
        trial.expect(code in kits, "addKitToCart", f"kit {code} was added, the cart's kits are {kits}", added)
    trial.ask("clearCart")


def _sums(trial: Trial, cart: Reply) -> None:
    total = Decimal(0)
    for line in cart.data["lines"]:
        wanted = _cents(line["price"]) * line["quantity"]
        good = _cents(line["sum"]) == wanted
        trial.expect(good, "getCart", f"line {line['lineId']}: sum is {line['sum']}, not {wanted / 100}", cart)
        total += _cents(line["sum"])
    trial.expect(_cents(cart.data["sum"]) == total, "getCart", f"sum is {cart.data['sum']}, not {total / 100}", cart)


def _take_out(trial: Trial, line: int) -> None:
    gone = trial.ask("removeFromCart", Arguments((str(line),)))
    if gone.sound:
        still = line in [one["lineId"] for one in gone.data["lines"]]
        trial.expect(not still, "removeFromCart", f"line {line}, just taken out, is still there", gone)
    again = trial.ask("removeFromCart", Arguments((str(line),)))
    trial.expect(again.status == 404, "removeFromCart", f"line {line} is gone, and is answered {again.status}", again)


def _cents(value: Any) -> Decimal:
    return Decimal(round(float(value) * 100))


CHECKS = (
    Check(
        "cart-adds-up",
        "The cart holds what was added, adds up, and lines leave it once",
        cart_adds_up,
        ("getCart", "addToCart", "removeFromCart", "clearCart"),
        writes=True,
    ),
    Check(
        "kit-in-cart",
        "A kit goes into the cart by AddKit, and only by it",
        kit,
        ("addKitToCart", "addToCart"),
        writes=True,
    ),
)
