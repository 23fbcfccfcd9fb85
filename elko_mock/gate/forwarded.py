"""Who is really calling, when a proxy stands in between: `X-Forwarded-For`, believed only from listed proxies."""

from elko_mock.gate.addresses import AddressSet, parse_address


def client_address(peer: str, forwarded_for: str | None, proxies: AddressSet) -> str:
    """The address the call comes from.

    `peer` is what the socket says; `forwarded_for` the header's value (several fields joined by commas). Each proxy
    appends the address it was called from, so the list is walked from its right end for as long as the last speaker
    is a listed proxy. An entry that is no address ends the walk: what stands left of it was not vouched for.
    """
    if not forwarded_for or not proxies:
        return peer
    address = peer
    for hop in reversed(forwarded_for.split(",")):
        if address not in proxies:
            break
        named = _bare(hop)
        if parse_address(named) is None:
            break
        address = named
    return address


def _bare(hop: str) -> str:
    """The address of a hop, without quotes, brackets and port, as proxies write them."""
    text = hop.strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    if text.count(":") == 1:
        return text.partition(":")[0]
    return text
