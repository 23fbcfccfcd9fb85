"""Each representation says the same, by the rules of ASP.NET Core; XML is read by judges that are not ours too."""

import gzip
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree

from elko_mock.server.app import Mock
from elko_mock.server.assembly import assemble
from elko_mock.settings import Settings
from elko_mock.world.world import World
from tests.journeys.driving import BASE, Client, in_process

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
ORDER_XML = b"""\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>
<Order xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
  <enduser><company>M&#252;ller &amp; Co</company><contactName i:nil="true"/></enduser>
  <lines><OrderLine><elkoCode>9000001</elkoCode><quantity>2</quantity></OrderLine></lines>
  <orderIfAllAvailable>true</orderIfAllAvailable>
</Order>"""


def _get(mock: Mock, world: World, path: str, accept: str | None, **headers: str) -> tuple[str, bytes]:
    given = {"Authorization": f"Bearer {world.gate.account.token}", **headers}
    if accept is not None:
        given["Accept"] = accept
    status, answered, raw = in_process(mock)("GET", BASE + path, given, b"")
    assert status == 200
    return answered["content-type"], raw


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/json", "text/json"),
        ("application/xml", "application/xml"),
        ("text/xml", "text/xml"),
        ("text/plain", "application/json"),
        ("application/json;q=0.5, application/xml", "application/xml"),
        ("application/xml;q=0.5, application/json;q=0.9", "application/json"),
        ("application/xml;q=0, application/json", "application/json"),
        ("text/html", "application/json"),
        ("image/png;q=1, text/xml;q=0.1", "text/xml"),
        ("APPLICATION/XML", "application/xml"),
        ("complete nonsense;;;", "application/json"),
    ],
)
def test_the_type_asked_for(mock: Mock, world: World, accept: str | None, sent: str) -> None:
    content_type, raw = _get(mock, world, "/Catalog/Vendors", accept)
    assert content_type == f"{sent}; charset=utf-8"
    if sent.endswith("xml"):
        assert ElementTree.fromstring(raw).tag == "ArrayOfVendor"
    else:
        assert json.loads(raw)[0].keys() == {"name", "code"}


def _plain(element: ElementTree.Element) -> Any:
    """What an XML element says, read without knowing any schema: null, text, or its children."""
    if element.get(NIL) == "true":
        return None
    if len(element) or element.tag.startswith("ArrayOf"):
        return [(child.tag, _plain(child)) for child in element]
    return element.text or ""


