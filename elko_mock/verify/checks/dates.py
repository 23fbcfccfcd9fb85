"""JDE dates are dates: `CYYDDD`, a day that the year has (evidence, section 4)."""

from collections.abc import Iterator
from typing import Any

from elko_mock.trade.jde import NotAJdeDate, from_jde
from elko_mock.verify.asker import Arguments
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.reply import Reply

_FIELDS = frozenset({"created", "promDate", "dateCreate", "dueDate", "validUntil", "expectedDate"})
_LISTS = ("listOrders", "listReservations")
_OPTIONAL = frozenset({"promDate", "created"})
"""Where 0 means none."""


def jde_dates(trial: Trial) -> None:
    """Every date in products, availability, orders, reservations and invoices."""
    for name, reply in _dated(trial):
        if not reply.sound:
            continue
        for field, value in _dates(reply.data):
            good = _is_date(value, optional=field in _OPTIONAL)
            trial.expect(good, name, f"{field} is {value!r}, which is no JDE date", reply)


def _dated(trial: Trial) -> Iterator[tuple[str, Reply]]:
    codes = ",".join(map(str, trial.facts.codes))
    if codes and trial.has("getProducts"):
        yield "getProducts", trial.ask("getProducts", Arguments((), (("elkoCode", codes),)))
    if codes and trial.has("getAvailabilityAndPrice"):
        arguments = Arguments(("AvailabilityIncoming",), (("elkoCodes", codes),))
        yield "getAvailabilityAndPrice", trial.ask("getAvailabilityAndPrice", arguments)
    for name in _LISTS:
        if trial.has(name):
            yield name, trial.ask(name)
    if trial.has("listInvoices"):
        yield "listInvoices", trial.ask("listInvoices", Arguments(("true",)))


def _dates(data: Any) -> Iterator[tuple[str, object]]:
    if isinstance(data, dict):
        for field, value in data.items():
            if field in _FIELDS and value is not None:
                yield field, value
            yield from _dates(value)
    elif isinstance(data, list):
        for item in data:
            yield from _dates(item)


def _is_date(value: object, *, optional: bool) -> bool:
    text = str(value)
    if not text.isascii() or not text.isdigit():
        return False
    if int(text) == 0:
        return optional
    try:
        from_jde(int(text))
    except NotAJdeDate:
        return False
    return True


CHECKS = (
    Check(
        "jde-dates",
        "JDE dates are dates",
        jde_dates,
        one_of=("getProducts", "getAvailabilityAndPrice", "listInvoices", *_LISTS),
    ),
)
