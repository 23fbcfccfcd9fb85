"""Makes the products of the default catalogue: each one from the seed and its place alone."""

from collections.abc import Iterator

from elko_mock.trade.assortment import VENDORS, Line, default_lines
from elko_mock.trade.mixer import mix
from elko_mock.trade.product import Product

MOST = 500_000
"""As many products as there are codes set aside for them."""

_LONG_FIRST, _LONG_SPAN, _LONG_STEP = 1_000_000, 799_999, 224_737
_SHORT_FIRST, _SHORT_SPAN, _SHORT_STEP = 10_000, 89_989, 33_391
_SHORT_EVERY = 23
"""One code in so many has five digits."""
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_PACKAGES = (1, 1, 1, 1, 2, 5, 10, 20)
_FROM_PIECES = (3, 5, 10, 20)
_LEVIES = (35, 85, 142, 285, 427)


def made_products(seed: int, count: int, reserved: frozenset[int]) -> Iterator[Product]:
    """`count` products whose codes are none of the reserved ones."""
    lines = default_lines()
    for place, code in _codes(seed, count, reserved):
        yield _made(code, mix(seed, place) << 128 | mix(place, seed) << 64 | mix(seed + 1, place), lines)


def ean13(body: int) -> str:
    """The 13 digits of a twelve-digit article number, check digit last (GS1 General Specifications 7.9)."""
    digits = f"{body:012d}"
    total = sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))
    return f"{digits}{-total % 10}"


def _codes(seed: int, count: int, reserved: frozenset[int]) -> Iterator[tuple[int, int]]:
    # Multiples of a step that shares no factor with the span: spread out, never twice, no table of used ones.
    long_start, short_start = mix(seed, 1) % _LONG_SPAN, mix(seed, 2) % _SHORT_SPAN
    place = made = 0
    while made < count:
        if place % _SHORT_EVERY == _SHORT_EVERY - 1:
            code = _SHORT_FIRST + (short_start + place * _SHORT_STEP) % _SHORT_SPAN
        else:
            code = _LONG_FIRST + (long_start + place * _LONG_STEP) % _LONG_SPAN
        if code not in reserved:
            yield place, code
            made += 1
        place += 1


def _made(code: int, luck: int, lines: tuple[Line, ...]) -> Product:
    # `luck` is 192 bits of chance; each divmod takes what one choice needs.
    luck, drawn = divmod(luck, len(lines))
    line = lines[drawn]
    luck, drawn = divmod(luck, len(line.brands))
    vendor = line.brands[drawn]
    luck, drawn = divmod(luck, 1 << 20)
    model = f"{vendor}{drawn % 9000 + 1000}{_LETTERS[drawn % 23]}"
    luck, drawn = divmod(luck, 1 << 20)
    spread = drawn * drawn >> 20  # cheap ones are many, dear ones few
    price = line.low * 100 + ((line.high - line.low) * 100 * spread >> 20)
    luck, drawn = divmod(luck, 4096)
    pay = price if drawn % 3 == 0 else price * (80 + drawn % 19) // 100
    luck, stock_luck = divmod(luck, 1 << 16)
    luck, rare = divmod(luck, 1 << 24)
    luck, misc = divmod(luck, 1 << 24)
    incoming = rare % 5 == 0
    price2 = rare // 5 % 12 == 0
    promotion = rare // 60 % 16 == 0
    return Product(
        code,
        _name(line, VENDORS[vendor], model, luck),
        model,
        vendor,
        line.code,
        _stock(stock_luck),
        price,
        pay,
        None if misc % 21 == 0 else ean13(475_000_000_000 + code * 100 + misc % 97),
        None if line.months == 0 or misc % 31 == 0 else line.months,
        _PACKAGES[misc % 8],
        misc // 8 % 40 * 5 + 5 if incoming else 0,
        misc // 320 % 28 + 1 if incoming else 0,
        misc % 90 + 10 if promotion else None,
        misc // 90 % 45 + 3 if promotion else 0,
        pay * 97 // 100 if price2 else None,
        _FROM_PIECES[misc % 4] if price2 else None,
        f"LOT{misc % 100_000:05d}" if rare // 960 % 25 == 0 else None,
        _LEVIES[misc % 5] if line.taxed else 0,
        0 if rare % 27 == 0 else rare // 27 % 6 + 1,
    )


def _stock(luck: int) -> int:
    kind, pieces = luck & 15, luck >> 4
    if kind < 4:
        return 0
    if kind < 11:
        return pieces % 50 + 1
    return pieces % 900 + 51


def _name(line: Line, brand: str, model: str, luck: int) -> str:
    luck, drawn = divmod(luck, len(line.first))
    first = line.first[drawn]
    luck, drawn = divmod(luck, len(line.second))
    second = line.second[drawn]
    luck, drawn = divmod(luck, len(line.third))
    third = line.third[drawn]
    if luck % 5 == 0:
        return f"{brand}|{model}|{first}|{second}|{third}"
    return f"{line.word} {first} {second} {third}/{model} {brand}"
