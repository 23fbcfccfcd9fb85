"""Rules: stock set aside, changed, released."""

from typing import Any

from hypothesis import strategies as st

from tests.machine.draws import PICKS, PLAIN_LINES, Wanted
from tests.machine.machine import Machine, step
from tests.machine.manner import MANNERS, Manner
from tests.machine.model.days import DAY, day_of, jde

UNTIL = st.sampled_from((None, None, 0, "today", "tomorrow", "in three days", "yesterday", 126366, -1, 999_999))
"""Last day: a word, or a number of no day (that of 2899-12-365 is none either)."""
_DAYS = {"today": 0, "tomorrow": 1, "in three days": 3, "yesterday": -1}
WHOLE = st.sampled_from(("unsaid", True, False, False))


class ReservationRules(Machine):
    """Reserving."""

    @step(wanted=PLAIN_LINES, until=UNTIL, whole=WHOLE, reference=st.sampled_from((None, "Monday")), manner=MANNERS)
    def reserve(
        self, wanted: list[Wanted], until: int | str | None, whole: bool | str, reference: str | None, manner: Manner
    ) -> None:
        """All or nothing unless told otherwise; the stock of what it names is looked at afterwards."""
        body = self._reservation(wanted, until, whole) | {"customerReference": reference}
        self.ask("reserve", "POST", "/Reservations", manner, body=body)
        self._look_at(body, manner)

    @step(pick=PICKS, wanted=PLAIN_LINES, until=UNTIL, whole=WHOLE, more=st.booleans(), manner=MANNERS)
    def change_reservation(
        self, pick: int, wanted: list[Wanted], until: int | str | None, whole: bool | str, more: bool, manner: Manner
    ) -> None:
        """Other lines, or the same ones with a piece more or less."""
        self.have_a_reservation(wanted, manner)
        number = self.reservation_number(pick)
        body = self._reservation(wanted, until, whole)
        found = next((one for one in self.world.trade.reservations if one.id == number), None)
        if found is not None and pick % 2:
            same = [{"elkoCode": one.code, "quantity": max(1, one.left + (1 if more else -1))} for one in found.lines]
            body["lines"] = same + body["lines"][:1]
        self.ask("change_reservation", "PUT", f"/Reservations/{number}", manner, body=body, number=number)
        self._look_at(body, manner)

    @step(pick=PICKS, manner=MANNERS)
    def release(self, pick: int, manner: Manner) -> None:
        """And a second time."""
        number = self.reservation_number(pick)
        self.ask("release", "DELETE", f"/Reservations/{number}", manner, number=number)
        self.ask("availability", "GET", "/Catalog/Availability", manner)

    @step(pick=PICKS, manner=MANNERS)
    def look_at_reservations(self, pick: int, manner: Manner) -> None:
        """All of them, and one."""
        number = self.reservation_number(pick)
        self.ask("list_reservations", "GET", "/Reservations", manner)
        self.ask("reservation", "GET", f"/Reservations/{number}", manner, number=number)

    def _reservation(self, wanted: list[Wanted], until: int | str | None, whole: bool | str) -> dict[str, Any]:
        if isinstance(until, str):
            until = jde(day_of(self.world.now + _DAYS[until] * DAY))
        body: dict[str, Any] = {"lines": self.lines(wanted), "validUntil": until}
        return body if whole == "unsaid" else body | {"allOrNothing": whole}

    def _look_at(self, body: dict[str, Any], manner: Manner) -> None:
        codes = [line["elkoCode"] for line in body["lines"]]
        query = (("elkoCode", ",".join(map(str, codes))),)
        self.ask("products", "GET", "/Catalog/Products", manner, query=query, codes=codes)
