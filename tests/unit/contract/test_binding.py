"""What path and query say, as typed values."""

from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.contract.operations import Bound

CONTRACT = Contract.load()
PRODUCTS = CONTRACT.by_id["getProducts"]
INT32 = st.integers(-(2**31), 2**31 - 1)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","), min_size=1).filter(
    lambda text: text == text.strip() and text
)


def _contract(*parameters: dict[str, Any], path: str = "/a", **components: Any) -> Contract:
    operation = {"operationId": "a", "parameters": list(parameters), "responses": {"200": {"description": "ok"}}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": operation}}}
    return Contract.from_document({**document, "components": components})


def _query(schema: dict[str, Any], **more: Any) -> Contract:
    return _contract({"name": "q", "in": "query", "schema": schema, **more})


def _bind(contract: Contract, query: str) -> Bound:
    return contract.by_id["a"].bind((), query)


@given(st.lists(INT32, min_size=1), st.data())
def test_lists_come_back_however_they_were_sent(codes: list[int], data: st.DataObject) -> None:
    """Comma-joined, repeated, escaped and mixed, in any case of the name, with names of nobody and gaps between."""
    pieces: list[str] = []
    rest = list(codes)
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        comma = data.draw(st.sampled_from([",", "%2C", "%2c", ",,", ", ", "%20,", "+,"]))
        name = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in "elkoCode")
        if data.draw(st.booleans()):
            name = f"%{ord(name[0]):02X}{name[1:]}"
        pieces.append(f"{name}={comma.join(map(str, rest[:count]))}")
        del rest[:count]
        pieces += data.draw(
            st.lists(st.sampled_from(["", "elkocode=", "elkoCode", "CategoryCode=CPU", "=1", "x=%", "&"]))
        )
    bound = PRODUCTS.bind((), "&".join(pieces))
    assert bound == Bound({"elkoCode": codes}, ())


@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from([quote, quote_plus]), st.booleans())
def test_words_come_back_as_they_were(words: list[str], escape: Any, joined: bool) -> None:
    query = (
        "vendorCode=" + ",".join(escape(word, safe="") for word in words)
        if joined
        else "&".join(f"vendorCode={escape(word, safe='')}" for word in words)
    )
    assert PRODUCTS.bind((), query).values == {"vendorCode": words}


@given(WORDS)
def test_one_text_comes_back_as_it_was(word: str) -> None:
    assert PRODUCTS.bind((), f"LANG={quote(word, safe='')}").values == {"lang": word}


@given(st.text())
def test_any_query_is_answered(query: str) -> None:
    bound = PRODUCTS.bind((), query)
    assert set(bound.values) <= {"elkoCode", "vendorCode", "catalog", "lang"}


def test_nothing_given_is_nothing_bound() -> None:
    assert PRODUCTS.bind((), "") == Bound({}, ())
    assert PRODUCTS.bind((), "vendorCode=&catalog=&elkoCode=&lang=") == Bound({}, ())
    assert PRODUCTS.bind((), "elkoCode=,%20,&lang=%20") == Bound({}, ())


def test_of_a_single_value_sent_twice_the_first_counts() -> None:
    assert PRODUCTS.bind((), "lang=EN&LANG=RO").values == {"lang": "EN"}


def test_names_are_the_documents_own_not_part_of_others() -> None:
    assert PRODUCTS.bind((), "elkoCodes=1&elkoCod=2&elkoCode[]=3&elkoCode%5B0%5D=4").values == {}


@pytest.mark.parametrize("text", ["a", "1.5", "1e3", "0x1F", "1_0", "٣", "--1", "+", "NaN", "1 2", "²"])
def test_what_is_no_whole_number(text: str) -> None:
    bound = PRODUCTS.bind((), f"elkoCode=7&elkoCode={quote(text)}")
    assert bound.values == {}
    assert [(found.code, found.where) for found in bound.violations] == [("query.type", "query/elkoCode/1")]
    assert text in bound.violations[0].message


