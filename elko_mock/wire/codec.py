"""Bodies of one schema, in every representation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from elko_mock.exchange.pieces import Pieces
from elko_mock.wire.charset import to_text, whole
from elko_mock.wire.folding import Fold, folding
from elko_mock.wire.json_codec import read_json, write_json
from elko_mock.wire.media_type import ContentType, Representation
from elko_mock.wire.shape import Schema, resolve
from elko_mock.wire.undecodable import Undecodable
from elko_mock.wire.xml_writer import XmlWriter

if TYPE_CHECKING:
    from elko_mock.wire.xml_reader import XmlReader

__all__ = ["Codec", "Schema", "Undecodable"]


class Codec:
    """Encodes and decodes values of one schema. XML is compiled at first use and kept.

    `components` are the document's `components.schemas`; `root` overrides the name of the XML root element; `any_case`
    reads the property names of JSON without regard to case.
    """

    def __init__(
        self, schema: Schema, components: Mapping[str, Schema], *, root: str | None = None, any_case: bool = False
    ) -> None:
        self._schema, self._components, self._root, self._any_case = schema, components, root, any_case

    @cached_property
    def _writer(self) -> XmlWriter:
        return XmlWriter(self._schema, self._components, self._root)

    @cached_property
    def _reader(self) -> "XmlReader":
        from elko_mock.wire.xml_reader import XmlReader  # noqa: PLC0415 - the parser takes 4 MB, and many never send XML

        return XmlReader(self._schema, self._components)

    @cached_property
    def _fold(self) -> Fold:
        return folding(self._schema, self._components)

    def encode(self, data: Any, representation: Representation) -> bytes:
        """The body for plain data, in UTF-8. Data that departs from the schema is written all the same."""
        if representation.kind == "xml":
            return self._writer.write(data).encode()
        if representation.kind == "text" and isinstance(data, str):
            return whole(data).encode()
        return write_json(data)

    def encode_item(self, item: Any, representation: Representation) -> bytes:
        """One item of a list, for `pieces`. Raises TypeError if it is to be XML and the schema is no array."""
        return self._writer.write_item(item).encode() if representation.kind == "xml" else write_json(item)

    def pieces(self, items: Sequence[bytes], representation: Representation) -> Pieces:
        """What `encode` gives for a list, of its items as `encode_item` wrote them. Raises TypeError like it."""
        if representation.kind == "xml":
            return Pieces(self._writer.head, items, b"", self._writer.tail)
        return Pieces(b"[", items, b",", b"]")

    def encode_chunks(
        self, items: Iterable[Any], representation: Representation, chunk_items: int = 500
    ) -> Iterator[bytes]:
        """The bytes of `encode(list(items))` in pieces of so many items, made as they are asked for.

        Raises TypeError at the first piece if the representation is XML and the schema is no array.
        """
        rest = iter(items)
        return self.encode_batches(iter(lambda: list(islice(rest, chunk_items)), []), representation)

    def encode_batches(self, batches: Iterable[Sequence[Any]], representation: Representation) -> Iterator[bytes]:
        """The bytes of `encode` for a list that comes in batches, none of them empty: a piece for each, and its end.

        Raises TypeError at the first piece if the representation is XML and the schema is no array.
        """
        if representation.kind == "xml":
            writer = self._writer
            start = writer.head
            for batch in batches:
                yield start + "".join(map(writer.write_item, batch)).encode()
                start = b""
            yield start + writer.tail
            return
        start = b"["
        for batch in batches:
            yield start + write_json(batch)[1:-1]
            start = b","
        yield b"[]" if start == b"[" else b"]"

    def decode(self, body: bytes, content_type: ContentType) -> Any:
        """The data of a body. Without a content type, what starts with `<` is XML, all else JSON.

        Raises Undecodable, and nothing else, whatever the bytes are.
        """
        kind = content_type.kind
        if kind == "none":
            kind = "xml" if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "json"
        if kind == "json":
            data = read_json(body, content_type.charset)
            return self._fold(data) if self._any_case else data
        if kind == "xml":
            return self._reader.read(body, content_type.charset)
        if content_type.media_type == "text/plain" and resolve(self._schema, self._components).kind == "string":
            return to_text(body, content_type.charset)
        shown = content_type.media_type or "this content type"
        raise Undecodable("", f"{shown[:80]} is not read; send application/json or application/xml")
