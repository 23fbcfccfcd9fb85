"""Views: domain values as plain dicts in the exact shapes of the wire, null sent, amounts with two decimals."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from elko_mock.clock import Instant
from elko_mock.trade.account import Account
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.jde import NO_DATE, jde_of, jde_of_day
from elko_mock.trade.languages import localised, warranty_text
from elko_mock.trade.money import Cents, number, tax
from elko_mock.trade.pictures import picture_and_thumbnail
from elko_mock.trade.product import Category, Product, Vendor
from elko_mock.trade.records import CartLine, EndUser, Order, OrderLine, Reservation
from elko_mock.trade.shelf import Shelf

Row = dict[str, Any]


class Style(NamedTuple):
    """What rows depend on beside the product: language, currency, the day the trade opened. Rows of untouched
    products are equal wherever catalogue and style are."""

    language: int
    """Place in `languages.LANGUAGES`."""
    currency: str
    opened_day: int
    """Days since 1970."""


def product_row(product: Product, catalog: Catalog, style: Style, shelf: Shelf | None) -> Row:
    """Evidence 3.1. Without a shelf: as the catalogue has it, untouched."""
    code, language = product.code, style.language
    vendor = catalog.vendor_names.get(product.vendor)
    category = catalog.leaf_name(product.category, language)
    if shelf is None:
        price, pay, price2 = product.price, product.pay, product.price2
        stock = product.stock if product.kit is None else Shelf.untouched(catalog).free(product)
        incoming, reserved = product.incoming, 0
    else:
        price, pay, price2 = shelf.prices(product)
        stock, reserved = shelf.free(product), shelf.held.get(code, 0)
        coming = shelf.coming(product)
        incoming = 0 if coming is None else coming.quantity
    image, thumbnail = picture_and_thumbnail(code) if product.media else (None, None)
    row = {
        "id": code,
        "elkoCode": code,
        "name": product.name,
        "manufacturerCode": product.manufacturer_code,
        "vendorName": vendor,
        "vendorCode": product.vendor,
        "catalog": product.category,
        "quantity": str(stock) if stock <= product.cap else f">{product.cap}",
        "price": (price or 0) / 100,
        "discountPrice": ((price if pay is None else pay) or 0) / 100,
        "imagePath": image,
        "thumbnailImagePath": thumbnail,
        "fullDsc": f"{category}, {vendor}, {product.name}",
        "currency": style.currency,
        "httpDescription": f"{catalog.homepages.get(product.vendor, 'https://vendor.example')}/products/{code}",
        "packagingQuantity": product.packaging,
        "warranty": warranty_text(product.warranty, language),
        "eanCode": product.ean,
        "obligatoryKit": 0 if product.kit is None else 1,
        "reservedQuantity": reserved,
        "promDate": NO_DATE if product.promotion is None else jde_of_day(style.opened_day + product.promotion_day),
        "promQuant": product.promotion or 0,
        "quantityForPrice2": None if product.quantity2 is None else str(product.quantity2),
        "price2": (price2 or 0) / 100,
        "lotNumber": product.lot,
        "copyrightTax": (product.copyright_tax or 0) / 100,
        "incomingQuantity": incoming,
    }
    if product.given is not None:
        row.update(product.given)
    return row


def availability_row(row: Mapping[str, Any], expected_day: int | None, *, incoming: bool, prices: bool) -> Row:
    """Evidence 3.4, from the product's own row, so that the two always agree. `expected_day` counts from 1970."""
    return {
        "productId": row["elkoCode"],
        "stockQuantity": row["quantity"],
        "incoming": {"quantity": str(row["incomingQuantity"]), "expectedDate": str(jde_of_day(expected_day))}
        if incoming and expected_day is not None
        else None,
        "prices": {name: row[name] for name in ("currency", "price", "discountPrice", "copyrightTax")}
        if prices
        else None,
    }


def category_rows(tree: Iterable[Category], language: int) -> list[Row]:
    """The flat list: inner nodes and leaves, parents first, each leaf's code once."""
    rows: list[Row] = []
    seen: set[str] = set()

    def add(node: Category) -> None:
        if node.code not in seen:
            rows.append({"name": localised(node.names, language), "code": node.code})
            if node.code:
                seen.add(node.code)
        for child in node.childs:
            add(child)

    for root in tree:
        add(root)
    return rows


def tree_rows(nodes: Iterable[Category], language: int, parent: int = 0) -> list[Row]:
    """Nodes as recorded: roots have `parentId` 0, inner nodes an empty code."""
    return [
        {
            "parentId": parent,
            "id": node.id,
            "name": localised(node.names, language),
            "code": node.code,
            "childs": tree_rows(node.childs, language, node.id),
        }
        for node in nodes
    ]


