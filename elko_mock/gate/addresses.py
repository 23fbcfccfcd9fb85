"""Addresses and ranges of addresses, IPv4 and IPv6, as plain integers."""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

_V4_IN_V6 = 0xFFFF << 32
_THIS_MACHINE = (4, 0x7F000001)
_REMEMBERED = 4096


class Malformed(NamedTuple):
    """A text that is no address and no range; a value, for people."""

    text: str
    message: str


class AddressRange(NamedTuple):
    """All addresses from `low` to `high`, both included. `low` and `high` are of one family."""

    version: int
    """4 or 6."""
    low: int
    high: int
    text: str
    """As it was given, without blanks around it."""


def parse_address(text: str) -> tuple[int, int] | None:
    """Family (4 or 6) and number of an address; None when it is none.

    An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address it maps: a dual-stack listener reports it so.
    A zone (`fe80::1%eth0`) is no part of the address.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0].strip())
    except ValueError:
        return None
    return _unmapped(address.version, int(address))


def parse_range(text: str) -> AddressRange | Malformed:
    """One address, a CIDR network, or two addresses joined by a dash, as the eCom page takes them (manual)."""
    shown = text.strip()
    if not shown:
        return Malformed(text, "an address or a range is wanted, not an empty text")
    if "/" in shown:
        return _network(shown)
    first, dash, last = shown.partition("-")
    low = parse_address(first)
    high = parse_address(last) if dash else low
    if low is None or high is None:
        wrong = first if low is None else last
        return Malformed(shown, f"{wrong.strip()!r} is no IP address; {_WANTED}")
    if low[0] != high[0]:
        return Malformed(shown, f"{shown!r} begins in IPv{low[0]} and ends in IPv{high[0]}; give two ranges")
    if low[1] > high[1]:
        return Malformed(shown, f"{shown!r} ends before it begins; swap the two addresses")
    return AddressRange(low[0], low[1], high[1], shown)


class AddressSet:
    """Ranges that answer "is this address one of them?" in constant time for addresses seen before.

    A peer that has no address (in process, or through a Unix socket) sits on this machine and counts as 127.0.0.1.
    """

    __slots__ = ("_highs", "_lows", "_seen", "ranges")

    def __init__(self, ranges: Iterable[AddressRange] = ()) -> None:
        self.ranges = tuple(ranges)
        merged = {version: _merge(r for r in self.ranges if r.version == version) for version in (4, 6)}
        self._lows = {version: [low for low, _ in spans] for version, spans in merged.items()}
        self._highs = {version: [high for _, high in spans] for version, spans in merged.items()}
        self._seen: dict[str, bool] = {}

    @classmethod
    def of(cls, texts: Iterable[str]) -> "AddressSet":
        """The set of addresses and ranges as people write them. Raises ValueError on a malformed one."""
        return cls(_well_formed(text) for text in texts)

    def __contains__(self, address: str) -> bool:
        known = self._seen.get(address)
        if known is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            known = self._seen[address] = self._holds(address)
        return known

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def _holds(self, address: str) -> bool:
        version, number = parse_address(address) or _THIS_MACHINE
        at = bisect_right(self._lows[version], number) - 1
        return at >= 0 and number <= self._highs[version][at]


_WANTED = "write one like 192.0.2.7, 192.0.2.0/24, 192.0.2.1-192.0.2.9, 2001:db8::1 or 2001:db8::/32"


def _well_formed(text: str) -> AddressRange:
    entry = parse_range(text)
    if isinstance(entry, Malformed):
        raise ValueError(entry.message)
    return entry


def _network(text: str) -> AddressRange | Malformed:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return Malformed(text, f"{text!r} is no network; {_WANTED}")
    low = _unmapped(network.version, int(network.network_address))
    high = _unmapped(network.version, int(network.broadcast_address))
    if low[0] != high[0]:  # wider than the mapped block: it stays IPv6 and holds no IPv4 address
        low, high = (6, int(network.network_address)), (6, int(network.broadcast_address))
    return AddressRange(low[0], low[1], high[1], text)


def _unmapped(version: int, number: int) -> tuple[int, int]:
    if version == 6 and number >> 32 == 0xFFFF:
        return 4, number ^ _V4_IN_V6
    return version, number


def _merge(ranges: Iterable[AddressRange]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted((r.low, r.high) for r in ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged
