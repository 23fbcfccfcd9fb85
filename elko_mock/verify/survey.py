"""Survey: a few reads at the start that find out what is there, so that the rest can ask for real things."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from elko_mock.trade.fixed import FIXED_CODES, KIT
from elko_mock.verify.asker import NOTHING, Arguments, Asker, NoReply
from elko_mock.verify.reply import Reply

_ENOUGH_PRODUCTS = 8
_TRIED = 6
"""Categories, and vendors, that are asked for their products."""
_CODES_KEPT = 40
_A_FEW = 6
_DAYS_TO_INVOICE = 5
NEED_PRODUCTS = frozenset(
    {"getProducts", "getProductDescription", "getMediaItems", "getAvailabilityAndPrice", "getAvailability"}
)
"""Reading operations that can be judged by real products only."""
_FIXED = frozenset(fixed.code for fixed in FIXED_CODES)


@dataclass(slots=True)
class Facts:
    """What the provider has, as far as the survey saw it."""

    codes: list[int] = field(default_factory=list)
    """ELKO codes of real products."""
    products: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """By code, as the product list has them."""
    lacks_products: bool = False
    """Whether no product was found, although there are categories or vendors."""
    kits: list[int] = field(default_factory=list)
    """Codes of products that are sold as kits."""
    vendors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    """Codes of leaves."""
    orders: list[str] = field(default_factory=list)
    reservations: list[str] = field(default_factory=list)
    invoice_days: list[int] = field(default_factory=list)
    """JDE dates on which invoices were made."""

    def arguments(self, operation: str) -> Arguments | None:
        """A call of a reading operation that must succeed; None when there is nothing it could ask for."""
        if operation in _PLAIN:
            return NOTHING
        codes = ",".join(map(str, self.codes[:2]))
        if operation in {"getOrder", "getReservation"}:
            known = self.orders if operation == "getOrder" else self.reservations
            return Arguments((known[0],)) if known else None
        if operation == "listInvoices":
            return Arguments(("true",))
        if operation == "listInvoicesByDate":
            day = str(self.invoice_days[0]) if self.invoice_days else "118269"
            return Arguments((day, day))
        if not self.codes:
            return None
        by_path = {
            "getProductDescription": Arguments((codes,)),
            "getMediaItems": Arguments((codes,)),
            "getAvailabilityAndPrice": Arguments(("AvailabilityPrice",), (("elkoCodes", codes),)),
            "getProducts": Arguments((), (("elkoCode", codes),)),
            "getAvailability": Arguments((), (("elkoCode", codes),)),
        }
        return by_path.get(operation)


_PLAIN = frozenset(
    {"getCategories", "getCategoryTree", "getVendors", "listOrders", "listReservations", "getCart", "getMyAccount"}
)


def survey(asker: Asker) -> Facts:
    """Look around. What cannot be read is left empty; the ledger says why. Raises Stopped."""
    facts = Facts()
    known = asker.operations
    for row in _rows(asker, "getCategories"):
        if row["code"]:
            facts.categories.append(row["code"])
    facts.vendors = [row["code"] for row in _rows(asker, "getVendors")]
    if "getProducts" in known:
        _find_products(asker, facts)
    look_at_account(asker, facts)
    return facts


def look_at_account(asker: Asker, facts: Facts) -> None:
    """What the account has of its own."""
    facts.orders = [row["id"] for row in _rows(asker, "listOrders")]
    facts.reservations = [row["id"] for row in _rows(asker, "listReservations")]
    facts.invoice_days = [row["dateCreate"] for row in _rows(asker, "listInvoices", Arguments(("false",)))]


def deal(asker: Asker, facts: Facts, pass_days: Callable[[int], bool]) -> None:
    """Where writes are allowed: give the account an order, a reservation and, where days can be made to pass, an
    invoice, so that there is something to read."""
    codes = [code for code, row in facts.products.items() if sellable(code, row)][:2]
    lines = [{"elkoCode": code, "quantity": 2} for code in codes]
    if not lines:
        return
    for name in ("createOrder", "createReservation"):
        if name in asker.operations:
            try:
                asker.ask(name, body={"lines": lines})
            except NoReply:
                continue
        if name == "createOrder":
            pass_days(_DAYS_TO_INVOICE)
    look_at_account(asker, facts)


def sellable(code: int, row: Mapping[str, Any]) -> bool:
    """Whether a few pieces can be ordered without a surprise: the mock's codes of fixed meaning are made for those."""
    return (
        code not in _FIXED
        and not row["obligatoryKit"]
        and bool(row["discountPrice"])
        and str(row["quantity"]).isdigit()
        and int(row["quantity"]) >= _A_FEW
    )


def _find_products(asker: Asker, facts: Facts) -> None:
    """By category; where that finds none, by vendor; where that finds none either, in the whole catalogue, which ELKO
    asks for once a day at most."""
    catalogue = facts.categories or facts.vendors
    _ask_for_products(asker, facts, [(("catalog", code),) for code in _spread(facts.categories)])
    if not facts.products:
        _ask_for_products(asker, facts, [(("vendorCode", code),) for code in _spread(facts.vendors)])
    if not facts.products and catalogue:
        _ask_for_products(asker, facts, [()])
    facts.codes = list(facts.products)[:_CODES_KEPT]
    facts.lacks_products = bool(catalogue) and not facts.codes
    for row in _rows(asker, "getProducts", Arguments((), (("elkoCode", str(KIT)),))):
        facts.products[row["elkoCode"]] = row  # the mock's kit; another provider's come with the categories
    facts.kits = [code for code, row in facts.products.items() if row["obligatoryKit"]]


def _ask_for_products(asker: Asker, facts: Facts, queries: Iterable[tuple[tuple[str, str], ...]]) -> None:
    """One query after the other until there are enough."""
    for query in queries:
        for row in _rows(asker, "getProducts", Arguments((), query)):
            facts.products[row["elkoCode"]] = row
        if len(facts.products) >= _ENOUGH_PRODUCTS:
            break


def _spread(codes: list[str]) -> list[str]:
    """A few, from all over the list."""
    return codes[:: max(1, len(codes) // _TRIED)][:_TRIED]


def _rows(asker: Asker, name: str, arguments: Arguments = NOTHING) -> Iterator[Mapping[str, Any]]:
    if name in asker.operations:
        try:
            reply = asker.ask(name, arguments)
        except NoReply:
            return
        yield from rows(reply)


def rows(reply: Reply) -> list[Mapping[str, Any]]:
    """The rows of a list that can be relied on; none otherwise."""
    return reply.data if reply.sound and isinstance(reply.data, list) else []
