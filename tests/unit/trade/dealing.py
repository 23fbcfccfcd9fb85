"""Small catalogues and trades for tests, and words for what came of a verb."""

from datetime import UTC, datetime
from typing import Any

from elko_mock.clock import from_datetime
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.product import Kit, KitPart, Product
from elko_mock.trade.refusals import Refusal
from elko_mock.trade.trade import Trade
from elko_mock.trade.twists import Twists

OPENED = from_datetime(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
"""A Monday; its JDE number is 126061."""
TODAY = 126061

DEFAULT = Catalog.generate(1, 150)

PEN, INK, PAD, SET, BULK = 1000001, 1000002, 1000003, 1000004, 1000005


def product(code: int, stock: int, price: int | None = 1_000, **more: Any) -> Product:
    return Product(code, f"THING {code}", f"M{code}", "SA", "CPU", stock, price, price, **more)


def shop(*products: Product, twists: Twists | None = None, seed: int = 0, **more: Any) -> Trade:
    """Ten pens, three inks, no pads (6 come in two days), a set of one pen and two inks, bulk with a second price."""
    stock = products or (
        product(PEN, 10),
        product(INK, 3, 250),
        product(PAD, 0, 400, incoming=6, incoming_day=2),
        product(SET, 0, 1_400, kit=Kit((KitPart(PEN, 1), KitPart(INK, 2)), (PAD,))),
        product(BULK, 200, 1_000, price2=900, quantity2=10),
    )
    catalog = Catalog({one.code: one for one in stock}, DEFAULT.tree, DEFAULT.vendors)
    return Trade(catalog, OPENED, twists=twists or Twists(), seed=seed, **more)


def lines(*wanted: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {"lines": [{"elkoCode": code, "quantity": quantity} for code, quantity in wanted], **more}


def got(answer: Any) -> Any:
    """The answer, which must not be a refusal."""
    assert not isinstance(answer, Refusal), answer
    return answer


def refused(answer: Any, code: str) -> Refusal:
    """The refusal, which must have that code."""
    assert isinstance(answer, Refusal), answer
    assert answer.code == code, answer
    return answer


def shown(trade: Trade, code: int, now: int = OPENED) -> str:
    """The quantity that the product's row says, which availability has to say too."""
    (row,) = trade.products(now, [code])
    (available,) = trade.availability(now, [code])
    assert available["stockQuantity"] == row["quantity"]
    quantity = row["quantity"]
    assert isinstance(quantity, str)
    return quantity
