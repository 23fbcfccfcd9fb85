"""Reads product rows in the API's own shape into products: tolerant of what is missing, clear about what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from elko_mock.trade.money import NotMoney, to_cents
from elko_mock.trade.product import Category, Kit, KitPart, Product, Vendor

_LARGEST = 2**31 - 1
_AWAITED_DAYS = 7
"""Rows do not say when incoming pieces come in: so many days after the world opened."""
_SHOWN_AS_GIVEN = (
    "imagePath",
    "thumbnailImagePath",
    "fullDsc",
    "httpDescription",
    "warranty",
    "packagingQuantity",
    "lotNumber",
    "promDate",
    "promQuant",
    "eanCode",
    "obligatoryKit",
)
_KNOWN = frozenset(
    {
        *_SHOWN_AS_GIVEN,
        "id",
        "elkoCode",
        "name",
        "manufacturerCode",
        "vendorName",
        "vendorCode",
        "catalog",
        "quantity",
        "price",
        "discountPrice",
        "currency",
        "reservedQuantity",
        "quantityForPrice2",
        "price2",
        "copyrightTax",
        "incomingQuantity",
    }
)
_WHOLE = frozenset({"packagingQuantity", "promDate", "promQuant", "obligatoryKit"})


class CatalogProblem(ValueError):
    """Rows that make no catalogue. `row` counts from 1, `field` is the property, where one row is at fault."""

    def __init__(self, message: str, *, row: int | None = None, field: str | None = None) -> None:
        super().__init__(message if row is None else f"row {row}: {field}: {message}")
        self.row = row
        self.field = field


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file of rows holds."""

    products: dict[int, Product]
    tree: tuple[Category, ...]
    vendors: tuple[Vendor, ...]
    currency: str | None


def load_rows(rows: Iterable[Mapping[str, Any]]) -> Loaded:
    """Products, and the tree, vendors and currency that follow from them.

    Figures may be strings, as CSV has them; unknown properties are kept and sent back. Raises CatalogProblem.
    """
    products: dict[int, Product] = {}
    vendors: dict[str, Vendor] = {}
    leaves: dict[str, Category] = {}
    currency: str | None = None
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise CatalogProblem(f"{row!r} is not an object with properties", row=number, field="all of it")
        reader = _Reader(number, row)
        product = _product(reader)
        if product.code in products:
            raise CatalogProblem(f"{product.code} stands in an earlier row already", row=number, field="elkoCode")
        products[product.code] = product
        own = reader.text("currency")
        if own is not None and currency is not None and own.upper() != currency:
            reader.fail("currency", f"{own}, while earlier rows have {currency}; an account has one")
        currency = currency or (None if own is None else own.upper())
        _note_vendor(vendors, product.vendor, reader.text("vendorName"))
        leaves.setdefault(product.category, Category(len(leaves) + 2, product.category, (product.category,)))
    tree = (Category(1, "", ("Products",), tuple(leaf for leaf in leaves.values() if leaf.code)),) if leaves else ()
    return Loaded(products, tree, tuple(vendor for vendor in vendors.values() if vendor.code), currency)


def _product(reader: "_Reader") -> Product:
    code = reader.whole("elkoCode")
    if code is None:
        code = reader.whole("id")
    if not code:
        reader.fail("elkoCode", "missing; every product has a code above 0")
    name = reader.text("name")
    if name is None:
        reader.fail("name", "missing; every product has a name")
    stock, cap, form = reader.pieces("quantity")
    price, pay = reader.cents("price"), reader.cents("discountPrice")
    given = {field: reader.as_given(field) for field in _SHOWN_AS_GIVEN}
    given |= {field: value for field, value in reader.row.items() if field not in _KNOWN}
    if "vendorName" in reader.row:
        given["vendorName"] = reader.text("vendorName")
    if form is not None or ("quantity" in reader.row and reader.row["quantity"] is None):
        given["quantity"] = form
    kit = bool(given.get("obligatoryKit"))
    return Product(
        code,
        name,
        reader.text("manufacturerCode"),
        reader.text("vendorCode") or "",
        reader.text("catalog") or "",
        stock,
        price or pay or None,
        pay or price or None,
        incoming=reader.whole("incomingQuantity") or 0,
        incoming_day=_AWAITED_DAYS,
        price2=reader.cents("price2") or None,
        quantity2=reader.whole("quantityForPrice2") or None,
        copyright_tax=reader.cents("copyrightTax") or 0,
        cap=cap,
        media=1 if reader.row.get("imagePath") else 0,
        kit=Kit((KitPart(code, 1),)) if kit else None,
        given=given,
    )


def _note_vendor(vendors: dict[str, Vendor], code: str, name: str | None) -> None:
    known = vendors.get(code)
    if known is None or (name is not None and known.name == code):
        vendors[code] = Vendor(code, name or code)


class _Reader:
    """One row, property by property."""

    def __init__(self, number: int, row: Mapping[str, Any]) -> None:
        self.number = number
        self.row = row

    def fail(self, field: str, message: str) -> NoReturn:
        raise CatalogProblem(message, row=self.number, field=field)

    def text(self, field: str) -> str | None:
        value = self.row.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail(field, f"{value!r} is not text")
        return str(value)

    def whole(self, field: str) -> int | None:
        value = self.row.get(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        figure = _whole(value)
        if figure is None or not 0 <= figure <= _LARGEST:
            self.fail(field, f"{value!r} is not a whole number from 0 to {_LARGEST}")
        return figure

    def cents(self, field: str) -> int | None:
        value = self.row.get(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return to_cents(value)
        except NotMoney as problem:
            self.fail(field, str(problem))

    def pieces(self, field: str) -> tuple[int, int, str | None]:
        """Pieces, the cap they are shown under, and a form to show instead. `>50` is taken as twice fifty."""
        value = self.row.get(field)
        if value is None:
            return 0, 50, None
        written = str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()
        if not written:
            return 0, 50, ""
        capped = written.startswith(">")
        figure = _whole(written.removeprefix(">").strip())
        if isinstance(value, bool) or figure is None or not 0 <= figure <= _LARGEST // 2:
            self.fail(field, f'{value!r} is not a quantity: a figure such as "8", or ">50", or empty, or null')
        return (max(2 * figure, 1), figure, None) if capped else (figure, max(50, figure), None)

    def as_given(self, field: str) -> Any:
        return (self.whole(field) or int(field == "packagingQuantity")) if field in _WHOLE else self.text(field)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    try:
        return int(str(value).strip())
    except ValueError:
        return None
