"""Addresses made from a product's code: its pictures and its vendor's site, the same for ever."""

from elko_mock.trade.mixer import mix

_STORE = "https://static.elko.cloud/ProductImages/"


def picture(code: int, sequence: int) -> str:
    """Address of a picture, as recorded ones look (evidence 3.1); sequence 1 is the main one."""
    # 64 bits are plenty to tell half a million codes apart, so some digits of the UUID are used twice: a list of
    # thousands is made at once.
    bits = f"{mix(code, sequence):016x}"
    return f"{_STORE}{bits[:8]}-{bits[8:12]}-4{bits[3:6]}-a{bits[6:9]}-{bits[4:]}.Jpeg"


def picture_and_thumbnail(code: int) -> tuple[str, str]:
    """The main picture and its small one."""
    main = picture(code, 1)
    return main, f"{main[:-22]}b{main[-21:]}"


def homepage(vendor: str) -> str:
    """The vendor's site, under the domain reserved for examples."""
    plain = (letter if letter.isalnum() and letter.isascii() else " " for letter in vendor.lower())
    return f"https://{'-'.join(''.join(plain).split())}.example"
