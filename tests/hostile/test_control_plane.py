"""Hostile input to /_elko/ and /__admin/: a problem with its code, never a 5xx, nothing said in the log."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elko_mock.contract.document import load
from elko_mock.contract.location import data_file
from tests.hostile.wire import HOST, Heard, Served, answered, request

WORLD = b"/_elko/worlds/default"
JSON = b"Content-Type: application/json"
DEEP = b"[" * 100_000 + b"]" * 100_000


def ask(served: Served, method: str, target: bytes, body: bytes = b"", *headers: bytes) -> Heard:
    heard = served.ask(request(method, target, body, *(headers or (JSON,)), close=True))
    assert heard.closed
    assert len(heard.statuses) == 1
    assert heard.statuses[0] < 500, heard.raw
    assert heard.seconds < 4
    return heard


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "NUL": b"\0" * 100,
    "null": b"null",
    "a figure": b"1",
    "a text": b'"x"',
    "a list": b"[]",
    "NaN": b'{"seed": NaN, "seconds": NaN, "scale": NaN}',
    "infinite": b'{"seed": 1e400, "seconds": 1e400, "scale": 1e400}',
    "10^400": b'{"seed": 1' + b"0" * 400 + b', "seconds": 1' + b"0" * 400 + b', "products": 1' + b"0" * 400 + b"}",
    "negative": b'{"seed": -1, "seconds": -1, "scale": -1, "products": -1}',
    "half a pair": b'{"name": "\\ud800", "address": "\\ud800", "secondFactor": "\\udfff", "until": "\\ud800"}',
    "equal keys": b'{"seconds": 1, "seconds": 2, "name": "a", "name": "b"}',
    "deep": DEEP,
    "deep objects": b'{"scenario":' * 50_000 + b"1" + b"}" * 50_000,
    "odd times": b'{"until": "0001-01-01T00:00:00+23:59", "clock": {"start": "9999-12-31T23:59:59-23:59"}}',
    "odd figures": '{"until": "²", "clock": {"start": "١٢٣"}}'.encode(),
    "odd years": b'{"until": "9999999999999999", "clock": {"start": "9999999999999999"}}',
    "huge name": b'{"name": "' + b"n" * 100_000 + b'", "address": "' + b"1" * 100_000 + b'"}',
    "path": b'{"scenario": "../../../etc/passwd", "name": "../x"}',
    "file": b'{"scenario": {"catalog": "/etc/passwd"}}',
    "extends": b'{"scenario": {"extends": "/etc/passwd"}}',
    "snapshot": b'{"snapshot": "AAAA"}',
    "snapshot of gzip": b'{"snapshot": "H4sIAAAAAAAAAwMAAAAAAAAAAAA="}',
    "many products": b'{"products": 100001}',
}


def _operations() -> list[tuple[str, str]]:
    paths: dict[str, Any] = load(str(data_file("openapi/control.yaml")))["paths"]
    return [(verb.upper(), path) for path, item in paths.items() for verb in item if verb in {"post", "put", "delete"}]


OPERATIONS = _operations()


@pytest.mark.parametrize("name", BODIES)
def test_bodies_of_any_kind_to_each_operation(served: Served, name: str) -> None:
    ask(served, "POST", b"/_elko/worlds", b'{"name": "target"}')
    for method, path in OPERATIONS:
        if path == "/_elko/worlds/{world}" and method == "DELETE":
            continue
        ask(served, method, path.replace("{world}", "target").encode(), BODIES[name])
    for admin in (b"/__admin/requests/count", b"/__admin/requests/find"):
        ask(served, "POST", admin, BODIES[name])
    ask(served, "DELETE", b"/_elko/worlds/target")


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: application/xml",
        b"Content-Type: \xff",
        b"Content-Type: application/json; charset=utf-16",
        b"Content-Type: application/json; charset=nonsense",
        b"Content-Type: multipart/form-data",
        b"Content-Type: multipart/form-data; boundary=x",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Encoding: gzip",
        b"X-Elko-World: nobody",
        b"X-Elko-World: \xff",
        b"Accept: \xff",
        b"X-Elko-Control-Token: \xff",
        b"Cookie: \xff=\xff",
    ],
)
def test_header_values_of_any_kind(served: Served, header: bytes) -> None:
    for body in (b"", b"{}", b"\xff\xfe", b"a=%ff&b"):
        ask(served, "POST", b"/_elko/worlds/nobody/clock/advance", body, header)
        ask(served, "POST", WORLD + b"/account/addresses", body, header)
        ask(served, "PUT", WORLD + b"/snapshot", body, header)
        ask(served, "POST", b"/__admin/requests/count", body, header)
        ask(served, "POST", b"/_elko/sink/x", body, header)


@pytest.mark.parametrize(
    "target",
    [
        b"/_elko/worlds/%00",
        b"/_elko/worlds/" + b"w" * 5000,
        b"/_elko/scenarios/..%2f..%2fetc%2fpasswd",
        b"/_elko/scenarios/%00",
        WORLD + b"/journal?limit=99999999999999999999",
        WORLD + b"/journal?limit=-1",
        WORLD + b"/journal?limit=%ff",
        WORLD + b"/journal?limit=%C2%B2",
        WORLD + b"/journal?status=1e400",
        WORLD + b"/journal?since=0001-01-01T00:00:00%2B23:59",
        WORLD + b"/journal?since=%C2%B2",
        WORLD + b"/journal?since=%D9%A1",
        WORLD + b"/journal?until=9999-12-31T23:59:59-23:59",
        WORLD + b"/journal?unmatched=perhaps",
        WORLD + b"/journal?method=%00&path=%ff&operation=%F0%9F%92%A9",
        WORLD + b"/journal/export?format=pdf",
        WORLD + b"/journal?" + b"status=1&" * 800,
        b"/_elko/sink/@nobody/x",
        b"/_elko/sink/@/x",
        b"/_elko/sink/" + b"/" * 5000,
        b"/__admin",
        b"/__admin/requests/" + b"x" * 5000,
        b"/__adminx",
        b"/_elkox",
    ],
)
def test_targets_of_any_kind(served: Served, target: bytes) -> None:
    heard = ask(served, "GET", target)
    assert b"root:" not in heard.raw


@pytest.mark.parametrize(
    "pattern",
    [
        {"method": None},
        {"method": {"a": 1}},
        {"url": []},
        {"urlPattern": "("},
        {"urlPattern": "(" * 5000},
        {"urlPattern": "a{99999999999}"},
        {"urlPattern": "(?P<a>.)(?P=b)"},
        {"urlPathPattern": "(?i)" * 100},
        {"headers": []},
        {"headers": {"a": 1}},
        {"headers": {"a": {"equalToJson": "{"}}},
        {"headers": {"a": {"equalToJson": "\ud800"}}},
        {"headers": {"ä€": {"equalTo": "x"}}},
        {"headers": {"a": {"matches": None}}},
        {"queryParameters": {"a": {"absent": "x", "equalTo": "y"}}},
        {"bodyPatterns": 5},
        {"bodyPatterns": None},
        {"bodyPatterns": {"a": 1}},
        {"bodyPatterns": [5]},
        {"bodyPatterns": [{"equalToJson": "["}]},
        {"bodyPatterns": [{}]},
        {"bodyPatterns": [{"equalToJson": {"a": [1] * 1000}}]},
        {"unknown": 1},
    ],
    ids=lambda pattern: str(pattern)[:60],
)
def test_patterns_of_any_kind(served: Served, pattern: Any) -> None:
    for path in (b"/__admin/requests/count", b"/__admin/requests/find"):
        ask(served, "POST", path, json.dumps(pattern).encode())


@pytest.mark.parametrize("expression", ["/(a+)+b", "/(a|aa)+b", "/(a*)*b", "/(.*)\\1+b", "/(?=(a+)+b).*", "(.*a){30}b"])
def test_an_expression_that_never_ends_holds_nobody_up(served: Served, expression: str) -> None:
    ask(served, "GET", b"/" + b"a" * 60)
    cpu = served.cpu
    for pattern in (
        {"urlPathPattern": expression},
        {"url": "/" + "a" * 60, "headers": {"Host": {"matches": expression}}},
        {"urlPattern": expression, "bodyPatterns": [{"doesNotMatch": expression}]},
    ):
        heard = ask(served, "POST", b"/__admin/requests/count", json.dumps(pattern).encode())
        assert heard.statuses in ([200], [400])
    assert served.cpu - cpu < 2


FAULTS = [
    {"respond": 99},
    {"respond": 1000},
    {"respond": {"status": 200, "headers": {"a\nb": "c"}}},
    {"respond": {"status": 200, "headers": {"a": "c\r\nx: y"}}},
    {"respond": {"status": 200, "headers": {"a b": "c"}}},
    {"respond": {"status": 200, "headers": {"ä": "€"}}},
    {"respond": {"status": 404, "headers": {"ä": "€"}}},
    {"respond": {"status": 404, "headers": {"": "x"}}},
    {"respond": {"status": 404, "headers": {"content-length": "5"}}},
    {"respond": {"status": 404, "headers": {"content-length": "nonsense"}}},
    {"respond": {"status": 200, "headers": {"content-length": "-5"}, "body": "x"}},
    {"respond": {"status": 200, "headers": {"transfer-encoding": "chunked"}, "body": "x"}},
    {"respond": {"status": 404, "headers": {"connection": "close"}}},
    {"respond": {"status": 204, "body": "x"}},
    {"respond": {"status": 304, "body": "x"}},
    {"respond": {"status": 200, "body": "\ud800"}},
    {"name": "\ud800", "respond": 404},
    {"name": "a\r\nb", "respond": 404},
    {"name": "ä€", "respond": 404},
    {"delay": "-1s"},
    {"delay": "1e400s"},
    {"delay": 1e300},
    {"truncate": -1},
    {"cut": 10**30},
    {"hang": "99999999999999999999s"},
    {"probability": "NaN", "respond": 404},
    {"operation": "(", "respond": 404},
    {"parameters": {"elkoCode": {"$gt": ""}}, "respond": 404},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: ascii(fault)[:60])
def test_faults_of_any_kind_and_what_they_do(served: Served, fault: Any) -> None:
    made = ask(served, "POST", b"/_elko/worlds", b'{"name": "target"}')
    token = orjson.loads(made.raw.partition(b"\r\n\r\n")[2])["token"].encode()
    try:
        put = ask(served, "POST", b"/_elko/worlds/target/faults", json.dumps(fault).encode())
        if put.statuses == [200] and not {"delay", "hang", "cut"} & set(fault):
            asked = request("GET", b"Catalog/Vendors", b"", b"Authorization: Bearer " + token, close=True)
            heard = served.ask(asked)
            assert heard.closed
            respond = fault["respond"]
            asked_for = respond if isinstance(respond, int) else respond["status"]
            assert heard.statuses == [200 if "operation" in fault else asked_for]
    finally:
        ask(served, "DELETE", b"/_elko/worlds/target")


@pytest.mark.parametrize("path", [WORLD + b"/snapshot", b"/_elko/worlds", b"/__admin/requests/count", b"/_elko/sink/x"])
def test_a_body_without_end_is_refused_in_bounded_memory(served: Served, path: bytes) -> None:
    before = served.memory
    method = b"PUT" if path.endswith(b"snapshot") else b"POST"
    head = method + b" " + path + b" HTTP/1.1\r\n" + HOST + JSON + b"\r\n"
    piece = b" " * 2**20
    pieces = [b"%x\r\n%b\r\n" % (len(piece), piece)] * 100
    heard = served.ask(head + b"Transfer-Encoding: chunked\r\n\r\n", *pieces, b"0\r\n\r\n", until=answered())
    assert heard.statuses == [400]
    assert served.memory - before < 200 * 2**20
    heard = served.ask(head + b"Content-Length: 99999999999\r\n\r\n", until=answered())
    assert heard.statuses == [400]


SCHEMAS: dict[str, Any] = load(str(data_file("openapi/control.yaml")))["components"]["schemas"]
KEYS = sorted({name for schema in SCHEMAS.values() for name in schema.get("properties", {})} | {"limit", "respond"})
ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(
    operation=st.sampled_from(OPERATIONS), body=ANY.map(lambda data: json.dumps(data).encode()) | st.binary(max_size=40)
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_sent(served: Served, operation: tuple[str, str], body: bytes) -> None:
    method, path = operation
    ask(served, method, path.replace("{world}", "default").encode(), body)
    ask(served, "POST", WORLD + b"/reset")
