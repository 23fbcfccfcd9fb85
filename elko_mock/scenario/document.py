"""The shape of a scenario as files and the control plane write it, and the way between that and the model."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from elko_mock.clock import DAY, to_datetime
from elko_mock.faults.plan import Rule
from elko_mock.faults.reading import RULE, write_rule
from elko_mock.faults.shape import (
    MOMENT,
    SWITCH,
    Field,
    Problem,
    Shape,
    duration,
    either,
    list_of,
    mapped,
    mapping_of,
    number,
    one_of,
    show_duration,
    table,
    text,
    unspeakable,
    untold,
    whole,
)
from elko_mock.faults.shape import Path as Place
from elko_mock.gate.account import AccountSettings
from elko_mock.gate.addresses import Malformed, parse_range
from elko_mock.gate.gate import Change
from elko_mock.gate.throttle import Limit
from elko_mock.gate.token import is_foreign
from elko_mock.scenario.model import ClockStart, Scenario
from elko_mock.trade.account import Account as Customer
from elko_mock.trade.account import Address
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.twists import DELIVERIES, EVERY, Coming, Twists

MOST_PRODUCTS = 100_000
_YEAR = 366 * DAY
_WAIT = duration(0, _YEAR)


def _address(data: Any, path: Place, problems: list[Problem]) -> str | None:
    entry = parse_range(data) if isinstance(data, str) else Malformed(str(data), "an address is a text")
    if isinstance(entry, Malformed):
        problems.append(Problem(path, entry.message))
        return None
    return entry.text


_ADDRESS = Shape("an IP address or a range", {"type": "string"}, _address)


def _code(key: Any) -> Any:
    word = str(key)
    return EVERY if word == EVERY else int(word)


def _coded(shape: Shape, *, every: bool = True) -> Shape:
    """A table from ELKO codes, or `*` for every product, to something."""
    listed = mapping_of(shape, keys="ELKO codes")

    def read(data: Any, path: Place, problems: list[Problem]) -> Any:
        values = listed.read(data, path, problems)
        wrong = [
            key for key in values or () if not (key.isdecimal() and len(key) < 10) and not (every and key == EVERY)
        ]
        for key in wrong:
            message = f"{key!r} is no ELKO code{' and not *' if every else ''}"
            problems.append(Problem((*path, key), message, at_key=True))
        return None if values is None or wrong else {_code(key): value for key, value in values.items()}

    pattern = r"^(?:\d{1,9}|\*)$" if every else r"^\d{1,9}$"
    schema = {"type": "object", "patternProperties": {pattern: shape.schema}, "additionalProperties": False}
    return Shape(listed.wanted, schema, read)


_CODES = list_of(
    either(
        "an ELKO code, or * for every product",
        (lambda data: data == EVERY, one_of(EVERY)),
        (lambda data: isinstance(data, int), whole(1, 999_999_999)),
    )
)
_COMING = table(
    {
        "quantity": Field(whole(0, 1_000_000), "how many pieces; 0 for none", required=True),
        "days": Field(whole(1, 3650), "days after the world opened on which they come in", required=True),
    },
    lambda given, _path, _problems: Coming(**given),
)
_QUANTITY_FORM = Shape(
    "a text or null",
    {"type": ["string", "null"], "maxLength": 40},
    lambda data, path, problems: (
        data
        if data is None or isinstance(data, str)
        else problems.append(Problem(path, "a quantity is shown as a text (in quotes) or null"))
    ),
)
_ANY_ROW = Shape(
    "properties of a product row",
    {"type": "object"},
    lambda data, path, problems: (
        data
        if isinstance(data, Mapping)
        else problems.append(Problem(path, "wants a table of properties of a product row"))
    ),
)

TWISTS: dict[str, Field] = {
    "stock": Field(_coded(whole(0, 1_000_000)), "pieces on the shelf at the start, by code or * for every product"),
    "incoming": Field(_coded(_COMING), "pieces on their way, by code or * for every product"),
    "price_factor": Field(number(0.01, 100), "all prices times this"),
    "sold_out_at_order": Field(_CODES, "shown in stock until first ordered or reserved, then there is none"),
    "unfillable": Field(_CODES, "shown in stock for ever, yet nobody gets any"),
    "price_at_order": Field(_coded(number(0.01, 100)), "the price times this from the first order on"),
    "delivery": Field(
        one_of(*DELIVERIES), "whole, in two parcels (partial), or what lacks once it comes in (backorder)"
    ),
    "nulls": Field(number(0, 1), "share of the nullable properties that are null"),
    "quantity_forms": Field(list_of(_QUANTITY_FORM), "quantities are shown as one of these, whatever the stock"),
    "unknown_fields": Field(SWITCH, "every object carries properties that the document does not know"),
    "hourly_drift": Field(SWITCH, "prices and stock move at every full hour"),
    "rows": Field(_coded(_ANY_ROW, every=False), "properties of single product rows, shown exactly so"),
}
HOUSE: dict[str, Field] = {
    "confirm_after": Field(_WAIT, "from placed to confirmed"),
    "ship_after": Field(_WAIT, "from placed to shipped, for what is in stock"),
    "second_parcel_after": Field(_WAIT, "from the first parcel to the second"),
    "handling": Field(_WAIT, "from the day awaited pieces come in to their leaving"),
    "invoice_after": Field(_WAIT, "from a parcel's leaving to its invoice"),
    "reservation_days": Field(whole(1, 3650), "how long a reservation lasts that does not say"),
    "payment_days": Field(whole(0, 3650), "from invoice to due date"),
}
_NAME = text(1, 100)
_PLACE = table(
    {
        "id": Field(_NAME, "its id", required=True),
        "company": Field(_NAME, "the company there", required=True),
        "line": Field(_NAME, "street and number", required=True),
        "city": Field(_NAME, "city", required=True),
        "country": Field(_NAME, "country code", required=True),
        "postal_code": Field(_NAME, "postal code", required=True),
    },
    lambda given, _path, _problems: Address(**given),
)
CUSTOMER: dict[str, Field] = {
    "customer": Field(_NAME, "the customer's number"),
    "company": Field(_NAME, "the customer's company"),
    "vat_number": Field(_NAME, "its VAT number"),
    "currency": Field(text(pattern="[A-Z]{3}", wanted="a currency code such as EUR"), "what it pays in"),
    "country": Field(text(pattern="[A-Z]{2}", wanted="a country code such as LV"), "its country; it decides the VAT"),
    "language": Field(text(pattern="[A-Z]{2}", wanted="a language code such as EN"), "its language"),
    "addresses": Field(list_of(_PLACE, least=2), "where it is delivered to"),
}
_USERNAME = text(pattern=r"[^+@\s]{1,64}", wanted="a name of 1 to 64 characters without blanks, + and @")
_TOKEN = untold(text(pattern=r"[!-~]{8,4096}", wanted="8 or more printable characters without blanks"))


def _first_token(data: Any, path: Place, problems: list[Problem]) -> Any:
    token = _TOKEN.read(data, path, problems)
    if token is not None and is_foreign(token):
        problems.append(Problem(path, "this looks like a token of another service; never give a live one to a mock"))
        return None
    return token


ACCOUNT: dict[str, Field] = {
    "username": Field(_USERNAME, "for POST Token; worlds other than the default one add +<name of the world>"),
    "password": Field(untold(text(1, 200, wanted="a text of 1 to 200 characters")), "for POST Token"),
    "second_factor": Field(
        untold(text(1, 20, wanted="a text of 1 to 20 characters")),
        "what protects the token button of the self-service page",
    ),
    "terms_accepted": Field(SWITCH, "whether the API terms and conditions are accepted"),
    "addresses": Field(list_of(_ADDRESS), "from where calls are let in"),
    "token_created": Field(SWITCH, "whether there is a token from the start"),
    "first_token": Field(Shape(_TOKEN.wanted, _TOKEN.schema, _first_token), "the default world's first token"),
}
LIMIT: dict[str, Field] = {
    "calls": Field(whole(0, 1_000_000_000), "calls that pass in one window; 0 for no limit"),
    "window": Field(duration(1000, DAY), "length of the window"),
    "block": Field(duration(0, DAY), "length of the block"),
    "kind": Field(one_of("sliding", "fixed"), "any stretch of that length, or stretches one after the other"),
    "blocked_calls_extend": Field(SWITCH, "whether a call during the block starts it anew"),
    "refused_calls_count": Field(SWITCH, "whether refused calls fill the window too"),
}


def _change(given: dict[str, Any], path: Place, problems: list[Problem]) -> Change | None:
    if ("at_call" in given) == ("after" in given):
        problems.append(Problem(path, "when? Give either at_call or after"))
        return None
    change = Change(**given)
    if change == Change(at_call=change.at_call, after=change.after):
        what = "replace_token, use_up_limit, addresses or terms_accepted"
        problems.append(Problem(path, f"nothing happens here: give {what}"))
        return None
    return change


_CHANGE = table(
    {
        "at_call": Field(whole(1, 10**9), "when: just before the call of that number"),
        "after": Field(_WAIT, "when: that long after the world opened"),
        "replace_token": Field(SWITCH, "another user of the account creates a new token, so the former is dead"),
        "use_up_limit": Field(SWITCH, "another program of the account makes all the calls that the limit allows"),
        "addresses": Field(list_of(_ADDRESS), "the list of addresses from then on"),
        "terms_accepted": Field(SWITCH, "whether the terms are accepted from then on"),
    },
    _change,
)
CLOCK: dict[str, Field] = {
    "start": Field(MOMENT, "world time at the start; else the machine's"),
    "frozen": Field(SWITCH, "whether it stands still until it is advanced"),
    "scale": Field(number(0.001, 1_000_000), "world seconds per real second"),
}
_CATALOG = mapped(text(1, 1000), Path)

DOCUMENT: dict[str, Field] = {
    "line": Field(text(1, 200), "one line of documentation"),
    "extends": Field(text(1, 1000), "the scenario this one builds on: a bundled one's name, or a file"),
    "seed": Field(whole(0, 2**63 - 1), "same seed, same catalogue and same faults"),
    "products": Field(whole(0, MOST_PRODUCTS), "how many products the generated catalogue has"),
    "catalog": Field(_CATALOG, "the catalogue's file (JSON, XML or CSV), in place of a generated one"),
    "twists": Field(table(TWISTS), "how stock, prices and answers bend"),
    "house": Field(table(HOUSE), "how fast the house works"),
    "customer": Field(table(CUSTOMER), "who trades"),
    "account": Field(table(ACCOUNT), "how access stands at the start"),
    "limit": Field(table(LIMIT), "the rate limit"),
    "changes": Field(list_of(_CHANGE), "what happens to the account behind the client's back, and when"),
    "clock": Field(table(CLOCK), "how time begins"),
    "faults": Field(list_of(RULE), "what goes wrong, and when; added to those of the scenario it builds on"),
}
SCENARIO = table(DOCUMENT)
"""Reads into a dict of what was given."""


def read_document(data: Any) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """What was given, None when there are problems; and the problems."""
    problems = list(unspeakable(data))
    given: dict[str, Any] | None = None if problems else SCENARIO.read(data, (), problems)
    return given, tuple(problems)


_PARTS: Mapping[str, type[Any]] = {
    "twists": Twists,
    "house": HouseRules,
    "customer": Customer,
    "account": AccountSettings,
    "limit": Limit,
    "clock": ClockStart,
}


def apply(given: Mapping[str, Any], base: Scenario, name: str) -> Scenario:
    """`base` with everything changed that was given (as `SCENARIO` read it), under that name."""
    changes: dict[str, Any] = {"name": name}
    for key, value in given.items():
        if key in _PARTS:
            changes[key] = replace(getattr(base, key), **_converted(key, value))
        elif key == "faults":
            changes[key] = _joined(base.faults, value)
        elif key != "extends":
            changes[key] = value
    return replace(base, **changes)


def _converted(part: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if part == "twists":
        return {key: frozenset(value) if key in _SETS else value for key, value in given.items()}
    if part == "limit":
        return {key: value or None if key == "calls" else value for key, value in given.items()}
    return dict(given)


_SETS = frozenset({"sold_out_at_order", "unfillable"})


def _joined(first: tuple[Rule, ...], then: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Rules one after the other; one of the same name takes the former's place."""
    renamed = {rule.name for rule in then if rule.name}
    return (*(rule for rule in first if rule.name not in renamed), *then)


