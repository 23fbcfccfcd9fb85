"""A client's calls and their answers, written down as the journal would hold them."""

import random
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import orjson

from elko_mock.clock import SECOND
from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import (
    NO_CREDENTIAL,
    Credential,
    CredentialForm,
    Exchange,
    NearMiss,
    Side,
    Violation,
)
from elko_mock.exchange.messages import Delivery, Fields, Request, Response
from elko_mock.grade.judge import Judge
from elko_mock.grade.registry import rule_classes
from elko_mock.grade.rule import Finding, Result, Rule
from elko_mock.grade.session import Ending, Facts, Session

BASE = "/v3.0/api"
START = 1_750_000_000 * SECOND
BAD_END = Ending(exit_status=1, crashed=True, last_words="ValueError: of all things")
GOOD_END = Ending(exit_status=0)
HANG = Delivery(hang=600 * SECOND)
CUT = Delivery(cut_after=0)

__all__ = ["BASE", "Ending", "Facts", "NearMiss", "Script", "Side", "Violation", "finding", "rule", "verdict_of"]


class Script:
    """Calls one after another on a clock that stands still unless told."""

    def __init__(self, start: int = START, token: str = "first-token") -> None:
        self.at = start
        self.token = token
        self.exchanges: list[Exchange] = []
        self._orders = 0

    def wait(self, seconds: float) -> "Script":
        self.at += round(seconds * SECOND)
        return self

    def call(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        operation: str | None = None,
        status: int | None = 200,
        body: Any = None,
        answer: Any = None,
        reason: str | None = None,
        form: CredentialForm = CredentialForm.BEARER,
        base: str = BASE,
        headers: Iterable[tuple[bytes, bytes]] = (),
        delivery: Delivery | None = None,
        duration: int = 500,
        **more: Any,
    ) -> "Script":
        sent = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        given = b"" if answer is None else answer if isinstance(answer, bytes) else orjson.dumps(answer)
        json = ((b"content-type", b"application/json; charset=utf-8"),)
        self.exchanges.append(
            Exchange(
                number=len(self.exchanges) + 1,
                world="w",
                at=self.at,
                duration=duration,
                request=Request(
                    method, base + path, query, Fields((*(json if sent else ()), *headers)), sent, "127.0.0.1"
                ),
                response=None if status is None else Response(status, json, given, delivery),
                operation=operation,
                reason=reason,
                credential=NO_CREDENTIAL if form is CredentialForm.NONE else Credential(form, self.token),
                request_length=more.pop("request_length", len(sent)),
                response_length=more.pop("response_length", len(given)),
                **more,
            )
        )
        return self

    # -- the calls a shop makes ----------------------------------------------------------------------------------

    def products(self, rows: Mapping[int, Any] | None = None, query: str = "", **more: Any) -> "Script":
        """Product rows, code to quantity."""
        answer = [
            {"id": code, "elkoCode": code, "quantity": quantity, "discountPrice": 10.0}
            for code, quantity in (rows or {}).items()
        ]
        more = _over({"operation": "getProducts", "answer": answer}, more)
        return self.call("GET", "/Catalog/Products", query, **more)

    def availability(self, stock: Mapping[int, Any], price: Any = 10.0, **more: Any) -> "Script":
        """Availability of some codes, code to quantity."""
        answer = [
            {
                "productId": code,
                "stockQuantity": quantity,
                "incoming": None,
                "prices": {"currency": "EUR", "price": price, "discountPrice": price, "copyrightTax": 0.0},
            }
            for code, quantity in stock.items()
        ]
        more = _over({"operation": "getAvailabilityAndPrice", "answer": answer}, more)
        codes = ",".join(map(str, stock))
        return self.call("GET", "/Catalog/AvailabilityAndPrice/AvailabilityPrice", f"elkoCodes={codes}", **more)

    def descriptions(self, *codes: int, **more: Any) -> "Script":
        more = _over({"operation": "getProductDescription", "answer": []}, more)
        return self.call("GET", f"/Catalog/Products/{','.join(map(str, codes))}/Description", **more)

    def order(
        self,
        lines: Mapping[int, Any],
        reference: str = "",
        *,
        street: str = "Hill 1",
        got: Mapping[int, int] | None = None,
        price: float = 10.0,
        form: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> "Script":
        self._orders += 1
        body = {
            "shipTo": "Customer",
            "enduser": {"company": "Zeta SIA", "city": "Riga", "street": street, "customerPo": reference},
            "lines": [{"elkoCode": code, "quantity": quantity} for code, quantity in lines.items()],
            **(form or {}),
        }
        answer = {
            "id": str(self._orders),
            "sum": price * len(lines),
            "currency": "EUR",
            "lines": [
                {
                    "elkoCode": code,
                    "quantity": (got or {}).get(code, quantity),
                    "quantityRequested": quantity,
                    "price": price,
                }
                for code, quantity in lines.items()
            ],
        }
        more = _over({"operation": "createOrder", "body": body, "answer": answer}, more)
        return self.call("POST", "/Orders", **more)

    def orders(self, **more: Any) -> "Script":
        return self.call("GET", "/Orders", **_over({"operation": "listOrders", "answer": []}, more))

    def cancel(self, order: str, **more: Any) -> "Script":
        return self.call(
            "DELETE", f"/Orders/{order}", **_over({"operation": "cancelOrder", "answer": {"id": order}}, more)
        )

    def reserve(self, id_: str, pieces: int = 1, **more: Any) -> "Script":
        body = {"lines": [{"elkoCode": 1001, "quantity": pieces}]}
        answer = {"id": id_, "status": "Active", "lines": [{"lineId": 1, "elkoCode": 1001, "quantity": pieces}]}
        more = _over({"operation": "createReservation", "body": body, "answer": answer}, more)
        return self.call("POST", "/Reservations", **more)

    def release(self, id_: str, **more: Any) -> "Script":
        more = _over({"operation": "releaseReservation", "answer": {"id": id_, "status": "Released"}}, more)
        return self.call("DELETE", f"/Reservations/{id_}", **more)

    def new_token(self, token: str | None = None, **more: Any) -> "Script":
        """POST Token; the calls after it carry the new one."""
        usual = {"operation": "issueToken", "form": CredentialForm.NONE, "answer": b'"[token-00000000]"'}
        more = _over(usual, more)
        self.call("POST", "/Token", body={"username": "u", "password": "[redacted]"}, **more)
        if more.get("status", 200) == 200:
            self.token = token or f"token-{len(self.exchanges)}"
        return self

    def refused(self, reason: str, path: str = "/Catalog/Products", query: str = "", **more: Any) -> "Script":
        """A 403. What the gate itself refuses was not routed yet."""
        answer = {"title": "Forbidden", "status": 403}
        return self.call("GET", path, query, **_over({"status": 403, "reason": reason, "answer": answer}, more))

    def sink(self, body: Any, path: str = "/products", method: str = "POST", **more: Any) -> "Script":
        more = _over({"operation": "sink", "form": CredentialForm.NONE}, more)
        return self.call(method, path, body=body, base="/_elko/sink", **more)

    def good_day(self, seed: int = 0, calls: int = 12) -> "Script":
        """An ordinary client's calls: paced, and nothing that any rule has an eye on but the token."""
        dice = random.Random(seed)
        for _ in range(calls):
            self.wait(dice.uniform(0.25, 4))
            choices: list[Callable[[], Script]] = [
                lambda: self.availability({1001: "8", 1002: ">50"}),
                lambda: self.descriptions(1001, 1002, 1003),
                self.orders,
                lambda: self.call("GET", "/Catalog/Vendors", operation="getVendors", answer=[]),
            ]
            dice.choice(choices)()
        return self.wait(1)


def _over(usual: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {**usual, **given}


@cache
def contract() -> Contract:
    return Contract.load()


def rule(id_: str, **thresholds: Any) -> Rule:
    """The rule of that id."""
    return next(one for one in rule_classes() if one.id == id_)(**thresholds)


def finding(id_: str, script: Script, ending: Ending | None = None, *, thresholds: Any = None, **facts: Any) -> Finding:
    """What a rule says of a script."""
    session = Session(Facts("w", **facts), script.exchanges, ending or Ending())
    return Judge([rule(id_, **(thresholds or {}))], contract()).hear(session).findings[id_]


def verdict_of(id_: str, script: Script, ending: Ending | None = None, **facts: Any) -> Result:
    """The bare result."""
    return finding(id_, script, ending, **facts).result
