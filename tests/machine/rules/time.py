"""Rules: time passes, to the microsecond; a world is saved and put back."""

from typing import Any

from hypothesis import strategies as st

from tests.machine.machine import Machine, step
from tests.machine.manner import MANNERS, Manner
from tests.machine.model.days import DAY, HOUR, MINUTE, SECOND
from tests.machine.model.goods import IN_PARTS
from tests.machine.model.world import World

SPANS = st.sampled_from((1, SECOND, 10 * SECOND - 1, 10 * SECOND, MINUTE, 30 * MINUTE, HOUR, 12 * HOUR, 3 * DAY))


class TimeRules(Machine):
    """Waiting."""

    saved: tuple[bytes, World, str | None] | None = None

    @step()
    def let_a_day_pass(self) -> None:
        """Orders leave and are invoiced, reservations end, goods come in."""
        self.wait(DAY)

    @step(span=SPANS)
    def let_time_pass(self, span: int) -> None:
        """So long."""
        self.wait(span)

    @step(which=st.integers(0, 3), off=st.sampled_from((0, 0, -1, 1)), manner=MANNERS)
    def go_to_an_edge(self, which: int, off: int, manner: Manner) -> None:
        """To the very moment at which something changes, a microsecond before it or after, and look."""
        edges = self.world.edges()
        at = edges[min(which, len(edges) - 1)] + off
        self.wait(max(0, at - self.world.now - self.world.setting.pace))
        self.ask("list_orders", "GET", "/Orders", manner)
        self.ask("availability", "GET", "/Catalog/AvailabilityAndPrice/AvailabilityIncoming", manner, **_INCOMING)

    @step(how=st.sampled_from(("save", "put back", "at once", "at once")))
    def save_or_put_back(self, how: str) -> None:
        """The whole world as bytes, and as it was then; put back at once, nobody can tell. Its journal begins anew."""
        if self.saved is None or how != "put back":
            self.saved = self.control("GET", "/snapshot"), self.world.copied(), self.hand
            if how == "save":
                return
        taken, world, hand = self.saved
        if how == "put back":
            self.world, self.hand, self.last_read = world.copied(), hand, None
        self.put_back(taken)
        self.ask("add_to_cart", "POST", "/Cart/Add", body={"elkoCode": IN_PARTS, "quantity": 1})


_INCOMING: dict[str, Any] = {"kind": "AvailabilityIncoming"}
