"""Product codes of fixed meaning in the default catalogue, so that a test in any language can force a situation."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from elko_mock.trade.making import ean13
from elko_mock.trade.nullable import PRODUCT
from elko_mock.trade.product import Habit, Kit, KitPart, Product


class FixedCode(NamedTuple):
    """One code and what it is for."""

    code: int
    meaning: str


RECORDED = 1341426
PLENTY = 9000001
OUT_OF_STOCK = 9000002
COMING = 9000003
LAST_PIECE = 9000004
SELLS_OUT = 9000005
PRICE_MOVES = 9000006
KIT = 9000007
KIT_BOARD = 9000008
KIT_FAN = 9000009
KIT_OPTION_A = 9000010
KIT_OPTION_B = 9000011
ALL_NULL = 9000012
EMPTY_QUANTITY = 9000013
NULL_QUANTITY = 9000014
DEAR_LOT = 9000015
HOSTILE_TEXT = 9000016
NO_MEDIA = 9000017
CHEAPER_BY_TEN = 9000018
IN_PARTS = 9000019
NO_PRICE = 9000020
UNKNOWN = 9000099

FIXED_CODES = (
    FixedCode(
        RECORDED, "the product of ELKO's published answers: a name and a code to recognise, more than 50 in stock"
    ),
    FixedCode(PLENTY, "never runs out: always `>50`, any quantity up to 9999 is filled"),
    FixedCode(OUT_OF_STOCK, "always out of stock, and none is coming"),
    FixedCode(COMING, "out of stock; 20 pieces come in three days after the world opened"),
    FixedCode(LAST_PIECE, "exactly one piece is left"),
    FixedCode(
        SELLS_OUT, "sells out between availability and order: shows 5 until ordered or reserved, then there is none"
    ),
    FixedCode(PRICE_MOVES, "price changes at order: costs 100.00 until an order names it, then 110.00"),
    FixedCode(KIT, "a kit of one 9000008 and two 9000009, with the options 9000010 and 9000011"),
    FixedCode(KIT_BOARD, "part of the kit 9000007: 12 pieces"),
    FixedCode(KIT_FAN, "part of the kit 9000007, two in each: 9 pieces, enough for four kits"),
    FixedCode(KIT_OPTION_A, "option of the kit 9000007: 30 pieces"),
    FixedCode(KIT_OPTION_B, "option of the kit 9000007: out of stock"),
    FixedCode(
        ALL_NULL,
        "every nullable property of its row is null, no pictures; 8 pieces at 10.00 can be ordered all the same",
    ),
    FixedCode(EMPTY_QUANTITY, 'quantity is the empty string ""; 7 pieces are there'),
    FixedCode(NULL_QUANTITY, "quantity is null; 7 pieces are there"),
    FixedCode(DEAR_LOT, "dear and sold by lot: 99999.99 each, 3 pieces"),
    FixedCode(HOSTILE_TEXT, "a name with quotes, `&`, `<`, letters beyond ASCII and an emoji"),
    FixedCode(NO_MEDIA, "no pictures: imagePath is null, mediaFiles is empty"),
    FixedCode(CHEAPER_BY_TEN, "10.00 each, 9.00 each from ten pieces on (price2, quantityForPrice2)"),
    FixedCode(IN_PARTS, "ships in parts: two pieces or more leave in two parcels, a day apart"),
    FixedCode(NO_PRICE, "price and discountPrice are 0 and it cannot be ordered"),
    FixedCode(UNKNOWN, "never in the catalogue"),
)
"""Code and meaning, as the README lists them."""


def fixed_products() -> tuple[Product, ...]:
    """They stand first in every default catalogue, whatever the seed."""
    return (
        Product(
            RECORDED,
            "NET SWITCH 48PORT 1000M 4SFP+/6100 JL675A ARUBA BY HPE",
            "JL675A",
            "AH",
            "SWI",
            120,
            189_900,
            164_250,
            ean13(475_134_142_600),
            24,
            media=3,
        ),
        _plain(PLENTY, "CABLE USB USB3.2 C-C 1M BLACK/GE9001P GEMBIRD", "GE", "CUS", 9_999, 490, habit=Habit.PLENTY),
        _plain(OUT_OF_STOCK, "CPU RYZEN 7 5800X3D S1200 BOX/AB9002N AMD", "AB", "CPU", 0, 27_900),
        _plain(
            COMING, "VGA PCIE16 RTX5070 12GB GDDR7/AS9003C ASUS", "AS", "VGA", 0, 61_900, incoming=20, incoming_day=3
        ),
        _plain(LAST_PIECE, 'NB CORE ULTRA 7 258V 14" 32GB/1TB ENG W11P/LE9004L LENOVO', "LE", "NB", 1, 149_900),
        _plain(
            SELLS_OUT,
            "CONSOLE DISC 1TB WHITE BUNDLE/SG9005S SONY",
            "SG",
            "CON",
            5,
            49_900,
            habit=Habit.SELLS_OUT_AT_ORDER,
        ),
        _plain(
            PRICE_MOVES,
            "SSD 1TB M.2 NVME GEN4/KI9006M KINGSTON",
            "KI",
            "SSD",
            40,
            10_000,
            habit=Habit.PRICE_MOVES_AT_ORDER,
        ),
        _plain(KIT_BOARD, "MB B650 SAM5 ATX DDR5/MT9008B MSI", "MT", "MBA", 12, 15_900),
        _plain(KIT_FAN, "CPU COOLER 120MM SAM5 BLACK/BE9009F BE QUIET", "BE", "CLR", 9, 2_490),
        _plain(KIT_OPTION_A, "MEMORY DIMM 32GB DDR5 PC48000/CO9010A CORSAIR", "CO", "MEM", 30, 11_900),
        _plain(KIT_OPTION_B, "MEMORY DIMM 64GB DDR5 PC48000/CO9011B CORSAIR", "CO", "MEM", 0, 21_900),
        _plain(
            KIT,
            "KIT|MT9007K|MB B650|2X COOLER|MSI",
            "MT",
            "MBA",
            0,
            19_900,
            kit=Kit((KitPart(KIT_BOARD, 1), KitPart(KIT_FAN, 2)), (KIT_OPTION_A, KIT_OPTION_B)),
        ),
        _plain(
            ALL_NULL,
            'TV SET 43" UHD SMART BLACK/PH9012N PHILIPS',
            "PH",
            "TV",
            8,
            1_000,
            media=0,
            given=dict.fromkeys(PRODUCT),
        ),
        _plain(
            EMPTY_QUANTITY,
            "MOUSE USB OPTICAL 1000DPI BLACK/LO9013E LOGITECH",
            "LO",
            "MOU",
            7,
            890,
            given={"quantity": ""},
        ),
        _plain(
            NULL_QUANTITY, "KEYBOARD WIRED ENG BLACK/LO9014N LOGITECH", "LO", "KBD", 7, 1_290, given={"quantity": None}
        ),
        _plain(DEAR_LOT, "SERVER EPYC 9124 64GB 2U 8SFF/DE9015D DELL", "DE", "SRV", 3, 9_999_999, lot="LOT09015"),
        _plain(
            HOSTILE_TEXT,
            'LCD MONITOR 24" <IPS> "O\'NEILL & ŠŪNA" ÄÖÜ Ж 🙂/PH9016H PHILIPS',
            "PH",
            "LC3",
            14,
            12_900,
            media=2,
        ),
        _plain(NO_MEDIA, "PATCH CABLE CAT6 FTP 1M GREY/GE9017N GEMBIRD", "GE", "PTC", 60, 190, media=0),
        _plain(
            CHEAPER_BY_TEN,
            "PATCH CABLE CAT6A S/FTP 5M BLUE/DL9018T D-LINK",
            "DL",
            "PTC",
            400,
            1_000,
            price2=900,
            quantity2=10,
        ),
        _plain(
            IN_PARTS,
            "RACK CABINET 22U 600X1000 WALL MOUNT/EA9019P EATON",
            "EA",
            "RCK",
            25,
            45_000,
            habit=Habit.SHIPS_IN_PARTS,
        ),
        _plain(NO_PRICE, "SW OS SERVER 2025 STD ENG INTL ESD/MS9020N MICROSOFT", "MS", "OSW", 15, None),
    )


def _plain(
    code: int,
    name: str,
    vendor: str,
    category: str,
    stock: int,
    price: int | None,
    *,
    given: Mapping[str, Any] | None = None,
    incoming: int = 0,
    incoming_day: int = 0,
    price2: int | None = None,
    quantity2: int | None = None,
    lot: str | None = None,
    media: int = 1,
    kit: Kit | None = None,
    habit: Habit | None = None,
) -> Product:
    model = name.split("|")[1] if "|" in name else name.rsplit("/", 1)[-1].split(" ", maxsplit=1)[0]
    return Product(
        code,
        name,
        model,
        vendor,
        category,
        stock,
        price,
        price,
        ean13(475_000_000_000 + code),
        24,
        1,
        incoming,
        incoming_day,
        price2=price2,
        quantity2=quantity2,
        lot=lot,
        media=media,
        kit=kit,
        habit=habit,
        given=given,
    )
