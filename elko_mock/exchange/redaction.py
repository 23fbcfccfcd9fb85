"""Redaction: no token, password or personal field leaves in what is recorded, exported or printed.

Tokens and passwords go when an exchange is recorded. Personal fields stay in memory, because some rules must compare
them, and go when an exchange is exported: each value becomes a short mark that is equal for equal values.

Bodies are searched as bytes, whatever a client says of them. No two repetitions of an expression can take the same
bytes and none gives bytes back, so that a hostile body takes no longer than another.
"""

import contextlib
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import orjson

if TYPE_CHECKING:
    from elko_mock.exchange.messages import RawHeaders

_JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}")
_JWT_MARK = re.compile(rb"\[token-[0-9a-f]{8}\]")
_SECRET_NAMES = ("token", "secret", "passw", "auth", "apikey", "api-key", "api_key", "cookie")
"""What stands somewhere in the name of a header field or a parameter that holds a secret."""
_SECRET_FIELDS = (
    *("password", "passwd", "token", "accessToken", "access_token", "refreshToken", "refresh_token", "secret"),
    *("clientSecret", "client_secret", "consumer_secret", "apiKey", "api_key"),
)
_MARK = b"[redacted]"
_SHORT = 32
PERSONAL_FIELDS = (
    *("company", "pvnNumber", "contactName", "contactPhone", "contactMail", "addressLine1", "addressLine"),
    *("street", "house", "apartment", "city", "postalCode", "createdBy", "deliveryInstructions", "vatNumber"),
    *("username", "email", "phone", "telephone", "firstName", "first_name", "lastName", "last_name"),
    *("address1", "address_1", "address2", "address_2", "postcode", "zip"),
)
"""Names of the fields that may hold personal data: on the wire (evidence sections 3.5 and 3.6), and as shops name them,
whose writes the sink records."""

_JSON_STRING = rb'"(?:[^"\\]++|\\.?)*+"?'  # the closing quote may have been cut off
_JSON_NUMBER = rb"[+-]?[0-9][0-9.eE+-]*+"
_JSON_ANY = rb'[^\s",\[\]{}][^",\]}]*+'
_JSON_PIECE = re.compile(_JSON_STRING + rb"|[\[\]{}]", re.DOTALL)
_PREFIX = rb"(?:[^\s<>/:!?]++:)?"
_ATTRIBUTES = rb"""(?:\s(?:[^<>/"']++|"[^"]*+"|'[^']*+'|/(?!>))*+)?"""
_TEXT_OR_SECTION = rb"[^<]++|<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+|<!--(?:[^-]++|-(?!->))*+"
_FORM = re.compile(rb"(\A|&)([^=&\s]{1,200}+)=([^&]*+)")
_IN_LINK = re.compile(rb"""([&?])([^=&\s"'<>]{1,200}+)=([^&\s"'<>\\]*+)""")
_IS_FORM = re.compile(rb"""[^=&\s"'<>{}]{1,200}+=""")
_ESCAPED = re.compile(rb"\\(?:u00([2-7][0-9A-Fa-f])|.)", re.DOTALL)
_TAG_NAME = re.compile(rb"</?[^\s<>/!?]++")
_ESCAPED_IN_NAME = re.compile(rb"_x00([2-7][0-9A-Fa-f])_")
_PLAIN = re.compile(rb"[A-Za-z0-9._-]")
_BYTE_ORDER_MARKS = "\xff\xfe\xef\xbb\xbf"

Mark = Callable[[bytes], bytes]
"""From a value to what stands in its place."""


