"""Target: which server a run speaks to, what kind of place that is, and whether it may be written to."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

ELKO_DOMAINS = ("elko.cloud", "elko.eu", "elkogroup.com")
"""ELKO's own names. Nothing at or below them is ever written to, and no switch changes that."""

_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ODD = re.compile(r"[\s\\\x00-\x1f\x7f%@]")


class TargetProblem(ValueError):
    """The URL, or the host spelled out for writes, cannot be used; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server's address, in the one spelling that is both checked and dialled."""

    scheme: str
    host: str
    """Lower case, ASCII, without a final dot; IPv6 without brackets."""
    port: int | None
    """None when it is the scheme's own."""
    prefix: str
    """What stands before every path of the API; empty, or with a slash in front and none behind."""
    writes: bool = False
    """Whether operations that change something may be sent."""

    @property
    def authority(self) -> str:
        """As a `Host` header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Scheme, authority and prefix."""
        return f"{self.scheme}://{self.authority}{self.prefix}"

    @property
    def loopback(self) -> bool:
        """Whether it is this machine, by its address or by the name `localhost`."""
        address = _address(self.host)
        return self.host == "localhost" if address is None else address.is_loopback

    @property
    def in_clear(self) -> bool:
        """Whether what is sent there can be read on its way."""
        return self.scheme == "http" and not self.loopback

    @property
    def elko(self) -> bool:
        """Whether it is a host of ELKO's."""
        return is_elko(self.host)


def is_elko(host: str) -> bool:
    """Whether a host, already in its one spelling, is at or below one of ELKO's names."""
    return any(host == domain or host.endswith("." + domain) for domain in ELKO_DOMAINS)


def parse_target(url: str, *, base_path: str = "", writes: str | None = None) -> Target:
    """The target of a URL as given on the command line.

    `base_path` is the part that all paths of the document share (`/v3.0/api`); a URL that ends in it means the same
    server as one without. `writes` is the host spelled out by whoever allows writes. Raises TargetProblem.
    """
    parts = _split(url)
    host = plain_host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError:
        raise TargetProblem(f"{_shown(url)}: the port must be a number from 1 to 65535") from None
    prefix = parts.path.rstrip("/")
    if base_path and prefix.lower().endswith(base_path.rstrip("/").lower()):
        prefix = prefix[: len(prefix) - len(base_path.rstrip("/"))]
    if not re.fullmatch(r"(?:/[A-Za-z0-9\-._~]+)*", prefix) or "/.." in prefix or "/./" in f"{prefix}/":
        raise TargetProblem(f"{_shown(url)}: the path before the API's own must be plain segments")
    default = {"http": 80, "https": 443}[parts.scheme]
    target = Target(parts.scheme, host, None if port == default else port, prefix)
    if target.elko and target.scheme != "https":
        raise TargetProblem(
            f"{_shown(url)}: {host} is ELKO's own, and http:// sends the token in clear; write https://"
        )
    if writes is not None:
        _check_writes(target, writes)
        return Target(target.scheme, target.host, target.port, target.prefix, writes=True)
    return target


def plain_host(host: str) -> str:
    """The one spelling of a host: lower case, ASCII, no final dot. Raises TargetProblem on what has none.

    Full-width letters and other look-alikes that IDNA maps are mapped before anything is compared; spellings of an
    address that only some resolvers read (`127.1`, `0x7f000001`, `2130706433`) are refused.
    """
    address = _address(host)
    if address is not None:
        mapped = getattr(address, "ipv4_mapped", None)
        return str(mapped or address)
    if not host or _ODD.search(host):
        raise TargetProblem(f"{host!r} is not the name of a host")
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise TargetProblem(f"{host!r} is not the name of a host") from None
    name = name.removesuffix(".")
    if not _NAME.fullmatch(name):
        raise TargetProblem(f"{host!r} is not the name of a host")
    last = name.rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        raise TargetProblem(f"{host!r} is an odd spelling of an address; write it as four decimal numbers")
    return name


def _split(url: str) -> SplitResult:
    shown = _shown(url)
    if _ODD.search(url.split("://", 1)[-1].split("/", 1)[0]):
        raise TargetProblem(f"{shown!r}: a user name, a blank or an escape has no place in the host of the URL")
    try:
        parts = urlsplit(url)
    except ValueError as wrong:
        raise TargetProblem(f"{shown!r} is not a URL: {wrong}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TargetProblem(f"{shown!r}: write it as https://host or http://host:port")
    if parts.query or parts.fragment or parts.username is not None or parts.password is not None:
        raise TargetProblem(f"{shown!r}: give the address only, without user name, query or fragment")
    return parts


def _shown(url: str) -> str:
    """The URL as a message may show it: without user, password and query, which may be secrets."""
    return re.sub(r"^([^/]*//)?.*@", r"\1...@", re.sub(r"[?#].*", "?...", url, flags=re.DOTALL), flags=re.DOTALL)


def _check_writes(target: Target, spelled: str) -> None:
    """Refuse unless the host is spelled out, and is neither ELKO's nor a public address without a name."""
    if target.elko:
        raise TargetProblem(
            f"{target.host} is ELKO's own: every write there has real effects on an account, so none is ever sent. "
            "No switch changes this. Leave --writes out to check the read-only operations."
        )
    try:
        meant = plain_host(spelled.strip("[]"))
    except TargetProblem:
        raise TargetProblem(f"--writes {spelled}: give the host of the URL, {target.host}") from None
    if meant != target.host:
        raise TargetProblem(f"--writes {spelled} is not the host of the URL; to allow writes, write {target.host}")
    address = _address(target.host)
    if address is not None and (address.is_global or address.is_unspecified or address.is_multicast):
        raise TargetProblem(
            f"--writes {spelled}: behind a public address may be anybody, ELKO too. Use the host's name, or a private "
            "address."
        )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
