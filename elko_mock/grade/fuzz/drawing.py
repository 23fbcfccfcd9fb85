"""Drawing: hypothesis strategies for hostile worlds. What comes first in a choice is what a world shrinks to."""

from typing import Any

from hypothesis import strategies as st

from elko_mock.grade.fuzz.world import SIZES, HostileWorld, Oddity

_LATEST_CALL = 30
_NASTY_TEXTS = (
    "",
    "a",
    "0",
    "null",
    "NaN",
    'A "quoted" name',
    "A & B <c>",
    "it's",
    "A;B,C|D",
    "A\\B",
    "Küchengerät, 30 cm",
    "Ļoti labs ķēdes zāģis",
    "Вентилятор",
    "电源适配器",
    "مروحة",
    "🎧 HEADSET",
    "e\u0301 combining",
    "\u200b\ufeffinvisible",
    "%s %d {0} ${x}",
    "1e3",
    "-1",
    "X" * 600,
)
_TEXTS = st.one_of(
    st.sampled_from(_NASTY_TEXTS),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=40),
)
_QUANTITIES = st.sampled_from(["0", "1", ">50", "", None, "8", ">1000", "99999"])
_PRICES = st.sampled_from([0.0, 0.01, 1.0, 9.99, 1234.5, 99999999.99]) | st.integers(1, 10**7).map(
    lambda cents: cents / 100
)
_COUNTS = st.sampled_from([0, 1, 2, 1000, 2**31 - 1])
_NULL = st.none()
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "name": _TEXTS,
    "manufacturerCode": _NULL | _TEXTS,
    "vendorName": _NULL | _TEXTS,
    "price": _PRICES,
    "discountPrice": _PRICES,
    "imagePath": _NULL,
    "thumbnailImagePath": _NULL,
    "fullDsc": _NULL | _TEXTS,
    "httpDescription": _NULL,
    "packagingQuantity": _COUNTS,
    "warranty": _NULL | _TEXTS,
    "eanCode": _NULL | st.sampled_from(["", "0000000000000", "4751559957180"]),
    "reservedQuantity": _COUNTS,
    "promDate": st.sampled_from([0, 118269, 126366]),
    "promQuant": _COUNTS,
    "quantityForPrice2": _NULL | st.sampled_from(["", "0", "10"]),
    "price2": _PRICES,
    "lotNumber": _NULL | _TEXTS,
    "copyrightTax": _PRICES,
    "incomingQuantity": _COUNTS,
}
_FIELD_NAMES = ("quantity", *_FIELDS)
_LIKELY = ("quantity", "quantity", "quantity", "price", "discountPrice", "name", "vendorName")
"""Clients break over these more than over the rest, so they are drawn more often."""


@st.composite
def _oddities(draw: st.DrawFn, size: int) -> Oddity:
    place = draw(st.integers(0, min(size, 12) - 1))
    field = draw(st.sampled_from(_LIKELY) | st.sampled_from(_FIELD_NAMES))
    return Oddity(place, field, draw(_QUANTITIES if field == "quantity" else _FIELDS[field]))


@st.composite
def hostile_worlds(draw: st.DrawFn) -> HostileWorld:
    """Hostile worlds; the simplest is one product with nothing wrong."""
    size = draw(st.sampled_from(SIZES))
    oddities = draw(
        st.lists(_oddities(size), max_size=5, unique_by=lambda odd: (odd.place, odd.field)).map(
            lambda drawn: tuple(sorted(drawn, key=lambda odd: (odd.place, odd.field)))
        )
    )
    calls = st.none() | st.none() | st.integers(1, _LATEST_CALL)
    return HostileWorld(
        size=size,
        oddities=oddities,
        nulls=draw(st.sampled_from([0.0, 0.0, 0.0, 1.0, 0.3])),
        unknown_fields=draw(_rarely()),
        sold_out_at_order=draw(_rarely()),
        price_at_order=draw(st.sampled_from([1.0, 1.0, 1.0, 1.1, 10.0, 0.5])),
        partial_delivery=draw(_rarely()),
        token_replaced_at=draw(calls),
        blocked_at=draw(calls),
        seed=draw(st.integers(1, 9)),
    )


def _rarely() -> st.SearchStrategy[bool]:
    return st.sampled_from([False, False, False, True])
