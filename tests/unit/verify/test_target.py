"""Which server is meant, and that ELKO's own can never be written to, however it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.verify.plan import Plan, warning_of
from elko_mock.verify.target import Target, TargetProblem, is_elko, parse_target, plain_host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://roapi.elko.cloud", Target("https", "roapi.elko.cloud", None, "")),
        ("https://ROAPI.elko.cloud:443/v3.0/api/", Target("https", "roapi.elko.cloud", None, "")),
        ("http://127.0.0.1:3556", Target("http", "127.0.0.1", 3556, "")),
        ("http://[::1]:3556/V3.0/API", Target("http", "::1", 3556, "")),
        ("http://[::ffff:127.0.0.1]/", Target("http", "127.0.0.1", None, "")),
        ("https://shop.example/elko/v3.0/api", Target("https", "shop.example", None, "/elko")),
        ("https://shop.example./elko", Target("https", "shop.example", None, "/elko")),
        ("https://bücher.example", Target("https", "xn--bcher-kva.example", None, "")),
    ],
)
def test_what_a_url_means(url: str, expected: Target) -> None:
    assert parse_target(url, base_path="/v3.0/api") == expected


def test_the_authority_and_the_url_are_written_back() -> None:
    target = parse_target("http://[::1]:80/a/v3.0/api", base_path="/v3.0/api")
    assert (target.authority, target.url) == ("[::1]", "http://[::1]/a")
    assert parse_target("http://LOCALHOST:81").url == "http://localhost:81"


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:1", True),
        ("http://127.8.8.8", True),
        ("http://[::1]", True),
        ("http://[::ffff:127.0.0.1]", True),
        ("http://10.0.0.1", False),
        ("http://localhost.example", False),
        ("http://128.0.0.1", False),
    ],
)
def test_what_is_this_machine(url: str, loopback: bool) -> None:
    assert parse_target(url).loopback is loopback


@pytest.mark.parametrize(
    "url",
    [
        "",
        "roapi.elko.cloud",
        "ftp://roapi.elko.cloud",
        "https://",
        "https://user:secret@host.example",
        "https://localhost@roapi.elko.cloud",
        "https://roapi.elko.cloud\\@localhost",
        "https://roapi%2eelko.cloud",
        "https://host.example/?a=1",
        "https://host.example/#a",
        "https://host.example:99999",
        "https://host.example:x",
        "https://host .example",
        "https://host.example/../x",
        "https://host.example/a//b",
        "https://-x.example",
        "https://a..example",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://0x7f000001",
        "http://017700000001",
        "http://127.0.0.1.",
        "http://[::1",
    ],
)
def test_what_is_no_target(url: str) -> None:
    with pytest.raises(TargetProblem):
        parse_target(url)


ELKO_SPELLINGS = [
    "roapi.elko.cloud",
    "ROAPI.ELKO.CLOUD",
    "roapi.elko.cloud.",
    "elko.cloud",
    "a.b.elko.eu",
    "elkogroup.com",
    "www.ElkoGroup.com.",
    "ｒｏａｐｉ．ｅｌｋｏ．ｃｌｏｕｄ",
    "roapi。elko。cloud",
    "roapi．elko.cloud",
    "roapi.elKo.cloud",
    "roapi.e\u00adlko.cloud",
]


@pytest.mark.parametrize("host", ELKO_SPELLINGS)
def test_elko_s_own_hosts_are_never_written_to(host: str) -> None:
    for spelled in (host, "roapi.elko.cloud", "localhost", ""):
        with pytest.raises(TargetProblem, match=r"ELKO|not the name"):
            parse_target(f"https://{host}", writes=spelled)
    assert parse_target(f"https://{host}").elko


@pytest.mark.parametrize("host", ELKO_SPELLINGS)
@pytest.mark.parametrize("port", ["", ":443", ":8080"])
def test_nothing_goes_to_elko_s_own_hosts_in_clear(host: str, port: str) -> None:
    with pytest.raises(TargetProblem, match=r"write https://"):
        parse_target(f"http://{host}{port}/v3.0/api")


@pytest.mark.parametrize(
    ("url", "in_clear"),
    [
        ("http://shop.example", True),
        ("http://10.0.0.1:3556", True),
        ("https://shop.example", False),
        ("http://localhost:3556", False),
        ("http://127.0.0.1:3556", False),
    ],
)
def test_where_a_token_can_be_read_on_its_way(url: str, in_clear: bool) -> None:
    target = parse_target(url)
    assert target.in_clear is in_clear
    assert (warning_of(Plan(target, Contract.load(), token="t")) is not None) is in_clear
    assert warning_of(Plan(target, Contract.load())) is None


@pytest.mark.parametrize("host", ["notelko.cloud", "elko.cloud.example", "elko.example", "xelkogroup.com"])
def test_a_name_that_only_looks_like_elko_s_is_not(host: str) -> None:
    assert not is_elko(host)
    assert parse_target(f"https://{host}", writes=host).writes


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("http://127.0.0.1:3556", "127.0.0.1"),
        ("http://localhost:3556", "LOCALHOST"),
        ("http://[::1]:3556", "::1"),
        ("http://[::1]:3556", "[::1]"),
        ("http://10.1.2.3", "10.1.2.3"),
        ("https://mock.example", "mock.example."),
    ],
)
def test_writes_need_the_host_spelled_out(url: str, spelled: str) -> None:
    assert parse_target(url, writes=spelled).writes
    assert not parse_target(url).writes
    for other in ("", "yes", "*", "other.example", "127.0.0.2"):
        with pytest.raises(TargetProblem, match="--writes"):
            parse_target(url, writes=other)


@pytest.mark.parametrize("address", ["8.8.8.8", "[2001:4860:4860::8888]", "0.0.0.0", "224.0.0.1", "[::ffff:8.8.8.8]"])
def test_a_bare_public_address_is_not_written_to(address: str) -> None:
    with pytest.raises(TargetProblem, match="public address"):
        parse_target(f"http://{address}", writes=address)


@given(prefix=st.from_regex(r"([a-z0-9-]{1,5}\.){0,3}", fullmatch=True), upper=st.booleans(), dot=st.booleans())
def test_no_name_below_elko_s_can_be_written_to(prefix: str, upper: bool, dot: bool) -> None:
    host = prefix + "elko.cloud"
    host = (host.upper() if upper else host) + ("." if dot else "")
    with pytest.raises(TargetProblem):
        parse_target(f"https://{host}", writes=host)


@given(st.text(max_size=30))
def test_a_host_has_one_spelling_or_none(text: str) -> None:
    try:
        once = plain_host(text)
    except TargetProblem:
        return
    assert plain_host(once) == once
    assert once.isascii()
    assert once == once.lower()