def _as_text(value: Any) -> Any:
    """What a JSON value would read as in XML."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None or isinstance(value, str) else str(value)


def test_xml_says_what_json_says_to_a_reader_that_knows_no_schema(mock: Mock, world: World) -> None:
    _, as_json = _get(mock, world, "/Catalog/Products", "application/json")
    _, as_xml = _get(mock, world, "/Catalog/Products", "application/xml")
    products = json.loads(as_json)
    elements = ElementTree.fromstring(as_xml)
    assert len(elements) == len(products) > 2000
    for product, element in zip(products, elements, strict=True):
        expected = [(name, _as_text(value)) for name, value in product.items()]
        assert _plain(element) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/Catalog/Categories",
        "/Catalog/Categories/Tree",
        "/Catalog/Products/1341426,9000016/Description",
        "/Catalog/MediaItems/1341426",
        "/Catalog/AvailabilityAndPrice/AvailabilityIncomingPrice?elkoCodes=1341426,9000003",
        "/Accounts/My",
        "/Cart",
        "/Orders",
        "/Finances/Invoices/true",
    ],
)
def test_every_resource_is_well_formed_xml_with_the_same_number_of_values(mock: Mock, world: World, path: str) -> None:
    client = Client(in_process(mock), token=world.gate.account.token or "")
    client.post("/Orders", {"lines": [{"elkoCode": 9000001, "quantity": 3}]})
    world.clock.advance(3 * 86_400_000_000)
    _, as_json = _get(mock, world, path, "application/json")
    _, as_xml = _get(mock, world, path, "application/xml")
    root = etree.fromstring(as_xml, etree.XMLParser(resolve_entities=False))
    leaves = [one for one in root.iter() if len(one) == 0]
    assert len(leaves) == _leaves(json.loads(as_json))


def _leaves(value: Any) -> int:
    """Values of JSON that are an element without children in XML: an empty list is one too."""
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list):
        return sum(map(_leaves, value)) if value else 1
    return 1


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml; charset=utf-8", "TEXT/XML", None])
def test_an_order_in_xml(mock: Mock, world: World, content_type: str | None) -> None:
    headers = {"Authorization": f"Bearer {world.gate.account.token}"}
    headers |= {} if content_type is None else {"Content-Type": content_type}
    status, _, raw = in_process(mock)("POST", f"{BASE}/Orders", headers, ORDER_XML)
    order = json.loads(raw)
    assert status == 200, order
    assert (order["enduser"]["company"], order["enduser"]["contactName"]) == ("Müller & Co", None)
    assert (order["lines"][0]["quantity"], order["orderIfAllAvailable"]) == (2, True)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (ORDER_XML.replace(b">2<", b">two<"), "lines[0].quantity"),
        (ORDER_XML.replace(b">true<", b">maybe<"), "orderIfAllAvailable"),
        (ORDER_XML.replace(b"<quantity>2</quantity>", b""), "lines[0]"),
        (ORDER_XML.replace(b"</Order>", b""), "$"),
        (b"<!DOCTYPE Order [<!ENTITY x 'y'>]><Order><type>&x;</type></Order>", "$"),
    ],
)
def test_xml_is_validated_by_the_same_schema_as_json(mock: Mock, world: World, body: bytes, where: str) -> None:
    headers = {"Authorization": f"Bearer {world.gate.account.token}", "Content-Type": "application/xml"}
    status, _, raw = in_process(mock)("POST", f"{BASE}/Orders", headers, body)
    assert status == 400
    assert any(field.startswith(where) for field in json.loads(raw)["errors"])


def test_gzip_is_honoured_and_the_same_bytes_come_out(mock: Mock, world: World) -> None:
    plain = _get(mock, world, "/Catalog/Products", "application/json")[1]
    packed = _get(mock, world, "/Catalog/Products", "application/json", **{"Accept-Encoding": "gzip"})[1]
    assert len(packed) < len(plain) / 3
    assert gzip.decompress(packed) == plain
    refused = _get(mock, world, "/Catalog/Products", "application/json", **{"Accept-Encoding": "gzip;q=0"})[1]
    assert refused == plain


@pytest.mark.parametrize("target", ["/Catalog/Vendors", "/Orders", "/Cart", "/Accounts/My"])
@pytest.mark.parametrize("accept", ["application/json", "text/xml"])
def test_gzip_is_honoured_however_small_the_answer_is(mock: Mock, world: World, target: str, accept: str) -> None:
    headers = {"Authorization": f"Bearer {world.gate.account.token}", "Accept": accept}
    _, plainly, plain = in_process(mock)("GET", BASE + target, headers, b"")
    _, answered, packed = in_process(mock)("GET", BASE + target, {**headers, "Accept-Encoding": "gzip, deflate"}, b"")
    assert (answered["content-encoding"], answered["vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed) == plain
    assert plainly["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plainly


@pytest.mark.parametrize(
    ("target", "status"), [("/Nothing", 404), ("/Orders/none", 404), ("/Catalog/Products?elkoCode=x", 400)]
)
def test_problem_details_are_no_type_that_is_packed(mock: Mock, world: World, target: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {world.gate.account.token}", "Accept-Encoding": "gzip"}
    code, answered, raw = in_process(mock)("GET", BASE + target, headers, b"")
    assert (code, json.loads(raw)["status"]) == (status, status)
    assert not {"content-encoding", "vary"} & set(answered)


@pytest.mark.parametrize("id_", [0, 7, "7", "", None])
def test_evidence_3_5_gives_the_id_of_a_line_no_type(mock: Mock, world: World, id_: int | str | None) -> None:
    client = Client(in_process(mock), token=world.gate.account.token or "")
    reply = client.post("/Orders", {"lines": [{"id": id_, "elkoCode": 9000001, "quantity": 1}]})
    assert (reply.status, reply.data["lines"][0]["id"]) == (200, "1")
    element = b'<id i:nil="true"/>' if id_ is None else f"<id>{id_}</id>".encode()
    xml = ORDER_XML.replace(b"<elkoCode>", element + b"<elkoCode>", 1)
    headers = {"Authorization": f"Bearer {world.gate.account.token}", "Content-Type": "application/xml"}
    assert in_process(mock)("POST", f"{BASE}/Orders", headers, xml)[0] == 200


TEXTUAL = {
    "lines": [{"elkoCode": "9000001", "quantity": "2", "price": "12.50"}],
    "orderIfAllAvailable": "true",
    "vat": "0",
}


def test_numbers_and_booleans_as_strings_are_refused_or_taken_as_the_setting_says(mock: Mock, world: World) -> None:
    strict = Client(in_process(mock), token=world.gate.account.token or "").post("/Orders", TEXTUAL)
    assert strict.status == 400
    assert {"lines[0].elkoCode", "lines[0].quantity", "orderIfAllAvailable"} <= set(strict.data["errors"])
    lenient = assemble(Settings(lenient=True, products=50))
    client = Client(in_process(lenient), token=lenient.worlds.default.gate.account.token or "")
    order = client.post("/Orders", TEXTUAL).data
    assert (order["lines"][0]["quantity"], order["orderIfAllAvailable"]) == (2, True)
    assert client.post("/Orders", {"lines": [{"elkoCode": "nine", "quantity": "2"}]}).status == 400
