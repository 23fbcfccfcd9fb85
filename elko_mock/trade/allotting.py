"""Who gets how much: fills the lines of an order or reservation from the shelf, all of them or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elko_mock.trade import refusals
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.product import Product
from elko_mock.trade.refusals import Refusal
from elko_mock.trade.shelf import Shelf

_INT32 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one product's lines ask for, added up."""

    product: Product
    quantity: int
    place: int
    """Place of the first of its lines in the request, from 0."""
    note: str | None = None

    @property
    def field(self) -> str:
        """Where in the request its quantity stands."""
        return f"lines[{self.place}].quantity"


@dataclass(frozen=True, slots=True)
class Share:
    """What one product's lines get."""

    wanted: Wanted
    kept: int
    """Out of what the reservation already holds."""
    fresh: int
    """Off the shelf."""
    promised: int = 0
    """Of what is coming."""

    @property
    def quantity(self) -> int:
        """All together."""
        return self.kept + self.fresh + self.promised


def wanted_lines(catalog: Catalog, lines: Sequence[Mapping[str, Any]] | None) -> tuple[Wanted, ...] | Refusal:
    """The lines of a request with their products, lines of one product added up; or what is wrong with them."""
    if not lines:
        return refusals.no_lines()
    found: dict[int, Wanted] = {}
    reasons: list[Refusal] = []
    for place, line in enumerate(lines):
        code, quantity = line["elkoCode"], line["quantity"]
        product = catalog.products.get(code)
        if product is None:
            reasons.append(refusals.unknown_product(code, f"lines[{place}].elkoCode"))
        elif quantity < 1:
            reasons.append(refusals.bad_quantity(f"lines[{place}].quantity"))
        else:
            before = found.get(code)
            total = quantity if before is None else quantity + before.quantity
            if total > _INT32:
                reasons.append(refusals.quantity_too_large(total, f"lines[{place}].quantity"))
            note = line.get("clientNote")
            found[code] = (
                Wanted(product, total, place, note)
                if before is None
                else Wanted(product, total, before.place, before.note or note)
            )
    return refusals.all_of(reasons) if reasons else tuple(found.values())


def allot(shelf: Shelf, wanted: Sequence[Wanted], held: Mapping[int, int], *, backorder: bool) -> tuple[Share, ...]:
    """Take off the shelf what each can get, first come first served: out of the `held` pieces, then what is free, then
    (with `backorder`) what is coming. `put_back` undoes it."""
    shares = []
    for want in wanted:
        product = want.product
        kept = min(held.get(product.code, 0), want.quantity)
        fresh = min(want.quantity - kept, shelf.obtainable(product))
        shelf.take(product, fresh)
        promised = 0
        if backorder and (coming := shelf.coming(product)) is not None:
            promised = min(want.quantity - kept - fresh, coming.quantity)
            shelf.promise(product, promised)
        shares.append(Share(want, kept, fresh, promised))
    return tuple(shares)


def put_back(shelf: Shelf, shares: Sequence[Share]) -> None:
    """Undo `allot`."""
    for share in shares:
        shelf.take(share.wanted.product, -share.fresh)
        if share.promised:
            shelf.promise(share.wanted.product, -share.promised)


def shortfall(shares: Sequence[Share], *, all_or_nothing: bool) -> Refusal | None:
    """The refusal when a line is short and all are wanted at once, or when nothing at all could be had."""
    short = [share for share in shares if share.kept + share.fresh < share.wanted.quantity]
    if any(share.quantity for share in shares) and not (all_or_nothing and short):
        return None
    return refusals.all_of(
        [
            refusals.short_of_stock(
                share.wanted.product.code, share.wanted.quantity, share.kept + share.fresh, share.wanted.field
            )
            for share in short
        ]
    )
