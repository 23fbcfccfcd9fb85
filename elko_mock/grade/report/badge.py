"""The verdict as a badge: a small SVG that needs no font and no picture from elsewhere."""

from html import escape

from elko_mock.grade.verdict import Grade, Verdict

_LABEL = "ELKO client"
_TONES = {
    Grade.A: "#1a7f4b",
    Grade.B: "#4c8a1f",
    Grade.C: "#9a6700",
    Grade.D: "#b8521a",
    Grade.F: "#c02f2f",
    Grade.UNGRADED: "#626c7a",
}
_WIDE, _NARROW = frozenset("ABCDEFGHKLMNOPQRSTUVWXYZmw"), frozenset("ijl., ")


def as_badge(verdict: Verdict) -> bytes:
    """The picture, UTF-8."""
    word = "too little exercised" if verdict.grade is Grade.UNGRADED else f"grade {verdict.grade.value}"
    left, right = _width(_LABEL) + 14, _width(word) + 14
    title = escape(f"{_LABEL}: {word}. {verdict.sentence}")
    text = 'font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" fill="#fff" text-anchor="middle"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3b4452"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{_TONES[verdict.grade]}"/></g>'
        f'<g {text}><text x="{left / 2:g}" y="14" textLength="{left - 14}">{_LABEL}</text>'
        f'<text x="{left + right / 2:g}" y="14" textLength="{right - 14}">{escape(word)}</text></g></svg>\n'
    ).encode()


def _width(text: str) -> int:
    """About how wide the text is at 11 pixels; `textLength` makes it exact."""
    return round(sum(8.4 if letter in _WIDE else 3.6 if letter in _NARROW else 6.7 for letter in text))
