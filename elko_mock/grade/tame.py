"""The tame catalogue: nothing in it is null, odd or special, so that each world is hostile in one respect only."""

from typing import Any

import orjson

from elko_mock.trade.catalog import Catalog
from elko_mock.trade.fixed import FIXED_CODES, RECORDED
from elko_mock.trade.trade import Trade

PRODUCTS = 300
QUANTITY = "24"
_SPECIAL = frozenset(one.code for one in FIXED_CODES) - {RECORDED}
_OPENED = 0


def tame_catalog() -> bytes:
    """The catalogue's file, JSON in the API's own shape; the same on every machine."""
    generated = Trade(Catalog.generate(1, PRODUCTS), _OPENED).products(_OPENED, (), (), (), None)
    rows = [dict(row) for row in generated if row["elkoCode"] not in _SPECIAL]
    usual: dict[str, Any] = {}
    for row in rows:
        for name, value in row.items():
            if value not in (None, "") and name not in usual:
                usual[name] = value
    for row in rows:
        row.update({name: usual.get(name) for name, value in row.items() if value in (None, "")})
        row.update(quantity=QUANTITY, reservedQuantity=0)
    return orjson.dumps(rows)
