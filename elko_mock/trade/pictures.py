"""Addresses made from a product's code: its pictures and its page, the same for ever."""

from elko_mock.trade.mixer import uuid_text

_STORE = "https://static.elko.cloud/ProductImages/"
_THUMBNAIL = 1_000


def picture(code: int, sequence: int) -> str:
    """Address of a picture, as recorded ones look (evidence 3.1); sequence 1 is the main one."""
    return f"{_STORE}{uuid_text(code, sequence)}.Jpeg"


def thumbnail(code: int) -> str:
    """Address of the small one."""
    return f"{_STORE}{uuid_text(code, _THUMBNAIL)}.Jpeg"


def page(vendor: str, model: str | None) -> str:
    """The vendor's page of a product, under the domain reserved for examples."""
    host = "-".join(
        "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in vendor.lower()).split()
    )
    return f"https://{host or 'vendor'}.example/products/{model or ''}"
