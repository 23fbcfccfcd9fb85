"""Invoices: one a parcel, with serials, VAT and JDE dates, each adding up to the cent by itself (evidence 3.6)."""

from collections.abc import Iterable, Iterator

from elko_mock.clock import DAY, Instant
from elko_mock.trade.account import Account
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.jde import jde_of, jde_of_day
from elko_mock.trade.mixer import mix
from elko_mock.trade.money import tax, text
from elko_mock.trade.records import Order, Parcel
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.views import Row, invoice_id, tracking_number

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def invoice_rows(
    orders: Iterable[Order],
    now: Instant,
    first_day: int | None,
    last_day: int | None,
    *,
    catalog: Catalog,
    account: Account,
    rules: HouseRules,
    additional: bool,
) -> list[Row]:
    """The invoices made so far, oldest first; days (since 1970) are inclusive, None leaves that side open."""
    found: list[tuple[Instant, str, Row]] = []
    for order, place, parcel in _invoiced(orders, now):
        day = parcel.invoiced // DAY
        if (first_day is None or first_day <= day) and (last_day is None or day <= last_day):
            row = _invoice_row(order, place, parcel, catalog)
            if additional:
                row["additionalInfo"] = _additional(order, place, parcel, account, rules)
            found.append((parcel.invoiced, row["invoiceId"], row))
    return [row for _, _, row in sorted(found, key=lambda entry: entry[:2])]


def _invoiced(orders: Iterable[Order], now: Instant) -> Iterator[tuple[Order, int, Parcel]]:
    for order in orders:
        if not order.cancelled:
            for place, parcel in enumerate(order.parcels):
                if parcel.invoiced <= now:
                    yield order, place, parcel


def _invoice_row(order: Order, place: int, parcel: Parcel, catalog: Catalog) -> Row:
    details = []
    for number, portion in enumerate(parcel.portions, start=1):
        line = order.lines[portion.line]
        product = catalog.products[line.code]
        details.append(
            {
                "lineId": number,
                "elkoCode": str(line.code),
                "orderNumber": order.id,
                "description": line.name,
                "manufacturerCode": line.manufacturer_code,
                "quantityShipped": portion.quantity,
                "price": text(line.price),
                "copyrightTax": text(product.copyright_tax or 0),
                "deliveryInstructions": order.wishes.instructions,
                "eanCode": product.ean,
                "vatRate": text(order.vat_percent * 100),
                "serials": _serials(int(order.id), place, portion.line, portion.quantity),
            }
        )
    return {
        "invoiceId": invoice_id(order.id, place),
        "dateCreate": jde_of(parcel.invoiced),
        "trackingDPD": tracking_number(order.id, place),
        "additionalInfo": None,
        "details": details,
    }


def _additional(order: Order, place: int, parcel: Parcel, account: Account, rules: HouseRules) -> Row:
    net = vat = 0
    for portion in parcel.portions:
        amount = portion.quantity * order.lines[portion.line].price
        net += amount
        vat += tax(amount, order.vat_percent)
    user = order.wishes.end_user
    address = account.addresses[0] if account.addresses else None
    return {
        "amountWithVAT": text(net + vat),
        "amountWithoutVAT": text(net),
        "vatAmount": text(vat),
        "currency": order.currency,
        "dueDate": jde_of_day(parcel.invoiced // DAY + rules.payment_days),
        "packageNumber": tracking_number(order.id, place),
        "amountOpen": text(net + vat),
        "addressNummber": None if address is None else address.id,
        "addressLine": (user and user.address_line) or (address and address.line) or None,
        "city": (user and user.city) or (address and address.city) or None,
        "country": (user and user.country) or (address and address.country) or None,
        "postalCode": (user and user.postal_code) or (address and address.postal_code) or None,
    }


def _serials(order: int, parcel: int, line: int, quantity: int) -> list[str]:
    # A serial's letters say order, parcel, line; its figures the piece: never twice, whatever is ordered.
    spell = mix(order, parcel * 100_003 + line)
    letters = "".join(_ALPHABET[(spell >> shift) % len(_ALPHABET)] for shift in range(0, 40, 8))
    return [f"{letters}{order % 10**8:08d}{parcel:02d}{line:03d}{piece:05d}" for piece in range(1, quantity + 1)]
