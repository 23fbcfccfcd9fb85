"""Which operation a method and a path mean."""

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract, Match, NoRoute, WrongMethod
from elko_mock.contract.operations import Operation
from elko_mock.contract.templates import Template

CONTRACT = Contract.load()
BASE = "/v3.0/api"

operations = st.sampled_from(CONTRACT.operations)
segments = st.text(min_size=1, max_size=20).filter(
    lambda text: (
        text not in (".", "..")
        and not any(ord(c) < 32 or ord(c) == 127 or c in "/\\" or 0xD800 <= ord(c) < 0xE000 for c in text)
    )
)


def _with_values(operation: Operation, values: list[str]) -> str:
    path = operation.path
    for name, value in zip(Template.of(path).names, values, strict=True):
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _in_some_case(path: str, data: st.DataObject) -> str:
    """Each letter in one case or the other."""
    flips = data.draw(st.lists(st.booleans(), min_size=len(path), max_size=len(path)))
    return "".join(c.upper() if flip else c.lower() for c, flip in zip(path, flips, strict=True))


@given(operations, st.data())
def test_values_come_back_as_they_were_put_in(operation: Operation, data: st.DataObject) -> None:
    count = len(Template.of(operation.path).names)
    values = data.draw(st.lists(segments, min_size=count, max_size=count))
    found = CONTRACT.match(operation.method, _with_values(operation, values))
    assert isinstance(found, Match)
    if found.operation is not operation:  # a value may spell a fixed path: Cart/{lineId} with `Add`
        assert found.operation.method == operation.method
        assert not Template.of(found.operation.path).names
        return
    assert found.path_values == tuple(values)


@given(operations, st.data(), st.booleans())
def test_neither_case_nor_a_trailing_slash_matters(operation: Operation, data: st.DataObject, slash: bool) -> None:
    values = ["1"] * len(Template.of(operation.path).names)
    path = _in_some_case(_with_values(operation, values), data) + ("/" if slash else "")
    method = data.draw(st.sampled_from([operation.method, operation.method.lower()]))
    assert CONTRACT.match(method, path) == Match(operation, tuple(values))


@given(operations, st.data())
def test_escapes_of_plain_letters_do_not_matter(operation: Operation, data: st.DataObject) -> None:
    values = ["1"] * len(Template.of(operation.path).names)
    path = _with_values(operation, values)
    at = data.draw(st.sampled_from([index for index, c in enumerate(path) if c != "/"]))
    path = f"{path[:at]}%{ord(path[at]):02x}{path[at + 1 :]}"
    assert CONTRACT.match(operation.method, path) == Match(operation, tuple(values))


@given(operations, st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]))
def test_another_method_says_which_there_are(operation: Operation, method: str) -> None:
    path = operation.path.replace("{", "").replace("}", "")
    declared = {one.method for one in CONTRACT.operations if one.path == operation.path}
    assume(method not in declared)
    assume(not (method == "DELETE" and operation.tag == "Cart"))  # Cart/Add is a Cart/{lineId} too
    found = CONTRACT.match(method, path)
    assert isinstance(found, WrongMethod)
    assert declared <= set(found.allow)
    assert list(found.allow) == sorted(found.allow)
    for each in found.allow:
        assert isinstance(CONTRACT.match(each, path), Match)


