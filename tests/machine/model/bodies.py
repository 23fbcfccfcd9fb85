"""What a request body may hold by the vendored document, told again by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Sort = Literal["text", "whole", "number", "flag"]
_INT32 = range(-(2**31), 2**31)


@dataclass(frozen=True)
class Value:
    """One value: its sort; whether it may be null; its least."""

    sort: Sort
    null: bool = True
    least: int | None = None
    """The least of a number, the least length of a text."""


@dataclass(frozen=True)
class Thing:
    """An object: its properties, and which of them have to be there."""

    properties: Mapping[str, "Value | Thing | Many"]
    needs: tuple[str, ...] = ()
    null: bool = False


@dataclass(frozen=True)
class Many:
    """A list."""

    of: Thing
    least: int = 0
    null: bool = False


def _all(sort: Sort, *names: str) -> dict[str, "Value | Thing | Many"]:
    return {name: Value(sort) for name in names}


_AT_LEAST_ONE = Value("whole", null=False, least=1)
_CODE = Value("whole", null=False)
_PRODUCT: Mapping[str, "Value | Thing | Many"] = {"elkoCode": _CODE, "quantity": _AT_LEAST_ONE}
_NEEDED = ("elkoCode", "quantity")
_END_USER = Thing(
    _all("text", "company", "pvnNumber", "contactName", "contactPhone", "addressLine1", "city", "country", "postalCode")
    | _all("text", "street", "house", "apartment", "customerPo", "contactMail")
    | _all("flag", "isNaturalPerson")
    | _all("whole", "pickupPoint"),
    null=True,
)
_ORDER_LINE = Thing(
    {**_PRODUCT}
    | _all("text", "id", "manufacturerCode", "productName", "currency", "clientNote")
    | _all("number", "price", "sum", "vat")
    | _all("whole", "quantityRequested"),
    _NEEDED,
)
BODIES: Mapping[str, Thing] = {
    "place_order": Thing(
        _all(
            "text", "id", "shipTo", "currency", "createdBy", "delivery", "deliveryInstructions", "type", "reservationId"
        )
        | _all("whole", "created")
        | _all("number", "sum", "vat")
        | _all("flag", "transportation", "fastest", "orderIfAllAvailable")
        | {"enduser": _END_USER, "lines": Many(_ORDER_LINE, least=1)},
        ("lines",),
    ),
    "reserve": Thing(
        _all("text", "customerReference")
        | _all("whole", "validUntil")
        | {"allOrNothing": Value("flag", null=False), "lines": Many(Thing(_PRODUCT, _NEEDED), least=1)},
        ("lines",),
    ),
    "add_to_cart": Thing(_PRODUCT, _NEEDED),
    "add_kit": Thing(
        {
            "kitId": _CODE,
            "quantity": _AT_LEAST_ONE,
            "selectedOptions": Many(Thing(_PRODUCT, _NEEDED), null=True),
        },
        ("kitId", "quantity"),
    ),
    "issue_token": Thing(
        {"username": Value("text", null=False, least=1), "password": Value("text", null=False, least=1)},
        ("username", "password"),
    ),
}
SAME_BODY = {"change_reservation": "reserve"}


def faults(operation: str, body: Any) -> frozenset[str]:
    """The fields that do not fit, as problem details name them; `$` is the body itself."""
    shape = BODIES[SAME_BODY.get(operation, operation)]
    return frozenset(place or "$" for place in _faults(shape, body, ""))


def _faults(shape: "Value | Thing | Many", value: Any, place: str) -> Iterator[str]:
    if value is None:
        if not shape.null:
            yield place
    elif isinstance(shape, Value):
        if not _fits(shape, value):
            yield place
    elif isinstance(shape, Many):
        if not isinstance(value, list) or len(value) < shape.least:
            yield place
            return
        for number, one in enumerate(value):
            yield from _faults(shape.of, one, f"{place}[{number}]")
    else:
        if not isinstance(value, dict):
            yield place
            return
        dot = f"{place}." if place else ""
        yield from (dot + name for name in shape.needs if name not in value)
        for name, one in value.items():
            if name in shape.properties:
                yield from _faults(shape.properties[name], one, dot + name)


def _fits(shape: Value, value: Any) -> bool:
    match shape.sort:
        case "text":
            return isinstance(value, str) and len(value) >= (shape.least or 0)
        case "flag":
            return isinstance(value, bool)
        case "whole":
            return type(value) is int and value in _INT32 and (shape.least is None or value >= shape.least)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
