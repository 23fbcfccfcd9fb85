"""Rules: the cart, kits and their options, and an order of what is in it."""

from typing import Any

from hypothesis import strategies as st

from tests.machine.draws import CODES, PICKS
from tests.machine.machine import Machine, step
from tests.machine.manner import MANNERS, Manner
from tests.machine.model import goods

PRODUCTS = st.one_of(CODES, st.sampled_from((goods.CHEAPER_BY_TEN, goods.PRICE_MOVES, goods.IN_PARTS, 1, 2)))
AMOUNTS = st.sampled_from((1, 2, 9, 10, 2**31 - 1))
OPTIONS = st.sampled_from(
    (
        *("unsaid", None, [], [(goods.OPTION_A, 1)], [(goods.OPTION_A, 1), (goods.OPTION_B, 2)], [(goods.FAN, 3)]),
        *([(goods.OPTION_B, 2), (goods.OPTION_A, 1)], [(goods.PLENTY, 1), (goods.OPTION_A, 1), (goods.UNKNOWN, 1)]),
    )
)
KITS = st.sampled_from((goods.KIT,) * 5 + (goods.BOARD, goods.UNKNOWN, goods.NO_PRICE))


class CartRules(Machine):
    """Collecting."""

    @step(code=PRODUCTS, many=AMOUNTS, manner=MANNERS)
    def add_to_cart(self, code: int, many: int, manner: Manner) -> None:
        """The cart takes no stock and may hold more than there is."""
        if code == goods.DEAR:
            many = min(
                many, 10
            )  # the document's amounts are doubles: beyond 90 million million no cent is left in them
        body = {"elkoCode": self.code(code), "quantity": many}
        self.ask("add_to_cart", "POST", "/Cart/Add", manner, body=body)
        shelf = self.world.trade.shelf
        in_cart = [(shelf.goods[line.code], line.many) for line in self.world.trade.in_cart.lines]
        self.bench.met["price for many in the cart"] += any(one.from2 and many >= one.from2 for one, many in in_cart)

    @step(kit=KITS, many=AMOUNTS, options=OPTIONS, manner=MANNERS)
    def add_kit(self, kit: int, many: int, options: Any, manner: Manner) -> None:
        """With its options, without, and with what is no option of it."""
        body: dict[str, Any] = {"kitId": kit, "quantity": many}
        if options != "unsaid":
            picked = [{"elkoCode": code, "quantity": each} for code, each in options or ()]
            body["selectedOptions"] = None if options is None else picked
        self.ask("add_kit", "POST", "/Cart/AddKit", manner, body=body)

    @step(pick=PICKS, manner=MANNERS)
    def remove_from_cart(self, pick: int, manner: Manner) -> None:
        """One line that is there, or one that never was or is not any more; or all of them."""
        if pick == 5:
            self.ask("clear_cart", "DELETE", "/Cart", manner)
            return
        lines = self.world.trade.in_cart.lines
        number = lines[pick % len(lines)].id if lines and pick < 6 else pick
        self.ask("remove_line", "DELETE", f"/Cart/{number}", manner, number=number)

    @step(manner=MANNERS)
    def look_at_cart(self, manner: Manner) -> None:
        """At the prices of now."""
        self.ask("cart", "GET", "/Cart", manner)

    @step(manner=MANNERS, whole=st.booleans())
    def order_the_cart(self, manner: Manner, whole: bool) -> None:
        """Its lines, and picked options as lines of their own; the cart is left alone (ledger, cart-and-orders)."""
        if not self.world.trade.in_cart.lines:
            self.ask("add_to_cart", "POST", "/Cart/Add", manner, body={"elkoCode": goods.IN_PARTS, "quantity": 2})
        lines = []
        for line in self.world.trade.in_cart.lines:
            lines.append({"elkoCode": line.code, "quantity": line.many})
            lines += [{"elkoCode": code, "quantity": many} for code, many in line.options or ()]
        if lines:
            body = {"lines": lines, "orderIfAllAvailable": whole}
            self.ask("place_order", "POST", "/Orders", manner, body=body)
            self.ask("cart", "GET", "/Cart", manner)
