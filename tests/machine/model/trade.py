"""The model's trade: what each call does and answers, in plain words from the evidence and the ledger."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.machine.model.answers import Expected, No, Yes, bad, missing
from tests.machine.model.days import day_named, day_of, midnight
from tests.machine.model.goods import IN_PARTS, OPTIONS, PARTS, Goods
from tests.machine.model.papers import Cart, InCart, Kept, Line, Order, Reservation
from tests.machine.model.rows import Rows, parcel_at
from tests.machine.model.setting import Setting
from tests.machine.model.shelf import Share, Shelf

_MOST = 2**31 - 1
Body = Mapping[str, Any]


class Trade:
    """One account's dealings. Each call first lets happen what fell due."""

    def __init__(self, goods: Goods, setting: Setting) -> None:
        self.goods = goods
        self.setting = setting
        self.shelf = Shelf(goods, setting)
        self.orders = self.shelf.orders
        self.reservations = self.shelf.reservations
        self.in_cart = Cart()
        self.known: dict[Hashable, Any] = {}
        """What the house has told."""
        self.rows = Rows(goods, setting, self.shelf, self.known)

    def settle(self, now: int) -> None:
        """A reservation ends with its last day."""
        for one in self.reservations:
            if one.status == "Active" and one.ends <= now:
                one.status = "Expired"

    # --------------------------------------------------------------------------------------------- catalogue

    def products(
        self, now: int, codes: Sequence[int] = (), vendors: Sequence[str] = (), category: str = "", lang: str = ""
    ) -> Expected:
        """Those that meet every filter; codes in the order asked, each once, unknown ones left out."""
        found = self._asked_for(codes)
        rows = {code: self.goods.row(None, code) for code in found}
        if vendors:
            found = [code for code in found if rows[code]["vendorCode"] in {one.upper() for one in vendors}]
        if category:
            found = [code for code in found if rows[code]["catalog"] == category.upper().partition("_")[0]]
        return Yes([self.rows.product(code, now, lang) for code in found], "ArrayOfProduct")

    def availability(self, now: int, codes: Sequence[int] = (), kind: str = "Availability") -> Expected:
        """Of all products without codes."""
        rows = [self.rows.availability(code, now, kind) for code in self._asked_for(codes)]
        return Yes(rows, "ArrayOfAvailabilityAndPrice")

    def paper(self, now: int, of: str, kind: str) -> Expected:
        """What never changes."""
        return Yes(self.goods.papers[of], kind)

    def account(self, now: int) -> Expected:
        """The account's own data."""
        return Yes(self.goods.papers["/Accounts/My"] | {"country": self.setting.country}, "Account")

    def _asked_for(self, codes: Sequence[int]) -> list[int]:
        return [code for code in dict.fromkeys(codes) if code in self.goods.goods] if codes else list(self.goods.goods)

    # ------------------------------------------------------------------------------------------------ orders

    def place_order(self, now: int, body: Body) -> Expected:
        """As far as stock goes, line by line; with `orderIfAllAvailable` all or nothing."""
        given = [("currency", body.get("currency"))]
        given += [(f"lines[{place}].currency", line.get("currency")) for place, line in enumerate(body["lines"])]
        if wrong := [field for field, said in given if said and said.upper() != "EUR"]:
            return bad("currency-mismatch", *wrong)
        wanted = self._wanted(body["lines"])
        if isinstance(wanted, No):
            return wanted
        source = None
        if body.get("reservationId"):
            source = next((one for one in self.reservations if one.id == body["reservationId"]), None)
            if source is None:
                return bad("unknown-reservation", "reservationId")
            if source.status != "Active":
                return bad("reservation-not-active", "reservationId")
        self.shelf.ask(wanted, ordering=True)
        amounts = {code: many for code, (many, _, _) in wanted.items()}
        own = source.held if source is not None else {}
        shares = self.shelf.fill(amounts, now, own, backorder=self.setting.delivery == "backorder")
        if no := _short(shares, wanted, whole=bool(body.get("orderIfAllAvailable"))):
            return no
        lines = [
            Line(one.code, one.asked, one.got, one.promised, self._price(one), wanted[one.code][2]) for one in shares
        ]
        order = Order(
            id=str(self.goods.first_order + len(self.orders)),
            placed=now,
            confirmed=now + self.setting.house.confirm_after,
            said=body,
            lines=lines,
            parcels=self._parcels(now, shares),
            reservation=None if source is None else source.id,
        )
        if source is not None:
            _draw(source, shares)
        self.orders.append(order)
        return Yes(self.rows.order(order, now), "Order")

    def _price(self, share: Share) -> int:
        """By what is filled, not by what was asked for (ledger, second-price)."""
        return self.shelf.price_for(share.code, max(1, share.got))

    def _parcels(self, now: int, shares: Sequence[Share]) -> list[Any]:
        """What is there leaves first, in parts its smaller half a day later; promised pieces once they have come in."""
        house = self.setting.house
        first, leaving = now + house.ship_after, dict[int, Counter[int]]()
        for place, share in enumerate(shares):
            later = share.there // 2 if self.setting.delivery == "partial" or share.code == IN_PARTS else 0
            plan = [(first, share.there - later), (first + house.second_parcel_after, later)]
            if share.promised:
                expected = self.shelf.expected(share.code)
                assert expected is not None
                comes = midnight(day_of(self.setting.opened) + timedelta(expected[1]))
                plan.append((max(first, comes + house.handling), share.promised))
            for at, many in plan:
                if many:
                    leaving.setdefault(at, Counter())[place] += many
        return [parcel_at(at, house.invoice_after, pieces) for at, pieces in sorted(leaving.items())]

    def list_orders(self, now: int) -> Expected:
        """All there are (ledger, order-list-all)."""
        return Yes([self.rows.order(one, now) for one in self.orders], "ArrayOfOrder")

    def order(self, now: int, number: str) -> Expected:
        """One."""
        found = next((one for one in self.orders if one.id == number), None)
        return missing("unknown-order") if found is None else Yes(self.rows.order(found, now), "Order")

    def cancel_order(self, now: int, number: str) -> Expected:
        """While it is Placed or Confirmed; its pieces go back (ledger, order-cancel-window)."""
        found = next((one for one in self.orders if one.id == number), None)
        if found is None:
            return missing("unknown-order")
        if found.status(now) not in {"Placed", "Confirmed"}:
            return bad("order-not-open", "id")
        found.cancelled = True
        return Yes(self.rows.order(found, now), "Order")

    # ------------------------------------------------------------------------------------------ reservations

    def reserve(self, now: int, body: Body) -> Expected:
        """All or nothing unless `allOrNothing` is false."""
        last_day = self._last_day(now, body, day_of(now) + timedelta(self.setting.house.reservation_days))
        lines = last_day if isinstance(last_day, No) else self._kept(now, body, {})
        if isinstance(last_day, No) or isinstance(lines, No):
            return lines
        number = str(self.goods.first_reservation + len(self.reservations))
        self.reservations.append(Reservation(number, now, last_day, body.get("customerReference"), lines))
        return Yes(self.rows.reservation(self.reservations[-1]), "Reservation")

    def list_reservations(self, now: int) -> Expected:
        """All, ended ones too (ledger, reservation-list-all)."""
        return Yes([self.rows.reservation(one) for one in self.reservations], "ArrayOfReservation")

    def reservation(self, now: int, number: str) -> Expected:
        """One."""
        found = next((one for one in self.reservations if one.id == number), None)
        return missing("unknown-reservation") if found is None else Yes(self.rows.reservation(found), "Reservation")

    def change_reservation(self, now: int, number: str, body: Body) -> Expected:
        """New lines and reference in the place of the old; what it has it keeps (ledger, reservation-change)."""
        found = self._active(number)
        if isinstance(found, No):
            return found
        last_day = self._last_day(now, body, found.last_day)
        lines = last_day if isinstance(last_day, No) else self._kept(now, body, found.held)
        if isinstance(last_day, No) or isinstance(lines, No):
            return lines
        found.lines, found.last_day, found.reference = lines, last_day, body.get("customerReference")
        return Yes(self.rows.reservation(found), "Reservation")

    def release(self, now: int, number: str) -> Expected:
        """What it still keeps is free again."""
        found = self._active(number)
        if isinstance(found, No):
            return found
        found.status = "Released"
        return Yes(self.rows.reservation(found), "Reservation")

    def _active(self, number: str) -> Reservation | No:
        found = next((one for one in self.reservations if one.id == number), None)
        if found is None:
            return missing("unknown-reservation")
        return found if found.status == "Active" else bad("reservation-not-active", "id")

    def _last_day(self, now: int, body: Body, otherwise: Any) -> Any:
        number = body.get("validUntil")
        if not number:
            return otherwise
        day = day_named(number)
        return bad("bad-date", "validUntil") if day is None or day < day_of(now) else day

    def _kept(self, now: int, body: Body, own: Mapping[int, int]) -> Any:
        wanted = self._wanted(body["lines"])
        if isinstance(wanted, No):
            return wanted
        self.shelf.ask(wanted, ordering=False)
        amounts = {code: many for code, (many, _, _) in wanted.items()}
        back: Counter[int] = Counter()
        for code, had in own.items():
            for part, each in self.goods.goods[code].contents.items():
                back[part] -= each * max(0, had - amounts.get(code, 0))
        shares = self.shelf.fill(amounts, now, own, back, backorder=False)
        if no := _short(shares, wanted, whole=body.get("allOrNothing", True)):
            return no
        return [Kept(one.code, one.asked, one.got, one.got) for one in shares]

    # ---------------------------------------------------------------------------------------- cart and invoices

    def cart(self, now: int) -> Expected:
        """As it stands."""
        return Yes(self.rows.cart(self.in_cart.lines), "Cart")

    def add_to_cart(self, now: int, body: Body) -> Expected:
        """No kits (ledger, cart-kits)."""
        if no := self._not_for_sale(body["elkoCode"], "elkoCode"):
            return no
        if body["elkoCode"] in PARTS:
            return bad("is-a-kit", "elkoCode")
        return self._put(now, body["elkoCode"], body["quantity"], None)

    def add_kit(self, now: int, body: Body) -> Expected:
        """Kits only; picked are options or parts of it."""
        if no := self._not_for_sale(body["kitId"], "kitId"):
            return no
        if body["kitId"] not in PARTS:
            return bad("not-a-kit", "kitId")
        picked = body.get("selectedOptions")
        if wrong := [n for n, one in enumerate(picked or ()) if one["elkoCode"] not in OPTIONS]:
            return bad("unknown-option", *(f"selectedOptions[{n}].elkoCode" for n in wrong))
        options = None if picked is None else tuple((one["elkoCode"], one["quantity"]) for one in picked)
        return self._put(now, body["kitId"], body["quantity"], options)

    def remove_line(self, now: int, number: int) -> Expected:
        """One line less."""
        if all(line.id != number for line in self.in_cart.lines):
            return missing("unknown-line")
        self.in_cart.lines = [line for line in self.in_cart.lines if line.id != number]
        return self.cart(now)

    def clear_cart(self, now: int) -> Expected:
        """No lines."""
        self.in_cart.lines = []
        return self.cart(now)

    def _put(self, now: int, code: int, many: int, options: tuple[tuple[int, int], ...] | None) -> Expected:
        """The same product, or kit with the same options written alike, raises its line (ledger, cart-same-product)."""
        cart = self.in_cart
        for place, line in enumerate(cart.lines):
            if (line.code, line.options) == (code, options):
                if line.many + many > _MOST:
                    return bad("quantity-too-large", "quantity")
                cart.lines[place] = InCart(line.id, code, line.many + many, options)
                break
        else:
            cart.lines.append(InCart(cart.next, code, many, options))
            cart.next += 1
        return self.cart(now)

    def invoices(self, now: int, *, additional: bool = False, first: int = 0, last: int = 0) -> Expected:
        """One a parcel, oldest first; days inclusive, 0 for open (ledger, invoice-per-parcel)."""
        days = {field: day_named(number) for field, number in (("dateFrom", first), ("dateTo", last)) if number}
        for field, day in days.items():
            if day is None:
                return bad("bad-date", field)
        found = [
            (parcel.invoiced, f"{order.id}{place + 1:02d}", self.rows.invoice(order, place, additional=additional))
            for order in self.orders
            for place, parcel in enumerate(order.parcels)
            if parcel.invoiced <= now and not order.cancelled and _within(day_of(parcel.invoiced), days)
        ]
        return Yes([row for _, _, row in sorted(found, key=lambda one: one[:2])], "ArrayOfInvoice")

    # ------------------------------------------------------------------------------------------------- lines

    def _wanted(self, lines: Sequence[Body]) -> dict[int, tuple[int, int, str | None]] | No:
        """By code: pieces, place of its first line, first note; a product has one line (ledger, duplicate-lines)."""
        found: dict[int, tuple[int, int, str | None]] = {}
        wrong: list[tuple[str, str]] = []
        for place, line in enumerate(lines):
            code = line["elkoCode"]
            if code not in self.goods.goods:
                wrong.append(("unknown-product", f"lines[{place}].elkoCode"))
                continue
            many, first, note = found.get(code, (0, place, None))
            found[code] = many + line["quantity"], first, note or line.get("clientNote")
            if found[code][0] > _MOST:
                wrong.append(("quantity-too-large", f"lines[{place}].quantity"))
        if not wrong:
            wrong = [
                ("no-price", f"lines[{place}].elkoCode")
                for code, (_, place, _) in found.items()
                if not self.goods.goods[code].for_sale
            ]
        return bad(wrong[0][0], *(field for _, field in wrong)) if wrong else found

    def _not_for_sale(self, code: int, field: str) -> No | None:
        if code not in self.goods.goods:
            return bad("unknown-product", field)
        return None if self.goods.goods[code].for_sale else bad("no-price", field)


def _within(day: Any, days: Mapping[str, Any]) -> bool:
    return bool(days.get("dateFrom", day) <= day <= days.get("dateTo", day))


def _short(shares: Sequence[Share], wanted: Mapping[int, Any], *, whole: bool) -> No | None:
    """Refused when not one piece can be had, or when all were wanted at once and a line is short (ledger,
    order-of-nothing, backorder): there means there now."""
    short = [one for one in shares if one.there < one.asked]
    if any(one.got for one in shares) and not (whole and short):
        return None
    reason = "above-stock" if short[0].there else "out-of-stock"
    return bad(reason, *(f"lines[{wanted[one.code][1]}].quantity" for one in short))


def _draw(source: Reservation, shares: Sequence[Share]) -> None:
    """What an order takes out of a reservation; one with nothing left is Ordered (ledger, reservation-drawn-down)."""
    kept = {one.code: one.kept for one in shares}
    for line in source.lines:
        line.left -= kept.get(line.code, 0)
    if not any(line.left for line in source.lines):
        source.status = "Ordered"
