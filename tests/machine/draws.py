"""What is drawn: settings of worlds, codes, quantities, lines, wishes; most of it likely, some of it odd."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.machine.model import goods
from tests.machine.model.days import DAY, HOUR, MINUTE, SECOND, instant
from tests.machine.model.setting import ANYWHERE, EVERY, Behind, Code, House, Limit, Setting

Amount = int | str
"""Pieces, or a word: `all` there are, `all but one`, `one too many`."""
_STOCKS = (0, 1, 2, 3, 10, 49, 50, 51, 52, 100)
_CODES = (
    *(goods.CHEAPER_BY_TEN,) * 4,
    *(goods.OPTION_A, goods.BOARD, goods.FAN, goods.KIT, goods.KIT, goods.IN_PARTS, goods.COMING),
    *(goods.PRICE_MOVES, goods.LAST_PIECE, goods.SELLS_OUT, goods.PLENTY, goods.DEAR, goods.NULL_QUANTITY),
    *(goods.ALL_NULL, goods.EMPTY_QUANTITY, goods.HOSTILE_TEXT, goods.RECORDED, goods.OUT_OF_STOCK, goods.OPTION_B),
    *(goods.NO_MEDIA, 1, 2, 3, goods.NO_PRICE, goods.UNKNOWN),
)
CODES = st.sampled_from(_CODES)
"""Codes; a small number is the product of that place among those that have no fixed meaning."""
AMOUNTS = st.sampled_from((1, 2, 3, 1, 9, 10, 11, "all", "all but one", "one too many", 60, 12_345, 2**31 - 1))
PICKS = st.integers(0, 7)
"""One of those that there are, counted round."""
ALMOST_ALWAYS = st.sampled_from((True,) * 7 + (False,))


class Wanted(NamedTuple):
    """A line as it is drawn; the quantity is worked out when it is asked for."""

    code: int
    amount: Amount
    beside: Mapping[str, Any]


_BESIDE: tuple[Mapping[str, Any], ...] = (
    {},
    {},
    {},
    {},
    {},
    {"clientNote": "PO 17-4"},
    {"clientNote": None, "price": 0.01, "sum": 1, "vat": None, "currency": "eur"},
    {"clientNote": "", "currency": "USD"},
    {"clientNote": 'a <b> & "c" \u0160\u016aNA \U0001f642 _x0041_', "productName": "MINE", "quantityRequested": 7},
)
PLAIN_LINES = st.lists(st.builds(Wanted, CODES, AMOUNTS, st.just(_BESIDE[0])), min_size=1, max_size=3)
LINES = st.lists(st.builds(Wanted, CODES, AMOUNTS, st.sampled_from(_BESIDE)), min_size=1, max_size=3)

WISHES: st.SearchStrategy[Mapping[str, Any]] = st.sampled_from(
    (
        {},
        {"shipTo": "Customer", "deliveryInstructions": "Ring twice", "transportation": True, "fastest": False},
        {"enduser": {"company": "Example Ltd", "city": "Exampleton", "country": "LV", "isNaturalPerson": False}},
        {"enduser": {"addressLine1": " 1 <Example> & Street\r\n2nd line ", "postalCode": "", "pickupPoint": 0}},
        {"created": 0, "sum": 0.5, "vat": 0, "currency": "EUR", "id": "x", "createdBy": "Web shop", "type": None},
        {"enduser": None, "delivery": "\x01 and \x0b", "reservationId": "", "deliveryInstructions": "_x000B_ \ufffe"},
        {"currency": "", "createdBy": "  ", "type": "A", "transportation": None},
        {"currency": "USD"},
    )
)
WHOLE: st.SearchStrategy[bool | None] = st.sampled_from((None, False, True, True))

_OPENED = tuple(
    map(
        instant,
        (
            *("2026-03-02T09:00:00+00:00", "2026-12-31T23:59:59.999999+00:00", "2028-02-28T12:00:00+00:00"),
            *("1999-12-30T18:30:00.000001+00:00", "2027-12-25T00:00:00+00:00"),
        ),
    )
)
_LIMITS = (
    *(Limit(0), Limit(0), Limit(), Limit(), Limit(), Limit(0), Limit(), Limit(12, 5 * SECOND, 20 * SECOND)),
    *(
        Limit(5, 10 * SECOND, 3 * SECOND),
        Limit(20, 10 * SECOND, MINUTE, "fixed"),
        Limit(1, 1000, 1000),
        Limit(8, block=0),
    ),
    *(Limit(15, blocked_calls_extend=True), Limit(3, 4 * SECOND, 9 * SECOND, blocked_calls_extend=True)),
    *(Limit(15, block=4 * SECOND, refused_calls_count=True), Limit(3, block=SECOND, refused_calls_count=True)),
    Limit(4, 8 * SECOND, 3 * SECOND, "fixed", refused_calls_count=True),
    Limit(10, 10 * SECOND, 12 * SECOND, "fixed", blocked_calls_extend=True, refused_calls_count=True),
)
_HOUSES = (
    *(House(), House(), House(), House(confirm_after=0, invoice_after=0), House(second_parcel_after=0)),
    House(confirm_after=2 * DAY, ship_after=HOUR, reservation_days=1),
    House(ship_after=0, second_parcel_after=3 * HOUR, handling=0, payment_days=0),
    House(HOUR + 1, 30 * HOUR - 1, 25 * HOUR, 3 * HOUR, 23 * HOUR, reservation_days=2, payment_days=366),
)
_BEHIND: tuple[tuple[Behind, ...], ...] = (
    *((),) * 6,
    (Behind(9, "replace_token"),),
    (Behind(14, "use_up_limit"), Behind(20, "replace_token")),
    (Behind(17, "withdraw_terms"),),
)
_SOME_CODES = st.sampled_from([code for code in _CODES if code not in {goods.UNKNOWN, goods.NO_PRICE} and code > 9])
_NO_PARTS = st.sampled_from((goods.CHEAPER_BY_TEN, goods.OPTION_A, goods.NULL_QUANTITY, goods.KIT, goods.RECORDED))
_A_PART_TOO = st.sampled_from((goods.BOARD, goods.OPTION_A, goods.NULL_QUANTITY, goods.KIT, goods.RECORDED))
_FACTORS = st.sampled_from([Fraction(1, 100), Fraction(9, 10), Fraction(105, 100), Fraction(115, 100), Fraction(3)])


@st.composite
def _stocks(draw: st.DrawFn) -> dict[Code, int]:
    found: dict[Code, int] = dict(draw(st.dictionaries(_SOME_CODES, st.sampled_from(_STOCKS), max_size=4)))
    if draw(st.sampled_from((False,) * 7 + (True,))):
        found[EVERY] = draw(st.sampled_from(_STOCKS))
    few = draw(st.sampled_from((None, 9, None, 11)))  # asked for ten, the price of nine
    return found if few is None else found | {goods.CHEAPER_BY_TEN: few}


@st.composite
def _incoming(draw: st.DrawFn) -> dict[Code, tuple[int, int]]:
    coming = st.tuples(st.sampled_from((0, 1, 5, 20)), st.integers(1, 3))
    found: dict[Code, tuple[int, int]] = dict(draw(st.dictionaries(_SOME_CODES, coming, max_size=3)))
    if draw(st.sampled_from((False,) * 5 + (True,))):
        found[EVERY] = draw(coming)
    return found


@st.composite
def settings(draw: st.DrawFn) -> Setting:
    """A world's beginning; one in four is business as usual but for its limit."""
    opened, limit = draw(st.sampled_from(_OPENED)), draw(st.sampled_from(_LIMITS))
    pace = draw(st.sampled_from((0, 0, 200_000, SECOND)))
    behind = draw(st.sampled_from(_BEHIND))
    if draw(st.sampled_from((True, False, False, False))):
        return Setting(opened, limit=limit, pace=pace, behind=behind)
    backorder = draw(st.sampled_from((False, False, True)))
    return Setting(
        opened=opened,
        seed=draw(st.sampled_from((1, 2))),
        stock=draw(_stocks()) | ({EVERY: draw(st.sampled_from((0, 2)))} if backorder else {}),
        incoming=draw(_incoming()) | ({EVERY: (20, 2)} if backorder else {}),
        delivery="backorder" if backorder else draw(st.sampled_from(("whole", "partial", "backorder"))),
        price_factor=draw(st.sampled_from((Fraction(1), Fraction(1), Fraction(1), Fraction(107, 100)))),
        sold_out_at_order=tuple(sorted(draw(st.sets(st.one_of(_NO_PARTS, st.just(goods.BOARD)), max_size=1)))),
        unfillable=tuple(sorted(draw(st.sets(_A_PART_TOO, max_size=1)))),
        price_at_order=draw(st.dictionaries(_NO_PARTS, _FACTORS, max_size=2)),
        house=draw(st.sampled_from(_HOUSES)),
        limit=limit,
        country=draw(st.sampled_from(("LV", "EE", "SK", "UA", "PL"))),
        terms_accepted=draw(ALMOST_ALWAYS),
        addresses=draw(st.sampled_from((ANYWHERE, ANYWHERE, ("127.0.0.0/8", "203.0.113.5"), ()))),
        token_created=draw(ALMOST_ALWAYS),
        behind=behind,
        pace=pace,
    )
