"""Addresses and ranges, and who is believed about them."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.gate.addresses import AddressRange, AddressSet, Malformed, parse_address, parse_range
from elko_mock.gate.forwarded import client_address


@pytest.mark.parametrize(
    ("entry", "inside", "outside"),
    [
        ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.8", "::192.0.2.7", "2001:db8::1"]),
        (" 192.0.2.0/24 ", ["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0"]),
        ("192.0.2.77/24", ["192.0.2.1"], ["192.0.3.1"]),
        ("10.0.0.1-10.0.0.9", ["10.0.0.1", "10.0.0.5", "10.0.0.9"], ["10.0.0.0", "10.0.0.10"]),
        ("10.0.0.1 - 10.0.0.9", ["10.0.0.9"], ["10.0.0.10"]),
        ("2001:db8::1", ["2001:db8::1", "2001:0DB8:0::0001"], ["2001:db8::2", "32.1.13.184"]),
        ("2001:db8::/32", ["2001:db8:ffff::1"], ["2001:db9::"]),
        ("2001:db8::1-2001:db8::ff", ["2001:db8::80"], ["2001:db8::100"]),
        ("::ffff:192.0.2.0/120", ["192.0.2.9", "::ffff:192.0.2.9"], ["192.0.3.1", "2001:db8::1"]),
        ("fe80::1%eth0", ["fe80::1", "fe80::1%eth1"], ["fe80::2"]),
        ("0.0.0.0/0", ["192.0.2.1", "::ffff:192.0.2.1", "127.0.0.1"], ["::1"]),
        ("::/0", ["::1", "2001:db8::1"], ["192.0.2.1"]),
        ("::ffff:0:0/95", ["::fffe:0:1"], ["192.0.2.1"]),
    ],
)
def test_ranges_hold_what_they_say(entry: str, inside: list[str], outside: list[str]) -> None:
    held = AddressSet.of([entry])
    assert [address for address in inside if address not in held] == []
    assert [address for address in outside if address in held] == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "not an empty text"),
        ("  ", "not an empty text"),
        ("localhost", "is no IP address"),
        ("192.0.2.256", "is no IP address"),
        ("192.0.2.1-", "is no IP address"),
        ("192.0.2.1-x", "'x' is no IP address"),
        ("x-192.0.2.1", "'x' is no IP address"),
        ("-192.0.2.1", "is no IP address"),
        ("192.0.2.9-192.0.2.1", "swap the two"),
        ("192.0.2.1-2001:db8::1", "IPv4 and ends in IPv6"),
        ("192.0.2.0/33", "is no network"),
        ("192.0.2.0/24/8", "is no network"),
        ("a/b", "is no network"),
    ],
)
def test_malformed_entries_say_what_is_wrong(entry: str, said: str) -> None:
    found = parse_range(entry)
    assert isinstance(found, Malformed)
    assert said in found.message
    with pytest.raises(ValueError, match=said):
        AddressSet.of([entry])


@given(st.text(max_size=40))
def test_any_text_is_a_range_or_malformed(text: str) -> None:
    assert isinstance(parse_range(text), AddressRange | Malformed)
    assert isinstance(text in AddressSet.of(["192.0.2.0/24"]), bool)


numbers = st.integers(0, 2**32 - 1)


@given(st.lists(st.tuples(numbers, numbers), max_size=6), st.lists(numbers, min_size=1, max_size=10))
def test_a_set_holds_exactly_what_one_of_its_ranges_holds(pairs: list[tuple[int, int]], probes: list[int]) -> None:
    spans = [(min(pair), max(pair)) for pair in pairs]
    held = AddressSet.of(f"{ipaddress.IPv4Address(low)}-{ipaddress.IPv4Address(high)}" for low, high in spans)
    edges = [edge + step for span in spans for edge in span for step in (-1, 0, 1) if 0 <= edge + step < 2**32]
    for probe in [*probes, *edges]:
        wanted = any(low <= probe <= high for low, high in spans)
        assert (str(ipaddress.IPv4Address(probe)) in held) is wanted
        assert (f"::ffff:{ipaddress.IPv4Address(probe)}" in held) is wanted


def test_a_peer_without_an_address_sits_on_this_machine() -> None:
    for peer in ("", "testclient", "/run/mock.sock"):
        assert peer in AddressSet.of(["127.0.0.0/8"])
        assert peer not in AddressSet.of(["192.0.2.0/24"])


def test_addresses_seen_before_are_not_kept_for_ever() -> None:
    held = AddressSet.of(["10.0.0.0/8"])
    for number in range(5000):
        assert str(ipaddress.IPv4Address(0x0A000000 + number)) in held
    assert "10.0.0.0" in held
    assert "192.0.2.1" not in held


def test_an_empty_set_is_false() -> None:
    assert not AddressSet()
    assert AddressSet.of(["::1"])


def test_addresses_are_read_in_every_spelling() -> None:
    assert parse_address("::ffff:c000:0207") == parse_address("192.0.2.7") == (4, 0xC0000207)
    assert parse_address("nonsense") is None


PROXIES = AddressSet.of(["10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),  # the peer is nobody to be believed
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (
            "10.0.0.1",
            "203.0.113.9, 198.51.100.1, 10.0.0.2",
            "198.51.100.1",
        ),  # what the client wrote itself is not believed
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),  # proxies all the way
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, , 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", '"[2001:db8::1]:4711"', "2001:db8::1"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_x_forwarded_for_is_believed_only_from_listed_proxies(peer: str, header: str | None, client: str) -> None:
    assert client_address(peer, header, PROXIES) == client


def test_without_listed_proxies_the_header_is_nothing() -> None:
    assert client_address("10.0.0.1", "198.51.100.1", AddressSet()) == "10.0.0.1"


@given(st.text(max_size=60), st.sampled_from(["10.0.0.1", "192.0.2.1"]))
def test_any_header_gives_an_address(header: str, peer: str) -> None:
    assert parse_address(client_address(peer, header, PROXIES)) is not None