@pytest.mark.parametrize("text", ["2147483648", "-2147483649", "9" * 5000, "-" + "9" * 30])
def test_what_is_beyond_int32(text: str) -> None:
    bound = PRODUCTS.bind((), f"elkoCode={text}")
    assert [(found.code, found.where) for found in bound.violations] == [("query.range", "query/elkoCode/0")]
    assert len(bound.violations[0].message) < 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2147483647", 2**31 - 1),
        ("-2147483648", -(2**31)),
        ("%2B5", 5),
        ("+5", 5),
        ("007", 7),
        ("-0", 0),
        ("0" * 99, 0),
    ],
)
def test_what_is_within(text: str, value: int) -> None:
    assert PRODUCTS.bind((), f"elkoCode={text}").values == {"elkoCode": [value]}


def test_all_that_is_wrong_is_told_at_once() -> None:
    contract = _contract(
        {"name": "n", "in": "query", "schema": {"type": "integer"}},
        {"name": "b", "in": "query", "schema": {"type": "boolean"}},
        {"name": "must", "in": "query", "required": True, "schema": {"type": "string"}},
    )
    bound = _bind(contract, "n=x&b=y&must=")
    assert [(found.code, found.where) for found in bound.violations] == [
        ("query.type", "query/n"),
        ("query.type", "query/b"),
        ("query.required", "query/must"),
    ]


def test_a_required_one_that_was_wrong_is_not_called_missing() -> None:
    contract = _contract(
        {"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "no", "in": "query", "required": True, "schema": {"type": "array", "items": {"type": "integer"}}},
    )
    codes = [found.code for found in _bind(contract, "n=x&no=y").violations]
    assert codes == ["query.type", "query.type"]
    assert [found.where for found in _bind(contract, "no=y").violations] == ["query/no/0", "query/n"]


@pytest.mark.parametrize(("text", "value"), [("true", True), ("FALSE", False), ("True", True), ("%20true%20", True)])
def test_truth_values(text: str, value: bool) -> None:
    assert _bind(_query({"type": "boolean"}), f"q={text}").values == {"q": value}


@pytest.mark.parametrize("text", ["1", "0", "yes", "on", "t", "truee"])
def test_what_is_no_truth_value(text: str) -> None:
    assert [found.code for found in _bind(_query({"type": "boolean"}), f"q={text}").violations] == ["query.type"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were(value: float) -> None:
    assert _bind(_query({"type": "number"}), f"q={value!r}".replace("+", "%2B")).values == {"q": value}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "1,5", "1e", "0x1p3", "1_0", "١"])
def test_what_is_no_number(text: str) -> None:
    assert [found.code for found in _bind(_query({"type": "number"}), f"q={text}").violations] == ["query.type"]


def test_a_number_too_large() -> None:
    assert [found.code for found in _bind(_query({"type": "number"}), "q=1e999").violations] == ["query.range"]


KINDS = CONTRACT.by_id["getAvailabilityAndPrice"]


@pytest.mark.parametrize("text", ["AvailabilityPrice", "availabilityprice", "AVAILABILITYPRICE"])
def test_enumerations_in_any_case_come_as_the_document_spells_them(text: str) -> None:
    assert KINDS.bind((text,), "") == Bound({"type": "AvailabilityPrice"}, ())


def test_what_is_not_in_the_enumeration() -> None:
    bound = KINDS.bind(("Price",), "")
    assert [(found.code, found.where) for found in bound.violations] == [("path.enum", "path/type")]
    assert "AvailabilityIncomingPrice" in bound.violations[0].message


def test_enumerations_of_figures() -> None:
    contract = _query({"type": "integer", "enum": [1, 2]})
    assert _bind(contract, "q=2").values == {"q": 2}
    assert [found.code for found in _bind(contract, "q=3").violations] == ["query.enum"]
    assert [found.code for found in _bind(contract, "q=x").violations] == ["query.enum"]


def test_path_values_are_typed() -> None:
    assert CONTRACT.by_id["listInvoices"].bind(("True",), "").values == {"withAdditionalInfo": True}
    dates = CONTRACT.by_id["listInvoicesByDate"].bind(("118269", "118276"), "")
    assert dates.values == {"dateFrom": 118269, "dateTo": 118276}
    wrong = CONTRACT.by_id["listInvoicesByDate"].bind(("yesterday", "2147483648"), "")
    assert [(found.code, found.where) for found in wrong.violations] == [
        ("path.type", "path/dateFrom"),
        ("path.range", "path/dateTo"),
    ]


