"""No body, however odd, keeps the judge from a verdict: every rule over any order, answer and write to the shop."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elko_mock.clock import SECOND
from elko_mock.exchange.exchange import NearMiss, Side, Violation
from elko_mock.exchange.export import RecordProblem, read_ndjson, to_record, write_ndjson
from elko_mock.exchange.messages import Fields
from elko_mock.exchange.redaction import PersonalFields
from elko_mock.grade.fixture import text_of
from elko_mock.grade.judge import Judge
from elko_mock.grade.profile import PROFILES
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.report.document import as_json
from elko_mock.grade.report.junit import as_junit
from elko_mock.grade.report.page import as_html
from elko_mock.grade.session import Ending, Facts, Session
from elko_mock.grade.verdict import verdict
from tests.unit.grade.script import BAD_END, HANG, START, Script, contract


def _nested(depth: int) -> Any:
    data: Any = "deep"
    for level in range(depth):
        data = [data] if level % 2 else {"lines": data}
    return data


_DIGITS = st.integers(1, 6000).map(lambda count: "9" * count)
_TEXT = st.one_of(
    st.text(max_size=8),
    _DIGITS,
    st.sampled_from(["", " ", "0", "-1", "1e999", "NaN", "Infinity", "٣", "²", "1341426", "0x10", "\0", "\ud800"]),
)
_NUMBER = st.one_of(
    st.integers(-2, 3),
    st.integers(),
    st.floats(),
    st.sampled_from([0, 1341426, 10**400, -(10**30), 2**64, 1e308, -0.0]),
)
_DEEP = st.integers(1, 1500).map(_nested)
_ANY: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBER, _TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=6,
)
_ANY = st.one_of(_ANY, _DEEP)


def _record(*names: str, **usual: Any) -> st.SearchStrategy[Any]:
    """An object with those properties, each of them as usual or anything at all, or with its names in odd spellings."""
    values = {name: st.one_of(_NUMBER, _NUMBER, _TEXT, _ANY) for name in names}
    values |= {name: st.one_of(st.just(value), st.just(value), _NUMBER, _ANY) for name, value in usual.items()}
    spelled = st.sampled_from([spelling for name in values for spelling in (name.lower(), name.upper())])
    odd = st.dictionaries(st.one_of(spelled, _TEXT), _ANY, max_size=6)
    right = st.fixed_dictionaries({}, optional=values)
    return st.one_of(right, right, right, odd, _ANY)


_LINE = _record(
    "price", "quantity", "discountPrice", "price2", "quantityForPrice2", "stockQuantity", "incoming",
    elkoCode=1341426, productId=1341426, quantityRequested=5, prices={"discountPrice": 10**400}, lineId=1, id=7,
)  # fmt: skip
_LINES = st.one_of(st.lists(_LINE, max_size=3), st.lists(_LINE, min_size=1, max_size=3), _ANY)
_ORDER = st.builds(
    lambda order, lines, user: order | {"lines": lines, "enduser": user} if isinstance(order, dict) else order,
    _record("reservationId", "shipTo", "created", "orderIfAllAvailable", "sum", "id", currency="EUR", status="Active"),
    _LINES,
    _record("company", "city", "customerPo", "contactName", "house"),
)
_WRITE = _record("stock", "qty", "price", "delete", "status", "availability", "50001", sku="50001")
_JSON = b"application/json"
_MEDIA = st.sampled_from([_JSON, _JSON, _JSON, b"text/json; charset=utf-16", b"application/xml", b"text/plain", b""])
_OPERATIONS = {
    "createOrder": ("POST", "/Orders"),
    "createReservation": ("POST", "/Reservations"),
    "cancelOrder": ("DELETE", "/Orders/1"),
    "releaseReservation": ("DELETE", "/Reservations/1"),
    "updateCart": ("POST", "/Cart"),
    "issueToken": ("POST", "/Token"),
    "getProducts": ("GET", "/Catalog/Products"),
    "getAvailabilityAndPrice": ("GET", "/Catalog/AvailabilityAndPrice/AvailabilityPrice"),
    "listReservations": ("GET", "/Reservations"),
}
_JUDGE = Judge([rule() for rule in rule_classes()], contract())
_SITUATIONS = sorted({name for rule in rule_classes() for name in rule.scenarios})


def _bytes(data: Any, *, cut: bool) -> bytes:
    sent = _dumped(data).encode("utf-8", "surrogatepass")
    return sent[: max(1, len(sent) // 2)] if cut else sent


def _dumped(data: Any) -> str:
    try:
        return json.dumps(data)
    except (ValueError, RecursionError):  # Python itself writes no whole number of more than 4300 digits
        return "[" * 1500 + "]" * 1500


def _judge(script: Script, scenario: str, ending: Ending) -> None:
    """As it was and as it is exported: both must come to a verdict."""
    facts = Facts("w", scenario, calm=True, secrets=frozenset({"first-token"}))
    _JUDGE.hear(Session(facts, script.exchanges, ending))
    lines = b"".join(write_ndjson(script.exchanges, PersonalFields(b"k"))).splitlines(keepends=True)
    _JUDGE.hear(Session(facts, read_ndjson(lines), ending))


HUGE = {"elkoCode": 1341426, "quantity": "9" * 5000}
TOO_DEAR = {"elkoCode": 1341426, "discountPrice": 10**400}


class TestAnyBody:
    @given(
        operation=st.sampled_from(sorted(_OPERATIONS)),
        bodies=st.lists(_ORDER, min_size=1, max_size=2),
        answer=st.one_of(_ORDER, _LINES),
        media=_MEDIA,
        cut=st.booleans(),
        ended=st.sampled_from(
            [(200, None), (200, None), (400, "above-stock"), (400, "validation"), (403, "rate"), (None, None)]
        ),
        scenario=st.sampled_from(_SITUATIONS),
    )
    @example("createOrder", [{"lines": [], "reservationId": {"id": "7"}}], {}, _JSON, False, (400, None), "default")
    @example("createOrder", [{"lines": [HUGE]}], {}, _JSON, False, (400, None), "default")
    @example("createOrder", [{}], {"sum": 1e308, "currency": "EUR"}, _JSON, False, (200, None), "default")
    @example("getProducts", [{}], [TOO_DEAR, TOO_DEAR], _JSON, True, (200, None), "default")
    def test_every_rule_comes_to_a_result(
        self,
        operation: str,
        bodies: list[Any],
        answer: Any,
        media: bytes,
        cut: bool,
        ended: tuple[int | None, str | None],
        scenario: str,
    ) -> None:
        method, path = _OPERATIONS[operation]
        status, reason = ended
        script = Script().availability({1341426: "8"}).refused("rate", "/Catalog/Products")
        for body in bodies:
            sent = _bytes(body, cut=cut)
            given_back = _bytes(answer, cut=cut)
            lengths: dict[str, Any] = (
                {"request_length": len(sent) * 2, "response_length": len(given_back) * 2} if cut else {}
            )
            script.wait(1).call(
                method, path, operation=operation, status=status, reason=reason, body=sent, answer=given_back, **lengths
            )
            last = script.exchanges[-1]
            headers = Fields(((b"content-type", media),) if media else ())
            script.exchanges[-1] = last._replace(request=last.request._replace(headers=headers))
        _judge(script, scenario, BAD_END)

    @given(
        body=_WRITE,
        path=st.sampled_from(["/products/50001", "/stock", "/price/1341426", ""]),
        query=st.sampled_from(["", "qty=0&sku=50001", "stock=1e999", "price=" + "9" * 5000]),
        scenario=st.sampled_from(_SITUATIONS),
    )
    def test_so_it_does_over_any_write_to_the_shop(self, body: Any, path: str, query: str, scenario: str) -> None:
        script = Script().availability({1341426: ">50"}).refused("rate", "/Catalog/Products")
        script.sink(_bytes(body, cut=False), path, query=query)
        _judge(script, scenario, Ending(at=START + SECOND, exit_status=0))


@pytest.mark.parametrize("depth", [300, 480, 900])
@pytest.mark.parametrize("name", ["created", "reservationId", "customerPo", "city", "other"])
def test_depth_alone_is_no_obstacle(depth: int, name: str) -> None:
    deep = f"{'[' * depth}0{']' * depth}"
    order = f'{{"lines":[{{"elkoCode":1001,"quantity":1}}],"{name}":{deep},"enduser":{{"{name}":{deep}}}}}'
    script = Script().order({1001: 1}, body=order.encode()).sink(f'{{"stock":{deep}}}'.encode())
    _judge(script, "default", BAD_END)


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where anything stands in a record."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from _places(value, (*path, key))


def _recorded() -> list[Any]:
    near = NearMiss("GET /v3.0/api/Orders", ("Order is spelled Orders here.",))
    wrong = Violation(Side.REQUEST, "body.type", "body/lines/0/quantity", "must be a number")
    script = (
        Script().availability({1001: "8"}).order({1001: 1}, "PO-1", delivery=HANG, fault="hang", violations=(wrong,))
    )
    script.call("GET", "/Order", status=404, reason="route", near_miss=near).refused("rate").sink({"stock": 0})
    return [json.loads(json.dumps(to_record(one, None))) for one in script.wait(1).new_token().orders().exchanges]


_RECORDS = _recorded()
_EDITS = [(number, path) for number, record in enumerate(_RECORDS) for path in _places(record)]


class TestEditedJournals:
    """What somebody has changed by hand is refused with its line, or judged; it never ends in a traceback."""

    @given(
        edit=st.sampled_from(_EDITS),
        value=st.one_of(_ANY, st.sampled_from([[], {}, [1], 1e30, 10**30, -1, 5, "", True, "2026-01-01", None])),
        ending=st.sampled_from([BAD_END, Ending()]),
    )
    @example((0, ("operation",)), [], Ending())
    @example((0, ("reason",)), [], Ending())
    @example((1, ("violations", 0, "where")), 2, Ending())
    @example((2, ("nearMiss", "differs", 0)), 1, Ending())
    @example((2, ("at",)), 1e30, Ending())
    def test_each_edit(self, edit: tuple[int, tuple[Any, ...]], value: Any, ending: Ending) -> None:
        number, path = edit
        records = copy.deepcopy(_RECORDS)
        inner = records[number]
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        lines = [_dumped(record).encode() for record in records]
        try:
            sitting = _JUDGE.hear(Session(Facts("w", "default", calm=True), read_ndjson(lines), ending))
        except RecordProblem as problem:
            refused = str(problem)
        else:
            found = verdict(PROFILES["standard"], _JUDGE.rules, [sitting])
            assert all(report(found) for report in (as_json, as_html, as_junit, text_of))
            return
        assert refused.startswith(f"line {number + 1}: ")
