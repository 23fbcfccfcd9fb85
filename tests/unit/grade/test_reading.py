"""What is read of bodies that were packed on their way, and unpacked in the journal."""

import gzip
from typing import Any

import pytest

from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.grade.reading import BROKEN, Data, Reading

READING = Reading(Contract.load())
JSON = (b"content-type", b"application/json; charset=utf-8")
XML = (b"content-type", b"application/xml; charset=utf-8")
PACKED = (b"content-encoding", b"gzip")
SMALL = b'[{"code":"A","name":"B"}]'
SMALL_XML = b"<ArrayOfVendor><Vendor><code>A</code><name>B</name></Vendor></ArrayOfVendor>"
ROWS = [{"code": "A", "name": "B"}]


def read(body: bytes, kind: tuple[bytes, bytes], length: int, **more: Any) -> Data:
    request = Request("GET", "/v3.0/api/Catalog/Vendors", "", Fields(()), b"", "127.0.0.1")
    response = Response(200, (kind, PACKED), body)
    return READING.of_answer(Exchange(1, "w", 1, 5, request, response, response_length=length, **more), "getVendors")


@pytest.mark.parametrize("fault", [None, "slow"])
@pytest.mark.parametrize(("body", "kind"), [(SMALL, JSON), (SMALL_XML, XML)])
def test_a_small_answer_is_whole_though_it_is_longer_packed(
    body: bytes, kind: tuple[bytes, bytes], fault: str | None
) -> None:
    assert read(body, kind, len(body) + 20, fault=fault) == Data(ROWS, True)


@pytest.mark.parametrize(("body", "kind"), [(SMALL[:-2], JSON), (SMALL_XML[:-4], XML)])
def test_what_the_journal_cut_of_a_packed_answer_is_no_fault_of_anybody(body: bytes, kind: tuple[bytes, bytes]) -> None:
    for length in (5, 10_000):
        found = read(body, kind, length)
        assert not found.whole
        assert not found.broken


def test_a_fault_that_broke_a_packed_answer_is_seen() -> None:
    assert read(SMALL[:-2], JSON, 40, fault="broken-json") == BROKEN


@pytest.mark.parametrize("unpacked", [True, False])
def test_a_packed_order_is_read_as_it_was_meant(unpacked: bool) -> None:
    plain = b'{"lines":[{"elkoCode":9000001,"quantity":1}]}'
    sent = gzip.compress(plain)
    request = Request("POST", "/v3.0/api/Orders", "", Fields((JSON, PACKED)), plain if unpacked else sent, "127.0.0.1")
    exchange = Exchange(1, "w", 1, 5, request, None, request_length=len(sent))
    found = READING.of_request(exchange, "createOrder")
    assert found == Data({"lines": [{"elkoCode": 9000001, "quantity": 1}]}, True)
