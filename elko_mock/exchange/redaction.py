"""Redaction: no token, password or personal field leaves in what is recorded, exported or printed.

Tokens and passwords go when an exchange is recorded. Personal fields stay in memory, because some rules must compare
them, and go when an exchange is exported: each value becomes a short mark that is equal for equal values.

Bodies are searched as bytes, whatever a client says of them. No two repetitions of an expression can take the same
bytes and none gives bytes back, so that a hostile body takes no longer than another.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elko_mock.exchange.messages import RawHeaders

_JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}")
_JWT_MARK = re.compile(r"\[token-[0-9a-f]{8}\]")
_JSON_STRING = rb'"(?:[^"\\]+|\\.?)*+"?'  # the closing quote may have been cut off
_XML_TEXT = rb"(?:[^<]+|<(?!/))*+"  # CDATA and comments too
_PASSWORD = re.compile(
    rb'("password"\s*+:\s*+)(?:'
    + _JSON_STRING
    + rb'|[^",}][^,}]*+)|(<(?:[\w.-]++:)?password(?:\s[^<>]*+)?>)'
    + _XML_TEXT
    + rb"|((?:^|[&?])password=)[^&]*+",
    re.IGNORECASE | re.DOTALL,
)
_SECRET_NAMES = ("token", "secret", "passw", "auth", "apikey", "api-key", "api_key", "cookie")
_SHORT = 32
_MARK = "[redacted]"
PERSONAL_FIELDS = (
    "company",
    "pvnNumber",
    "contactName",
    "contactPhone",
    "contactMail",
    "addressLine1",
    "addressLine",
    "street",
    "house",
    "apartment",
    "city",
    "postalCode",
    "createdBy",
    "deliveryInstructions",
    "vatNumber",
    "username",
)
"""Wire names of the fields that may hold personal data (evidence sections 3.5 and 3.6)."""
_NAMES = "|".join(PERSONAL_FIELDS).encode()
_PERSONAL = re.compile(
    rb'"('
    + _NAMES
    + rb')"(\s*+:\s*+)('
    + _JSON_STRING
    + rb"|-?[0-9][0-9.eE+-]*+)|<((?:[\w.-]++:)?(?:"
    + _NAMES
    + rb"))((?:\s[^<>]*+)?)>("
    + _XML_TEXT
    + rb")",
    re.IGNORECASE | re.DOTALL,
)


def without_secrets(data: bytes) -> bytes:
    """The bytes with anything shaped like a token or a password replaced. Cheap when there is nothing to hide."""
    if b"\0" in data:
        return _in_wide(data, without_secrets)
    if b"eyJ" in data:
        data = _JWT.sub(lambda found: _mark_of(found[0]), data)
    if b"word" in data or b"Word" in data or b"WORD" in data:
        data = _PASSWORD.sub(_mask_password, data)
    return data


def without_secrets_text(text: str) -> str:
    """The same for text that came from the wire as Latin-1 (targets, header values)."""
    if "eyJ" not in text and "word" not in text and "Word" not in text and "WORD" not in text:
        return text
    return without_secrets(text.encode("latin-1", "replace")).decode("latin-1")


def harmless_query(query: str) -> str:
    """A query as sent, without the values of parameters that are named like a secret, and without tokens anywhere."""
    query = without_secrets_text(query)
    if "&" not in query:
        return _harmless_parameter(query)
    return "&".join([_harmless_parameter(one) for one in query.split("&")])


def harmless_headers(headers: "RawHeaders") -> "RawHeaders":
    """Header fields without the values of those that are named like a secret, and without tokens anywhere. Of
    `Authorization` nothing is left to hide: see Request."""
    return tuple(
        (name, _harmless_value(without_secrets(value)))
        if name != b"authorization" and _secret(name.decode("latin-1"))
        else (name, without_secrets(value))
        for name, value in headers
    )


def token_mark(token: str) -> str:
    """What stands in a token's place: equal for equal tokens, so that it can be told whose token was where it does not
    belong; there is no way back."""
    return _mark_of(token.encode("latin-1", "replace")).decode()


def _mark_of(token: bytes) -> bytes:
    return b"[token-" + hashlib.blake2b(token, digest_size=4).hexdigest().encode() + b"]"


def _harmless_value(value: bytes) -> bytes:
    """A secret's mark, if it was a token; else the mark of any secret."""
    return value if _JWT_MARK.fullmatch(value.decode("latin-1")) else _MARK.encode()


def _harmless_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={_MARK}" if equals and _secret(name) and not _JWT_MARK.fullmatch(value) else parameter


def _secret(name: str) -> bool:
    return _secret_short(name) if len(name) <= _SHORT else _named_like_a_secret(name)


def _named_like_a_secret(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in _SECRET_NAMES)


_secret_short = lru_cache(maxsize=256)(_named_like_a_secret)
"""A name this short is no token, so it may be remembered."""


def _in_wide(data: bytes, clean: Callable[[bytes], bytes]) -> bytes:
    """Text of two or four bytes a character, cleaned. If there was anything to hide it comes back without its zero
    bytes."""
    narrow = data.replace(b"\0", b"")
    cleaned = clean(narrow)
    return data if cleaned == narrow else cleaned


def _mask_password(found: re.Match[bytes]) -> bytes:
    json_key, xml_tag, form_key = found.groups()
    if json_key is not None:
        return bytes(json_key) + b'"%b"' % _MARK.encode()
    return bytes(xml_tag or form_key) + _MARK.encode()


class PersonalFields:
    """Replaces personal values by marks; equal values give equal marks under one key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """`key`: at most 64 secret bytes; other keys give other marks."""
        self._key = key

    def mark(self, value: bytes) -> bytes:
        """The mark that stands for a value. An empty value needs none and stays."""
        if not value:
            return value
        return b"[personal-" + hashlib.blake2b(value, digest_size=4, key=self._key).hexdigest().encode() + b"]"

    def hide(self, data: bytes) -> bytes:
        """A JSON or XML body with each personal field's value replaced by its mark."""
        if b"\0" in data:
            return _in_wide(data, self.hide)
        return _PERSONAL.sub(self._replace, data)

    def _replace(self, found: re.Match[bytes]) -> bytes:
        json_name, between, json_value, xml_name, attributes, xml_value = found.groups()
        if json_name is not None:
            return b'"' + bytes(json_name) + b'"' + bytes(between) + b'"' + self.mark(json_value.strip(b'"')) + b'"'
        return b"<" + bytes(xml_name) + bytes(attributes) + b">" + self.mark(xml_value)
