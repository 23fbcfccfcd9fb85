"""Descriptions and pictures of a product, made on demand from the product alone (evidence 3.2, 3.3)."""

from html import escape
from typing import Any

from elko_mock.trade.catalog import Catalog
from elko_mock.trade.languages import box_heading, features_heading, warranty_text
from elko_mock.trade.mixer import mix
from elko_mock.trade.pictures import picture
from elko_mock.trade.product import Product
from elko_mock.trade.views import Row, Style, product_row


def description_row(product: Product, catalog: Catalog, style: Style) -> Row:
    """The list of criteria: values always strings, units where there are any."""
    row = product_row(product, catalog, style, None)
    luck = mix(product.code, 7)
    depth, width, height = (luck % 400 + 50) / 10, (luck // 400 % 600 + 50) / 10, (luck // 240_000 % 300 + 20) / 10
    net = (luck >> 24) % 4_000 + 30
    gross = net * 118 // 100
    category = catalog.leaf_name(product.category, style.language)
    items = [
        _item("Description", _html(product, category, style)),
        _item("Full Description Line", row["fullDsc"]),
        _item(
            "Vendor Homepage", None if row["httpDescription"] is None else row["httpDescription"].split("/products")[0]
        ),
        _item("Model name", product.name.split("/")[0].split("|")[0]),
        _item("Product model code", product.manufacturer_code),
        _item("Dimensions", f"{width} x {depth} x {height} cm"),
        _item("Category Code", product.category),
        _item("Image", row["imagePath"]),
        _item("Shipping box quantity", str(product.packaging or 1)),
        _item("Shipping Box Depth", f"{depth * 1.1:.1f}", "cm"),
        _item("Shipping Box Height", f"{height * 1.1:.1f}", "cm"),
        _item("Shipping Box Width", f"{width * 1.1:.1f}", "cm"),
        _item("Shipping Box Weight", f"{gross / 1000:.3f}", "kg"),
        _item("Unit Brutto Volume", f"{depth * width * height / 1_000_000:.6f}", "cubm"),
        _item("Unit Net Weight", f"{net / 1000:.3f}", "kg"),
        _item("Unit Gross Weight", f"{gross / 1000:.3f}", "kg"),
        _item("Unit Box Width", f"{width:.1f}"),
        _item("Unit Box Length", f"{depth:.1f}"),
        _item("Unit Box Height", f"{height:.1f}"),
    ]
    return {"productId": product.code, "description": [item for item in items if item["value"] is not None]}


def media_row(product: Product) -> Row:
    """Its pictures in order; the first is the product's `imagePath`. Without any: an empty list."""
    given = product.given or {}
    files: list[dict[str, Any]] = []
    for sequence in range(1, product.media + 1):
        link = given["imagePath"] if sequence == 1 and given.get("imagePath") else picture(product.code, sequence)
        files.append({"sequence": sequence, "link": link, "type": "Image" if sequence < 5 else None})
    return {"id": product.code, "mediaFiles": files}


def _html(product: Product, category: str, style: Style) -> str:
    parts = [part for part in product.name.replace("|", "/").split("/") if part]
    lines = "<br/>".join(f"- {escape(part)}" for part in parts)
    warranty = warranty_text(product.warranty, style.language)
    tail = "" if warranty is None else f"<br/>{escape(warranty)}"
    owner = escape("vendor's")
    return (
        f"<b>{escape(category)}</b><br/>{escape(features_heading(style.language))}:<br/>{lines}{tail}<br/>"
        f"{escape(box_heading(style.language))}: 1 x {escape(product.manufacturer_code or product.name)}, {owner} guide"
    ).replace("&#x27;", "&#39;")


def _item(criteria: str, value: str | None, measurement: str | None = None) -> dict[str, str | None]:
    return {"criteria": criteria, "value": value, "measurement": measurement, "complexName": None}
