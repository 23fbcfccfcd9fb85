"""How the model's papers read as answers: evidence 3.1 and 3.4 to 3.6, and the ledger where the evidence is silent."""

from collections.abc import Hashable, Mapping
from datetime import timedelta
from typing import Any

from tests.machine.model.amounts import euros, paper, vat
from tests.machine.model.answers import Told, digits, numbers
from tests.machine.model.days import day_of, jde
from tests.machine.model.goods import ALL_NULL, PARTS, SHOWN_AS, Goods
from tests.machine.model.papers import InCart, Order, Parcel, Reservation
from tests.machine.model.setting import Setting
from tests.machine.model.shelf import Shelf

Row = dict[str, Any]
END_USER = (
    *("company", "pvnNumber", "contactName", "contactPhone", "addressLine1", "city", "country", "postalCode", "street"),
    *("house", "apartment", "isNaturalPerson", "customerPo", "contactMail", "pickupPoint"),
)
FIRST_ADDRESS = {
    "id": "1",
    "addressLine1": "Example street 1",
    "city": "Riga",
    "country": "LV",
    "postalCode": "LV-1000",
}
"""Of the account's addresses to deliver to, as `Accounts/My` shows it."""
SHOWN_UP_TO = 50


class Rows:
    """Writes rows for one world."""

    def __init__(self, goods: Goods, setting: Setting, shelf: Shelf, known: dict[Hashable, Any]) -> None:
        self._goods = goods
        self._setting = setting
        self._shelf = shelf
        self._known = known

    def product(self, code: int, now: int, language: str | None) -> Row:
        """A fresh world's row, and over it what trade has made of it."""
        good, shelf = self._goods.goods[code], self._shelf
        price, pay, price2 = shelf.prices(code)
        coming, free = shelf.coming(code, now), shelf.free(code, now)
        ends = None if good.promotion_days is None else day_of(self._setting.opened) + timedelta(good.promotion_days)
        return self._goods.row(language, code) | {
            "quantity": SHOWN_AS[code] if code in SHOWN_AS else _shown(free),
            "price": euros(price),
            "discountPrice": euros(pay),
            "price2": euros(price2),
            "reservedQuantity": shelf.held(code),
            "incomingQuantity": coming[0] if coming else 0,
            "promDate": jde(ends) if ends else 0,
        }

    def availability(self, code: int, now: int, kind: str) -> Row:
        """Evidence 3.4; `kind` says which of the last two are filled."""
        row, coming = self.product(code, now, None), self._shelf.coming(code, now)
        incoming = prices = None
        if coming is not None and "Incoming" in kind:
            day = day_of(self._setting.opened) + timedelta(coming[1])
            incoming = {"quantity": str(coming[0]), "expectedDate": str(jde(day))}
        if "Price" in kind:
            prices = {name: row[name] for name in ("currency", "price", "discountPrice", "copyrightTax")}
        return {"productId": code, "stockQuantity": row["quantity"], "incoming": incoming, "prices": prices}

    def order(self, order: Order, now: int) -> Row:
        """Evidence 3.5."""
        said, user = order.said, order.said.get("enduser")
        shipped, invoiced = order.shipped(now), order.invoiced(now)
        taxes = [vat(line.sum, self._setting.vat_percent) for line in order.lines]
        return {
            "id": order.id,
            "shipTo": said.get("shipTo"),
            "enduser": None if user is None else {name: user.get(name) for name in END_USER},
            "created": jde(day_of(order.placed)),
            "sum": euros(sum(line.sum for line in order.lines)),
            "currency": "EUR",
            "createdBy": said.get("createdBy"),
            "vat": euros(sum(taxes)),
            "delivery": said.get("delivery"),
            "lines": [
                {
                    "id": str(number),
                    "elkoCode": line.code,
                    "manufacturerCode": self._name(line.code, "manufacturerCode"),
                    "productName": self._name(line.code, "name"),
                    "quantity": line.got,
                    "currency": "EUR",
                    "price": euros(line.price),
                    "sum": euros(line.sum),
                    "vat": euros(tax),
                    "quantityRequested": line.asked,
                    "clientNote": line.note,
                }
                for number, (line, tax) in enumerate(zip(order.lines, taxes, strict=True), start=1)
            ],
            "deliveryInstructions": said.get("deliveryInstructions"),
            "transportation": said.get("transportation"),
            "fastest": said.get("fastest"),
            "orderIfAllAvailable": said.get("orderIfAllAvailable"),
            "type": said.get("type"),
            "status": order.status(now),
            "trackingNumber": self._tracking(order, shipped) if shipped else None,
            "invoiceId": f"{order.id}{invoiced:02d}" if invoiced else None,
            "reservationId": order.reservation,
        }

    def reservation(self, reservation: Reservation) -> Row:
        """Its lines keep saying what was got (ledger, reservation-drawn-down)."""
        return {
            "id": reservation.id,
            "created": jde(day_of(reservation.made)),
            "validUntil": jde(reservation.last_day),
            "status": reservation.status,
            "customerReference": reservation.reference,
            "lines": [
                {"lineId": number, "elkoCode": line.code, "quantity": line.got, "quantityRequested": line.asked}
                for number, line in enumerate(reservation.lines, start=1)
            ],
        }

    def cart(self, lines: list[InCart]) -> Row:
        """At the prices of now."""
        prices = [self._cart_price(line) for line in lines]
        return {
            "lines": [
                {
                    "lineId": line.id,
                    "elkoCode": line.code,
                    "kitId": line.code if line.code in PARTS else None,
                    "quantity": line.many,
                    "price": euros(price),
                    "sum": euros(price * line.many),
                    "currency": "EUR",
                    "selectedOptions": None
                    if line.options is None
                    else [{"elkoCode": code, "quantity": many} for code, many in line.options],
                }
                for line, price in zip(lines, prices, strict=True)
            ],
            "sum": euros(sum(price * line.many for line, price in zip(lines, prices, strict=True))),
            "currency": "EUR",
        }

    def _cart_price(self, line: InCart) -> int:
        """A picked option costs its own price, a part that is in the kit anyway nothing (ledger, cart-kits)."""
        parts = PARTS.get(line.code, {})
        extra = [(code, many) for code, many in line.options or () if code not in parts]
        price_for = self._shelf.price_for
        return price_for(line.code, line.many) + sum(many * price_for(code, many) for code, many in extra)

    def invoice(self, order: Order, place: int, *, additional: bool) -> Row:
        """Of the parcel at that place (evidence 3.6)."""
        parcel = order.parcels[place]
        return {
            "invoiceId": f"{order.id}{place + 1:02d}",
            "dateCreate": jde(day_of(parcel.invoiced)),
            "trackingDPD": self._tracking(order, place + 1),
            "additionalInfo": self._additional(order, place) if additional else None,
            "details": [
                {
                    "lineId": number,
                    "elkoCode": str(order.lines[line].code),
                    "orderNumber": order.id,
                    "description": self._name(order.lines[line].code, "name"),
                    "manufacturerCode": self._name(order.lines[line].code, "manufacturerCode"),
                    "quantityShipped": many,
                    "price": paper(order.lines[line].price),
                    "copyrightTax": paper(self._goods.goods[order.lines[line].code].copyright_tax),
                    "deliveryInstructions": order.said.get("deliveryInstructions"),
                    "eanCode": self._name(order.lines[line].code, "eanCode"),
                    "vatRate": paper(self._setting.vat_percent * 100),
                    "serials": numbers(self._known, ("serials", order.id, place, line), many),
                }
                for number, (line, many) in enumerate(sorted(parcel.pieces.items()), start=1)
            ],
        }

    def _additional(self, order: Order, place: int) -> Row:
        parcel, user = order.parcels[place], order.said.get("enduser") or {}
        nets = [many * order.lines[line].price for line, many in parcel.pieces.items()]
        net, tax = sum(nets), sum(vat(one, self._setting.vat_percent) for one in nets)
        due = day_of(parcel.invoiced) + timedelta(self._setting.house.payment_days)
        where = {name: user.get(theirs) or FIRST_ADDRESS[theirs] for name, theirs in _WHERE.items()}
        return {
            "amountWithVAT": paper(net + tax),
            "amountWithoutVAT": paper(net),
            "vatAmount": paper(tax),
            "currency": "EUR",
            "dueDate": jde(due),
            "packageNumber": self._tracking(order, place + 1),
            "amountOpen": paper(net + tax),
            "addressNummber": FIRST_ADDRESS["id"],
            **where,
        }

    def _name(self, code: int, name: str) -> Any:
        """As the product's row says; what one product hides there is told by the house, once and for all."""
        shown: Mapping[str, Any] = self._goods.row(None, code)
        if code != ALL_NULL or shown[name] is not None:
            return shown[name]
        return Told(self._known, (f"hidden {name}", code), lambda got: isinstance(got, str), "a text")

    def _tracking(self, order: Order, number: int) -> Told:
        return digits(self._known, ("tracking", order.id, number), 14)


_WHERE = {"addressLine": "addressLine1", "city": "city", "country": "country", "postalCode": "postalCode"}


def _shown(pieces: int) -> str:
    """A figure, or `>` and a figure when there is more (ledger, quantity-cap)."""
    return str(pieces) if pieces <= SHOWN_UP_TO else f">{SHOWN_UP_TO}"


def parcel_at(ships: int, invoice_after: int, pieces: Mapping[int, int]) -> Parcel:
    """One invoice a parcel, so long after it has left (ledger, invoice-per-parcel)."""
    return Parcel(ships, ships + invoice_after, dict(pieces))
