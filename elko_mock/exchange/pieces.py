"""Pieces: a body out of parts that many bodies share, so that keeping it costs no second copy of them."""

from collections.abc import Iterator, Sequence


class Pieces:
    """A list as it is written: what stands before, between and after its items, and the items."""

    __slots__ = ("between", "head", "items", "tail")

    def __init__(self, head: bytes, items: Sequence[bytes], between: bytes, tail: bytes) -> None:
        self.head = head
        self.items = items
        self.between = between
        self.tail = tail

    def __iter__(self) -> Iterator[bytes]:
        """The body in three parts."""
        return iter((self.head, self.between.join(self.items), self.tail))

    def joined(self) -> bytes:
        """The body."""
        return b"%b%b%b" % (self.head, self.between.join(self.items), self.tail)
