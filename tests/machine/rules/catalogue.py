"""Rules: what is for sale, in stock, coming; as catalogue, as availability, and as papers that never change."""

from typing import Literal

from hypothesis import strategies as st

from tests.machine.draws import CODES, PICKS
from tests.machine.fresh import PAPERS
from tests.machine.machine import Machine, step
from tests.machine.manner import MANNERS, PLAIN, XML, Manner

Style = Literal["joined", "repeated", "mixed", "gaps"]
STYLES: st.SearchStrategy[Style] = st.sampled_from(("joined", "repeated", "mixed", "gaps"))
KINDS = ("Availability", "AvailabilityIncoming", "AvailabilityIncomingPrice", "AvailabilityPrice")


def listed(name: str, codes: list[int], style: Style) -> tuple[tuple[str, str], ...]:
    """A list in the query, in one of the ways that clients send it (ledger, query-lists)."""
    texts = [str(code) for code in codes]
    match style:
        case "repeated":
            return tuple((name, text) for text in texts)
        case "mixed":
            return tuple((name.upper(), ",".join(part)) for part in (texts[:1], texts[1:]) if part)
        case "gaps":
            return ((name, " ,".join(["", *texts, ""])),)
        case _:
            return ((name, ",".join(texts)),) if texts else ()


class CatalogueRules(Machine):
    """Reading what is sold."""

    @step(
        codes=st.lists(CODES, max_size=4),
        style=STYLES,
        vendors=st.sampled_from(([], [], [], ["PH"], ["lo", "DL"])),
        category=st.sampled_from(("", "", "", "PTC", "ptc_4028", "MEM")),
        lang=st.sampled_from(("", "", "lv", "EE", "XX")),
        manner=MANNERS,
    )
    def look_at_products(
        self, codes: list[int], style: Style, vendors: list[str], category: str, lang: str, manner: Manner
    ) -> None:
        """By code, vendor, category; all of them without."""
        found = [self.code(code) for code in codes]
        query = listed("elkoCode", found, style)
        if vendors:
            query += (("VendorCode", ",".join(vendors)),)
        query += (("catalog", category), ("lang", lang), ("elkoCode[]", "1"), ("unknown", "x"))
        self.ask(
            *("products", "GET", "/Catalog/Products", manner),
            query=query,
            codes=found,
            vendors=vendors,
            category=category,
            lang=lang,
        )

    @step(codes=st.lists(CODES, max_size=4), style=STYLES, kind=st.sampled_from(("", *KINDS)), manner=MANNERS)
    def look_at_availability(self, codes: list[int], style: Style, kind: str, manner: Manner) -> None:
        """As one does before an order."""
        found = [self.code(code) for code in codes]
        if kind:
            path, name = f"/Catalog/AvailabilityAndPrice/{kind}", "elkoCodes"
        else:
            path, name, kind = "/Catalog/Availability", "elkoCode", "Availability"
        self.ask("availability", "GET", path, manner, query=listed(name, found, style), codes=found, kind=kind)

    @step(code=CODES)
    def look_in_both_forms(self, code: int) -> None:
        """What JSON says XML says."""
        wanted = self.code(code)
        query, path = (("elkoCode", str(wanted)),), "/Catalog/Products"
        one, other = (
            self.ask("products", "GET", path, manner, query=query, codes=[wanted])[1] for manner in (PLAIN, XML)
        )
        assert one == other or one is None or other is None

    @step(pick=PICKS, manner=MANNERS)
    def look_at_what_never_changes(self, pick: int, manner: Manner) -> None:
        """Categories, vendors, descriptions, pictures, and the account's own data."""
        path = [*PAPERS, "/Accounts/My"][pick % (len(PAPERS) + 1)]
        if path == "/Accounts/My":
            self.ask("account", "GET", path, manner)
        else:
            self.ask("paper", "GET", path, manner, of=path, kind=PAPERS[path])

    @step(times=st.integers(1, 2))
    def look_again(self, times: int) -> None:
        """The last read once more: what was kept ready must not be stale."""
        if self.last_read is not None:
            for _ in range(times):
                self.send(self.last_read, PLAIN, caller=self.caller)
