"""Ready rows: product rows as validated bytes, shared by all worlds in which the product is untouched."""

from collections.abc import Callable, Sequence
from typing import Any

from elko_mock.exchange.exchange import Violation
from elko_mock.trade.product import Product
from elko_mock.trade.window import Kin, Rows
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

_MOST = 16 * 1024 * 1024
_OVERHEAD = 120
"""Bytes that a piece takes beside its own."""

_Table = dict[int, bytes]
"""Product code -> its row."""


class ReadyRows:
    """The rows of one operation's answers. A piece is checked once, when it is made; what departs from the document is
    never kept."""

    __slots__ = ("_bytes", "_check", "_codec", "_most", "_tables")

    def __init__(
        self, codec: Codec, check: Callable[[Sequence[Any]], tuple[Violation, ...]], *, most: int = _MOST
    ) -> None:
        """`check` tells what the document has against a list of rows. At most so many bytes are kept."""
        self._codec = codec
        self._check = check
        self._most = most
        self._bytes = 0
        self._tables: dict[tuple[Kin, str], _Table] = {}

    def body(self, rows: Rows, representation: Representation) -> bytes | None:
        """The whole answer; None when any row departs from the document, or nothing is known of any row."""
        if rows.kin is None:
            return None
        place = (rows.kin, representation.kind)
        table = self._tables.get(place)
        if table is None:
            table = self._tables[place] = {}
        if not rows.own:
            try:
                return self._codec.join([table[product.code] for product in rows.products], representation)
            except KeyError:
                pass
        return self._made(rows, table, representation)

    def _made(self, rows: Rows, table: _Table, representation: Representation) -> bytes | None:
        own = rows.own
        known = [None if product.code in own else table.get(product.code) for product in rows.products]
        fresh = [
            (product, rows.row(product)) for product, piece in zip(rows.products, known, strict=True) if piece is None
        ]
        if self._check([row for _, row in fresh]):
            return None
        made = iter([self._piece(product, row, rows, table, representation) for product, row in fresh])
        body = self._codec.join([next(made) if piece is None else piece for piece in known], representation)
        if self._bytes > self._most:
            self._tables.clear()
            self._bytes = 0
        return body

    def _piece(self, product: Product, row: Any, rows: Rows, table: _Table, representation: Representation) -> bytes:
        piece = self._codec.encode_item(row, representation)
        if product.code not in rows.own:
            table[product.code] = piece
            self._bytes += len(piece) + _OVERHEAD
        return piece
