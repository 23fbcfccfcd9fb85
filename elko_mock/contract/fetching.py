"""Fetching a document from an address that the user gave, and from no other host."""

import urllib.error
import urllib.request
from base64 import b64encode
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.parse import unquote, urlsplit

from elko_mock.contract.problem import DocumentProblem, Finding

MAX_BYTES = 50_000_000
"""A document larger than this is none."""
TIMEOUT = 30.0
"""Seconds to wait."""


def fetch(address: str, max_bytes: int = MAX_BYTES) -> tuple[bytes, str]:
    """The bytes behind an http(s) address, and the address without user, password and query. Proxies that the
    environment names are not looked at; redirects are followed on the same host only.

    Raises DocumentProblem.
    """
    bare, credentials = _split(address)
    name = bare.partition("?")[0].partition("#")[0]
    headers = {"Accept": "application/json, application/yaml;q=0.9, */*;q=0.1", "User-Agent": "elko-mock"}
    try:
        request = urllib.request.Request(bare, headers=headers)  # noqa: S310 - the caller looked at the scheme
        if credentials:
            # not to be sent on to where a redirection leads
            request.add_unredirected_header("Authorization", f"Basic {b64encode(credentials.encode()).decode()}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _SameHost)
        with opener.open(request, timeout=TIMEOUT) as answer:
            raw: bytes = answer.read(max_bytes + 1)
            cut = len(raw) <= max_bytes and bool(answer.length)  # bytes promised and not come
    except urllib.error.HTTPError as wrong:
        said = f"the server answered {wrong.code}"
        if wrong.code in (401, 403):
            said += "; save the document from a browser that is logged in, and give the file"
        wrong.close()
        raise DocumentProblem(name, Finding("", said)) from None
    except urllib.error.URLError as wrong:
        raise DocumentProblem(name, Finding("", f"cannot be fetched: {wrong.reason}")) from None
    except (OSError, ValueError, HTTPException) as wrong:
        raise DocumentProblem(name, Finding("", f"cannot be fetched: {wrong or type(wrong).__name__}")) from None
    if cut:
        raise DocumentProblem(name, Finding("", "cannot be fetched: the connection ended early"))
    if len(raw) > max_bytes:
        raise DocumentProblem(name, Finding("", f"larger than {max_bytes // 1_000_000} MB"))
    return raw, name


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects to the same host, and never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Raises URLError."""
        here, there = urlsplit(req.full_url), urlsplit(newurl)
        if there.hostname != here.hostname or there.scheme not in {"https", here.scheme}:
            fp.close()
            raise urllib.error.URLError(
                f"the server sends on to {there.scheme}://{there.hostname}; give that address if it is the one you mean"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _split(address: str) -> tuple[str, str]:
    """The address without `user:password@`, and these."""
    try:
        split = urlsplit(address)
    except ValueError:
        return address.rpartition("@")[2], ""
    credentials, _, host = split.netloc.rpartition("@")
    return split._replace(netloc=host).geturl(), unquote(credentials)
