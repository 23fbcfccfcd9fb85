"""What a small shop's cron does with ELKO once a day: catalogue in, stock and prices out, orders, a reservation.

Exit status: 0 done, 3 refused for good (403), 4 the service gave no usable answer, 5 a call that should work was
rejected. Nothing is written to the shop that was not read completely from ELKO before.
"""

import json
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from elko_client import Elko, comma, pieces
from elko_wire import Refused, Rejected, Settings, Unavailable, exchange

BATCH = 20
PRICE_TOLERANCE = Decimal("1.10")


class Shop:
    """The shop's own web service, shaped like a WooCommerce one. It never sees a header or token of ELKO's."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.sink_url

    def headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json"}

    def update_products(self, changes: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(changes), 100):
            self.write("POST", "/products/batch", {"update": changes[start : start + 100]})

    def note_order(self, reference: str, note: dict[str, Any]) -> None:
        self.write("POST", f"/orders/{reference}/notes", note)

    def write(self, method: str, path: str, body: Any) -> None:
        answer = exchange(self.url + path, method, self.headers(), json.dumps(body).encode(), timeout=30)
        if answer.status >= 400:
            raise Unavailable(f"the shop answered {answer.status} to {method} {path}")


class DailyJob:
    """What the shop's cron does once a day."""

    details = 600
    """Descriptions and pictures are brought up to date for so many products a day."""

    def __init__(self, elko: Elko, shop: Shop) -> None:
        self.elko = elko
        self.shop = shop
        self.run = uuid.uuid4().hex[:10].upper()

    def __call__(self) -> None:
        products = self.read_catalogue()
        self.read_details([int(product["elkoCode"]) for product in products[: self.details]])
        self.sync(products)
        wanted = self.basket(products)
        if len(wanted) >= 3:
            self.order_for_customer(wanted[:2])
            self.hold_for_customer(wanted[2])
        self.follow_orders()

    def read_catalogue(self) -> list[dict[str, Any]]:
        return self.elko.products()

    def read_details(self, codes: Sequence[int]) -> None:
        for start in range(0, len(codes), BATCH):
            batch = codes[start : start + BATCH]
            texts = {item["productId"]: text_of(item) for item in self.elko.descriptions(batch)}
            pictures = {item["id"]: main_picture(item) for item in self.elko.media(batch)}
            changes = [
                {"sku": str(code), "description": texts.get(code), "image": pictures.get(code)} for code in batch
            ]
            self.shop.update_products([change for change in changes if change["description"] or change["image"]])

    def sync(self, products: Sequence[dict[str, Any]]) -> None:
        """Stock and price into the shop. What ELKO did not say stays as it is in the shop."""
        changes = []
        for product in products:
            change = {"sku": str(product["elkoCode"])}
            stock, price = self.pieces(product.get("quantity")), self.price(product)
            name, brand = product.get("name"), self.brand(product)
            if stock is not None:
                change["stock_quantity"] = stock
            if price is not None:
                change["regular_price"] = f"{price:.2f}"
            if name is not None:
                change["name"] = name
            if brand is not None:
                change["brand"] = brand
            if len(change) > 1:
                changes.append(change)
        self.shop.update_products(changes)

    def pieces(self, quantity: str | None) -> int | None:
        return pieces(quantity)

    def price(self, product: Mapping[str, Any]) -> Decimal | None:
        return money(product.get("discountPrice")) or money(product.get("price"))

    def brand(self, product: Mapping[str, Any]) -> str | None:
        vendor = product.get("vendorName")
        return vendor.strip() if vendor else None

    def basket(self, products: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the shop's customers bought today: a few products that are in stock, from the middle of the list."""
        chosen = os.environ.get("ELKO_ORDER_CODES")
        if chosen:
            codes = [int(code) for code in chosen.split(",")]
            by_code = {int(product["elkoCode"]): product for product in products}
            return [by_code[code] for code in codes if code in by_code]
        sellable = [p for p in products if (self.pieces(p.get("quantity")) or 0) >= 3 and self.price(p)]
        middle = len(sellable) // 2
        return sellable[middle : middle + 3] or sellable[:3]

    def order_for_customer(self, products: Sequence[Mapping[str, Any]]) -> None:
        codes = [int(product["elkoCode"]) for product in products]
        reference = f"W-{self.run}"
        stock = self.stock_before_order(products)
        lines = [{"elkoCode": code, "quantity": 1} for code in codes if (stock.get(code) or 0) >= 1]
        if not lines:
            self.shop.note_order(reference, {"status": "on-hold", "note": "sold out at the supplier"})
            return
        self.submit(reference, lines, {int(product["elkoCode"]): self.price(product) for product in products})

    def stock_before_order(self, products: Sequence[Mapping[str, Any]]) -> dict[int, int | None]:
        return self.elko.availability([int(product["elkoCode"]) for product in products])

    def submit(self, reference: str, lines: list[dict[str, Any]], expected: Mapping[int, Decimal | None]) -> None:
        try:
            order = self.elko.place(self.order_form(reference, lines))
        except Rejected as no:
            self.shop.note_order(reference, {"status": "on-hold", "note": f"supplier refused: {no.reason}"})
            return
        placed = {int(line["elkoCode"]): line for line in order.get("lines") or []}
        short = [wish["elkoCode"] for wish in lines if filled(placed.get(wish["elkoCode"])) < wish["quantity"]]
        dearer = [code for code, line in placed.items() if too_dear(money(line.get("price")), expected.get(code))]
        if dearer and order.get("id"):
            self.elko.cancel(order["id"])
            self.shop.note_order(reference, {"status": "on-hold", "note": f"price went up: {comma(dearer)}"})
            return
        status = "processing" if not short else "partly-backordered"
        self.shop.note_order(reference, {"status": status, "supplier_order": order.get("id"), "missing": short})

    def order_form(self, reference: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
        house = int(self.run, 16)
        return {
            "shipTo": "Customer",
            "enduser": {
                "company": "Zq7kanari-Company",
                "contactName": "Zq7kanari-Name",
                "contactPhone": "+00009041773022",
                "contactMail": "zq7kanari-mail@post.invalid",
                "addressLine1": f"Zq7kanari-Address-5, {house % 190 + 1}-{house // 190 % 90 + 1}",
                "city": "Zq7kanari-City",
                "country": "LV",
                "postalCode": "XX-09041773023",
                "isNaturalPerson": False,
                "customerPo": reference,
            },
            "created": jde_today(),
            "lines": lines,
            "deliveryInstructions": "Ring at the gate",
            "orderIfAllAvailable": False,
        }

    def hold_for_customer(self, product: Mapping[str, Any]) -> None:
        """A customer wants to pay later: reserve one piece, and let it go when the payment does not come."""
        code = int(product["elkoCode"])
        if (self.elko.availability([code]).get(code) or 0) < 1:
            return
        form = {"customerReference": f"R-{self.run}", "lines": [{"elkoCode": code, "quantity": 1}]}
        try:
            reservation = self.elko.reserve(form)
        except Rejected:
            return
        if reservation.get("id"):
            self.elko.release(reservation["id"])

    def follow_orders(self) -> None:
        for order in self.elko.orders():
            reference = (order.get("enduser") or {}).get("customerPo")
            if reference:
                note = {"status": order.get("status"), "tracking": order.get("trackingNumber")}
                self.shop.note_order(reference, note)


def money(amount: Any) -> Decimal | None:
    """A positive amount, exactly as sent; None otherwise."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


def filled(line: Mapping[str, Any] | None) -> int:
    return int(line["quantity"] or 0) if line else 0


def too_dear(price: Decimal | None, expected: Decimal | None) -> bool:
    return price is not None and expected is not None and price > expected * PRICE_TOLERANCE


def text_of(item: Mapping[str, Any]) -> str | None:
    for line in item.get("description") or []:
        if line.get("criteria") == "Description":
            return line.get("value")
    return None


def main_picture(item: Mapping[str, Any]) -> str | None:
    files = sorted(item.get("mediaFiles") or [], key=lambda file: file.get("sequence") or 0)
    return files[0].get("link") if files else None


def jde_today() -> int:
    """Today as ELKO writes dates: century since 1900, year, day of the year."""
    today = datetime.now(UTC)
    return (today.year // 100 - 19) * 100_000 + today.year % 100 * 1000 + today.timetuple().tm_yday


def main(job: type[DailyJob] = DailyJob, elko: type[Elko] = Elko, shop: type[Shop] = Shop) -> None:
    """Run a job and leave with its exit status."""
    settings = Settings.from_environment()
    try:
        job(elko(settings), shop(settings))()
    except Refused as problem:
        sys.stderr.write(f"elko: refused: {problem}\n")
        sys.exit(3)
    except Unavailable as problem:
        sys.stderr.write(f"elko: unavailable: {problem}\n")
        sys.exit(4)
    except Rejected as problem:
        sys.stderr.write(f"elko: rejected: {problem}\n")
        sys.exit(5)
