"""Rules: orders placed, followed, cancelled; their invoices."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.machine.draws import LINES, PICKS, WHOLE, WISHES, Wanted
from tests.machine.machine import Machine, step
from tests.machine.manner import MANNERS, Manner
from tests.machine.model.answers import bad
from tests.machine.model.days import DAY, day_of, jde

Odd = tuple[int | str, int | str, str | None]
ODD_DAYS: st.SearchStrategy[Odd | None] = st.sampled_from(
    (
        *((None,) * 6),
        *((126366, 0, None), (0, 126000, None), (-1, 0, None), ("x", 0, "dateFrom"), (0, 2147483648, "dateTo")),
    )
)
"""From, to, and the parameter that is no number at all."""


class OrderRules(Machine):
    """Ordering."""

    @step(wanted=LINES, wishes=WISHES, whole=WHOLE, manner=MANNERS)
    def place_order(self, wanted: list[Wanted], wishes: Mapping[str, Any], whole: bool | None, manner: Manner) -> None:
        """A real order; the stock of what it names is looked at afterwards."""
        body = {**wishes, "lines": self.lines(wanted), "orderIfAllAvailable": whole}
        self._order(body, manner)

    @step(pick=PICKS, less=st.sampled_from(("all", "some", "one more", "others")), wanted=LINES, manner=MANNERS)
    def order_from_a_reservation(self, pick: int, less: str, wanted: list[Wanted], manner: Manner) -> None:
        """All it has, some of it, more than it has, or something else besides."""
        self.have_a_reservation(wanted, manner)
        number = self.reservation_number(pick)
        found = next((one for one in self.world.trade.reservations if one.id == number), None)
        lines = self.lines(wanted)
        if found is not None and less != "others":
            change = {"all": 0, "some": -1, "one more": 1}[less]
            held = [(line.code, max(1, line.left + change)) for line in found.lines if line.left]
            lines = [{"elkoCode": code, "quantity": many} for code, many in held] or lines
        self._order({"lines": lines, "reservationId": number}, manner)
        if found is not None:
            self.ask("reservation", "GET", f"/Reservations/{number}", manner, number=number)

    def _order(self, body: dict[str, Any], manner: Manner) -> None:
        self.ask("place_order", "POST", "/Orders", manner, body=body)
        codes = [line["elkoCode"] for line in body["lines"]]
        query = (("elkoCode", ",".join(map(str, codes))),)
        self.ask("products", "GET", "/Catalog/Products", manner, query=query, codes=codes)

    @step(pick=PICKS, manner=MANNERS)
    def cancel_order(self, pick: int, manner: Manner) -> None:
        """While it is open, and when it is not any more."""
        number = self.order_number(pick)
        self.ask("cancel_order", "DELETE", f"/Orders/{number}", manner, number=number)
        self.ask("availability", "GET", "/Catalog/Availability", manner)

    @step(pick=PICKS, manner=MANNERS)
    def look_at_orders(self, pick: int, manner: Manner) -> None:
        """All of them, and one."""
        number = self.order_number(pick)
        self.ask("list_orders", "GET", "/Orders", manner)
        self.ask("order", "GET", f"/Orders/{number}", manner, number=number)

    @step(additional=st.sampled_from(("true", "false", "TRUE")), manner=MANNERS)
    def look_at_invoices(self, additional: str, manner: Manner) -> None:
        """With or without additional information."""
        wanted = additional.lower() == "true"
        self.ask("invoices", "GET", f"/Finances/Invoices/{additional}", manner, additional=wanted)

    @step(pick=PICKS, before=st.integers(-1, 1), after=st.integers(-1, 1), odd=ODD_DAYS, manner=MANNERS)
    def look_at_invoices_by_day(self, pick: int, before: int, after: int, odd: Odd | None, manner: Manner) -> None:
        """Around the day of one of them, to the day exactly; 0 for open; days that are none."""
        made = [parcel.invoiced for order in self.world.trade.orders for parcel in order.parcels]
        day = made[pick % len(made)] if made else self.world.now
        first: int | str = 0 if pick == 6 else jde(day_of(day + before * DAY))
        last: int | str = 0 if pick == 5 else jde(day_of(day + after * DAY))
        wrong = None
        if odd is not None:
            first, last, field = odd
            wrong = None if field is None else bad("validation", field)
        told: dict[str, Any] = {} if wrong else {"first": first, "last": last}
        self.ask("invoices", "GET", f"/Finances/Invoices/{first}/{last}", manner, wrong=wrong, **told)
