"""The languages of the catalogue and the few words it needs in each."""

from functools import lru_cache

LANGUAGES = ("EN", "LV", "LT", "EE", "RO", "RU", "UA")
"""Codes as clients send them in `lang`; anything else is answered in English."""
_PLACES = {language: place for place, language in enumerate(LANGUAGES)}

_YEARS = (
    ("year", "years"),
    ("gads", "gadi"),
    ("metai", "metai"),
    ("aasta", "aastat"),
    ("an", "ani"),
    ("год", "года"),
    ("рік", "роки"),
)
_MONTHS = ("months", "mēneši", "mėn.", "kuud", "luni", "мес.", "міс.")
_FEATURES = ("Features", "Īpašības", "Savybės", "Omadused", "Caracteristici", "Характеристики", "Характеристики")
_IN_THE_BOX = ("In the box", "Komplektā", "Komplekte", "Komplektis", "În cutie", "В комплекте", "У комплекті")


def language_index(language: str | None) -> int:
    """Place of a language in `LANGUAGES`, in any case; 0 (English) for none or an unknown one."""
    return _PLACES.get((language or "").strip().upper(), 0)


def localised(names: tuple[str, ...], language: int) -> str:
    """A name in a language; in the first there is when it has none in that one."""
    return names[language] if language < len(names) else names[0]


@lru_cache(maxsize=1024)
def warranty_text(months: int | None, language: int) -> str | None:
    """`2 years`."""
    if months is None:
        return None
    years, rest = divmod(months, 12)
    if rest:
        return f"{months} {_MONTHS[language]}"
    return f"{years} {_YEARS[language][years > 1]}"


def features_heading(language: int) -> str:
    """Heading of a description's list."""
    return _FEATURES[language]


def box_heading(language: int) -> str:
    """Heading of what is in the box."""
    return _IN_THE_BOX[language]
