"""Turns a request to order and what the shelf gave into an order with its parcels planned."""

from collections.abc import Mapping, Sequence
from typing import Any

from elko_mock.clock import Instant
from elko_mock.trade.allotting import Share
from elko_mock.trade.money import Cents
from elko_mock.trade.product import Habit
from elko_mock.trade.records import EndUser, OrderLine, Parcel, Portion, Wishes
from elko_mock.trade.rules import HouseRules
from elko_mock.trade.twists import DeliveryKind


def wishes_of(request: Mapping[str, Any]) -> Wishes:
    """What the client said beside the lines; anything may be missing."""
    user = request.get("enduser")
    return Wishes(
        ship_to=request.get("shipTo"),
        end_user=None if user is None else _end_user(user),
        created_by=request.get("createdBy"),
        delivery=request.get("delivery"),
        instructions=request.get("deliveryInstructions"),
        transportation=request.get("transportation"),
        fastest=request.get("fastest"),
        all_or_nothing=request.get("orderIfAllAvailable"),
        kind=request.get("type"),
    )


def order_lines(shares: Sequence[Share], prices: Sequence[Cents]) -> tuple[OrderLine, ...]:
    """One line a share, at the house's prices."""
    return tuple(
        OrderLine(
            code=share.wanted.product.code,
            requested=share.wanted.quantity,
            quantity=share.quantity,
            promised=share.promised,
            price=price,
            name=share.wanted.product.name,
            manufacturer_code=share.wanted.product.manufacturer_code,
            note=share.wanted.note,
        )
        for share, price in zip(shares, prices, strict=True)
    )


def parcels(
    shares: Sequence[Share],
    arrivals: Sequence[Instant | None],
    placed: Instant,
    rules: HouseRules,
    delivery: DeliveryKind,
) -> tuple[Parcel, ...]:
    """What leaves when: pieces in stock first (in two halves when parts are the way), awaited ones once they came in.

    `arrivals` has, by line, the start of the day on which promised pieces come in."""
    by_time: dict[Instant, list[Portion]] = {}
    first = placed + rules.ship_after
    for place, (share, arrival) in enumerate(zip(shares, arrivals, strict=True)):
        there = share.kept + share.fresh
        later = there // 2 if delivery == "partial" or share.wanted.product.habit is Habit.SHIPS_IN_PARTS else 0
        _add(by_time, first, place, there - later)
        _add(by_time, first + rules.second_parcel_after, place, later)
        if arrival is not None:
            _add(by_time, max(first, arrival + rules.handling), place, share.promised)
    return tuple(
        Parcel(ships, ships + rules.invoice_after, tuple(portions)) for ships, portions in sorted(by_time.items())
    )


def _add(by_time: dict[Instant, list[Portion]], at: Instant, line: int, quantity: int) -> None:
    if not quantity:
        return
    portions = by_time.setdefault(at, [])
    if portions and portions[-1].line == line:
        portions[-1] = Portion(line, portions[-1].quantity + quantity)
    else:
        portions.append(Portion(line, quantity))


def _end_user(user: Mapping[str, Any]) -> EndUser:
    return EndUser(
        company=user.get("company"),
        vat_number=user.get("pvnNumber"),
        contact_name=user.get("contactName"),
        contact_phone=user.get("contactPhone"),
        address_line=user.get("addressLine1"),
        city=user.get("city"),
        country=user.get("country"),
        postal_code=user.get("postalCode"),
        street=user.get("street"),
        house=user.get("house"),
        apartment=user.get("apartment"),
        natural_person=user.get("isNaturalPerson"),
        customer_po=user.get("customerPo"),
        contact_mail=user.get("contactMail"),
        pickup_point=user.get("pickupPoint"),
    )
