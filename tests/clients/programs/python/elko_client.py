"""The ELKO eCom API for a small shop, on the standard library alone: paced, patient, careful with what costs money.

Configured by its environment only: ELKO_BASE_URL (up to and with /v3.0/api), ELKO_TOKEN, ELKO_USERNAME,
ELKO_PASSWORD, ELKO_SINK_URL (the shop's own web service), ELKO_TIME_SCALE (world seconds per real second, for tests).
"""

import json
import re
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from elko_wire import Answer, AnswerLost, Refused, Rejected, Settings, Unavailable, WorldTime, exchange

WINDOW = 10
CALLS_PER_WINDOW = 45  # ELKO blocks above 50; the rest is left to whoever else works on the account
BLOCK = 60


class Elko:
    """The API: one method per call the shop needs. Paced, patient, and careful with everything that costs money."""

    accept = "application/json"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.token = settings.token
        self.time = WorldTime(settings.time_scale)
        self.finished: deque[float] = deque(maxlen=CALLS_PER_WINDOW)
        self.refreshed = False

    # -- the wire ------------------------------------------------------------------------------------------------

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": self.accept, "Accept-Encoding": "gzip"}

    def tls(self) -> ssl.SSLContext:
        """How an https server has to prove who it is."""
        return ssl.create_default_context()

    def pace(self) -> None:
        """Wait until one more call is allowed. Counts from when answers came: the server saw the calls earlier."""
        if len(self.finished) == CALLS_PER_WINDOW:
            self.time.sleep(self.finished[0] + WINDOW - self.time.now())

    def send(
        self, method: str, path: str, body: Any = None, *, patience: float = 30, anonymous: bool = False
    ) -> Answer:
        """One call, whatever comes of it. Raises Unavailable when there is no answer."""
        headers = self.headers()
        if anonymous:
            del headers["Authorization"]
            headers["Accept"] = "text/plain"
        payload = None
        if body is not None:
            headers["Content-Type"], payload = self.written(body)
        self.pace()
        try:
            return exchange(
                self.settings.base_url + path,
                method,
                headers,
                payload,
                timeout=max(1.0, patience / self.time.scale),
                tls=self.tls,
            )
        finally:
            self.finished.append(self.time.now())

    def attempt(self, method: str, path: str, body: Any = None, *, patience: float = 30) -> Answer:
        """One call, repeated after a pause when the server is in trouble and repeating can do no harm."""
        pauses = (2, 5, 15, 40)
        for pause in (*pauses, None):
            try:
                answer = self.send(method, path, body, patience=patience)
                if answer.status < 500:
                    if answer.status == 200:
                        self.read(answer)
                    return answer
                trouble = f"status {answer.status}"
            except (Unavailable, ValueError) as problem:
                trouble = str(problem)
            if method == "POST":
                raise AnswerLost(f"{method} {path}: {trouble}")
            if pause is not None:
                self.time.sleep(pause)
        raise Unavailable(f"{method} {path}: {trouble}")

    def request(self, method: str, path: str, body: Any = None, *, patience: float = 30) -> Any:
        """The answer's data. A 403 says nothing about its cause, so the causes are tried in the order that does no
        harm: a rate block goes by itself; a dead token is replaced, once; a refused address needs a person."""
        if not self.token:
            self.token = self.new_token()
        answer = self.attempt(method, path, body, patience=patience)
        if answer.status == 403:
            answer = self.sit_out(method, path, body, patience)
        if answer.status == 403:
            self.refresh()
            answer = self.attempt(method, path, body, patience=patience)
        if answer.status == 403:
            raise Refused(f"{method} {path}: refused with a fresh token too")
        if answer.status != 200:
            raise Rejected(answer.status, problem_of(answer))
        return self.read(answer)

    def sit_out(self, method: str, path: str, body: Any, patience: float) -> Answer:
        """Wait as long as a rate block lasts, without a single call, then ask again."""
        self.time.sleep(BLOCK + 1)
        return self.attempt(method, path, body, patience=patience)

    def refresh(self) -> None:
        """A new token, once a run. Raises Refused when there is none to be had."""
        if self.refreshed or not self.settings.username:
            raise Refused("the token is not accepted")
        self.refreshed = True
        self.token = self.new_token()

    def new_token(self) -> str:
        credentials = {"username": self.settings.username, "password": self.settings.password}
        answer = self.send("POST", "/Token", credentials, anonymous=True)
        if answer.status != 200:
            raise Refused(f"no new token: status {answer.status}; is this machine's address listed in eCom?")
        return answer.text().strip().strip('"')

    def written(self, body: Any) -> tuple[str, bytes]:
        """A request's content type and body."""
        return "application/json; charset=utf-8", json.dumps(body, ensure_ascii=False).encode()

    def read(self, answer: Answer) -> Any:
        """The data of a good answer. Raises ValueError when it cannot be read."""
        return answer.data()

    def get(self, path: str, query: Mapping[str, str] | None = None, *, patience: float = 30) -> Any:
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path, patience=patience)

    # -- what the shop asks --------------------------------------------------------------------------------------

    def products(self) -> list[dict[str, Any]]:
        """The whole list; once a day is enough, and it may take minutes."""
        return list(self.get("/Catalog/Products", {"lang": "EN"}, patience=300))

    def descriptions(self, codes: Sequence[int]) -> list[dict[str, Any]]:
        return list(self.get(f"/Catalog/Products/{comma(codes)}/Description", {"lang": "EN"}))

    def media(self, codes: Sequence[int]) -> list[dict[str, Any]]:
        return list(self.get(f"/Catalog/MediaItems/{comma(codes)}"))

    def availability(self, codes: Sequence[int]) -> dict[int, int | None]:
        """Pieces in stock by code; None where ELKO does not say."""
        rows = self.get("/Catalog/Availability", {"elkoCode": comma(codes)})
        return {int(row["productId"]): pieces(row.get("stockQuantity")) for row in rows}

    def orders(self) -> list[dict[str, Any]]:
        return list(self.get("/Orders"))

    def order_of(self, customer_po: str) -> dict[str, Any] | None:
        """The order that carries our reference, if ELKO has one."""
        for order in self.orders():
            if (order.get("enduser") or {}).get("customerPo") == customer_po:
                return order
        return None

    def place(self, order: dict[str, Any]) -> dict[str, Any]:
        """Place an order exactly once. When the answer is lost: look first, then place it again, once."""
        try:
            return self.request("POST", "/Orders", order)
        except AnswerLost:
            self.time.sleep(5)
            found = self.order_of(order["enduser"]["customerPo"])
            return found if found is not None else self.request("POST", "/Orders", order)

    def cancel(self, order_id: str) -> None:
        self.request("DELETE", f"/Orders/{order_id}")

    def reserve(self, reservation: dict[str, Any]) -> dict[str, Any]:
        """Reserve exactly once, with the same care as an order."""
        try:
            return self.request("POST", "/Reservations", reservation)
        except AnswerLost:
            self.time.sleep(5)
            for known in self.get("/Reservations"):
                if known.get("customerReference") == reservation["customerReference"]:
                    return known
            return self.request("POST", "/Reservations", reservation)

    def release(self, reservation_id: str) -> None:
        self.request("DELETE", f"/Reservations/{reservation_id}")


def pieces(quantity: str | int | None) -> int | None:
    """`"0"`, `"8"` and `">50"` as a number (the least there is); None when ELKO does not say."""
    found = re.fullmatch(r">?\s*(\d+)", str(quantity).strip()) if quantity is not None else None
    return int(found[1]) if found else None


def problem_of(answer: Answer) -> Any:
    try:
        return answer.data()
    except ValueError:
        return None


def comma(codes: Sequence[int]) -> str:
    return ",".join(str(code) for code in codes)