def vendor_rows(vendors: Iterable[Vendor]) -> list[Row]:
    """Name and two-character code."""
    return [{"name": vendor.name, "code": vendor.code} for vendor in vendors]


def order_row(order: Order, now: Instant) -> Row:
    """Evidence 3.5, as answered."""
    wishes = order.wishes
    shipped = 0 if order.cancelled else sum(parcel.ships <= now for parcel in order.parcels)
    invoiced = 0 if order.cancelled else sum(parcel.invoiced <= now for parcel in order.parcels)
    return {
        "id": order.id,
        "shipTo": wishes.ship_to,
        "enduser": None if wishes.end_user is None else _end_user_row(wishes.end_user),
        "created": jde_of(order.placed),
        "sum": number(order.sum),
        "currency": order.currency,
        "createdBy": wishes.created_by,
        "vat": number(order.vat),
        "delivery": wishes.delivery,
        "lines": [_order_line_row(line, place, order) for place, line in enumerate(order.lines)],
        "deliveryInstructions": wishes.instructions,
        "transportation": wishes.transportation,
        "fastest": wishes.fastest,
        "orderIfAllAvailable": wishes.all_or_nothing,
        "type": wishes.kind,
        "status": order.status(now).value,
        "trackingNumber": tracking_number(order.id, shipped - 1) if shipped else None,
        "invoiceId": invoice_id(order.id, invoiced - 1) if invoiced else None,
        "reservationId": order.reservation,
    }


def tracking_number(order_id: str, parcel: int) -> str:
    """Fourteen digits, from the order and the parcel's place in it."""
    return f"0{order_id:0>10}{parcel + 1:03d}"


def invoice_id(order_id: str, parcel: int) -> str:
    """One invoice a parcel."""
    return f"{order_id}{parcel + 1:02d}"


def _order_line_row(line: OrderLine, place: int, order: Order) -> Row:
    return {
        "id": str(place + 1),
        "elkoCode": line.code,
        "manufacturerCode": line.manufacturer_code,
        "productName": line.name,
        "quantity": line.quantity,
        "currency": order.currency,
        "price": number(line.price),
        "sum": number(line.sum),
        "vat": number(tax(line.sum, order.vat_percent)),
        "quantityRequested": line.requested,
        "clientNote": line.note,
    }


def _end_user_row(user: EndUser) -> Row:
    return {
        "company": user.company,
        "pvnNumber": user.vat_number,
        "contactName": user.contact_name,
        "contactPhone": user.contact_phone,
        "addressLine1": user.address_line,
        "city": user.city,
        "country": user.country,
        "postalCode": user.postal_code,
        "street": user.street,
        "house": user.house,
        "apartment": user.apartment,
        "isNaturalPerson": user.natural_person,
        "customerPo": user.customer_po,
        "contactMail": user.contact_mail,
        "pickupPoint": user.pickup_point,
    }


def reservation_row(reservation: Reservation) -> Row:
    """A reservation as answered."""
    return {
        "id": reservation.id,
        "created": jde_of(reservation.created),
        "validUntil": jde_of_day(reservation.last_day),
        "status": reservation.status.value,
        "customerReference": reservation.reference,
        "lines": [
            {
                "lineId": place + 1,
                "elkoCode": line.code,
                "quantity": line.quantity,
                "quantityRequested": line.requested,
            }
            for place, line in enumerate(reservation.lines)
        ],
    }


def cart_row(lines: Iterable[CartLine], price_of: Callable[[CartLine], Cents], currency: str) -> Row:
    """The cart at today's prices."""
    rows: list[Row] = []
    total = 0
    for line in lines:
        price = price_of(line)
        total += price * line.quantity
        rows.append(
            {
                "lineId": line.id,
                "elkoCode": line.code,
                "kitId": line.code if line.kit else None,
                "quantity": line.quantity,
                "price": number(price),
                "sum": number(price * line.quantity),
                "currency": currency,
                "selectedOptions": None
                if line.options is None
                else [{"elkoCode": option.code, "quantity": option.quantity} for option in line.options],
            }
        )
    return {"lines": rows, "sum": number(total), "currency": currency}


def account_row(account: Account, currency: str) -> Row:
    """The account's own data."""
    return {
        "customer": account.customer,
        "company": account.company,
        "vatNumber": account.vat_number,
        "currency": currency,
        "country": account.country,
        "language": account.language,
        "addresses": [
            {
                "id": address.id,
                "company": address.company,
                "addressLine1": address.line,
                "city": address.city,
                "country": address.country,
                "postalCode": address.postal_code,
            }
            for address in account.addresses
        ],
    }
