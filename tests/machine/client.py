"""A client on one lasting connection: the API in any manner, and the control plane."""

import gzip
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.machine import xml_form
from tests.machine.manner import Manner
from tests.machine.model.world import Call, Unreadable

BASE = "/v3.0/api"
KINDS = {
    "place_order": "Order",
    "reserve": "Reservation",
    "change_reservation": "Reservation",
    "add_to_cart": "AddToCartModel",
    "add_kit": "AddToCartKitModel",
    "issue_token": "TokenRequest",
}
"""How the root of a request body is called in XML."""


@dataclass(frozen=True)
class Reply:
    """What came."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def reason(self) -> str | None:
        """Why it was refused, as the debug header says."""
        return self.headers.get("x-elko-reason")


class Client:
    """Speaks HTTP/1.1 on one connection, as long as the server keeps it open."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def call(self, call: Call, manner: Manner, headers: Mapping[str, str]) -> Reply:
        """One call of the API."""
        target = manner.spelled(BASE + quote(call.path, safe="/,:@%"))
        if call.query:
            target += "?" + urlencode(call.query, safe=",")
        sent = dict(headers)
        if manner.accept is not None:
            sent["Accept"] = manner.accept
        if manner.packed:
            sent["Accept-Encoding"] = "gzip"
        body = _body(call, manner, sent)
        return self._ask(call.method, target, body, sent)

    def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One call of the control plane: the status, and the data of the answer."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        raw = body
        if isinstance(body, bytes):
            headers = {"Content-Type": "application/octet-stream"}
        elif body is not None:
            raw = json.dumps(body).encode()
        reply = self._ask(method, f"/_elko/worlds{path}", raw, headers)
        is_json = "json" in reply.headers.get("content-type", "")
        return reply.status, json.loads(reply.raw) if is_json else reply.raw

    def _ask(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        self._connection.request(method, target, body, dict(headers))
        answer = self._connection.getresponse()
        raw = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if found.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        return Reply(answer.status, found, raw)


def _body(call: Call, manner: Manner, headers: dict[str, str]) -> bytes | None:
    if call.body is None:
        return None
    headers["Content-Type"] = f"application/{manner.body}"
    if isinstance(call.body, Unreadable):
        headers["Content-Type"] = call.body.media_type or headers["Content-Type"]
        return call.body.raw
    if manner.body == "xml":
        return xml_form.document(call.body, KINDS[call.operation])
    return json.dumps(_loose(call.body) if manner.loose else call.body).encode()


def _loose(value: Any) -> Any:
    """The same body with names in another case, and something in it that nobody knows."""
    if isinstance(value, dict):
        return {name.upper(): _loose(one) for name, one in value.items()} | {"somethingNew": [1, {"x": None}]}
    return [_loose(one) for one in value] if isinstance(value, list) else value


def read_json(raw: bytes) -> Any:
    """JSON with amounts as they were written."""
    return json.loads(raw, parse_float=Decimal)
