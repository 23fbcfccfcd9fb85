"""C23: reservations are released or turned into orders."""

from dataclasses import dataclass

from elko_mock.grade.call import Call
from elko_mock.grade.rule import Rule, Severity, Source, Watch
from elko_mock.grade.session import Facts


@dataclass(frozen=True)
class ReservationsClosed(Rule):
    """What the run reserved, against what is still reserved at its end."""

    id = "C23"
    name = "reservations-closed"
    wording = "releases its reservations or turns them into orders"
    seen = "The world at the end of the run, or the journal if there is no more. Shows each reservation left open."
    severity = Severity.WARNING
    sources = (Source.MANUAL,)
    scenarios = ("default", "calm")
    fix = (
        "Write down the id of every reservation, and release it when its sale falls through. Name it as reservationId"
        " on the order that uses it."
    )

    def watch(self, facts: Facts) -> "ReservationsClosedWatch":
        """Begin to watch a session."""
        return ReservationsClosedWatch(self, facts)


class ReservationsClosedWatch(Watch[ReservationsClosed]):
    """Holds the reservations made and not yet closed."""

    nothing = "nothing was reserved"
    kept = "no reservation was left open"

    def __init__(self, rule: ReservationsClosed, facts: Facts) -> None:
        super().__init__(rule, facts)
        self._open: dict[str, Call] = {}

    def see(self, call: Call) -> None:
        """A reservation is made, released, or ordered."""
        if call.status != 200:
            return
        if call.operation == "createReservation":
            self.occasions += 1
            made = call.answered("id")
            if made is not None:
                self._open[str(made)] = call
        elif call.operation == "releaseReservation":
            self._open.pop(call.exchange.request.path.rstrip("/").rpartition("/")[2], None)
        elif call.purchase is not None and call.purchase.reservation is not None:
            self._open.pop(call.purchase.reservation, None)

    def end(self) -> None:
        """The world knows best; without it the journal must do."""
        if self.ending.open_reservations is None:
            left = self._open
        else:
            left = {id_: call for id_, call in self._open.items() if id_ in self.ending.open_reservations}
        for id_, call in left.items():
            self.fault(call, f"{call.line}: reservation {id_} was left open")
