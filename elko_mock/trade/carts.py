"""The cart: lines of products and kits with picked options. It reserves nothing; its prices are today's."""

from collections.abc import Mapping, Sequence
from typing import Any

from elko_mock.trade import refusals
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.money import Cents
from elko_mock.trade.product import Product
from elko_mock.trade.records import CartLine, Option
from elko_mock.trade.refusals import Refusal
from elko_mock.trade.shelf import Shelf

_INT32 = 2**31 - 1


class Cart:
    """One account's cart."""

    __slots__ = ("lines", "next_line")

    def __init__(self, lines: Sequence[CartLine] = (), next_line: int = 1) -> None:
        self.lines = {line.id: line for line in lines}
        self.next_line = next_line

    def add(self, catalog: Catalog, shelf: Shelf, request: Mapping[str, Any]) -> Refusal | None:
        """`{elkoCode, quantity}`. A product that is in the cart already gets more of the same line."""
        product = _sellable(catalog, shelf, request["elkoCode"], "elkoCode")
        if isinstance(product, Refusal):
            return product
        if product.kit is not None:
            return refusals.kit_needs_add_kit(product.code)
        return self._put(product.code, request["quantity"], kit=False, options=None)

    def add_kit(self, catalog: Catalog, shelf: Shelf, request: Mapping[str, Any]) -> Refusal | None:
        """`{kitId, quantity, selectedOptions [{elkoCode, quantity}] | null}`. Options are parts of the kit."""
        product = _sellable(catalog, shelf, request["kitId"], "kitId")
        if isinstance(product, Refusal):
            return product
        if product.kit is None:
            return refusals.not_a_kit(product.code)
        selected = request.get("selectedOptions")
        reasons = []
        for place, option in enumerate(selected or ()):
            code = option["elkoCode"]
            if not product.kit.offers(code):
                reasons.append(refusals.unknown_option(code, product.code, f"selectedOptions[{place}].elkoCode"))
            elif option["quantity"] < 1:
                reasons.append(refusals.bad_quantity(f"selectedOptions[{place}].quantity"))
        if reasons:
            return refusals.all_of(reasons)
        options = (
            None if selected is None else tuple(Option(option["elkoCode"], option["quantity"]) for option in selected)
        )
        return self._put(product.code, request["quantity"], kit=True, options=options)

    def remove(self, line_id: int) -> Refusal | None:
        """One line less."""
        if self.lines.pop(line_id, None) is None:
            return refusals.unknown_line(line_id)
        return None

    def clear(self) -> None:
        """No lines."""
        self.lines.clear()

    def _put(self, code: int, quantity: int, *, kit: bool, options: tuple[Option, ...] | None) -> Refusal | None:
        if quantity < 1:
            return refusals.bad_quantity("quantity")
        same = next((line for line in self.lines.values() if (line.code, line.options) == (code, options)), None)
        total = quantity if same is None else same.quantity + quantity
        if total > _INT32:
            return refusals.quantity_too_large(total, "quantity")
        if same is None:
            line = CartLine(self.next_line, code, quantity, kit, options)
            self.next_line += 1
        else:
            line = CartLine(same.id, code, total, kit, options)
        self.lines[line.id] = line
        return None


def line_price(catalog: Catalog, shelf: Shelf, line: CartLine) -> Cents:
    """One piece, or one kit with its picked options; options that are in the kit anyway cost nothing more."""
    product = catalog.products[line.code]
    price = shelf.price_for(product, line.quantity) or 0
    always_in = {part.code for part in product.kit.parts} if product.kit is not None else set()
    for option in line.options or ():
        if option.code not in always_in:
            price += option.quantity * (shelf.price_for(catalog.products[option.code], option.quantity) or 0)
    return price


def _sellable(catalog: Catalog, shelf: Shelf, code: int, field: str) -> Product | Refusal:
    product = catalog.products.get(code)
    if product is None:
        return refusals.unknown_product(code, field)
    if shelf.price_for(product, 1) is None:
        return refusals.no_price(code, field)
    return product
