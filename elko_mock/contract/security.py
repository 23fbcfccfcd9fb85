"""Security: the ways in which a document lets a call be authenticated, put so that two documents can be compared."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from elko_mock.contract.changes import Breaks, Change
from elko_mock.contract.pointer import follow

Ways = tuple[str, ...]
"""The alternatives, each in words; whoever keeps to one of them gets in."""


def ways(document: Mapping[str, Any], requirements: Any) -> Ways:
    """The alternatives of a `security` (a list of objects, or None). That nothing is needed is none of them."""
    schemes = _mapping((document.get("components") or {}).get("securitySchemes"))
    return tuple(
        " and ".join(sorted(_words(document, schemes.get(name), name, scopes) for name, scopes in one.items()))
        for one in requirements or ()
        if one
    )


def compare_ways(old: Ways, new: Ways, where: str) -> Iterator[Change]:
    """What is not accepted any more, and what is accepted now. Nothing where one of them needs no authentication at
    all, which is another change."""
    if not old or not new:
        return
    for way in dict.fromkeys(old):
        if way not in new:
            yield Change("authentication-removed", where, Breaks.CLIENT, f"is not authenticated by {way} any more")
    for way in dict.fromkeys(new):
        if way not in old:
            yield Change("authentication-added", where, Breaks.SERVER, f"is authenticated by {way} now")


def _words(document: Mapping[str, Any], raw: Any, name: str, scopes: Any) -> str:
    """A scheme as it shows on the wire. Its own name, descriptions and `bearerFormat` do not; and a key in the header
    `Authorization` is how Swashbuckle writes a bearer token."""
    scheme = _mapping(follow(document, raw))
    kind, place = scheme.get("type"), str(scheme.get("in"))
    needed = f" with the scopes {', '.join(sorted(map(str, scopes)))}" if isinstance(scopes, list) and scopes else ""
    if kind == "http":
        said = f"HTTP {str(scheme.get('scheme')).capitalize()}"
    elif kind == "apiKey" and (place, str(scheme.get("name")).lower()) == ("header", "authorization"):
        said = "HTTP Bearer"
    elif kind == "apiKey":
        said = f"the key {scheme.get('name')} in the {place}"
    elif kind in ("oauth2", "openIdConnect"):
        addresses = {
            flow: {key: address for key, address in _mapping(one).items() if str(key).endswith("Url")}
            for flow, one in _mapping(scheme.get("flows")).items()
        }
        said = f"{kind} {scheme.get('openIdConnectUrl') or json.dumps(addresses, sort_keys=True)}"
    else:
        said = f"the scheme {name}"
    return said + needed


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}
