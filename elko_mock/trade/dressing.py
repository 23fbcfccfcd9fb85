"""Dresses rows as a world's twists want them: nulls, odd quantities, unknown properties, values given by row."""

from typing import Any

from elko_mock.trade.mixer import mix, word_key
from elko_mock.trade.nullable import NULLABLE
from elko_mock.trade.twists import Twists
from elko_mock.trade.views import Row

_INNER = {
    "ProductDescription": ("description", "DescriptionItem"),
    "MediaItem": ("mediaFiles", "MediaFile"),
    "Order": ("lines", "OrderLine"),
    "Reservation": ("lines", "ReservationLine"),
    "Cart": ("lines", "CartLine"),
    "Invoice": ("details", "InvoiceDetail"),
    "Account": ("addresses", "AccountAddress"),
}
_SAME_AS = {"stockQuantity": "quantity"}
_SHARES = 1 << 30
_FORMS_SALT = 0x51


class Dressing:
    """What is put over the rows of one world. Dressing the same row twice gives the same."""

    __slots__ = ("_seed", "_twists", "off")

    def __init__(self, twists: Twists, seed: int) -> None:
        self._twists = twists
        self._seed = seed
        self.off = not (twists.nulls or twists.unknown_fields)
        """Whether shapes other than the product come through as they are."""

    def product(self, row: Row) -> Row:
        """A product row, changed in place. Single rows' own properties win over everything."""
        twists, code = self._twists, row["elkoCode"]
        if twists.quantity_forms:
            forms = twists.quantity_forms
            row["quantity"] = forms[mix(self._seed + _FORMS_SALT, code) % len(forms)]
        if not self.off:
            self.shape("Product", code, row)
        if code in twists.rows:
            row.update(twists.rows[code])
        return row

    def shape(self, name: str, key: int, row: Row) -> Row:
        """Any object of a named shape and all it holds, changed in place. `key` tells it from its likes."""
        if self.off:
            return row
        if name in _INNER:
            holder, inner = _INNER[name]
            for place, item in enumerate(row[holder]):
                self.shape(inner, key * 31 + place, item)
        for nullable in NULLABLE.get(name, ()):
            if self._is_null(key, nullable):
                row[nullable] = None
        if self._twists.unknown_fields:
            row.update(_unknown(name, key))
        return row

    def _is_null(self, key: int, nullable: str) -> bool:
        chance = mix(self._seed + word_key(_SAME_AS.get(nullable, nullable)), key) % _SHARES
        return chance < self._twists.nulls * _SHARES


def _unknown(name: str, key: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "newInThisVersion": f"{name} {key}",
        "newObject": {"flag": key % 2 == 0, "figure": key % 1000 / 100, "nothing": None},
        "newList": [1, 2, 3],
    }
    if name == "Product":  # what a neighbouring deployment is recorded to send
        found |= {
            "altDsc": None,
            "detailedDescription": "",
            "reservedQuantityFromBasket": 0,
            "transitQuantity": "0",
            "rrp": key % 90_000 / 100,
            "origin": "EU",
            "discount": {"status": False, "price": [], "link": None},
        }
    return found
