"""Text and names as XML can carry them, and back without loss.

Characters that XML 1.0 has no way to say (U+0008, U+FFFE ...) are written `_x0008_`, in the manner of .NET's
XmlConvert; an underscore that would be read as the start of such an escape is written `_x005F_`. Nothing else is
escaped that way in text, so that `_x0041_` is itself. Names are escaped as XmlConvert.EncodeLocalName does, which
goes further: every character that a name cannot hold, the colon included.
"""

import re

from elko_mock.wire.charset import whole

_ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
_SPECIAL = re.compile(f"[&<>\r_\ud800-\udfff{_ILLEGAL}]")
_SPECIAL_IN_ATTRIBUTE = re.compile(f'[&<>"\t\n\r_\ud800-\udfff{_ILLEGAL}]')
_HEX_ILLEGAL = "(?i:00(?:0[0-8BCEF]|1[0-9A-F])|FFFE|FFFF)"
_ESCAPE = re.compile(f"_x({_HEX_ILLEGAL}|005[Ff])_")
_LITERAL = re.compile(f"_(?=x(?:{_HEX_ILLEGAL}|005[Ff]))")  # an escape may follow and lend its underscore
_RARE = re.compile(f"[\ud800-\udfff{_ILLEGAL}]")
_UNSAYABLE = re.compile(f"[{_ILLEGAL}]")

_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_START}][-.0-9\xb7\u0300-\u036f\u203f-\u2040{_START}]*")
_NOT_IN_NAME = re.compile(f"^[^{_START}]|[^-.0-9\xb7\u0300-\u036f\u203f-\u2040{_START}]|_(?=x(?:[0-9A-Fa-f]{{4}}|_))")
_NAME_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EMPTY_NAME = "_x_"

special = _SPECIAL.search
"""Finds the first character of a text that cannot stand in element content as it is."""


def escape(text: str) -> str:
    """Text as element content. Halves of surrogate pairs become U+FFFD."""
    return _escape(text).replace("\r", "&#13;")


def escape_attribute(text: str) -> str:
    """Text as the value of an attribute in double quotes; white space survives normalisation."""
    if _SPECIAL_IN_ATTRIBUTE.search(text) is None:
        return text
    text = _escape(text).replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def unescape(text: str) -> str:
    """The text that `escape` was given, from what an XML parser makes of it."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def encode_name(name: str) -> str:
    """Any text as the local name of an element or attribute."""
    if not name:
        return _EMPTY_NAME
    return _NOT_IN_NAME.sub(_escaped, whole(name))


def decode_name(name: str) -> str:
    """The text that `encode_name` was given."""
    if name == _EMPTY_NAME:
        return ""
    return whole(_NAME_ESCAPE.sub(_character, name)) if "_x" in name else name


def free_name(name: str, taken: frozenset[str] | set[str]) -> str:
    """The name so encoded that it is none of those taken: characters are escaped until it is. It decodes as ever."""
    encoded = encode_name(name)
    count = 0
    while encoded in taken:
        count += 1
        encoded = "".join(map(_escape_character, name[:count])) + (encode_name(name[count:]) if name[count:] else "")
    return encoded


def _escape(text: str) -> str:
    if "_x" in text or _RARE.search(text) is not None:
        text = _UNSAYABLE.sub(_escaped, whole(_LITERAL.sub("_x005F_", text)))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(match: re.Match[str]) -> str:
    return _escape_character(match[0])


def _escape_character(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"_x{units[at]:02X}{units[at + 1]:02X}_" for at in range(0, len(units), 2))


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
