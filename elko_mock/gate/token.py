"""Tokens of the mock: JWT-shaped like the service's, signed with a key that is worth nothing on purpose."""

import binascii
import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

ISSUER = "https://elko-mock.invalid"
"""No live token can carry it: `.invalid` never resolves (RFC 2606)."""
SIGNING_KEY = b"elko-mock signs with this well-known key; it protects nothing and opens nothing"
"""Public on purpose."""

NAME = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"

_AUDIENCE = "elko-mock.invalid"
_EXPIRES = 4102444800
"""2100-01-01: the manual says that tokens do not expire, the claim was seen all the same (evidence section 4)."""
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*={0,2}(?:\.[A-Za-z0-9_-]*={0,2}){1,4}")


def issue(username: str, serial: int) -> str:
    """The token of that user with that serial number (1, 2, 3 ...): the same text on every machine."""
    claims = {NAME: f"{username}@{serial}", ROLE: "Api", "exp": _EXPIRES, "iss": ISSUER, "aud": _AUDIENCE}
    signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
    signature = hmac.new(SIGNING_KEY, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_text(signature)}"


def claims_of(token: str) -> dict[str, Any] | None:
    """The claims of a JWT-shaped text, whoever signed it; None when it is no JWT."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    header, claims = _decode(parts[0]), _decode(parts[1])
    return claims if header is not None and claims is not None else None


def user_of(token: str) -> str | None:
    """The user a token of this mock was issued to, be it in force or dead; None for any other text."""
    claims = claims_of(token)
    if claims is None or claims.get("iss") != ISSUER:
        return None
    name = claims.get(NAME)
    return name.rpartition("@")[0] if isinstance(name, str) else None


def is_foreign(token: str) -> bool:
    """Whether this looks like a JWT that the mock did not issue: perhaps a live one, never to be stored in clear.

    A cut or mangled one counts too: what cannot be read cannot be shown to be harmless.
    """
    return _JWT.fullmatch(token) is not None and user_of(token) is None


def _encode(data: dict[str, Any]) -> str:
    return _text(json.dumps(data, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(part: str) -> dict[str, Any] | None:
    part = part.rstrip("=")
    try:
        data = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return data if isinstance(data, dict) else None
