"""Changes: which rows are no longer the catalogue's own, and how often anything has changed."""

from collections.abc import Iterable

from elko_mock.trade.catalog import Catalog


class Changes:
    """Shared by a trade and its deals, so that neither has to know the other: a world that is let go has no loop of
    references, and its memory is free at once."""

    __slots__ = ("_catalog", "codes", "version")

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.version = 1
        """Bumps with every change that an answer could show, those that time brings included."""
        self.codes: dict[int, int] = {}
        """By touched code: the version at which its row last changed."""

    def touch(self, codes: Iterable[int]) -> None:
        """A deal has changed the rows of these codes."""
        self.version += 1
        for code in codes:
            self.mark(code)

    def mark(self, code: int) -> None:
        """The row of this code is not the catalogue's own now, nor those of its parts and of the kits they are in."""
        codes, catalog, version = self.codes, self._catalog, self.version
        codes[code] = version
        product = catalog.products.get(code)
        for part in product.pieces if product is not None else ():
            codes[part.code] = version
            for kit in catalog.kits_with.get(part.code, ()):
                codes[kit] = version