class _Fields:
    """Finds the values of some fields in any case: in JSON, as XML elements, in forms and links."""

    __slots__ = ("_json", "_names", "_nested", "_xml")

    def __init__(self, names: tuple[str, ...], bare: bytes) -> None:
        """`bare`: which values without quotes count in JSON."""
        word = b"(?:" + "|".join(names).encode() + b")"
        key = b'("' + word + rb'"\s*+:\s*+)'
        start = b"(<" + _PREFIX + b"(" + word + b")" + _ATTRIBUTES + b">)"
        inside = b"((?:" + _TEXT_OR_SECTION + b"|<(?!/" + _PREFIX + rb"\2[\s>]))*+)"
        flags = re.IGNORECASE | re.DOTALL
        self._names = frozenset(name.lower() for name in names)
        self._nested = re.compile(key + rb"(?=[\[{])", flags)
        self._json = re.compile(key + b"(" + _JSON_STRING + b"|" + bare + b")", flags)
        self._xml = re.compile(start + inside, flags)

    def hidden(self, data: bytes, mark: Mark) -> bytes:
        """The body with a mark in the place of each value."""
        if b'"' in data:
            data = self._without_nested(data, mark)
            data = self._json.sub(lambda found: b'%b"%b"' % (found[1], mark(found[2].strip(b'"'))), data)
        if b"<" in data:
            data = self._xml.sub(lambda found: found[1] + mark(found[3]), data)
        return self.hidden_in_form(data, mark) if b"=" in data else data

    def hidden_in_form(self, data: bytes, mark: Mark) -> bytes:
        """The same for forms, queries, and links within other texts."""

        def replaced(found: re.Match[bytes]) -> bytes:
            if not self._names_it(found[2]):
                return found[0]
            return b"%b%b=%b" % (found[1], found[2], mark(found[3]))

        return (_FORM if _IS_FORM.match(data) else _IN_LINK).sub(replaced, data)

    def _names_it(self, name: bytes) -> bool:
        """`contactName`, `enduser[contactName]`, `enduser.contactName`, percent-encoded or not."""
        plain = unquote_plus(name.decode("latin-1").lstrip(_BYTE_ORDER_MARKS)).rstrip("]").lower()
        return plain in self._names or re.split(r"[\[.]", plain)[-1] in self._names

    def _without_nested(self, data: bytes, mark: Mark) -> bytes:
        """Objects and lists that stand under one of the names, hidden as a whole."""
        parts: list[bytes] = []
        at = 0
        while (found := self._nested.search(data, at)) is not None:
            end = _end_of_nested(data, found.end())
            parts += (data[at : found.end()], b'"', mark(data[found.end() : end]), b'"')
            at = end
        return b"".join((*parts, data[at:])) if parts else data


_PERSONAL_NAMES = frozenset(name.lower() for name in PERSONAL_FIELDS)
_SECRETS = _Fields(_SECRET_FIELDS, _JSON_ANY)
_PERSONAL = _Fields(PERSONAL_FIELDS, _JSON_NUMBER)


def without_secrets(data: bytes) -> bytes:
    """The bytes with anything shaped like a token or a password replaced. Cheap when there is nothing to hide."""
    if b"\0" in data or b"\\u00" in data or b"_x00" in data:
        return _cleaned(data, _without_plain_secrets)
    return _without_plain_secrets(data)


def without_tokens(data: bytes) -> bytes:
    """The bytes with anything shaped like a token replaced, and nothing else."""
    return _JWT.sub(lambda found: _mark_of(found[0]), data) if b"eyJ" in data else data


def _without_plain_secrets(data: bytes) -> bytes:
    data = without_tokens(data)
    lower = data.lower()
    # One of these stands in every body that has such a field. Spelled out, for every body comes by here.
    if (
        b"passw" in lower
        or b"token" in lower
        or b"secret" in lower
        or b"api" in lower
        or (b"%" in data and _IS_FORM.match(data))
    ):
        data = _SECRETS.hidden(data, _harmless_value)
    return data


def without_secrets_text(text: str) -> str:
    """The same for text that came from the wire as Latin-1 (targets, header values)."""
    if "eyJ" not in text and "=" not in text and "<" not in text and '"' not in text:
        return text
    data = text.encode("latin-1", "replace")
    cleaned = without_secrets(data)
    return text if cleaned is data or cleaned == data else cleaned.decode("latin-1")


def harmless_query(query: str) -> str:
    """A query as sent, without the values of parameters that are named like a secret, and without tokens anywhere."""
    if _is_plain(query):
        return query
    return "&".join(_harmless_parameter(one) for one in without_secrets_text(query).split("&"))


def _is_plain(query: str) -> bool:
    """Whether no value can hold a secret and no name is a secret's. Nearly all queries are so, and quickly told."""
    if "eyJ" in query or "%" in query or '"' in query or "<" in query or "\\" in query:
        return False
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        if "=" in value or _secret(name):
            return False
    return True


def harmless_headers(headers: "RawHeaders") -> "RawHeaders":
    """Header fields without the values of those that are named like a secret, and without tokens anywhere. Of
    `Authorization` nothing is left to hide: see Request."""
    return tuple(
        (name, _harmless_value(without_secrets(value)))
        if name != b"authorization" and _secret(name.decode("latin-1"))
        else (name, without_secrets(value))
        for name, value in headers
    )


def is_personal(name: str) -> bool:
    """Whether a field of that name, in any case, may hold personal data."""
    return name.lower() in _PERSONAL_NAMES


