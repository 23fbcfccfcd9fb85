"""The catalogue: products by code, the category tree, the vendors. Immutable, shared by every world made from it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

from elko_mock.trade.assortment import VENDORS
from elko_mock.trade.fixed import fixed_products
from elko_mock.trade.languages import localised
from elko_mock.trade.loading import load_rows
from elko_mock.trade.making import MOST, made_products
from elko_mock.trade.pictures import homepage
from elko_mock.trade.product import Category, Product, Vendor
from elko_mock.trade.taxonomy import default_tree

DEFAULT_COUNT = 2_300
"""About one country's list."""


class Catalog:
    """What the house sells. Never changes once made: a trade keeps what differs."""

    def __init__(
        self,
        products: Mapping[int, Product],
        tree: tuple[Category, ...],
        vendors: tuple[Vendor, ...],
        *,
        currency: str | None = None,
        origin: str | None = None,
    ) -> None:
        """`currency` is what its prices are in, None for the account's. `origin` names how it was made."""
        self.products = products
        self.tree = tree
        self.vendors = vendors
        self.currency = currency
        self._origin = origin
        # Found once here, so that no world over a large catalogue is the one that waits.
        self.kits_with: dict[int, tuple[int, ...]] = {}
        """Codes of the kits that a product is always part of."""
        self.arrivals: dict[int, list[int]] = {}
        """Codes of which pieces come in, by the day they do."""
        for product in products.values():
            if product.incoming:
                self.arrivals.setdefault(product.incoming_day, []).append(product.code)
            for part in product.kit.parts if product.kit is not None else ():
                self.kits_with[part.code] = (*self.kits_with.get(part.code, ()), product.code)

    @classmethod
    def generate(cls, seed: int = 0, count: int = DEFAULT_COUNT) -> "Catalog":
        """The default catalogue: the fixed codes first, then what the seed gives; the same on every machine.

        Raises ValueError for a count below 0 or above 500,000.
        """
        if not 0 <= count <= MOST:
            raise ValueError(f"a catalogue has 0 to {MOST} products, not {count}")
        fixed = fixed_products()
        products = {product.code: product for product in fixed[:count]}
        taken = frozenset(product.code for product in fixed)
        for product in made_products(seed, max(0, count - len(fixed)), taken):
            products[product.code] = product
        vendors = tuple(Vendor(code, name) for code, name in VENDORS.items())
        return cls(products, default_tree(), vendors, origin=f"generated 1 seed {seed} count {count}")

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Mapping[str, Any]],
        *,
        tree: tuple[Category, ...] | None = None,
        vendors: tuple[Vendor, ...] | None = None,
    ) -> "Catalog":
        """A catalogue from product rows in the API's own shape. Raises CatalogProblem (see `loading`)."""
        loaded = load_rows(rows)
        return cls(
            loaded.products,
            loaded.tree if tree is None else tree,
            loaded.vendors if vendors is None else vendors,
            currency=loaded.currency,
        )

    def __len__(self) -> int:
        return len(self.products)

    def __contains__(self, code: object) -> bool:
        return code in self.products

    def select(
        self, codes: Sequence[int] = (), vendors: Sequence[str] = (), categories: Sequence[str] = ()
    ) -> Sequence[Product]:
        """Products that meet every given filter; an empty filter lets all through. Codes come in the order asked,
        each once, unknown ones left out; otherwise the catalogue's order. Vendor and category codes in any case; a
        category may be written `CODE_id`."""
        found: Sequence[Product] = Chosen(codes, self.products) if codes else self._all
        if not vendors and not categories:
            return found
        wanted_vendors = {vendor.strip().upper() for vendor in vendors if vendor.strip()}
        wanted_categories = {category.strip().upper().split("_")[0] for category in categories if category.strip()}
        if wanted_vendors:
            found = [product for product in found if product.vendor.upper() in wanted_vendors]
        if wanted_categories:
            found = [product for product in found if product.category.upper() in wanted_categories]
        return found

    @cached_property
    def _all(self) -> tuple[Product, ...]:
        return tuple(self.products.values())

    @cached_property
    def vendor_names(self) -> Mapping[str, str]:
        """Names by code."""
        return {vendor.code: vendor.name for vendor in self.vendors}

    @cached_property
    def homepages(self) -> Mapping[str, str]:
        """The vendors' sites by vendor code."""
        return {vendor.code: homepage(vendor.name) for vendor in self.vendors}

    @cached_property
    def _leaf_names(self) -> Mapping[str, tuple[str, ...]]:
        return {node.code: node.names for node in walk(self.tree) if node.code}

    def leaf_name(self, code: str, language: int) -> str:
        """A category's name in a language; its code when the tree does not know it."""
        return localised(self._leaf_names.get(code, (code,)), language)

    @cached_property
    def identity(self) -> str:
        """Equal for catalogues of equal products: a snapshot says which one it belongs to."""
        if self._origin is not None:
            return self._origin
        digest = hashlib.sha256()
        for product in self.products.values():
            digest.update(repr(product).encode())
        return f"rows {digest.hexdigest()[:24]}"


class Chosen(Sequence[Product]):
    """Products asked for by their codes. They are looked up when the first of them is wanted, because an answer made of
    ready rows needs the codes alone."""

    __slots__ = ("_among", "_found", "codes")

    def __init__(self, codes: Iterable[int], among: Mapping[int, Product]) -> None:
        self._among = among
        self._found: list[Product] | None = None
        self.codes = tuple(dict.fromkeys(codes))
        """In the order asked, each once; unknown ones are among them, and have no product."""

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, index: int) -> Product: ...
    @overload
    def __getitem__(self, index: slice) -> list[Product]: ...
    def __getitem__(self, index: int | slice) -> Product | list[Product]:
        return self._all[index]

    def __iter__(self) -> Iterator[Product]:
        return iter(self._all)

    @property
    def _all(self) -> list[Product]:
        if self._found is None:
            self._found = [product for product in map(self._among.get, self.codes) if product is not None]
        return self._found


def walk(nodes: Iterable[Category]) -> Iterable[Category]:
    """Every node, parents before children."""
    for node in nodes:
        yield node
        yield from walk(node.childs)
