"""Rules: requests that are wrong in path, method, parameters or body; they change nothing."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.machine.draws import ALMOST_ALWAYS
from tests.machine.machine import Machine, step
from tests.machine.manner import MANNERS, Manner
from tests.machine.model import goods
from tests.machine.model.answers import No, bad
from tests.machine.model.world import Call, Unreadable

PATHS = {
    "/Catalog/Products": "GET",
    "/Catalog/MediaItems/1": "GET",
    "/Orders": "GET, POST",
    "/Orders/no-such-order": "DELETE, GET",
    "/Reservations/7": "DELETE, GET, PUT",
    "/Reservations": "GET, POST",
    "/Cart": "DELETE, GET",
    "/Cart/5": "DELETE",
    "/Cart/Add": "DELETE, POST",
    "/Cart/AddKit": "DELETE, POST",
    "/Finances/Invoices/true": "GET",
    "/Token": "POST",
}
"""Paths and the methods they have (ledger, route-overlap, method-not-allowed)."""
NO_PATHS = (
    "/Catalog/Product",
    "/Order",
    "/Orders/1/2",
    "/Cart//Add",
    "/../Orders",
    "",
    "/Catalogs/Products",
    "/Orders%2F1",
)
WRONG = (
    ("GET", "/Catalog/Products", (("elkoCode", "1,x"),), "elkoCode"),
    ("GET", "/Catalog/Availability", (("elkoCode", "2147483648"),), "elkoCode"),
    ("GET", "/Catalog/AvailabilityAndPrice/Prices", (), "type"),
    ("GET", "/Catalog/MediaItems/x", (), "elkoCode"),
    ("GET", "/Finances/Invoices/yes", (), "withAdditionalInfo"),
    ("DELETE", "/Cart/first", (), "lineId"),
    ("DELETE", "/Cart/Add", (), "lineId"),
)
"""Method, path, query, and the parameter that is wrong."""
_LINE = {"elkoCode": goods.PLENTY, "quantity": 1}
SOUND: dict[str, tuple[str, str, Any]] = {
    "place_order": ("POST", "/Orders", {"lines": [_LINE], "enduser": {"company": "x"}}),
    "reserve": ("POST", "/Reservations", {"lines": [_LINE]}),
    "add_to_cart": ("POST", "/Cart/Add", _LINE),
    "add_kit": ("POST", "/Cart/AddKit", {"kitId": goods.KIT, "quantity": 1, "selectedOptions": []}),
    "issue_token": ("POST", "/Token", {"username": "x", "password": "y"}),
}


def _lines(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A change to each line, or to the body itself where it has none."""

    def changed(body: dict[str, Any]) -> dict[str, Any]:
        if "lines" in body:
            return body | {"lines": [change(dict(one)) for one in body["lines"]]}
        return change(dict(body))

    return changed


def _without(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in {"quantity", "lines", "password"}}


FAULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no pieces": _lines(lambda line: line | {"quantity": 0}),
    "less than none": _lines(lambda line: line | {"quantity": -3}),
    "a word": _lines(lambda line: line | {"quantity": "three"}),
    "a part": _lines(lambda line: line | {"quantity": 1.5}),
    "a point": _lines(lambda line: line | {"quantity": 1.0}),
    "too many": _lines(lambda line: line | {"quantity": 2**31}),
    "null": _lines(lambda line: line | {"quantity": None}),
    "missing": _without,
    "missing inside": _lines(_without),
    "empty": lambda body: {},
    "no lines": lambda body: body | {"lines": []},
    "two faults": _lines(lambda line: {"elkoCode": "x"} | _without(line)),
    "a flag": lambda body: body | {"orderIfAllAvailable": "perhaps", "allOrNothing": None},
    "inside": lambda body: body | {"enduser": {"pickupPoint": "here", "isNaturalPerson": "no"}, "validUntil": "soon"},
}
UNREADABLE = (
    *(Unreadable(b"{"), Unreadable(b"<Order>"), Unreadable(b"", None), Unreadable(b'{"lines": [', "text/json")),
    *(Unreadable(b"<!DOCTYPE x []><x/>", "text/xml"), Unreadable(b"a=1", "application/x-www-form-urlencoded")),
    *(Unreadable(b"\xff\xfe\xfa", "application/json"), Unreadable(b"{}", "application/json; charset=nonsense")),
)


METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
WRONG_BODIES = [
    Call(operation, method, path, body=fault(dict(sound)))
    for operation, (method, path, sound) in SOUND.items()
    for fault in FAULTS.values()
]
UNREADABLE_BODIES = [
    Call(operation, method, path, body=body) for operation, (method, path, _) in SOUND.items() for body in UNREADABLE
]
UNKNOWN_PATHS = [Call("", method, path, wrong=No(404, "route")) for path in NO_PATHS for method in ("GET", "POST")]
WRONG_METHODS = [
    Call("", method, path, wrong=No(405, "method", allow=allowed))
    for path, allowed in PATHS.items()
    for method in METHODS
    if method not in allowed.split(", ")
]
WRONG_PARAMETERS = [Call("", method, path, query, wrong=bad("validation", name)) for method, path, query, name in WRONG]


ALL = [*WRONG_BODIES, *UNREADABLE_BODIES, *UNKNOWN_PATHS, *WRONG_METHODS, *WRONG_PARAMETERS]


class WrongRules(Machine):
    """Getting it wrong."""

    @step(first=st.integers(0, len(ALL) - 1), many=st.integers(1, 8), manner=MANNERS, authorized=ALMOST_ALWAYS)
    def get_it_wrong(self, first: int, many: int, manner: Manner, authorized: bool) -> None:
        """Path and method are looked at before the token, parameters and body after it (ledger, gate-order)."""
        for nth in range(many):
            # Hypothesis draws few different figures; those of the journal are many, and the same in a repeated run.
            number = (first + 37 * self.world.exchanges + 61 * nth) % len(ALL)
            if authorized:
                self.send(ALL[number], manner, caller=self.caller)
            else:
                self.send(ALL[number], manner, None, self.caller)
