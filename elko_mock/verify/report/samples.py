"""Samples: one call and its answer as evidence, without token, password or personal data; and the line to repeat it."""

import shlex

from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.redaction import PersonalFields, without_secrets
from elko_mock.verify.model import Sample

_SHOWN = 600
"""Characters of a body that are shown."""
_HEADERS = frozenset({b"accept", b"accept-language", b"content-type"})
"""Request headers that a repeat needs."""


def sample(exchange: Exchange, base: str, personal: PersonalFields) -> Sample:
    """An exchange as evidence. `base`: the URL that the target of each request is put behind."""
    request, response = exchange.request, exchange.response
    return Sample(
        method=request.method,
        url=base + request._replace(query=personal.hide_in_query(request.query)).target,
        request_headers=tuple(
            (name.decode("latin-1").title(), value.decode("latin-1"))
            for name, value in request.headers
            if name in _HEADERS
        ),
        request_body=_shown(request.body, personal, whole=True),
        authorized=request.header(b"authorization") is not None,
        status=None if response is None else response.status,
        content_type="" if response is None else response.header(b"content-type") or "",
        excerpt="" if response is None else _shown(response.whole, personal),
    )


def curl(one: Sample) -> str:
    """A command that makes the call again; the token comes from the shell's ELKO_TOKEN, never from here."""
    words = ["curl", "--include"]
    if one.method != "GET":
        words += ["--request", one.method]
    words.append(shlex.quote(one.url))
    line = " ".join(words)
    if one.authorized:
        line += ' --header "Authorization: Bearer $ELKO_TOKEN"'
    for name, value in one.request_headers:
        line += f" --header {shlex.quote(f'{name}: {value}')}"
    if one.request_body:
        line += f" --data-raw {shlex.quote(one.request_body)}"
    return line


def _shown(body: bytes, personal: PersonalFields, *, whole: bool = False) -> str:
    text = personal.hide(without_secrets(body)).decode("utf-8", "replace")
    if whole or len(text) <= _SHOWN:
        return text
    return text[:_SHOWN] + " ..."
