"""Redaction: no token, password or personal field leaves in what is recorded, exported or printed.

Tokens and passwords go when an exchange is recorded. Personal fields stay in memory, because some rules must compare
them, and go when an exchange is exported: each value becomes a short mark that is equal for equal values.
"""

import hashlib
import re

_JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}")
_JWT_MARK = b"[token-redacted]"
_JSON_STRING = rb'"(?:[^"\\]|\\.)*(?:"|$)'  # the closing quote may have been cut off
_PASSWORD = re.compile(
    rb'("password"\s*:\s*)' + _JSON_STRING + rb"|(<password[^>]*>)[^<]*|((?:^|[&?])password=)[^&]*", re.IGNORECASE
)
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
    rb'"(' + _NAMES + rb')"(\s*:\s*)(' + _JSON_STRING + rb")|<(" + _NAMES + rb")((?:\s[^>]*)?)>([^<]+)", re.IGNORECASE
)


def without_secrets(data: bytes) -> bytes:
    """The bytes with anything shaped like a token or a password replaced. Cheap when there is nothing to hide."""
    if b"eyJ" in data:
        data = _JWT.sub(_JWT_MARK, data)
    if b"assword" in data or b"ASSWORD" in data:
        data = _PASSWORD.sub(_mask_password, data)
    return data


def without_secrets_text(text: str) -> str:
    """The same for text that came from the wire as Latin-1 (targets, header values)."""
    if "eyJ" not in text and "assword" not in text and "ASSWORD" not in text:
        return text
    return without_secrets(text.encode("latin-1", "replace")).decode("latin-1")


def _mask_password(found: re.Match[bytes]) -> bytes:
    json_key, xml_tag, form_key = found.groups()
    if json_key is not None:
        return bytes(json_key) + b'"[redacted]"'
    return bytes(xml_tag or form_key) + b"[redacted]"


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
        return _PERSONAL.sub(self._replace, data)

    def _replace(self, found: re.Match[bytes]) -> bytes:
        json_name, between, json_value, xml_name, attributes, xml_value = found.groups()
        if json_name is not None:
            return b'"' + bytes(json_name) + b'"' + bytes(between) + b'"' + self.mark(json_value.strip(b'"')) + b'"'
        return b"<" + bytes(xml_name) + bytes(attributes) + b">" + self.mark(xml_value)
