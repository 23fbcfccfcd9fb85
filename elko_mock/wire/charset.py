"""Bytes to text, by byte order mark, charset parameter and XML declaration."""

import codecs
import json
import re

from elko_mock.wire.undecodable import Undecodable

_KNOWN = {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii"}
_LITTLE = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""Without a mark to say otherwise, as .NET reads them."""
_FAMILIES = re.compile(r"iso8859-\d+|cp125\d")
_BOMS = (  # the longer first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_DECLARATION = re.compile(r"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def to_text(body: bytes, charset: str | None, *, xml: bool = False) -> str:
    """The text of a body, without its byte order mark.

    A byte order mark outranks the charset parameter (RFC 7303, 3), that one the XML declaration; without any of them
    the text is UTF-8, or the UTF-16 or UTF-32 that the zero bytes at its start show.

    Raises Undecodable for a charset that is not known and for bytes that are none of it.
    """
    mark, encoding = next((each for each in _BOMS if body.startswith(each[0])), (b"", ""))
    if not mark:
        encoding = _encoding(charset) if charset else _guess(body, xml=xml)
    try:
        return body[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise Undecodable(
            _place(body[len(mark) :][: error.start].decode(encoding)),
            f"byte {len(mark) + error.start + 1} of the body is not {encoding.upper()}; "
            "send the text in the charset it declares",
        ) from None


def whole(text: str) -> str:
    """The text with pairs of surrogate halves joined and single halves replaced by U+FFFD, as .NET's encoders do."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _encoding(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = ""
    if name not in _KNOWN and not _FAMILIES.fullmatch(name):
        raise Undecodable("", f"the charset {charset[:40]!r} is not known; send UTF-8")
    return _LITTLE.get(name, name)


def _guess(body: bytes, *, xml: bool) -> str:
    found = json.detect_encoding(body[:4])
    if xml and found == "utf-8":
        declared = _XML_DECLARATION.match(body[:300].decode("latin-1"))
        if declared:
            encoding = _encoding(declared[1].lower())
            # it was read byte by byte: it cannot be of two or four bytes each
            return "utf-8" if encoding.startswith(("utf-16", "utf-32")) else encoding
    return found


def _place(before: str) -> str:
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"