def test_codes_in_the_path() -> None:
    description = CONTRACT.by_id["getProductDescription"]
    assert description.bind(("1,2, 3",), "lang=EN").values == {"elkoCode": [1, 2, 3], "lang": "EN"}
    assert [found.where for found in description.bind(("1,x,3,y",), "").violations] == [
        "path/elkoCode/1",
        "path/elkoCode/3",
    ]
    assert [found.code for found in description.bind((",",), "").violations] == ["path.required"]


def test_text_in_the_path_is_taken_as_it_is() -> None:
    assert CONTRACT.by_id["getOrder"].bind((" 7 ",), "").values == {"id": " 7 "}


def test_query_strings_do_not_reach_operations_without_parameters() -> None:
    assert CONTRACT.by_id["listOrders"].bind((), "elkoCode=1&lang=EN") == Bound({}, ())


def test_defaults_stand_in() -> None:
    contract = _contract(
        {"name": "size", "in": "query", "schema": {"type": "integer", "default": 10}},
        {"name": "kinds", "in": "query", "schema": {"type": "array", "items": {"type": "string"}, "default": ["a"]}},
    )
    assert _bind(contract, "size=").values == {"size": 10, "kinds": ["a"]}
    assert _bind(contract, "size=3&kinds=b,c").values == {"size": 3, "kinds": ["b", "c"]}


@pytest.mark.parametrize(
    ("schema", "query", "code"),
    [
        ({"type": "string", "pattern": "^[A-Z]+$"}, "q=abc", "query.pattern"),
        ({"type": "string", "minLength": 2}, "q=a", "query.min-length"),
        ({"type": "integer", "minimum": 1}, "q=0", "query.minimum"),
        ({"type": "array", "items": {"type": "integer", "minimum": 1}}, "q=0", "query.minimum"),
        ({"type": "array", "maxItems": 2, "items": {"type": "string"}}, "q=a,b,c", "query.max-items"),
        ({"type": "array", "uniqueItems": True, "items": {"type": "string"}}, "q=a&q=a", "query.unique-items"),
        ({"$ref": "#/components/schemas/Code"}, "q=abc", "query.pattern"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Code"}}, "q=AB,abc", "query.pattern"),
        ({"allOf": [{"$ref": "#/components/schemas/Kind"}]}, "q=other", "query.enum"),
    ],
)
def test_the_rest_of_the_schema_counts_too(schema: dict[str, Any], query: str, code: str) -> None:
    schemas = {"Code": {"type": "string", "pattern": "^[A-Z]+$"}, "Kind": {"type": "string", "enum": ["one", "two"]}}
    contract = _contract({"name": "q", "in": "query", "schema": schema}, schemas=schemas)
    assert [found.code for found in _bind(contract, query).violations] == [code]


@pytest.mark.parametrize(("style", "separator"), [("pipeDelimited", "|"), ("spaceDelimited", "%20"), ("form", ",")])
def test_other_list_styles(style: str, separator: str) -> None:
    contract = _query({"type": "array", "items": {"type": "integer"}}, style=style, explode=False)
    assert _bind(contract, f"q=1{separator}2&q=3").values == {"q": [1, 2, 3]}


def test_a_parameter_of_any_type_is_text() -> None:
    assert _bind(_query({}), "q=5").values == {"q": "5"}
    assert _bind(_query({"type": "object"}), "q=5").values == {"q": "5"}


def test_a_parameter_with_content_instead_of_a_schema() -> None:
    contract = _contract({"name": "q", "in": "query", "content": {"text/plain": {"schema": {"type": "integer"}}}})
    assert _bind(contract, "q=5").values == {"q": 5}


def test_an_operations_parameter_wins_over_its_paths() -> None:
    contract = Contract.from_document(
        {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/{a}/{b}": {
                    "parameters": [
                        {"name": "b", "in": "path", "required": True, "schema": {"type": "string"}},
                        {"name": "a", "in": "path", "required": True, "schema": {"type": "string"}},
                        {"name": "q", "in": "query", "schema": {"type": "string"}},
                    ],
                    "get": {
                        "operationId": "a",
                        "parameters": [{"name": "q", "in": "query", "schema": {"type": "integer"}}],
                        "responses": {"200": {"description": "ok"}},
                    },
                }
            },
        }
    )
    bound = contract.by_id["a"].bind(("1", "2"), "q=3")
    assert bound.values == {"a": "1", "b": "2", "q": 3}
