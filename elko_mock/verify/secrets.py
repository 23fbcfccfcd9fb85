"""Secrets of a run: the token and the password it holds, masked wherever they come back in what it says or writes."""

import dataclasses
import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from enum import Enum
from typing import Any, TypeVar, cast
from urllib.parse import quote

T = TypeVar("T")

LEAST = 8
"""Characters that a secret must have to be looked for. A shorter one is met by chance in all that is written: hiding it
would spoil the report, and the gaps would tell it."""
_CUT = 12
"""Characters of its beginning that give a longer one away where a text was cut off."""
_MARK = "[redacted]"
_REST = r"[A-Za-z0-9._~+/=-]*+"
_BY_DOTNET = "+&<>'\"`"
"""What .NET's JSON writer escapes beyond what JSON demands."""


class Secrets:
    """What a run must not let out. It grows when the run gets another token."""

    __slots__ = ("_bytes", "_known", "_text")

    def __init__(self, *secrets: str | None) -> None:
        """`secrets`: None and such as are shorter than `LEAST` are left out."""
        self._known: set[str] = set()
        self._text: re.Pattern[str] | None = None
        self._bytes: re.Pattern[bytes] | None = None
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str | None) -> None:
        """One more."""
        if secret is None or len(secret) < LEAST or secret in self._known:
            return
        self._known.add(secret)
        patterns = sorted({one for each in self._known for one in _patterns(each)}, key=len, reverse=True)
        self._text = re.compile("|".join(patterns))
        self._bytes = re.compile("|".join(patterns).encode())

    def hidden(self, data: bytes) -> bytes:
        """A body or a header value without them, also if it is written in two or four bytes a character."""
        if self._bytes is None:
            return data
        if b"\0" in data and self._bytes.search(narrow := data.replace(b"\0", b"")):
            data = narrow
        return self._bytes.sub(_MARK.encode(), data)

    def hidden_text(self, text: str) -> str:
        """The same for text."""
        return text if self._text is None else self._text.sub(_MARK, text)

    def without(self, value: T) -> T:
        """Any plain or frozen value with all its texts and bytes without them."""
        return value if self._text is None else cast("T", self._without(value))

    def _without(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self.hidden_text(value)
        if isinstance(value, bytes):
            return self.hidden(value)
        if isinstance(value, dict):
            return {self._without(key): self._without(one) for key, one in value.items()}
        if isinstance(value, tuple | list):
            inner = map(self._without, value)
            return value._make(inner) if hasattr(value, "_make") else type(value)(inner)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = dataclasses.fields(value)
            return dataclasses.replace(
                value, **{one.name: self._without(getattr(value, one.name)) for one in fields if one.init}
            )
        return value

    def __repr__(self) -> str:
        return f"<Secrets {len(self._known)}>"


def _patterns(secret: str) -> Iterator[str]:
    for form in _forms(secret):
        yield re.escape(form)
    if len(secret) > _CUT:
        yield re.escape(secret[:_CUT]) + _REST


def _forms(secret: str) -> Iterator[str]:
    """As it is; as URLs, JSON, XML, HTML and Python's own texts write it; in base64."""
    yield secret
    for safe in ("", "/"):
        encoded = quote(secret, safe=safe)
        yield encoded
        yield re.sub("%..", lambda found: found[0].lower(), encoded)
    for plain in (True, False):
        escaped = json.dumps(secret, ensure_ascii=plain)[1:-1]
        yield escaped
        yield escaped.replace("/", "\\/")
        for width in ("\\u{:04X}", "\\u{:04x}"):
            yield "".join(width.format(ord(one)) if one in _BY_DOTNET else one for one in escaped)
    yield html.escape(secret, quote=False)
    yield html.escape(secret)
    yield repr(secret)[1:-1]
    yield from _in_base64(secret.encode())


def _in_base64(secret: bytes) -> Iterator[str]:
    """What is sure of it, for each place in three bytes where it may begin."""
    for before in range(3):
        packed = b64encode(b"\0" * before + secret).decode()
        sure = packed[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        yield sure
        yield sure.replace("+", "-").replace("/", "_")
