"""Ready rows: product rows as checked bytes, shared by all worlds in which the product is untouched."""

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from elko_mock.exchange.exchange import Violation
from elko_mock.exchange.pieces import Pieces
from elko_mock.exchange.redaction import without_secrets
from elko_mock.trade.catalog import Catalog
from elko_mock.trade.views import Style
from elko_mock.trade.window import Rows
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

_MOST = 16 * 1024 * 1024
_OVERHEAD = 120
"""Bytes that a piece takes beside its own."""

_Table = dict[int, bytes]
"""Product code -> its row."""


class ReadyRows:
    """The rows of one operation's answers. A piece is checked once, when it is made: what departs from the document, or
    could hold a secret, is not kept."""

    __slots__ = ("_bytes", "_check", "_codec", "_most", "_tables")

    def __init__(
        self, codec: Codec, check: Callable[[Sequence[Any]], tuple[Violation, ...]], *, most: int = _MOST
    ) -> None:
        """`check` tells what the document has against a list of rows. At most so many bytes are kept."""
        self._codec = codec
        self._check = check
        self._most = most
        self._bytes = 0
        # Weak: rows shall not keep a catalogue that no world has any more.
        self._tables: WeakKeyDictionary[Catalog, dict[tuple[Style, str, str], _Table]] = WeakKeyDictionary()

    def pieces(self, rows: Rows, representation: Representation) -> Pieces | None:
        """The answer; None when it has to be written and checked as a whole."""
        if rows.kin is None:
            return None
        catalog, style, sort = rows.kin
        tables = self._tables.get(catalog)
        if tables is None:
            tables = self._tables[catalog] = {}
        place = (style, sort, representation.kind)
        table = tables.get(place)
        if table is None:
            table = tables[place] = {}
        if not rows.own:
            try:
                return self._codec.pieces([table[code] for code in rows.codes], representation)
            except KeyError:  # not made yet, or no such product
                pass
        return self._made(rows, table, representation)

    def _made(self, rows: Rows, table: _Table, representation: Representation) -> Pieces | None:
        own = rows.own
        known = [None if product.code in own else table.get(product.code) for product in rows.products]
        missing = [product for product, piece in zip(rows.products, known, strict=True) if piece is None]
        made = [rows.row(product) for product in missing]
        if self._check(made):
            return None
        fresh = [self._codec.encode_item(row, representation) for row in made]
        if any(without_secrets(piece) != piece for piece in fresh):
            return None
        for product, piece in zip(missing, fresh, strict=True):
            if product.code not in own:
                table[product.code] = piece
                self._bytes += len(piece) + _OVERHEAD
        rest = iter(fresh)
        if self._bytes > self._most:
            self._tables.clear()
            self._bytes = 0
        return self._codec.pieces([next(rest) if piece is None else piece for piece in known], representation)
