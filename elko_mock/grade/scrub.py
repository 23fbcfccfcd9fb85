"""Scrub: what a report shows holds no token, no password, and nothing that looks like a person's mail or telephone."""

import re
from collections.abc import Iterable

from elko_mock.exchange.redaction import without_secrets_text

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_PHONE = re.compile(r"(?<![\w.])\+\d[\d ()/-]{6,}\d")
_BEARER = re.compile(r"(?i)\b(bearer\s+)[^\s'\",;]{8,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
SHORTEST_SECRET = 4


def scrubbed(text: str, secrets: Iterable[str] = ()) -> str:
    """The text on one line, with `secrets` and all that looks like one replaced by marks."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "[redacted]")
    text = without_secrets_text(text) if text.isascii() else _wide(text)
    text = _BEARER.sub(r"\1[redacted]", text)
    text = _PHONE.sub("[telephone]", _MAIL.sub("[mail]", text))
    return _CONTROL.sub(" ", text).strip()


def _wide(text: str) -> str:
    """The same over text that Latin-1 does not hold: piece by piece, so that nothing is lost."""
    return "".join(
        without_secrets_text(part) if part.isascii() else part for part in re.split(r"([^\x00-\x7f]+)", text)
    )