def write_scenario(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data, complete and without `extends`: reading it over any base gives it back."""
    written: dict[str, Any] = {"line": scenario.line, "seed": scenario.seed, "products": scenario.products}
    if scenario.catalog is not None:
        written["catalog"] = str(scenario.catalog)
    for key in _PARTS:
        part = {one.name: getattr(getattr(scenario, key), one.name) for one in fields(_PARTS[key])}
        written[key] = {name: _plain(key, name, value) for name, value in part.items() if value is not None}
    written["limit"]["calls"] = scenario.limit.calls or 0
    written["changes"] = [_written_change(change) for change in scenario.changes]
    written["faults"] = [write_rule(rule) for rule in scenario.faults]
    return written


def _written_change(change: Change) -> dict[str, Any]:
    usual = asdict(Change())
    written = {key: value for key, value in asdict(change).items() if value != usual[key]}
    if change.after is not None:
        written["after"] = show_duration(change.after)
    if change.addresses is not None:
        written["addresses"] = list(change.addresses)
    return written


_DURATIONS = frozenset(
    {"window", "block", "confirm_after", "ship_after", "second_parcel_after", "handling", "invoice_after"}
)

_FLOATS = frozenset({"scale", "price_factor", "nulls"})


def _plain(part: str, name: str, value: Any) -> Any:
    if name in _DURATIONS:
        return show_duration(value)
    if name == "start":
        return to_datetime(value).isoformat().replace("+00:00", "Z")
    if name in _FLOATS:
        return float(value)
    if name == "price_at_order":
        return {str(code): float(factor) for code, factor in value.items()}
    if isinstance(value, frozenset):
        return sorted(value, key=str)
    if name == "incoming":
        return {str(code): {"quantity": coming.quantity, "days": coming.days} for code, coming in value.items()}
    if isinstance(value, Mapping):
        return {str(key): one for key, one in value.items()}
    if part == "customer" and name == "addresses":
        return [{one.name: getattr(place, one.name) for one in fields(Address)} for place in value]
    return list(value) if isinstance(value, tuple) else value


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of elko-mock",
        **SCENARIO.schema,
    }