def token_mark(token: str) -> str:
    """What stands in a token's place: equal for equal tokens, so that it can be told whose token was where it does not
    belong; there is no way back."""
    return _mark_of(token.encode("latin-1", "replace")).decode()


def secret_mark(value: bytes) -> bytes:
    """What stands in the place of a secret: the mark of the token in it, if there is one, else the mark of any."""
    found = _JWT.search(value)
    return _MARK if found is None else _mark_of(found[0])


def _mark_of(token: bytes) -> bytes:
    return b"[token-" + hashlib.blake2b(token, digest_size=4).hexdigest().encode() + b"]"


def _harmless_value(value: bytes) -> bytes:
    """A secret's mark, if it was a token; else the mark of any secret."""
    return value if _JWT_MARK.fullmatch(value) else _MARK


def _harmless_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if not equals or not _secret(unquote_plus(name)):
        return parameter
    return f"{name}={_harmless_value(value.encode('latin-1', 'replace')).decode()}"


def _secret(name: str) -> bool:
    return _secret_word(name) if len(name) <= _SHORT else _holds_secret_word(name)


def _holds_secret_word(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in _SECRET_NAMES)


_secret_word = lru_cache(maxsize=256)(_holds_secret_word)
"""No name as short as that is a token, so it may be remembered."""


def _cleaned(data: bytes, clean: Mark) -> bytes:
    """The body cleaned, in whatever way its characters are written: two or four bytes each, escaped letters. If there
    was anything to hide, it comes back plainly written."""
    narrow = data.replace(b"\0", b"") if b"\0" in data else data
    cleaned = clean(narrow)
    plain = _plainly(cleaned)
    twice = plain if plain == cleaned else clean(plain)
    if twice != plain:
        return twice
    return data if cleaned == narrow else cleaned


def _plainly(data: bytes) -> bytes:
    """Without the escapes that JSON strings and XML names may have for letters and figures."""
    if b"\\u00" in data:
        data = _ESCAPED.sub(_unescaped, data)
    if b"_x00" in data:
        data = _TAG_NAME.sub(lambda tag: _ESCAPED_IN_NAME.sub(_unescaped, tag[0]), data)
    return data


def _unescaped(found: re.Match[bytes]) -> bytes:
    """A letter or a figure as it is; all else stays escaped, for it may mean something."""
    character = bytes.fromhex(found[1].decode()) if found[1] else b""
    return character if _PLAIN.fullmatch(character) else found[0]


def _end_of_nested(data: bytes, start: int) -> int:
    """Where the object or list that begins at `start` ends; the end of the data if it was cut off."""
    depth = 0
    for piece in _JSON_PIECE.finditer(data, start):
        if piece[0] in (b"[", b"{"):
            depth += 1
        elif piece[0] in (b"]", b"}"):
            depth -= 1
            if not depth:
                return piece.end()
    return len(data)


def _same(value: bytes) -> bytes:
    """Equal for values that a person would take for one."""
    text = value.decode("utf-8", "backslashreplace")
    if b"\\" in value:
        with contextlib.suppress(orjson.JSONDecodeError):  # it may be cut off, or no JSON
            text = orjson.loads(b'"%b"' % value)
    return folded(text).encode("utf-8", "backslashreplace")


def folded(text: str) -> str:
    """Equal for texts that differ in nothing but case and spacing: as marks are made, so what they stand for has to be
    compared."""
    return " ".join(text.split()).casefold()


EXPORT_KEY = b"elko-mock"
"""The key of the marks in a mock's exports: always the same, so that exports can be compared, and `grade` knows a
placeholder by its mark."""


class PersonalFields:
    """Replaces personal values by marks; values that differ in nothing but case, spacing and the way in which letters
    are escaped in JSON give equal marks under one key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """`key`: at most 64 bytes; other keys give other marks."""
        self._key = key

    def mark(self, value: bytes) -> bytes:
        """The mark that stands for a value. An empty value needs none and stays."""
        if not value:
            return value
        return b"[personal-" + hashlib.blake2b(_same(value), digest_size=4, key=self._key).hexdigest().encode() + b"]"

    def hide(self, data: bytes) -> bytes:
        """A body with each personal field's value replaced by its mark: JSON, XML or a form."""
        return _cleaned(data, lambda plain: _PERSONAL.hidden(plain, self.mark))

    def hide_in_query(self, query: str) -> str:
        """The same for a query as sent."""
        return _PERSONAL.hidden_in_form(query.encode("latin-1", "replace"), self.mark).decode("latin-1")
