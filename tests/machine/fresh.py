"""What a fresh world is seen to have: the model's goods, learned once through the API and held against the README."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.machine.client import Client, read_json
from tests.machine.manner import PLAIN
from tests.machine.model import goods as known
from tests.machine.model.amounts import cents
from tests.machine.model.days import day_named, day_of
from tests.machine.model.goods import Good, Goods
from tests.machine.model.setting import Limit, Setting
from tests.machine.model.world import Call

LANGUAGES = ("EN", "LV", "LT", "EE", "RO", "RU", "UA")
PAPERS = {
    "/Catalog/Categories": "ArrayOfCategory",
    "/Catalog/Categories/Tree": "ArrayOfCategoryNode",
    "/Catalog/Vendors": "ArrayOfVendor",
    "/Catalog/Products/1341426,9000016,9000099/Description": "ArrayOfProductDescription",
    "/Catalog/MediaItems/9000017,1341426": "ArrayOfMediaItem",
}
"""What never changes: the path and the kind of the answer."""
_MORE_THAN_THERE_IS = 1_000_000


class _Fresh:
    """A world to look at, in JSON and without a limit."""

    def __init__(self, client: Client, seed: int) -> None:
        self._client = client
        self.setting = Setting(seed=seed, limit=Limit(0))
        status, made = client.control("POST", "", self.setting.wanted())
        assert status == 200, made
        self.name = made["name"]
        self._headers = {"Authorization": f"Bearer {made['token']}"}

    def ask(self, method: str, path: str, body: Any = None, operation: str = "", lang: str = "") -> Any:
        call = Call(operation, method, path, (("lang", lang),) if lang else (), body)
        reply = self._client.call(call, PLAIN, self._headers)
        return read_json(reply.raw) if reply.status == 200 else None

    def pieces(self, code: int, shown: str | None) -> int:
        """How many there are: as many as a reservation gets that wants more than there is."""
        wanted = {"lines": [{"elkoCode": code, "quantity": _MORE_THAN_THERE_IS}], "allOrNothing": False}
        reserved = self.ask("POST", "/Reservations", wanted, "reserve")
        if reserved is None:
            return int(shown) if shown and shown.isdigit() else 0
        self.ask("DELETE", f"/Reservations/{reserved['id']}")
        return int(reserved["lines"][0]["quantity"])


def learn(client: Client, seed: int) -> Goods:
    """The goods of worlds of that seed."""
    fresh = _Fresh(client, seed)
    rows = {
        language: {row["elkoCode"]: row for row in fresh.ask("GET", "/Catalog/Products", lang=language)}
        for language in LANGUAGES
    }
    there = {row["productId"]: row for row in fresh.ask("GET", "/Catalog/AvailabilityAndPrice/AvailabilityIncoming")}
    papers = {path: fresh.ask("GET", path) for path in (*PAPERS, "/Accounts/My")}
    opened = day_of(fresh.setting.opened)
    one = {"lines": [{"elkoCode": known.PLENTY, "quantity": 1}]}
    first_reservation = fresh.ask("POST", "/Reservations", one, "reserve")["id"]
    goods = {}
    for code, row in rows["EN"].items():
        coming, ends = there[code]["incoming"], day_named(row["promDate"])
        goods[code] = Good(
            code,
            _pieces(fresh, code, row),
            None if coming is None else (int(coming["quantity"]), _days(opened, coming["expectedDate"])),
            cents(row["price"]),
            cents(row["discountPrice"]),
            cents(row["price2"]),
            None if row["quantityForPrice2"] is None else int(row["quantityForPrice2"]),
            None if ends is None else (ends - opened) // timedelta(1),
            cents(row["copyrightTax"]),
        )
    first_order = fresh.ask("POST", "/Orders", one, "place_order")["id"]
    client.control("DELETE", f"/{fresh.name}")
    found = Goods(goods, rows, papers, int(first_order), int(first_reservation))
    check(found)
    return found


def _pieces(fresh: _Fresh, code: int, row: Mapping[str, Any]) -> int:
    if code == known.SELLS_OUT:  # shown, and never to be had
        return int(row["quantity"])
    return fresh.pieces(code, row["quantity"])


def _days(opened: date, number: str) -> int:
    day = day_named(int(number))
    assert day is not None
    return (day - opened) // timedelta(1)


def check(goods: Goods) -> None:
    """What was seen is what the README says of the fixed codes. Raises AssertionError."""
    for code, pieces in known.PIECES.items():
        assert goods.goods[code].pieces == pieces, (code, goods.goods[code], pieces)
    for code, price in known.PRICES.items():
        assert (goods.goods[code].price, goods.goods[code].pay) == (price, price), goods.goods[code]
    for code, good in goods.goods.items():
        shown = goods.rows["EN"][code]["quantity"]
        pieces = good.pieces
        if code in known.SHOWN_AS:
            assert shown == known.SHOWN_AS[code], (code, shown)
        elif code not in known.PARTS:
            assert shown == (str(pieces) if pieces <= 50 else ">50"), (code, shown, pieces)
    assert goods.rows["EN"][known.KIT]["quantity"] == "4", "nine coolers are enough for four kits"
    assert goods.goods[known.COMING].coming == (20, 3)
    assert goods.goods[known.RECORDED].pieces > 50
    cheaper = goods.goods[known.CHEAPER_BY_TEN]
    assert (cheaper.price2, cheaper.from2) == (9_00, 10)
    assert known.UNKNOWN not in goods.goods
