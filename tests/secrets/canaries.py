"""Planted secrets: invented, unmistakable, and found again wherever they come out."""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_PAYLOAD = base64.urlsafe_b64encode(b'{"name":"zq7kanari"}').rstrip(b"=").decode()
TOKEN = f"eyJhbGciOiJub25lIn0.{_PAYLOAD}.zq7kanari-foreign-token"
"""Shaped like a live one of somebody's, and nobody's."""
OWN_TOKEN = "zq7kanari-own-token"
"""One that a user gives the mock; it has no shape to know it by."""
CONTROL_TOKEN = "zq7kanari-control-token"
PASSWORD = "zq7kanari-password"
USERNAME = "zq7kanari-username"
SECOND_FACTOR = "zq7kanari-factor"
PERSON: Mapping[str, str] = MappingProxyType(
    {
        "company": "Zq7kanari-Company",
        "pvnNumber": "XX09041773021",
        "contactName": "Zq7kanari-Name",
        "contactPhone": "+00009041773022",
        "contactMail": "zq7kanari-mail@post.invalid",
        "addressLine1": "Zq7kanari-Address-5",
        "street": "Zq7kanari-Street",
        "house": "zq7kanari-house",
        "apartment": "zq7kanari-apartment",
        "city": "Zq7kanari-City",
        "postalCode": "XX-09041773023",
    }
)
"""Somebody who does not exist, as an order's `enduser`."""

PLANTED: Mapping[str, str] = MappingProxyType(
    {
        "token": TOKEN,
        "own token": OWN_TOKEN,
        "control token": CONTROL_TOKEN,
        "password": PASSWORD,
        "username": USERNAME,
        "second factor": SECOND_FACTOR,
        **PERSON,
    }
)
"""Every planted secret by what it is."""


def _needles() -> dict[bytes, str]:
    """What to look for, in lower case: the whole of each, the parts of the token, and the parts of an address."""
    found = {value.lower().encode(): name for name, value in PLANTED.items() if name != "token"}
    found |= {part.lower().encode(): "token" for part in TOKEN.split(".")[1:]}
    found |= {b"zq7kanari-mail": "contactMail", b"09041773022": "contactPhone"}
    return found


def _packed() -> dict[bytes, str]:
    """The same as base64 writes it, wherever in a triple of bytes it begins; as it is written, case and all."""
    found = {}
    for name, value in PLANTED.items():
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + value.encode())
            found[whole[4 if before else 0 : -4]] = name
    return found


_NEEDLES, _PACKED = _needles(), _packed()
_ANY = re.compile(b"|".join(re.escape(needle) for needle in sorted(_NEEDLES, key=len, reverse=True)))
_ANY_PACKED = re.compile(b"|".join(map(re.escape, _PACKED)))
_HINTS = tuple({needle[:9] for needle in _NEEDLES})
_PACKED_HINTS = tuple({needle[:8] for needle in _PACKED})


def sightings(data: bytes) -> Counter[str]:
    """Which planted secrets stand in the data and how often: as they are, in wide characters, or in base64."""
    seen: Counter[str] = Counter()
    plain = data.replace(b"\0", b"") if b"\0" in data else data
    lower = plain.lower()
    if any(hint in lower for hint in _HINTS):
        seen.update(_NEEDLES[found] for found in _ANY.findall(lower))
    if any(hint in plain for hint in _PACKED_HINTS):
        seen.update(_PACKED[found] for found in _ANY_PACKED.findall(plain))
    return seen


def unknown(names: Iterable[str]) -> list[str]:
    """Planted secrets that are not among the names."""
    return sorted(set(PLANTED) - set(names))