@given(st.text(max_size=60), st.sampled_from(["GET", "POST", ""]))
def test_any_text_is_answered(path: str, method: str) -> None:
    assert isinstance(CONTRACT.match(method, path), Match | NoRoute | WrongMethod)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "*",
        BASE,
        f"{BASE}/",
        "v3.0/api/Orders",
        "/Orders",
        f"/{BASE}/Orders",
        f"{BASE}//Orders",
        f"{BASE}/Orders//",
        f"{BASE}/./Orders",
        f"{BASE}/Orders/..",
        f"{BASE}/x/../Orders",
        f"{BASE}/x/%2e%2e/Orders",
        f"{BASE}/Orders/%2e",
        f"{BASE}/Orders/%2E%2e",
        f"{BASE}/Orders%2f1",
        f"{BASE}/Orders/1%2F2",
        f"{BASE}/Orders/1%5c2",
        f"{BASE}/Orders/1\\2",
        f"{BASE}/Orders/1%00",
        f"{BASE}/Orders/1%0d%0a",
        f"{BASE}/Orders/%ff",
        f"{BASE}/Orders/%c0%af",
        f"{BASE}/Orders/1/2",
        f"{BASE}/Order",
        f"{BASE}/Order\u017f",
        f"{BASE}/To\u212aen",  # with a Kelvin sign: not the letter K in any case
        f"{BASE}/To%E2%84%AAen",
        "/v3.0/Catalogs/Products",
        "https://example.com/v3.0/api/Orders",
    ],
)
def test_paths_of_no_operation(path: str) -> None:
    assert CONTRACT.match("GET", path) == NoRoute()


def test_an_escape_that_is_none_stays_as_it_is() -> None:
    found = CONTRACT.match("GET", f"{BASE}/Orders/100%25%zz")
    assert isinstance(found, Match)
    assert found.path_values == ("100%%zz",)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/Cart/Add", "addToCart"),
        ("DELETE", "/Cart/Add", "removeFromCart"),
        ("DELETE", "/Cart", "clearCart"),
        ("GET", "/Catalog/Categories/Tree", "getCategoryTree"),
        ("GET", "/Finances/Invoices/true", "listInvoices"),
        ("GET", "/Finances/Invoices/118269/118276", "listInvoicesByDate"),
    ],
)
def test_paths_that_look_alike(method: str, path: str, expected: str) -> None:
    found = CONTRACT.match(method, BASE + path)
    assert isinstance(found, Match)
    assert found.operation.id == expected


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/Orders", ("GET", "POST")),
        ("/Orders/1", ("DELETE", "GET")),
        ("/Reservations/1", ("DELETE", "GET", "PUT")),
        ("/Token", ("POST",)),
        ("/Cart/Add", ("DELETE", "POST")),
    ],
)
def test_allow(path: str, allow: tuple[str, ...]) -> None:
    assert CONTRACT.match("PATCH", BASE + path) == WrongMethod(allow)


def _document(*paths: str) -> Contract:
    return Contract.from_document(
        {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {
                path: {
                    "get": {
                        "operationId": path,
                        "parameters": [
                            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                            for name in Template.of(path).names
                        ],
                        "responses": {"200": {"description": "ok"}},
                    }
                }
                for path in paths
            },
        }
    )


def test_the_root_is_a_path_like_others() -> None:
    contract = _document("/")
    assert contract.match("get", "/") == contract.match("GET", "/") == Match(contract.by_id["/"])
    assert contract.match("POST", "/") == WrongMethod(("GET",))
    assert contract.match("GET", "//") == NoRoute()


@pytest.mark.parametrize(
    ("path", "expected", "values"),
    [
        ("/", "/", ()),
        ("/a/b", "/a/b", ()),
        ("/a/c", "/a/{y}", ("c",)),
        ("/x/b", "/{x}/b", ("x",)),
        ("/x/c", "/{x}/{y}", ("x", "c")),
        ("/files/report.pdf", "/files/{name}.{kind}", ("report", "pdf")),
        ("/files/report.tar.gz", "/files/{name}.{kind}", ("report", "tar.gz")),
        ("/FILES/Report.PDF", "/files/{name}.{kind}", ("Report", "PDF")),
        ("/files/readme", "/files/{name}", ("readme",)),
        ("/v7/things", "/v{version}/things", ("7",)),
    ],
)
def test_the_most_fixed_template_wins(path: str, expected: str, values: tuple[str, ...]) -> None:
    contract = _document(
        *("/{x}/{y}", "/{x}/b", "/a/{y}", "/a/b", "/", "/files/{name}", "/files/{name}.{kind}", "/v{version}/things")
    )
    found = contract.match("GET", path)
    assert isinstance(found, Match)
    assert (found.operation.path, found.path_values) == (expected, values)
